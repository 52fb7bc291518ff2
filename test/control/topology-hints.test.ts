// Topology hints as the real endpointslice controller gave them: 13 layouts of endpoints over zones, 8 kinds of Service. Where it follows a map of Go in its own
// order (which endpoint of a zone goes to another, which of two equal zones gives) the counts are compared, and equal zones may change places.
import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { readStore } from '../../src/apply/store-input'
import type { Event } from '../../src/apply/object'
import { begin } from '../../src/cluster/begin'
import { objectsOf, type State } from '../../src/cluster/state'
import { slicesOf } from '../../src/control/endpoint-slices'
import { settle } from '../../src/control/settle'
import { atOnce } from '../../src/view/kubectl/passing'
import { runKubectl } from '../../src/view/kubectl/run'

const ORACLE = '../shared/oracles/control-plane/allocation/topology-hints.json'

interface Endpoint {
  readonly pod: string
  readonly node: string
  readonly zone: string
  readonly ready: boolean
  readonly hints: { readonly forZones?: readonly { name: string }[]; readonly forNodes?: readonly { name: string }[] } | null
}
interface Result {
  readonly endpoints: readonly Endpoint[]
  readonly events: readonly (readonly [string, string, string])[]
}
interface Oracle {
  readonly nodes: readonly { readonly name: string; readonly zone: string; readonly cpu: string; readonly controlPlane: boolean }[]
  readonly layouts: readonly {
    readonly layout: Record<string, number>
    readonly unready: string[]
    readonly results: Record<string, Result>
  }[]
}

const MODE = 'service.kubernetes.io/topology-mode'
const SERVICES: Readonly<Record<string, { readonly annotations?: Record<string, string>; readonly near?: string }>> = {
  none: {},
  PreferClose: { near: 'PreferClose' },
  PreferSameZone: { near: 'PreferSameZone' },
  PreferSameNode: { near: 'PreferSameNode' },
  'mode-auto': { annotations: { [MODE]: 'Auto' } },
  'mode-auto-plus-PreferClose': { annotations: { [MODE]: 'Auto' }, near: 'PreferClose' },
  'old-annotation-auto': { annotations: { 'service.kubernetes.io/topology-aware-hints': 'auto' } },
  'mode-other': { annotations: { [MODE]: 'Disabled' } },
}

function world(nodes: Oracle['nodes'], endpoints: readonly Endpoint[], kinds: typeof SERVICES): State {
  const objects: object[] = [
    {
      apiVersion: 'hopspec/v1',
      kind: 'Cluster',
      kubernetesVersion: 'v1.35.4',
      nodes: nodes.map((n, i) => ({
        name: n.name,
        role: n.controlPlane ? 'control-plane' : 'worker',
        addresses: [`192.168.1.${200 + i}`],
        podCIDRs: [`10.244.${i}.0/24`],
      })),
    },
    ...nodes.map(n => ({
      apiVersion: 'v1',
      kind: 'Node',
      metadata: { name: n.name, labels: n.zone === '' ? {} : { 'topology.kubernetes.io/zone': n.zone } },
      status: { allocatable: { cpu: n.cpu, pods: '110' } },
    })),
    ...endpoints.map(e => ({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: e.pod, labels: { app: 'w' }, ...(e.ready ? {} : { annotations: { 'hopspec/ready': 'false' } }) },
      spec: { nodeName: e.node, containers: [{ name: 'c', image: 'w' }] },
    })),
  ]
  const services = Object.entries(kinds).map(([name, { annotations = {}, near }]) => ({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: name.toLowerCase(), annotations },
    spec: { selector: { app: 'w' }, ports: [{ port: 80 }], ...(near ? { trafficDistribution: near } : {}) },
  }))
  const state = settle(begin(readStore([{ name: 'zones.yaml', text: documents(objects) }]), { seed: 1 }))
  return settle(runKubectl(state, ['create', '-f', '-'], { read: () => undefined, stdin: () => documents(services) }, atOnce).state)
}

const documents = (objects: readonly object[]): string => objects.map(o => JSON.stringify(o)).join('\n---\n')

/** What the controller wrote for one Service, in the order of the pods' names. */
function resultOf(state: State, name: string): Result {
  const endpoints = slicesOf(state, `default/${name}`)
    .flatMap(s => s.endpoints ?? [])
    .map(e => ({
      pod: e.targetRef!.name,
      node: e.nodeName!,
      zone: e.zone!,
      ready: e.conditions!.ready!,
      hints: e.hints ?? null,
    }))
    .sort((a, b) => (a.pod < b.pod ? -1 : 1))
  return { endpoints, events: eventsOf(state, name) }
}

const eventsOf = (state: State, name: string): Result['events'] =>
  (objectsOf(state, 'Event') as readonly Event[])
    .filter(e => e.involvedObject.kind === 'Service' && e.involvedObject.name === name)
    .map(e => [e.type, e.reason, e.message] as const)

/** How many endpoints go from each zone to each, zones under names by which equal ones cannot be told apart. */
function flows({ endpoints }: Result, alike: ReadonlyMap<string, string>): string {
  return permutations([...alike.keys()], alike)
    .map(names =>
      endpoints
        .map(e => `${names.get(e.zone)} → ${e.hints?.forZones?.map(z => names.get(z.name)).join() ?? 'none'}`)
        .sort()
        .join('\n'),
    )
    .sort()[0]!
}

/** Every renaming of zones that only swaps zones alike. */
function permutations(zones: readonly string[], alike: ReadonlyMap<string, string>): readonly ReadonlyMap<string, string>[] {
  if (zones.length === 0) return [new Map()]
  const [first, ...rest] = zones
  const same = [...alike.keys()].filter(z => alike.get(z) === alike.get(first!))
  return permutations(rest, alike).flatMap(names =>
    same.filter(z => ![...names.values()].includes(z)).map(z => new Map([...names, [first!, z] as const])),
  )
}

