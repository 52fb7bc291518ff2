// The state of the cluster: rules of nodes, endpoints, pods, events, and what commands printed.
import { type DataTable, Then } from '@cucumber/cucumber'
import { endpointsOf, eventRows, podRows } from '../src/lab/rows'
import { nodeNamed, serviceNamed } from '../src/lab/named'
import { rulesText } from '../src/lab/rules'
import { exitsWith, printsExactly, printsLines, printsWords } from '../src/verify/printed'
import { chainIs, rulesContain, rulesLeft } from '../src/verify/rules'
import { rowsAmong, sameMembers } from '../src/verify/lists'
import { cells, lines, members } from './tables'
import type { World } from './world'

Then('the rules of {node} contain:', function (this: World, node: string, text: string) {
  this.verify(rulesContain(rulesText(this.state, nodeNamed(this.state, node)), lines(text)))
})

Then('the rules of {node} no longer contain:', function (this: World, node: string, text: string) {
  const name = nodeNamed(this.state, node)
  this.verify(rulesLeft(rulesText(this.before, name), rulesText(this.state, name), lines(text)))
})

Then('{chain} of {node} is exactly:', function (this: World, chain: string, node: string, text: string) {
  this.verify(chainIs(rulesText(this.state, nodeNamed(this.state, node)), chain, lines(text)))
})

Then('iptables-save on {node} prints the lines:', function (this: World, node: string, text: string) {
  this.verify(printsLines('iptables-save', text, rulesText(this.state, nodeNamed(this.state, node))))
})

Then('the endpoints of {service} are {}', function (this: World, name: string, endpoints: string) {
  this.verify(sameMembers(`the endpoints of ${name}`, members(endpoints), endpointsOf(this.state, serviceNamed(this.state, name))))
})

Then('{service} has no endpoints', function (this: World, name: string) {
  this.verify(sameMembers(`the endpoints of ${name}`, [], endpointsOf(this.state, serviceNamed(this.state, name))))
})

Then('the pods are:', function (this: World, table: DataTable) {
  this.verify(rowsAmong('there is the pod', cells(table), podRows(this.state), false))
})

Then('these events happened:', function (this: World, table: DataTable) {
  this.verify(rowsAmong('this happened', cells(table), eventRows(this.state), true))
})

Then('it prints:', function (this: World, text: string) {
  this.verify(printsExactly(this.said.command, text, this.said.stdout, this.said.stderr))
})

Then('it prints the lines:', function (this: World, text: string) {
  this.verify(printsLines(this.said.command, text, this.said.stdout))
})

Then('it prints {string}', function (this: World, text: string) {
  this.verify(printsExactly(this.said.command, text, this.said.stdout, this.said.stderr))
})

Then('its output contains {string}', function (this: World, text: string) {
  this.verify(printsWords(this.said.command, text, this.said.stdout, true))
})

Then('its output does not contain {string}', function (this: World, text: string) {
  this.verify(printsWords(this.said.command, text, this.said.stdout, false))
})

Then('it says:', function (this: World, text: string) {
  this.verify(printsLines(this.said.command, text, this.said.stderr))
})

Then('it exits with {int}', function (this: World, exit: number) {
  this.verify(exitsWith(this.said.command, exit, this.said.exit))
})
