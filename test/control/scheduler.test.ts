// The scheduler: where the real one puts replicas, what it says where a pod fits nowhere, and who has to leave for whom.
import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { readStore } from '../../src/apply/store-input'
import { begin } from '../../src/cluster/begin'
import { objectOf, objectsOf, type State } from '../../src/cluster/state'
import { put, write } from '../../src/cluster/write'
import { passTime, settle } from '../../src/control/settle'
import { atOnce } from '../../src/view/kubectl/passing'
import { runKubectl } from '../../src/view/kubectl/run'

const ORACLE = '../shared/oracles/control-plane/scheduler/spread.json'

interface Oracle {
  readonly other: Record<string, number>
  readonly runs: readonly {
    readonly setup: string
    readonly replicas: number
    readonly serviceFirst: boolean
    readonly perNode: Record<string, number>
  }[]
}

interface NodeSpec {
  readonly labels?: object
  readonly taints?: readonly object[]
  readonly allocatable?: object
  readonly unschedulable?: boolean
}

const NAMES = ['master', 'node-1', 'node-2']
const cluster = (nodes: Record<string, NodeSpec> = {}): object[] => [
  {
    apiVersion: 'hopspec/v1',
    kind: 'Cluster',
    kubernetesVersion: 'v1.35.4',
    kubelets: { startSeconds: 0.6, stopSeconds: 1, events: false },
    nodes: NAMES.map((name, i) => ({ name, role: i === 0 ? 'control-plane' : 'worker', addresses: [`192.168.1.${200 + i}`] })),
  },
  ...Object.entries(nodes).map(([name, { labels = {}, allocatable, ...spec }]) => ({
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name, labels },
    spec,
    ...(allocatable ? { status: { allocatable } } : {}),
  })),
]
const world = (objects: readonly object[], seed = 1): State =>
  settle(begin(readStore([{ name: 'nodes.yaml', text: objects.map(o => JSON.stringify(o)).join('\n---\n') }]), { seed }))

const pod = (name: string, spec: object = {}, more: { labels?: object; requests?: object } = {}) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, labels: more.labels ?? { app: name } },
  spec: { containers: [{ name: 'c', image: 'c', ...(more.requests ? { resources: { requests: more.requests } } : {}) }], ...spec },
})
const deployment = (name: string, replicas: number, spec: object = {}, requests?: object) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name },
  spec: {
    replicas,
    selector: { matchLabels: { app: name } },
    template: {
      metadata: { labels: { app: name } },
      spec: { containers: [{ name: 'c', image: 'c', ...(requests ? { resources: { requests } } : {}) }], ...spec },
    },
  },
})

const nodeOf = (state: State, name: string): string | undefined => objectOf(state, 'Pod', `default/${name}`)?.spec.nodeName
const perNode = (state: State, app: string): Record<string, number> => {
  const counts: Record<string, number> = {}
  for (const p of objectsOf(state, 'Pod').filter(o => o.metadata.labels?.app === app && o.spec.nodeName))
    counts[p.spec.nodeName!] = (counts[p.spec.nodeName!] ?? 0) + 1
  return Object.fromEntries(Object.entries(counts).sort())
}
const why = (state: State, name: string): string | undefined =>
  objectsOf(state, 'Event').find(e => e.reason === 'FailedScheduling' && e.involvedObject.name === name)?.message

describe.skipIf(!existsSync(ORACLE))(`${ORACLE} (skipped where it is absent)`, () => {
  const oracle = existsSync(ORACLE) ? (JSON.parse(readFileSync(ORACLE, 'utf8')) as Oracle) : { other: {}, runs: [] }
  const others = Object.entries(oracle.other).flatMap(([node, n]) =>
    Array.from({ length: n }, (_, i) => ({
      ...pod(`other-${node}-${i}`, { nodeName: node }),
      metadata: { name: `o${i}-${node}`, namespace: 'other' },
    })),
  )
  const rows = new Map<string, Set<string>>()
  for (const { setup, replicas, serviceFirst, perNode: seen } of oracle.runs) {
    const key = JSON.stringify({ setup, replicas, serviceFirst })
    rows.set(key, (rows.get(key) ?? new Set()).add(JSON.stringify(Object.fromEntries(Object.entries(seen).sort()))))
  }
  for (const [key, seen] of rows)
    test(`${key}: every placement of 6 seeds is one that was seen`, () => {
      const { setup, replicas, serviceFirst } = JSON.parse(key) as Oracle['runs'][number]
      const free = setup === 'three free nodes'
      const service = {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name: 'web' },
        spec: { selector: { app: 'web' }, ports: [{ port: 80 }] },
      }
      for (let seed = 1; seed <= 6; seed++) {
        const state = world(
          [...cluster(free ? { master: { taints: [] } } : {}), ...others, ...(serviceFirst ? [service] : []), deployment('web', replicas)],
          seed,
        )
        expect([...seen]).toContain(JSON.stringify(perNode(state, 'web')))
      }
    })
})

