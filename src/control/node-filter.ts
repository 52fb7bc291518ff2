// Why a node does not take a pod: the scheduler's filters in their order, with their words. Stands for the Filter plugins of the default profile.
// Not simulated: volumes, devices that are claimed.
import type { Node, Pod } from '../apply/object'
import { sharing } from '../cluster/sharing'
import type { State } from '../cluster/state'
import { affinityOf, nodeMatches, tolerates } from './node-fit'
import { type HostPort, hostPortsOf, type Load, portTaken, requestsOf } from './node-load'
import { type AffinityRules, affinityRules, brokenAffinity } from './pod-affinity'
import { brokenSpread, mustSpread, type SpreadRule, spreadRules } from './pod-spread'
import { CONTROL_PROFILES, type ControlProfile } from './profile'
import { milliValue } from './quantity'

export interface Refusal {
  readonly texts: readonly string[]
  /** Whether evicting other pods could help: what the preemption sentence tells apart. */
  readonly resolvable: boolean
}

/** What a pod asks of a node, read once. */
export interface Demand {
  readonly pod: Pod
  readonly texts: ControlProfile
  /** Resource → thousandths, in the order in which they are told. */
  readonly requests: readonly (readonly [string, number])[]
  readonly hostPorts: readonly HostPort[]
  readonly picky: boolean
  /** The only nodes that it names, as pods of DaemonSets do. */
  readonly named: ReadonlySet<string> | undefined
  readonly spread: readonly SpreadRule[]
  readonly affinity: AffinityRules | undefined
}

const NOBODY: ReadonlySet<Pod> = new Set()

/** `without`: pods that are taken for gone. */
export function demandOf(state: State, pod: Pod, without: ReadonlySet<Pod> = NOBODY): Demand {
  return {
    pod,
    texts: CONTROL_PROFILES[state.config.profile],
    requests: [...requestsOf(pod)].filter(([, milli]) => milli > 0),
    hostPorts: hostPortsOf(pod),
    picky: pod.spec.nodeSelector !== undefined || affinityOf(pod).nodeAffinity !== undefined,
    named: namedNodes(pod),
    spread: mustSpread(pod) ? spreadRules(state, pod, without) : [],
    affinity: affinityRules(state, pod, without),
  }
}

/** Whether what other pods do can change where this one fits. */
export const mindsOthers = (pod: Pod): boolean => {
  const { podAffinity, podAntiAffinity } = affinityOf(pod)
  return mustSpread(pod) || [podAffinity, podAntiAffinity].some(a => (a?.requiredDuringSchedulingIgnoredDuringExecution ?? []).length > 0)
}

function namedNodes(pod: Pod): ReadonlySet<string> | undefined {
  const terms = affinityOf(pod).nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? []
  const names = terms.map(t => t.matchFields?.find(f => f.key === 'metadata.name' && f.operator === 'In')?.values)
  return names.length === 0 || names.includes(undefined) ? undefined : new Set(names.flatMap(n => n ?? []))
}

/** What a node has to give, in thousandths; read once for each version of it. */
interface Capacity {
  readonly pods: number
  readonly of: (resource: string) => number
}

const CAPACITIES = new WeakMap<Node, Capacity>()
const sharedCapacity = sharing<Capacity>()
/** Resources that a node which does not say has without end. */
const ALWAYS_THERE = new Set(['cpu', 'memory', 'ephemeral-storage'])

function capacityOf(node: Node): Capacity {
  const known = CAPACITIES.get(node)
  if (known) return known
  const allocatable = node.status?.allocatable ?? {}
  const capacity = sharedCapacity(JSON.stringify(allocatable), () => readCapacity(allocatable))
  CAPACITIES.set(node, capacity)
  return capacity
}

function readCapacity(allocatable: Readonly<Record<string, string>>): Capacity {
  const amounts = new Map(Object.entries(allocatable).map(([name, text]) => [name, milliValue(text)]))
  return {
    pods: allocatable.pods === undefined ? Number.POSITIVE_INFINITY : Number(allocatable.pods),
    of: resource => amounts.get(resource) ?? (ALWAYS_THERE.has(resource) ? Number.POSITIVE_INFINITY : 0),
  }
}

const UNSCHEDULABLE = { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' }

const no = (text: string, resolvable = false): Refusal => ({ texts: [text], resolvable })

/** undefined: it fits. Asked for a hundred nodes and each pod: nothing is made where nothing is refused. */
export function refusalOf(demand: Demand, node: Node, load: Load): Refusal | undefined {
  const { pod, texts, named } = demand
  if (texts.outOfNames !== undefined && named !== undefined && !named.has(node.metadata.name)) return no(texts.outOfNames)
  if (node.spec?.unschedulable && !tolerates(pod, UNSCHEDULABLE)) return no('node(s) were unschedulable')
  const taint = node.spec?.taints?.find(t => t.effect !== 'PreferNoSchedule' && !tolerates(pod, t))
  if (taint !== undefined) return no(texts.untolerated)
  if (demand.picky && !nodeMatches(pod, node)) return no(texts.unmatched)
  if (demand.hostPorts.length > 0 && demand.hostPorts.some(wanted => portTaken(load, wanted)))
    return no("node(s) didn't have free ports for the requested pod ports", true)
  return lacking(demand, node, load) ?? besideOthers(demand, node)
}

/** Every resource of which there is too little. */
function lacking({ requests }: Demand, node: Node, load: Load): Refusal | undefined {
  const capacity = capacityOf(node)
  const isCrowded = load.pods + 1 > capacity.pods
  const short = requests.filter(([name, milli]) => (load.requested.get(name) ?? 0) + milli > capacity.of(name))
  if (!isCrowded && short.length === 0) return undefined
  return {
    texts: [...(isCrowded ? ['Too many pods'] : []), ...short.map(([name]) => `Insufficient ${name}`)],
    resolvable: short.every(([name, milli]) => milli <= capacity.of(name)),
  }
}

const UNEVEN = "node(s) didn't match pod topology spread constraints"

/** What the pods that are there mean for it. */
function besideOthers({ spread, affinity, texts }: Demand, node: Node): Refusal | undefined {
  const uneven = brokenSpread(spread, node)
  if (uneven !== undefined)
    return { texts: [uneven === 'label' ? `${UNEVEN} (missing required label)` : UNEVEN], resolvable: uneven === 'skew' }
  const broken = affinity && brokenAffinity(affinity, node, texts.affinityOrder)
  if (broken === undefined) return undefined
  return { texts: texts.affinity(AFFINITY[broken]), resolvable: broken !== 'affinity' }
}

const AFFINITY = {
  existing: "node(s) didn't satisfy existing pods anti-affinity rules",
  affinity: "node(s) didn't match pod affinity rules",
  antiAffinity: "node(s) didn't match pod anti-affinity rules",
} as const

/** `1 node(s) had …, 2 Insufficient cpu`: how many nodes have each reason, sorted as texts. */
export function counted(texts: readonly string[]): string {
  const counts = new Map<string, number>()
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1)
  return [...counts]
    .map(([text, n]) => `${n} ${text}`)
    .sort()
    .join(', ')
}
