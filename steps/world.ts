import { World as CucumberWorld } from '@cucumber/cucumber'
export class World extends CucumberWorld {
  checks = 0
  assertionsBefore = 0
}