const NO_HELP = (n: number) =>
  `no new claims to deallocate, preemption: 0/3 nodes are available: ${n} Preemption is not helpful for scheduling.`
const MASTER = '1 node(s) had untolerated taint(s)'
const NO_VICTIMS =
  'no new claims to deallocate, preemption: 0/3 nodes are available: 1 Preemption is not helpful for scheduling, 2 No preemption victims found for incoming pod.'
const near = (kind: 'podAffinity' | 'podAntiAffinity', app: string, topologyKey = 'kubernetes.io/hostname') => ({
  affinity: { [kind]: { requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey, labelSelector: { matchLabels: { app } } }] } },
})
const spread = (maxSkew: number, topologyKey: string, app: string, more: object = {}) => ({
  topologySpreadConstraints: [
    { maxSkew, topologyKey, whenUnsatisfiable: 'DoNotSchedule', labelSelector: { matchLabels: { app } }, ...more },
  ],
})
const ZONES = { 'node-1': { labels: { zone: 'a' } }, 'node-2': { labels: { zone: 'b' } } }
const BOUND = (name: string, node: string, labels: object, spec: object = {}) => pod(name, { nodeName: node, ...spec }, { labels })

describe('a pod that fits nowhere, in the words of the scheduler', () => {
  const rows: readonly { name: string; nodes?: Record<string, NodeSpec>; there?: readonly object[]; pod: object; says: string }[] = [
    {
      name: 'more CPU than any node has',
      pod: pod('x', {}, { requests: { cpu: '5' } }),
      says: `0/3 nodes are available: ${MASTER}, 2 Insufficient cpu. ${NO_HELP(3)}`,
    },
    {
      name: 'each resource that is short is told',
      pod: pod('x', {}, { requests: { cpu: '5', memory: '9Gi', 'example.com/gpu': '1' } }),
      says: `0/3 nodes are available: ${MASTER}, 2 Insufficient cpu, 2 Insufficient example.com/gpu, 2 Insufficient memory. ${NO_HELP(3)}`,
    },
    {
      name: 'CPU that others of the same importance have',
      there: [1, 2].map(i => pod(`b${i}`, { nodeName: `node-${i}` }, { requests: { cpu: '1500m' } })),
      pod: pod('x', {}, { requests: { cpu: '1' } }),
      says: `0/3 nodes are available: ${MASTER}, 2 Insufficient cpu. ${NO_VICTIMS}`,
    },
    {
      name: 'an init container can be the one that does not fit',
      pod: pod('x', { initContainers: [{ name: 'i', image: 'i', resources: { requests: { cpu: '3' } } }] }),
      says: `0/3 nodes are available: ${MASTER}, 2 Insufficient cpu. ${NO_HELP(3)}`,
    },
    {
      name: 'full and cordoned nodes',
      nodes: { 'node-1': { allocatable: { cpu: '2', memory: '4Gi', pods: '0' } }, 'node-2': { unschedulable: true } },
      pod: pod('x'),
      says: `0/3 nodes are available: 1 Too many pods, ${MASTER}, 1 node(s) were unschedulable. no new claims to deallocate, preemption: 0/3 nodes are available: 1 No preemption victims found for incoming pod, 2 Preemption is not helpful for scheduling.`,
    },
    {
      name: 'a node selector',
      pod: pod('x', { nodeSelector: { disk: 'ssd' } }),
      says: `0/3 nodes are available: ${MASTER}, 2 node(s) didn't match Pod's node affinity/selector. ${NO_HELP(3)}`,
    },
    {
      name: 'a host port that is taken',
      there: [1, 2].map(i =>
        pod(`p${i}`, { nodeName: `node-${i}`, containers: [{ name: 'c', image: 'c', ports: [{ containerPort: 80, hostPort: 80 }] }] }),
      ),
      pod: pod('x', { containers: [{ name: 'c', image: 'c', ports: [{ containerPort: 80, hostPort: 80 }] }] }),
      says: `0/3 nodes are available: ${MASTER}, 2 node(s) didn't have free ports for the requested pod ports. ${NO_VICTIMS}`,
    },
    {
      name: 'nobody to be near to',
      pod: pod('x', near('podAffinity', 'db')),
      says: `0/3 nodes are available: ${MASTER}, 2 node(s) didn't match pod affinity rules. ${NO_HELP(3)}`,
    },
    {
      name: 'others everywhere that it does not want near',
      there: [BOUND('w1', 'node-1', { app: 'web' }), BOUND('w2', 'node-2', { app: 'web' })],
      pod: pod('x', near('podAntiAffinity', 'web')),
      says: `0/3 nodes are available: ${MASTER}, 2 node(s) didn't match pod anti-affinity rules. ${NO_VICTIMS}`,
    },
    {
      name: 'others everywhere that do not want it near',
      there: [1, 2].map(i => BOUND(`w${i}`, `node-${i}`, { app: 'web' }, near('podAntiAffinity', 'x'))),
      pod: pod('x'),
      says: `0/3 nodes are available: ${MASTER}, 2 node(s) didn't satisfy existing pods anti-affinity rules. ${NO_VICTIMS}`,
    },
    {
      name: 'a zone that is too crowded, and a zone without room',
      nodes: { ...ZONES, 'node-2': { ...ZONES['node-2'], allocatable: { cpu: '2', memory: '4Gi', pods: '0' } } },
      there: [BOUND('w1', 'node-1', { app: 'web' })],
      pod: pod('x', spread(1, 'zone', 'web'), { labels: { app: 'web' } }),
      says: `0/3 nodes are available: 1 Too many pods, 1 node(s) didn't match pod topology spread constraints, ${MASTER}. ${NO_VICTIMS}`,
    },
    {
      name: 'nodes without the label to spread over',
      pod: pod('x', spread(1, 'rack', 'x')),
      says: `0/3 nodes are available: ${MASTER}, 2 node(s) didn't match pod topology spread constraints (missing required label). ${NO_HELP(3)}`,
    },
    {
      name: 'fewer domains than wanted count as an empty one',
      nodes: ZONES,
      there: [BOUND('w1', 'node-1', { app: 'web' }), BOUND('w2', 'node-2', { app: 'web' })],
      pod: pod('x', spread(1, 'zone', 'web', { minDomains: 3 }), { labels: { app: 'web' } }),
      says: `0/3 nodes are available: ${MASTER}, 2 node(s) didn't match pod topology spread constraints. ${NO_VICTIMS}`,
    },
    {
      name: 'one that may evict nobody',
      pod: pod('x', { preemptionPolicy: 'Never' }, { requests: { cpu: '5' } }),
      says: `0/3 nodes are available: ${MASTER}, 2 Insufficient cpu. no new claims to deallocate, preemption: not eligible due to preemptionPolicy=Never.`,
    },
  ]
  for (const { name, nodes, there = [], pod: asked, says } of rows)
    test(name, () => expect(why(world([...cluster(nodes), ...there, asked]), 'x')).toBe(says))
})