const cluster = ({ nodes, layouts }: Oracle) =>
  layouts.map(({ layout, unready, results }) => ({
    name: `${Object.values(layout).join(' + ')}${unready.length > 0 ? `, ${unready.join()} unready` : ''}`,
    state: world(nodes, results.none!.endpoints, SERVICES),
    alike: new Map(
      Object.keys(layout).map(zone => {
        const cpu = nodes.filter(n => n.zone === zone && !n.controlPlane).reduce((sum, n) => sum + Number(n.cpu), 0)
        return [zone, `${cpu} CPUs, ${layout[zone]} endpoints`] as const
      }),
    ),
    results,
  }))

/** The API server's repair loop spoke of an address; chance, and not of hints. */
const ofHints = (events: Result['events']) => events.filter(([, reason]) => reason.startsWith('Topology'))

describe.skipIf(!existsSync(ORACLE))(`${ORACLE} (skipped where it is absent)`, () => {
  const oracle = existsSync(ORACLE) ? (JSON.parse(readFileSync(ORACLE, 'utf8')) as Oracle) : { nodes: [], layouts: [] }
  for (const { name, state, alike, results } of cluster(oracle))
    for (const [kind, recorded] of Object.entries(results))
      test(`${name}: ${kind}`, () => {
        const ours = resultOf(state, kind.toLowerCase())
        expect(ours.events).toEqual(ofHints(recorded.events))
        if (!/auto/.test(kind)) return expect(ours.endpoints).toEqual(recorded.endpoints)
        expect(flows(ours, alike)).toEqual(flows(recorded, alike))
        expect(ours.endpoints.map(({ hints: _, ...e }) => e)).toEqual(recorded.endpoints.map(({ hints: _, ...e }) => e))
      })
})

const ZONES = ['a', 'b', 'c'].flatMap(z => [1, 2].map(i => ({ name: `${z}${i}`, zone: `zone-${z}`, cpu: '2', controlPlane: false })))
const on = (...nodes: readonly string[]): readonly Endpoint[] =>
  nodes.map((node, i) => ({ pod: `w-${i}`, node, zone: '', ready: true, hints: null }))
const AUTO = { auto: SERVICES['mode-auto']! }

/** `a1>zone-a` for each endpoint. */
const hintsOf = (state: State, name: string): readonly string[] =>
  resultOf(state, name).endpoints.map(e => `${e.node}>${e.hints?.forZones?.map(z => z.name).join() ?? '-'}`)

const kubectl = (state: State, ...argv: readonly string[]): State =>
  settle(runKubectl(state, argv, { read: () => undefined, stdin: () => '' }, atOnce).state)

describe('hints follow the Service, its pods and the nodes', () => {
  const six = on('a1', 'a2', 'b1', 'b2', 'c1', 'c2')
  const own = ['a1>zone-a', 'a2>zone-a', 'b1>zone-b', 'b2>zone-b', 'c1>zone-c', 'c2>zone-c']

  test('the annotation taken away: hints go, and an Event says so', () => {
    const state = world(ZONES, six, AUTO)
    expect(hintsOf(state, 'auto')).toEqual(own)
    const without = kubectl(state, 'annotate', 'service', 'auto', `${MODE}-`)
    expect(hintsOf(without, 'auto')).toEqual(own.map(h => h.replace(/>.*/, '>-')))
    expect(eventsOf(without, 'auto').at(-1)).toEqual([
      'Warning',
      'TopologyAwareHintsDisabled',
      'Topology Aware Hints has been disabled, addressType: IPv4',
    ])
  })

  test('a pod too few: every hint goes', () => {
    const state = kubectl(world(ZONES, six, AUTO), 'delete', 'pod', 'w-0')
    expect(hintsOf(state, 'auto')).toEqual(own.slice(1).map(h => h.replace(/>.*/, '>-')))
    expect(eventsOf(state, 'auto').at(-1)![2]).toMatch(/^Unable to allocate minimum required endpoints .* \(5 endpoints, 3 zones\), addr/)
  })

  test('a node loses its zone: no hints for anybody who had them, and the reason', () => {
    const state = kubectl(world(ZONES, six, AUTO), 'label', 'node', 'c2', 'topology.kubernetes.io/zone-')
    expect(hintsOf(state, 'auto')).toEqual(own.map(h => h.replace(/>.*/, '>-')))
    expect(eventsOf(state, 'auto').at(-1)![2]).toBe(
      'Insufficient Node information: allocatable CPU or zone not specified on one or more nodes, addressType: IPv4',
    )
  })

  test('all nodes in one zone: there is nothing to be near to', () => {
    const nodes = ZONES.filter(n => n.zone === 'zone-a')
    const state = world(nodes, on('a1', 'a2'), { ...AUTO, near: SERVICES.PreferClose! })
    expect(hintsOf(state, 'auto')).toEqual(['a1>-', 'a2>-'])
    expect(hintsOf(state, 'near')).toEqual(['a1>zone-a', 'a2>zone-a'])
  })

  test('nodes without zones: PreferSameNode hints nodes alone, PreferClose nothing', () => {
    const nodes = ZONES.map(n => ({ ...n, zone: '' }))
    const state = world(nodes, on('a1', 'b1'), { near: SERVICES.PreferClose!, same: SERVICES.PreferSameNode! })
    expect(resultOf(state, 'near').endpoints.map(e => e.hints)).toEqual([null, null])
    expect(resultOf(state, 'same').endpoints.map(e => e.hints)).toEqual([{ forNodes: [{ name: 'a1' }] }, { forNodes: [{ name: 'b1' }] }])
  })
})
