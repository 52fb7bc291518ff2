// Changes of the cluster: kubectl, and time.
import { When } from '@cucumber/cucumber'
import { later } from '../src/lab/lab'
import { wordsOf } from '../src/lab/shell/line'
import { kubectlName } from './read'
import type { World } from './world'

/** `deployment "shop/web"` as kubectl takes it. */
const kubectlWords = (workload: string): readonly string[] => {
  const [kind, name] = wordsOf(workload)
  return [kind!, ...kubectlName(name!)]
}

When('I run {string}', function (this: World, command: string) {
  this.run(command)
})

When('I run {string} with:', function (this: World, command: string, stdin: string) {
  this.run(command, stdin)
})

When('I apply {string}', function (this: World, file: string) {
  this.kubectl(['apply', '-f', file])
  this.expectDone()
})

When('I apply:', function (this: World, manifest: string) {
  this.kubectl(['apply', '-f', '-'], manifest)
  this.expectDone()
})

When('I scale {workload} to {int} replica(s)', function (this: World, workload: string, replicas: number) {
  this.kubectl(['scale', ...kubectlWords(workload), `--replicas=${replicas}`])
  this.expectDone()
})

When('I delete {pod}', function (this: World, name: string) {
  this.kubectl(['delete', 'pod', ...kubectlName(name)])
  this.expectDone()
})

When('I delete {service}', function (this: World, name: string) {
  this.kubectl(['delete', 'service', ...kubectlName(name)])
  this.expectDone()
})

When('I delete {workload}', function (this: World, workload: string) {
  this.kubectl(['delete', ...kubectlWords(workload)])
  this.expectDone()
})

When('{duration} pass(es)', function (this: World, ms: number) {
  this.become(later(this.lab, ms))
})
