// What became of the requests of the last When.
import { Then } from '@cucumber/cucumber'
import type { Fraction } from '../src/addr/fraction'
import { type Ip, ipText } from '../src/addr/ip'
import { podNamed, podPlace } from '../src/lab/named'
import type { Fate } from '../src/trace/fate'
import {
  answeredBy,
  clientExits,
  clientPrints,
  destinationIs,
  everyRequestAnswered,
  explanationSays,
  icmpIs,
  replySource,
  sourceSeen,
} from '../src/verify/answers'
import { fateFindings, NEVER, shareFindings } from '../src/lab/seen-thens'
import { answererCount, answerers, samePod } from '../src/verify/shares'
import type { World } from './world'

Then('the/every request is answered', function (this: World) {
  this.verify(everyRequestAnswered(this.probe.trace))
})

Then('the/every request is {fate}', function (this: World, fate: Fate) {
  this.verify(fateFindings(this.probe, fate))
})

Then('{pod} answers', function (this: World, name: string) {
  this.verify(answeredBy(this.probe.trace, podPlace(podNamed(this.state, name))))
})

Then('{node} answers', function (this: World, name: string) {
  this.verify(answeredBy(this.probe.trace, `node/${name}`))
})

Then('each of the {int} pods answers {fraction} of the requests', function (this: World, count: number, share: Fraction) {
  this.verify([answererCount(this.independent.trace, count), ...shareFindings(this.independent, answerers(this.independent.trace), share)])
})

Then(
  'each of the {int} pods answers {fraction} of the requests within {fraction}',
  function (this: World, count: number, share: Fraction, tolerance: Fraction) {
    this.verify([
      answererCount(this.independent.trace, count),
      ...shareFindings(this.independent, answerers(this.independent.trace), share, tolerance),
    ])
  },
)

Then('{pod} answers {fraction} of the requests', function (this: World, name: string, share: Fraction) {
  this.verify(shareFindings(this.independent, [podPlace(podNamed(this.state, name))], share))
})

Then('the same pod answers every request', function (this: World) {
  this.verify(samePod(this.probe.trace, this.lastChains))
})

Then('{pod} never answers', function (this: World, name: string) {
  this.verify(shareFindings(this.probe, [podPlace(podNamed(this.state, name))], NEVER))
})

Then('the server sees the source {ip}', function (this: World, ip: Ip) {
  this.verify(sourceSeen(this.probe.trace, ipText(ip)))
})

Then('{pod} sees the source {ip}', function (this: World, name: string, ip: Ip) {
  this.verify(sourceSeen(this.probe.trace, ipText(ip), podPlace(podNamed(this.state, name))))
})

Then('the request arrives at {ip}', function (this: World, ip: Ip) {
  this.verify(destinationIs(this.probe.trace, ipText(ip)))
})

Then('the request arrives at {endpoint}', function (this: World, endpoint: string) {
  this.verify(destinationIs(this.probe.trace, endpoint))
})

Then('the answer comes from {endpoint}', function (this: World, endpoint: string) {
  this.verify(replySource(this.probe.trace, endpoint))
})

Then('curl prints {string}', function (this: World, text: string) {
  this.verify(clientPrints(this.probe.trace, text))
})

Then('curl prints:', function (this: World, text: string) {
  this.verify(clientPrints(this.probe.trace, text))
})

Then('curl exits with {int}', function (this: World, exit: number) {
  this.verify(clientExits(this.probe.trace, exit))
})

Then('the explanation says {string}', function (this: World, words: string) {
  this.verify(explanationSays(this.inOrder.trace, words))
})

Then('the client gets the ICMP error type {int} code {int}', function (this: World, type: number, code: number) {
  this.verify(icmpIs(this.probe.trace, type, code))
})
