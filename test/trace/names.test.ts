// Requests to names: the questions as packets, what breaks them, and where the request then goes.
import { strict as assert } from 'node:assert'
import { describe, test } from 'vitest'
import type { State } from '../../src/cluster/state'
import { cutLink } from '../../src/control/component'
import { decimal, plus, ZERO } from '../../src/addr/fraction'
import { exactFraction } from '../../src/addr/fraction'
import { prepare } from '../../src/trace/prepare'
import { traceAll } from '../../src/trace/trace'
import { explainIn } from '../../src/verify/explain'
import { traceText } from '../../src/view/trace-text'
import { cluster, clusterOf, pod, service } from '../dns/cluster'
import { golden } from '../golden'

const WEB = { selector: { app: 'web' }, ports: [{ name: 'http', port: 80 }] }
const http = { spec: { containers: [{ name: 'c', image: 'web', ports: [{ containerPort: 80 }] }] }, labels: { app: 'web' } }
const things = [
  service('web', { ...WEB, clusterIP: '10.96.1.10' }),
  service('web-h', { ...WEB, clusterIP: 'None' }),
  service('empty-h', { clusterIP: 'None', selector: { app: 'nobody' }, ports: [{ port: 80 }] }),
  service('outside', { type: 'ExternalName', externalName: 'www.example.com' }),
  service('db', { ...WEB, clusterIP: '10.96.1.20' }, 'shop'),
  pod('web-a', '10.244.1.40', http),
  pod('web-b', '10.244.1.41', http),
  pod('client', '10.244.1.9'),
  pod('old-client', '10.244.1.8', { spec: { dnsPolicy: 'Default' } }),
]
const upstream = [{ name: 'www.example.com', type: 'A', data: '203.0.113.10' }]
const world = clusterOf(
  cluster({ addons: ['coredns'], dns: { upstream }, externalClients: [{ name: 'www', address: '203.0.113.10' }] }),
  ...things,
)

function traced(state: State, to: string, from = 'pod/default/client', protocol: 'tcp' | 'udp' = 'tcp') {
  const { scene, flows } = prepare({ state }, [{ from, to, protocol }])
  return traceAll({ ...scene, explain: explainIn(state) }, flows[0]!)
}

test('a request to a name tells its questions, their way and its own, as golden text', () =>
  golden('trace/name.txt', traceText(traced(world, 'http://web.default/'), { outcome: 0 })))

test('the shares of all outcomes sum to 1', () => {
  const { outcomes } = traced(world, 'http://web/')
  assert.equal(
    outcomes.map(o => decimal(exactFraction(o.probability.fraction))).reduce((a, b) => a + b),
    1,
  )
})

test('each ready pod of a headless Service is the first address as often as the others', () => {
  const { outcomes } = traced(world, 'http://web-h/')
  assert.deepEqual(
    outcomes.map(o => [o.answeredBy, o.probability.fraction]),
    [
      ['pod/default/web-a', '1/2'],
      ['pod/default/web-b', '1/2'],
    ],
  )
})

test('a connection goes to the next address where one refuses', () => {
  const deaf = pod('web-c', '10.244.1.42', { labels: { app: 'web' } })
  const { outcomes } = traced(clusterOf(cluster({ addons: ['coredns'] }), ...things, deaf), 'http://web-h/')
  assert.deepEqual(
    outcomes.map(o => o.answeredBy),
    ['pod/default/web-a', 'pod/default/web-b'],
  )
})

test('questions go to both pods of CoreDNS alike', () => {
  const { outcomes } = traced(world, 'http://web/').dns![0]!.paths[0]!
  assert.deepEqual(
    outcomes.map(o => [o.answeredBy!.replace(/coredns-.*/, 'coredns'), o.probability.decimal.toFixed(4)]),
    [
      ['pod/kube-system/coredns', '0.5000'],
      ['pod/kube-system/coredns', '0.5000'],
    ],
  )
})

