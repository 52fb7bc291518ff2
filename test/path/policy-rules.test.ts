// Policy rules: which table decides, by what the packet is, where it came in and who sends it.
import { describe, test } from 'vitest'
import { expect, machine, type Row, star } from './flows'

const flows = (name: string, world: ReturnType<typeof star>, rows: readonly (Row & { readonly says: string; readonly ends: string })[]) =>
  describe(name, () => {
    for (const { says, ends, ...row } of rows) test(`${says}: ${row.send}`, () => expect(world, row, ends))
  })

const far = (n: number) =>
  machine(n, {
    devices: {
      eth0: { kind: 'veth', peer: `r/eth${n}`, mac: `02:00:00:00:0${n}:02`, addresses: [`10.0.${n}.2/24`] },
      lo: { kind: 'loopback', addresses: ['10.70.0.1/32'] },
    },
  })
/** 10.70.0.1 is on b and on c; the main table forbids it, table 100 leads to b, table 101 to c. */
const world = (...policyRules: readonly string[]) =>
  star({
    b: far(2),
    c: far(3),
    r: { policyRules, routes: ['prohibit 10.70.0.0/16', '10.70.0.0/16 via 10.0.2.2 table 100', '10.70.0.0/16 via 10.0.3.2 table 101'] },
  })
const atB = 'b sees 10.0.1.2:51412 at 10.70.0.1:53; answered'
const atC = 'c sees 10.0.1.2:51412 at 10.70.0.1:53; answered'
const nowhere = 'rejected; icmp 3/13 from 10.0.1.1'

flows('without a rule', world(), [{ says: 'the main table decides', send: 'a → 10.70.0.1:53 udp', ends: nowhere }])
flows('ipproto and dport', world('ipproto udp dport 50-60 lookup 100', 'ipproto tcp sport 51412 lookup 101'), [
  { says: 'a datagram to such a port', send: 'a → 10.70.0.1:53 udp', ends: atB },
  { says: 'another port', send: 'a → 10.70.0.1:61 udp', ends: nowhere },
  { says: 'a connection from such a port', send: 'a → 10.70.0.1:80', ends: 'c sees 10.0.1.2:51412 at 10.70.0.1:80; answered' },
  {
    says: 'the router itself: its source is chosen first',
    send: 'r → 10.70.0.1:53 udp',
    ends: 'b sees 10.0.2.1:51412 at 10.70.0.1:53; answered',
  },
])
flows('tos', world('tos 0x10 lookup 100'), [
  { says: 'the same TOS', send: 'a → 10.70.0.1:53 udp', tos: 16, ends: atB },
  { says: 'none', send: 'a → 10.70.0.1:53 udp', ends: nowhere },
])
flows('iif and oif', world('iif eth1 lookup 100', 'oif eth3 lookup 101', 'iif lo ipproto udp lookup 101'), [
  { says: 'what came in by the device', send: 'a → 10.70.0.1:53 udp', ends: atB },
  { says: 'what starts here came in by lo', send: 'r → 10.70.0.1:53 udp', ends: 'c sees 10.0.3.1:51412 at 10.70.0.1:53; answered' },
  {
    says: 'a socket bound to the device',
    send: 'r → 10.70.0.1:80',
    device: 'eth3',
    ends: 'c sees 10.0.3.1:51412 at 10.70.0.1:80; answered',
  },
])
flows('uidrange', world('uidrange 0-0 lookup 100'), [
  { says: 'programs are of user 0', send: 'r → 10.70.0.1:53 udp', ends: 'b sees 10.0.2.1:51412 at 10.70.0.1:53; answered' },
  { says: 'forwarded packets are of nobody', send: 'a → 10.70.0.1:53 udp', ends: nowhere },
])
flows('goto', world('iif eth1 goto 500 pref 100', 'lookup 101 pref 200', 'nop pref 500', 'lookup 100 pref 501'), [
  { says: 'the rules between are left out', send: 'a → 10.70.0.1:53 udp', ends: atB },
])
flows('suppress_prefixlength', world('lookup 100 suppress_prefixlength 16 pref 10', 'lookup 101 pref 11'), [
  { says: 'a route that is too short does not count', send: 'a → 10.70.0.1:53 udp', ends: atC },
])
flows('not', world('not iif eth1 lookup 100'), [{ says: 'the opposite', send: 'a → 10.70.0.1:53 udp', ends: nowhere }])
flows('rules without a priority', world('lookup 101', 'lookup 100'), [
  { says: 'the last comes first', send: 'a → 10.70.0.1:53 udp', ends: atB },
])

flows('a socket bound to a device without a route', star(), [
  { says: 'takes everybody for a neighbour there', send: 'r → 10.99.0.1:53 udp', device: 'eth2', ends: 'host-unreachable; timeout' },
  { says: 'finds the neighbour', send: 'r → 10.0.3.2:53 udp', device: 'eth2', source: '10.0.2.1', ends: 'host-unreachable; timeout' },
])
flows(
  'the way back is asked for as of the device that the packet leaves by',
  star({
    r: { sysctls: { 'net.ipv4.conf.all.rp_filter': 1 }, policyRules: ['iif eth2 lookup 100'], routes: ['prohibit default table 100'] },
  }),
  [
    { says: 'out by eth2: no way back', send: 'a → 10.0.2.2:80', ends: 'dropped; timeout' },
    { says: 'out by eth3', send: 'a → 10.0.3.2:80', ends: 'c sees 10.0.1.2:51412 at 10.0.3.2:80; answered' },
    { says: 'to the router itself', send: 'a → 10.0.2.1 icmp', ends: 'r sees 10.0.1.2 at 10.0.2.1; answered' },
  ],
)
