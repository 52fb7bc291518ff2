// Which endpoints stand in which slice: grouped by their ports, in the slices that have them, then where there is room.
import type { EndpointSlice, Service } from '../apply/object-service'
import { sameValue } from '../cluster/equal'
import { ZONE_LABEL } from '../cluster/labels'
import { sharing } from '../cluster/sharing'
import { objectOf, type State } from '../cluster/state'
import type { Endpoint } from './endpoint-hints'
import { sortedSlicePorts } from './endpoint-port-order'
import { portIds, portsOf, type Backend, type BackendPort } from './endpoint-ports'
import { labelled } from './slice-object'

/** --max-endpoints-per-slice. */
const MAX_ENDPOINTS = 100

interface Planned extends Filled {
  readonly ports: readonly BackendPort[]
  /** The endpoints with their hints, where neither they nor the labels of the slice change. */
  readonly unchanged: readonly Endpoint[] | undefined
}

/** The slices of one family, filled with their endpoints, group by group of ports. */
export function filledSlices(
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
