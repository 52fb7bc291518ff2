// What a scenario breaks: components, nodes, links, readiness; and connections that were opened before.
import { When } from '@cucumber/cucumber'
import type { Protocol } from '../src/addr/port'
import { cut, failed, probed, recovered, started, stopped } from '../src/lab/failure'
import type { PlaceWord } from './read'
import type { World } from './world'

When('{component} on {node} stops', function (this: World, component: string, node: string) {
  this.become(stopped(this.lab, component, node))
})

When('{component} stops', function (this: World, component: string) {
  this.become(stopped(this.lab, component, null))
})

When('{component} on {node} starts again', function (this: World, component: string, node: string) {
  this.become(started(this.lab, component, node))
})

When('{component} starts again', function (this: World, component: string) {
  this.become(started(this.lab, component, null))
})

When('{node} fails', function (this: World, node: string) {
  this.become(failed(this.lab, node))
})

When('{node} comes back', function (this: World, node: string) {
  this.become(recovered(this.lab, node))
})

When('the link between {node} and {node} is cut', function (this: World, a: string, b: string) {
  this.become(cut(this.lab, a, b, true))
})

When('the link between {node} and {node} is mended', function (this: World, a: string, b: string) {
  this.become(cut(this.lab, a, b, false))
})

When('the readiness of {pod} fails', function (this: World, pod: string) {
  this.become(probed(this.lab, pod, false))
})

When('the readiness of {pod} succeeds again', function (this: World, pod: string) {
  this.become(probed(this.lab, pod, true))
})

When('{place} opens a {protocol} connection to {endpoint}', function (this: World, from: PlaceWord, protocol: Protocol, to: string) {
  this.open(from, to, protocol)
})

When('the connection sends again', function (this: World) {
  this.sendAgain()
})
