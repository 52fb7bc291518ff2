// Endpoints of Services with a selector: ready and not ready addresses, grouped by their ports. Stands for pkg/controller/endpoint and endpoints/subsets (repacking).
import type { Pod } from '../apply/object'
import type { EndpointAddress, Endpoints, Service } from '../apply/object-service'
import { sameValue } from '../cluster/equal'
import { keepsGiven } from '../cluster/given-endpoints'
import { compareText, keyOf, objectOf, type State } from '../cluster/state'
import { put, type Change } from '../cluster/write'
import { CONTENT, type Controller, type Sync } from './controller'
import { OVER_CAPACITY, withinCapacity } from './endpoint-capacity'
import {
  backendsOf,
  familiesOf,
  hasSelector,
  portsOf,
  servicesOf,
  triggerNotes,
  triggerText,
  type Backend,
  type BackendPort,
} from './endpoint-ports'
import { CONTROL_PROFILES } from './profile'
import { sortedPorts, sortedSubsets } from './endpoint-port-order'

export const endpoints: Controller = {
  name: 'endpoint-controller',
  latencyMs: 5,
  watches: ['Service', 'Pod', 'Endpoints'],
  keys: ({ event, old }, state) => {
    if (event.object.kind === 'Pod') return servicesOf(state, event, old as Pod | undefined)
    return event.object.kind === 'Service' || event.type === 'DELETED' ? [keyOf(event.object)] : []
  },
  sync: syncEndpoints,
}

function syncEndpoints(state: State, key: string): Sync {
  const service = objectOf(state, 'Service', key)
  const old = objectOf(state, 'Endpoints', key)
  const given = keepsGiven(state, key)
  if (service === undefined) return old === undefined || given || key === 'default/kubernetes' ? CONTENT : { changes: [removal(old)] }
  if (!hasSelector(service) || given) return CONTENT
  const backends = backendsFor(state, service)
  const wanted = endpointsFor(state, service, backends, old)
  const size = 10 * (wanted.subsets?.reduce((n, s) => n + (s.addresses?.length ?? 0) + (s.notReadyAddresses?.length ?? 0), 0) ?? 0)
  if (old !== undefined && sameValue(old.subsets ?? [], wanted.subsets ?? []) && sameLabels(old, wanted)) return { size }
  const { annotations: known, ...kept } = old?.metadata ?? {}
  const fact = `written endpoints ${key}`
  const writtenMs = state.memory[fact] as number | undefined
  const before = old && writtenMs !== undefined ? { readiness: readinessIn(old), writtenMs } : undefined
  const { [OVER_CAPACITY]: _, ...others } = triggerNotes(triggerText(state, service, before, backends), known) ?? {}
  const isCut = backends.length > CONTROL_PROFILES[state.config.profile].endpointsCapacity
  const annotations = isCut ? { ...others, [OVER_CAPACITY]: 'truncated' } : others
  const metadata = { ...kept, ...wanted.metadata, ...(Object.keys(annotations).length === 0 ? {} : { annotations }) }
  return { changes: [put({ ...wanted, metadata })], facts: { [fact]: state.nowMs }, size }
}

/** Who stands in Endpoints, and whether as ready. */
function readinessIn(old: Endpoints): ReadonlyMap<string, boolean> {
  const readiness = new Map<string, boolean>()
  for (const { ip } of (old.subsets ?? []).flatMap(s => s.notReadyAddresses ?? [])) readiness.set(ip, false)
  for (const { ip } of (old.subsets ?? []).flatMap(s => s.addresses ?? [])) readiness.set(ip, true)
  return readiness
}

const removal = (old: Endpoints): Change => ({ do: 'delete', kind: 'Endpoints', key: keyOf(old) })
const sameLabels = (a: Endpoints, b: Endpoints): boolean => sameValue(a.metadata.labels ?? {}, b.metadata.labels ?? {})

/** What the controller would write for this Service now. */
export const endpointsOf = (state: State, service: Service): Endpoints =>
  endpointsFor(state, service, backendsFor(state, service), undefined)

