// Odd `kind: Network` documents: each row is a namespace and the whole of what hopspec says about it. Nothing is dropped in silence.
import { strict as assert } from 'node:assert'
import { describe, test } from 'vitest'
import { readText } from '../../src/apply/documents'
import { readNetwork } from '../../src/apply/network-document'
import { HopspecError } from '../../src/error'

const HEAD = 'apiVersion: hopspec/v1\nkind: Network\n'
const says = (text: string): string[] => {
  const { documents } = readText('n.yaml', `${HEAD}${text}`)
  try {
    readNetwork(documents[0]!)
    return []
  } catch (e) {
    if (!(e instanceof HopspecError)) throw e
    return e.problems.map(p => `${p.message} ${p.fix}`)
  }
}
const inA = (field: string): string[] => says(`namespaces:\n  a: {${field}}\n`)
const device = (fields: string): string[] => inA(`devices: {br0: {kind: bridge, ${fields}}}`)

const routed = (...routes: readonly string[]): string[] =>
  inA(`devices: {br0: {kind: bridge, addresses: [10.0.0.1/24, "fd00::1/64"]}}, routes: ${JSON.stringify(routes)}`)

const rows: { name: string; says: string[]; expect: string[] }[] = [
  { name: 'a whole one is fine', says: device('mtu: 1400, addresses: [10.0.0.1/24]'), expect: [] },
  {
    name: 'an MTU in words',
    says: device('mtu: big'),
    expect: [`'mtu' must be a whole number, not the text "big". Write a number from 68 to 65536.`],
  },
  { name: 'an MTU below what IP needs', says: device('mtu: -1'), expect: ["'mtu' is -1. Write a number from 68 to 65536."] },
  {
    name: 'a flag in quotes',
    says: device('hairpin: "on"'),
    expect: [`'hairpin' must be true or false, not the text "on". Write true or false without quotes.`],
  },
  {
    name: "another kind's field",
    says: device('local: 10.0.0.1'),
    expect: ["There is no field 'local' here. There are: kind, mac, mtu, addresses, master, hairpin, isolated, flood."],
  },
  { name: 'rules as a list', says: inA('iptables: [a]'), expect: ["'iptables' must be text, not a list. Write it in quotes."] },
  {
    name: 'the nft back end',
    says: inA('iptablesBackend: nft'),
    expect: ["hopspec does not model the nft back end of iptables yet. Write 'legacy'."],
  },
  {
    name: 'a setting that is no number',
    says: inA('sysctls: {net.ipv4.ip_forward: .nan}'),
    expect: ["'net.ipv4.ip_forward' is NaN. Write a number from 0 to 255."],
  },
  {
    name: 'a setting named __proto__',
    says: inA('sysctls: {__proto__: 1}'),
    expect: ['hopspec does not model the setting __proto__. Leave it out.'],
  },
  { name: 'port 0', says: inA('listeners: [{protocol: tcp, port: 0}]'), expect: ["'port' is 0. Write a number from 1 to 65535."] },
  {
    name: 'port 65536',
    says: inA('listeners: [{protocol: tcp, port: 65536}]'),
    expect: ["'port' is 65536. Write a number from 1 to 65535."],
  },
  {
    name: 'a protocol in capitals',
    says: inA('listeners: [{protocol: TCP, port: 80}]'),
    expect: ['This is not a listener. Write {protocol: tcp, port: 80}.'],
  },
  {
    name: 'a neighbour with words behind it',
    says: inA('neighbours: ["10.0.0.9 lladdr 02:00:00:00:00:09 dev br0 often"]'),
    expect: ["'10.0.0.9 lladdr 02:00:00:00:00:09 dev br0 often' is not a neighbour. Write ADDRESS lladdr MAC dev DEVICE."],
  },
  {
    name: 'a misspelt field at the top',
    says: says('namespace: {}\n'),
    expect: ["There is no field 'namespace' here. Did you mean 'namespaces'?"],
  },
  {
    name: 'a veth without its far end',
    says: inA('devices: {eth0: {kind: veth, peer: b/eth0}}'),
    expect: ['eth0 has the peer b/eth0, which is no veth device. Write peer: NAMESPACE/DEVICE of a device of kind veth.'],
  },
  {
    name: 'an address twice on a device',
    says: device('addresses: [10.0.0.1/24, 10.0.0.1/24]'),
    expect: ["br0 has the address 10.0.0.1 twice; the kernel says 'address already assigned'. Write each address once."],
  },
  { name: 'an IPv4 address with two lengths, as the kernel takes it', says: device('addresses: [10.0.0.1/24, 10.0.0.1/16]'), expect: [] },
  {
    name: 'an IPv6 address with two lengths',
    says: device('addresses: ["fd00::1/64", "fd00::1/48"]'),
    expect: ["br0 has the address fd00::1 twice; the kernel says 'address already assigned'. Write each address once."],
  },
  {
    name: 'a gateway on no link',
    says: routed('default via 192.168.5.1'),
    expect: [
      "The kernel refuses the route 'default via 192.168.5.1': Nexthop has invalid gateway, for 192.168.5.1 is on no link. Give a device an address in the network of 192.168.5.1, or write 'dev DEVICE onlink'.",
    ],
  },
  {
    name: 'a gateway on no link of the device',
    says: routed('default via 192.168.5.1 dev br0'),
    expect: [
      "The kernel refuses the route 'default via 192.168.5.1 dev br0': Nexthop has invalid gateway, for 192.168.5.1 is on no link of br0. Give a device an address in the network of 192.168.5.1, or write 'dev DEVICE onlink'.",
    ],
  },
  {
    name: 'a gateway behind another gateway',
    says: routed('10.9.0.0/16 via 10.0.0.5', '10.8.0.0/16 via 10.9.0.1').map(text => text.slice(0, 92)),
    expect: ["The kernel refuses the route '10.8.0.0/16 via 10.9.0.1': Nexthop has invalid gateway, for 10"],
  },
  {
    name: 'an IPv6 gateway that is not there',
    says: routed('fd01::/64 via fd05::1 dev br0').map(text => text.slice(0, 79)),
    expect: ["The kernel refuses the route 'fd01::/64 via fd05::1 dev br0': No route to host,"],
  },
  {
    name: 'an IPv6 gateway in the network of an address on lo, which nobody is in',
    says: inA(
      "devices: {lo: {kind: loopback, addresses: ['fd00:2::9/64']}, br0: {kind: bridge, addresses: ['fd00:2::1/64']}}, routes: ['-6 default via fd00:2::2']",
    ).map(text => text.slice(0, 79)),
    expect: ["The kernel refuses the route 'default via fd00:2::2': No route to host, for fd0"],
  },
  { name: 'onlink needs no network', says: routed('default via 192.168.5.1 dev br0 onlink'), expect: [] },
  {
    name: 'onlink without a device',
    says: routed('default via 192.168.5.1 onlink'),
    expect: [
      "The kernel refuses the route 'default via 192.168.5.1 onlink': Nexthop device required for onlink. Write dev DEVICE beside onlink.",
    ],
  },
  { name: 'a gateway behind a route without one', says: routed('192.168.6.0/24 dev br0', '10.6.0.0/16 via 192.168.6.1'), expect: [] },
  { name: 'a link-local gateway with its device', says: routed('fd01::/64 via fe80::1 dev br0'), expect: [] },
  {
    name: 'a device that is none',
    says: routed('10.6.0.0/16 dev eth7'),
    expect: [
      "The kernel refuses the route '10.6.0.0/16 dev eth7': Cannot find device \"eth7\". Name one of the namespace's devices: lo, br0.",
    ],
  },
  {
    name: 'neither a gateway nor a device',
    says: routed('10.6.0.0/16'),
    expect: [
      "The kernel refuses the route '10.6.0.0/16': No such device. Write via GATEWAY, or dev DEVICE for a network that is on a link.",
    ],
  },
  { name: 'a device called __proto__', says: inA('devices: {__proto__: {kind: bridge}, constructor: {kind: bridge}}'), expect: [] },
]

describe('odd Network documents', () => {
  for (const row of rows) test(row.name, () => assert.deepEqual(row.says, row.expect))
})
