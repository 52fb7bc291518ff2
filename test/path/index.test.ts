// The index of long chains: the rules that match, what they leave behind and what they ask of chance are those of the linear walk.
import { strict as assert } from 'node:assert'
import fc from 'fast-check'
import { describe, test } from 'vitest'
import { networkOf } from '../../src/addr/cidr'
import { type Ip4, parseIp } from '../../src/addr/ip'
import type { Packet } from '../../src/linux/packet'
import type { Program } from '../../src/linux/program'
import type { Header, Match, Rule, RuleSet } from '../../src/linux/rule'
import { Fib } from '../../src/path/fib'
import { machineOf } from '../../src/path/machine'
import { type Asked, Unmodelled } from '../../src/path/asked'
import { emptyMemory } from '../../src/path/memory'
import { arriving } from '../../src/path/skb'
import { compileTables } from '../../src/path/table'
import { SEED } from '../plan'

const program: Program = {
  name: 'n',
  devices: [],
  routes: [],
  policyRules: [],
  neighbours: [],
  fdb: [],
  sysctls: {},
  iptables: null,
  ip6tables: null,
  nftables: null,
  listeners: [],
}
const fib = new Fib(program)
const machine = machineOf(program)

/** Few addresses and ports, so that packets and rules meet. */
const address = fc.constantFrom('10.96.0.1', '10.96.0.2', '10.96.0.3', '10.97.0.1').map(t => parseIp(t) as Ip4)
const port = fc.constantFrom(53, 80, 443)
const protocol = fc.constantFrom<'tcp' | 'udp'>('tcp', 'udp')
const destination = fc
  .tuple(fc.boolean(), address, fc.constantFrom(32, 32, 32, 16, 0))
  .map(([not, ip, length]) => ({ not, is: networkOf(ip, length) }))
const header: fc.Arbitrary<Header> = fc.record({ destination, protocol: protocol.map(is => ({ not: false, is })) }, { requiredKeys: [] })
const ports = fc
  .tuple(protocol, fc.boolean(), port, fc.constantFrom(0, 0, 400))
  .map(([match, not, first, more]): Match => ({ match, destinationPorts: { not, is: { first, last: first + more } } }))
const match: fc.Arbitrary<Match> = fc.oneof(
  { weight: 4, arbitrary: ports },
  fc.constant<Match>({ match: 'comment', text: 'x' }),
  fc.integer({ min: 1, max: 3 }).map((every): Match => ({ match: 'statistic', mode: 'nth', not: false, every, packet: every - 1 })),
  fc.constant<Match>({ match: 'statistic', mode: 'random', not: false, threshold: 2 ** 30 }),
  fc
    .tuple(fc.constantFrom('set' as const, 'rcheck' as const, 'remove' as const), fc.boolean())
    .map(
      ([action, not]): Match => ({ match: 'recent', not, action, reap: false, name: 'L', mask: parseIp('255.255.255.255'), side: 'rdest' }),
    ),
  fc.constant<Match>({ match: 'unmodelled', module: 'string', words: [] }),
)
const rule = fc.tuple(header, fc.array(match, { maxLength: 3 })).map(([h, matches]): Rule => ({ header: h, matches, target: null }))
const packet = fc.tuple(protocol, address, port).map(([p, to, destinationPort]): Packet => {
  const common = {
    source: parseIp('10.244.0.9'),
    destination: to,
    ttl: 64,
    tos: 0,
    dontFragment: false,
    lengthBytes: 60,
    sourcePort: 51412,
    destinationPort,
  }
  return p === 'tcp' ? { ...common, protocol: 'tcp', flags: ['syn'] } : { ...common, protocol: 'udp' }
}) // prettier-ignore

/** All that a walk of the chain does with these packets, one after the other: rules that matched, draws, what is remembered, where it ended as unknown. */
function walked(rules: RuleSet, index: boolean, packets: readonly Packet[]): readonly string[] {
  const chain = compileTables(rules, index).get('filter')!.get('FORWARD')!
  const memory = emptyMemory()
  const log: string[] = []
  let draws = 0
  const chooser = { chance: () => draws++ % 3 === 0, pick: () => 0 }
  for (const p of packets) {
    const asked: Asked = {
      skb: arriving(p, 'request'),
      where: { hook: 'FORWARD', in: 'eth0', out: 'eth1', portIn: '', portOut: '', bridged: false },
      fib,
      ipsets: new Map(),
      chooser,
      memory,
      machine,
      client: null,
      served: null,
      everyPacket: true,
    }
    try {
      for (const candidate of chain.candidates(p)) if (candidate.matches(asked)) log.push(candidate.text())
    } catch (error) {
      if (!(error instanceof Unmodelled)) throw error
      log.push(`unknown ${error.message}`)
    }
    log.push(
      `draws ${draws}, remembered ${[...memory.recent].map(([name, l]) => `${name} ${[...l.keys()].join()}`).join(';')}, counted ${[...memory.nth.values()].join()}`,
    )
  }
  return log
}

describe('a chain of 16 rules or more', () => {
  test('is walked as from top to bottom, for every packet', () => {
    fc.assert(
      fc.property(fc.array(rule, { minLength: 16, maxLength: 48 }), fc.array(packet, { minLength: 1, maxLength: 6 }), (all, packets) => {
        const rules: RuleSet = { family: 'ipv4', tables: [{ name: 'filter', chains: [{ name: 'FORWARD', policy: 'ACCEPT', rules: all }] }] }
        assert.deepEqual(walked(rules, true, packets), walked(rules, false, packets))
      }),
      { seed: SEED, numRuns: 1500 },
    )
  })
  test('is not walked whole: of 1000 hosts a packet looks at one', () => {
    const all = Array.from(
      { length: 1000 },
      (_, i): Rule => ({
        header: { destination: { not: false, is: { ip: (0x0a600000 + i) as Ip4, length: 32 } } },
        matches: [],
        target: null,
      }),
    )
    const rules: RuleSet = { family: 'ipv4', tables: [{ name: 'filter', chains: [{ name: 'FORWARD', policy: 'ACCEPT', rules: all }] }] }
    const p: Packet = {
      protocol: 'udp',
      source: parseIp('10.244.0.9'),
      destination: (0x0a600000 + 7) as Ip4,
      ttl: 64,
      tos: 0,
      dontFragment: false,
      lengthBytes: 60,
      sourcePort: 1,
      destinationPort: 2,
    }
    assert.equal([...compileTables(rules).get('filter')!.get('FORWARD')!.candidates(p)].length, 1)
  })
})
