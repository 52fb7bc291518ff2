// Networks and ranges: containment and overlap against sets of single addresses.
import { strict as assert } from 'node:assert'
import fc from 'fast-check'
import { describe, test } from 'vitest'
import {
  type Cidr,
  cidrText,
  contains,
  containsCidr,
  networkOf,
  overlaps,
  parseCidr,
  rangeOf,
  readCidr,
  readCidrLeniently,
  readInterfaceAddress,
} from '../../src/addr/cidr'
import { type Ip4, type Ip6, ipText, parseIp } from '../../src/addr/ip'
import { SEED } from '../plan'

const cidr4 = fc.tuple(fc.integer({ min: 0, max: 0xffffffff }), fc.integer({ min: 0, max: 32 })).map(([ip, l]) => networkOf(ip as Ip4, l))
const cidr6 = fc
  .tuple(fc.bigInt({ min: 0n, max: 2n ** 128n - 1n }), fc.integer({ min: 0, max: 128 }))
  .map(([ip, l]) => networkOf(ip as Ip6, l))
const cidr: fc.Arbitrary<Cidr> = fc.oneof(cidr4, cidr6)
describe('what is a network', () => {
  for (const [text, means] of [
    ['10.244.0.0/16', '10.244.0.0/16'],
    ['10.244.1.7/16', '10.244.0.0/16'],
    ['0.0.0.0/0', '0.0.0.0/0'],
    ['10.0.0.1/32', '10.0.0.1/32'],
    ['fd00:10:244::/56', 'fd00:10:244::/56'],
    ['::1/128', '::1/128'],
    ['10.0.0.0/33', undefined],
    ['fd00::/129', undefined],
    ['10.0.0.0/024', undefined],
    ['10.0.0.0/', undefined],
    ['10.0.0.0', undefined],
    ['10.0.0.0/-1', undefined],
    ['10.0.0.0/24/8', undefined],
    ['010.0.0.0/8', undefined],
    ['10.0.0.0/255.0.0.0', undefined],
  ] as const)
    test(`${text} ${means === undefined ? 'is none' : `is ${means}`}`, () => {
      const read = readCidr(text)
      assert.equal(read && cidrText(read), means)
    })
  test('kube-proxy reads leading zeros', () => assert.deepEqual(readCidrLeniently('203.0.113.000/025'), parseCidr('203.0.113.0/25')))
  test('a device keeps its own address', () =>
    assert.deepEqual(readInterfaceAddress('10.244.1.1/24'), { ip: parseIp('10.244.1.1'), length: 24 }))
  test('reading what was printed gives the network back', () => {
    fc.assert(
      fc.property(cidr, c => assert.deepEqual(readCidr(cidrText(c)), c)),
      { seed: SEED, numRuns: 1000 },
    )
  })
})

describe('containment', () => {
  for (const { says, outer, inner, holds } of [
    { says: 'the first address', outer: '10.244.0.0/16', inner: '10.244.0.0/32', holds: true },
    { says: 'the last address', outer: '10.244.0.0/16', inner: '10.244.255.255/32', holds: true },
    { says: 'not the next one', outer: '10.244.0.0/16', inner: '10.245.0.0/32', holds: false },
    { says: 'not what it is part of', outer: '10.244.0.0/16', inner: '10.0.0.0/8', holds: false },
    { says: 'itself', outer: '10.244.0.0/16', inner: '10.244.0.0/16', holds: true },
    { says: 'everything in 0.0.0.0/0', outer: '0.0.0.0/0', inner: '255.255.255.255/32', holds: true },
    { says: 'the upper half of the addresses', outer: '128.0.0.0/1', inner: '192.168.1.200/32', holds: true },
    { says: 'never across families', outer: '::/0', inner: '10.0.0.0/8', holds: false },
    { says: 'never across families, the other way', outer: '0.0.0.0/0', inner: '::/0', holds: false },
  ])
    test(`${says}: ${inner} in ${outer} is ${holds}`, () => assert.equal(containsCidr(parseCidr(outer), parseCidr(inner)), holds))

  test('an address is in a network exactly when it lies between its ends', () => {
    fc.assert(
      fc.property(cidr4, fc.integer({ min: 0, max: 0xffffffff }), (c, ip) => {
        const { first, last } = rangeOf(c)
        assert.equal(contains(c, ip as Ip4), ip >= first && ip <= last)
      }),
      { seed: SEED, numRuns: 2000 },
    )
  })
  test('two networks share an address exactly when one holds the other', () => {
    fc.assert(
      fc.property(cidr4, cidr4, (a, b) => {
        const [x, y] = [rangeOf(a), rangeOf(b)]
        assert.equal(overlaps(a, b), x.first <= y.last && y.first <= x.last)
      }),
      { seed: SEED, numRuns: 2000 },
    )
  })
})

test('the whole world is a range, too', () =>
  assert.equal(ipText(rangeOf(parseCidr('::/0')).last), 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'))
