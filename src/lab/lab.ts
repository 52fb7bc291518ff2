// The cluster of one scenario: what the Givens collect, settled when a When or Then first needs it, and changed by kubectl and time after that.
// Everything is a value; a change gives the next Lab. Also what steps need to name: pods, nodes, services, clients.
import { readIp } from '../addr/ip'
import type { ImageFacts } from '../apply/cluster-config'
import type { Event, Pod, Service } from '../apply/object'
import { readStore } from '../apply/store-input'
import { begin } from '../cluster/begin'
import { keyed } from './object-name'
import { pinServices, type ServicePin } from './pins'
import { keyOf, objectOf, objectsOf, type PinnedPod, type State } from '../cluster/state'
import { problem, warningText } from '../error'
import { keptEndpoints } from '../control/kept-endpoints'
import { settle } from '../control/settle'
import { didYouMean } from '../cluster/nearest'

interface LabInput {
  readonly files: readonly { readonly name: string; readonly text: string | Uint8Array }[]
  readonly pins: readonly PinnedPod[]
  readonly clients: readonly { readonly name: string; readonly address: string }[]
  readonly images: readonly ImageFacts[]
  readonly servicePins: readonly ServicePin[]
  readonly seed: number
  readonly mode: 'iptables' | null
}

export interface Lab {
  readonly input: LabInput
  /** null until something needs the cluster. */
  readonly state: State | null
  /** What was taken although an API server would refuse or change it, or although the input contradicts it: `warning: …`, one line each. */
  readonly warnings: readonly string[]
}

/** The address of `an external client` where the Cluster document names none. */
export const OUTSIDE = { name: 'client', address: '192.168.1.50' }

export const emptyLab = (seed: number, mode: 'iptables' | null): Lab => ({
  input: { files: [], pins: [], clients: [], images: [], servicePins: [], seed, mode },
  state: null,
  warnings: [],
})

/** One more thing that is given; refused once the cluster runs. */
export function given(lab: Lab, more: Partial<Pick<LabInput, 'files' | 'pins' | 'clients' | 'images' | 'servicePins'>>): Lab {
  if (lab.state !== null)
    throw problem('STEP_VALUE', 'the cluster is running already, so nothing more can be given to it.', {
      fix: 'Move this step above the first When and Then, or change the cluster with `When I apply …`.',
    })
  const { input } = lab
  return {
    ...lab,
    input: {
      ...input,
      files: [...input.files, ...(more.files ?? [])],
      pins: [...input.pins, ...(more.pins ?? [])],
      clients: [...input.clients, ...(more.clients ?? [])],
      images: [...input.images, ...(more.images ?? [])],
      servicePins: [...input.servicePins, ...(more.servicePins ?? [])],
    },
  }
}

/** Clusters that this run has settled already: scenarios of one Background begin with the same one. */
const begun = new Map<string, Pick<Running, 'state' | 'warnings'>>()
const MOST_BEGUN = 64

export type Running = Lab & { readonly state: State }

/** The running cluster: given objects in the store, controllers done. */
export function running(lab: Lab): Running {
  if (lab.state !== null) return { ...lab, state: lab.state }
  const key = JSON.stringify(lab.input, (_name, value) => (value instanceof Uint8Array ? Buffer.from(value).toString('base64') : value))
  const known = begun.get(key)
  if (known !== undefined) return { ...lab, ...known }
  const settled = settledInput(lab.input)
  if (begun.size >= MOST_BEGUN) begun.delete(begun.keys().next().value!)
  begun.set(key, settled)
  return { ...lab, ...settled }
}

/** A client of which nobody said that it serves. */
const SILENT = { listens: [], answers: null } as const

