// What the kubernetes plugin answers beyond the recordings: each row a question and its answer.
import { strict as assert } from 'node:assert'
import { describe, test } from 'vitest'
import { answerTo, cluster, clusterOf, pod, service } from './cluster'
import type { Kept } from '../../src/dns/cache'
import type { RecordType } from '../../src/dns/record'
import { ask, serverOf } from '../../src/dns/server'

const WEB = { selector: { app: 'web' }, ports: [{ name: 'http', port: 80 }] }
const world = clusterOf(
  cluster({ addons: ['coredns'] }),
  service('web', { ...WEB, clusterIP: '10.96.1.10' }),
  service('web-h', { ...WEB, clusterIP: 'None' }),
  service('alias', { type: 'ExternalName', externalName: 'web.default.svc.cluster.local' }),
  service('second', { type: 'ExternalName', externalName: 'alias.default.svc.cluster.local.' }),
  service('ring', { type: 'ExternalName', externalName: 'ring2.default.svc.cluster.local' }),
  service('ring2', { type: 'ExternalName', externalName: 'ring.default.svc.cluster.local' }),
  service('gone', { type: 'ExternalName', externalName: 'nosuch.default.svc.cluster.local' }),
  pod('web-a', '10.244.1.40', { labels: { app: 'web' }, spec: { hostname: 'a', subdomain: 'web-h' } }),
  pod('web-b', '10.244.1.41', { labels: { app: 'web' } }),
)
const A = 'web.default.svc.cluster.local. 30 IN A 10.96.1.10'

const ROWS: readonly (readonly [string, RecordType, readonly string[]])[] = [
  ['web.default.svc.cluster.local', 'A', ['NOERROR', A]],
  ['alias.default.svc.cluster.local', 'A', ['NOERROR', 'alias.default.svc.cluster.local. 30 IN CNAME web.default.svc.cluster.local.', A]],
  [
    'second.default.svc.cluster.local',
    'A',
    [
      'NOERROR',
      'second.default.svc.cluster.local. 30 IN CNAME alias.default.svc.cluster.local.',
      'alias.default.svc.cluster.local. 30 IN CNAME web.default.svc.cluster.local.',
      A,
    ],
  ],
  ['ring.default.svc.cluster.local', 'A', ['NOERROR']],
  ['gone.default.svc.cluster.local', 'A', ['NOERROR']],
  ['a.web-h.default.svc.cluster.local', 'A', ['NOERROR', 'a.web-h.default.svc.cluster.local. 30 IN A 10.244.1.40']],
  ['10-244-1-41.web-h.default.svc.cluster.local', 'A', ['NOERROR', '10-244-1-41.web-h.default.svc.cluster.local. 30 IN A 10.244.1.41']],
  ['web-h.default.svc.cluster.local', 'MX', ['NOERROR']],
  ['nosuch.default.svc.cluster.local', 'MX', ['NXDOMAIN']],
  ['nosuch.default.svc.cluster.local', 'SOA', ['NOERROR']],
  ['nosuch.default.svc.cluster.local', 'TXT', ['NXDOMAIN']],
  ['cluster.local', 'NS', ['NOERROR', 'cluster.local. 30 IN NS kube-dns.kube-system.svc.cluster.local.']],
  ['ns.dns.cluster.local', 'A', ['NOERROR', 'ns.dns.cluster.local. 30 IN A 10.96.0.10']],
  ['web.default.svc.cluster.local', 'AXFR', ['REFUSED']],
  ['a.b.c.d.default.svc.cluster.local', 'A', ['NXDOMAIN']],
]

describe('the kubernetes plugin', () => {
  for (const [name, type, answer] of ROWS) test(`${name} ${type}`, () => assert.deepEqual(answerTo(world, name, type), answer))
})

test('weights of SRV are shares of 100, never less than 1', () => {
  const pods = Array.from({ length: 120 }, (_, i) => pod(`p${i}`, `10.244.1.${i + 50}`, { labels: { app: 'many' } }))
  const state = clusterOf(cluster(), service('many', { clusterIP: 'None', selector: { app: 'many' }, ports: [{ port: 80 }] }), ...pods)
  const answers = answerTo(state, 'many.default.svc.cluster.local', 'SRV').slice(1)
  assert.equal(answers.length, 120)
  assert.ok(answers.every(a => / SRV 0 1 80 /.test(a)))
})

