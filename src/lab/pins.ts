// The names and addresses that a scenario gives to what is not there yet: Services' addresses, and pods by name, node and address.
import { readIp } from '../addr/ip'
import type { Service } from '../apply/object-service'
import { misspelt } from '../apply/finding-text'
import { writesOf } from '../cluster/log'
import { compareText, keyOf, objectOf, objectsOf, type PinnedPod, type State } from '../cluster/state'
import { put, write } from '../cluster/write'
import { HopspecError, type Problem, problem } from '../error'
import { keyed, split } from './object-name'

/** The addresses that the allocator will draw for a Service. */
export interface ServicePin {
  readonly name: string
  readonly clusterIP: string
  readonly nodePort: number | null
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

/** Pins of what a scenario never had but under a similar name, which no pin names: a sentence each. A Background may pin what only other scenarios have. */
export function misspeltPins(state: State, services: readonly ServicePin[], pods: readonly PinnedPod[]): readonly string[] {
  const had = new Set([...writesOf(state.log)].flatMap(w => (w.type === 'ADDED' ? [named(w.object.kind, keyOf(w.object))] : [])))
  for (const kind of state.objects.keys()) for (const o of objectsOf(state, kind)) had.add(named(kind, keyOf(o)))
  const owners = pods.flatMap(({ of, namespace }) => {
    const [kind, name] = of?.split('/') ?? []
    return kind === undefined ? [] : [named(kind, `${namespace}/${name}`)]
  })
  const pinned = new Set([...services.map(({ name }) => named('Service', keyed(name))), ...owners])
  const others = [...had].filter(name => !pinned.has(name)).sort(compareText)
  return [...pinned].flatMap(name => {
    const space = name.slice(0, name.indexOf('/') + 1)
    const names = others.flatMap(o => (o.startsWith(space) ? [o.slice(space.length)] : []))
    const meant = had.has(name) ? undefined : misspelt(name.slice(space.length), names)
    return meant === undefined ? [] : [`${name} was pinned, and there never was one. Did you mean '${meant}'?`]
  })
}

/** `service default/web`; kinds are written in many ways. */
const named = (kind: string, key: string): string => `${kind.toLowerCase()} ${key}`
