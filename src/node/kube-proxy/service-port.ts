// Services and EndpointSlices (or Endpoints) become service ports of one family, as kube-proxy sees them on one node. Health check servers are not simulated.
import { type Cidr, cidrFamily, readCidrLeniently } from '../../addr/cidr'
import { type Family, type Ip, familyOf, ipText, readIpLeniently, socketText } from '../../addr/ip'
import type { KubeObject } from '../../apply/object'
import type { Endpoints, EndpointSlice, Service, ServicePort as PortSpec } from '../../apply/object-service'
import { SERVICE_NAME_LABEL } from '../../cluster/labels'
import { compareText, keyOf } from '../../cluster/state'
import type { Place } from '../../error'
import type { KubeProxyFacts } from '../profile'
import type { Origin } from '../words'
import { chainHash } from './chain-name'

export interface Endpoint {
  readonly ip: Ip
  readonly port: number
  /** `10.244.1.2:8080`. */
  readonly text: string
  readonly isLocal: boolean
  readonly ready: boolean
  readonly serving: boolean
  readonly terminating: boolean
  readonly zoneHints: readonly string[]
  readonly nodeHints: readonly string[]
  /** Its chain KUBE-SEP-…. */
  readonly chain: string
}

export interface ServicePort {
  /** `namespace/name`, of the Service. */
  readonly service: string
  /** `ns/name:port`, as it stands in comments. */
  readonly name: string
  readonly protocol: 'tcp' | 'udp' | 'sctp'
  readonly clusterIP: Ip
  readonly port: number
  readonly nodePort: number
  readonly externalIPs: readonly Ip[]
  readonly loadBalancerIPs: readonly Ip[]
  readonly sourceRanges: readonly Cidr[]
  readonly externalLocal: boolean
  readonly internalLocal: boolean
  /** 0: none. */
  readonly healthCheckNodePort: number
  /** null: no affinity. */
  readonly affinitySeconds: number | null
  readonly endpoints: readonly Endpoint[]
  /** The 16 characters that its chains share. */
  readonly hash: string
  /** What its rules are for, and where that stands. */
  readonly origin: Origin
}

/** What a node's kube-proxy reads of the cluster. */
export interface Watched {
  readonly services: readonly Service[]
  readonly slices: readonly EndpointSlice[]
  readonly endpoints: readonly Endpoints[]
  readonly placeOf: (service: Service) => Place | undefined
}

/** On which node, in which family and by which version's rules kube-proxy reads. */
interface Reader {
  readonly family: Family
  readonly nodeName: string
  readonly facts: KubeProxyFacts
}

/** 10800 s: the API's default of sessionAffinityConfig.clientIP.timeoutSeconds. */
const AFFINITY_SECONDS = 10_800

/** All service ports of one family, in the order namespace, name, spec.ports. */
export function servicePorts(watched: Watched, family: Family, nodeName: string, facts: KubeProxyFacts): readonly ServicePort[] {
  const reader = { family, nodeName, facts }
  const slices = new Map<string, EndpointSlice[]>()
  const isLeft = ({ metadata: { labels } }: KubeObject): boolean => facts.leavesLabelled.some(l => labels?.[l] !== undefined)
  for (const slice of watched.slices) {
    if (isLeft(slice)) continue
    const name = slice.metadata.labels?.[SERVICE_NAME_LABEL]
    if (name === undefined || slice.addressType !== (family === 'ipv4' ? 'IPv4' : 'IPv6')) continue
    const key = `${slice.metadata.namespace ?? ''}/${name}`
    slices.get(key)?.push(slice) ?? slices.set(key, [slice])
  }
  const plain = new Map(watched.endpoints.map(e => [keyOf(e), e]))
  const ports: ServicePort[] = []
  for (const service of watched.services) {
    const clusterIP = clusterIPOf(service, family, facts)
    if (clusterIP === undefined || isLeft(service)) continue
    const key = keyOf(service)
    const given = slices.get(key) ?? slicesOfEndpoints(plain.get(key), family)
    const place = watched.placeOf(service)
    const origin = { because: `service ${key}`, ...(place && { place }) }
    for (const spec of service.spec.ports ?? []) ports.push(servicePort(service, spec, clusterIP, given, reader, origin))
  }
  return ports
}

/** The Service's address of this family; undefined: kube-proxy does not see the Service in it. */
function clusterIPOf(service: Service, family: Family, facts: KubeProxyFacts): Ip | undefined {
  const { type, clusterIP, clusterIPs, ipFamilies } = service.spec
  if (type === 'ExternalName' || clusterIP === undefined || clusterIP === '' || clusterIP === 'None') return undefined
  const at = (ipFamilies ?? []).indexOf(family === 'ipv4' ? 'IPv4' : 'IPv6')
  const text =
    facts.filtersFamilies && ipFamilies && ipFamilies.length > 0 ? (clusterIPs?.[at] ?? (at === 0 ? clusterIP : undefined)) : clusterIP
  const ip = text === undefined ? undefined : readIpLeniently(text)
  return ip !== undefined && familyOf(ip) === family ? ip : undefined
}