const under = (lines: string) =>
  clusterOf(
    cluster({ dns: { corefile: `.:53 {\n${lines}\n}\n`, upstream: [{ name: 'www.example.com', type: 'A', data: '203.0.113.10' }] } }),
    service('web', { ...WEB, clusterIP: '10.96.1.10' }),
    pod('web-a', '10.244.1.40', { labels: { app: 'web' } }),
  )
const K8S = 'kubernetes cluster.local in-addr.arpa ip6.arpa'
const PLUGINS: readonly (readonly [string, string, string, RecordType, readonly string[]])[] = [
  [
    'pods verified knows a pod',
    `${K8S} {\n pods verified\n}`,
    '10-244-1-40.default.pod.cluster.local',
    'A',
    ['NOERROR', '10-244-1-40.default.pod.cluster.local. 5 IN A 10.244.1.40'],
  ],
  ['pods verified knows no other address', `${K8S} {\n pods verified\n}`, '10-244-1-99.default.pod.cluster.local', 'A', ['NXDOMAIN']],
  ['pods disabled knows no pod', K8S, '10-244-1-40.default.pod.cluster.local', 'A', ['NXDOMAIN']],
  [
    'endpoint_pod_names',
    `${K8S} {\n endpoint_pod_names\n}`,
    'web-a.web.default.svc.cluster.local',
    'A',
    ['NOERROR', 'web-a.web.default.svc.cluster.local. 5 IN A 10.244.1.40'],
  ],
  ['nothing answers a name outside without forward', K8S, 'www.example.com', 'A', ['SERVFAIL']],
  [
    'forward asks the world outside',
    `${K8S}\nforward . 8.8.8.8`,
    'www.example.com',
    'A',
    ['NOERROR', 'www.example.com. 30 IN A 203.0.113.10'],
  ],
  ['forward to an address of the cluster finds nobody', `${K8S}\nforward . 10.244.1.99`, 'www.example.com', 'A', ['SERVFAIL']],
  ['forward except', `${K8S}\nforward . 8.8.8.8 {\n except example.com\n}`, 'www.example.com', 'A', ['SERVFAIL']],
  [
    'hosts before kubernetes',
    `${K8S}\nhosts {\n 10.0.0.7 web.default.svc.cluster.local\n fallthrough\n}`,
    'web.default.svc.cluster.local',
    'A',
    ['NOERROR', 'web.default.svc.cluster.local. 3600 IN A 10.0.0.7'],
  ],
  [
    'hosts falls through',
    `${K8S}\nhosts {\n 10.0.0.7 x.example\n fallthrough\n}`,
    'web.default.svc.cluster.local',
    'A',
    ['NOERROR', 'web.default.svc.cluster.local. 5 IN A 10.96.1.10'],
  ],
  ['hosts without fallthrough fails', `${K8S}\nhosts {\n 10.0.0.7 x.example\n}`, 'web.default.svc.cluster.local', 'A', ['SERVFAIL']],
  [
    'hosts answers addresses backwards',
    `hosts {\n 10.0.0.7 x.example\n}`,
    '7.0.0.10.in-addr.arpa',
    'PTR',
    ['NOERROR', '7.0.0.10.in-addr.arpa. 3600 IN PTR x.example.'],
  ],
  [
    'rewrite of a whole name gives the name back',
    `${K8S}\nrewrite name db.example web.default.svc.cluster.local`,
    'db.example',
    'A',
    ['NOERROR', 'db.example. 5 IN A 10.96.1.10'],
  ],
  [
    'rewrite by pattern',
    `${K8S}\nrewrite name regex (.*)\\.example\\.$ {1}.default.svc.cluster.local`,
    'web.example',
    'A',
    ['NOERROR', 'web.default.svc.cluster.local. 5 IN A 10.96.1.10'],
  ],
  [
    'rewrite by pattern, answered with the asked name',
    `${K8S}\nrewrite stop {\n name regex (.*)\\.example\\.$ {1}.default.svc.cluster.local answer auto\n}`,
    'web.example',
    'A',
    ['NOERROR', 'web.example. 5 IN A 10.96.1.10'],
  ],
  [
    'rewrite of a suffix',
    `${K8S}\nrewrite name suffix .corp.example .default.svc.cluster.local answer auto`,
    'web.corp.example',
    'A',
    ['NOERROR', 'web.corp.example. 5 IN A 10.96.1.10'],
  ],
  [
    'template',
    `template IN A example {\n match ^ip-(?P<a>[0-9]+)-(?P<b>[0-9]+)[.]example[.]$\n answer "{{ .Name }} 60 IN A 10.0.{{ .Group.a }}.{{ .Group.b }}"\n}`,
    'ip-3-4.example',
    'A',
    ['NOERROR', 'ip-3-4.example. 60 IN A 10.0.3.4'],
  ],
  ['template denies', `template ANY ANY nowhere {\n rcode NXDOMAIN\n}`, 'x.nowhere', 'AAAA', ['NXDOMAIN']],
  [
    'cache shortens',
    `${K8S} {\n ttl 3600\n}\ncache 20`,
    'web.default.svc.cluster.local',
    'A',
    ['NOERROR', 'web.default.svc.cluster.local. 20 IN A 10.96.1.10'],
  ],
  [
    'cache shortens also what it does not keep',
    `${K8S} {\n ttl 40\n}\ncache 20 {\n disable success cluster.local\n}`,
    'web.default.svc.cluster.local',
    'A',
    ['NOERROR', 'web.default.svc.cluster.local. 20 IN A 10.96.1.10'],
  ],
  ['pods disabled knows no namespace of pods', K8S, 'default.pod.cluster.local', 'A', ['NXDOMAIN']],
  ['the name server has no alias', K8S, 'ns.dns.cluster.local', 'CNAME', ['NOERROR']],
  [
    'a network stands for its reverse names',
    'kubernetes cluster.local 10.96.0.0/12',
    '10.1.96.10.in-addr.arpa',
    'PTR',
    ['NOERROR', '10.1.96.10.in-addr.arpa. 5 IN PTR web.default.svc.cluster.local.'],
  ],
  ['other networks are not answered for', 'kubernetes cluster.local 10.112.0.0/12', '10.1.96.10.in-addr.arpa', 'PTR', ['SERVFAIL']],
  ['labels choose Services', `${K8S} {\n labels tier=front\n}`, 'web.default.svc.cluster.local', 'A', ['NXDOMAIN']],
  [
    'labels choose pods',
    `${K8S} {\n pods verified\n labels app=web\n}`,
    '10-244-1-40.default.pod.cluster.local',
    'A',
    ['NOERROR', '10-244-1-40.default.pod.cluster.local. 5 IN A 10.244.1.40'],
  ],
  ['labels choose endpoints', `${K8S} {\n labels tier=front\n}`, '40.1.244.10.in-addr.arpa', 'PTR', ['NXDOMAIN']],
  [
    'a rewritten prefix is a whole label',
    `${K8S}\nrewrite name prefix old web`,
    'old.default.svc.cluster.local',
    'A',
    ['NOERROR', 'web.default.svc.cluster.local. 5 IN A 10.96.1.10'],
  ],
  ['a part of a label is no prefix', `${K8S}\nrewrite name prefix w web`, 'wweb.default.svc.cluster.local', 'A', ['NXDOMAIN']],
  [
    'rewrite of a suffix gives every name back',
    `${K8S}\nrewrite name suffix .corp.example .svc.cluster.local answer auto`,
    '_http._tcp.web.default.corp.example',
    'SRV',
    ['NOERROR', '_http._tcp.web.default.corp.example. 5 IN SRV 0 100 80 web.default.corp.example.'],
  ],
  [
    'rewrite of a status',
    `${K8S}\nrewrite rcode suffix default.svc.cluster.local NXDOMAIN NOERROR`,
    'nosuch.default.svc.cluster.local',
    'A',
    ['NOERROR'],
  ],
  ['a status without records stays', `rewrite rcode x.example SERVFAIL NOERROR`, 'x.example', 'A', ['SERVFAIL']],
  [
    'an option that is set ends the rules',
    `${K8S}\nrewrite edns0 nsid set\nrewrite name db.example web.default.svc.cluster.local`,
    'db.example',
    'A',
    ['SERVFAIL'],
  ],
  [
    'another class changes nothing',
    `${K8S}\nrewrite class CH IN\nrewrite name db.example web.default.svc.cluster.local`,
    'db.example',
    'A',
    ['NOERROR', 'db.example. 5 IN A 10.96.1.10'],
  ],
  ['a template that does not match fails', `template IN A example {\n match ^x\n}`, 'y.example', 'A', ['SERVFAIL']],
  [
    'a template follows its alias',
    `${K8S}\ntemplate IN A example {\n answer "{{ .Name }} 60 IN CNAME web.default.svc.cluster.local."\n}`,
    'X.example',
    'A',
    ['NOERROR', 'x.example. 60 IN CNAME web.default.svc.cluster.local.', 'web.default.svc.cluster.local. 5 IN A 10.96.1.10'],
  ],
]