describe('a claim of a volume that is not there', () => {
  const volumes = [{ name: 'data', persistentVolumeClaim: { claimName: 'nosuch' } }]
  const make = (state: State, object: object): State =>
    settle(runKubectl(state, ['create', '-f', '-'], { read: () => undefined, stdin: () => JSON.stringify(object) }, atOnce).state)

  test('a pod that is made by request waits for it, in the words of the scheduler', () => {
    const state = make(world(cluster()), pod('x', { volumes }))
    expect(why(state, 'x')).toBe('0/3 nodes are available: persistentvolumeclaim "nosuch" not found. not found')
  })

  test('so do the pods of a Deployment', () => {
    const state = make(world(cluster()), deployment('web', 2, { volumes }))
    expect(objectsOf(state, 'Pod').map(p => p.spec.nodeName)).toEqual([undefined, undefined])
  })

  test('claims of given pods and workloads are taken to be there', () => {
    const state = world([...cluster(), pod('x', { volumes }), deployment('web', 2, { volumes })])
    expect(objectsOf(state, 'Pod').every(p => p.spec.nodeName)).toBe(true)
  })
})

describe('pods near others, and away from them', () => {
  test('near what it wants, on the same node', () => {
    const state = world([
      ...cluster(),
      BOUND('db', 'node-2', { app: 'db' }),
      ...[1, 2, 3].map(i => pod(`w${i}`, near('podAffinity', 'db'))),
    ])
    expect([1, 2, 3].map(i => nodeOf(state, `w${i}`))).toEqual(['node-2', 'node-2', 'node-2'])
  })

  test('the first of those that want to be together goes anywhere, the others to it', () => {
    const counts = perNode(world([...cluster(), deployment('web', 4, near('podAffinity', 'web'))]), 'web')
    expect(Object.values(counts)).toEqual([4])
  })

  test('one on each node, the third waits; it comes where one leaves', () => {
    const state = world([...cluster(), ...['a', 'b', 'c'].map(n => pod(n, near('podAntiAffinity', 'web'), { labels: { app: 'web' } }))])
    expect(perNode(state, 'web')).toEqual({ 'node-1': 1, 'node-2': 1 })
    expect(objectsOf(state, 'Pod').filter(p => !p.spec.nodeName)).toHaveLength(1)
  })

  test('a pod that waits for another to be near to comes when that one has a node', () => {
    const late = world([
      ...cluster(),
      pod('x', near('podAffinity', 'db')),
      pod('y', { nodeSelector: { disk: 'ssd' } }, { labels: { app: 'db' } }),
    ])
    expect(nodeOf(late, 'x')).toBeUndefined()
    const node = objectOf(late, 'Node', 'node-1')!
    const labelled = { ...node, metadata: { ...node.metadata, labels: { ...node.metadata.labels, disk: 'ssd' } } }
    expect(nodeOf(settle(write(late, [put(labelled)], 'kubectl')), 'x')).toBe('node-1')
  })

  test('pods of other namespaces are nobody to it, unless it names them', () => {
    const db = { ...BOUND('db', 'node-2', { app: 'db' }), metadata: { name: 'db', namespace: 'data', labels: { app: 'db' } } }
    const term = { topologyKey: 'kubernetes.io/hostname', labelSelector: { matchLabels: { app: 'db' } } }
    const asks = (more: object) =>
      pod('x', { affinity: { podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ ...term, ...more }] } } })
    expect(nodeOf(world([...cluster(), db, asks({})]), 'x')).toBeUndefined()
    expect(nodeOf(world([...cluster(), db, asks({ namespaces: ['data'] })]), 'x')).toBe('node-2')
    expect(nodeOf(world([...cluster(), db, asks({ namespaceSelector: {} })]), 'x')).toBe('node-2')
  })

  test('what it prefers decides where nothing else does', () => {
    const rather = (kind: string, app: string) => ({
      affinity: {
        [kind]: {
          preferredDuringSchedulingIgnoredDuringExecution: [
            { weight: 100, podAffinityTerm: { topologyKey: 'kubernetes.io/hostname', labelSelector: { matchLabels: { app } } } },
          ],
        },
      },
    })
    const db = BOUND('db', 'node-2', { app: 'db' })
    expect(nodeOf(world([...cluster(), db, pod('x', rather('podAffinity', 'db'))]), 'x')).toBe('node-2')
    expect(nodeOf(world([...cluster(), db, pod('x', rather('podAntiAffinity', 'db'))]), 'x')).toBe('node-1')
    const fast = {
      affinity: {
        nodeAffinity: {
          preferredDuringSchedulingIgnoredDuringExecution: [
            { weight: 1, preference: { matchExpressions: [{ key: 'zone', operator: 'In', values: ['b'] }] } },
          ],
        },
      },
    }
    expect(nodeOf(world([...cluster(ZONES), BOUND('b', 'node-2', { app: 'b' }), pod('x', fast)]), 'x')).toBe('node-2')
  })
})

