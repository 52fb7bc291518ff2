// A snapshot's endpoints are kept as written; where its pods say otherwise there is one line for the Service, and only then.
import { strict as assert } from 'node:assert'
import { describe, test } from 'vitest'
import { readStore } from '../../src/apply/store-input'
import { begin } from '../../src/cluster/begin'
import { objectOf } from '../../src/cluster/state'
import { keptEndpoints } from '../../src/control/kept-endpoints'
import { settle } from '../../src/control/settle'
import { placeText } from '../../src/error'

const POD = (name: string, ip: string, app = 'web', ready = 'True', meta = '', phase = 'Running') => `---
apiVersion: v1
kind: Pod
metadata: {name: ${name}, namespace: shop, labels: {app: ${app}}${meta}}
spec: {nodeName: w1, containers: [{name: c, image: x, ports: [{containerPort: 8080, name: http}]}]}
status: {phase: ${phase}, podIP: ${ip}, conditions: [{type: Ready, status: "${ready}"}]}
`
const SERVICE = (app = 'web', rest = '') => `---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec: {selector: {app: ${app}}, clusterIP: 10.96.7.7, ports: [{port: 80, targetPort: 8080}]${rest}}
`
const SLICE = (endpoints: string, label = '') => `---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: web-abc, namespace: shop, labels: {kubernetes.io/service-name: web${label}}}
addressType: IPv4
endpoints: [${endpoints}]
ports: [{port: 8080}]
`
const ENDPOINTS = (ip: string) => `---
apiVersion: v1
kind: Endpoints
metadata: {name: web, namespace: shop}
subsets: [{addresses: [{ip: ${ip}}], ports: [{port: 8080}]}]
`
const AT = (ip: string, conditions = 'ready: true') => `{addresses: [${ip}], conditions: {${conditions}}}`
const A = POD('web-a', '10.244.1.7')
const BOTH = SLICE(`${AT('10.244.1.7')}, ${AT('10.244.1.8')}`)

function cluster(text: string) {
  const begun = begin(readStore([{ name: 'snap.yaml', text }]))
  const settled = settle(begun)
  return { begun, settled, said: keptEndpoints(begun, settled) }
}

const rows: Record<string, readonly [string, string]> = {
  'a selector that no pod has': [A + SERVICE('wbe') + SLICE(AT('10.244.1.7')), 'selects app=wbe, which no pod has.'],
  'a pod that lost its label': [
    A + POD('web-b', '10.244.1.8', 'quarantine') + SERVICE() + BOTH,
    'selects app=web: 10.244.1.8 is pod web-b (app=quarantine), which is not behind it.',
  ],
  'an address that no pod has': [A + SERVICE() + BOTH, 'selects app=web: no pod here has 10.244.1.8.'],
  'a terminating pod': [
    A + POD('web-b', '10.244.1.8', 'web', 'True', ', deletionTimestamp: "2026-01-01T00:00:00Z"') + SERVICE() + BOTH,
    'selects app=web: 10.244.1.8 is pod web-b, which is terminating.',
  ],
  'a pod that is not ready': [
    A + POD('web-b', '10.244.1.8', 'web', 'False') + SERVICE() + BOTH,
    'selects app=web: 10.244.1.8 is pod web-b, which is not ready.',
  ],
  'a pod that has failed': [
    A + POD('web-b', '10.244.1.8', 'web', 'False', '', 'Failed') + SERVICE() + BOTH,
    'selects app=web: 10.244.1.8 is pod web-b, which is Failed.',
  ],
  'a ready pod that is missing': [
    A + POD('web-b', '10.244.1.8') + SERVICE() + SLICE(AT('10.244.1.7')),
    'selects app=web: 10.244.1.8, the ready pod web-b, is missing.',
  ],
  'a ready pod that stands as not ready': [
    A + SERVICE() + SLICE(AT('10.244.1.7', 'ready: false')),
    'selects app=web: 10.244.1.7 stands as not ready, but pod web-a is ready.',
  ],
  'another target port': [
    A + SERVICE().replace('8080', '9999') + SLICE(AT('10.244.1.7')),
    "selects app=web: its ports are 8080/TCP, those of the Service's pods 9999/TCP.",
  ],
  'more differences than one line holds': [
    A + SERVICE() + SLICE(['10.244.1.7', '10.9.0.1', '10.9.0.2', '10.9.0.3', '10.9.0.4'].map(ip => AT(ip)).join()),
    'selects app=web: no pod here has 10.9.0.1; no pod here has 10.9.0.2; no pod here has 10.9.0.3; and 1 more.',
  ],
}

describe('a slice is kept, with a line of warning for', () => {
  for (const [name, [text, says]] of Object.entries(rows))
    test(name, () => {
      const { said, begun, settled } = cluster(text)
      assert.deepEqual(
        said.map(p => p.message),
        [`EndpointSlice shop/web-abc is kept as written, but Service shop/web ${says}`],
      )
      const line = text.slice(0, text.indexOf('kind: EndpointSlice')).split('\n').length - 1
      assert.equal(placeText(said[0]!.place!), `snap.yaml:${line}:1`)
      const [before, after] = [begun, settled].map(state => objectOf(state, 'EndpointSlice', 'shop/web-abc')!.endpoints)
      assert.deepEqual(after, before)
    })

  test('Endpoints, where there is no slice', () =>
    assert.match(
      cluster(A + SERVICE() + ENDPOINTS('10.9.0.1')).said[0]!.message,
      /^Endpoints shop\/web is kept .* no pod here has 10\.9\.0\.1;/,
    ))
})

const silent: Record<string, string> = {
  'endpoints that say what the pods say':
    A +
    POD('web-b', '10.244.1.8') +
    SERVICE() +
    BOTH +
    ENDPOINTS('10.244.1.7').replace('[{ip: 10.244.1.7}]', '[{ip: 10.244.1.8}, {ip: 10.244.1.7}]'),
  'a terminating pod that stands as such':
    A +
    POD('web-b', '10.244.1.8', 'web', 'True', ', deletionTimestamp: "2026-01-01T00:00:00Z"') +
    SERVICE() +
    SLICE(`${AT('10.244.1.7')}, ${AT('10.244.1.8', 'ready: false, terminating: true')}`),
  'a namespace without any pod': SERVICE() + BOTH,
  'a Service without a selector': A + SERVICE().replace('selector: {app: web}, ', '') + SLICE(AT('10.9.0.1')),
  'a Service that publishes pods that are not ready':
    POD('web-a', '10.244.1.7', 'web', 'False') + SERVICE('web', ', publishNotReadyAddresses: true') + SLICE(AT('10.244.1.7')),
  'a slice of another controller beside it': A + SERVICE() + SLICE(AT('10.9.0.1'), ', endpointslice.kubernetes.io/managed-by: mine'),
}

describe('nothing is said about', () => {
  for (const [name, text] of Object.entries(silent)) test(name, () => assert.deepEqual(cluster(text).said, []))
})
