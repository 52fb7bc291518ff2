// What the kubernetes plugin answers beyond the recordings: each row a question and its answer.
import { strict as assert } from 'node:assert'
import { describe, test } from 'vitest'
import { answerTo, cluster, clusterOf, pod, service } from './cluster'
import type { RecordType } from '../../src/dns/record'

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
    'cache leaves what is disabled',
    `${K8S} {\n ttl 40\n}\ncache 20 {\n disable success cluster.local\n}`,
    'web.default.svc.cluster.local',
    'A',
    ['NOERROR', 'web.default.svc.cluster.local. 40 IN A 10.96.1.10'],
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
