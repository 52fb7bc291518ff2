// The data block: packing and unpacking are opposites, and equal parts stand in it once.
import { strict as assert } from 'node:assert'
import fc from 'fast-check'
import { test } from 'vitest'
import { jsonBlock, pack, unpacker } from '../../../src/view/report/pack'
import { fullProbe, slimProbe } from '../../../src/view/report/slim'
import { probe } from '../sample-run'
import { droppedTrace } from '../sample-trace'

test('what was packed comes out again (seed 1)', () => {
  fc.assert(
    fc.property(fc.array(fc.jsonValue({ maxDepth: 4 })), roots => {
      const packed = JSON.parse(jsonBlock(pack(roots)))
      const get = unpacker(packed)
      roots.forEach((root, i) => void assert.deepEqual(get(i), JSON.parse(JSON.stringify(root))))
    }),
    { seed: 1, numRuns: 300 },
  )
})
test('a probe comes out of the block as it went in, but for what rules say', () => {
  const withoutPhrases = (value: unknown): unknown => JSON.parse(JSON.stringify(value, (name, v) => (name === 'says' ? undefined : v)))
  for (const one of [probe(), probe(droppedTrace(), false)])
    assert.deepEqual(fullProbe(unpacker(pack([slimProbe(one)]))(0) as never), withoutPhrases(one))
})
test('a second equal probe costs one number', () => {
  const size = (n: number) => JSON.stringify(pack(Array.from({ length: n }, () => slimProbe(probe())))).length
  assert.ok(size(2) - size(1) < 8)
})
test('nothing in the block can end its element', () => assert.ok(!jsonBlock(['</script>', '\u2028']).match(/[<\u2028]/)))
