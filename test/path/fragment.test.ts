// Packets that are longer than a link takes: cut, put together where connections are tracked, refused where they may not be cut.
import { strict as assert } from 'node:assert'
import { describe, test } from 'vitest'
import * as fc from 'fast-check'
import { parseIp } from '../../src/addr/ip'
import type { Packet } from '../../src/linux/packet'
import { cut, Waiting } from '../../src/path/fragment'
import { expect, iptables, network, type Row, SERVERS, type Space, star, walk } from './flows'

const flows = (name: string, world: ReturnType<typeof star>, rows: readonly (Row & { readonly says: string; readonly ends: string })[]) =>
  describe(name, () => {
    for (const { says, ends, ...row } of rows) test(`${says}: ${row.send}`, () => expect(world, row, ends))
  })

const narrow = (r: Space = {}, b: Space = {}) =>
  star({
    b,
    r: { devices: { eth2: { kind: 'veth', peer: 'b/eth0', mac: '02:00:00:00:02:01', mtu: 1400, addresses: ['10.0.2.1/24'] } }, ...r },
  })
const out = (world: ReturnType<typeof star>, row: Row) =>
  walk(world, row)
    .wire.filter(l => l.startsWith('r/eth2 tx'))
    .map(l => l.replace(/^.* len /, ''))

test('a router cuts each piece by itself, and the last one stays as it is', () => {
  assert.deepEqual(out(narrow(), { send: 'a → 10.0.2.2:53 udp', size: 1600, dontFragment: false }), ['1396 mf', '124 mf', '120'])
})
test('a router that tracks connections puts the pieces together and cuts the whole anew', () => {
  const tracking = narrow({ iptables: iptables(['filter -A FORWARD -m conntrack --ctstate INVALID -j DROP']) })
  assert.deepEqual(out(tracking, { send: 'a → 10.0.2.2:53 udp', size: 1600, dontFragment: false }), ['1396 mf', '224'])
})
test('pieces that fit leave a router that tracks connections as long as the longest that came', () => {
  const tracking = star({ r: { iptables: iptables(['filter -A FORWARD -m conntrack --ctstate INVALID -j DROP']) } })
  assert.deepEqual(out(tracking, { send: 'a → 10.0.2.2:53 udp', size: 1600, dontFragment: false }), ['1500 mf', '120'])
})

flows('a narrow link behind a router', narrow(), [
  {
    says: 'a packet that may be cut',
    send: 'a → 10.0.2.2:53 udp',
    size: 1450,
    dontFragment: false,
    ends: 'b sees 10.0.1.2:51412 at 10.0.2.2:53; answered',
  },
  { says: 'one that may not', send: 'a → 10.0.2.2:53 udp', size: 1450, dontFragment: true, ends: 'mtu-exceeded; icmp 3/4 from 10.0.1.1' },
  {
    says: 'programs say may not unless they are told',
    send: 'a → 10.0.2.2:53 udp',
    size: 1450,
    ends: 'mtu-exceeded; icmp 3/4 from 10.0.1.1',
  },
  {
    says: 'what does not fit their own link is cut at once',
    send: 'a → 10.0.2.2:53 udp',
    size: 1600,
    ends: 'b sees 10.0.1.2:51412 at 10.0.2.2:53; answered',
  },
  {
    says: 'nobody listens, and the error is about the whole',
    send: 'a → 10.0.2.2:99 udp',
    size: 1600,
    ends: 'refused; icmp 3/3 from 10.0.2.2',
  },
  {
    says: 'the own link, and the program insists',
    send: 'a → 10.0.2.2:53 udp',
    size: 1600,
    dontFragment: true,
    ends: 'mtu-exceeded; EMSGSIZE',
  },
])

flows(
  'a narrow link on both sides',
  narrow({}, { devices: { eth0: { kind: 'veth', peer: 'r/eth2', mtu: 1400, addresses: ['10.0.2.2/24'] } } }),
  [{ says: 'an echo reply is cut on its way back', send: 'b → 10.0.1.2 icmp', size: 1600, ends: 'a sees 10.0.2.2 at 10.0.1.2; answered' }],
)

