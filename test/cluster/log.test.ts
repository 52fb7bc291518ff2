// The packed log tells what was written into it, whoever else writes on from the same place.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { appended, EMPTY_LOG, latestWrites, type Log, writesAfter, writesOf } from '../../src/cluster/log'
import type { WatchEvent } from '../../src/cluster/state'

const event = (resourceVersion: number, at: number): WatchEvent => ({
  type: (['ADDED', 'MODIFIED', 'DELETED'] as const)[at % 3]!,
  object: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: `map-${at}` } },
  resourceVersion,
  atMs: at / 2,
  by: `writer-${at % 7}`,
  ...(at % 5 === 0 ? {} : { cause: at }),
})

test('logs that go on from the same one keep apart, across the ends of blocks', () => {
  const moves = fc.array(fc.record({ from: fc.nat(), writes: fc.integer({ min: 1, max: 700 }) }), { minLength: 1, maxLength: 12 })
  fc.assert(
    fc.property(moves, steps => {
      const logs: { readonly log: Log; readonly told: readonly WatchEvent[] }[] = [{ log: EMPTY_LOG, told: [] }]
      let at = 0
      for (const { from, writes } of steps) {
        let { log, told } = logs[from % logs.length]!
        for (let i = 0; i < writes; i++) {
          const next = event(told.length + 1, at++)
          log = appended(log, next)
          told = [...told, next]
        }
        logs.push({ log, told })
      }
      for (const { log, told } of logs) {
        expect([...writesOf(log)]).toEqual(told)
        expect(log.length).toBe(told.length)
      }
    }),
    { seed: 11, numRuns: 20 },
  )
})

test('the writes after a place or a version are the last ones', () => {
  const events = Array.from({ length: 2_050 }, (_, i) => event(i + 1, i))
  const log = events.reduce(appended, EMPTY_LOG)
  expect([...writesOf(log, 2_047)]).toEqual(events.slice(2_047))
  expect([...latestWrites(log)]).toEqual(events.toReversed())
  expect(writesAfter(log, 1_023)).toEqual(events.slice(1_023))
  expect(writesAfter(log, 2_050)).toEqual([])
})
