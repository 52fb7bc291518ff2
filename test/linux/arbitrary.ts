// Random rules of the grammar of src/linux/rule.ts, such as iptables itself takes: what print, parse and the real tool are tried on.
import fc from 'fast-check'
import { networkOf } from '../../src/addr/cidr'
import { type Ip4, type Ip6, parseIp } from '../../src/addr/ip'
import type { PortRange } from '../../src/addr/port'
import {
  ADDRESS_TYPES,
  BUILT_IN,
  type Chain,
  CT_STATES,
  type Header,
  type Match,
  type Rule,
  type RuleSet,
  TABLES,
  type TableName,
  type Target,
} from '../../src/linux/rule'
import type { Not } from '../../src/linux/rule-values'

type FamilyName = 'ipv4' | 'ipv6'

/** Plain objects: equality looks at prototypes too. */
const record = <T extends object>(fields: { readonly [K in keyof T]: fc.Arbitrary<T[K]> }): fc.Arbitrary<T> =>
  fc.record(fields as { [K in keyof T]: fc.Arbitrary<T[K]> }, { noNullPrototype: true }) as fc.Arbitrary<T>
const not = <T>(of: fc.Arbitrary<T>): fc.Arbitrary<Not<T>> => record({ not: fc.boolean(), is: of })
const optional = <T extends object>(fields: { readonly [K in keyof T]: fc.Arbitrary<NonNullable<T[K]>> }): fc.Arbitrary<Partial<T>> =>
  fc.record(fields, { requiredKeys: [], noNullPrototype: true }) as fc.Arbitrary<Partial<T>>
const someOf = <T extends string>(all: readonly T[]): fc.Arbitrary<readonly T[]> => fc.subarray([...all], { minLength: 1 })

const address = (family: FamilyName) =>
  family === 'ipv4'
    ? fc.integer({ min: 1, max: 0xfffffffe }).map(n => n as Ip4)
    : fc.bigInt({ min: 1n, max: 2n ** 128n - 2n }).map(n => n as Ip6)
const cidr = (family: FamilyName) =>
  fc.tuple(address(family), fc.integer({ min: 1, max: family === 'ipv4' ? 32 : 128 })).map(([ip, length]) => networkOf(ip, length))
const port = fc.integer({ min: 0, max: 65535 })
const portRange: fc.Arbitrary<PortRange> = fc.oneof(
  port.map(p => ({ first: p, last: p })),
  fc.tuple(port, port).map(([a, b]) => ({ first: Math.min(a, b), last: Math.max(a, b) })),
)
const translatedPorts: fc.Arbitrary<PortRange> = fc
  .tuple(fc.integer({ min: 1, max: 65535 }), fc.nat({ max: 100 }))
  .map(([first, more]) => ({ first, last: Math.min(first + more, 65535) }))
const device = fc.constantFrom('eth0', 'cni0', 'flannel.1', 'veth+', 'lo', 'docker0')
const mark = fc.integer({ min: 0, max: 0xffffffff })
const masked = fc.tuple(mark, fc.constantFrom(0xffffffff, 0x4000, 0xff00)).map(([v, mask]) => ({ value: (v & mask) >>> 0, mask }))
const text = fc.string({ unit: fc.constantFrom(...'abcXYZ019-_ /:."\'\\,!()'), minLength: 1, maxLength: 40 })

type PortProtocol = 'tcp' | 'udp' | 'sctp'
const FLAGS = ['FIN', 'SYN', 'RST', 'PSH', 'ACK', 'URG'] as const
const transport = (match: PortProtocol): fc.Arbitrary<Match> =>
  optional<{
    sourcePorts: Not<PortRange>
    destinationPorts: Not<PortRange>
    flags: Not<{ mask: readonly string[]; set: readonly string[] }>
  }>({
    sourcePorts: not(portRange),
    destinationPorts: not(portRange),
    ...((match === 'tcp'
      ? {
          flags: not(fc.subarray([...FLAGS], { minLength: 1 }).chain(mask => record({ mask: fc.constant(mask), set: fc.subarray(mask) }))),
        }
      : {}) as { flags: never }),
  })
    .filter(m => Object.keys(m).length > 0)
    .map(m => ({ match, ...m }))

const limits = (hook: string | null) =>
  hook === null ? [] : /PREROUTING|INPUT/.test(hook) ? ['in'] : /OUTPUT|POSTROUTING/.test(hook) ? ['out'] : []