flows(
  'a narrow link on both sides',
  narrow({}, { devices: { eth0: { kind: 'veth', peer: 'r/eth2', mtu: 1400, addresses: ['10.0.2.2/24'] } } }),
  [{ says: 'an echo reply is cut on its way back', send: 'b → 10.0.1.2 icmp', size: 1600, ends: 'a sees 10.0.2.2 at 10.0.1.2; answered' }],
)

flows('rules and pieces', narrow({ iptables: iptables(['filter -A FORWARD -f -j DROP']) }), [
  { says: 'the first piece arrives, the others do not', send: 'a → 10.0.2.2:53 udp', size: 1600, ends: 'dropped; timeout' },
  { says: 'a whole packet', send: 'a → 10.0.2.2:53 udp', ends: 'b sees 10.0.1.2:51412 at 10.0.2.2:53; answered' },
])
flows(
  'ports and pieces',
  narrow({ iptables: iptables(['filter -A FORWARD -p udp -m udp --dport 53 -j ACCEPT'], { 'filter FORWARD': 'DROP' }) }),
  [{ says: 'only the first piece has a port', send: 'a → 10.0.2.2:53 udp', size: 1600, ends: 'dropped; timeout' }],
)

const six = (mtu: number) =>
  network({
    a: {
      devices: { eth0: { kind: 'veth', peer: 'r/eth1', addresses: ['fd00:1::2/64'] } },
      routes: ['-6 default via fd00:1::1'],
      listeners: SERVERS,
    },
    b: {
      devices: { eth0: { kind: 'veth', peer: 'r/eth2', addresses: ['fd00:2::2/64'] } },
      routes: ['-6 default via fd00:2::1'],
      listeners: SERVERS,
    },
    r: {
      devices: {
        eth1: { kind: 'veth', peer: 'a/eth0', addresses: ['fd00:1::1/64'] },
        eth2: { kind: 'veth', peer: 'b/eth0', mtu, addresses: ['fd00:2::1/64'] },
      },
      sysctls: { 'net.ipv6.conf.all.forwarding': 1 },
    },
  })
flows('IPv6', six(1400), [
  {
    says: 'a router never cuts',
    send: 'a → [fd00:2::2]:53 udp',
    size: 1450,
    dontFragment: false,
    ends: 'mtu-exceeded; icmp 2/0 from fd00:1::1',
  },
])
flows('IPv6, wide', six(1500), [
  { says: 'the sender does', send: 'a → [fd00:2::2]:53 udp', size: 1600, ends: 'b sees [fd00:1::2]:51412 at [fd00:2::2]:53; answered' },
])

test('whatever a packet is cut to, twice over, it is whole again when the last piece has come', () => {
  const packet = (lengthBytes: number): Packet => ({
    protocol: 'udp',
    source: parseIp('10.0.0.1'),
    destination: parseIp('10.0.0.2'),
    sourcePort: 1,
    destinationPort: 2,
    ttl: 64,
    tos: 0,
    dontFragment: false,
    lengthBytes,
  })
  fc.assert(
    fc.property(
      fc.integer({ min: 100, max: 9000 }),
      fc.integer({ min: 68, max: 1500 }),
      fc.integer({ min: 68, max: 1500 }),
      (length, one, two) => {
        const whole = packet(length)
        const pieces = cut(whole, one, 1).flatMap(p => cut(p, two, 2))
        assert.ok(pieces.every(p => p.lengthBytes <= two))
        const waiting = new Waiting()
        const gathered = pieces.reverse().map(p => waiting.gather('here', p))
        assert.deepEqual(
          gathered.map(g => g?.packet.lengthBytes),
          [...pieces.slice(1).map(() => undefined), length],
        )
      },
    ),
    { seed: 7 },
  )
})
