// How flanneld comes to its subnet: what it says of configurations, and which subnet it takes.
import { strict as assert } from 'node:assert'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, test } from 'vitest'
import { cidrText, contains, parseCidr, readCidr } from '../../src/addr/cidr'
import { type Family, parseIp } from '../../src/addr/ip'
import { goJsonError } from '../../src/apply/go-json-error'
import { FLANNEL_FACTS, type FlannelVersion } from '../../src/apply/flannel-facts'
import { acquire, candidates, type Lease, readSubnetRange, type SubnetConfig, type SubnetRange } from '../../src/apply/flannel-lease'
import { SEED } from '../plan'

const words = (version: FlannelVersion, family: Family = 'ipv4') => FLANNEL_FACTS[version].subnets[family]!
const rangeOf = (config: SubnetConfig, own = words('v0.28.4')): SubnetRange => {
  const range = readSubnetRange(config, own)
  assert.ok(typeof range !== 'string', range as string)
  return range
}

describe('configurations', () => {
  const six = words('v0.28.4', 'ipv6')
  const old = words('v0.10.0')
  const now = words('v0.28.4')
  const rows = [
    { config: { Network: 'nonsense' }, of: now, says: 'invalid CIDR address: nonsense' },
    { config: { Network: 'fd00::/48' }, of: now, says: 'invalid CIDR address: fd00::/48' },
    { config: {}, of: now, says: 'please define a correct Network parameter in the flannel config' },
    { config: {}, of: six, says: 'please define a correct IPv6Network parameter in the flannel config' },
    { config: { Network: '10.0.0.0/29' }, of: old, says: 'Network is too small. Minimum useful network prefix is /28' },
    { config: { Network: '10.0.0.0/29' }, of: now, says: 'network is too small. Minimum useful network prefix is /28' },
    { config: { Network: 'fd00::/127' }, of: six, says: 'IPv6Network is too small. Minimum useful network prefix is /124' },
    { config: { Network: '10.0.0.0/16', SubnetLen: 31 }, of: now, says: 'SubnetLen must be less than /31' },
    { config: { Network: 'fd00::/48', SubnetLen: 127 }, of: six, says: 'SubnetLen must be less than /127' },
    { config: { Network: '10.0.0.0/24', SubnetLen: 25 }, of: old, says: 'Network must be able to accommodate at least four subnets' },
    { config: { Network: '10.0.0.0/24', SubnetLen: 25 }, of: now, says: 'network must be able to accommodate at least four subnets' },
    { config: { Network: '10.0.0.0/16', SubnetMin: '10.1.0.0' }, of: now, says: 'SubnetMin is not in the range of the Network' },
    { config: { Network: 'fd00::/48', SubnetMax: 'fd01::' }, of: six, says: 'IPv6SubnetMax is not in the range of the IPv6Network' },
    { config: { Network: '10.0.0.0/16', SubnetMax: '10.0.9.7' }, of: now, says: 'SubnetMax is not on a SubnetLen boundary: 10.0.9.7' },
    {
      config: { Network: '10.0.0.0/16', SubnetMin: '10.0.9.7', SubnetMax: '11.0.0.0' },
      of: now,
      says: 'SubnetMax is not in the range of the Network',
    },
  ]
  for (const { config, of, says } of rows) test(`${JSON.stringify(config)}: ${says}`, () => assert.equal(readSubnetRange(config, of), says))

  const ranges = [
    { config: { Network: '10.0.0.0/16' }, from: '10.0.1.0', to: '10.0.255.0', length: 24 },
    { config: { Network: '10.0.0.5/16' }, from: '10.0.1.0', to: '10.0.255.0', length: 24 },
    { config: { Network: '10.0.0.0/23' }, from: '10.0.0.128', to: '10.0.1.128', length: 25 },
    { config: { Network: '10.0.0.0/16', SubnetLen: 20 }, from: '10.0.16.0', to: '10.0.240.0', length: 20 },
    { config: { Network: '10.0.0.0/16', SubnetMin: '10.0.20.0', SubnetMax: '10.0.10.0' }, from: '10.0.20.0', to: '10.0.10.0', length: 24 },
    { config: {}, of: old, from: '0.0.1.0', to: '255.255.255.0', length: 24 },
    { config: { Network: 'fd00::/48' }, of: six, from: 'fd00:0:0:1::', to: 'fd00:0:0:ffff::', length: 64 },
    { config: { Network: 'fd00::/63' }, of: six, from: 'fd00:0:0:0:8000::', to: 'fd00:0:0:1:8000::', length: 65 },
  ]
  for (const { config, of, from, to, length } of ranges)
    test(`${JSON.stringify(config)}: ${from} to ${to}, /${length} each`, () => {
      const range = rangeOf(config, of)
      assert.deepEqual([range.min, range.max, range.length], [parseIp(from), parseIp(to), length])
    })
})

