// An index that follows every write says the same as one that is made anew, in the order in which objects came under a key.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readStore } from '../../src/apply/store-input'
import type { ConfigMap } from '../../src/apply/object'
import { begin } from '../../src/cluster/begin'
import { indexBy } from '../../src/cluster/derived'
import { draftOf, writeIn } from '../../src/cluster/draft'
import { keyOf } from '../../src/cluster/state'
import { put } from '../../src/cluster/write'

const colours = (map: ConfigMap): readonly string[] => (map.metadata.labels?.colours ?? '').split('.').filter(c => c !== '')
const byColour = indexBy<ConfigMap>('ConfigMap', colours, map => map.metadata.labels)
const COLOURS = ['red', 'green', 'blue']

interface Write {
  readonly name: number
  /** None: the object is deleted. */
  readonly colours: readonly string[] | null
}
/** So many names that a colour has sometimes few objects, sometimes many. */
const write: fc.Arbitrary<Write> = fc.record({
  name: fc.integer({ min: 0, max: 24 }),
  colours: fc.option(fc.subarray(COLOURS), { freq: 4 }),
})

const BEGUN = begin(readStore([{ name: 'none.yaml', text: 'apiVersion: v1\nkind: List\nitems: []\n' }]))

const mapOf = ({ name, colours: of }: Write): ConfigMap =>
  ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: `map-${name}`, namespace: name % 2 === 0 ? 'even' : 'odd', labels: { colours: of!.join('.') } },
  }) as ConfigMap

test('an index follows what is written, in the order in which objects came under a key', () => {
  fc.assert(
    fc.property(fc.array(write, { maxLength: 120 }), writes => {
      const draft = draftOf(BEGUN)
      const expected = new Map<string, string[]>(COLOURS.map(c => [c, []]))
      expect(byColour(draft.state, 'red')).toEqual([])
      for (const one of writes) {
        const map = mapOf({ ...one, colours: one.colours ?? [] })
        const key = keyOf(map)
        writeIn(draft, one.colours === null ? { do: 'delete', kind: 'ConfigMap', key } : put(map), 'test', undefined)
        for (const [colour, keys] of expected) {
          const stays = one.colours?.includes(colour) ?? false
          if (!stays)
            expected.set(
              colour,
              keys.filter(k => k !== key),
            )
          else if (!keys.includes(key)) keys.push(key)
        }
        for (const colour of COLOURS) expect(byColour(draft.state, colour).map(keyOf)).toEqual(expected.get(colour))
      }
      const stored = draft.state.objects.get('ConfigMap')
      for (const colour of COLOURS) for (const map of byColour(draft.state, colour)) expect(map).toBe(stored?.get(keyOf(map)))
    }),
    { seed: 7, numRuns: 60 },
  )
})

test('a list that was read stays as it was read', () => {
  const draft = draftOf(BEGUN)
  writeIn(draft, put(mapOf({ name: 1, colours: ['red'] })), 'test', undefined)
  const before = byColour(draft.state, 'red')
  writeIn(draft, put(mapOf({ name: 2, colours: ['red'] })), 'test', undefined)
  expect(before.map(keyOf)).toEqual(['odd/map-1'])
  expect(byColour(draft.state, 'red')).toHaveLength(2)
})
