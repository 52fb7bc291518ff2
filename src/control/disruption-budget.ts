// PodDisruptionBudgets: how many of their pods may go at the moment. Stands for the disruption controller; not simulated: that it calls pods disrupted for two minutes
// whose eviction was let through and that nobody has deleted.
import type { Kind, KubeObject, Pod } from '../apply/object'
import type { PodDisruptionBudget } from '../apply/object-policy'
import { timeText } from '../cluster/clock'
import { indexBy } from '../cluster/derived'
import { sameValue } from '../cluster/equal'
import type { Said } from '../cluster/event'
import { qualifiedResource } from '../cluster/kind'
import { keyOf, objectOf, type State } from '../cluster/state'
import { put } from '../cluster/write'
import { CONTENT, type Controller, type Sync } from './controller'
import { isReady } from './pod-state'
import { CONTROL_PROFILES } from './profile'
import { controllerOf, matchesSelector } from './selector'

const BY = 'controllermanager'
const budgetsIn = indexBy<PodDisruptionBudget>('PodDisruptionBudget', b => [b.metadata.namespace ?? ''])
const podsIn = indexBy<Pod>('Pod', p => [p.metadata.namespace ?? ''])

/** The budgets that a pod is under. Without a selector a budget has no pods; whether an empty one has all is a matter of the version. */
export const budgetsOf = (state: State, pod: Pod): readonly PodDisruptionBudget[] =>
  budgetsIn(state, pod.metadata.namespace ?? '').filter(b => selects(state, b, pod))

function selects(state: State, { spec }: PodDisruptionBudget, pod: Pod): boolean {
  const selector = spec?.selector
  if (selector === undefined) return false
  const empty = Object.keys(selector.matchLabels ?? {}).length + (selector.matchExpressions ?? []).length === 0
  return empty ? CONTROL_PROFILES[state.config.profile].budgetConditions : matchesSelector(selector, pod.metadata.labels)
}

export const disruption: Controller = {
  name: 'disruption-controller',
  latencyMs: 5,
  watches: ['PodDisruptionBudget', 'Pod'],
  keys: ({ event, old }, state) => {
    const { object, type, by } = event
    if (object.kind === 'PodDisruptionBudget') return type === 'DELETED' || by === 'disruption-controller' ? [] : [keyOf(object)]
    if (budgetsIn(state, object.metadata.namespace ?? '').length === 0) return []
    const found = [object, ...(old === undefined ? [] : [old])].flatMap(pod => budgetsOf(state, pod as Pod).map(keyOf))
    return [...new Set(found)]
  },
  sync: (state, key) => {
    const budget = objectOf(state, 'PodDisruptionBudget', key)
    return budget === undefined ? CONTENT : count(state, budget)
  },
}

const about = (budget: PodDisruptionBudget, type: Said['type'], reason: string, message: string): Said => ({
  about: budget,
  type,
  reason,
  message,
  component: BY,
})

function count(state: State, budget: PodDisruptionBudget): Sync {
  const pods = podsIn(state, budget.metadata.namespace ?? '').filter(pod => selects(state, budget, pod))
  const said = pods.length === 0 ? [about(budget, 'Normal', 'NoPods', 'No matching pods found')] : []
  const expected = expectedOf(state, budget, pods)
  if ('wrong' in expected) {
    const event = about(
      budget,
      'Warning',
      'CalculateExpectedPodCountFailed',
      `Failed to calculate the number of expected pods: ${expected.wrong}`,
    )
    return { ...written(state, budget, { ...statusOf(budget), disruptionsAllowed: 0 }, expected.wrong), said: [...said, event] }
  }
  const names = new Set(pods.filter(p => p.metadata.deletionTimestamp === undefined).map(p => p.metadata.name))
  const disrupted = Object.entries(statusOf(budget).disruptedPods ?? {}).filter(([name]) => names.has(name))
  const healthy = pods.filter(
    p => p.metadata.deletionTimestamp === undefined && isReady(p) && !disrupted.some(([n]) => n === p.metadata.name),
  )
  const { count: expectedPods, desired: desiredHealthy } = expected
  const spare = healthy.length - desiredHealthy
  const status = {
    currentHealthy: healthy.length,
    desiredHealthy,
    disruptionsAllowed: expectedPods <= 0 || spare <= 0 ? 0 : spare,
    expectedPods,
    ...(disrupted.length === 0 ? {} : { disruptedPods: Object.fromEntries(disrupted) }),
  }
  const unmanaged = expected.unmanaged && CONTROL_PROFILES[state.config.profile].budgetConditions
  const warned = unmanaged ? [about(budget, 'Warning', 'UnmanagedPods', unmanagedText(budget))] : []
  return { ...written(state, budget, status), said: [...said, ...warned] }
}

type Status = NonNullable<PodDisruptionBudget['status']>
const NOTHING: Status = { currentHealthy: 0, desiredHealthy: 0, disruptionsAllowed: 0, expectedPods: 0 }
const statusOf = (budget: PodDisruptionBudget): Status => budget.status ?? NOTHING

