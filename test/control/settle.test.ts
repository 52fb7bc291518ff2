// What the control plane makes of article 001's objects, and of changes to them.
import { expect, test } from 'vitest'
import type { Event } from '../../src/apply/object'
import type { Deployment } from '../../src/apply/object-workloads'
import { objectOf, objectsOf, type State } from '../../src/cluster/state'
import { deleteObject, isError } from '../../src/cluster/store'
import { put, write } from '../../src/cluster/write'
import { settle } from '../../src/control/settle'
import { ARTICLE, cluster, config, deployment, podLines, service, template } from './world'

const article = (): State => settle(cluster([ARTICLE.deployment, ARTICLE.service], { pins: ARTICLE.pins }))
const scaled = (state: State, name: string, replicas: number): State => {
  const d = objectOf(state, 'Deployment', `default/${name}`)!
  return settle(write(state, [put({ ...d, spec: { ...d.spec, replicas } })], 'kubectl'))
}
const removed = (state: State, pod: string): State => {
  const answer = deleteObject(state, 'Pod', `default/${pod}`, 'kubectl')
  if (isError(answer)) throw new Error(answer.error.message)
  return settle(answer.state)
}
const addresses = (state: State, name: string) =>
  objectOf(state, 'Endpoints', `default/${name}`)?.subsets?.flatMap(s => s.addresses?.map(a => a.ip) ?? []) ?? []
const messages = (state: State) =>
  objectsOf(state, 'Event').map((e: Event) => `${e.involvedObject.kind.toLowerCase()}/${e.involvedObject.name} ${e.reason} ${e.message}`)

test('the pods of article 001 have their names, nodes and addresses', () => {
  expect(podLines(article())).toEqual([
    'mytest-88d46bf99-cd4zk node02 10.244.2.2 ready',
    'mytest-88d46bf99-fsmcj node01 10.244.1.3 ready',
    'mytest-88d46bf99-ntd5n node01 10.244.1.2 ready',
  ])
})

test('its Service has the three endpoints, in the order of their text', () => {
  const state = article()
  expect(addresses(state, 'mytest-svc')).toEqual(['10.244.1.2', '10.244.1.3', '10.244.2.2'])
  expect(objectOf(state, 'Endpoints', 'default/mytest-svc')?.subsets?.[0]?.ports).toEqual([{ port: 8080, protocol: 'TCP' }])
})

test('its Deployment is complete', () => {
  expect(objectOf(article(), 'Deployment', 'default/mytest')?.status).toMatchObject({
    replicas: 3,
    updatedReplicas: 3,
    readyReplicas: 3,
    availableReplicas: 3,
  })
})

test('its Events speak as v1.13 does', () => {
  const said = messages(article())
  expect(said).toContain('deployment/mytest ScalingReplicaSet Scaled up replica set mytest-88d46bf99 to 3')
  expect(said).toContain('pod/mytest-88d46bf99-cd4zk Scheduled Successfully assigned default/mytest-88d46bf99-cd4zk to node02')
  expect(said).toContain('pod/mytest-88d46bf99-cd4zk Started Started container')
})

test('without pins the pods spread over the workers and take addresses in order', () => {
  const state = settle(cluster([ARTICLE.deployment]))
  const places = podLines(state).map(line => line.split(' ').slice(1).join(' '))
  expect([...places].sort()).toHaveLength(3)
  expect(new Set(places).size).toBe(3)
  for (const place of places) expect(place).toMatch(/^node0[12] 10\.244\.[12]\.[23] ready$/)
})

test('a deleted pod is replaced under a new name, with the next address, and the Service follows', () => {
  const state = removed(article(), 'mytest-88d46bf99-cd4zk')
  const lines = podLines(state)
  expect(lines).toHaveLength(3)
  expect(lines.join('\n')).not.toContain('cd4zk')
  expect(lines.join('\n')).not.toContain('10.244.2.2 ')
  expect(addresses(state, 'mytest-svc')).toHaveLength(3)
  expect(objectOf(state, 'Service', 'default/mytest-svc')?.spec.clusterIP).toBe('10.100.77.149')
})

test('scaled to 0 the Service has no endpoints, and gets them back', () => {
  const none = scaled(article(), 'mytest', 0)
  expect(podLines(none)).toEqual([])
  expect(addresses(none, 'mytest-svc')).toEqual([])
  expect(addresses(scaled(none, 'mytest', 2), 'mytest-svc')).toHaveLength(2)
})

