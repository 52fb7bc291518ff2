// Routing, TTL, MTU, source checks: what a router and the sender's own kernel do with a packet, and what the client sees.
import { strict as assert } from 'node:assert'
import { describe, test } from 'vitest'
import { expect, iptables, machine, type Row, type Space, star, walk } from './flows'

const flows = (name: string, world: ReturnType<typeof star>, rows: readonly (Row & { readonly says: string; readonly ends: string })[]) =>
  describe(name, () => {
    for (const { says, ends, ...row } of rows) test(`${says}: ${row.send}`, () => expect(world, row, ends))
  })

flows('a router between three machines', star(), [
  { says: 'another network', send: 'a → 10.0.2.2:80', ends: 'b sees 10.0.1.2:51412 at 10.0.2.2:80; answered' },
  { says: 'a datagram', send: 'a → 10.0.2.2:53 udp', ends: 'b sees 10.0.1.2:51412 at 10.0.2.2:53; answered' },
  { says: 'a ping', send: 'a → 10.0.2.2 icmp', ends: 'b sees 10.0.1.2 at 10.0.2.2; answered' },
  { says: 'oneself', send: 'a → 10.0.1.2:80', ends: 'a sees 10.0.1.2:51412 at 10.0.1.2:80; answered' },
  { says: 'oneself by loopback', send: 'a → 127.0.0.1:80', ends: 'a sees 127.0.0.1:51412 at 127.0.0.1:80; answered' },
  { says: 'nobody listens: RST', send: 'a → 10.0.2.2:81', ends: 'refused; refused' },
  { says: 'nobody listens: port unreachable', send: 'a → 10.0.2.2:54 udp', ends: 'refused; icmp 3/3 from 10.0.2.2' },
  { says: 'the router by its near address', send: 'a → 10.0.1.1:80', ends: 'refused; refused' },
  { says: 'the router by its far address', send: 'a → 10.0.2.1 icmp', ends: 'r sees 10.0.1.2 at 10.0.2.1; answered' },
  { says: 'no route in the router', send: 'a → 10.0.9.9:80', ends: 'no-route; icmp 3/0 from 10.0.1.1' },
  { says: 'nobody there, behind the router', send: 'a → 10.0.2.99:80', ends: 'host-unreachable; icmp 3/1 from 10.0.1.1' },
  { says: 'nobody there, on the own wire', send: 'a → 10.0.1.99:80', ends: 'host-unreachable; EHOSTUNREACH' },
  { says: 'the last hop of a TTL', send: 'a → 10.0.2.2:80', ttl: 2, ends: 'b sees 10.0.1.2:51412 at 10.0.2.2:80; answered' },
  { says: 'a TTL too short', send: 'a → 10.0.2.2:80', ttl: 1, ends: 'ttl-exceeded; icmp 11/0 from 10.0.1.1' },
  { says: 'TTL 1 is enough for the router itself', send: 'a → 10.0.2.1 icmp', ttl: 1, ends: 'r sees 10.0.1.2 at 10.0.2.1; answered' },
])

test('the TTL that the server sees is one less for each router', () => {
  const o = walk(star(), { send: 'a → 10.0.2.2:80' })
  assert.equal(o.hops.at(-1)!.steps.at(-1)!.packet.ttl, 63)
})

flows('a router that does not forward', star({ r: { sysctls: { 'net.ipv4.ip_forward': 0 } } }), [
  { says: 'lost without a word', send: 'a → 10.0.2.2:80', ends: 'dropped; timeout' },
  { says: 'its own addresses answer', send: 'a → 10.0.2.1 icmp', ends: 'r sees 10.0.1.2 at 10.0.2.1; answered' },
])

flows(
  'routes of the router that say no',
  star({ r: { routes: ['blackhole 10.7.0.0/16', 'prohibit 10.8.0.0/16', 'unreachable 10.9.0.0/16'] } }),
  [
    { says: 'blackhole: silence', send: 'a → 10.7.0.1:80', ends: 'dropped; timeout' },
    { says: 'prohibit: 3/13', send: 'a → 10.8.0.1:80', ends: 'rejected; icmp 3/13 from 10.0.1.1' },
    { says: 'unreachable: 3/1', send: 'a → 10.9.0.1:80', ends: 'host-unreachable; icmp 3/1 from 10.0.1.1' },
    { says: 'blackhole for its own programs', send: 'r → 10.7.0.1:80', ends: 'dropped; EINVAL' },
    { says: 'prohibit for its own programs', send: 'r → 10.8.0.1:80', ends: 'rejected; EACCES' },
    { says: 'unreachable for its own programs', send: 'r → 10.9.0.1:80', ends: 'host-unreachable; EHOSTUNREACH' },
  ],
)

flows('a machine without a default route', star({ a: { routes: [] } }), [
  { says: 'its own wire', send: 'a → 10.0.1.1 icmp', ends: 'r sees 10.0.1.2 at 10.0.1.1; answered' },
  { says: 'nothing else', send: 'a → 10.0.2.2:80', ends: 'no-route; ENETUNREACH' },
  { says: 'it is reached, and cannot answer', send: 'b → 10.0.1.2:80', ends: 'no-route; timeout' },
])