const LOST: readonly {
  readonly name: string
  readonly state: State
  readonly to: string
  readonly from?: string
  readonly says: RegExp
  readonly errno: string
}[] = [
  { name: 'no such Service', state: world, to: 'http://wed/', says: /no Service wed\. Did you mean web\?/, errno: 'EAI_NONAME' },
  {
    name: 'a Service of another namespace',
    state: world,
    to: 'http://db/',
    says: /Service shop\/db exists\. Write db\.shop\./,
    errno: 'EAI_NONAME',
  },
  {
    name: 'nobody ready',
    state: world,
    to: 'http://empty-h/',
    says: /Service default\/empty-h has no name: Service default\/empty-h has no ready endpoints/,
    errno: 'EAI_NONAME',
  },
  {
    name: 'a name outside that nobody knows',
    state: world,
    to: 'http://api.example.com/',
    says: /list it under dns\.upstream/,
    errno: 'EAI_NONAME',
  },
  {
    name: 'a pod that asks its node’s server',
    state: world,
    from: 'pod/default/old-client',
    to: 'http://web/',
    says: /dnsPolicy Default, so it asks 192\.0\.2\.53, which knows no Services\. Write dnsPolicy: ClusterFirst\./,
    errno: 'EAI_NONAME',
  },
  {
    name: 'no DNS server',
    state: clusterOf(cluster(), ...things),
    to: 'http://web/',
    says: /no DNS server\. Write addons: \[coredns\]/,
    errno: 'EAI_AGAIN',
  },
  {
    name: 'a Service kube-dns that selects nobody',
    state: clusterOf(
      cluster({ addons: ['coredns'] }),
      ...things,
      service(
        'kube-dns',
        { clusterIP: '10.96.0.10', selector: { 'k8s-app': 'none' }, ports: [{ port: 53, protocol: 'UDP' }] },
        'kube-system',
      ),
    ),
    to: 'http://web/',
    says: /to 10\.96\.0\.10:53 got no answer: Service kube-system\/kube-dns .*selects k8s-app=none/,
    errno: 'EAI_AGAIN',
  },
  {
    name: 'a Corefile without forward',
    state: clusterOf(cluster({ addons: ['coredns'], dns: { corefile: '.:53 {\n kubernetes cluster.local\n}\n' } }), ...things),
    to: 'http://www.example.com/',
    says: /answered SERVFAIL/,
    errno: 'EAI_AGAIN',
  },
]

describe('a name is not found', () => {
  for (const { name, state, to, from, says, errno } of LOST)
    test(name, () => {
      const { outcomes } = traced(state, to, from)
      assert.deepEqual(
        outcomes.map(o => [o.fate, o.client.errno, o.client.curl?.exit]),
        [['name-not-found', errno, 6]],
      )
      assert.match(outcomes[0]!.explanation!, says)
      assert.match(outcomes[0]!.client.curl!.text, /^curl: \(6\) Could not resolve host: /)
    })
})

test('an ExternalName leads out of the cluster', () => {
  const { outcomes, dns } = traced(world, 'http://outside/')
  assert.deepEqual(dns![0]!.lookup.result, ['203.0.113.10'])
  assert.equal(outcomes[0]!.destination, '203.0.113.10:80')
})

test('an address needs no question', () => assert.equal(traced(world, 'http://10.96.1.10/').dns, undefined))

