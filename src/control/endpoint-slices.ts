// EndpointSlices of Services with a selector. Stands for the endpointslice controller (and calls the mirroring one): at most 100 endpoints a slice, existing slices
// keep their order; hints are given by endpoint-hints.ts.
import type { EndpointSlice, Node, Pod, Service } from '../apply/object'
import { SERVICE_NAME_LABEL, ZONE_LABEL } from '../cluster/labels'
import { indexBy } from '../cluster/derived'
import { sameValue } from '../cluster/equal'
import type { Said } from '../cluster/event'
import { CLUSTER_PROFILES } from '../cluster/profile'
import { sharing } from '../cluster/sharing'
import { keyOf, objectOf, type State } from '../cluster/state'
import { namerOf, type Namer } from '../cluster/store'
import { put, type Change } from '../cluster/write'
import { CONTENT, type Controller, type Facts, type Sync } from './controller'
import {
  backendsOf,
  familiesOf,
  hasSelector,
  portIds,
  portsOf,
  servicesOf,
  triggerNotes,
  triggerText,
  type Backend,
  type BackendPort,
  type Before,
} from './endpoint-ports'
import { differences, givenByEndpoints, givenBySlices } from './endpoint-differences'
import { type Endpoint, forgottenHints, hinted, overloadedServices } from './endpoint-hints'
import { sortedSlicePorts } from './endpoint-port-order'
import { MANAGED_BY, mirrored } from './mirrored-slices'
import { ownerReference } from './selector'
import { zoneFacts } from './zone-shares'

const CONTROLLER = 'endpointslice-controller.k8s.io'
/** --max-endpoints-per-slice. */
const MAX_ENDPOINTS = 100

export const endpointSlices: Controller = {
  name: 'endpointslice-controller',
  latencyMs: 4,
  watches: ['Service', 'Pod', 'Node', 'EndpointSlice', 'Endpoints'],
  keys: ({ event, old }, state) => {
    const { object } = event
    if (object.kind === 'Pod') return servicesOf(state, event, old as Pod | undefined)
    if (object.kind === 'Node') {
      const same = event.type === 'MODIFIED' && old !== undefined && zoneFacts(old as Node) === zoneFacts(object as Node)
      return same ? [] : overloadedServices(state)
    }
    if (object.kind !== 'EndpointSlice') return [keyOf(object)]
    const service = object.metadata.labels?.[SERVICE_NAME_LABEL]
    return service === undefined || event.by === 'endpointslice-controller' ? [] : [`${object.metadata.namespace}/${service}`]
  },
  sync: syncSlices,
}

function syncSlices(state: State, key: string): Sync {
  const service = objectOf(state, 'Service', key)
  const slices = slicesOf(state, key)
  if (service !== undefined && hasSelector(service) && isAdopted(state, service, slices))
    return { facts: { [`given endpoints ${key}`]: undefined }, again: [{ atMs: state.nowMs }] }
  if (!CLUSTER_PROFILES[state.config.profile].endpointSlices) return CONTENT
  const namer = namerOf(state)
  const endpoints = objectOf(state, 'Endpoints', key)
  const mirror = mirrored(state, namer, key, service, endpoints, slices)
  if (service === undefined)
    return {
      facts: forgottenHints(state, key),
      changes: [...mirror.changes, ...slices.filter(s => s.metadata.labels?.[MANAGED_BY] === CONTROLLER).map(removal)],
    }
  const kept = state.memory[`given endpoints ${key}`] !== undefined || !hasSelector(service)
  const plan = kept ? { changes: [], said: [], facts: {} } : planFor(state, namer, service, slices)
  const size = kept ? 0 : WEIGHT * slices.reduce((n, s) => n + (s.endpoints?.length ?? 0), 0)
  const written = plan.changes.length === 0 ? {} : { [writtenFact(key)]: state.nowMs }
  return {
    facts: { ...namer.facts(), ...plan.facts, ...written },
    changes: [...plan.changes, ...mirror.changes],
    said: [...plan.said, ...mirror.said],
    size,
  }
}

/** An endpoint is more work than a pod that is only counted. */
const WEIGHT = 10

