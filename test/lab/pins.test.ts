// A pod pinned to a node that is none is a mistake, told with the name that was meant; it is never put elsewhere in silence.
import { strict as assert } from 'node:assert'
import { test } from 'vitest'
import { objectOf } from '../../src/cluster/state'
import { put, write } from '../../src/cluster/write'
import { HopspecError } from '../../src/error'
import { emptyLab, given, running } from '../../src/lab/lab'
import { pinServices, pinsOf, misspeltPins } from '../../src/lab/pins'
import { DEFAULT_CLUSTER } from '../../src/lab/replicas'

const pinned = (node: string) =>
  running(
    given(emptyLab(1, null), {
      files: [{ name: 'cluster.json', text: DEFAULT_CLUSTER }],
      pins: pinsOf('deployment "shop/web"', [{ name: 'web-x', node, address: '' }]),
    }),
  )

test('a pin to a node of the cluster is kept', () => {
  assert.equal(pinned('worker2').state.pins[0]?.node, 'worker2')
})

test('a pin to no node of the cluster is refused', () => {
  assert.throws(
    () => pinned('worker3'),
    (e: unknown) => e instanceof HopspecError && e.message.startsWith("there is no node 'worker3'. Did you mean 'worker"),
  )
})

/** A cluster with Services of each kind; the addresses that one has once the pins are set. */
function servicesPinned(...servicePins: Parameters<typeof given>[1]['servicePins'] & object) {
  const service = (name: string, spec: object) =>
    `---\n${JSON.stringify({ apiVersion: 'v1', kind: 'Service', metadata: { name, namespace: 'default' }, spec })}\n`
  const text = [
    service('web', { ports: [{ port: 80 }] }),
    service('quiet', { clusterIP: 'None', ports: [{ port: 80 }] }),
    service('door', { type: 'NodePort', ports: [{ port: 80 }] }),
    service('doors', {
      type: 'NodePort',
      ports: [
        { name: 'a', port: 80 },
        { name: 'b', port: 81 },
      ],
    }),
  ].join('')
  const files = [
    { name: 'cluster.json', text: DEFAULT_CLUSTER },
    { name: 'services.yaml', text },
  ]
  return running(given(emptyLab(1, null), { files, servicePins })).state
}

test('a Service has the address and the node port that it is pinned to', () => {
  const { spec } = objectOf(servicesPinned({ name: 'door', clusterIP: '10.96.7.7', nodePort: 30_777 }), 'Service', 'default/door')!
  assert.deepEqual([spec.clusterIP, spec.clusterIPs, spec.ports?.[0]?.nodePort], ['10.96.7.7', ['10.96.7.7'], 30_777])
})

test('a node port is kept for a Service that has none yet', () => {
  const { spec } = objectOf(servicesPinned({ name: 'web', clusterIP: '10.96.7.7', nodePort: 30_777 }), 'Service', 'default/web')!
  assert.deepEqual([spec.clusterIP, spec.ports?.[0]?.nodePort], ['10.96.7.7', undefined])
})

test('a pin may be said again, with more', () => {
  const again = { name: 'door', clusterIP: '10.96.7.7' }
  const { spec } = objectOf(servicesPinned({ ...again, nodePort: null }, { ...again, nodePort: 30_777 }), 'Service', 'default/door')!
  assert.deepEqual([spec.clusterIP, spec.ports?.[0]?.nodePort], ['10.96.7.7', 30_777])
})

test('a pin of one family leaves the other family alone', () => {
  const state = servicesPinned()
  const service = objectOf(state, 'Service', 'default/web')!
  const dual = { ...service, spec: { ...service.spec, clusterIPs: [service.spec.clusterIP!, 'fd00:10:96::1'] } }
  const both = pinServices(write(state, [put(dual)], 'kube-apiserver'), [{ name: 'web', clusterIP: 'fd00:10:96::7', nodePort: null }])
  assert.deepEqual(objectOf(both, 'Service', 'default/web')!.spec.clusterIPs, [service.spec.clusterIP, 'fd00:10:96::7'])
})

test('a pin of a misspelt Service or workload is told, with the name that was meant; one of something that is not there yet is not', () => {
  const deployment =
    '---\n{"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web"}, "spec": {"replicas": 0, "selector": {"matchLabels": {"a": "b"}}, "template": {"metadata": {"labels": {"a": "b"}}, "spec": {"containers": [{"name": "c", "image": "i"}]}}}}'
  const state = running(
    given(emptyLab(1, null), {
      files: [
        { name: 'cluster.json', text: DEFAULT_CLUSTER },
        { name: 'web.yaml', text: deployment },
      ],
    }),
  ).state
  const pin = (name: string) => ({ name, clusterIP: '10.96.7.7', nodePort: null })
  const pods = (workload: string) => pinsOf(workload, [{ name: 'web-x', node: '', address: '' }])
  assert.deepEqual(misspeltPins(state, [pin('kubernetes')], pods('deployment "web"')), [])
  assert.deepEqual(
    misspeltPins(state, [pin('kubernets')], [...pods('deployment "wep"'), ...pods('deployment "shop"'), ...pods('deployment "a"')]),
    [
      "service default/kubernets was pinned, and there never was one. Did you mean 'kubernetes'?",
      "deployment default/wep was pinned, and there never was one. Did you mean 'web'?",
    ],
  )
})

for (const [what, pins, message] of [
  ['a headless Service', [{ name: 'quiet', clusterIP: '10.96.7.7', nodePort: null }], 'Service quiet is headless'],
  [
    'a family that it has not',
    [{ name: 'web', clusterIP: 'fd00::7', nodePort: null }],
    'Service web has no address of the family of fd00::7',
  ],
  ['one node port for two ports', [{ name: 'doors', clusterIP: '10.96.7.7', nodePort: 30_777 }], 'Service doors has 2 node ports'],
  [
    'two addresses for one name',
    [
      { name: 'web', clusterIP: '10.96.7.7', nodePort: null },
      { name: 'default/web', clusterIP: '10.96.7.8', nodePort: null },
    ],
    'Service default/web is given two addresses or node ports',
  ],
] as const)
  test(`${what} is refused`, () => {
    assert.throws(
      () => servicesPinned(...pins),
      (e: unknown) => e instanceof HopspecError && e.message.includes(message),
    )
  })
