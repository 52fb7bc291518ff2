// JSON as Go writes it: what JavaScript would write otherwise, and that all the rest is the same.
import { strict as assert } from 'node:assert'
import fc from 'fast-check'
import { describe, test } from 'vitest'
import { goJson } from '../../src/apply/go-json'
import { SEED } from '../plan'

describe('what JavaScript writes otherwise', () => {
  for (const { name, value, text } of [
    {
      name: 'keys that are numbers stand in the order of their bytes',
      value: { 9: 'b', 10: 'a', a: 'c' },
      text: '{"10":"a","9":"b","a":"c"}',
    },
    { name: 'markup is escaped, in keys too', value: { 'a<b': '>&' }, text: '{"a\\u003cb":"\\u003e\\u0026"}' },
    { name: 'line separators are escaped', value: ['\u2028\u2029'], text: '["\\u2028\\u2029"]' },
    { name: 'what is undefined is left out of a map, and null in a list', value: { a: undefined, b: [undefined] }, text: '{"b":[null]}' },
  ])
    test(name, () => assert.equal(goJson(value), text))

  test('levels are indented, empty ones stay on their line', () =>
    assert.equal(goJson({ b: [1, { c: {} }], a: [] }, '  '), '{\n  "a": [],\n  "b": [\n    1,\n    {\n      "c": {}\n    }\n  ]\n}'))
})

test('all the rest is as JavaScript writes it', () => {
  const word = fc.stringMatching(/^[a-z]{1,4}$/)
  const { value } = fc.letrec(tie => ({
    value: fc.oneof({ maxDepth: 4 }, fc.string(), fc.integer(), fc.boolean(), fc.constant(null), tie('list'), tie('map')),
    list: fc.array(tie('value'), { maxLength: 4 }),
    map: fc.dictionary(word, tie('value'), { maxKeys: 4 }),
  }))
  const sorted = (v: unknown): unknown => {
    if (Array.isArray(v)) return v.map(sorted)
    if (typeof v !== 'object' || v === null) return v
    return Object.fromEntries(
      Object.keys(v)
        .sort()
        .map(k => [k, sorted((v as Record<string, unknown>)[k])]),
    ) // prettier-ignore
  }
  fc.assert(
    fc.property(value, v => {
      for (const indent of ['', '    ']) assert.deepEqual(JSON.parse(goJson(v, indent)), JSON.parse(JSON.stringify(v)))
      const plain = JSON.stringify(sorted(v), null, 4)
      if (!/[<>&\u2028\u2029]/.test(plain)) assert.equal(goJson(v, '    '), plain)
    }),
    { seed: SEED, numRuns: 500 },
  )
})
