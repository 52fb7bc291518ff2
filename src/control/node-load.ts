// What the pods of a node take up there, kept up to date write by write: what the scheduler's filters and scores look at.
import type { Container, Node, Pod } from '../apply/object'
import { derived } from '../cluster/derived'
import { podResources } from './pod-resources'
import { isFinished } from './pod-state'
import { controllerOf } from './selector'

export interface Load {
  pods: number
  /** Resource → thousandths. */
  readonly requested: Map<string, number>
  /** How many ask for `TCP/80` on some address (`TCP/80`), and on which: `TCP/80 0.0.0.0`. */
  readonly hostPorts: Map<string, number>
  /** Pods of each owner, by the number that the owner has in Loads; `lastOwner` is the one counted last, and its pods. */
  readonly byOwner: Map<number, number>
  lastOwner: number
  lastCount: number
}

interface Loads {
  readonly byNode: Map<string, Load>
  /** A number for each owner: cheaper to compare than its name. */
  readonly owners: Map<string, number>
}

/** An owner of whom no pod has a node. */
const NOBODY = -1
const empty = (): Load => ({ pods: 0, requested: new Map(), hostPorts: new Map(), byOwner: new Map(), lastOwner: NOBODY, lastCount: 0 })
const noLoads = (): Loads => ({ byNode: new Map(), owners: new Map() })

/** The number of an owner. */
export const ownerNumber = (loads: Loads, owner: string): number => loads.owners.get(owner) ?? NOBODY
/** How many pods of an owner are on a node. */
export const countOf = (load: Load, owner: number): number => (load.lastOwner === owner ? load.lastCount : (load.byOwner.get(owner) ?? 0))

const SLOTS = new WeakMap<Loads, { readonly nodes: readonly Node[]; readonly loads: (Load | undefined)[] }>()

/** What is taken up on each of these nodes, in their order; a node that has never had a pod may be missing. */
export function loadsInOrder(loads: Loads, nodes: readonly Node[]): (Load | undefined)[] {
  const known = SLOTS.get(loads)
  if (known?.nodes === nodes) return known.loads
  const slots = nodes.map(node => loads.byNode.get(node.metadata.name))
  SLOTS.set(loads, { nodes, loads: slots })
  return slots
}

const NONE: ReadonlyMap<string, number> = new Map()

/** Resource → thousandths. Most pods ask for nothing. */
export function requestsOf(pod: Pod): ReadonlyMap<string, number> {
  const asks = (c: Container): boolean => c.resources?.requests !== undefined
  if (!pod.spec.containers.some(asks) && !(pod.spec.initContainers ?? []).some(asks)) return NONE
  return new Map([...podResources(pod, 'requests')].map(([name, { nano }]) => [name, Number(nano) / 1e6]))
}

/** A port of the host that a pod asks for; the address 0.0.0.0 means all of them. */
export interface HostPort {
  /** `TCP/80`. */
  readonly port: string
  readonly address: string
}
export const hostPortsOf = (pod: Pod): readonly HostPort[] =>
  pod.spec.containers.flatMap(c =>
    (c.ports ?? [])
      .filter(p => p.hostPort)
      .map(p => ({ port: `${p.protocol ?? 'TCP'}/${p.hostPort}`, address: p.hostIP || EVERY_ADDRESS })),
  )
const EVERY_ADDRESS = '0.0.0.0'
const onAddress = ({ port, address }: HostPort): string => `${port} ${address}`

/** Whether a port is taken there: by the same address, or because either asks for all of them. */
export const portTaken = (load: Load, wanted: HostPort): boolean =>
  (wanted.address === EVERY_ADDRESS ? [wanted.port] : [onAddress(wanted), onAddress({ ...wanted, address: EVERY_ADDRESS })]).some(
    key => (load.hostPorts.get(key) ?? 0) > 0,
  )

export const ownerKeyOf = (pod: Pod): string => `${pod.metadata.namespace}/${controllerOf(pod)?.name ?? pod.metadata.name}`

/** What is taken up on each node that has pods. */
export const loadsOf = derived<Pod, Loads>('Pod', noLoads, (view, old, now) => {
  if (old !== undefined && now !== undefined && old.spec === now.spec && isFinished(old) === isFinished(now)) return
  if (old !== undefined) count(view, old, -1)
  if (now !== undefined) count(view, now, 1)
})

export const NO_LOAD: Load = empty()

/** What these pods of one node would take up. */
export function loadOf(pods: readonly Pod[]): Load {
  const loads = noLoads()
  for (const pod of pods) count(loads, pod, 1)
  return [...loads.byNode.values()][0] ?? NO_LOAD
}

/** A finished pod takes up nothing. */
function count(view: Loads, pod: Pod, by: 1 | -1): void {
  const { nodeName } = pod.spec
  if (!nodeName || isFinished(pod)) return
  const load = view.byNode.get(nodeName) ?? empty()
  view.byNode.set(nodeName, load)
  load.pods += by
  for (const [name, milli] of requestsOf(pod)) add(load.requested, name, by * milli)
  for (const wanted of hostPortsOf(pod)) for (const key of [wanted.port, onAddress(wanted)]) add(load.hostPorts, key, by)
  const owner = ownerKeyOf(pod)
  const number = view.owners.get(owner) ?? view.owners.size
  view.owners.set(owner, number)
  load.lastOwner = number
  load.lastCount = (load.byOwner.get(number) ?? 0) + by
  load.byOwner.set(number, load.lastCount)
}

const add = (counts: Map<string, number>, key: string, by: number): void => void counts.set(key, (counts.get(key) ?? 0) + by)
