// flanneld on a node: for each backend, version and family what it leaves there, as its sources and recordings say.
import { strict as assert } from 'node:assert'
import { describe, test } from 'vitest'
import { parseCidr } from '../../src/addr/cidr'
import { parseIp } from '../../src/addr/ip'
import type { ClusterConfig, ClusterNode } from '../../src/apply/cluster-config'
import { flannelKeys, subnetEnv } from '../../src/node/flannel-files'
import { layoutOf } from '../../src/node/layout'
import { networkOf } from '../../src/node/network'
import { nodeTexts } from '../../src/node/node-texts'
import { articleConfig, stateOf } from './article'

const node = (last: number, network: number): ClusterNode => ({
  ...articleConfig.nodes[0]!,
  name: `n${last}`,
  containerRuntime: 'containerd',
  addresses: [
    { ip: parseIp(`192.168.${network}.${last}`), length: 24 },
    { ip: parseIp(`fd00:${network}::${last}`), length: 64 },
  ],
  podCIDRs: [parseCidr(`10.244.${last}.0/24`), parseCidr(`fd00:10:244:${last}::/64`)],
})

/** Three nodes of a dual-stack cluster, the third one behind a router. */
const cluster = (settings: ClusterConfig['cni']['settings']): ClusterConfig => ({
  ...articleConfig,
  profile: 'v1.35',
  ipFamily: 'dual',
  podSubnets: [parseCidr('10.244.0.0/16'), parseCidr('fd00:10:244::/56')],
  proxy: { ...articleConfig.proxy, mode: 'none' },
  cni: { name: 'flannel', settings },
  nodes: [node(1, 1), node(2, 1), node(3, 2)],
})

function textsOf(settings: ClusterConfig['cni']['settings']): ReadonlyMap<string, string> {
  const state = stateOf(cluster(settings), [])
  const layout = layoutOf(state)
  const program = networkOf(state).program('node/n1')!
  return nodeTexts(layout, layout.nodes.get('n1')!, program, [program.iptables!, program.ip6tables!], 'cni')
}

/** Lines of a text that speak of pods of other nodes. */
const elsewhere = (text = ''): readonly string[] => text.split('\n').filter(l => /^10\.244\.|^fd00:10:244:/.test(l))
const routes = (texts: ReadonlyMap<string, string>) => [...elsewhere(texts.get('ip-route.txt')), ...elsewhere(texts.get('ip6-route.txt'))]

describe('a dual-stack cluster', () => {
  test('vxlan has a device, routes, neighbours and FDB entries for each family', () => {
    const texts = textsOf({ backend: 'vxlan' })
    assert.deepEqual(routes(texts), [
      '10.244.2.0/24 via 10.244.2.0 dev flannel.1 onlink',
      '10.244.3.0/24 via 10.244.3.0 dev flannel.1 onlink',
      'fd00:10:244:2::/64 via fd00:10:244:2:: dev flannel-v6.1 metric 1024 onlink pref medium',
      'fd00:10:244:3::/64 via fd00:10:244:3:: dev flannel-v6.1 metric 1024 onlink pref medium',
    ])
    assert.match(texts.get('fdb.txt')!, / dev flannel-v6\.1 dst fd00:2::3 self permanent$/m)
    assert.match(texts.get('neigh.txt')!, /^fd00:10:244:3:: dev flannel-v6\.1 lladdr \S+ PERMANENT$/m)
  })
  test('host-gw reaches its neighbours alone, by both families', () =>
    assert.deepEqual(routes(textsOf({ backend: 'host-gw' })), [
      '10.244.2.0/24 via 192.168.1.2 dev eth0',
      'fd00:10:244:2::/64 via fd00:1::2 dev eth0 metric 1024 pref medium',
    ]))
  test('direct routing needs no neighbour entry for a neighbour', () => {
    const texts = textsOf({ backend: 'vxlan', directRouting: true })
    assert.match(texts.get('ip-route.txt')!, /^10\.244\.2\.0\/24 via 192\.168\.1\.2 dev eth0$/m)
    assert.doesNotMatch(texts.get('neigh.txt')!, /10\.244\.2\.0|fd00:10:244:2::/)
  })
  test('udp gives out and masquerades IPv6, and carries none of it', () => {
    const texts = textsOf({ backend: 'udp' })
    assert.deepEqual(routes(texts), ['10.244.0.0/16 dev flannel0'])
    assert.match(texts.get('subnet.env')!, /^FLANNEL_IPV6_SUBNET=fd00:10:244:1::1\/64$/m)
    assert.match(texts.get('ip6tables.save')!, /-A FLANNEL-POSTRTG -s fd00:10:244::\/56 ! -d ff00::\/8 .* -j MASQUERADE/)
  })
  test('alloc writes its rules and its file, and no way to other nodes', () => {
    const texts = textsOf({ backend: 'alloc' })
    assert.deepEqual(routes(texts), [])
    assert.match(texts.get('subnet.env')!, /^FLANNEL_MTU=1500$/m)
    assert.match(texts.get('iptables.save')!, /FLANNEL-POSTRTG/)
  })
  test('v0.10.0 knows IPv4 alone, and neither nftables nor the MTU', () => {
    const texts = textsOf({ version: 'v0.10.0', backend: 'vxlan', nftables: true, mtu: 1300, forwardRules: false })
    assert.equal(texts.has('nft.ruleset'), false)
    assert.doesNotMatch(texts.get('subnet.env')!, /IPV6/)
    assert.match(texts.get('subnet.env')!, /^FLANNEL_MTU=1450$/m)
    assert.match(texts.get('iptables.save')!, /^-A FORWARD -s 10\.244\.0\.0\/16 -j ACCEPT$/m)
  })
  test('in nftables mode every rule has its twin in the other family', () => {
    const ruleset = textsOf({ backend: 'vxlan', nftables: true }).get('nft.ruleset')!
    const count = (word: string) => ruleset.split(`${word} `).length
    assert.ok(count('\tip saddr') > 1)
    assert.equal(count('\tip saddr'), count('\tip6 saddr'))
  })
})