const narrow: Space = {
  devices: { eth2: { kind: 'veth', peer: 'b/eth0', mac: '02:00:00:00:02:01', mtu: 1400, addresses: ['10.0.2.1/24'] } },
}
flows('a wire of 1400 bytes behind the router', star({ r: narrow }), [
  {
    says: 'what fits passes',
    send: 'a → 10.0.2.2:53 udp',
    size: 1400,
    dontFragment: true,
    ends: 'b sees 10.0.1.2:51412 at 10.0.2.2:53; answered',
  },
  {
    says: 'one byte more with DF: 3/4',
    send: 'a → 10.0.2.2:53 udp',
    size: 1401,
    dontFragment: true,
    ends: 'mtu-exceeded; icmp 3/4 from 10.0.1.1',
  },
  {
    says: "more than the sender's own device carries",
    send: 'a → 10.0.2.2:53 udp',
    size: 1501,
    dontFragment: true,
    ends: 'mtu-exceeded; EMSGSIZE',
  },
])
test('the error says which MTU would fit', () => {
  const o = walk(star({ r: narrow }), { send: 'a → 10.0.2.2:53 udp', size: 1450, dontFragment: true })
  assert.equal(o.client.icmp?.mtu, 1400)
})

describe('where a source may come from', () => {
  /** a has a second address that the router knows no way to, or (with `back`) a way by another wire. */
  const spoofer = (filter: number, back: boolean) =>
    star({
      a: { devices: { lo: { kind: 'loopback', addresses: ['10.9.0.1/32'] }, ...machine(1).devices } },
      r: { sysctls: { 'net.ipv4.conf.all.rp_filter': filter }, routes: back ? ['10.9.0.0/24 via 10.0.3.2'] : [] },
    })
  const sent: Row = { send: 'a → 10.0.2.2:80', source: '10.9.0.1' }
  for (const { filter, back, ends } of [
    { filter: 0, back: false, ends: 'dropped; timeout' },
    { filter: 0, back: true, ends: 'b sees 10.9.0.1:51412 at 10.0.2.2:80; timeout' },
    { filter: 1, back: true, ends: 'dropped; timeout' },
    { filter: 1, back: false, ends: 'dropped; timeout' },
    { filter: 2, back: true, ends: 'b sees 10.9.0.1:51412 at 10.0.2.2:80; timeout' },
    { filter: 2, back: false, ends: 'dropped; timeout' },
  ])
    test(`rp_filter ${filter}, ${back ? 'answers leave by another wire' : 'no way back'}`, () => expect(spoofer(filter, back), sent, ends))

  test('the greater of all and the device counts', () => {
    const world = star({
      a: { devices: { lo: { kind: 'loopback', addresses: ['10.9.0.1/32'] }, ...machine(1).devices } },
      r: { sysctls: { 'net.ipv4.conf.eth1.rp_filter': 1 } },
    })
    expect(world, sent, 'dropped; timeout')
  })
  test("one of the router's own addresses is a martian, whatever rp_filter says", () => {
    const world = star({ a: { devices: { lo: { kind: 'loopback', addresses: ['10.0.3.1/32'] }, ...machine(1).devices } } })
    expect(world, { send: 'a → 10.0.2.2:80', source: '10.0.3.1' }, 'dropped; timeout')
  })
})

describe('which address an ICMP error comes from', () => {
  test('about a packet to one of the machine itself: that address', () =>
    expect(star(), { send: 'a → 10.0.2.1:54 udp' }, 'refused; icmp 3/3 from 10.0.2.1'))
  test('else the one that the way back to the sender begins with, not that of the device it came by', () => {
    const world = star({
      a: { devices: { lo: { kind: 'loopback', addresses: ['10.9.0.1/32'] }, ...machine(1).devices } },
      r: { routes: ['10.9.0.0/24 via 10.0.3.2'] },
    })
    const o = walk(world, { send: 'a → 10.77.0.1:80', source: '10.9.0.1' })
    assert.equal(o.fate, 'no-route')
    assert.equal(o.reply!.hops[0]!.steps[0]!.packet.source, '10.0.3.1')
  })
  test('the src of that way counts', () => {
    const world = star({
      r: { devices: { lo: { kind: 'loopback', addresses: ['10.8.8.8/32'] } }, routes: ['10.0.1.2/32 dev eth1 src 10.8.8.8'] },
    })
    expect(world, { send: 'a → 10.77.0.1:80' }, 'no-route; icmp 3/0 from 10.8.8.8')
  })
  test('none about an ICMP error, so that errors do not answer errors', () => {
    const world = star({ r: { iptables: iptables(['filter -A FORWARD -p icmp -j REJECT --reject-with icmp-host-prohibited']) } })
    const o = walk(world, { send: 'a → 10.0.2.2:54 udp' })
    assert.deepEqual([o.fate, o.client.result], ['refused', 'timeout'])
    const errors = o.reply!.hops.flatMap(h => h.steps.filter(s => s.kind === 'send'))
    assert.equal(errors.length, 1)
  })
})
