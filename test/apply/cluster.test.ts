// What a Cluster is when the input leaves things open: the default one, nodes that objects name, networks given out, kube-proxy's settings.
import { strict as assert } from 'node:assert'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { describe, test } from 'vitest'
import { cidrText } from '../../src/addr/cidr'
import { ipText } from '../../src/addr/ip'
import type { ClusterConfig } from '../../src/apply/cluster-config'
import { readStore } from '../../src/apply/store-input'
import { problemText } from '../../src/error'

const read = (text: string) => readStore([{ name: 'f.yaml', text }])
const configOf = (text: string): ClusterConfig => read(text).config
const cluster = (rest: string): string => `apiVersion: hopspec/v1\nkind: Cluster\n${rest}`
const proxy = (rest: string): string => `---\napiVersion: kubeproxy.config.k8s.io/v1alpha1\nkind: KubeProxyConfiguration\n${rest}`
const nodesText = (config: ClusterConfig): string[] =>
  config.nodes.map(n => [n.name, n.role, ...n.addresses.map(a => `${ipText(a.ip)}/${a.length}`), ...n.podCIDRs.map(cidrText)].join(' '))

test('without a Cluster document there is the default one', () => {
  const config = configOf('')
  assert.deepEqual(nodesText(config), [
    'control-plane control-plane 192.168.1.200/24 10.244.0.0/24',
    'worker worker 192.168.1.201/24 10.244.1.0/24',
    'worker2 worker 192.168.1.202/24 10.244.2.0/24',
  ])
  assert.deepEqual(
    [config.kubernetesVersion, config.cni.name, config.proxy.mode, config.builtins, ...config.serviceSubnets.map(cidrText)],
    ['v1.35.4', 'flannel', 'iptables', 'kubeadm', '10.96.0.0/12'],
  )
})

const pod = (name: string, node: string, ip: string): string =>
  `---\napiVersion: v1\nkind: Pod\nmetadata: {name: ${name}}\nspec: {nodeName: ${node}, containers: [{name: c, image: x}]}\nstatus: {podIP: ${ip}}\n`

test('a Cluster without nodes has those that objects name, at addresses that nobody has', () => {
  const config = configOf(`${cluster('')}${pod('a', 'n2', '192.168.1.200')}${pod('b', 'n1', '10.244.0.2')}`)
  assert.deepEqual(nodesText(config), ['n2 worker 192.168.1.201/24 10.244.0.0/24', 'n1 worker 192.168.1.202/24 10.244.1.0/24'])
})

test('a Node object brings its addresses, podCIDR and role', () => {
  const config = configOf(
    'apiVersion: v1\nkind: Node\nmetadata: {name: m, labels: {node-role.kubernetes.io/control-plane: ""}}\nspec: {podCIDR: 10.244.7.0/24}\nstatus: {addresses: [{type: Hostname, address: m}, {type: InternalIP, address: 10.0.0.9}]}\n',
  )
  assert.deepEqual(nodesText(config), ['m control-plane 10.0.0.9/24 10.244.7.0/24'])
})

test('a Node object stands beside those of the document, a node that only a pod names does not', () => {
  const node = '---\napiVersion: v1\nkind: Node\nmetadata: {name: b}\n'
  const config = configOf(`${cluster('nodes: [{name: a, addresses: [192.168.1.200]}]\n')}${pod('p', 'c', '10.244.1.2')}${node}`)
  assert.deepEqual(nodesText(config), ['a worker 192.168.1.200/24 10.244.0.0/24', 'b worker 192.168.1.201/24 10.244.1.0/24'])
})