describe('the tunnel device’s MTU', () => {
  const mtus = (settings: ClusterConfig['cni']['settings']) => {
    const program = networkOf(stateOf(cluster(settings), [])).program('node/n1')!
    return program.devices.flatMap(d => (d.kind === 'vxlan' ? [d.mtuBytes] : []))
  }
  for (const [mtu, wanted, env] of [
    [undefined, [1450, 1430], 1450],
    [1300, [1250, 1250], 1250],
    [1490, [1440, 1430], 1440],
    [9000, [1450, 1430], 8950],
  ] as const)
    test(`an mtu of ${mtu ?? 'nothing'} gives ${wanted.join(' and ')}, and subnet.env says ${env}`, () => {
      const settings = { backend: 'vxlan', ...(mtu === undefined ? {} : { mtu }) }
      assert.deepEqual(mtus(settings), wanted)
      const layout = layoutOf(stateOf(cluster(settings), []))
      assert.match(subnetEnv(layout, layout.nodes.get('n1')!), new RegExp(`^FLANNEL_MTU=${env}$`, 'm'))
    })
})

describe('what etcd holds', () => {
  const keys = (settings: ClusterConfig['cni']['settings']) => [
    ...flannelKeys(layoutOf(stateOf(cluster({ leases: 'etcd', ...settings }), []))),
  ]
  test('the configuration has what differs from the defaults', () =>
    assert.equal(
      keys({ backend: 'vxlan', vni: 7, port: 4789, directRouting: true })[0]![1],
      '{"Network":"10.244.0.0/16","EnableIPv6":true,"IPv6Network":"fd00:10:244::/56","Backend":{"Type":"vxlan","VNI":7,"Port":4789,"DirectRouting":true}}',
    ))
  test('a lease of udp names no backend and no IPv6 address', () =>
    assert.deepEqual(keys({ backend: 'udp' })[1], [
      '/coreos.com/network/subnets/10.244.1.0-24&fd00:10:244:1::-64',
      '{"PublicIP":"192.168.1.1","PublicIPv6":null}',
    ]))
  test('nothing, where leases are podCIDRs', () => assert.deepEqual(keys({ leases: 'kube' }), []))
  test('one of v0.10.0 knows no IPv6', () =>
    assert.equal(keys({ version: 'v0.10.0', backend: 'host-gw' })[1]![1], '{"PublicIP":"192.168.1.1","BackendType":"host-gw"}'))
})

test('a version that nobody recorded is refused by name', () =>
  assert.throws(
    () => textsOf({ version: 'v0.22.0' }),
    /does not model flannel's version 'v0\.22\.0' yet\. Write one of v0\.10\.0, v0\.28\.4/,
  ))
