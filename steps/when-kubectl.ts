// Changes of the cluster: kubectl, and time.
import { When } from '@cucumber/cucumber'
import { later, words } from '../src/lab/command'
import type { World } from './world'

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
  this.kubectl(['scale', ...words(workload), `--replicas=${replicas}`])
  this.expectDone()
})

When('I delete {pod}', function (this: World, name: string) {
  this.kubectl(['delete', 'pod', name])
  this.expectDone()
})

When('I delete {service}', function (this: World, name: string) {
  this.kubectl(['delete', 'service', name])
  this.expectDone()
})

When('I delete {workload}', function (this: World, workload: string) {
  this.kubectl(['delete', ...words(workload)])
  this.expectDone()
})

When('{duration} pass(es)', function (this: World, ms: number) {
  this.become(later(this.lab, ms))
})
