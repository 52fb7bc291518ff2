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
  { name: 'a device called __proto__', says: inA('devices: {__proto__: {kind: bridge}, constructor: {kind: bridge}}'), expect: [] },
]

describe('odd Network documents', () => {
  for (const row of rows) test(row.name, () => assert.deepEqual(row.says, row.expect))
})