/** The status with its generation and condition; nothing where it is as it was. `failed`: why it could not be counted. */
function written(state: State, budget: PodDisruptionBudget, status: Status, failed?: string): Sync {
  const { generation } = budget.metadata
  const next = withCondition(state, budget, { ...status, ...(generation === undefined ? {} : { observedGeneration: generation }) }, failed)
  return sameValue(next, budget.status ?? {}) ? CONTENT : { changes: [put({ ...budget, status: next })] }
}

/** The condition DisruptionAllowed, where the version has it. */
export function withCondition(state: State, budget: PodDisruptionBudget, status: Status, failed?: string): Status {
  if (!CONTROL_PROFILES[state.config.profile].budgetConditions) return status
  const allowed = failed === undefined && status.disruptionsAllowed > 0
  const reason = failed !== undefined ? 'SyncFailed' : allowed ? 'SufficientPods' : 'InsufficientPods'
  const before = budget.status?.conditions?.find(c => c.type === 'DisruptionAllowed')
  const value = allowed ? ('True' as const) : ('False' as const)
  const lastTransitionTime = before?.status === value && before.lastTransitionTime ? before.lastTransitionTime : timeText(state)
  const { generation } = budget.metadata
  const observed = generation === undefined ? {} : { observedGeneration: generation }
  return {
    ...status,
    conditions: [{ type: 'DisruptionAllowed', status: value, ...observed, lastTransitionTime, reason, message: failed ?? '' }],
  }
}

interface Expected {
  readonly count: number
  readonly desired: number
  /** Whether some pods have no controller, so that nobody knows how many there ought to be. */
  readonly unmanaged: boolean
}

function expectedOf(state: State, { spec }: PodDisruptionBudget, pods: readonly Pod[]): Expected | { readonly wrong: string } {
  const { minAvailable, maxUnavailable } = spec ?? {}
  if (maxUnavailable === undefined && typeof minAvailable !== 'string')
    return { count: minAvailable === undefined ? 0 : pods.length, desired: minAvailable ?? 0, unmanaged: false }
  const scales = new Map<string, number>()
  for (const pod of pods) {
    const owner = controllerOf(pod)
    if (owner === undefined || scales.has(owner.uid)) continue
    const scale = scaleOf(state, pod.metadata.namespace, owner)
    if (typeof scale === 'string') return { wrong: scale }
    scales.set(owner.uid, scale)
  }
  const total = [...scales.values()].reduce((sum, n) => sum + n, 0)
  const desired = maxUnavailable === undefined ? shareOf(minAvailable!, total) : Math.max(0, total - shareOf(maxUnavailable, total))
  return { count: total, desired, unmanaged: pods.some(pod => controllerOf(pod) === undefined) }
}

/** A number, or a percentage of all, rounded up. */
const shareOf = (value: number | string, of: number): number =>
  typeof value === 'number' ? value : Math.ceil((Number.parseInt(value, 10) * of) / 100)

/** How many pods an owner wants, a ReplicaSet's Deployment in its place; or why nobody can say. */
function scaleOf(state: State, namespace: string | undefined, owner: { readonly kind: string; readonly name: string }): number | string {
  const object = objectOf(state, owner.kind as Kind, `${namespace}/${owner.name}`) as KubeObject | undefined
  if (object === undefined) return 0
  const above = object.kind === 'ReplicaSet' ? controllerOf(object) : undefined
  if (above?.kind === 'Deployment') return scaleOf(state, namespace, above)
  const { replicas } = (object as unknown as { readonly spec: { readonly replicas?: number } }).spec
  return SCALED.has(object.kind) ? (replicas ?? 1) : `${qualifiedResource(object.kind as Kind)} does not implement the scale subresource`
}
const SCALED: ReadonlySet<string> = new Set(['Deployment', 'ReplicaSet', 'ReplicationController', 'StatefulSet'])

/** In Go's own printing of the selector. */
function unmanagedText({ spec }: PodDisruptionBudget): string {
  const { matchLabels = {}, matchExpressions = [] } = spec?.selector ?? {}
  const labels = Object.entries(matchLabels)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([k, v]) => `${k}: ${v},`)
    .join('')
  const each = matchExpressions
    .map(e => `LabelSelectorRequirement{Key:${e.key},Operator:${e.operator},Values:[${(e.values ?? []).join(' ')}],},`)
    .join('')
  const selector = `&LabelSelector{MatchLabels:map[string]string{${labels}},MatchExpressions:[]LabelSelectorRequirement{${each}},}`
  return `Pods selected by this PodDisruptionBudget (selector: ${selector}) were found to be unmanaged. As a result, the status of the PDB cannot be calculated correctly, which may result in undefined behavior. To account for these pods please set ".spec.minAvailable" field of the PDB to an integer value.`
}
