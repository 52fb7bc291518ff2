// Pods that have to go so that one of higher priority fits. Stands for the scheduler's DefaultPreemption: on each node the fewest and least important pods, then the
// node that loses least. Not simulated: PodDisruptionBudgets.
import type { Node, Pod } from '../apply/object'
import { compareText, keyOf, type State } from '../cluster/state'
import { counted, type Demand, demandOf, type Refusal, refusalOf } from './node-filter'
import { loadOf } from './node-load'
import { podsOn } from './pod-index'
import { isFinished } from './pod-state'
import { priorityOf } from './priority'
import { CONTROL_PROFILES } from './profile'

export interface Preemption {
  readonly node: Node
  /** In the order in which they are evicted: the most important first. */
  readonly victims: readonly Pod[]
}

/** Nodes with their refusals, in the order of the nodes. */
export type Refused = readonly { readonly node: Node; readonly refusal: Refusal }[]

/** Who has to go where; or why nobody can, as the scheduler says it after `preemption: `. */
export function preempt(state: State, pod: Pod, refused: Refused): Preemption | string {
  const { preemptionPolicy } = pod.spec as { readonly preemptionPolicy?: string }
  if (preemptionPolicy === 'Never') return 'not eligible due to preemptionPolicy=Never.'
  if (waitsForVictims(state, pod)) return 'not eligible due to a terminating pod on the nominated node.'
  const found: Preemption[] = []
  const reasons: string[] = []
  for (const { node, refusal } of refused) {
    const answer = refusal.resolvable ? victimsOn(state, pod, node) : ['Preemption is not helpful for scheduling']
    if ('node' in answer) found.push(answer)
    else reasons.push(...answer)
  }
  if (found.length > 0) return found.reduce((best, next) => (losesLess(next, best) ? next : best))
  return `0/${refused.length} nodes are available: ${counted(reasons)}.`
}

const nominatedNode = (pod: Pod): string | undefined =>
  (pod.status as { readonly nominatedNodeName?: string } | undefined)?.nominatedNodeName

/** Whether pods of less importance are still leaving the node that was promised. */
function waitsForVictims(state: State, pod: Pod): boolean {
  const node = nominatedNode(pod)
  return node !== undefined && podsOn(state, node).some(p => p.metadata.deletionTimestamp !== undefined && priorityOf(p) < priorityOf(pod))
}

/** The more important first: by priority, then the older. */
const moreImportant = (a: Pod, b: Pod): number =>
  priorityOf(b) - priorityOf(a) ||
  compareText(a.status?.startTime ?? '', b.status?.startTime ?? '') ||
  compareText(a.metadata.name, b.metadata.name)

function victimsOn(state: State, pod: Pod, node: Node): Preemption | readonly string[] {
  const there = podsOn(state, node.metadata.name).filter(p => !isFinished(p))
  const lesser = there.filter(p => priorityOf(p) < priorityOf(pod)).sort(moreImportant)
  if (lesser.length === 0) return ['No preemption victims found for incoming pod']
  const gone = new Set(lesser)
  const without = (): Refusal | undefined => {
    const demand: Demand = demandOf(state, pod, gone)
    return refusalOf(demand, node, loadOf(there.filter(p => !gone.has(p))))
  }
  const left = without()
  if (left !== undefined) return left.texts
  for (const spared of lesser) {
    gone.delete(spared)
    if (without() !== undefined) gone.add(spared)
  }
  return { node, victims: lesser.filter(p => gone.has(p)) }
}

/** The lowest most important victim, then the lowest sum of priorities, then the fewest, then the youngest of the most important ones. */
function losesLess(a: Preemption, b: Preemption): boolean {
  const sum = ({ victims }: Preemption) => victims.reduce((n, p) => n + priorityOf(p) + 2 ** 31, 0)
  const highest = ({ victims }: Preemption) => Math.max(...victims.map(priorityOf))
  const since = ({ victims }: Preemption) =>
    victims
      .filter(p => priorityOf(p) === Math.max(...victims.map(priorityOf)))
      .map(p => p.status?.startTime ?? '')
      .sort()[0] ?? ''
  const order = highest(a) - highest(b) || sum(a) - sum(b) || a.victims.length - b.victims.length || compareText(since(b), since(a))
  return order < 0
}

/** What follows `0/3 nodes are available: ….` where nobody can be evicted; empty in old releases. */
export const preemptionText = (state: State, why: string): string =>
  CONTROL_PROFILES[state.config.profile].preemption ? ` no new claims to deallocate, preemption: ${why}` : ''

/** In the order in which the scheduler looks at them: the more important first. */
export const byPriority = (a: Pod, b: Pod): number => priorityOf(b) - priorityOf(a)

/** Says of whom a pod had to make room for. */
export const preemptedBy = (pod: Pod, node: Node): string =>
  `Preempted by pod ${pod.metadata.uid ?? keyOf(pod)} on node ${node.metadata.name}`
