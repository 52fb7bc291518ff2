// What hopspec takes for granted where the objects of a snapshot say otherwise, and nodes that nobody declares: each is one line of warning.
import { strict as assert } from 'node:assert'
import { describe, test } from 'vitest'
import { readStore } from '../../src/apply/store-input'
import { begin } from '../../src/cluster/begin'
import { objectOf } from '../../src/cluster/state'
import { settle } from '../../src/control/settle'
import { problemText } from '../../src/error'

const said = (...documents: readonly string[]): readonly string[] =>
  readStore([{ name: 'nodes.yaml', text: documents.join('---\n') }]).warnings.map(problemText)

const CLUSTER = (rest = '') => `apiVersion: hopspec/v1\nkind: Cluster\n${rest}`
const NODE = (rest: string, annotations = '') => `apiVersion: v1\nkind: Node\nmetadata: {name: cp1${annotations}}\n${rest}`
const MAP = (name: string, key: string, text: string) =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}, namespace: kube-system}\ndata:\n  ${key}: |\n    ${text.replaceAll('\n', '\n    ')}\n`
const POD = (name: string, node: string) =>
  `apiVersion: v1\nkind: Pod\nmetadata: {name: ${name}, namespace: shop}\nspec:\n  nodeName: ${node}\n  containers: [{name: c, image: x}]\n`

const OLD = NODE('status: {nodeInfo: {kubeletVersion: v1.13.12}}\n')
const NETWORK = NODE('spec: {podCIDR: 10.42.0.0/24, podCIDRs: [10.42.0.0/24]}\n')
const CALICO = NODE('', ', annotations: {projectcalico.org/IPv4Address: 10.0.0.1/24}')
const CANAL = NODE('', ', annotations: {projectcalico.org/IPv4Address: 10.0.0.1/24, flannel.alpha.coreos.com/backend-type: vxlan}')
const HOST_GW = NODE('', ', annotations: {flannel.alpha.coreos.com/backend-type: host-gw}')
const PROXY = MAP('kube-proxy', 'config.conf', 'mode: ipvs\nclusterCIDR: ""')
const PROXY_CIDR = MAP('kube-proxy', 'config.conf', 'clusterCIDR: 10.42.0.0/16,fd00::/56')
const FLANNEL = MAP('kube-flannel-cfg', 'net-conf.json', '{"Network": "10.42.0.0/16", "Backend": {"Type": "vxlan"}}')
const FLANNEL_GW = MAP('kube-flannel-cfg', 'net-conf.json', '{"Network": "10.244.0.0/16", "Backend": {"Type": "host-gw"}}')

const open: Record<string, readonly [string, string, string]> = {
  "a kubelet's version": [
    OLD,
    'nodes.yaml:4:21: Node cp1 says kubelet v1.13.12; without a Cluster document hopspec takes v1.35.4. Write kubernetesVersion: v1.13.12 in a kind: Cluster document.',
    'kubernetesVersion: v1.13.0\n',
  ],
  'a version without a profile of its own': [
    OLD.replace('v1.13.12', 'v1.28.3+k3s1'),
    'nodes.yaml:4:21: Node cp1 says kubelet v1.28.3; without a Cluster document hopspec takes v1.35.4. Write kubernetesVersion: v1.28.3 in a kind: Cluster document.',
    'kubernetesVersion: v1.35.4\n',
  ],
  'a podCIDR': [
    NETWORK,
    "nodes.yaml:4:31: Node cp1 has the podCIDR 10.42.0.0/24; without a Cluster document hopspec takes podSubnet 10.244.0.0/16. Write a 'networking.podSubnet' around the podCIDRs of all nodes in a kind: Cluster document.",
    'networking: {podSubnet: 10.42.0.0/16}\n',
  ],
  "kube-proxy's clusterCIDR": [
    PROXY_CIDR,
    'nodes.yaml:4:1: ConfigMap kube-system/kube-proxy says clusterCIDR 10.42.0.0/16,fd00::/56; without a Cluster document hopspec takes podSubnet 10.244.0.0/16. Write networking: {podSubnet: "10.42.0.0/16,fd00::/56"} in a kind: Cluster document.',
    'networking: {podSubnet: 10.42.0.0/16}\n',
  ],
  "flannel's Network": [
    FLANNEL,
    'nodes.yaml:4:1: ConfigMap kube-system/kube-flannel-cfg says Network 10.42.0.0/16; without a Cluster document hopspec takes podSubnet 10.244.0.0/16. Write networking: {podSubnet: "10.42.0.0/16"} in a kind: Cluster document.',
    'networking: {podSubnet: 10.42.0.0/16}\n',
  ],
  "kube-proxy's mode": [
    PROXY,
    'nodes.yaml:4:1: ConfigMap kube-system/kube-proxy says mode ipvs; without a Cluster document hopspec takes iptables. Write networking: {kubeProxyMode: ipvs} in a kind: Cluster document.',
    'networking: {kubeProxyMode: nftables}\n',
  ],
  'a node of calico': [
    CALICO,
    'nodes.yaml:3:23: Node cp1 has the annotation projectcalico.org/IPv4Address; without a Cluster document hopspec takes the CNI flannel. Write networking: {cni: calico} in a kind: Cluster document.',
    'networking: {cni: flannel}\n',
  ],
  'a node of canal': [
    CANAL,
    'nodes.yaml:3:23: Node cp1 has the annotation projectcalico.org/IPv4Address; without a Cluster document hopspec takes the CNI flannel. Write networking: {cni: canal} in a kind: Cluster document.',
    'networking: {cni: flannel}\n',
  ],
  "flannel's backend": [
    FLANNEL_GW,
    'nodes.yaml:4:1: ConfigMap kube-system/kube-flannel-cfg says the backend host-gw; without a Cluster document hopspec takes vxlan. Write networking: {cni: {name: flannel, backend: host-gw}} in a kind: Cluster document.',
    'networking: {cni: {name: flannel, backend: vxlan}}\n',
  ],
  "flannel's backend on a node": [
    HOST_GW,
    'nodes.yaml:3:23: Node cp1 says the backend host-gw; without a Cluster document hopspec takes vxlan. Write networking: {cni: {name: flannel, backend: host-gw}} in a kind: Cluster document.',
    'networking: {cni: {name: flannel, backend: vxlan}}\n',
  ],
}

describe('what is taken for granted is told beside', () => {
  for (const [name, [object, line, written]] of Object.entries(open)) {
    test(name, () => assert.deepEqual(said(object), [line]))
    test(`${name}, but not where the Cluster document says it`, () => assert.deepEqual(said(object, CLUSTER(written)), []))
  }

  test('a Cluster document that leaves it open', () =>
    assert.deepEqual(said(PROXY, CLUSTER()), [
      'nodes.yaml:4:1: ConfigMap kube-system/kube-proxy says mode ipvs; as the Cluster document leaves it open, hopspec takes iptables. Write networking: {kubeProxyMode: ipvs} in the Cluster document.',
    ]))

  test("a KubeProxyConfiguration's mode speaks for itself", () =>
    assert.deepEqual(said(PROXY, 'apiVersion: kubeproxy.config.k8s.io/v1alpha1\nkind: KubeProxyConfiguration\nmode: nftables\n'), []))
})

describe('a ConfigMap that cannot be read is none', () => {
  const aliases = `a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [${Array(9).fill('*a').join()}]\nc: &c [${Array(9).fill('*b').join()}]\nd: &d [${Array(9).fill('*c').join()}]\nmode: [${Array(9).fill('*d').join()}]`
  const texts = {
    'a list': '- mode: ipvs',
    'no YAML': 'mode: [ipvs',
    'an alias bomb': aliases,
    'a text': 'ipvs',
    'too long': `mode: ipvs\nx: ${'y'.repeat(70_000)}`,
  }
  for (const [name, text] of Object.entries(texts)) test(name, () => assert.deepEqual(said(MAP('kube-proxy', 'config.conf', text)), []))
})

describe('a namespace that nobody declares', () => {
  const NAMESPACE = (name: string) => `apiVersion: v1\nkind: Namespace\nmetadata: {name: ${name}}\n`
  const SERVICE = (name: string, namespace: string) =>
    `apiVersion: v1\nkind: Service\nmetadata: {name: ${name}, namespace: ${namespace}}\nspec: {ports: [{port: 80}]}\n`

  test('is told once, with the one that was probably meant', () =>
    assert.deepEqual(said(SERVICE('web', 'shopp'), SERVICE('db', 'shopp'), NAMESPACE('shop')), [
      "nodes.yaml:3:23: Service shopp/web is in namespace 'shopp', which nobody declares. Did you mean 'shop'?",
    ]))
  const quiet: Record<string, readonly string[]> = {
    'where it is like no other': [SERVICE('web', 'prod'), NAMESPACE('shop')],
    'where nobody declares any': [SERVICE('web', 'shopp'), SERVICE('db', 'shop')],
    'where it is declared, later and under a similar name': [SERVICE('web', 'shopp'), NAMESPACE('shop'), NAMESPACE('shopp')],
    'where every cluster has it': [
      SERVICE('web', 'default'),
      SERVICE('dns', 'kube-system'),
      NAMESPACE('defaults'),
      NAMESPACE('kube-systems'),
    ],
  }
  for (const [name, documents] of Object.entries(quiet)) test(`is nothing to tell ${name}`, () => assert.deepEqual(said(...documents), []))
})

describe('a node that nobody declares', () => {
  const NODES = CLUSTER('nodes: [{name: w1, addresses: [192.168.1.1]}, {name: w3, addresses: [192.168.1.3]}]\n')
  const UNKNOWN = "nodes.yaml:5:3: pod shop/web-x is on node 'w33', which nobody declares. Did you mean 'w3'?"

  test('is told once, with the one that was probably meant', () =>
    assert.deepEqual(said(POD('web-x', 'w33'), POD('web-y', 'w33'), POD('web-z', 'w1'), NODES), [UNKNOWN]))
  test('is not there beside those of the document, and a pod on it waits', () => {
    const input = readStore([{ name: 'n.yaml', text: `${NODES}---\n${POD('web-x', 'w33')}` }])
    assert.deepEqual(
      input.config.nodes.map(n => n.name),
      ['w1', 'w3'],
    )
    const pod = objectOf(settle(begin(input)), 'Pod', 'shop/web-x')
    assert.deepEqual([pod?.spec.nodeName, pod?.status?.phase, pod?.status?.podIP], ['w33', 'Pending', undefined])
  })
  test('is told beside Node objects, too', () => assert.deepEqual(said(POD('web-x', 'w33'), NODE('').replace('cp1', 'w3')), [UNKNOWN]))
  test('is nothing to tell where nobody declares any', () => assert.deepEqual(said(POD('web-x', 'w33'), CLUSTER()), []))
  test('is a number where there are many', () => {
    const lines = said(...Array.from({ length: 25 }, (_, i) => POD(`p${i}`, `x${i}`)), NODES)
    assert.equal(lines.length, 20)
    assert.match(lines.at(-1)!, /'x19', which nobody declares \(and 5 more such nodes\)/)
  })
})
