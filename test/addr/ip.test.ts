// Addresses: strict at the border, lenient where kube-proxy is, canonical in print.
import { strict as assert } from 'node:assert'
import { isIP } from 'node:net'
import fc from 'fast-check'
import { describe, test } from 'vitest'
import {
  addToIp,
  compareIps,
  type Ip,
  type Ip4,
  type Ip6,
  ipText,
  isLinkLocal,
  isLoopback,
  isMulticast,
  isUnspecified,
  parseIp,
  readIp,
  readIpLeniently,
  socketText,
} from '../../src/addr/ip'
import { SEED } from '../plan'

const ip4 = fc.integer({ min: 0, max: 0xffffffff }).map(n => n as Ip4)
const ip6 = fc.bigInt({ min: 0n, max: 2n ** 128n - 1n }).map(n => n as Ip6)
const sparse6 = fc
  .array(fc.constantFrom(0, 0, 0, 1, 0xffff), { minLength: 8, maxLength: 8 })
  .map(g => g.reduce((n, x) => n * 65536n + BigInt(x), 0n) as Ip6)
const ip: fc.Arbitrary<Ip> = fc.oneof(ip4, ip6, sparse6)

describe('what is an address', () => {
  const rows: readonly { text: string; means: bigint | number | undefined; says: string }[] = [
    { text: '10.0.0.1', means: 0x0a000001, says: 'four decimal parts' },
    { text: '255.255.255.255', means: 0xffffffff, says: 'the last one' },
    { text: '0.0.0.0', means: 0, says: 'the first one' },
    { text: '010.0.0.1', means: undefined, says: 'no leading zeros: other readers would see octal' },
    { text: '10.0.0.01', means: undefined, says: 'not in the last part either' },
    { text: '10.1', means: undefined, says: 'no short forms' },
    { text: '167772161', means: undefined, says: 'no bare number' },
    { text: '0x0a.0.0.1', means: undefined, says: 'no hexadecimal' },
    { text: '256.0.0.1', means: undefined, says: 'no part above 255' },
    { text: '10.0.0.1.', means: undefined, says: 'no dot at the end' },
    { text: '10.0.0', means: undefined, says: 'not three parts' },
    { text: '10.0.0.0.1', means: undefined, says: 'not five parts' },
    { text: ' 10.0.0.1', means: undefined, says: 'no blank' },
    { text: '', means: undefined, says: 'not nothing' },
    { text: '١٠.0.0.1', means: undefined, says: 'only ASCII digits' },
    { text: 'fd00::1', means: (0xfd00n << 112n) + 1n, says: 'IPv6' },
    { text: '::', means: 0n, says: 'IPv6, unspecified' },
    { text: 'FD00::A', means: (0xfd00n << 112n) + 10n, says: 'capital hex digits' },
    { text: '::ffff:10.0.0.1', means: 0xffff0a000001n, says: 'an IPv4-mapped address stays IPv6' },
    { text: '::ffff:010.0.0.1', means: undefined, says: 'its IPv4 part is as strict' },
    { text: 'fe80::1%eth0', means: undefined, says: 'no zone' },
    { text: '[fd00::1]', means: undefined, says: 'no brackets' },
    { text: 'fd00::1::2', means: undefined, says: 'one gap at most' },
    { text: '1:2:3:4:5:6:7', means: undefined, says: 'eight groups without a gap' },
    { text: '1:2:3:4:5:6:7:8:9', means: undefined, says: 'not nine' },
    { text: 'fd00::12345', means: undefined, says: 'four digits a group' },
    { text: ':1', means: undefined, says: 'no single colon in front' },
  ]
  for (const { text, means, says } of rows) test(`${says}: '${text}'`, () => assert.equal(readIp(text), means))

  test('the system resolver takes and refuses the same texts', () => {
    const text = fc.string({ unit: fc.constantFrom(...'0123456789abcf:.::'), maxLength: 24 })
    fc.assert(
      fc.property(text, t => assert.equal(readIp(t) !== undefined, isIP(t) !== 0, t)),
      { seed: SEED, numRuns: 5000 },
    )
  })
  test('text of our own making that is no address is our mistake', () => assert.throws(() => parseIp('10.1'), /not an IP address/))
})

