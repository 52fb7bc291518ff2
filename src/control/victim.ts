// Which pods go first when a ReplicaSet shrinks. Stands for kube-controller-manager's ActivePodsWithRanks.
import type { Pod } from '../apply/object'
import { timeOf } from '../cluster/clock'
import { compareText, type State } from '../cluster/state'
import { conditionOf, isActive, isReady } from './pod-state'
import { CONTROL_PROFILES } from './profile'

const COST = 'controller.kubernetes.io/pod-deletion-cost'
const PHASES: Readonly<Record<string, number>> = { Pending: 0, Unknown: 1, Running: 2 }

/** `count` pods of a workload, first victim first: unassigned, Pending, not ready, cheaper, crowded, ready for less long, restarted more, younger. `related`: who crowds a node. */
export function victims(state: State, pods: readonly Pod[], count: number, related: readonly Pod[]): readonly Pod[] {
  const crowd = new Map<string, number>()
  for (const pod of related) if (isActive(pod)) crowd.set(pod.spec.nodeName ?? '', (crowd.get(pod.spec.nodeName ?? '') ?? 0) + 1)
  const judged = pods.map(pod => ({ pod, keys: keysOf(state, pod, crowd) }))
  judged.sort((a, b) => {
    for (const [i, key] of a.keys.entries()) if (key !== b.keys[i]) return key - b.keys[i]!
    return compareText(a.pod.metadata.uid ?? '', b.pod.metadata.uid ?? '')
  })
  return judged.slice(0, count).map(j => j.pod)
}

/** Numbers to compare one after the other; smaller goes first. */
function keysOf(state: State, pod: Pod, crowd: ReadonlyMap<string, number>): readonly number[] {
  const ready = isReady(pod)
  const cost = Number(pod.metadata.annotations?.[COST] ?? 0)
  const restarts = Math.max(0, ...(pod.status?.containerStatuses ?? []).map(c => c.restartCount))
  return [
    pod.spec.nodeName ? 1 : 0,
    PHASES[pod.status?.phase ?? 'Pending'] ?? 0,
    ready ? 1 : 0,
    Number.isInteger(cost) ? cost : 0,
    -(crowd.get(pod.spec.nodeName ?? '') ?? 0),
    ready ? ageOf(state, conditionOf(pod, 'Ready')?.lastTransitionTime) : 0,
    -restarts,
    ageOf(state, pod.metadata.creationTimestamp),
  ]
}

/** Age in seconds; in newer releases only its power of two counts. Younger goes first. */
function ageOf(state: State, since: string | undefined): number {
  const seconds = Math.max(0, state.nowMs - (timeOf(state, since) ?? 0)) / 1000
  if (!CONTROL_PROFILES[state.config.profile].logarithmicScaleDown) return seconds
  return seconds < 1 ? -1 : Math.floor(Math.log2(seconds))
}
