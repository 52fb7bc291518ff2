// Broadcasts, multicasts, and frames for stations that a bridge does not know: who hears them, and who says nothing.
import { strict as assert } from 'node:assert'
import { describe, test } from 'vitest'
import { expect, iptables, network, type Row, SERVERS, type Space, star, walk } from './flows'

const flows = (name: string, world: ReturnType<typeof star>, rows: readonly (Row & { readonly says: string; readonly ends: string })[]) =>
  describe(name, () => {
    for (const { says, ends, ...row } of rows) test(`${says}: ${row.send}`, () => expect(world, row, ends))
  })

flows('a machine on a wire', star({ a: { routes: [] } }), [
  { says: 'a socket that may not broadcast', send: 'a → 10.0.1.255:53 udp', ends: 'no-route; EACCES' },
  { says: 'an echo request neither', send: 'a → 10.0.1.255 icmp', ends: 'no-route; EACCES' },
  { says: 'TCP never', send: 'a → 10.0.1.255:80', broadcast: true, ends: 'no-route; ENETUNREACH' },
  {
    says: 'its own server hears it, too',
    send: 'a → 10.0.1.255:53 udp',
    broadcast: true,
    ends: 'a sees 10.0.1.2:51412 at 10.0.1.255:53; timeout',
  },
  { says: 'nobody refuses a broadcast', send: 'a → 10.0.1.255:99 udp', broadcast: true, ends: 'dropped; timeout' },
  { says: 'to everybody needs a route', send: 'a → 255.255.255.255:53 udp', broadcast: true, ends: 'no-route; ENETUNREACH' },
  {
    says: 'or a device',
    send: 'a → 255.255.255.255:53 udp',
    broadcast: true,
    device: 'eth0',
    ends: 'a sees 10.0.1.2:51412 at 255.255.255.255:53; timeout',
  },
  { says: 'a group that nobody has joined', send: 'a → 239.1.1.1:53 udp', device: 'eth0', ends: 'dropped; timeout' },
  { says: 'the broadcast address of lo', send: 'a → 127.255.255.255:53 udp', ends: 'no-route; EACCES' },
  { says: 'another network’s broadcast is an address like any', send: 'b → 10.0.1.255:53 udp', ends: 'dropped; timeout' },
])

test('a broadcast is on the wire once, comes in where it went out, and is answered from an address of the machine', () => {
  const { wire } = walk(star(), { send: 'r → 10.0.1.255:53 udp', broadcast: true, sourcePort: 4000 })
  assert.deepEqual(wire, [
    'r/eth1 tx udp 10.0.1.1:4000 > 10.0.1.255:53 ttl 64 len 37',
    'a/eth0 rx udp 10.0.1.1:4000 > 10.0.1.255:53 ttl 64 len 37',
    'a/eth0 tx udp 10.0.1.2:53 > 10.0.1.1:4000 ttl 64 len 30',
    'r/eth1 rx udp 10.0.1.2:53 > 10.0.1.1:4000 ttl 64 len 30',
    'r/eth1 tx icmp 3/3 10.0.1.1 > 10.0.1.2 ttl 64 len 58',
    'a/eth0 rx icmp 3/3 10.0.1.1 > 10.0.1.2 ttl 64 len 58',
  ])
})

const matching = (line: string): Space => ({ iptables: iptables([line]) })
flows('rules that ask how a packet was addressed', star({ a: matching('filter -A INPUT -m pkttype --pkt-type broadcast -j DROP') }), [
  { says: 'a broadcast', send: 'r → 10.0.1.255:53 udp', broadcast: true, ends: 'dropped; timeout' },
  { says: 'a packet to the machine alone', send: 'r → 10.0.1.2:53 udp', ends: 'a sees 10.0.1.1:51412 at 10.0.1.2:53; answered' },
])

const port = (far: string, more: object = {}) => ({ kind: 'veth', peer: `${far}/eth0`, master: 'br0', ...more })
const pod = (n: number, rest: Space = {}): Space => ({
  devices: { eth0: { kind: 'veth', peer: `h/v${n}`, mac: `02:00:00:00:00:0${n}`, addresses: [`10.1.0.${n}/24`] } },
  listeners: SERVERS,
  ...rest,
})
const bridge = (v3: object = {}, p2: Space = {}, h: Space = {}) =>
  network({
    h: { ...h, devices: { br0: { kind: 'bridge', addresses: ['10.1.0.1/24'] }, v2: port('p2'), v3: port('p3', v3), v4: port('p4') } },
    p2: pod(2, p2),
    p3: pod(3),
    p4: pod(4),
  })
test('rules of a bridge see that a frame is for everybody', () => {
  const o = walk(bridge({}, {}, { iptables: iptables(['filter -A FORWARD -m pkttype --pkt-type broadcast -j DROP']) }), {
    send: 'p2 → 10.1.0.255:99 udp',
    broadcast: true,
  })
  assert.deepEqual(
    o.wire.filter(l => l.startsWith('p3/')),
    [],
  )
})

const hears = (world: ReturnType<typeof star>, row: Row) =>
  walk(world, row)
    .wire.filter(l => /rx udp 10\.1\.0\.2:51412 /.test(l))
    .map(l => l.split(' ')[0])

test('a bridge gives a broadcast to every other port and to its own machine', () => {
  assert.deepEqual(hears(bridge(), { send: 'p2 → 10.1.0.255:53 udp', broadcast: true }), ['h/v2', 'h/br0', 'p3/eth0', 'p4/eth0'])
})

test('a frame for a station that nobody has goes to every port that floods', () => {
  const nobody = { neighbours: ['10.1.0.9 lladdr 02:00:00:00:00:99 dev eth0'] }
  assert.deepEqual(hears(bridge({}, nobody), { send: 'p2 → 10.1.0.9:53 udp' }), ['h/v2', 'p3/eth0', 'p4/eth0'])
  assert.deepEqual(hears(bridge({ flood: false }, nobody), { send: 'p2 → 10.1.0.9:53 udp' }), ['h/v2', 'p4/eth0'])
})