describe('plugins', () => {
  for (const [name, corefile, asked, type, answer] of PLUGINS)
    test(name, () => assert.deepEqual(answerTo(under(corefile), asked, type), answer))

  test('each zone has its own block, the longest counts', () => {
    const state = clusterOf(
      cluster({
        dns: { corefile: '.:53 {\n kubernetes cluster.local\n}\nstub.example:53 {\n hosts {\n 10.9.9.9 a.stub.example\n }\n}\n' },
      }),
    )
    assert.deepEqual(answerTo(state, 'a.stub.example'), ['NOERROR', 'a.stub.example. 3600 IN A 10.9.9.9'])
    assert.deepEqual(answerTo(state, 'a.other.example'), ['SERVFAIL'])
  })

  test('a name of no block is refused', () => {
    const state = clusterOf(cluster({ dns: { corefile: 'cluster.local:53 {\n kubernetes cluster.local\n}\n' } }))
    assert.deepEqual(answerTo(state, 'www.example.com'), ['REFUSED'])
  })
})

test('endpoints of an EndpointSlice may be names', () => {
  const state = clusterOf(
    cluster({ dns: { upstream: [{ name: 'www.example.com', type: 'A', data: '203.0.113.10' }] } }),
    service('far', { clusterIP: 'None', ports: [{ name: 'http', port: 80 }] }),
    {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: { name: 'far-1', labels: { 'kubernetes.io/service-name': 'far' } },
      addressType: 'FQDN',
      endpoints: [{ addresses: ['www.example.com'] }],
      ports: [{ name: 'http', port: 80 }],
    },
  )
  const alias = 'far.default.svc.cluster.local. 30 IN CNAME www.example.com.'
  assert.deepEqual(answerTo(state, 'far.default.svc.cluster.local', 'A'), ['NOERROR', alias, 'www.example.com. 30 IN A 203.0.113.10'])
  assert.deepEqual(answerTo(state, 'far.default.svc.cluster.local', 'SRV'), ['NOERROR'])
  assert.deepEqual(answerTo(state, 'www-example-com.far.default.svc.cluster.local', 'CNAME').slice(0, 1), ['NOERROR'])
})

test('a failure stays in the cache for five seconds', () => {
  const server = serverOf(under(`${K8S}\ncache 30`))
  const kept: Kept = new Map()
  const question = { name: 'www.example.com', type: 'A' } as const
  assert.match(ask(server, question, { kept }).at(-1)!.answer.because, /no plugin/)
  assert.match(ask(server, question, { kept }).at(-1)!.answer.because, /^cache: kept/)
  const later = { ...server, state: { ...server.state, nowMs: server.state.nowMs + 5000 } }
  assert.match(ask(later, question, { kept }).at(-1)!.answer.because, /no plugin/)
})
