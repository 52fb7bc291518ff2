// Bad input: each row is a text and the whole of what hopspec says about it, place and fix included.
import { strict as assert } from 'node:assert'
import { describe, test } from 'vitest'
import { ipText } from '../../src/addr/ip'
import { readFastYaml } from '../../src/apply/fast-yaml'
import { readStore } from '../../src/apply/store-input'
import { HopspecError, problemText } from '../../src/error'

const complaints = (text: string | Uint8Array, ...more: { name: string; text: string }[]): string[] => {
  try {
    readStore([{ name: 'f.yaml', text }, ...more])
    return []
  } catch (e) {
    if (!(e instanceof HopspecError)) throw e
    return e.problems.map(problemText)
  }
}
const codes = (text: string): string[] => {
  try {
    readStore([{ name: 'f.yaml', text }])
    return []
  } catch (e) {
    return (e as HopspecError).problems.map(p => p.code)
  }
}
const service = (spec: string): string => `apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec:\n${spec}`
const cluster = (rest: string): string => `apiVersion: hopspec/v1\nkind: Cluster\n${rest}`

/** The modelled kinds, as a refusal lists them. */
const rows: { name: string; text: string | Uint8Array; says: string[] }[] = [
  {
    name: 'a misspelt field gets a suggestion',
    text: service('  ports:\n  - port: 80\n    target_port: 8080\n'),
    says: ["f.yaml:7:5: Service spec.ports[0] has no field 'target_port'. Did you mean 'targetPort'?"],
  },
  {
    name: 'a number in quotes',
    text: service('  ports:\n  - port: "80"\n'),
    says: ['f.yaml:6:5: Service spec.ports[0].port must be a whole number, not the text "80". Write 80 without quotes.'],
  },
  {
    name: 'a selector without a space behind its colon',
    text: service('  selector:\n    app:web\n  ports:\n  - port: 80\n'),
    says: ['f.yaml:5:3: Service spec.selector must be a mapping, not the text "app:web". Put a space behind the colon: \'app: web\'.'],
  },
  {
    name: 'ports without dashes',
    text: service('  ports:\n    port: 80\n'),
    says: [
      "f.yaml:5:3: Service spec.ports must be a list, not a mapping. Put '- ' before the first line below 'ports', and indent the rest to match.",
    ],
  },
  {
    name: 'a label that YAML 1.1 reads as true',
    text: 'apiVersion: v1\nkind: Pod\nmetadata:\n  name: web\n  labels:\n    enabled: yes\nspec:\n  containers: [{name: c, image: x}]\n',
    says: ['f.yaml:6:5: Pod metadata.labels.enabled must be text, not true. Write it in quotes: "true".'],
  },
  {
    name: 'a required field is missing',
    text: 'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  template:\n    spec: {containers: [{name: c, image: x}]}\n',
    says: ["f.yaml:4:1: Deployment spec has no 'selector', which is required. Add 'selector: {…}'."],
  },
  {
    name: 'an enum in the wrong case',
    text: service('  ports:\n  - port: 80\n    protocol: tcp\n'),
    says: [
      'f.yaml:7:5: Service web: spec.ports[0].protocol: Unsupported value: "tcp": supported values: "SCTP", "TCP", "UDP". Did you mean \'TCP\'?',
    ],
  },
  {
    name: 'a key that is there twice',
    text: service('  type: NodePort\n  ports: [{port: 80}]\n  type: ClusterIP\n'),
    says: ['f.yaml:7:3: The mapping has this key twice. Keep one of the two, or make them items of a list.'],
  },
  {
    name: 'a key that is there twice in JSON',
    text: '{"apiVersion": "v1",\n "kind": "Service",\n "kind": "Pod"}',
    says: ['f.yaml:3:2: The mapping has this key twice. Keep one of the two, or make them items of a list.'],
  },
  {
    name: 'tabs as indent',
    text: 'apiVersion: v1\nkind: Service\nmetadata:\n\tname: web\n',
    says: ['f.yaml:4:1: No valid YAML: Tabs are not allowed as indentation. Indent with spaces, not with tabs.'],
  },
  {
    name: 'an alias without an anchor',
    text: 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n  glob: *nope\n',
    says: ['f.yaml:5:9: No valid YAML: there is no anchor &nope. Put the text in quotes if the "*" belongs to it: "*nope".'],
  },
  {
    name: 'a made-up kind',
    text: 'apiVersion: apps/v1\nkind: Deploymnt\nmetadata: {name: a}\n',
    says: [
      "f.yaml:2:1: Kubernetes has no kind Deploymnt (apps/v1). Did you mean 'Deployment'? Leave it out of this input, by --ignore-kind Deploymnt or 'ignoreKinds: [Deploymnt]' in the Cluster document.",
    ],
  },
  {
    name: 'a kind in a version that it never had',
    text: 'apiVersion: v1\nkind: Deployment\nmetadata: {name: a}\n',
    says: ["f.yaml:2:1: Kubernetes has no Deployment in v1. Write 'apiVersion: apps/v1'."],
  },
  {
    name: 'a kind that Kubernetes has and hopspec does not model',
    text: 'apiVersion: coordination.k8s.io/v1\nkind: Lease\nmetadata: {name: a}\n',
    says: [
      `f.yaml:2:1: Lease (coordination.k8s.io/v1) is a kind of Kubernetes that hopspec does not model. Leave it out of this input, by --ignore-kind Lease or 'ignoreKinds: [Lease]' in the Cluster document.`,
    ],
  },
  {
    name: 'a document without a kind',
    text: 'metadata: {name: a}\n',
    says: ["f.yaml:1:1: The document has no 'kind'. Add a line like 'kind: Service'."],
  },
  {
    name: 'a name that is no name',
    text: 'apiVersion: v1\nkind: Namespace\nmetadata:\n  name: Prod\n',
    says: [
      "f.yaml:4:3: Namespace Prod: metadata.name: Invalid value: \"Prod\": a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?'). Write 'prod'.",
    ],
  },
  {
    name: 'two objects of one name, in one file',
    text: `${service('  ports: [{port: 80}]\n')}---\n${service('  ports: [{port: 81}]\n')}`,
    says: ['f.yaml:9:12: A second Service default/web; the first is at f.yaml:1:1. Keep one of the two, or give it another name.'],
  },
  {
    name: 'podSubnet and serviceSubnet overlap',
    text: cluster('networking:\n  podSubnet: 10.96.0.0/16\n  serviceSubnet: 10.96.0.0/12\n'),
    says: [
      "f.yaml:5:3: 'serviceSubnet' 10.96.0.0/12 overlaps 'podSubnet' 10.96.0.0/16. Give them networks that share no address, like 10.96.0.0/12 and 10.244.0.0/16.",
    ],
  },
  {
    name: 'a node without an address',
    text: cluster('nodes:\n- name: a\n  addresses: [192.168.1.200]\n- name: b\n'),
    says: ["f.yaml:6:3: The node 'b' has no address. Write 'addresses: [192.168.1.201]'."],
  },
  {
    name: 'a node with an address twice',
    text: cluster('nodes:\n- name: a\n  addresses: [192.168.1.200, 192.168.1.200/24]\n'),
    says: ["f.yaml:4:3: The node 'a' has the address 192.168.1.200 twice. Write each address once."],
  },
  {
    name: 'two nodes with one address',
    text: cluster('nodes:\n- name: a\n  addresses: [192.168.1.200]\n- name: b\n  addresses: [192.168.1.200/24]\n'),
    says: ["f.yaml:6:3: The nodes 'a' and 'b' both have the address 192.168.1.200. Give each node addresses of its own."],
  },
  {
    name: 'an address that Kubernetes would read and people misread',
    text: cluster('nodes:\n- name: a\n  addresses: [192.168.1.010]\n'),
    says: [
      "f.yaml:5:15: '192.168.1.010' is no IP address. Write one like 192.168.1.200, with a length like /24 if it is another than that.",
    ],
  },
  {
    name: 'a version that is none',
    text: cluster('kubernetesVersion: latest\n'),
    says: ["f.yaml:3:1: 'latest' is no Kubernetes version. Write one like v1.13.0 or v1.35.4."],
  },
  {
    name: 'a misspelt word of the Cluster document',
    text: cluster('networking:\n  kubeProxyMode: iptable\n  cni: {name: flannel, backnd: udp}\n'),
    says: [
      "f.yaml:4:3: 'kubeProxyMode' cannot be 'iptable'. Did you mean 'iptables'?",
      "f.yaml:5:24: The CNI flannel has no setting 'backnd'. Did you mean 'backend'?",
    ],
  },
  {
    name: 'a second Cluster',
    text: `${cluster('')}---\n${cluster('')}`,
    says: ['f.yaml:4:1: A second Cluster document; the first is at f.yaml:1:1. Keep one.'],
  },
  {
    name: 'a file of 100 MB',
    text: new Uint8Array(100 * 1024 * 1024),
    says: ['f.yaml:1:1: The file has 100.0 MiB; hopspec reads up to 64 MiB. Split it into several files.'],
  },
  {
    name: 'a hundred thousand brackets',
    text: '['.repeat(100_000),
    says: ['f.yaml:1:1: The text nests deeper than 100 levels. No Kubernetes object does; look for a bracket that is repeated.'],
  },
  {
    name: 'JSON that nests 300 levels',
    text: `${'{"a":'.repeat(300)}1${'}'.repeat(300)}`,
    says: ['f.yaml:1:1: The text nests deeper than 100 levels. No Kubernetes object does; look for a bracket that is repeated.'],
  },
  {
    name: 'block mappings 200 levels deep',
    text: Array.from({ length: 200 }, (_, i) => `${' '.repeat(i)}a:`).join('\n'),
    says: [
      'f.yaml:102:1: The text nests deeper than 100 levels. No Kubernetes object does; look for a bracket or an indent that is repeated.',
    ],
  },
  {
    name: 'an alias bomb',
    text: [
      'a: &a [x, x, x, x, x, x, x, x, x, x]',
      ...'bcdefgh'.split('').map((c, i) => `${c}: &${c} [${Array(10).fill(`*${'abcdefg'[i]}`).join(', ')}]`),
    ].join('\n'),
    says: ['f.yaml:4:36: The aliases of this document stand for more than 10000 values. Write the values out.'],
  },
  {
    name: 'bytes that are no text',
    text: new Uint8Array([0x61, 0xff, 0xfe, 0x00]),
    says: ['f.yaml:1:1: The file is not UTF-8 text. Save it as UTF-8.'],
  },
  {
    name: 'a kind that every JavaScript object has',
    text: 'apiVersion: v1\nkind: constructor\nmetadata: {name: a}\n',
    says: [
      `f.yaml:2:1: Kubernetes has no kind constructor (v1). Leave it out of this input, by --ignore-kind constructor or 'ignoreKinds: [constructor]' in the Cluster document.`,
    ],
  },
  {
    name: 'a List without items',
    text: 'apiVersion: v1\nkind: List\n',
    says: ["f.yaml:1:1: List has no 'items', which is required. Add 'items: […]' with the objects of the list."],
  },
  {
    name: 'a merge of what is no mapping',
    text: service('  clusterIP: &ip 10.96.0.9\n  selector:\n    <<: *ip\n    app: web\n  ports: [{port: 80}]\n'),
    says: ["f.yaml:7:5: No valid YAML: '<<' merges mappings, and this is none. Write '<<: *name' with the anchor of a mapping."],
  },
  {
    name: 'an address of a pod with leading zeros',
    text: 'apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: c, image: x}]}\nstatus: {podIP: 010.244.1.5}\n',
    says: ["f.yaml:5:10: Pod a: status.podIP is '010.244.1.5', which is no address. Write 10.244.1.5."],
  },
  {
    name: 'an address of a node that is none',
    text: 'apiVersion: v1\nkind: Node\nmetadata: {name: a}\nstatus: {addresses: [{type: Hostname, address: a}, {type: InternalIP, address: here}]}\n',
    says: ["f.yaml:4:71: Node a: status.addresses[1].address is 'here', which is no address. Write one like 10.244.1.2."],
  },
  {
    name: 'a quantity beyond all digits',
    text: 'apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: c, image: x, resources: {requests: {cpu: "1e999999999"}}}]}\n',
    says: [
      'f.yaml:4:64: Pod spec.containers[0].resources.requests.cpu must be a quantity like 250m or 1Gi, not the text "1e999999999". Write a quantity like 250m or 1Gi.',
    ],
  },
  {
    name: 'a node that leaves its folder',
    text: cluster('nodes: [{name: "../a", addresses: [192.168.1.1]}]\n'),
    says: ["f.yaml:3:10: '../a' cannot name a node. Write lower-case letters, digits, - and ."],
  },
  {
    name: 'addresses that no machine has',
    text: cluster('nodes: [{name: a, addresses: [127.0.0.1, 224.0.0.1]}]\n'),
    says: [
      "f.yaml:3:31: '127.0.0.1' can be no machine's address. Write one like 192.168.1.200.",
      "f.yaml:3:42: '224.0.0.1' can be no machine's address. Write one like 192.168.1.200.",
    ],
  },
  {
    name: 'a client without a name',
    text: cluster('externalClients: [{name: "", address: 192.168.1.50}]\n'),
    says: ["f.yaml:3:20: '' cannot name a client. Write lower-case letters, digits, - and ."],
  },
  {
    name: 'an image that listens on no port',
    text: cluster('images: [{image: x, listens: [{port: 0}, {port: 65536}]}]\n'),
    says: ["f.yaml:3:32: 'port' is 0. Write a number from 1 to 65535.", "f.yaml:3:43: 'port' is 65536. Write a number from 1 to 65535."],
  },
  {
    name: 'a client that serves on no port',
    text: cluster('externalClients: [{name: db, address: 192.168.1.50, listens: [{port: 0, protocol: tcp}]}]\n'),
    says: ["f.yaml:3:64: 'port' is 0. Write a number from 1 to 65535.", "f.yaml:3:73: 'protocol' cannot be 'tcp'. Did you mean 'TCP'?"],
  },
  {
    name: 'kubelets that start before they are asked',
    text: cluster('kubelets: {startSeconds: -5, stopSeconds: .inf}\n'),
    says: [
      "f.yaml:3:12: 'startSeconds' is -5. Write seconds from 0 to 86400.",
      "f.yaml:3:30: 'stopSeconds' is Infinity. Write seconds from 0 to 86400.",
    ],
  },
  {
    name: 'a CNI as a list',
    text: cluster('networking: {cni: [flannel]}\n'),
    says: ["f.yaml:3:14: 'cni' must be a name or a mapping, not a list. Write one, like cni: flannel."],
  },
]

