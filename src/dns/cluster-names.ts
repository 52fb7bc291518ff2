// What the kubernetes plugin watches, indexed once for each state: Services, their endpoints, Namespaces, pods by address.
import { type Ip, ipText, readIp } from '../addr/ip'
import type { Pod } from '../apply/object'
import type { Endpoints, EndpointSlice, Service } from '../apply/object-service'
import { SERVICE_NAME_LABEL } from '../cluster/labels'
import { CLUSTER_PROFILES } from '../cluster/profile'
import { keyOf, objectsOf, type State } from '../cluster/state'

/** A service port, or an endpoint's; number -1 stands for `none is declared`. */
export interface NamedPort {
  readonly name: string
  readonly protocol: string
  readonly number: number
}

interface EndpointName {
  /** An address, or the name in an EndpointSlice of names (addressType FQDN). */
  readonly host: Ip | string
  readonly hostname: string | null
  readonly pod: string | null
}

/** Ready addresses that share ports: an EndpointSlice or a subset of Endpoints. */
export interface EndpointGroup {
  /** Of the EndpointSlice or Endpoints object. */
  readonly labels: Readonly<Record<string, string>>
  readonly addresses: readonly EndpointName[]
  readonly ports: readonly NamedPort[]
}

export interface NamedService {
  readonly key: string
  readonly name: string
  readonly namespace: string
  readonly labels: Readonly<Record<string, string>>
  readonly headless: boolean
  /** null unless the type is ExternalName. */
  readonly externalName: string | null
  readonly clusterIPs: readonly Ip[]
  readonly ports: readonly NamedPort[]
}

export interface ClusterNames {
  /** Labels of every Namespace, by its name. */
  readonly namespaces: ReadonlyMap<string, Readonly<Record<string, string>>>
  readonly services: ReadonlyMap<string, NamedService>
  /** By `namespace/name` of the Service. */
  readonly endpoints: ReadonlyMap<string, readonly EndpointGroup[]>
  readonly servicesByIp: ReadonlyMap<Ip, readonly NamedService[]>
  /** `namespace/name` of each Service with a ready endpoint of that address, sorted. */
  readonly endpointsByIp: ReadonlyMap<Ip, readonly string[]>
  readonly podsByIp: ReadonlyMap<Ip, readonly Pod[]>
}

/** CoreDNS writes a port where none is declared, so that addresses are answered all the same. */
const NO_PORT: NamedPort = { name: '', protocol: '', number: -1 }

const KNOWN = new WeakMap<State['objects'], ClusterNames>()

/** The index of a state; made once. */
export function clusterNames(state: State): ClusterNames {
  const known = KNOWN.get(state.objects)
  if (known) return known
  const services = new Map(objectsOf(state, 'Service').map(s => [keyOf(s), serviceOf(s)]))
  const endpoints = endpointsOf(state)
  const names: ClusterNames = {
    namespaces: new Map(objectsOf(state, 'Namespace').map(n => [n.metadata.name, n.metadata.labels ?? {}])),
    services,
    endpoints,
    servicesByIp: grouped([...services.values()].flatMap(s => s.clusterIPs.map(ip => [ip, s] as const))),
    endpointsByIp: grouped([...endpoints].flatMap(([key, groups]) => [...addressesOf(groups)].map(ip => [ip, key] as const))),
    podsByIp: grouped(objectsOf(state, 'Pod').flatMap(podEntries)),
  }
  KNOWN.set(state.objects, names)
  return names
}

const addressesOf = (groups: readonly EndpointGroup[]): ReadonlySet<Ip> =>
  new Set(groups.flatMap(g => g.addresses.flatMap(a => (typeof a.host === 'string' ? [] : [a.host]))))

function grouped<T>(entries: readonly (readonly [Ip, T])[]): ReadonlyMap<Ip, readonly T[]> {
  const found = new Map<Ip, T[]>()
  for (const [ip, value] of entries) {
    const list = found.get(ip)
    if (list) list.push(value)
    else found.set(ip, [value])
  }
  return found
}