test('the same input and seed give the same cluster; another seed gives other names', () => {
  const names = (seed: number) => podLines(settle(cluster([ARTICLE.deployment], { seed })))
  expect(names(1)).toEqual(names(1))
  expect(names(1)).not.toEqual(names(2))
})

test('a settled cluster is settled: nothing is written again', () => {
  const state = article()
  expect(settle(state).log).toBe(state.log)
})

test('a rolling update of v1.35 ends with only pods of the new template, surging by one', () => {
  const conf = config('v1.35')
  const first = settle(cluster([deployment('web', 4, template({ app: 'web' }, 'web', 'nginx:1'))], {}, conf))
  const d = objectOf(first, 'Deployment', 'default/web') as Deployment
  const second = settle(write(first, [put({ ...d, spec: { ...d.spec, template: template({ app: 'web' }, 'web', 'nginx:2') } })], 'kubectl'))
  expect(objectsOf(second, 'Pod').map(p => p.spec.containers[0]!.image)).toEqual(['nginx:2', 'nginx:2', 'nginx:2', 'nginx:2'])
  expect(
    objectsOf(second, 'ReplicaSet')
      .map(rs => rs.spec.replicas)
      .sort(),
  ).toEqual([0, 4])
  const [from, to] = [
    objectsOf(first, 'ReplicaSet')[0]!.metadata.name,
    objectsOf(second, 'ReplicaSet').find(rs => rs.spec.replicas === 4)!.metadata.name,
  ]
  expect(messages(second).filter(m => m.startsWith('deployment/'))).toEqual([
    `deployment/web ScalingReplicaSet Scaled up replica set ${from} from 0 to 4`,
    `deployment/web ScalingReplicaSet Scaled up replica set ${to} from 0 to 1`,
    `deployment/web ScalingReplicaSet Scaled down replica set ${from} from 4 to 3`,
    `deployment/web ScalingReplicaSet Scaled up replica set ${to} from 1 to 2`,
    `deployment/web ScalingReplicaSet Scaled down replica set ${from} from 3 to 2`,
    `deployment/web ScalingReplicaSet Scaled up replica set ${to} from 2 to 3`,
    `deployment/web ScalingReplicaSet Scaled down replica set ${from} from 2 to 1`,
    `deployment/web ScalingReplicaSet Scaled up replica set ${to} from 3 to 4`,
    `deployment/web ScalingReplicaSet Scaled down replica set ${from} from 1 to 0`,
  ])
})

test('v1.35 has EndpointSlices, one a Service, in the order in which pods came', () => {
  const state = settle(cluster([ARTICLE.deployment, ARTICLE.service], { pins: ARTICLE.pins }, config('v1.35')))
  const slices = objectsOf(state, 'EndpointSlice').filter(s => s.metadata.labels?.['kubernetes.io/service-name'] === 'mytest-svc')
  expect(slices).toHaveLength(1)
  expect(slices[0]!.endpoints?.map(e => e.addresses[0])).toEqual(['10.244.1.2', '10.244.1.3', '10.244.2.2'])
})

test('a Service whose selector matches nobody has empty Endpoints', () => {
  const state = settle(cluster([ARTICLE.deployment, service('wrong', { selector: { run: 'nobody' } })]))
  expect(objectOf(state, 'Endpoints', 'default/wrong')?.subsets).toBeUndefined()
})

test('a pod that no node takes stays Pending and says why', () => {
  const of = template({ app: 'a' }, 'a', 'nginx')
  const picky = { ...of, spec: { ...of.spec, nodeSelector: { disk: 'ssd' } } }
  const old = settle(cluster([deployment('picky', 1, picky)]))
  expect(messages(old).join('\n')).toContain(
    "FailedScheduling 0/3 nodes are available: 1 node(s) had taints that the pod didn't tolerate, 2 node(s) didn't match node selector.",
  )
  const modern = settle(cluster([deployment('picky', 1, picky)], {}, config('v1.35')))
  expect(messages(modern).join('\n')).toContain(
    "FailedScheduling 0/3 nodes are available: 1 node(s) had untolerated taint(s), 2 node(s) didn't match Pod's node affinity/selector. no new claims to deallocate, preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling.",
  )
})

test('the pods of a deleted Deployment go with it', () => {
  const answer = deleteObject(article(), 'Deployment', 'default/mytest', 'kubectl')
  if (isError(answer)) throw new Error(answer.error.message)
  const state = settle(answer.state)
  expect(podLines(state)).toEqual([])
  expect(objectsOf(state, 'ReplicaSet')).toEqual([])
})

