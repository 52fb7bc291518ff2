// A lookup in the report: questions and answers before the request, their way below, and nothing of the user's run as HTML.
import { strict as assert } from 'node:assert'
import { test } from 'vitest'
import { lookUpProbe } from '../../../src/lab/names'
import { probe } from '../../../src/lab/probe'
import { withNames } from '../../../src/view/report/names-panel'
import { probePanel } from '../../../src/view/report/probe-panel'
import { fullProbe, slimProbe } from '../../../src/view/report/slim'
import { cluster, clusterOf, pod, service } from '../../dns/cluster'

const world = clusterOf(
  cluster({ addons: ['coredns'] }),
  service('web', { clusterIP: '10.96.1.10', selector: { app: 'web' }, ports: [{ port: 80 }] }),
  pod('web-a', '10.244.1.40', {
    labels: { app: 'web' },
    spec: { containers: [{ name: 'c', image: 'web', ports: [{ containerPort: 80 }] }] },
  }),
  pod('client', '10.244.1.9'),
)
const from = 'pod/default/client'
const curl = withNames(probe(world, { from, to: 'http://web.default/', protocol: 'tcp', times: 1, seed: 1, title: 'curl' }))
const panel = (p: typeof curl) => probePanel(p, { outcome: 0, direction: 'request' }).html

test('questions and answers stand before the picture of the request', () => {
  const html = panel(curl)
  const order = [
    '1. web.default.default.svc.cluster.local. A',
    'NXDOMAIN',
    '3. web.default.svc.cluster.local. A',
    'NOERROR, no data',
    'The way of the questions to 10.96.0.10:53 over udp: 1/2',
    'Picture of the request',
  ]
  const at = order.map(text => html.indexOf(text))
  assert.deepEqual(
    [...at].sort((a, b) => a - b),
    at,
  )
  assert.ok(
    at.every(i => i >= 0),
    JSON.stringify(at),
  )
})

test('what is kept for the page gives the same panel', () => assert.equal(panel(fullProbe(slimProbe(curl))), panel(curl)))

test('a lookup alone shows its questions once, with the way of the last one', () => {
  const request = { from, name: 'web', types: ['A', 'AAAA'] as const, resolver: 'glibc' as const, seed: 1, title: 'look up web' }
  const html = panel(withNames(lookUpProbe(world, request)))
  assert.equal(html.split('1. web.default.svc.cluster.local. A').length, 2)
  assert.ok(!html.includes('The way of the questions'))
})

test('the client of a lookup sees what the DNS says, not the name of the pod that says it', () => {
  const seen = (name: string) => {
    const request = { from, name, types: ['A', 'AAAA'] as const, resolver: 'glibc' as const, seed: 1, title: 'look up' }
    return /<dt>the client sees<\/dt><dd>([^<]*)/.exec(panel(withNames(lookUpProbe(world, request))))![1]
  }
  assert.deepEqual([seen('web'), seen('wed.')], ['10.96.1.10', 'NXDOMAIN for wed. AAAA'])
})

test('a name is data', () => {
  const request = { from, name: '<img>', types: ['A'] as const, resolver: 'glibc' as const, seed: 1, title: 'look up' }
  assert.doesNotMatch(panel(withNames(lookUpProbe(world, request))), /<img>/)
})

test('from the name to the answer at a glance', () => {
  const chain = /<ol class="chain">(.*?)<\/ol>/
    .exec(panel(curl))![1]!
    .replace(/<[^>]*>/g, ' ')
    .replace(/ +/g, ' ')
  assert.equal(
    chain.trim(),
    'name web.default DNS says 10.96.1.10:80 a rule makes it 10.244.1.40:80 it arrives at ✔ web-a the client sees web-a',
  )
})

test('a name that nobody has ends there, and no empty picture follows', () => {
  const lost = withNames(probe(world, { from, to: 'http://wed/', protocol: 'tcp', times: 1, seed: 1, title: 'curl' }))
  const chain = /<ol class="chain">(.*?)<\/ol>/
    .exec(panel(lost))![1]!
    .replace(/<[^>]*>/g, ' ')
    .replace(/ +/g, ' ')
  assert.equal(chain.trim(), 'name wed it ends ✘ name-not-found the client sees curl: (6) Could not resolve host: wed')
  assert.ok(panel(lost).includes('Nothing was sent.'))
  assert.ok(!panel(lost).includes('Picture of the request'))
})