describe('what kube-proxy reads in stored objects', () => {
  for (const [text, same] of [
    ['172.30.0.041', '172.30.0.41'],
    ['010.000.00.0', '10.0.0.0'],
    ['10.0.0.1', '10.0.0.1'],
    ['fd00::01', 'fd00::1'],
  ] as const)
    test(`${text} is ${same}`, () => assert.equal(readIpLeniently(text), parseIp(same)))
  for (const text of ['10.0.0.0256', '0x0a.0.0.1', '10.1', 'fe80::1%eth0'])
    test(`${text} is still none`, () => assert.equal(readIpLeniently(text), undefined))
})

describe('canonical text (RFC 5952)', () => {
  for (const [text, canonical] of [
    ['2001:0db8:0000:0000:0000:0000:0002:0001', '2001:db8::2:1'],
    ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
    ['2001:0:0:1:0:0:0:1', '2001:0:0:1::1'],
    ['2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
    ['2001:DB8::AA', '2001:db8::aa'],
    ['0:0:0:0:0:0:0:0', '::'],
    ['::1.2.3.4', '::102:304'],
    ['::ffff:1.2.3.4', '::ffff:1.2.3.4'],
    ['1:0:0:0:0:0:0:0', '1::'],
  ] as const)
    test(`${text} is printed ${canonical}`, () => assert.equal(ipText(parseIp(text)), canonical))

  test('reading what was printed gives the address back, and printing is one text for one address', () => {
    fc.assert(
      fc.property(ip, address => {
        assert.equal(readIp(ipText(address)), address)
        assert.equal(ipText(readIp(ipText(address))!), ipText(address))
      }),
      { seed: SEED, numRuns: 2000 },
    )
  })
  test('a port stands behind brackets for IPv6 only', () => {
    assert.equal(socketText(parseIp('10.0.0.1'), 80), '10.0.0.1:80')
    assert.equal(socketText(parseIp('fd00::1'), 80), '[fd00::1]:80')
  })
})

describe('addresses in order', () => {
  test('one further and one back is the same; past the ends is nothing', () => {
    fc.assert(
      fc.property(ip, fc.integer({ min: -300, max: 300 }), (address, by) => {
        const there = addToIp(address, by)
        if (there !== undefined) assert.equal(addToIp(there, -by), address)
      }),
      { seed: SEED },
    )
    assert.equal(addToIp(parseIp('255.255.255.255'), 1), undefined)
    assert.equal(addToIp(parseIp('0.0.0.0'), -1), undefined)
    assert.equal(addToIp(parseIp('ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'), 1), undefined)
  })
  test('IPv4 before IPv6, numbers within', () => {
    const sorted = ['fd00::2', '10.0.0.10', '10.0.0.9', '::1'].map(parseIp).sort(compareIps).map(ipText)
    assert.deepEqual(sorted, ['10.0.0.9', '10.0.0.10', '::1', 'fd00::2'])
  })
})

describe('special addresses', () => {
  const kinds = { loopback: isLoopback, multicast: isMulticast, 'link-local': isLinkLocal, unspecified: isUnspecified }
  for (const [text, is] of [
    ['127.0.0.1', 'loopback'],
    ['127.255.255.255', 'loopback'],
    ['::1', 'loopback'],
    ['224.0.0.1', 'multicast'],
    ['239.255.255.255', 'multicast'],
    ['ff02::1', 'multicast'],
    ['169.254.169.254', 'link-local'],
    ['fe80::1', 'link-local'],
    ['febf::1', 'link-local'],
    ['0.0.0.0', 'unspecified'],
    ['::', 'unspecified'],
    ['128.0.0.0', null],
    ['240.0.0.1', null],
    ['fec0::1', null],
    ['10.0.0.1', null],
  ] as const)
    test(`${text} is ${is ?? 'none of them'}`, () => {
      const found = Object.entries(kinds).flatMap(([name, holds]) => (holds(parseIp(text)) ? [name] : []))
      assert.deepEqual(found, is === null ? [] : [is])
    })
})