describe('bad input', () => {
  for (const { name, text, says } of rows) test(name, () => assert.deepEqual(complaints(text), says))
})

test('all errors of all files are told at once, in the order of the files', () => {
  const said = complaints(
    service('  prots: []\n'),
    { name: 'g.yaml', text: 'apiVersion: v1\nkind: Pd\n' },
    { name: 'h.yaml', text: 'a: [' },
  )
  assert.deepEqual(
    said.map(s => s.split(':')[0]),
    ['f.yaml', 'g.yaml', 'h.yaml'],
  )
})

test('duplicates are found across files', () => {
  const text = service('  ports: [{port: 80}]\n')
  assert.deepEqual(complaints(text, { name: 'g.yaml', text }), [
    'g.yaml:3:12: A second Service default/web; the first is at f.yaml:1:1. Keep one of the two, or give it another name.',
  ])
})

describe('what only a request would be refused for is accepted', () => {
  const accepted = {
    'status of any kind': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, uid: x}\nstatus: {foo: 1}\n',
    'null lists':
      'apiVersion: discovery.k8s.io/v1\nkind: EndpointSlice\nmetadata: {name: a}\naddressType: IPv4\nendpoints: null\nports: null\n',
    'a container without an image': 'apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: c}]}\n',
    'fields that only an old version has': 'apiVersion: v1\nkind: Namespace\nmetadata: {name: a, clusterName: x}\n',
    'kinds of an old version':
      'apiVersion: extensions/v1beta1\nkind: Deployment\nmetadata: {name: a}\nspec: {template: {metadata: {labels: {a: b}}, spec: {containers: [{name: c, image: x}]}}}\n',
  }
  for (const [name, text] of Object.entries(accepted)) test(name, () => assert.deepEqual(codes(text), []))
})