describe('subnets', () => {
  const range = rangeOf({ Network: '10.0.0.0/16' })
  const lease = (subnet: string, machine: string): Lease => ({ subnet: parseCidr(subnet), publicIP: parseIp(machine) })
  const machine = { publicIP: parseIp('192.168.8.227') }
  const first = () => 0
  const taken = (cidr: ReturnType<typeof acquire>) => (cidr === null ? null : cidrText(cidr))

  test('a hundred free ones are looked at, the network’s own first one is left out', () => {
    const free = candidates(range, [parseCidr('10.0.2.0/24')])
    assert.deepEqual([free.length, cidrText(free[0]!), cidrText(free[99]!)], [100, '10.0.1.0/24', '10.0.101.0/24'])
  })
  test('what a wider lease holds is not free', () =>
    assert.equal(cidrText(candidates(range, [parseCidr('10.0.0.0/20')])[0]!), '10.0.16.0/24'))
  test('the machine’s own lease is used again', () =>
    assert.equal(taken(acquire(range, [lease('10.0.46.0/24', '192.168.8.227')], machine, first)), '10.0.46.0/24'))
  test('so is the one in subnet.env', () =>
    assert.equal(taken(acquire(range, [], { ...machine, previous: parseCidr('10.0.46.0/24') }, first)), '10.0.46.0/24'))
  test('unless another machine has it by now', () => {
    const leases = [lease('10.0.46.0/24', '192.168.8.228')]
    assert.equal(taken(acquire(range, leases, { ...machine, previous: parseCidr('10.0.46.0/24') }, first)), '10.0.1.0/24')
  })
  test('a lease of another length is no use', () =>
    assert.equal(taken(acquire(range, [lease('10.0.0.0/20', '192.168.8.227')], machine, first)), '10.0.1.0/24'))
  test('a range that ends before it begins has none', () => {
    const none = rangeOf({ Network: '10.0.0.0/16', SubnetMin: '10.0.20.0', SubnetMax: '10.0.10.0' })
    assert.equal(acquire(none, [], machine, first), null)
  })
  test('no two machines ever get the same', () =>
    fc.assert(
      fc.property(fc.array(fc.nat(), { minLength: 1, maxLength: 300 }), numbers => {
        const leases: Lease[] = []
        for (const [i, n] of numbers.entries()) {
          const publicIP = parseIp(`192.168.${i >> 8}.${i & 255}`)
          const subnet = acquire(range, leases, { publicIP }, below => n % below)
          if (subnet === null) assert.ok(leases.length >= 255)
          else {
            assert.ok(contains(range.network, subnet.ip) && !leases.some(l => l.subnet.ip === subnet.ip))
            leases.push({ subnet, publicIP })
          }
        }
      }),
      { seed: SEED, numRuns: 50 },
    ))
})

const DIR = join(process.cwd(), '../shared/oracles/pod-network/flanneld')
describe.skipIf(!existsSync(DIR))('the logs of the real flanneld', () => {
  const cases = existsSync(DIR)
    ? readdirSync(DIR)
        .filter(d => existsSync(join(DIR, d, 'input.json')))
        .sort()
    : []
  for (const name of cases)
    for (const version of ['v0.10.0', 'v0.28.4'])
      for (const log of existsSync(join(DIR, name, version)) ? readdirSync(join(DIR, name, version)).filter(f => f.endsWith('.log')) : [])
        test(`${name} ${version} ${log}: every lease was drawn from the subnets that it looked at`, () => {
          const text = readFileSync(join(DIR, name, version, log), 'utf8')
          for (const [, from, to, drawn] of text.matchAll(
            /Picking subnet in range (\S+) \.\.\. (\S+)\n.*Allocated lease \((?:ip: )?(\S+)[ )]/g,
          )) {
            const cidr = readCidr(drawn!.replace(/\)$/, ''))!
            const range = { network: cidr, length: cidr.length, min: parseIp(from!), max: parseIp(to!) }
            assert.ok(
              candidates(range, []).some(c => c.ip === cidr.ip),
              `${drawn} of ${from} to ${to}`,
            )
          }
        })

  for (const name of cases)
    for (const version of ['v0.10.0', 'v0.28.4'] as const)
      for (const log of existsSync(join(DIR, name, version)) ? readdirSync(join(DIR, name, version)).filter(f => f.endsWith('.log')) : [])
        test(`${name} ${version} ${log}: what it says of each configuration`, () => {
          const text = readFileSync(join(DIR, name, version, log), 'utf8')
          for (const [, written = '', told] of text.matchAll(/^# ---- started; config: (.*)\n((?:(?!# ---- (?:started|config)).*\n)*)/gm)) {
            if (written === '(none)') continue
            const [, why] = /Couldn't fetch network config: (.*)/.exec(told!) ?? []
            assert.equal(complaintOf(written, version), why, written)
          }
        })
})

/** What flanneld says of a configuration each second; undefined where it takes it. */
function complaintOf(text: string, version: FlannelVersion): string | undefined {
  const wrong = goJsonError(text)
  if (wrong !== undefined) return wrong
  const conf = JSON.parse(text) as SubnetConfig & { EnableIPv6?: boolean; IPv6Network?: string }
  const { ipv4, ipv6 } = FLANNEL_FACTS[version].subnets
  const four = readSubnetRange(conf, ipv4!)
  const range = typeof four === 'string' || !conf.EnableIPv6 || !ipv6 ? four : readSubnetRange({ Network: conf.IPv6Network! }, ipv6)
  return typeof range === 'string' ? range : undefined
}
