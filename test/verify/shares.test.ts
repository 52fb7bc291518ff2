// Distributions are compared exactly, within what iptables can write; a sample is only a second opinion.
import { strict as assert } from 'node:assert'
import fc from 'fast-check'
import { describe, test } from 'vitest'
import { fraction, readFraction, ZERO, exactFraction } from '../../src/addr/fraction'
import { ALPHA, chiSquareTail, drawOutcomes, interval, sampleAgrees } from '../../src/verify/sample'
import { answererCount, answerers, sharesAre } from '../../src/verify/shares'
import { answered, lost, trace } from './traces'

/** 31 bits, as iptables keeps 0.33332999982 and 0.50000000000. */
const third = trace(answered('a', '715820733/2147483648'), answered('b', '1431662915/4294967296'), answered('c', '1431662915/4294967296'))
const PLACES = ['a', 'b', 'c'].map(p => `pod/default/${p}`)

const rows = [
  { name: '1/3 is 1/3 as far as iptables can write it', share: '1/3', within: undefined, met: true },
  { name: '33.3 % is within 1e-4', share: '33.33 %', within: undefined, met: true },
  { name: '33 % is not', share: '33 %', within: undefined, met: false },
  { name: '33 % is within 1 %', share: '33 %', within: '1 %', met: true },
  { name: '1/4 is not', share: '1/4', within: undefined, met: false },
  { name: 'never is not', share: '0', within: undefined, met: false },
] as const
describe('a share', () => {
  for (const { name, share, within, met } of rows)
    test(name, () => {
      const findings = sharesAre(third, PLACES, readFraction(share)!, within === undefined ? undefined : readFraction(within))
      assert.deepEqual(
        findings.map(f => f.met),
        [met, met, met],
      )
    })

  test('an unmet one names the right value', () => {
    const [finding] = sharesAre(third, PLACES, fraction(1, 4))
    assert.match(finding!.happened, /715820733\/2147483648 \(0\.33333\)/)
    assert.equal(finding!.change, 'Write 1/3, if that is what you want.')
  })

  test('never is an exact zero: a tiny share is not never', () => {
    const tiny = trace(answered('a', '2147483647/2147483648'), answered('b', '1/2147483648'))
    assert.equal(sharesAre(tiny, ['pod/default/b'], ZERO)[0]!.met, false)
    assert.equal(sharesAre(tiny, ['pod/default/c'], ZERO)[0]!.met, true)
    assert.equal(sharesAre(tiny, ['pod/default/c'], fraction(1, 10_000))[0]!.met, false)
  })

  test('what is not answered belongs to nobody', () => {
    const half = trace(answered('a', '1/2'), lost('dropped', '1/2'))
    assert.deepEqual(answerers(half), ['pod/default/a'])
    assert.equal(answererCount(half, 2).met, false)
  })

  test('fractions of any size are exact', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 2n ** 93n }), fc.bigInt({ min: 1n, max: 2n ** 93n }), (of, over) => {
        const value = exactFraction(`${of}/${over}`)
        assert.equal(value.of * over, of * value.over)
      }),
      { seed: 4 },
    )
  })
})

describe('a sample', () => {
  test('has as many requests as asked, the same with the same seed', () => {
    const counts = drawOutcomes(third, 3000, 7)
    assert.equal(
      counts.reduce((a, b) => a + b, 0),
      3000,
    )
    assert.deepEqual(drawOutcomes(third, 3000, 7), counts)
    assert.notDeepEqual(drawOutcomes(third, 3000, 8), counts)
  })

  test('goes with its own shares for a thousand seeds', () => {
    for (let seed = 0; seed < 1000; seed++) {
      const counts = new Map(PLACES.map((p, i) => [p, drawOutcomes(third, 300, seed)[i]!]))
      for (const f of sampleAgrees(third, counts)) assert.ok(f.met, `seed ${seed}: ${f.happened}`)
    }
  })

  test('does not go with other shares', () => {
    const [finding] = sampleAgrees(
      third,
      new Map([
        ['pod/default/a', 1500],
        ['pod/default/b', 750],
        ['pod/default/c', 750],
      ]),
    )
    assert.equal(finding!.met, false)
  })

  test('too small a sample says nothing', () => {
    assert.deepEqual(sampleAgrees(third, new Map(PLACES.map(p => [p, 3]))), [])
  })

  const tails = [
    { x: 3.841, df: 1, p: 0.05 },
    { x: 5.991, df: 2, p: 0.05 },
    { x: 27.631, df: 2, p: ALPHA },
    { x: 18.307, df: 10, p: 0.05 },
  ]
  for (const { x, df, p } of tails)
    test(`chi-square ${x} with ${df} degrees has p = ${p}`, () => {
      assert.ok(Math.abs(chiSquareTail(x, df) / p - 1) < 1e-3, `${chiSquareTail(x, df)}`)
    })

  test('the interval holds the share and stays within 0 and 1', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10_000 }), fc.double({ min: 0, max: 1, noNaN: true }), (times, part) => {
        const count = Math.floor(times * part)
        const { low, high } = interval(count, times)
        assert.ok(0 <= low && low <= count / times + 1e-12 && count / times <= high + 1e-12 && high <= 1)
      }),
      { seed: 4 },
    )
  })
})