/** Modules that may stand in any table of IPv4 or IPv6, at a hook (null: in a chain that any hook may reach). */
const anywhere = (family: FamilyName, hook: string | null): fc.Arbitrary<Match>[] => [
  text.map(t => ({ match: 'comment', text: t })),
  not(masked).map(m => ({ match: 'mark', mark: m })),
  not(someOf(CT_STATES)).map(states => ({ match: 'conntrack', states })),
  not(someOf(['INVALID', 'NEW', 'RELATED', 'ESTABLISHED', 'UNTRACKED'] as const)).map(states => ({ match: 'state', states })),
  record({ not: fc.boolean(), threshold: fc.integer({ min: 0, max: 2 ** 31 }) }).map(r => ({ match: 'statistic', mode: 'random', ...r })),
  record({ not: fc.boolean(), every: fc.integer({ min: 1, max: 100 }) }).chain(r =>
    fc.nat({ max: r.every - 1 }).map(packet => ({ match: 'statistic', mode: 'nth', ...r, packet }) as Match),
  ),
  record({
    side: fc.constantFrom('source', 'destination', 'both'),
    types: not(
      someOf(family === 'ipv4' ? ADDRESS_TYPES : ADDRESS_TYPES.filter(t => t !== 'BROADCAST' && t !== 'PROHIBIT' && t !== 'BLACKHOLE')),
    ),
    limit: fc.constantFrom(undefined, ...(limits(hook) as ('in' | 'out')[])),
  }).map(
    ({ side, types, limit }): Match => ({
      match: 'addrtype',
      ...(side === 'destination' ? {} : { source: types }),
      ...(side === 'source' ? {} : { destination: types }),
      ...(limit === undefined ? {} : { limit }),
    }),
  ),
  record({
    not: fc.boolean(),
    action: fc.constantFrom('set', 'rcheck', 'update', 'remove'),
    seconds: fc.integer({ min: 1, max: 9999 }),
    more: fc.boolean(),
    hits: fc.integer({ min: 1, max: 20 }),
    side: fc.constantFrom('rsource', 'rdest'),
  }).map(({ not: n, action, seconds, more, hits, side }) => {
    const asks = action === 'rcheck' || action === 'update'
    const all = parseIp(family === 'ipv4' ? '255.255.255.255' : 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff')
    return {
      match: 'recent',
      not: n,
      action,
      reap: asks && more,
      ...(asks && more ? { seconds, hitcount: hits } : {}),
      name: `L${seconds % 3}`,
      mask: all,
      side,
    } as Match
  }),
]

const header = (family: FamilyName, hook: string | null): fc.Arbitrary<Header> =>
  optional<Header>({
    source: not(cidr(family)),
    destination: not(cidr(family)),
    ...((hook === null || /INPUT|FORWARD|PREROUTING/.test(hook) ? { in: not(device) } : {}) as { in: never }),
    ...((hook === null || /OUTPUT|FORWARD|POSTROUTING/.test(hook) ? { out: not(device) } : {}) as { out: never }),
  }) as fc.Arbitrary<Header>

/** A header with its protocol, and the modules that need that protocol. */
const packetPart = (family: FamilyName, hook: string | null): fc.Arbitrary<{ header: Header; matches: Match[] }> =>
  fc
    .tuple(header(family, hook), fc.constantFrom<PortProtocol | 'icmp' | 'none'>('tcp', 'udp', 'sctp', 'icmp', 'none'))
    .chain(([h, protocol]) => {
      if (protocol === 'none') return fc.constant({ header: h, matches: [] })
      if (protocol === 'icmp') {
        const four = family === 'ipv4'
        const type = record({
          type: fc.integer({ min: 0, max: 40 }),
          code: fc.oneof(fc.constant(null), fc.integer({ min: 0, max: 15 })),
        })
        return not(type).map(t => ({
          header: { ...h, protocol: { not: false, is: four ? 'icmp' : 'icmpv6' } } as Header,
          matches: [{ match: four ? 'icmp' : 'icmp6', type: t } as Match],
        }))
      }
      const several = record({
        not: fc.boolean(),
        side: fc.constantFrom('sports', 'dports', 'ports'),
        ports: fc.array(
          portRange.filter(p => p.first > 0 && (p.first !== 0 || p.last !== 65535)),
          { minLength: 1, maxLength: 7 },
        ),
      })
      return fc
        .tuple(fc.option(transport(protocol)), fc.option(several.map(m => ({ match: 'multiport', ...m }) as Match)))
        .map(([one, many]) => ({
          header: { ...h, protocol: { not: false, is: protocol } } as Header,
          matches: [one, many].filter(m => m !== null),
        }))
    })

const translation = (family: FamilyName, ports: boolean) =>
  fc
    .tuple(
      address(family),
      fc.option(fc.nat({ max: 5 })),
      fc.option(translatedPorts),
      fc.constantFrom(undefined, 'random', 'random-fully'),
      fc.boolean(),
    )
    .map(([first, more, range, random, persistent]) => ({
      first,
      ...(more === null || more === 0 || first > (family === 'ipv4' ? 0xffffff00 : 2n ** 127n)
        ? {}
        : { last: (typeof first === 'number' ? first + more : first + BigInt(more)) as Ip4 }),
      ...(ports && range !== null ? { ports: range } : {}),
      ...(random === undefined ? {} : { random: random as 'random' | 'random-fully' }),
      ...(persistent ? { persistent } : {}),
    }))

const target = (
  family: FamilyName,
  table: TableName,
  hook: string | null,
  users: readonly string[],
  ports: boolean,
): fc.Arbitrary<Target | null> => {
  const all: fc.Arbitrary<Target | null>[] = [
    fc.constant(null),
    fc.constantFrom<Target>({ do: 'ACCEPT' }, { do: 'RETURN' }),
    record({ value: mark, mask: fc.constantFrom(0xffffffff, 0x4000, 0xff) }).map((m): Target => ({ do: 'MARK', ...m })),
  ]
  if (table !== 'nat') all.push(fc.constant<Target>({ do: 'DROP' }))
  if (users.length > 0)
    all.push(
      fc.tuple(fc.constantFrom<'jump' | 'goto'>('jump', 'goto'), fc.constantFrom(...users)).map(([d, chain]): Target => ({ do: d, chain })),
    )
  if (table === 'filter' && hook !== null)
    all.push(
      fc.constantFrom<Target>(
        ...(family === 'ipv4'
          ? (['icmp-port-unreachable', 'icmp-host-prohibited', 'icmp-admin-prohibited', 'icmp-net-unreachable'] as const)
          : (['icmp6-port-unreachable', 'icmp6-adm-prohibited', 'icmp6-no-route'] as const)
        ).map((w): Target => ({ do: 'REJECT', with: w })),
      ),
    )
  if (table === 'nat' && (hook === 'PREROUTING' || hook === 'OUTPUT'))
    all.push(
      translation(family, ports).map((to): Target => ({ do: 'DNAT', to: to.random === 'random-fully' ? { ...to, random: 'random' } : to })),
    )
  if (table === 'nat' && hook === 'POSTROUTING') {
    all.push(translation(family, ports).map((to): Target => ({ do: 'SNAT', to })))
    all.push(
      fc
        .tuple(fc.option(translatedPorts), fc.constantFrom(undefined, 'random', 'random-fully'))
        .map(([p, r]): Target => ({ do: 'MASQUERADE', ...(ports && p ? { ports: p } : {}), ...(r ? { random: r as 'random' } : {}) })),
    )
  }
  if (table === 'raw' && hook !== null) all.push(fc.constant<Target>({ do: 'NOTRACK' }))
  return fc.oneof(...all)
}

const rule = (family: FamilyName, table: TableName, hook: string | null, users: readonly string[]): fc.Arbitrary<Rule> =>
  fc.tuple(packetPart(family, hook), fc.array(fc.oneof(...anywhere(family, hook)), { maxLength: 3 })).chain(([packet, more]) =>
    target(family, table, hook, users, ['tcp', 'udp', 'sctp'].includes(String(packet.header.protocol?.is))).map(t => ({
      header: packet.header,
      matches: [...packet.matches, ...more],
      target: t,
    })),
  )

const USERS = ['KUBE-SERVICES', 'KUBE-SVC-A', 'USER-b'] as const

/** A table with its built-in chains and three of a user's, each of which jumps only to later ones. */
const table = (family: FamilyName, name: TableName, most: number) =>
  fc
    .tuple(
      ...BUILT_IN[name].map(hook =>
        fc
          .tuple(
            fc.array(rule(family, name, hook, USERS), { maxLength: most }),
            name === 'nat' ? fc.constant('ACCEPT' as const) : fc.constantFrom('ACCEPT' as const, 'DROP' as const),
          )
          .map(([rules, policy]): Chain => ({ name: hook, policy, rules })),
      ),
      ...USERS.map((user, i) =>
        fc
          .array(rule(family, name, null, USERS.slice(i + 1)), { maxLength: most })
          .map((rules): Chain => ({ name: user, policy: null, rules })),
      ),
    )
    .map(chains => ({ name, chains }))

/** A whole rule set, chains in the order in which iptables-save prints them. */
export const ruleSet = (
  family: FamilyName,
  most = 4,
  names: readonly TableName[] = TABLES.filter(t => t !== 'security'),
): fc.Arbitrary<RuleSet> => fc.tuple(...names.map(name => table(family, name, most))).map(tables => ({ family, tables }))