test('podCIDRs are given out around the written ones, in each family', () => {
  const config = configOf(
    cluster(
      'networking: {ipFamily: dual}\nnodes: [{name: a, addresses: [192.168.1.1, "fd01::1"]}, {name: b, addresses: [192.168.1.2, "fd01::2"], podCIDRs: [10.244.0.0/24, "fd00:10:244:5::/64"]}]\n',
    ),
  )
  assert.deepEqual(nodesText(config), [
    'a worker 192.168.1.1/24 fd01::1/64 10.244.1.0/24 fd00:10:244::/64',
    'b worker 192.168.1.2/24 fd01::2/64 10.244.0.0/24 fd00:10:244:5::/64',
  ])
})

test('under v1.13 nodes run docker with its bridge, and flannel is the old one', () => {
  const config = configOf(cluster('kubernetesVersion: v1.13.0\nnodes: [{name: a, addresses: [192.168.1.200]}]\n'))
  const { containerRuntime, bip } = config.nodes[0]!
  assert.deepEqual(
    [config.profile, containerRuntime, ipText(bip!.ip), bip!.length, config.cni.settings.version],
    ['v1.13', 'docker', '172.17.0.1', 16, 'v0.10.0'],
  )
})

test('a version without a profile is the nearest one, and said', () => {
  const { config, warnings } = read(cluster('kubernetesVersion: v1.20.0\n'))
  assert.equal(config.profile, 'v1.13')
  assert.deepEqual(warnings.map(problemText), [
    'f.yaml:3:1: There is no profile of v1.20.0; v1.13, the nearest, stands in. Write v1.13.x, v1.35.x or v1.36.x for exact rules.',
  ])
})

describe("kube-proxy's settings", () => {
  const settings = (text: string): unknown[] => {
    const { proxy: p } = configOf(text)
    return [p.mode, p.clusterCIDRs.map(cidrText).join(), p.detectLocalMode, p.nodePortAddresses.join(), p.masqueradeAll, p.masqueradeBit]
  }
  const rows: [string, string, unknown[]][] = [
    ['by default', '', ['iptables', '10.244.0.0/16', 'ClusterCIDR', '', false, 14]],
    [
      'of the Cluster',
      cluster('networking: {kubeProxyMode: nftables, podSubnet: 10.5.0.0/16}\n'),
      ['nftables', '10.5.0.0/16', 'ClusterCIDR', 'primary', false, 14],
    ],
    [
      'of the KubeProxyConfiguration win',
      cluster('') + proxy('mode: ipvs\nclusterCIDR: 10.9.0.0/16\niptables: {masqueradeAll: true, masqueradeBit: 15}\n'),
      ['ipvs', '10.9.0.0/16', 'ClusterCIDR', '', true, 15],
    ],
    [
      'that are empty are taken literally',
      cluster('') + proxy('clusterCIDR: ""\ndetectLocalMode: ""\n'),
      ['iptables', '', '', '', false, 14],
    ],
    [
      'of nftables are its own',
      proxy('mode: nftables\niptables: {masqueradeBit: 3}\nnftables: {masqueradeBit: 4}\n'),
      ['nftables', '10.244.0.0/16', 'ClusterCIDR', 'primary', false, 4],
    ],
    [
      'of a family that is not in use do not count',
      proxy('clusterCIDR: fd00::/64,10.8.0.0/16\n'),
      ['iptables', '10.8.0.0/16', 'ClusterCIDR', '', false, 14],
    ],
  ]
  for (const [name, text, expected] of rows) test(name, () => assert.deepEqual(settings(text), expected))
})

test('what only allocation would refuse is a line of warning', () => {
  const service = (name: string, spec: string): string => `---\napiVersion: v1\nkind: Service\nmetadata: {name: ${name}}\nspec: ${spec}\n`
  const { warnings } = read(
    service('a', '{type: NodePort, clusterIP: 10.0.0.7, ports: [{port: 80, nodePort: 80}]}') +
      service('b', '{clusterIP: 10.096.0.9, ports: [{port: 80}]}') +
      service('c', '{clusterIP: 10.96.0.9, ports: [{port: 80}]}'),
  )
  assert.deepEqual(
    warnings.map(w => w.message),
    [
      'Service default/a: the address 10.0.0.7 is outside of 10.96.0.0/12.',
      'Service default/a: the nodePort 80 is outside of 30000-32767.',
      'Service default/b: the address 10.096.0.9 has leading zeros.',
      'Service default/c: the address 10.96.0.9 belongs to default/b too.',
    ],
  )
})

