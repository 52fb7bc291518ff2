// What resolvers asked and were answered, the way of their questions, and what kubelet wrote into pods.
import { type DataTable, Then } from '@cucumber/cucumber'
import { podNamed } from '../src/lab/named'
import { lookupOf, podFiles } from '../src/lab/names'
import { hopTable } from '../src/lab/probe'
import { hopRows } from '../src/verify/hop-rows'
import { pathIs } from '../src/verify/hop-table'
import { hasNoAddress, questionCount, questionsAre, rcodeIs, recordsAre, resolvesTo, textIs, tookMs } from '../src/verify/names'
import { printsExactly, printsLines } from '../src/verify/printed'
import { cells, members } from './tables'
import type { World } from './world'

Then('the name resolves to {}', function (this: World, addresses: string) {
  this.verify(resolvesTo(lookupOf(this.probe), members(addresses)))
})

Then('the name has no address', function (this: World) {
  this.verify(hasNoAddress(lookupOf(this.probe)))
})

Then('the resolver asks:', function (this: World, table: DataTable) {
  this.verify(questionsAre(lookupOf(this.probe), cells(table)))
})

Then('the resolver asks {int} question(s)', function (this: World, count: number) {
  this.verify(questionCount(lookupOf(this.probe), count))
})

Then('the name server answers {rcode}', function (this: World, rcode: string) {
  this.verify(rcodeIs(lookupOf(this.probe), rcode))
})

Then('the name server answers the records:', function (this: World, table: DataTable) {
  this.verify(recordsAre(lookupOf(this.probe), cells(table)))
})

Then('the lookup takes {duration}', function (this: World, ms: number) {
  this.verify(tookMs(lookupOf(this.probe), ms))
})

Then('the path of the first question is:', function (this: World, table: DataTable) {
  const { sent, paths } = lookupOf(this.inOrder)
  const outcome = paths[sent[0]!.path]!.outcomes[sent[0]!.outcome]!
  this.verify(pathIs(hopTable(cells(table)), hopRows(outcome)))
})

Then('the search path of {pod} is {string}', function (this: World, name: string, search: string) {
  this.verify(textIs('the search path', search, podFiles.search(this.state, podNamed(this.state, name))))
})

Then('\\/etc\\/resolv.conf of {pod} is:', function (this: World, name: string, text: string) {
  this.verify(printsExactly('cat /etc/resolv.conf', text, podFiles.resolvConf(this.state, podNamed(this.state, name))))
})

Then('\\/etc\\/hosts of {pod} is:', function (this: World, name: string, text: string) {
  this.verify(printsExactly('cat /etc/hosts', text, podFiles.hosts(podNamed(this.state, name))))
})

Then('\\/etc\\/hosts of {pod} has the lines:', function (this: World, name: string, text: string) {
  this.verify(printsLines('cat /etc/hosts', text, podFiles.hosts(podNamed(this.state, name))))
})

Then('the hostname of {pod} is {string}', function (this: World, name: string, hostname: string) {
  this.verify(textIs('the hostname', hostname, podFiles.hostname(podNamed(this.state, name))))
})