function servicePort(
  service: Service,
  spec: PortSpec,
  clusterIP: Ip,
  slices: readonly EndpointSlice[],
  reader: Reader,
  origin: Origin,
): ServicePort {
  const { family, facts } = reader
  const key = keyOf(service)
  const s = service.spec
  const protocol = (spec.protocol ?? 'TCP').toLowerCase() as 'tcp' | 'udp' | 'sctp'
  const name = spec.name ? `${key}:${spec.name}` : facts.colonWithoutName ? `${key}:` : key
  const here = (ip: Ip | undefined): ip is Ip => ip !== undefined && (!facts.filtersFamilies || familyOf(ip) === family)
  const accessible = s.type === 'LoadBalancer' || s.type === 'NodePort' || (facts.knowsConditions && (s.externalIPs ?? []).length > 0)
  const externalLocal = accessible && s.externalTrafficPolicy === 'Local'
  const ingress = (service.status?.loadBalancer?.ingress ?? []).filter(i => i.ip && (!facts.knowsConditions || i.ipMode !== 'Proxy'))
  return {
    service: key,
    name,
    protocol,
    clusterIP,
    port: spec.port,
    nodePort: spec.nodePort ?? 0,
    externalIPs: (s.externalIPs ?? []).map(readIpLeniently).filter(here),
    loadBalancerIPs: ingress.map(i => readIpLeniently(i.ip!)).filter(here),
    sourceRanges: (s.loadBalancerSourceRanges ?? [])
      .map(r => readCidrLeniently(r.trim()))
      .filter((c): c is Cidr => c !== undefined && (!facts.filtersFamilies || cidrFamily(c) === family)),
    externalLocal,
    internalLocal: facts.knowsConditions && s.internalTrafficPolicy === 'Local',
    healthCheckNodePort: s.type === 'LoadBalancer' && externalLocal ? (s.healthCheckNodePort ?? 0) : 0,
    affinitySeconds: s.sessionAffinity === 'ClientIP' ? (s.sessionAffinityConfig?.clientIP?.timeoutSeconds ?? AFFINITY_SECONDS) : null,
    endpoints: endpointsOf(spec, name + protocol, slices, reader),
    hash: chainHash(name + protocol),
    origin,
  }
}

function endpointsOf(spec: PortSpec, hashed: string, slices: readonly EndpointSlice[], { nodeName, facts }: Reader): readonly Endpoint[] {
  const found: Endpoint[] = []
  const at = new Map<string, number>()
  for (const slice of slices)
    for (const port of slice.ports ?? []) {
      if (port.name === undefined || port.name === null || port.name !== (spec.name ?? '') || !port.port) continue
      if (facts.matchProtocol && (port.protocol ?? 'TCP') !== (spec.protocol ?? 'TCP')) continue
      for (const given of slice.endpoints ?? []) {
        const endpoint = endpointOf(given, port.port, hashed, nodeName)
        if (endpoint === undefined || (!facts.knowsConditions && !endpoint.ready)) continue
        const before = at.get(endpoint.text)
        if (facts.duplicates === 'all' || before === undefined) at.set(endpoint.text, found.push(endpoint) - 1)
        else if (facts.duplicates === 'later-if-local' ? endpoint.isLocal : !endpoint.terminating) found[before] = endpoint
      }
    }
  return facts.endpointOrder === 'ip-port-text' ? found.sort((a, b) => compareText(a.text, b.text)) : inOrderOfEndpoints(found)
}

/** As the endpoints controller keeps them: one subset per port, its addresses bytewise. */
function inOrderOfEndpoints(found: readonly Endpoint[]): readonly Endpoint[] {
  const byText = (a: Endpoint, b: Endpoint) => compareText(ipText(a.ip), ipText(b.ip))
  const ports = [...new Set(found.map(e => e.port))]
  return ports.flatMap(port => found.filter(e => e.port === port).sort(byText))
}

type Given = NonNullable<EndpointSlice['endpoints']>[number]

function endpointOf(given: Given, port: number, hashed: string, nodeName: string): Endpoint | undefined {
  const ip = given.addresses[0] === undefined ? undefined : readIpLeniently(given.addresses[0])
  if (ip === undefined) return undefined
  const { ready, serving, terminating } = given.conditions ?? {}
  const text = socketText(ip, port)
  return {
    ip,
    port,
    text,
    isLocal: given.nodeName !== undefined && given.nodeName === nodeName,
    ready: ready ?? true,
    serving: serving ?? true,
    terminating: terminating ?? false,
    zoneHints: (given.hints?.forZones ?? []).map(z => z.name),
    nodeHints: (given.hints?.forNodes ?? []).map(n => n.name),
    chain: `KUBE-SEP-${chainHash(hashed + text)}`,
  }
}

/** Endpoints without slices of their own, read as if they were slices: one per subset. */
function slicesOfEndpoints(endpoints: Endpoints | undefined, family: Family): readonly EndpointSlice[] {
  return (endpoints?.subsets ?? []).map((subset, i) => ({
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { ...endpoints!.metadata, name: `${endpoints!.metadata.name}-${i}` },
    addressType: family === 'ipv4' ? 'IPv4' : 'IPv6',
    endpoints: (subset.addresses ?? [])
      .filter(a => a.ip.includes(':') === (family === 'ipv6'))
      .map(a => ({ addresses: [a.ip], ...(a.nodeName !== undefined && { nodeName: a.nodeName }) })),
    ports: (subset.ports ?? []).map(p => ({ name: p.name ?? '', port: p.port, protocol: p.protocol })),
  }))
}