const removal = (slice: EndpointSlice): Change => ({ do: 'delete', kind: 'EndpointSlice', key: keyOf(slice) })

const byService = indexBy<EndpointSlice>('EndpointSlice', slice => {
  const service = slice.metadata.labels?.[SERVICE_NAME_LABEL]
  return service === undefined ? [] : [`${slice.metadata.namespace}/${service}`]
})

/** The slices of a Service, by its key, in the order of their creation. */
export const slicesOf = (state: State, key: string): readonly EndpointSlice[] => byService(state, key)

/** Whether given endpoints say what the pods say anyway: they become the controllers' own, so that later changes of pods are followed. */
function isAdopted(state: State, service: Service, all: readonly EndpointSlice[]): boolean {
  const key = keyOf(service)
  if (state.memory[`given endpoints ${key}`] === undefined || (state.objects.get('Pod')?.size ?? 0) === 0) return false
  const given = objectOf(state, 'Endpoints', key)
  const slices = ownSlices(all)
  if (given !== undefined && differences(state, service, givenByEndpoints(given)).length > 0) return false
  return slices.length === 0 || differences(state, service, givenBySlices(slices)).length === 0
}

/** The slices that the controller writes, or would take over: not those of another controller. */
export const ownSlices = (slices: readonly EndpointSlice[]): readonly EndpointSlice[] =>
  slices.filter(s => s.metadata.labels?.[MANAGED_BY] === undefined || s.metadata.labels[MANAGED_BY] === CONTROLLER)

interface Plan {
  readonly changes: readonly Change[]
  readonly said: readonly Said[]
  readonly facts: Facts
}

/** What has to be written so that a Service's slices say where its pods are. */
function planFor(state: State, namer: Namer, service: Service, existing: readonly EndpointSlice[]): Plan {
  const own = ownSlices(existing)
  const before = servingIn(state, service, own)
  const changes: Change[] = []
  const said: Said[] = []
  let facts: Facts = {}
  const kept = new Set<EndpointSlice>()
  for (const family of familiesOf(state, service)) {
    const backends = backendsOf(state, service, family)
    const filled = filledSlices(state, service, family, backends, own)
    for (const { slice } of filled) if (slice !== undefined) kept.add(slice)
    const hints = hinted(state, service, family, filled)
    said.push(...hints.said)
    facts = { ...facts, ...hints.facts }
    let cause: { readonly text: string | undefined } | undefined
    for (const [i, { slice, ports, unchanged }] of filled.entries()) {
      const endpoints = hints.endpoints[i]!
      if (unchanged !== undefined && sameValue(unchanged, endpoints)) continue
      cause ??= { text: triggerText(state, service, before, backends) }
      const notes = triggerNotes(cause.text, slice?.metadata.annotations)
      changes.push(put(noted(sliceOf(namer, service, family, ports, endpoints, slice), notes)))
    }
  }
  const surplus = own.filter(slice => !kept.has(slice))
  if (kept.size === 0 && changes.length === 0) return { changes: placeholder(state, namer, service, own), said, facts }
  return { changes: recycled(changes, surplus), said, facts }
}

interface Planned extends Filled {
  readonly ports: readonly BackendPort[]
  /** The endpoints with their hints, where neither they nor the labels of the slice change. */
  readonly unchanged: readonly Endpoint[] | undefined
}

/** The slices of one family, filled with their endpoints, group by group of ports. */
function filledSlices(
  state: State,
  service: Service,
  family: 'IPv4' | 'IPv6',
  backends: readonly Backend[],
  own: readonly EndpointSlice[],
): readonly Planned[] {
  const taken = new Set<EndpointSlice>()
  return groupsOf(state, service, backends, own).flatMap(({ ports, endpoints }) => {
    const slices = own.filter(s => s.addressType === family && samePorts(s, ports) && !taken.has(s))
    for (const slice of slices) taken.add(slice)
    return fill(endpoints, slices).map(filled => ({ ...filled, ports, unchanged: unchangedIn(service, filled) }))
  })
}

