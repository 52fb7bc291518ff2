// Address translation both ways: what the server sees, what the client sees, what the kernel remembers.
import { strict as assert } from 'node:assert'
import { describe, test } from 'vitest'
import { expect, iptables, matched, type Row, star, traceInOrder, walk } from './flows'

const VIP = '10.96.0.20'
const rows = (name: string, world: ReturnType<typeof star>, all: readonly (Row & { readonly says: string; readonly ends: string })[]) =>
  describe(name, () => {
    for (const { says, ends, ...row } of all) test(`${says}: ${row.send}`, () => expect(world, row, ends))
  })

const dnat = [
  `nat -A PREROUTING -d ${VIP}/32 -p tcp -m tcp --dport 80 -j DNAT --to-destination 10.0.2.2:8080`,
  `nat -A PREROUTING -d ${VIP}/32 -p tcp -m tcp --dport 81 -j DNAT --to-destination 10.0.2.2`,
  `nat -A PREROUTING -d ${VIP}/32 -p udp -m udp --dport 54 -j DNAT --to-destination 10.0.2.2`,
  `nat -A PREROUTING -d ${VIP}/32 -p icmp -j DNAT --to-destination 10.0.2.2`,
  `nat -A PREROUTING -d ${VIP}/32 -p tcp -m tcp --dport 99 -j DNAT --to-destination 10.0.2.99:80`,
  `nat -A OUTPUT -d ${VIP}/32 -p tcp -m tcp --dport 80 -j DNAT --to-destination 10.0.2.2:8080`,
]
rows('DNAT in a router', star({ r: { iptables: iptables(dnat), routes: ['default via 10.0.3.2'] } }), [
  { says: 'address and port', send: `a → ${VIP}:80`, ends: 'b sees 10.0.1.2:51412 at 10.0.2.2:8080; answered' },
  { says: 'address only; the RST comes from the virtual address', send: `a → ${VIP}:81`, ends: 'refused; refused' },
  { says: 'the ICMP error is translated back, its source too', send: `a → ${VIP}:54 udp`, ends: `refused; icmp 3/3 from ${VIP}` },
  { says: 'ping', send: `a → ${VIP} icmp`, ends: 'b sees 10.0.1.2 at 10.0.2.2; answered' },
  {
    says: "the router's own error comes from the virtual address too",
    send: `a → ${VIP}:99`,
    ends: `host-unreachable; icmp 3/1 from ${VIP}`,
  },
  { says: 'the target itself gets its own packet back, a martian', send: `b → ${VIP}:80`, ends: 'dropped; timeout' },
  { says: 'the router itself, by OUTPUT', send: `r → ${VIP}:80`, ends: 'b sees 10.0.3.1:51412 at 10.0.2.2:8080; answered' },
])

test('an answer comes back from the address that the request was sent to', () => {
  const o = walk(star({ r: { iptables: iptables(dnat) } }), { send: `a → ${VIP}:80` })
  const last = o.reply!.hops.at(-1)!.steps.at(-1)!
  assert.deepEqual([last.packet.source, last.packet.destination], [`${VIP}:80`, '10.0.1.2:51412'], matched(o))
  assert.deepEqual(o.conntrack.r, [
    {
      protocol: 'tcp',
      original: `10.0.1.2:51412 -> ${VIP}:80`,
      reply: '10.0.2.2:8080 -> 10.0.1.2:51412',
      mark: 0,
      zone: 0,
      unreplied: false,
    },
  ])
})

rows(
  'source translation in a router',
  star({
    r: {
      iptables: iptables(['nat -A POSTROUTING -o eth2 -j MASQUERADE', 'nat -A POSTROUTING -d 10.0.3.0/24 -j SNAT --to-source 10.0.3.77']),
    },
  }),
  [
    {
      says: 'MASQUERADE takes the address of the way out',
      send: 'a → 10.0.2.2:80',
      ends: 'b sees 10.0.2.1:51412 at 10.0.2.2:80; answered',
    },
    { says: 'the source port is kept', send: 'a → 10.0.2.2:80', sourcePort: 1025, ends: 'b sees 10.0.2.1:1025 at 10.0.2.2:80; answered' },
    { says: 'ping too', send: 'a → 10.0.2.2 icmp', ends: 'b sees 10.0.2.1 at 10.0.2.2; answered' },
    { says: 'SNAT to an address that nobody answers for', send: 'a → 10.0.3.2:80', ends: 'dropped; timeout' },
    { says: 'errors find their way back', send: 'a → 10.0.2.2:54 udp', ends: 'refused; icmp 3/3 from 10.0.2.2' },
  ],
)

