// A bridge that translates: whether the frame shows up on the bridge device depends on who asked for whom before.
import { strict as assert } from 'node:assert'
import { test } from 'vitest'
import { iptables, network, type Row, SERVERS, type Space, traceInOrder } from './flows'

const port = (far: string) => ({ kind: 'veth', peer: `${far}/eth0`, master: 'br0', hairpin: true })
const pod = (n: number): Space => ({
  devices: { eth0: { kind: 'veth', peer: `h/v${n}`, addresses: [`10.1.0.${n}/24`] } },
  routes: ['default via 10.1.0.1'],
  listeners: SERVERS,
})
const world = (h: Space = {}) =>
  network({
    h: {
      devices: { br0: { kind: 'bridge', addresses: ['10.1.0.1/24'] }, v2: port('p2'), v3: port('p3') },
      sysctls: { 'net.ipv4.ip_forward': 1 },
      iptables: iptables(['nat -A PREROUTING -d 10.9.9.9/32 -j DNAT --to-destination 10.1.0.2']),
      ...h,
    },
    p2: pod(2),
    p3: pod(3),
  })
/** Whether the last flow's translated request is seen on the bridge device. */
const seen = (rows: readonly Row[], h?: Space) =>
  traceInOrder(world(h), rows)
    .at(-1)!
    .outcomes[0]!.wire.some(l => /^h\/br0 tx .* > 10\.1\.0\.2:53/.test(l))
const call: Row = { send: 'p3 → 10.9.9.9:53 udp', sourcePort: 4001 }

test('the first packet to a neighbour waits for its answer, and leaves through the bridge device', () => assert.equal(seen([call]), true))
test('the next goes straight to the port', () => assert.equal(seen([call, { ...call, sourcePort: 4002 }]), false))
test('a machine that has talked to the neighbour itself is ready', () => assert.equal(seen([{ send: 'h → 10.1.0.2:53 udp' }, call]), false))
test('a machine that was only asked by the neighbour is never sure of it', () =>
  assert.equal(seen([{ send: 'p2 → 10.1.0.1 icmp' }, call, { ...call, sourcePort: 4002 }]), true))
test('a permanent neighbour is sure once it was used', () => {
  const permanent = { neighbours: ['10.1.0.2 lladdr 02:aa:00:00:00:02 dev br0'] }
  assert.equal(seen([call], permanent), true)
  assert.equal(seen([call, { ...call, sourcePort: 4002 }], permanent), false)
})