/** Pods whose sandbox is gone have no name any more. */
function podEntries(pod: Pod): readonly (readonly [Ip, Pod])[] {
  const { phase, podIP, podIPs } = pod.status ?? {}
  if (phase === 'Succeeded' || phase === 'Failed') return []
  const texts = podIPs?.map(p => p.ip) ?? (podIP === undefined ? [] : [podIP])
  return texts.flatMap(text => {
    const ip = readIp(text)
    return ip === undefined ? [] : [[ip, pod] as const]
  })
}

function serviceOf(s: Service): NamedService {
  const { type, clusterIP, clusterIPs, externalName, ports = [] } = s.spec
  const texts = clusterIPs ?? (clusterIP === undefined ? [] : [clusterIP])
  return {
    key: keyOf(s),
    name: s.metadata.name,
    namespace: s.metadata.namespace ?? 'default',
    labels: s.metadata.labels ?? {},
    headless: texts[0] === 'None',
    externalName: type === 'ExternalName' ? (externalName ?? '') : null,
    clusterIPs: texts.flatMap(text => readIp(text) ?? []),
    ports: ports.length === 0 ? [NO_PORT] : ports.map(p => ({ name: p.name ?? '', protocol: p.protocol, number: p.port })),
  }
}

/** From EndpointSlices; where the version has none, from Endpoints, and from slices of Services that lack these. */
function endpointsOf(state: State): ReadonlyMap<string, readonly EndpointGroup[]> {
  const found = new Map<string, EndpointGroup[]>()
  if (!CLUSTER_PROFILES[state.config.profile].endpointSlices)
    for (const e of objectsOf(state, 'Endpoints'))
      if (e.subsets)
        found.set(
          keyOf(e),
          e.subsets.map(s => groupOfSubset(s, e.metadata.labels ?? {})),
        )
  const fromEndpoints = new Set(found.keys())
  for (const slice of objectsOf(state, 'EndpointSlice')) {
    const service = slice.metadata.labels?.[SERVICE_NAME_LABEL]
    const key = `${slice.metadata.namespace ?? 'default'}/${service}`
    if (service === undefined || fromEndpoints.has(key)) continue
    const groups = found.get(key)
    if (groups) groups.push(groupOfSlice(slice))
    else found.set(key, [groupOfSlice(slice)])
  }
  return found
}

type Subset = NonNullable<Endpoints['subsets']>[number]

const portsOf = (ports: EndpointSlice['ports']): readonly NamedPort[] =>
  !ports || ports.length === 0
    ? [NO_PORT]
    : ports.map(p => ({ name: p.name ?? '', protocol: p.protocol ?? 'TCP', number: p.port ?? NO_PORT.number }))

const groupOfSubset = ({ addresses, ports }: Subset, labels: EndpointGroup['labels']): EndpointGroup => ({
  labels,
  addresses: (addresses ?? []).flatMap(a => {
    const ip = readIp(a.ip)
    return ip === undefined ? [] : [{ host: ip, hostname: a.hostname || null, pod: a.targetRef?.name ?? null }]
  }),
  ports: portsOf(ports),
})

/** No word about readiness means ready. */
const groupOfSlice = ({ metadata, addressType, endpoints, ports }: EndpointSlice): EndpointGroup => ({
  labels: metadata.labels ?? {},
  addresses: (endpoints ?? [])
    .filter(e => e.conditions?.ready !== false)
    .flatMap(e =>
      e.addresses.flatMap(text => {
        const host = addressType === 'FQDN' ? text : readIp(text)
        return host === undefined ? [] : [{ host, hostname: e.hostname || null, pod: e.targetRef?.name ?? null }]
      }),
    ),
  ports: portsOf(ports),
})

/** Pod names that are no label cannot stand in a name. */
const MOST_LABEL = 63

/** The first label of an endpoint's name: its hostname, its pod's name where that is wanted, or its address with dashes. */
export function endpointLabel({ host, hostname, pod }: EndpointName, podNames: boolean): string {
  if (hostname !== null) return hostname
  if (podNames && pod !== null && pod.length <= MOST_LABEL) return pod
  const dashed = (typeof host === 'string' ? host : ipText(host)).replace(/[.:]/g, '-')
  return typeof host === 'bigint' && dashed.endsWith('-') ? `${dashed}0` : dashed
}
