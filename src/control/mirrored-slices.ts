// Slices for Endpoints that users wrote: one for each family and set of ports. Stands for the endpointslicemirroring controller.
import type { EndpointAddress, Endpoints, EndpointSlice, Service } from '../apply/object-service'
import { keepsGiven } from '../cluster/given-endpoints'
import { SERVICE_NAME_LABEL } from '../cluster/labels'
import { sameValue } from '../cluster/equal'
import type { Said } from '../cluster/event'
import { keyOf, type State } from '../cluster/state'
import type { Namer } from '../cluster/store'
import { put, type Change } from '../cluster/write'
import { sortedSlicePorts } from './endpoint-port-order'
import { type BackendPort, portIds } from './endpoint-ports'
import { ownerReference } from './selector'

export const MANAGED_BY = 'endpointslice.kubernetes.io/managed-by'
/** --mirroring-max-endpoints-per-subset. */
const MAX_MIRRORED = 1000
const MIRROR = 'endpointslicemirroring-controller.k8s.io'
const LEADER = 'control-plane.alpha.kubernetes.io/leader'
/** Annotations of Endpoints that their slices do not get. */
const OWN_ANNOTATIONS: ReadonlySet<string> = new Set([
  'endpoints.kubernetes.io/last-change-trigger-time',
  'kubectl.kubernetes.io/last-applied-configuration',
])

interface Mirrored {
  readonly changes: readonly Change[]
  readonly said: readonly Said[]
}

/** What makes the mirrored slices say what the Endpoints say; none of them stays where nothing is to be mirrored. */
export function mirrored(
  state: State,
  namer: Namer,
  key: string,
  service: Service | undefined,
  endpoints: Endpoints | undefined,
  all: readonly EndpointSlice[],
): Mirrored {
  if (key === 'default/kubernetes') return { changes: [], said: [] }
  const existing = all.filter(s => s.metadata.labels?.[MANAGED_BY] === MIRROR)
  if (service === undefined || endpoints === undefined || !isMirrored(state, key, service, endpoints, existing.length < all.length))
    return { changes: existing.map(removal), said: [] }
  const groups = groupsOf(endpoints)
  const left = [...existing]
  const planned = groups.map(group => {
    const at = left.findIndex(s => s.addressType === group.family && sameValue(portIds(s.ports ?? []), portIds(group.ports)))
    return { group, old: at < 0 ? undefined : left.splice(at, 1)[0]! }
  })
  const puts = planned.map(({ group, old }) => {
    const at = old === undefined ? left.findIndex(s => s.addressType === group.family) : -1
    return put(sliceOf(namer, endpoints, group, at < 0 ? old : left.splice(at, 1)[0]!))
  })
  return { changes: [...puts, ...left.map(removal)], said: overfull(endpoints) }
}

const removal = (slice: EndpointSlice): Change => ({ do: 'delete', kind: 'EndpointSlice', key: keyOf(slice) })

/** Given Endpoints of a Service with a selector are mirrored too, unless slices were given with them. */
function isMirrored(state: State, key: string, service: Service, { metadata }: Endpoints, hasOthers: boolean): boolean {
  const isGiven = keepsGiven(state, key)
  if (metadata.labels?.['endpointslice.kubernetes.io/skip-mirror'] === 'true') return false
  if (metadata.annotations?.[LEADER] !== undefined) return false
  return isGiven ? !hasOthers : Object.keys(service.spec.selector ?? {}).length === 0
}

interface Group {
  readonly family: 'IPv4' | 'IPv6'
  readonly ports: readonly BackendPort[]
  readonly addresses: readonly { readonly address: EndpointAddress; readonly ready: boolean }[]
}

