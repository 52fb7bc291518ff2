// Quotas: what the API server refuses, in its words; what is counted, and when room is given back.
import { describe, expect, test } from 'vitest'
import { readStore } from '../../src/apply/store-input'
import { begin } from '../../src/cluster/begin'
import { objectOf, objectsOf, type State } from '../../src/cluster/state'
import { failNode } from '../../src/control/component'
import { passTime, settle } from '../../src/control/settle'
import { atOnce } from '../../src/view/kubectl/passing'
import { runKubectl } from '../../src/view/kubectl/run'

const CLUSTER = `
apiVersion: hopspec/v1
kind: Cluster
kubernetesVersion: v1.35.4
kubelets: {startSeconds: 0.6, stopSeconds: 1, events: false}
nodes:
  - {name: master, role: control-plane, addresses: [192.168.1.200]}
  - {name: node01, addresses: [192.168.1.201]}
`
const files = { read: () => undefined }
const kubectl = (state: State, line: string, stdin = '') => {
  const reply = runKubectl(state, line.split(' '), { ...files, stdin: () => stdin }, atOnce)
  return { ...reply, state: settle(reply.state) }
}
const begun = (text = CLUSTER): State => settle(begin(readStore([{ name: 'quota.yaml', text }]), { seed: 1 }))
const withQuota = (hard: string, more = ''): State => kubectl(begun(), `create quota q --hard=${hard}${more}`).state
const used = (state: State, name = 'q') => objectOf(state, 'ResourceQuota', `default/${name}`)!.status!.used!

const pod = (name: string, requests?: object, more: object = {}): string =>
  JSON.stringify({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name },
    spec: { ...more, containers: [{ name: 'c', image: 'c', ...(requests ? { resources: { requests } } : {}) }] },
  })
const service = (name: string, spec: object): string =>
  JSON.stringify({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name },
    spec: { selector: { app: 'x' }, ports: [{ port: 80 }], ...spec },
  })

describe('what is refused, and in which words', () => {
  const rows = [
    {
      name: 'a pod too many',
      hard: 'pods=1',
      first: pod('a'),
      next: pod('b'),
      says: 'pods "b" is forbidden: exceeded quota: q, requested: pods=1, used: pods=1, limited: pods=1',
    },
    {
      name: 'amounts that are over, in the order of their names; what is not over is left out',
      hard: 'pods=9,requests.cpu=1,requests.memory=1Gi',
      first: pod('a', { cpu: '700m', memory: '600Mi' }),
      next: pod('b', { cpu: '500m', memory: '600Mi' }),
      says: 'pods "b" is forbidden: exceeded quota: q, requested: requests.cpu=500m,requests.memory=600Mi, used: requests.cpu=700m,requests.memory=600Mi, limited: requests.cpu=1,requests.memory=1Gi',
    },
    {
      name: 'a container that does not say what it needs',
      hard: 'cpu=1,limits.memory=1Gi',
      next: pod('b'),
      says: 'pods "b" is forbidden: failed quota: q: must specify cpu for: c; limits.memory for: c',
    },
    {
      name: 'a Service too many',
      hard: 'services=2',
      first: service('a', {}),
      next: service('b', {}),
      says: 'services "b" is forbidden: exceeded quota: q, requested: services=1, used: services=2, limited: services=2',
    },
    {
      name: 'node ports, also those of a load balancer',
      hard: 'services.nodeports=1,services.loadbalancers=0',
      first: service('a', { type: 'NodePort' }),
      next: service('b', { type: 'LoadBalancer' }),
      says: 'services "b" is forbidden: exceeded quota: q, requested: services.loadbalancers=1,services.nodeports=1, used: services.loadbalancers=0,services.nodeports=1, limited: services.loadbalancers=0,services.nodeports=1',
    },
    {
      name: 'objects that are only counted',
      hard: 'count/configmaps=0',
      next: JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'b' } }),
      says: 'configmaps "b" is forbidden: exceeded quota: q, requested: count/configmaps=1, used: count/configmaps=0, limited: count/configmaps=0',
    },
  ]
  for (const { name, hard, first, next, says } of rows)
    test(name, () => {
      const before = withQuota(hard)
      const state = first === undefined ? before : kubectl(before, 'create -f -', first).state
      expect(kubectl(state, 'create -f -', next).stderr.replace(/error when creating "STDIN": /, '')).toBe(
        `Error from server (Forbidden): ${says}\n`,
      )
    })

  test('a Service that becomes one with node ports is charged for them', () => {
    const state = kubectl(withQuota('services.nodeports=0'), 'create -f -', service('a', {})).state
    expect(kubectl(state, 'patch service a -p {"spec":{"type":"NodePort"}}').stderr).toContain(
      'exceeded quota: q, requested: services.nodeports=1',
    )
  })

  for (const [hard, says] of [
    ['foo=1', 'spec.hard[foo]: Invalid value: "foo": must be a standard resource for quota'],
    ['pods=-1', 'spec.hard[pods]: Invalid value: "-1": must be greater than or equal to 0'],
    ['pods=1500m', 'spec.hard[pods]: Invalid value: "1500m": must be an integer'],
  ] as const)
    test(`a quota of ${hard}`, () =>
      expect(kubectl(begun(), `create quota q --hard=${hard}`).stderr).toBe(
        `error: failed to create quota: ResourceQuota "q" is invalid: ${says}\n`,
      ))
})