test('a container without an image is one line of warning', () => {
  const { warnings } = readStore([
    { name: 'f.yaml', text: 'apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: c}]}\n' },
  ])
  assert.deepEqual(warnings.map(problemText), ["f.yaml:4:21: Pod a: spec.containers[0].image: Required value. Add 'image'."])
})

for (const [policy, fix] of [
  ['restartPolicy: Always, ', "Write another 'restartPolicy'."],
  ['', "Add 'restartPolicy'."],
] as const)
  test(`a Job with '${policy}' is told: ${fix}`, () => {
    const spec = `{template: {spec: {${policy}containers: [{name: c, image: x}]}}}`
    const text = `apiVersion: batch/v1\nkind: Job\nmetadata: {name: j}\nspec: ${spec}\n`
    assert.throws(
      () => readStore([{ name: 'f.yaml', text }]),
      (e: Error) => e.message.endsWith(fix),
    )
  })

test('merge keys take one mapping or several, written anywhere; own keys win', () => {
  const { accepted } = readStore([
    {
      name: 'f.yaml',
      text: 'apiVersion: v1\nkind: Service\nmetadata: {name: web, labels: &one {a: "1", b: "1"}, annotations: &two {b: "2", c: "2"}}\nspec:\n  selector: {<<: [*one, *two, {d: "4"}], a: own}\n  ports: [{port: 80}]\n',
    },
  ])
  assert.deepEqual((accepted[0]!.object as unknown as { spec: { selector: object } }).spec.selector, { a: 'own', b: '1', c: '2', d: '4' })
})

test('a line that only looks quick to read is no trap', () => {
  const text = `a:${' '.repeat(200_000)}x\u2028y\n`
  const begun = performance.now()
  readFastYaml(text)
  assert.ok(performance.now() - begun < 2000)
})

test('nodes get no address that ends a network', () => {
  const text = Array.from({ length: 60 }, (_, i) => `apiVersion: v1\nkind: Node\nmetadata: {name: n${i}}\n`).join('---\n')
  const given = readStore([{ name: 'f.yaml', text }]).config.nodes.map(n => ipText(n.addresses[0]!.ip))
  assert.deepEqual(given.slice(54, 57), ['192.168.1.254', '192.168.2.1', '192.168.2.2'])
})