describe('pods spread over zones', () => {
  for (const seed of [1, 2, 3])
    test(`never more than maxSkew apart (seed ${seed})`, () => {
      const counts = perNode(world([...cluster(ZONES), deployment('web', 7, spread(1, 'zone', 'web'))], seed), 'web')
      expect(Object.values(counts).sort()).toEqual([3, 4])
    })

  test('a wish is followed where it can be, and given up where not', () => {
    const wish = (app: string) => ({
      topologySpreadConstraints: [
        { maxSkew: 1, topologyKey: 'zone', whenUnsatisfiable: 'ScheduleAnyway', labelSelector: { matchLabels: { app } } },
      ],
    })
    const crowd = [1, 2, 3].map(i => BOUND(`w${i}`, 'node-1', { app: 'web' }))
    expect(nodeOf(world([...cluster(ZONES), ...crowd, pod('x', wish('web'), { labels: { app: 'web' } })]), 'x')).toBe('node-2')
    const shut = { ...ZONES, 'node-2': { ...ZONES['node-2'], unschedulable: true } }
    expect(nodeOf(world([...cluster(shut), ...crowd, pod('x', wish('web'), { labels: { app: 'web' } })]), 'x')).toBe('node-1')
  })
})

describe('priority as the API server lets it in', () => {
  const create = (spec: object) =>
    runKubectl(world(cluster()), ['create', '-f', '-'], { read: () => undefined, stdin: () => JSON.stringify(pod('x', spec)) }, atOnce)
  const rows = [
    { spec: { priorityClassName: 'high' }, says: 'no PriorityClass with name high was found' },
    {
      spec: { priority: 5 },
      says: 'the integer value of priority (5) must not be provided in pod spec; priority admission controller computed 0 from the given PriorityClass name',
    },
  ]
  for (const { spec, says } of rows)
    test(`${JSON.stringify(spec)} is refused`, () =>
      expect(create(spec).stderr).toBe(`Error from server (Forbidden): error when creating "STDIN": pods "x" is forbidden: ${says}\n`))

  test('a class that every cluster has', () => {
    const { priority } = objectOf(create({ priorityClassName: 'system-node-critical' }).state, 'Pod', 'default/x')!.spec as {
      priority?: number
    }
    expect(priority).toBe(2_000_001_000)
  })
})