describe('what is counted', () => {
  test('from its first moment a quota knows what is there', () => {
    const state = kubectl(begun(), 'create -f -', pod('a', { cpu: '250m', memory: '64Mi' })).state
    expect(used(kubectl(state, 'create quota q --hard=pods=2,requests.cpu=1,requests.memory=1Gi,services=5').state)).toEqual({
      pods: '1',
      'requests.cpu': '250m',
      'requests.memory': '64Mi',
      services: '1',
    })
  })

  test('a deleted pod gives its room back', () => {
    const full = kubectl(withQuota('pods=1'), 'create -f -', pod('a')).state
    expect(used(full)).toEqual({ pods: '1' })
    const empty = passTime(kubectl(full, 'delete pod a').state, 5000)
    expect(used(empty)).toEqual({ pods: '0' })
    expect(kubectl(empty, 'create -f -', pod('b')).stderr).toBe('')
  })

  test('a pod stuck on a dead node gives its room back, seen when all is counted again, though the pod itself stays', () => {
    const full = kubectl(withQuota('pods=1,requests.cpu=1,count/pods=5'), 'create -f -', pod('a', { cpu: '250m' })).state
    const node = objectOf(full, 'Pod', 'default/a')!.spec.nodeName!
    const deleted = kubectl(failNode(full, node), 'delete pod a --wait=false').state
    expect(used(passTime(deleted, 200_000))).toEqual({ pods: '1', 'requests.cpu': '250m', 'count/pods': '1' })
    const later = passTime(deleted, 310_000)
    expect(objectOf(later, 'Pod', 'default/a')).toBeDefined()
    expect(used(later)).toEqual({ pods: '0', 'requests.cpu': '0', 'count/pods': '1' })
    expect(kubectl(later, 'create -f -', pod('b', { cpu: '250m' })).stderr).toBe('')
  })

  test('a greedy init container counts for its pod', () => {
    const init = { initContainers: [{ name: 'i', image: 'i', resources: { requests: { cpu: '2' } } }] }
    expect(used(kubectl(withQuota('requests.cpu=4'), 'create -f -', pod('a', { cpu: '500m' }, init)).state)).toEqual({
      'requests.cpu': '2',
    })
  })

  test('only pods in scope', () => {
    const state = withQuota('pods=1', ' --scopes=BestEffort')
    const two = kubectl(kubectl(state, 'create -f -', pod('a', { cpu: '1m' })).state, 'create -f -', pod('b')).state
    expect(used(two)).toEqual({ pods: '1' })
    expect(kubectl(two, 'create -f -', pod('c')).stderr).toContain('exceeded quota: q')
  })
})

