// The cluster of one scenario: what the Givens collect, settled when a When or Then first needs it, and changed by kubectl and time after that.
// Everything is a value; a change gives the next Lab. Also what steps need to name: pods, nodes, services, clients.
import { readIp } from '../addr/ip'
import type { ImageFacts } from '../apply/cluster-config'
import type { Event, Pod, Service } from '../apply/object'
import { readStore } from '../apply/store-input'
import { begin } from '../cluster/begin'
import { keyOf, objectOf, objectsOf, type PinnedPod, type State } from '../cluster/state'
import { put, write } from '../cluster/write'
import { HopspecError, type Problem, problem, warningText } from '../error'
import { keptEndpoints } from '../control/kept-endpoints'
import { settle } from '../control/settle'
import { didYouMean } from '../cluster/nearest'

/** The addresses that the allocator will draw for a Service. */
interface ServicePin {
  readonly name: string
  readonly clusterIP: string
  readonly nodePort: number | null
}

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

/** Gives Services the addresses that the scenario pinned for them, where the allocator drew others. A Service may come later; a pin that does not fit the Service that is there is refused. */
export function pinServices(state: State, pins: readonly ServicePin[]): State {
  const problems: Problem[] = []
  const specs = new Map<Service, Service['spec']>()
  for (const [i, pin] of pins.entries()) {
    const service = objectOf(state, 'Service', keyed(pin.name))
    if (service === undefined) continue
    const wrong = pins.slice(0, i).some(p => contradict(p, pin))
      ? { message: `Service ${pin.name} is given two addresses or node ports.`, fix: 'Leave one of the two out.' }
      : whyNotPinned(pin, service)
    if (wrong !== null) problems.push({ code: 'STEP_VALUE', ...wrong })
    else specs.set(service, pinned(specs.get(service) ?? service.spec, pin))
  }
  if (problems.length > 0) throw new HopspecError(problems)
  return write(
    state,
    [...specs].map(([service, spec]) => put({ ...service, spec })),
    'kube-apiserver',
  )
}

/** A scenario may say again what its Background said, and more. */
const contradict = (a: ServicePin, b: ServicePin): boolean =>
  keyed(a.name) === keyed(b.name) &&
  ((isOfFamily(a.clusterIP, b.clusterIP) && a.clusterIP !== b.clusterIP) ||
    (a.nodePort !== null && b.nodePort !== null && a.nodePort !== b.nodePort))

function whyNotPinned(pin: ServicePin, service: Service): Pick<Problem, 'message' | 'fix'> | null {
  const { clusterIP, clusterIPs = [clusterIP ?? ''], ports = [] } = service.spec
  if (clusterIP === 'None') return { message: `Service ${pin.name} is headless: it has no ClusterIP.`, fix: 'Leave its address out.' }
  if (!clusterIPs.some(ip => isOfFamily(ip, pin.clusterIP)))
    return { message: `Service ${pin.name} has no address of the family of ${pin.clusterIP}.`, fix: 'Give its ipFamilies that family.' }
  const open = ports.filter(p => p.nodePort).length
  return pin.nodePort === null || open <= 1
    ? null
    : {
        message: `Service ${pin.name} has ${open} node ports; the pinned one fits one.`,
        fix: 'Write nodePort at its port in the manifest.',
      }
}

/** The address of the pin's family is replaced; that of the other stays. A node port waits until the Service has one. */
function pinned(spec: Service['spec'], { clusterIP, nodePort }: ServicePin): Service['spec'] {
  const clusterIPs = spec.clusterIPs?.map(ip => (isOfFamily(ip, clusterIP) ? clusterIP : ip))
  return {
    ...spec,
    clusterIP: isOfFamily(spec.clusterIP ?? '', clusterIP) ? clusterIP : spec.clusterIP!,
    ...(clusterIPs === undefined ? {} : { clusterIPs }),
    ...(spec.ports && nodePort !== null ? { ports: spec.ports.map(p => (p.nodePort ? { ...p, nodePort } : p)) } : {}),
  }
}

const isOfFamily = (ip: string, other: string): boolean => ip !== '' && ip.includes(':') === other.includes(':')

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

function settledInput(input: LabInput): Pick<Running, 'state' | 'warnings'> {
  const read = readStore(input.files)
  const clients = input.clients.map(c => ({ name: c.name, address: readIp(c.address)!, place: { file: 'the scenario' } }))
  const known = [...read.config.externalClients, ...clients]
  const outside = known.length > 0 ? known : [{ name: OUTSIDE.name, address: readIp(OUTSIDE.address)!, place: { file: 'hopspec' } }]
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

/** `shop/web` in its parts; a bare name is in namespace default. */
export function split(name: string): { readonly namespace: string; readonly name: string } {
  const [namespace, ...rest] = keyed(name).split('/')
  return { namespace: namespace!, name: rest.join('/') }
}

/** `default/NAME` for a bare name; a name with its namespace as it is. */
const keyed = (name: string): string => (name.includes('/') ? name : `default/${name}`)
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

/** `10.244.1.2:8080`, sorted: the ready endpoints of a Service. */
export function endpointsOf(state: State, service: Service): readonly string[] {
  const endpoints = objectOf(state, 'Endpoints', keyOf(service))
  return (endpoints?.subsets ?? [])
    .flatMap(s =>
      (s.addresses ?? []).flatMap(a => (s.ports ?? []).map(p => (a.ip.includes(':') ? `[${a.ip}]:${p.port}` : `${a.ip}:${p.port}`))),
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

/** Pins from the rows of a table with the columns name, node, address. */
export const pinsOf = (workload: string | null, rows: readonly Readonly<Record<string, string>>[]): readonly PinnedPod[] =>
  rows.map(row => {
    const unknownColumn = Object.keys(row).find(c => !['name', 'node', 'address'].includes(c))
    if (unknownColumn !== undefined)
      throw problem('STEP_VALUE', `a pinned pod has no '${unknownColumn}'.`, { fix: 'Its columns are name, node and address.' })
    if (row.address && readIp(row.address) === undefined)
      throw problem('STEP_VALUE', `'${row.address}' is no IP address.`, { fix: 'Write one as in 10.244.1.2.' })
    const named = /^(\S+) "([^"]*)"$/.exec(workload ?? '')
    const pod = named ? { namespace: null, name: row.name || null } : split(row.name ?? '')
    const owner = split(named?.[2] ?? '')
    return {
      namespace: pod.namespace ?? owner.namespace,
      of: named ? `${named[1]}/${owner.name}` : `pod/${pod.name}`,
      name: pod.name || null,
      node: row.node || null,
      ip: row.address || null,
    }
  })
