// Console traces as golden files: read them aloud.
import { strict as assert } from 'node:assert'
import { test } from 'vitest'
import { traceText } from '../../src/view/trace-text'
import { golden } from '../golden'
import { droppedTrace, nodePortTrace } from './sample-trace'

test('a NodePort with three pods reads aloud', () => golden('view/nodeport.trace', traceText(nodePortTrace())))
test('a dropped packet names what dropped it and what curl says', () => golden('view/dropped.trace', traceText(droppedTrace())))
test('one outcome with every step, its rules and its reply', () =>
  golden('view/everything.trace', traceText(nodePortTrace(2), { everything: true, rules: true, reply: true, outcome: 2 })))
test('every kind of step occurs in these traces', () => {
  const kinds = [nodePortTrace(2), droppedTrace()].flatMap(t =>
    t.outcomes.flatMap(o => [...o.hops, ...(o.reply?.hops ?? [])].flatMap(hop => hop.steps.map(s => s.kind))),
  )
  assert.deepEqual([...new Set(kinds)].sort(), [
    'bridge',
    'conntrack',
    'decapsulate',
    'deliver',
    'dnat',
    'drop',
    'encapsulate',
    'forward',
    'policy',
    'receive',
    'reject',
    'route',
    'rule',
    'send',
    'snat',
    'transmit',
  ])
})
test('a trace names each outcome once', () => {
  const text = traceText(nodePortTrace())
  for (const { answeredBy } of nodePortTrace().outcomes) assert.equal(text.split(`= delivered to ${answeredBy}`).length, 2)
})
