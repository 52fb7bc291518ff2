// What `ip link` and `bridge fdb` print; the real ones beside it.
import { strict as assert } from 'node:assert'
import { spawnSync } from 'node:child_process'
import { describe, test } from 'vitest'
import { parseIp } from '../../src/addr/ip'
import { readMac } from '../../src/addr/mac'
import { printFdb, printIpLink } from '../../src/linux/ip-link'
import type { Device, Program } from '../../src/linux/program'

const mac = (text: string) => readMac(text)!
const devices: readonly Device[] = [
  { kind: 'loopback', name: 'lo', mac: 0 as Device['mac'], mtuBytes: 65_536, addresses: [] },
  { kind: 'bridge', name: 'cni0', mac: mac('0a:58:0a:f4:01:01'), mtuBytes: 1500, addresses: [] },
  { kind: 'veth', name: 'veth1', mac: mac('02:00:00:00:00:01'), mtuBytes: 1400, addresses: [], peer: { namespace: 'n', device: 'veth0' } },
  { kind: 'veth', name: 'veth0', mac: mac('02:00:00:00:00:02'), mtuBytes: 1500, addresses: [], peer: { namespace: 'n', device: 'veth1' } },
  {
    kind: 'vxlan',
    name: 'flannel.1',
    mac: mac('02:00:00:00:00:03'),
    mtuBytes: 1450,
    addresses: [],
    id: 1,
    local: parseIp('192.168.1.201'),
    device: 'veth0',
    udpPort: 8472,
  },
  {
    kind: 'vxlan',
    name: 'flannel-v6.7',
    mac: mac('02:00:00:00:00:04'),
    mtuBytes: 1430,
    addresses: [],
    id: 7,
    local: parseIp('fd00:1::1'),
    device: 'veth0',
    udpPort: 4789,
    gbp: true,
  },
]
const program: Program = {
  name: 'n',
  devices,
  routes: [],
  policyRules: [],
  neighbours: [],
  fdb: [
    { mac: mac('02:00:00:00:00:09'), device: 'flannel.1', destination: parseIp('192.168.1.202') },
    { mac: mac('02:00:00:00:00:0a'), device: 'flannel-v6.7', destination: parseIp('fd00:1::2') },
  ],
  sysctls: {},
  iptables: null,
  ip6tables: null,
  nftables: null,
  listeners: [],
}

test('of a bridge, its ports and network cards nobody knows the details', () => {
  assert.equal(printIpLink(program, undefined, 'cni0', true), null)
  assert.equal(printIpLink(program, undefined, null, true), null)
  assert.match(printIpLink(program, undefined, 'cni0', false)!, /^2: cni0: .* mode DEFAULT group default qlen 1000\n {4}link\/ether 0a:58:/)
})

/** Runs a shell command in a network namespace that ends with it. */
const alone = (command: string) => spawnSync('unshare', ['-n', 'sh', '-c', command], { encoding: 'utf8' })
const able = alone('ip link add br0 type bridge').status === 0

describe.skipIf(!able)(`the real ip${able ? '' : ' (skipped: no ip(8) here, or no right to a network namespace)'}`, () => {
  const made = [
    'ip link set lo up',
    'ip link add veth1 index 3 address 02:00:00:00:00:01 mtu 1400 type veth peer name veth0 index 4 address 02:00:00:00:00:02',
    'ip link set veth1 up && ip link set veth0 up',
    'ip addr add 192.168.1.201/24 dev veth0 && ip addr add fd00:1::1/64 dev veth0 nodad',
    'ip link add flannel.1 address 02:00:00:00:00:03 type vxlan id 1 local 192.168.1.201 dev veth0 dstport 8472 nolearning',
    'ip link add flannel-v6.7 address 02:00:00:00:00:04 type vxlan id 7 local fd00:1::1 dev veth0 dstport 4789 nolearning gbp',
    'ip link set flannel.1 up && ip link set flannel-v6.7 up',
    'bridge fdb append 02:00:00:00:00:09 dev flannel.1 dst 192.168.1.202 self permanent',
    'bridge fdb append 02:00:00:00:00:0a dev flannel-v6.7 dst fd00:1::2 self permanent',
  ].join(' && ')
  /** How many queues a cable has follows from the machine's processors. */
  const sameQueues = (text: string) => text.replace(/ num(?:tx|rx)queues \d+/g, '')
  for (const device of ['lo', 'veth1', 'veth0', 'flannel.1', 'flannel-v6.7'])
    test(`says the same of ${device}, with details and without`, () => {
      const run = alone(`${made} && sleep 0.2 && ip link show ${device} && ip -d link show ${device}`)
      assert.equal(run.stderr, '')
      const ours = [false, true].map(details => printIpLink(program, undefined, device, details)).join('')
      const number = (text: string) => text.replace(/^\d+: /gm, 'N: ')
      assert.equal(number(sameQueues(ours)), number(sameQueues(run.stdout)))
    })
  for (const device of ['flannel.1', 'flannel-v6.7'])
    test(`says the same of the entries of ${device}`, () => {
      const run = alone(`${made} && bridge fdb show dev ${device}`)
      assert.equal(run.stdout, printFdb(program.fdb, device))
    })
})