describe('workloads make what the quota leaves them', () => {
  const namesOf = (state: State) => objectsOf(state, 'Pod').map(p => p.metadata.name.replace(/-\w{5}$/, ''))
  const failures = (state: State) => objectsOf(state, 'Event').filter(e => e.reason === 'FailedCreate')

  test('a ReplicaSet tries 1, then 2: two pods of four, and says so', () => {
    const state = kubectl(withQuota('pods=2'), 'create deployment web --image=web --replicas=4').state
    expect(namesOf(state)).toHaveLength(2)
    expect(failures(state)[0]!.message).toMatch(
      /^Error creating: pods "web-\w+-\w{5}" is forbidden: exceeded quota: q, requested: pods=1, used: pods=2, limited: pods=2$/,
    )
    expect(objectsOf(state, 'Deployment')[0]!.status!.conditions!.map(c => `${c.type} ${c.status}`)).toContain('ReplicaFailure True')
  })

  test('a larger quota lets the rest come', () => {
    const short = kubectl(withQuota('pods=2'), 'create deployment web --image=web --replicas=4').state
    const wide = kubectl(short, 'patch quota q -p {"spec":{"hard":{"pods":"9"}}}').state
    expect(namesOf(passTime(wide, 60_000))).toHaveLength(4)
  })

  for (const [kind, spec] of [
    ['StatefulSet', { serviceName: 'x', replicas: 3, podManagementPolicy: 'Parallel' }],
    ['Job', { parallelism: 3, completions: 3 }],
  ] as const)
    test(`a ${kind}`, () => {
      const template = {
        metadata: { labels: { app: 'x' } },
        spec: { restartPolicy: kind === 'Job' ? 'Never' : 'Always', containers: [{ name: 'c', image: 'c' }] },
      }
      const object = {
        apiVersion: kind === 'Job' ? 'batch/v1' : 'apps/v1',
        kind,
        metadata: { name: 'x' },
        spec: { ...spec, ...(kind === 'Job' ? {} : { selector: { matchLabels: { app: 'x' } } }), template },
      }
      const state = kubectl(withQuota('pods=1'), 'create -f -', JSON.stringify(object)).state
      expect(failures(state)[0]!.message).toMatch(
        /pods "x-.*" is forbidden: exceeded quota: q, requested: pods=1, used: pods=1, limited: pods=1$/,
      )
    })

  test('a DaemonSet', () => {
    const template = { metadata: { labels: { app: 'x' } }, spec: { containers: [{ name: 'c', image: 'c' }] } }
    const set = {
      apiVersion: 'apps/v1',
      kind: 'DaemonSet',
      metadata: { name: 'x' },
      spec: { selector: { matchLabels: { app: 'x' } }, template },
    }
    const state = kubectl(withQuota('pods=0'), 'create -f -', JSON.stringify(set)).state
    expect(namesOf(state)).toEqual([])
    expect(failures(state)[0]!.message).toMatch(/^Error creating: pods "x-\w{5}" is forbidden: exceeded quota: q/)
  })

  test('given with the workloads it holds for them too', () => {
    const given = `${CLUSTER}---
{apiVersion: v1, kind: ResourceQuota, metadata: {name: q}, spec: {hard: {pods: "2"}}}
---
{apiVersion: apps/v1, kind: Deployment, metadata: {name: web}, spec: {replicas: 5, selector: {matchLabels: {app: w}}, template: {metadata: {labels: {app: w}}, spec: {containers: [{name: c, image: c}]}}}}
`
    expect(namesOf(begun(given))).toHaveLength(2)
  })
})