function settledInput(input: LabInput): Pick<Running, 'state' | 'warnings'> {
  const read = readStore(input.files)
  const clients = input.clients.map(c => ({ name: c.name, address: readIp(c.address)!, ...SILENT, place: { file: 'the scenario' } }))
  const known = [...read.config.externalClients, ...clients]
  const outside =
    known.length > 0 ? known : [{ name: OUTSIDE.name, address: readIp(OUTSIDE.address)!, ...SILENT, place: { file: 'hopspec' } }]
  const config = {
    ...read.config,
    externalClients: outside,
    images: [...input.images, ...read.config.images],
    proxy: input.mode === null ? read.config.proxy : { ...read.config.proxy, mode: input.mode },
  }
  const begun = begin({ config, accepted: read.accepted }, { seed: input.seed, pins: input.pins })
  for (const { node } of input.pins) if (node !== null) nodeNamed(begun, node)
  const settled = settle(begun)
  const warnings = [...read.warnings, ...keptEndpoints(begun, settled)]
  return { state: pinServices(settled, input.servicePins), warnings: warnings.map(warningText) }
}

const unknown = (what: string, name: string, names: readonly string[]) =>
  problem('UNKNOWN_NAME', `there is no ${what} '${name}'.`, { fix: didYouMean(name, names) })

const bare = (key: string): string => key.replace(/^default\//, '')

/** The pod of that name, bare in namespace default. */
export function podNamed(state: State, name: string): Pod {
  const pod = objectOf(state, 'Pod', keyed(name))
  if (pod === undefined)
    throw unknown(
      'pod',
      name,
      objectsOf(state, 'Pod').map(p => bare(keyOf(p))),
    )
  return pod
}

export function serviceNamed(state: State, name: string): Service {
  const service = objectOf(state, 'Service', keyed(name))
  if (service === undefined)
    throw unknown(
      'service',
      name,
      objectsOf(state, 'Service').map(s => bare(keyOf(s))),
    )
  return service
}

export function nodeNamed(state: State, name: string): string {
  const names = state.config.nodes.map(n => n.name)
  if (!names.includes(name)) throw unknown('node', name, names)
  return name
}

/** The client of that name; the first one for null. */
export function clientNamed(state: State, name: string | null): string {
  const names = state.config.externalClients.map(c => c.name)
  if (name !== null && !names.includes(name)) throw unknown('external client', name, names)
  return name ?? names[0]!
}

export const podPlace = (pod: Pod): string => `pod/${keyOf(pod)}`

/** `10.244.1.2:8080`, sorted: the ready endpoints of a Service, from its Endpoints, or from its slices where it has none. */
export function endpointsOf(state: State, service: Service): readonly string[] {
  const endpoints = objectOf(state, 'Endpoints', keyOf(service))
  const written = (ip: string, port: number) => (ip.includes(':') ? `[${ip}]:${port}` : `${ip}:${port}`)
  if (endpoints !== undefined)
    return (endpoints.subsets ?? []).flatMap(s => (s.addresses ?? []).flatMap(a => (s.ports ?? []).map(p => written(a.ip, p.port)))).sort()
  const { namespace, name } = service.metadata
  return objectsOf(state, 'EndpointSlice')
    .filter(s => s.metadata.namespace === namespace && s.metadata.labels?.['kubernetes.io/service-name'] === name)
    .flatMap(s =>
      (s.endpoints ?? [])
        .filter(e => e.conditions?.ready !== false)
        .flatMap(e => e.addresses.flatMap(ip => (s.ports ?? []).flatMap(p => (p.port === undefined ? [] : [written(ip, p.port)])))),
    )
    .sort()
}

/** Pods as rows of a table. */
export const podRows = (state: State): readonly Readonly<Record<string, string>>[] =>
  objectsOf(state, 'Pod').map(p => ({
    name: p.metadata.name,
    namespace: p.metadata.namespace ?? 'default',
    node: p.spec.nodeName ?? '',
    address: p.status?.podIP ?? '',
    phase: p.metadata.deletionTimestamp ? 'Terminating' : (p.status?.phase ?? ''),
  }))

/** Events as rows of a table, in the order in which they were first written. */
export function eventRows(state: State): readonly Readonly<Record<string, string>>[] {
  const written = state.log.flatMap(w => (w.type === 'ADDED' && w.object.kind === 'Event' ? [w.object as Event] : []))
  return written.map(e => ({
    type: e.type,
    reason: e.reason,
    object: `${e.involvedObject.kind.toLowerCase()}/${e.involvedObject.name}`,
    message: e.message,
    from: e.source?.component ?? e.reportingComponent ?? '',
  }))
}
