// Which of several nodes a pod would rather have, where it says what it wishes. Stands for the scheduler's scores with their default weights.
// Not simulated: images that are there already.
import type { Node, Pod } from '../apply/object'
import type { State } from '../cluster/state'
import { affinityOf, nodeMatchesTerm, tolerates } from './node-fit'
import { type Load, loadsOf, NO_LOAD, requestsOf } from './node-load'
import { affinityScores, prefersPods } from './pod-affinity'
import { prefersSpread, spreadScores } from './pod-spread'
import { milliValue } from './quantity'

interface PreferredTerm {
  readonly weight: number
  readonly preference: Parameters<typeof nodeMatchesTerm>[0]
}

const preferredNodes = (pod: Pod): readonly PreferredTerm[] =>
  ((affinityOf(pod).nodeAffinity as { readonly preferredDuringSchedulingIgnoredDuringExecution?: readonly PreferredTerm[] } | undefined)
    ?.preferredDuringSchedulingIgnoredDuringExecution ?? []) as readonly PreferredTerm[]

/** Whether a pod says what it would rather have; others are spread evenly. */
export const hasWishes = (pod: Pod): boolean => prefersSpread(pod) || prefersPods(pod) || preferredNodes(pod).length > 0

/** 0 … 100, the greatest of them 100; `upside`: the least is the best. */
function normalized(raw: readonly number[], upside = false): readonly number[] {
  const most = Math.max(...raw)
  return raw.map(n => {
    const score = most === 0 ? 0 : Math.trunc((100 * n) / most)
    return upside ? 100 - score : score
  })
}

/** What a pod that asks for nothing is taken to need. */
const UNASKED: Readonly<Record<string, number>> = { cpu: 100, memory: 200 * 1024 * 1024 * 1000 }

function leastAllocated(pod: Pod, node: Node, load: Load): number {
  const scores = ['cpu', 'memory'].flatMap(name => {
    const capacity = milliValue(node.status?.allocatable?.[name])
    const own = requestsOf(pod).get(name) ?? UNASKED[name]! * pod.spec.containers.length
    const used = (load.requested.get(name) ?? 0) + own
    return capacity === 0 ? [] : [used > capacity ? 0 : Math.trunc(((capacity - used) * 100) / capacity)]
  })
  return scores.length === 0 ? 0 : Math.trunc(scores.reduce((sum, s) => sum + s, 0) / scores.length)
}

function balanced(pod: Pod, node: Node, load: Load): number {
  if (requestsOf(pod).size === 0) return 0
  const parts = ['cpu', 'memory'].flatMap(name => {
    const capacity = milliValue(node.status?.allocatable?.[name])
    return capacity === 0 ? [] : [Math.min(1, ((load.requested.get(name) ?? 0) + (requestsOf(pod).get(name) ?? 0)) / capacity)]
  })
  return Math.trunc((1 - (parts.length === 2 ? Math.abs(parts[0]! - parts[1]!) / 2 : 0)) * 100)
}

/** The sums of all scores, in the order of the nodes. */
export function scoresOf(state: State, pod: Pod, nodes: readonly Node[]): readonly number[] {
  const loads = loadsOf(state).byNode
  const load = (n: Node): Load => loads.get(n.metadata.name) ?? NO_LOAD
  const unwished = (n: Node) => (n.spec?.taints ?? []).filter(t => t.effect === 'PreferNoSchedule' && !tolerates(pod, t)).length
  const wished = (n: Node) => preferredNodes(pod).reduce((sum, t) => sum + (nodeMatchesTerm(t.preference, n) ? t.weight : 0), 0)
  const parts: readonly (readonly [number, readonly number[]])[] = [
    [3, normalized(nodes.map(unwished), true)],
    [2, normalized(nodes.map(wished))],
    [1, nodes.map(n => leastAllocated(pod, n, load(n)))],
    [1, nodes.map(n => balanced(pod, n, load(n)))],
    [2, spreadScores(state, pod, nodes)],
    [2, affinityScores(state, pod, nodes)],
  ]
  return nodes.map((_, i) => parts.reduce((sum, [weight, scores]) => sum + weight * scores[i]!, 0))
}