test('lists of any kind are taken apart, with places inside of them', () => {
  const { accepted } = read('apiVersion: v1\nkind: NamespaceList\nitems:\n- metadata: {name: a}\n- metadata: {name: b}\n')
  assert.deepEqual(
    accepted.map(a => [a.object.kind, a.object.metadata.name, a.place.line]),
    [
      ['Namespace', 'a', 4],
      ['Namespace', 'b', 5],
    ],
  )
})

test('placeOf finds a field, or the nearest written one around it', () => {
  const [service] = read('apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec:\n  ports:\n  - port: 80\n').accepted
  const at = (path: string): string => `${service!.placeOf(path).line}:${service!.placeOf(path).column}`
  assert.deepEqual(['spec.ports.0.port', 'spec.ports[0].nodePort', 'spec.type', 'status'].map(at), ['6:5', '6:5', '4:1', '1:1'])
})

test('JSON documents between dashes are read as JSON, with places', () => {
  const text =
    '{"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "a"}}\n---\n{"apiVersion": "v1",\n "kind": "Namespace", "metadata": {"name": "b"}}\n'
  const { accepted } = read(text)
  assert.deepEqual(
    accepted.map(a => [a.object.metadata.name, a.placeOf('metadata.name').line, a.placeOf('metadata.name').column]),
    [
      ['a', 1, 56],
      ['b', 4, 36],
    ],
  )
})

test('text in any encoding and with any line ends is read', () => {
  const text = 'apiVersion: v1\nkind: Namespace\nmetadata:\n  name: a\n'
  const variants = [
    `\ufeff${text}`,
    text.replaceAll('\n', '\r\n'),
    text.replaceAll('\n', '\r'),
    Buffer.from(`\ufeff${text}`, 'utf16le'),
    Buffer.from(`\ufeff${text}`, 'utf16le').swap16(),
  ]
  for (const variant of variants) assert.equal(readStore([{ name: 'f.yaml', text: variant }]).accepted[0]?.object.metadata.name, 'a')
})

const RECORDINGS = '../shared/oracles/kube-proxy-rules'
const recordings = existsSync(RECORDINGS) ? readdirSync(RECORDINGS).filter(d => existsSync(`${RECORDINGS}/${d}/input.json`)) : []
describe('every recorded input of kube-proxy is a store', () => {
  if (recordings.length === 0) test.skip(`the recorded inputs (skipped: ${RECORDINGS} is absent)`)
  for (const name of recordings)
    test(name, () => {
      const input = JSON.parse(readFileSync(`${RECORDINGS}/${name}/input.json`, 'utf8'))
      const items = [...(input.services ?? []), ...(input.endpointSlices ?? [])]
      assert.equal(readStore([{ name, text: JSON.stringify({ apiVersion: 'v1', kind: 'List', items }) }]).accepted.length, items.length)
    })
})

test('settings of kube-proxy that are not modelled are told, where they are set', () => {
  const text =
    'apiVersion: kubeproxy.config.k8s.io/v1alpha1\nkind: KubeProxyConfiguration\nhostnameOverride: other\nportRange: ""\nipvs:\n  excludeCIDRs: [10.0.0.0/8]\n'
  const { warnings } = readStore([{ name: 'proxy.yaml', text }])
  assert.deepEqual(warnings.map(problemText), [
    "proxy.yaml:3:1: hopspec takes no notice of 'hostnameOverride'.",
    "proxy.yaml:6:3: hopspec takes no notice of 'ipvs.excludeCIDRs'.",
  ])
})