function endpointsFor(state: State, service: Service, backends: readonly Backend[], old: Endpoints | undefined): Endpoints {
  const headless = service.spec.clusterIP === 'None'
  const managed: Record<string, string> = CONTROL_PROFILES[state.config.profile].endpointsManagedByLabel
    ? { 'endpoints.kubernetes.io/managed-by': 'endpoint-controller' }
    : {}
  const labels: Record<string, string> = {
    ...service.metadata.labels,
    ...managed,
    ...(headless ? { 'service.kubernetes.io/headless': '' } : {}),
  }
  const subsets = withinCapacity(repacked(state, service, backends, old), CONTROL_PROFILES[state.config.profile].endpointsCapacity)
  return {
    apiVersion: 'v1',
    kind: 'Endpoints',
    metadata: {
      name: service.metadata.name,
      namespace: service.metadata.namespace!,
      ...(Object.keys(labels).length === 0 ? {} : { labels }),
    },
    ...(subsets.length === 0 ? {} : { subsets }),
  }
}

/** The pods that stand in a Service's Endpoints, ready as it sees them. */
const backendsFor = (state: State, service: Service): readonly Backend[] =>
  backendsOf(state, service, familiesOf(state, service)[0]!)
    .filter(b => !b.terminating || service.spec.publishNotReadyAddresses)
    .map(b => (service.spec.publishNotReadyAddresses ? { ...b, ready: true } : b))

type Subset = NonNullable<Endpoints['subsets']>[number]

/** Addresses with the same ports share a subset; addresses by text, subsets by what they hold. An address that `old` has already stays the same value. */
function repacked(state: State, service: Service, backends: readonly Backend[], old: Endpoints | undefined): readonly Subset[] {
  const known = new Map((old?.subsets ?? []).flatMap(s => [...(s.addresses ?? []), ...(s.notReadyAddresses ?? [])]).map(a => [a.ip, a]))
  const groups = new Map<
    string,
    { readonly ports: readonly BackendPort[]; readonly ready: EndpointAddress[]; readonly waiting: EndpointAddress[] }
  >()
  for (const backend of backends) {
    const ports = portsOf(service, backend.pod)
    if (ports.length === 0 && (service.spec.ports ?? []).length > 0) continue
    const id = ports.map(p => `${p.name} ${p.protocol} ${p.port}`).join()
    const group = groups.get(id) ?? { ports, ready: [], waiting: [] }
    groups.set(id, group)
    const list = backend.ready || service.spec.publishNotReadyAddresses ? group.ready : group.waiting
    list.push(addressOf(service, backend, known.get(backend.ip)))
  }
  const subsets = [...groups.values()].map(g => ({
    ...(g.ready.length === 0 ? {} : { addresses: g.ready.sort(byIp) }),
    ...(g.waiting.length === 0 ? {} : { notReadyAddresses: g.waiting.sort(byIp) }),
    ...(g.ports.length === 0
      ? {}
      : {
          ports: sortedPorts(g.ports, state.config.profile).map(p => ({
            ...(p.name === '' ? {} : { name: p.name }),
            port: p.port,
            protocol: p.protocol,
            ...(p.appProtocol === undefined ? {} : { appProtocol: p.appProtocol }),
          })),
        }),
  }))
  return sortedSubsets(subsets)
}

const byIp = (a: EndpointAddress, b: EndpointAddress): number =>
  compareText(a.ip, b.ip) || compareText(a.targetRef?.uid ?? '', b.targetRef?.uid ?? '')

function addressOf(service: Service, { pod, ip }: Backend, known: EndpointAddress | undefined): EndpointAddress {
  const hostname = pod.spec.hostname && pod.spec.subdomain === service.metadata.name ? { hostname: pod.spec.hostname } : {}
  const address = {
    ip,
    ...hostname,
    ...(pod.spec.nodeName === undefined ? {} : { nodeName: pod.spec.nodeName }),
    targetRef: { kind: 'Pod', namespace: pod.metadata.namespace!, name: pod.metadata.name, uid: pod.metadata.uid! },
  }
  return known !== undefined && sameValue(known, address) ? known : address
}
