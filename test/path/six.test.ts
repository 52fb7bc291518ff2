// The same over IPv6: forwarding, refusals in ICMPv6's own numbers, translation by ip6tables.
import { describe, test } from 'vitest'
import { expect, iptables, network, type Row, type Space } from './flows'

const machine = (n: number): Space => ({
  devices: { eth0: { kind: 'veth', peer: `r/eth${n}`, mac: `02:00:00:00:0${n}:02`, addresses: [`fd00:${n}::2/64`] } },
  routes: [`-6 default via fd00:${n}::1`],
  listeners: [
    { protocol: 'tcp', port: 80 },
    { protocol: 'udp', port: 53 },
  ], // prettier-ignore
})
const world = (rules: readonly string[] = [], forwarding = 1) =>
  network({
    a: machine(1),
    b: machine(2),
    r: {
      devices: {
        eth1: { kind: 'veth', peer: 'a/eth0', mac: '02:00:00:00:01:01', addresses: ['fd00:1::1/64'] },
        eth2: { kind: 'veth', peer: 'b/eth0', mac: '02:00:00:00:02:01', mtu: 1400, addresses: ['fd00:2::1/64'] },
      },
      sysctls: { 'net.ipv6.conf.all.forwarding': forwarding },
      ...(rules.length > 0 ? { ip6tables: iptables(rules) } : {}),
    },
  })

const rows: readonly (Row & { readonly says: string; readonly rules?: readonly string[]; readonly ends: string })[] = [
  { says: 'another network', send: 'a → [fd00:2::2]:80', ends: 'b sees [fd00:1::2]:51412 at [fd00:2::2]:80; answered' },
  { says: 'a ping', send: 'a → fd00:2::2 icmp', ends: 'b sees fd00:1::2 at fd00:2::2; answered' },
  { says: 'nobody listens: 1/4', send: 'a → [fd00:2::2]:54 udp', ends: 'refused; icmp 1/4 from fd00:2::2' },
  { says: 'no route: 1/0', send: 'a → [fd00:9::1]:80', ends: 'no-route; icmp 1/0 from fd00:1::1' },
  { says: 'nobody there: 1/3', send: 'a → [fd00:2::99]:80', ends: 'host-unreachable; icmp 1/3 from fd00:1::1' },
  { says: 'hop limit: 3/0', send: 'a → [fd00:2::2]:80', ttl: 1, ends: 'ttl-exceeded; icmp 3/0 from fd00:1::1' },
  { says: 'too big: 2/0', send: 'a → [fd00:2::2]:53 udp', size: 1450, dontFragment: true, ends: 'mtu-exceeded; icmp 2/0 from fd00:1::1' },
  {
    says: 'DNAT',
    rules: ['nat -A PREROUTING -d fd00:96::1/128 -p tcp -m tcp --dport 80 -j DNAT --to-destination [fd00:2::2]:80'],
    send: 'a → [fd00:96::1]:80',
    ends: 'b sees [fd00:1::2]:51412 at [fd00:2::2]:80; answered',
  },
  {
    says: 'MASQUERADE',
    rules: ['nat -A POSTROUTING -o eth2 -j MASQUERADE'],
    send: 'a → [fd00:2::2]:80',
    ends: 'b sees [fd00:2::1]:51412 at [fd00:2::2]:80; answered',
  },
  {
    says: 'REJECT',
    rules: ['filter -A FORWARD -j REJECT --reject-with icmp6-adm-prohibited'],
    send: 'a → [fd00:2::2]:80',
    ends: 'rejected; icmp 1/1 from fd00:1::1',
  },
]
describe('a router of IPv6', () => {
  for (const { says, rules, ends, ...row } of rows) test(`${says}: ${row.send}`, () => expect(world(rules), row, ends))
  test('that does not forward', () => expect(world([], 0), { send: 'a → [fd00:2::2]:80' }, 'dropped; timeout'))
})