describe('which address MASQUERADE takes', () => {
  const world = (addresses: readonly string[], b = '10.0.2.2/24', routes: readonly string[] = []) =>
    star({
      b: {
        devices: { eth0: { kind: 'veth', peer: 'r/eth2', mac: '02:00:00:00:02:02', addresses: [b] } },
        routes: ['10.0.0.0/8 dev eth0', '192.168.7.0/24 dev eth0'],
      },
      r: {
        devices: { eth2: { kind: 'veth', peer: 'b/eth0', mac: '02:00:00:00:02:01', addresses } },
        routes,
        iptables: iptables(['nat -A POSTROUTING -o eth2 -j MASQUERADE']),
      },
    }) // prettier-ignore
  test('the first of the network that holds the next hop', () =>
    expect(
      world(['192.168.7.1/24', '10.0.2.5/24', '10.0.2.1/24']),
      { send: 'a → 10.0.2.2:80' },
      'b sees 10.0.2.5:51412 at 10.0.2.2:80; answered',
    ))
  test('the first of the device where no network holds it', () =>
    expect(
      world(['192.168.7.1/24', '192.168.8.1/24'], '10.0.2.2/32', ['10.0.2.2/32 dev eth2']),
      { send: 'a → 10.0.2.2:80' },
      'b sees 192.168.7.1:51412 at 10.0.2.2:80; answered',
    ))
  test('the src of a route does not count', () =>
    expect(
      world(['10.0.2.1/24', '10.0.2.9/24'], '10.0.2.2/24', ['10.0.2.2/32 dev eth2 src 10.0.2.9']),
      { send: 'a → 10.0.2.2:80' },
      'b sees 10.0.2.1:51412 at 10.0.2.2:80; answered',
    ))
})

rows(
  'REDIRECT in a router',
  star({
    r: {
      listeners: [{ protocol: 'tcp', port: 8080 }],
      iptables: iptables([
        'nat -A PREROUTING -p tcp -m tcp --dport 80 -j REDIRECT --to-ports 8080',
        'nat -A OUTPUT -p tcp -m tcp --dport 80 -j REDIRECT --to-ports 8080',
      ]),
    },
  }),
  [
    { says: 'to the address of the device it came by', send: 'a → 10.0.2.2:80', ends: 'r sees 10.0.1.2:51412 at 10.0.1.1:8080; answered' },
    { says: 'its own packets to 127.0.0.1', send: 'r → 10.0.2.2:80', ends: 'r sees 10.0.2.1:51412 at 127.0.0.1:8080; answered' },
  ],
)

describe('only the first packet of a connection asks the nat rules', () => {
  const world = star({ r: { iptables: iptables(dnat) } })
  const [first, second, other] = traceInOrder(world, [
    { send: `a → ${VIP}:80` },
    { send: `a → ${VIP}:80` },
    { send: `a → ${VIP}:80`, sourcePort: 40001 },
  ]).map(t => t.outcomes[0]!)
  const natRules = (o: typeof first) => o!.hops.flatMap(h => h.steps.filter(s => s.kind === 'rule' && s.table === 'nat')).length
  const dnatBy = (o: typeof first) => o!.hops.flatMap(h => h.steps.flatMap(s => (s.kind === 'dnat' ? [s.by] : [])))
  test('the first is translated by a rule', () => assert.deepEqual([natRules(first), dnatBy(first)], [1, ['rule']], matched(first!)))
  test('the next of the same connection by what conntrack remembers', () =>
    assert.deepEqual([natRules(second), dnatBy(second)], [0, ['conntrack']], matched(second!)))
  test('another source port is another connection', () =>
    assert.deepEqual([natRules(other), dnatBy(other)], [1, ['rule']], matched(other!)))
  test('all of them are answered', () =>
    assert.deepEqual(
      [first, second, other].map(o => o!.client.result),
      ['answered', 'answered', 'answered'],
    ))
})

test('nat rules that translate nothing are never walked: nothing is tracked for them', () => {
  const o = walk(star({ r: { iptables: iptables(['nat -A PREROUTING -j ACCEPT', 'nat -A POSTROUTING -j MARK --set-xmark 0x1/0x1']) } }), {
    send: 'a → 10.0.2.2:80',
  })
  assert.deepEqual(
    o.hops.flatMap(h => h.steps.filter(s => s.kind === 'rule')),
    [],
  )
  assert.deepEqual(o.conntrack, {})
})

describe('127.0.0.1 as the way to a service on the machine itself', () => {
  const rules = iptables([
    'nat -A OUTPUT -d 127.0.0.1/32 -p tcp -m tcp --dport 30080 -j DNAT --to-destination 10.0.2.2:80',
    'nat -A POSTROUTING -d 10.0.2.2/32 -j MASQUERADE',
  ])
  test('works with route_localnet and a masqueraded source', () =>
    expect(
      star({ r: { iptables: rules, sysctls: { 'net.ipv4.conf.all.route_localnet': 1 } } }),
      { send: 'r → 127.0.0.1:30080' },
      'b sees 10.0.2.1:51412 at 10.0.2.2:80; answered',
    ))
  test('is not answered without route_localnet', () => {
    const o = walk(star({ r: { iptables: rules } }), { send: 'r → 127.0.0.1:30080' })
    assert.notEqual(o.client.result, 'answered', matched(o))
  })
})