describe('pods of higher priority make room', () => {
  const full = [1, 2].map(i => pod(`low-${i}`, { nodeName: `node-${i}`, priority: i }, { requests: { cpu: '1500m' } }))
  const high = pod('high', { priority: 1000 }, { requests: { cpu: '1' } })

  test('the least important victim goes, says why, and the pod follows', () => {
    const state = passTime(world([...cluster(), ...full, high]), 60_000)
    expect(nodeOf(state, 'high')).toBe('node-1')
    expect(objectsOf(state, 'Pod').map(p => p.metadata.name)).toEqual(['high', 'low-2'])
    const said = objectsOf(state, 'Event').find(e => e.reason === 'Preempted')!
    expect([said.involvedObject.name, said.type]).toEqual(['low-1', 'Normal'])
    expect(said.message).toMatch(/^Preempted by pod [0-9a-f-]{36} on node node-1$/)
    expect(why(state, 'high')).toBe(`0/3 nodes are available: ${MASTER}, 2 Insufficient cpu.`)
  })

  test('no more than have to go', () => {
    const small = [1, 2, 3].map(i => pod(`s-${i}`, { nodeName: 'node-1', priority: i }, { requests: { cpu: '600m' } }))
    const state = passTime(world([...cluster({ 'node-2': { unschedulable: true } }), ...small, high]), 60_000)
    expect(objectsOf(state, 'Pod').map(p => p.metadata.name)).toEqual(['high', 's-3'])
  })

  test('pods of the same priority stay', () => {
    const state = passTime(world([...cluster(), ...full, pod('x', { priority: 1 }, { requests: { cpu: '1' } })]), 60_000)
    expect(objectsOf(state, 'Pod')).toHaveLength(3)
    expect(nodeOf(state, 'x')).toBeUndefined()
  })
})
