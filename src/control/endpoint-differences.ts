// Endpoints that were given, beside what the pods say: the addresses and ports in which the two differ. Linear in both.
// Not compared: node names, hostnames, target references, in which slice an address stands.
import type { Pod } from '../apply/object'
import type { Endpoints, EndpointSlice, Service } from '../apply/object-service'
import type { State } from '../cluster/state'
import { type Backend, backendsOf, familiesOf, portsOf } from './endpoint-ports'

/** What Endpoints or the slices of one Service hold together. */
export interface GivenEndpoints {
  readonly addresses: ReadonlyMap<string, { readonly ready: boolean }>
  /** `http 8080/TCP`, sorted, each once. */
  readonly ports: readonly string[]
  /** Slices keep terminating pods, Endpoints do not. */
  readonly withTerminating: boolean
}

/** One thing that a controller would write in another way. */
export type Difference =
  | { readonly is: 'not selected'; readonly ip: string }
  | { readonly is: 'terminating' | 'not ready' | 'ready' | 'missing'; readonly ip: string; readonly pod: Pod }
  | { readonly is: 'ports'; readonly given: readonly string[]; readonly wanted: readonly string[] }

/** What the Endpoints say. */
export function givenByEndpoints({ subsets = [] }: Endpoints): GivenEndpoints {
  const addresses = new Map<string, { readonly ready: boolean }>()
  for (const subset of subsets) {
    for (const { ip } of subset.notReadyAddresses ?? []) addresses.set(ip, { ready: false })
    for (const { ip } of subset.addresses ?? []) addresses.set(ip, { ready: true })
  }
  return { addresses, ports: portTexts(subsets.flatMap(s => s.ports ?? [])), withTerminating: false }
}

/** What the slices of one Service say; an endpoint without the condition is ready, as for kube-proxy. */
export function givenBySlices(slices: readonly EndpointSlice[]): GivenEndpoints {
  const addresses = new Map<string, { readonly ready: boolean }>()
  for (const endpoint of slices.flatMap(s => s.endpoints ?? []))
    for (const ip of endpoint.addresses) addresses.set(ip, { ready: endpoint.conditions?.ready !== false })
  const used = slices.filter(s => (s.endpoints ?? []).length > 0)
  return { addresses, ports: portTexts(used.flatMap(s => s.ports ?? [])), withTerminating: true }
}

interface Port {
  readonly name?: string
  readonly port?: number
  readonly protocol?: string
}
const portTexts = (ports: readonly Port[]): readonly string[] =>
  [...new Set(ports.map(p => `${p.name ? `${p.name} ` : ''}${p.port ?? 'any'}/${p.protocol ?? 'TCP'}`))].sort()

/** In the order of the given addresses, then of the pods; ports last. */
export function differences(state: State, service: Service, given: GivenEndpoints): readonly Difference[] {
  const publish = service.spec.publishNotReadyAddresses === true
  const backends = new Map(wantedBackends(state, service).map(b => [b.ip, b]))
  const found: Difference[] = []
  for (const [ip, { ready }] of given.addresses) {
    const backend = backends.get(ip)
    if (backend === undefined) found.push({ is: 'not selected', ip })
    else if (backend.terminating && (ready || !given.withTerminating) && !publish) found.push({ is: 'terminating', ip, pod: backend.pod })
    else if (backend.terminating) continue
    else if (ready && !backend.ready && !publish) found.push({ is: 'not ready', ip, pod: backend.pod })
    else if (!ready && (backend.ready || publish)) found.push({ is: 'ready', ip, pod: backend.pod })
  }
  for (const { ip, pod, ready, terminating } of backends.values())
    if (!given.addresses.has(ip) && !terminating && (ready || publish)) found.push({ is: 'missing', ip, pod })
  const wanted = portTexts([...backends.values()].flatMap(b => portsOf(service, b.pod)))
  const comparable = backends.size > 0 && given.addresses.size > 0
  if (comparable && wanted.join() !== given.ports.join()) found.push({ is: 'ports', given: given.ports, wanted })
  return found
}

/** The backends of all families that have one of the Service's ports, or of a Service without ports. */
function wantedBackends(state: State, service: Service): readonly Backend[] {
  const all = familiesOf(state, service).flatMap(family => backendsOf(state, service, family))
  return (service.spec.ports ?? []).length === 0 ? all : all.filter(b => portsOf(service, b.pod).length > 0)
}
