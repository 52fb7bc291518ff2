// The way of the packets of the last When: hop tables, and the rules that they visited.
import { type DataTable, Then } from '@cucumber/cucumber'
import { podNamed, podPlace } from '../src/lab/named'
import { hopTable, outcomeTo, theOutcome } from '../src/lab/probe'
import { chainNamed } from '../src/lab/rules'
import { hopRows, replyRows } from '../src/verify/hop-rows'
import { noVisitFindings, visitFindings } from '../src/lab/seen-thens'
import { visitedBecause } from '../src/verify/rules'
import { cells, lines } from './tables'
import { pathIs } from '../src/verify/hop-table'
import type { World } from './world'

Then('the (chosen )path (of the first request )is:', function (this: World, table: DataTable) {
  this.verify(pathIs(hopTable(cells(table)), hopRows(theOutcome(this.inOrder))))
})

Then('the path to {pod} is:', function (this: World, name: string, table: DataTable) {
  this.verify(pathIs(hopTable(cells(table)), hopRows(outcomeTo(this.inOrder, podPlace(podNamed(this.state, name))))))
})

Then('the path of the reply is:', function (this: World, table: DataTable) {
  this.verify(pathIs(hopTable(cells(table)), replyRows(theOutcome(this.inOrder))))
})

Then('the path of the reply of {pod} is:', function (this: World, name: string, table: DataTable) {
  this.verify(pathIs(hopTable(cells(table)), replyRows(outcomeTo(this.inOrder, podPlace(podNamed(this.state, name))))))
})

Then('the request visits the rules:', function (this: World, text: string) {
  this.verify(visitFindings(this.probe, lines(text)))
})

Then('the request does not visit {chain}', function (this: World, chain: string) {
  this.verify(noVisitFindings(this.probe, [chainNamed(this.state, chain)]))
})

Then('the request visits {chain}', function (this: World, chain: string) {
  this.verify(visitFindings(this.probe, [chain]))
})

Then('a rule made for {string} decides', function (this: World, because: string) {
  this.verify(visitedBecause(this.inOrder.trace, because))
})
