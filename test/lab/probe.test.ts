// What a Then may say of a probe: nothing where hopspec does not know, and nothing by a table that every way fits.
import { strict as assert } from 'node:assert'
import { describe, test } from 'vitest'
import { HopspecError } from '../../src/error'
import { checkTimes, hopTable, judged } from '../../src/lab/probe'
import type { OutcomeJson } from '../../src/trace/json'
import { answered, lost, trace } from '../verify/traces'

const probe = (...outcomes: readonly OutcomeJson[]) => ({ title: 'curl', trace: trace(...outcomes), chosen: null, sample: null })
const refuses = (run: () => unknown, says: RegExp) =>
  assert.throws(run, (e: unknown) => e instanceof HopspecError && e.problems[0]!.code !== undefined && says.test(e.message))

describe('a probe can be judged', () => {
  test('when every end is known', () => {
    const known = probe(answered('a', '1/2'), lost('dropped', '1/2'))
    assert.equal(judged(known), known)
  })
  test('not when one request of two ends unknown', () => {
    const unknown = { ...lost('unknown', '1/2'), decidedBy: 'filter: -A INPUT -m string' }
    refuses(() => judged(probe(answered('a', '1/2'), unknown)), /is unknown, by filter: -A INPUT -m string\. Take that out/)
  })
  test('not when only the answer ends unknown', () => {
    const reply = { fate: 'unknown', decidedBy: 'filter: -A OUTPUT -m string', hops: [] } as const
    refuses(() => judged(probe({ ...answered('a', '1'), reply })), /-A OUTPUT -m string/)
  })
})

test('no requests at all are refused', () => refuses(() => checkTimes(0), /0 requests are none/))

describe('a hop table', () => {
  test('with a step is taken', () => {
    const table = {
      head: ['node', 'step'],
      rows: [
        ['…', ''],
        ['node01', 'dnat'],
      ],
    } // prettier-ignore
    assert.equal(hopTable(table), table)
  })
  test('of nothing but any steps is refused', () => refuses(() => hopTable({ head: ['step'], rows: [['…']] }), /every way would do/))
  test('without rows is refused', () => refuses(() => hopTable({ head: ['step'], rows: [] }), /every way would do/))
  test('with a word that means nothing is refused', () =>
    refuses(() => hopTable({ head: ['step'], rows: [['dnta']] }), /Did you mean 'dnat'\?/))
})