test('a deleted namespace takes everything in it along', () => {
  const inShop = { ...ARTICLE.deployment, metadata: { name: 'web', namespace: 'shop' } }
  const full = settle(cluster([inShop]))
  expect(objectsOf(full, 'Pod')).toHaveLength(3)
  const answer = deleteObject(full, 'Namespace', 'shop', 'kubectl')
  if (isError(answer)) throw new Error(answer.error.message)
  const state = settle(answer.state)
  expect(objectOf(state, 'Namespace', 'shop')).toBeUndefined()
  expect(objectsOf(state, 'Pod')).toEqual([])
})

test('CoreDNS of kubeadm v1.13 has the name that every v1.13 cluster knows', () => {
  const state = settle(cluster([], {}, config('v1.13', { addons: ['coredns'] })))
  expect(objectsOf(state, 'ReplicaSet').map(rs => rs.metadata.name)).toEqual(['coredns-86c58d9df4'])
  expect(objectOf(state, 'Service', 'kube-system/kube-dns')?.spec.clusterIP).toBe('10.96.0.10')
})

test('a snapshot stays as it is: its pods, addresses and owners, and its endpoints', () => {
  const live = settle(cluster([ARTICLE.deployment, ARTICLE.service], { pins: ARTICLE.pins }))
  const kinds = ['Deployment', 'ReplicaSet', 'Pod', 'Service', 'Endpoints'] as const
  const snapshot = kinds.flatMap(kind => objectsOf(live, kind).filter(o => o.metadata.name !== 'kubernetes'))
  const withoutUids = snapshot.map(o => (o.kind === 'Deployment' ? { ...o, metadata: { ...o.metadata, uid: undefined } } : o))
  const again = settle(cluster(withoutUids as typeof snapshot))
  expect(podLines(again)).toEqual(podLines(live))
  expect(addresses(again, 'mytest-svc')).toEqual(['10.244.1.2', '10.244.1.3', '10.244.2.2'])
  expect(podLines(scaled(again, 'mytest', 1))).toHaveLength(1)
  expect(addresses(scaled(again, 'mytest', 1), 'mytest-svc')).toHaveLength(1)
})

test('endpoints of a snapshot that no pod bears out are kept', () => {
  const state = settle(
    cluster([
      service('ext', { selector: { app: 'gone' } }),
      {
        apiVersion: 'v1',
        kind: 'Endpoints',
        metadata: { name: 'ext', namespace: 'default' },
        subsets: [{ addresses: [{ ip: '192.0.2.7' }], ports: [{ port: 80, protocol: 'TCP' }] }],
      } as never,
    ]),
  )
  expect(addresses(state, 'ext')).toEqual(['192.0.2.7'])
})

for (const [profile, outcome] of [
  ['v1.13', 'errored'],
  ['v1.35', 'errored and resulted in unknown state'],
] as const)
  test(`${profile}: a probe of a port that no container names cannot ask: never ready, and never killed`, () => {
    const of = template({ app: 'a' }, 'a', 'mysql')
    const probe = { tcpSocket: { port: 'htpp' } }
    const container = { ...of.spec.containers[0]!, readinessProbe: probe, livenessProbe: { ...probe, periodSeconds: 1 } }
    const probed = { ...of, spec: { ...of.spec, containers: [container] } }
    const state = settle(cluster([deployment('a', 1, probed)], {}, config(profile)))
    expect(podLines(state)[0]).toMatch(/not ready$/)
    const said = messages(state).filter(m => /Unhealthy|Killing/.test(m))
    expect(said).toEqual([expect.stringMatching(`Unhealthy Readiness probe ${outcome}: strconv.Atoi: parsing "htpp": invalid syntax$`)])
  })

test('a readiness probe on a port where nothing listens keeps the pod out of the Service', () => {
  const of = template({ app: 'a' }, 'a', 'mysql')
  const probed = { ...of, spec: { ...of.spec, containers: [{ ...of.spec.containers[0]!, readinessProbe: { tcpSocket: { port: 8080 } } }] } }
  const state = settle(cluster([deployment('a', 1, probed), service('a', { selector: { app: 'a' } })]))
  expect(podLines(state)[0]).toMatch(/not ready$/)
  expect(objectOf(state, 'Endpoints', 'default/a')?.subsets?.[0]?.notReadyAddresses).toHaveLength(1)
  expect(messages(state).join('\n')).toMatch(/Unhealthy Readiness probe failed: dial tcp 10\.244\.\d\.2:8080: connect: connection refused/)
})