/** Addresses by their family and by all the ports at which they are found, whichever subsets say so. */
function groupsOf({ subsets = [] }: Endpoints): readonly Group[] {
  const byPort = new Map<string, { readonly port: BackendPort | undefined; readonly found: Map<string, Group['addresses'][number]> }>()
  for (const subset of subsets) {
    const ports = (subset.ports ?? []).map(p => ({ ...p, name: p.name ?? '', protocol: p.protocol ?? 'TCP' }) as BackendPort)
    for (const port of ports.length === 0 ? [undefined] : ports) {
      const id = port === undefined ? '' : portIds([port])[0]!
      const entry = byPort.get(id) ?? { port, found: new Map() }
      byPort.set(id, entry)
      for (const address of subset.addresses ?? [])
        if (!entry.found.has(idOf(address))) entry.found.set(idOf(address), { address, ready: true })
      for (const address of subset.notReadyAddresses ?? []) entry.found.set(idOf(address), { address, ready: false })
    }
  }
  const groups = new Map<
    string,
    { readonly family: Group['family']; readonly ports: BackendPort[]; readonly addresses: Group['addresses'] }
  >()
  for (const { port, found } of byPort.values())
    for (const family of ['IPv4', 'IPv6'] as const) {
      const addresses = [...found.values()].filter(({ address }) => address.ip.includes(':') === (family === 'IPv6')).slice(0, MAX_MIRRORED)
      if (addresses.length === 0) continue
      const id = `${family} ${addresses
        .map(a => `${idOf(a.address)} ${a.ready}`)
        .sort()
        .join()}`
      const group = groups.get(id) ?? { family, ports: [], addresses }
      groups.set(id, group)
      if (port !== undefined) group.ports.push(port)
    }
  return [...groups.values()].map(g => ({ ...g, ports: sortedSlicePorts(g.ports) }))
}

const idOf = ({ ip, targetRef }: EndpointAddress): string => `${ip} ${targetRef?.uid ?? ''}`

/** The slice of a group; one that was there keeps its name, and is a new object in everything else. */
function sliceOf(namer: Namer, e: Endpoints, { family, ports, addresses }: Group, old: EndpointSlice | undefined): EndpointSlice {
  const endpoints = addresses.map(({ address: a, ready }) => ({
    addresses: [a.ip],
    conditions: { ready },
    ...(a.hostname ? { hostname: a.hostname } : {}),
    ...(a.nodeName ? { nodeName: a.nodeName } : {}),
    ...(a.targetRef ? { targetRef: a.targetRef } : {}),
  }))
  const notes = Object.entries(e.metadata.annotations ?? {}).filter(([key]) => !OWN_ANNOTATIONS.has(key))
  const fresh = {
    name: '',
    namespace: e.metadata.namespace!,
    labels: { ...e.metadata.labels, [MANAGED_BY]: MIRROR, [SERVICE_NAME_LABEL]: e.metadata.name },
    ...(notes.length === 0 ? {} : { annotations: Object.fromEntries(notes) }),
    ownerReferences: [ownerReference(e)],
  }
  const said = {
    addressType: family,
    endpoints,
    ports: ports.length === 0 ? null : ports.map(({ name, protocol, port, ...app }) => ({ name, protocol, port, ...app })),
  }
  const slice = { apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice', metadata: fresh, ...said } as unknown as EndpointSlice
  if (old === undefined) return namer.name({ ...slice, metadata: { ...fresh, generateName: `${e.metadata.name}-` } })
  if (isSaid(old, slice)) return old
  const { name, uid, creationTimestamp, generation } = old.metadata
  return { ...slice, metadata: { ...fresh, name, uid, creationTimestamp, generation } as EndpointSlice['metadata'] }
}

/** Whether a slice says already what is to be said, in whatever order. */
function isSaid(old: EndpointSlice, slice: EndpointSlice): boolean {
  const texts = (s: EndpointSlice) => (s.endpoints ?? []).map(e => JSON.stringify(e)).sort()
  return (
    sameValue(texts(old), texts(slice)) &&
    sameValue(portIds(old.ports ?? []), portIds(slice.ports ?? [])) &&
    sameValue(old.metadata.labels ?? {}, slice.metadata.labels ?? {}) &&
    sameValue(old.metadata.annotations ?? {}, slice.metadata.annotations ?? {})
  )
}

/** More addresses in one subset than are mirrored. */
function overfull(endpoints: Endpoints): readonly Said[] {
  const skipped = (endpoints.subsets ?? []).reduce(
    (n, s) => n + Math.max(0, (s.addresses ?? []).length + (s.notReadyAddresses ?? []).length - MAX_MIRRORED),
    0,
  )
  if (skipped === 0) return []
  const message = `A max of ${MAX_MIRRORED} addresses can be mirrored to EndpointSlices per Endpoints subset. ${skipped} addresses were skipped`
  return [
    { about: endpoints, type: 'Warning', reason: 'TooManyAddressesToMirror', message, component: 'endpoint-slice-mirroring-controller' },
  ]
}