/** A cluster whose kube-dns has one endpoint that answers, and others as given. */
function halfDead(others: readonly string[], ...more: readonly object[]): State {
  const broken = { name: 'kube-dns', namespace: 'kube-system', labels: { 'kubernetes.io/service-name': 'kube-dns' } }
  const slice = {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { ...broken, name: 'kube-dns-1' },
    addressType: 'IPv4',
    endpoints: ['10.244.1.40', ...others].map(address => ({ addresses: [address] })),
    ports: [{ name: 'dns', port: 53, protocol: 'UDP' }],
  }
  const kubeDns = service('kube-dns', { clusterIP: '10.96.0.10', ports: [{ name: 'dns', port: 53, protocol: 'UDP' }] }, 'kube-system')
  const dnsPod = pod('dns-a', '10.244.1.40', {
    spec: { containers: [{ name: 'c', image: 'coredns/coredns', ports: [{ containerPort: 53, protocol: 'UDP' }] }] },
  })
  const web = service('web', { ...WEB, clusterIP: '10.96.1.10' })
  return clusterOf(cluster(), web, kubeDns, slice, dnsPod, pod('client', '10.244.1.9'), pod('web-b', '10.244.1.41', http), ...more)
}

const shareOf = (state: State, fate: string, from?: string, to = 'http://web.default.svc.cluster.local./') =>
  decimal(
    traced(state, to, from)
      .outcomes.filter(o => o.fate === fate)
      .map(o => exactFraction(o.probability.fraction))
      .reduce(plus, ZERO),
  ).toFixed(4)

test('a retry leaves from the same port, so conntrack sends it to the same DNS pod, which nothing reaches', () => {
  for (const image of ['debian', 'alpine', 'busybox']) {
    const from = pod('from', '10.244.1.10', { spec: { containers: [{ name: 'c', image }] } })
    const far = pod('dns-b', '10.244.0.9', { spec: { nodeName: 'master' } })
    const state = cutLink(halfDead(['10.244.0.9'], from, far), 'master', 'node-1', true)
    assert.equal(shareOf(state, 'name-not-found', 'pod/default/from'), '0.5000', image)
  }
})

test('the text tells the way of answered questions once, and that of the lost ones with the request that they cost', () => {
  const far = pod('dns-b', '10.244.0.9', { spec: { nodeName: 'master' } })
  const text = traceText(traced(cutLink(halfDead(['10.244.0.9'], far), 'master', 'node-1', true), 'http://web/'))
  const times = (part: string) => text.split(part).length - 1
  assert.ok(times('questions to 10.96.0.10:53 over udp') > 1)
  assert.equal(times('pod/default/dns-a  deliver'), 1)
  assert.equal(times('node/node-1  dnat  10.96.0.10:53 → 10.244.0.9:53'), times('= name-not-found'))
})

test('rotate: half of all programs begin with the second server', () => {
  const dnsConfig = { nameservers: ['10.96.0.10', '203.0.113.99'], options: [{ name: 'rotate' }] }
  const from = pod('from', '10.244.1.10', { spec: { dnsPolicy: 'None', dnsConfig } })
  const { dns } = traced(halfDead([], from), 'http://web.default.svc.cluster.local./', 'pod/default/from')
  assert.deepEqual(
    dns!.map(way => [way.probability.fraction, way.lookup.queries[0]!.server]),
    [
      ['1/2', '10.96.0.10'],
      ['1/2', '203.0.113.99'],
    ],
  )
})

// The node tells the sender that it has no such neighbour (test/real/cases/bridged-to-nobody.yaml), before the resolver's patience ends.
test('a program that is told that its server is not there opens another socket, and asks anew', () =>
  assert.equal(shareOf(halfDead(['10.244.1.99']), 'name-not-found'), '0.2500'))

test('a program that is told at once that nobody listens opens another socket, and asks anew', () =>
  assert.equal(shareOf(halfDead(['10.244.1.41']), 'name-not-found'), '0.2500'))

test('a lookup that depends on which DNS pod is asked has several ways', () => {
  const { outcomes, dns } = traced(halfDead(['10.244.1.9']), 'http://web/')
  const lost = outcomes.filter(o => o.fate === 'name-not-found')
  assert.ok(dns!.length > 1)
  assert.ok(lost.length > 0 && outcomes.some(o => o.fate === 'delivered'))
  assert.equal(
    outcomes
      .map(o => o.probability.decimal)
      .reduce((a, b) => a + b)
      .toFixed(9),
    '1.000000000',
  )
})