function unchangedIn(service: Service, { slice, endpoints }: Filled): readonly Endpoint[] | undefined {
  if (slice === undefined || !labelled(service, slice)) return undefined
  const written = slice.endpoints ?? []
  const bare = written.some(e => e.hints !== undefined) ? written.map(({ hints: _, ...endpoint }) => endpoint) : written
  return sameValue(bare, endpoints) ? slice.endpoints : undefined
}

/** Who stands in a Service's slices, and whether as serving; undefined where it has none. */
function servingIn(state: State, service: Service, own: readonly EndpointSlice[]): Before | undefined {
  if (own.length === 0) return undefined
  const readiness = new Map(own.flatMap(s => (s.endpoints ?? []).map(e => [e.addresses[0] ?? '', e.conditions?.serving ?? true] as const)))
  return { readiness, writtenMs: state.memory[writtenFact(keyOf(service))] as number | undefined }
}

const writtenFact = (key: string): string => `written slices ${key}`

const noted = (slice: EndpointSlice, annotations: Readonly<Record<string, string>> | undefined): EndpointSlice => {
  const { annotations: _, ...metadata } = slice.metadata
  return { ...slice, metadata: { ...metadata, ...(annotations === undefined ? {} : { annotations }) } }
}

/** A slice that is not needed any more becomes a new one of its family; only what is left over is deleted. */
function recycled(changes: readonly Change[], surplus: readonly EndpointSlice[]): readonly Change[] {
  const left = [...surplus]
  const all = changes.map(change => {
    if (change.do !== 'put' || change.object.metadata.uid !== undefined) return change
    const fresh = change.object as EndpointSlice
    const at = left.findIndex(s => s.addressType === fresh.addressType)
    if (at < 0) return change
    const [old] = left.splice(at, 1)
    const { labels, annotations, ownerReferences } = fresh.metadata
    const { annotations: _, ...kept } = old!.metadata
    const metadata = {
      ...kept,
      ...(labels ? { labels } : {}),
      ...(annotations ? { annotations } : {}),
      ...(ownerReferences ? { ownerReferences } : {}),
    }
    return put({ ...fresh, metadata })
  })
  return [...all, ...left.map(removal)]
}

/** A Service without any endpoint has one slice that says so. */
function placeholder(state: State, namer: Namer, service: Service, own: readonly EndpointSlice[]): readonly Change[] {
  const family = familiesOf(state, service)[0]!
  const [first, ...rest] = own
  const changes: Change[] = rest.map(slice => ({ do: 'delete', kind: 'EndpointSlice', key: keyOf(slice) }))
  if (first !== undefined && (first.endpoints ?? []).length === 0) return changes
  const notes = triggerNotes(triggerText(state, service, servingIn(state, service, own), []), first?.metadata.annotations)
  return [...changes, put(noted(sliceOf(namer, service, family, null, null, first), notes))]
}

interface Group {
  readonly ports: readonly BackendPort[]
  readonly endpoints: readonly Endpoint[]
}

/** Endpoints with the same port numbers belong together. What the Service's slices say of a pod already stays the same value. */
function groupsOf(state: State, service: Service, backends: readonly Backend[], own: readonly EndpointSlice[]): readonly Group[] {
  const known = new Map<string, Endpoint>()
  for (const slice of own) for (const endpoint of slice.endpoints ?? []) known.set(endpoint.addresses[0] ?? '', endpoint)
  const groups = new Map<string, { readonly ports: readonly BackendPort[]; readonly endpoints: Endpoint[] }>()
  for (const backend of backends) {
    const ports = portsOf(service, backend.pod)
    if (ports.length === 0 && (service.spec.ports ?? []).length > 0) continue
    const id = ports.map(p => `${p.name} ${p.protocol} ${p.port}`).join()
    const group = groups.get(id) ?? { ports: sortedSlicePorts(ports), endpoints: [] }
    groups.set(id, group)
    group.endpoints.push(endpointOf(state, service, backend, known.get(backend.ip)))
  }
  return [...groups.values()]
}

const sharedConditions = sharing<NonNullable<Endpoint['conditions']>>()

