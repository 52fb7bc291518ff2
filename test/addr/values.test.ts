// Fractions, ports, protocols and link-layer addresses.
import { strict as assert } from 'node:assert'
import fc from 'fast-check'
import { describe, test } from 'vitest'
import { compareFractions, decimal, fraction, fractionText, minus, ONE, plus, readFraction, times, ZERO } from '../../src/addr/fraction'
import { BROADCAST_MAC, isGroupMac, type Mac, macText, readMac } from '../../src/addr/mac'
import { portRangeText, PROTOCOL_NUMBERS, PROTOCOLS, readPort, readProtocol } from '../../src/addr/port'
import { SEED } from '../plan'

const some = fc
  .tuple(fc.bigInt({ min: -(2n ** 70n), max: 2n ** 70n }), fc.bigInt({ min: 1n, max: 2n ** 70n }))
  .map(([a, b]) => fraction(a, b))

describe('fractions', () => {
  test('lowest terms, the sign above', () =>
    assert.deepEqual([fraction(2, 6), fraction(1, -3), fraction(0, 7)].map(fractionText), ['1/3', '-1/3', '0']))
  test('nothing is over zero', () => assert.throws(() => fraction(1, 0), /over zero/))
  test('sum, difference and product are exact', () => {
    fc.assert(
      fc.property(some, some, some, (a, b, c) => {
        assert.deepEqual(minus(plus(a, b), b), a)
        assert.deepEqual(times(a, plus(b, c)), plus(times(a, b), times(a, c)))
        assert.deepEqual(plus(a, ZERO), a)
        assert.deepEqual(times(a, ONE), a)
      }),
      { seed: SEED },
    )
  })
  test('order agrees with the difference', () => {
    fc.assert(
      fc.property(some, some, (a, b) => assert.equal(compareFractions(a, b), Number(minus(a, b).of > 0n) - Number(minus(a, b).of < 0n))),
      { seed: SEED },
    )
  })
  test('the decimal is the nearest double, also of what a rule with 31 random bits can give', () => {
    fc.assert(
      fc.property(fc.integer({ min: -(2 ** 53) + 1, max: 2 ** 53 - 1 }), fc.integer({ min: 1, max: 2 ** 53 - 1 }), (a, b) =>
        assert.equal(decimal(fraction(a, b)), a / b),
      ),
      { seed: SEED, numRuns: 1000 },
    )
    assert.equal(decimal(fraction(1, 2n ** 31n)), 2 ** -31)
    assert.equal(decimal(fraction(1, 2n ** 124n)), 2 ** -124)
    assert.equal(decimal(fraction(2n ** 70n + 2n ** 69n, 2n ** 71n)), 0.75)
  })

  for (const [text, means] of [
    ['1/3', '1/3'],
    ['2 / 6', '1/3'],
    ['33%', '33/100'],
    ['33.3 %', '333/1000'],
    ['0.25', '1/4'],
    ['0', '0'],
    ['1', '1'],
    ['100%', '1'],
    ['0/5', '0'],
    ['4/3', undefined],
    ['1/0', undefined],
    ['101%', undefined],
    ['1.5', undefined],
    ['-1/3', undefined],
    ['a third', undefined],
    ['1e-3', undefined],
    ['.5', undefined],
    ['', undefined],
  ] as const)
    test(`'${text}' ${means === undefined ? 'is no fraction' : `is ${means}`}`, () => {
      const read = readFraction(text)
      assert.equal(read && fractionText(read), means)
    })
})

describe('ports', () => {
  for (const [text, port] of [
    ['1', 1],
    ['80', 80],
    ['65535', 65535],
    ['0', undefined],
    ['65536', undefined],
    ['080', undefined],
    ['+80', undefined],
    ['80 ', undefined],
    ['http', undefined],
  ] as const)
    test(`'${text}' is ${port ?? 'no port'}`, () => assert.equal(readPort(text), port))
  test('a range of one is printed as one', () => {
    assert.equal(portRangeText({ first: 80, last: 80 }), '80')
    assert.equal(portRangeText({ first: 80, last: 90 }), '80:90')
    assert.equal(portRangeText({ first: 80, last: 90 }, '-'), '80-90')
  })
  test('protocols are known in any case, and only ours', () => {
    assert.deepEqual(['TCP', 'udp', 'SCTP', 'Icmp', 'dccp', 'tcp6'].map(readProtocol), ['tcp', 'udp', 'sctp', 'icmp', undefined, undefined])
    assert.deepEqual(
      PROTOCOLS.map(p => PROTOCOL_NUMBERS[p]),
      [6, 17, 132, 1, 58],
    )
  })
})

describe('link-layer addresses', () => {
  test('six pairs, printed in lower case', () => assert.equal(macText(readMac('0A:58:0a:F4:01:02')!), '0a:58:0a:f4:01:02'))
  for (const text of ['0a:58:0a:f4:01', '0a-58-0a-f4-01-02', '0a580af40102', 'a:58:a:f4:1:2', '0a:58:0a:f4:01:0g', '0a:58:0a:f4:01:02:03'])
    test(`'${text}' is none`, () => assert.equal(readMac(text), undefined))
  test('reading what was printed gives the address back', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 48 - 1 }), n => assert.equal(readMac(macText(n as Mac)), n)),
      { seed: SEED },
    )
  })
  test('the group bit is the lowest of the first octet', () => {
    assert.deepEqual(
      ['01:00:5e:00:00:01', '33:33:00:00:00:01', '02:00:00:00:00:01', 'fe:ff:ff:ff:ff:ff'].map(t => isGroupMac(readMac(t)!)),
      [true, true, false, false],
    )
    assert.equal(isGroupMac(BROADCAST_MAC), true)
  })
})
