// Evictions: a pod is deleted if the budget that it is under lets it go. Stands for the subresource pods/eviction.
import type { Pod } from '../apply/object'
import type { PodDisruptionBudget } from '../apply/object-policy'
import { timeText } from '../cluster/clock'
import { keyOf, objectOf, type State } from '../cluster/state'
import { type Answer, type ApiError, deleteObject, notFound } from '../cluster/store'
import { put, write } from '../cluster/write'
import { disrupted } from './disruption'
import { budgetsOf, withCondition } from './disruption-budget'
import { isReady } from './pod-state'
import { CONTROL_PROFILES } from './profile'

const SERVER = 'kube-apiserver'
const refusal = (code: 429 | 500, message: string): { readonly error: ApiError } => ({
  error: { code, reason: code === 429 ? 'TooManyRequests' : 'InternalError', message },
})

/** POST of an Eviction. */
export function evict(state: State, key: string, by: string, graceSeconds?: number): Answer {
  const pod = objectOf(state, 'Pod', key)
  if (pod === undefined) return { error: notFound('Pod', key.slice(key.indexOf('/') + 1)) }
  const budgets = needsNoBudget(pod) ? [] : budgetsOf(state, pod)
  if (budgets.length > 1)
    return refusal(500, 'This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.')
  const [budget] = budgets
  if (budget === undefined || (!isReady(pod) && letsUnhealthyGo(budget))) return removed(state, pod, by, graceSeconds)
  const { status } = budget
  const counted = (status?.observedGeneration ?? 0) >= (budget.metadata.generation ?? 0)
  if (status === undefined || !counted || status.disruptionsAllowed === 0)
    return refusal(429, "Cannot evict pod as it would violate the pod's disruption budget.")
  const left = {
    ...status,
    disruptionsAllowed: status.disruptionsAllowed - 1,
    disruptedPods: { ...status.disruptedPods, [pod.metadata.name]: timeText(state) },
  }
  const next = left.disruptionsAllowed === 0 ? withCondition(state, budget, left) : left
  return removed(write(state, [put({ ...budget, status: next })], SERVER), pod, by, graceSeconds)
}

const EVICTED = { reason: 'EvictionByEvictionAPI', message: 'Eviction API: evicting' }

/** The pod says why it goes, where the version has that condition. */
function removed(state: State, pod: Pod, by: string, graceSeconds: number | undefined): Answer {
  const marked = CONTROL_PROFILES[state.config.profile].readyToStart ? write(state, [put(disrupted(state, pod, EVICTED))], by) : state
  return deleteObject(marked, 'Pod', keyOf(pod), by, graceSeconds)
}

/** A pod that does not run, or goes already. */
const needsNoBudget = ({ status, metadata }: Pod): boolean =>
  metadata.deletionTimestamp !== undefined || ['Succeeded', 'Failed', 'Pending'].includes(status?.phase ?? 'Pending')

/** Whether a pod that is not ready may go: always, or as long as enough others are. */
const letsUnhealthyGo = ({ spec, status }: PodDisruptionBudget): boolean =>
  spec?.unhealthyPodEvictionPolicy === 'AlwaysAllow' ||
  ((status?.currentHealthy ?? 0) >= (status?.desiredHealthy ?? 0) && (status?.desiredHealthy ?? 0) > 0)