function conditionsOf(service: Service, { ready: serving, terminating }: Backend): NonNullable<Endpoint['conditions']> {
  const ready = service.spec.publishNotReadyAddresses === true || (serving && !terminating)
  return sharedConditions(`${ready} ${serving} ${terminating}`, () => ({ ready, serving, terminating }))
}

function endpointOf(state: State, service: Service, backend: Backend, known: Endpoint | undefined): Endpoint {
  const { pod, ip } = backend
  const zone = pod.spec.nodeName ? objectOf(state, 'Node', pod.spec.nodeName)?.metadata.labels?.[ZONE_LABEL] : undefined
  const hostname = pod.spec.hostname && pod.spec.subdomain === service.metadata.name ? { hostname: pod.spec.hostname } : {}
  const endpoint = {
    addresses: [ip],
    conditions: conditionsOf(service, backend),
    ...hostname,
    targetRef: { kind: 'Pod', namespace: pod.metadata.namespace!, name: pod.metadata.name, uid: pod.metadata.uid! },
    ...(pod.spec.nodeName === undefined ? {} : { nodeName: pod.spec.nodeName }),
    ...(zone ? { zone } : {}),
  }
  return known !== undefined && sameValue(known, endpoint) ? known : endpoint
}

const samePorts = (slice: EndpointSlice, ports: readonly BackendPort[]): boolean => sameValue(portIds(slice.ports ?? []), portIds(ports))

interface Filled {
  readonly slice: EndpointSlice | undefined
  readonly endpoints: readonly Endpoint[]
}

const identity = (e: Endpoint): string => `${e.targetRef?.name ?? ''} ${e.addresses[0]}`

/** Existing slices keep what they have, in place; new endpoints fill the fullest slice with room, then new slices. */
function fill(endpoints: readonly Endpoint[], slices: readonly EndpointSlice[]): readonly Filled[] {
  const wanted = new Map(endpoints.map(e => [identity(e), e]))
  const filled = slices.map(slice => {
    const kept: Endpoint[] = []
    for (const old of slice.endpoints ?? []) {
      const fresh = wanted.get(identity(old))
      if (fresh === undefined) continue
      kept.push(fresh)
      wanted.delete(identity(old))
    }
    return { slice: slice as EndpointSlice | undefined, endpoints: kept }
  })
  const rest = [...wanted.values()]
  for (const target of filled.filter(f => f.endpoints.length > 0).sort((a, b) => b.endpoints.length - a.endpoints.length)) {
    if (target.endpoints.length + rest.length <= MAX_ENDPOINTS) target.endpoints.push(...rest.splice(0))
  }
  for (const empty of filled.filter(f => f.endpoints.length === 0)) empty.endpoints.push(...rest.splice(0, MAX_ENDPOINTS))
  while (rest.length > 0) filled.push({ slice: undefined, endpoints: rest.splice(0, MAX_ENDPOINTS) })
  return filled.filter(f => f.endpoints.length > 0)
}

const labelsOf = (service: Service) => ({
  ...service.metadata.labels,
  [MANAGED_BY]: CONTROLLER,
  [SERVICE_NAME_LABEL]: service.metadata.name,
  ...(service.spec.clusterIP === 'None' ? { 'service.kubernetes.io/headless': '' } : {}),
})

const labelled = (service: Service, slice: EndpointSlice): boolean => sameValue(labelsOf(service), slice.metadata.labels)

function sliceOf(
  namer: Namer,
  service: Service,
  family: 'IPv4' | 'IPv6',
  ports: readonly BackendPort[] | null,
  endpoints: readonly Endpoint[] | null,
  old: EndpointSlice | undefined,
): EndpointSlice {
  const slice = {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {
      name: '',
      generateName: `${service.metadata.name}-`,
      namespace: service.metadata.namespace!,
      ...old?.metadata,
      labels: labelsOf(service),
      ownerReferences: [ownerReference(service)],
    },
    addressType: family,
    endpoints,
    ports:
      ports === null || ports.length === 0 ? null : ports.map(({ name, protocol, port, ...app }) => ({ name, protocol, port, ...app })),
  } as unknown as EndpointSlice
  return slice.metadata.name === '' ? namer.name(slice) : slice
}
