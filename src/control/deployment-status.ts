// The status of a Deployment: counts over its ReplicaSets, and the conditions Available, Progressing and ReplicaFailure. Stands for deployment/sync.go and progress.go.
import type { Condition } from '../apply/object'
import type { Deployment, ReplicaSet } from '../apply/object-workloads'
import { timeOf, timeText } from '../cluster/clock'
import type { State } from '../cluster/state'
import { CONTROL_PROFILES } from './profile'
import { limits } from './rollout'

type Status = NonNullable<Deployment['status']>
type Dated = Condition & { readonly lastUpdateTime?: string }

/** What means "no deadline". */
const NO_DEADLINE = 2147483647
const deadlineOf = (d: Deployment): number => d.spec.progressDeadlineSeconds ?? 600
const hasDeadline = (d: Deployment): boolean => deadlineOf(d) !== NO_DEADLINE

/** The status as these ReplicaSets give it; `progress`: with what is to be said of the rollout. */
export function deploymentStatus(
  state: State,
  d: Deployment,
  current: ReplicaSet | undefined,
  old: readonly ReplicaSet[],
  progress: boolean,
): Status {
  const sets = [...(current === undefined ? [] : [current]), ...old]
  const count = (of: (rs: ReplicaSet) => number | undefined) => sets.reduce((total, rs) => total + (of(rs) ?? 0), 0)
  const available = count(rs => rs.status?.availableReplicas)
  const counts = {
    observedGeneration: d.metadata.generation ?? 1,
    replicas: count(rs => rs.status?.replicas),
    updatedReplicas: current?.status?.replicas ?? 0,
    readyReplicas: count(rs => rs.status?.readyReplicas),
    availableReplicas: available,
    unavailableReplicas: Math.max(0, count(rs => rs.spec.replicas) - available),
  }
  const terminating = CONTROL_PROFILES[state.config.profile].terminatingReplicas
    ? { terminatingReplicas: count(rs => (rs.status as { terminatingReplicas?: number } | undefined)?.terminatingReplicas) }
    : {}
  let conditions = withCondition(state, d.status?.conditions ?? [], availableCondition(d, available))
  if (progress) conditions = progressed(state, d, current, counts, conditions, sets)
  return {
    ...Object.fromEntries(Object.entries(counts).filter(([, n]) => n !== 0)),
    ...terminating,
    ...(d.status?.collisionCount === undefined ? {} : { collisionCount: d.status.collisionCount }),
    conditions,
  } as Status
}

function availableCondition(d: Deployment, available: number): Condition {
  return available >= d.spec.replicas - limits(d).unavailable
    ? { type: 'Available', status: 'True', reason: 'MinimumReplicasAvailable', message: 'Deployment has minimum availability.' }
    : {
        type: 'Available',
        status: 'False',
        reason: 'MinimumReplicasUnavailable',
        message: 'Deployment does not have minimum availability.',
      }
}

/** Sets a condition; one that says the same already stays where it is, another goes to the end. */
function withCondition(state: State, conditions: readonly Condition[], wanted: Condition): readonly Condition[] {
  const old = conditions.find(c => c.type === wanted.type)
  if (old !== undefined && old.status === wanted.status && old.reason === wanted.reason) return conditions
  const now = timeText(state)
  const since = old?.status === wanted.status ? (old.lastTransitionTime ?? now) : now
  const dated: Dated = { ...wanted, lastUpdateTime: now, lastTransitionTime: since }
  return [...conditions.filter(c => c.type !== wanted.type), dated]
}

const progressing = (status: Condition['status'], reason: string, message: string): Condition => ({
  type: 'Progressing',
  status,
  reason,
  message,
})

type Counts = Readonly<Record<'replicas' | 'updatedReplicas' | 'readyReplicas' | 'availableReplicas', number>>

/** Complete, getting further, or stuck beyond the deadline. */
function progressed(
  state: State,
  d: Deployment,
  current: ReplicaSet | undefined,
  counts: Counts,
  before: readonly Condition[],
  sets: readonly ReplicaSet[],
): readonly Condition[] {
  const failure = failureOf(sets, current)
  const after = hasDeadline(d) ? withProgress(state, d, current, counts, before) : before.filter(c => c.type !== 'Progressing')
  return failure === undefined ? after.filter(c => c.type !== 'ReplicaFailure') : withCondition(state, after, failure)
}

function withProgress(
  state: State,
  d: Deployment,
  current: ReplicaSet | undefined,
  counts: Counts,
  before: readonly Condition[],
): readonly Condition[] {
  const old = before.find(c => c.type === 'Progressing')
  if (counts.replicas === counts.updatedReplicas && old?.reason === 'NewReplicaSetAvailable') return before
  const what = current === undefined ? `Deployment "${d.metadata.name}"` : `ReplicaSet "${current.metadata.name}"`
  const { replicas } = d.spec
  if (counts.updatedReplicas === replicas && counts.replicas === replicas && counts.availableReplicas === replicas)
    return withCondition(state, before, progressing('True', 'NewReplicaSetAvailable', `${what} has successfully progressed.`))
  if (getsFurther(d, counts)) {
    const now = timeText(state)
    const since = old?.status === 'True' ? (old.lastTransitionTime ?? now) : now
    const fresh = { ...progressing('True', 'ReplicaSetUpdated', `${what} is progressing.`), lastUpdateTime: now, lastTransitionTime: since }
    return [...before.filter(c => c.type !== 'Progressing'), fresh]
  }
  if (!timedOut(state, d)) return before
  return withCondition(state, before, progressing('False', 'ProgressDeadlineExceeded', `${what} has timed out progressing.`))
}

function getsFurther({ status = {} }: Deployment, now: Counts): boolean {
  const oldest = (s: Partial<Counts>) => (s.replicas ?? 0) - (s.updatedReplicas ?? 0)
  return (
    now.updatedReplicas > (status.updatedReplicas ?? 0) ||
    oldest(now) < oldest(status) ||
    now.readyReplicas > (status.readyReplicas ?? 0) ||
    now.availableReplicas > (status.availableReplicas ?? 0)
  )
}

/** Until when a rollout may go without getting further, in virtual milliseconds; undefined where nobody waits. */
function deadlineMs(state: State, d: Deployment): number | undefined {
  const old = d.status?.conditions?.find(c => c.type === 'Progressing') as Dated | undefined
  if (!hasDeadline(d) || old === undefined || old.reason === 'NewReplicaSetAvailable') return undefined
  const from = timeOf(state, old.lastUpdateTime)
  return from === undefined ? undefined : from + deadlineOf(d) * 1000
}

function timedOut(state: State, d: Deployment): boolean {
  const old = d.status?.conditions?.find(c => c.type === 'Progressing')
  if (old?.reason === 'ProgressDeadlineExceeded') return true
  const at = deadlineMs(state, d)
  return at !== undefined && at < state.nowMs
}

/** When to look whether a rollout is stuck: a second after its deadline. */
export function progressDueMs(state: State, d: Deployment): number | undefined {
  const at = deadlineMs(state, d)
  const stuck = d.status?.conditions?.find(c => c.type === 'Progressing')?.reason === 'ProgressDeadlineExceeded'
  return at === undefined || stuck || d.spec.paused || at + 1000 < state.nowMs ? undefined : at + 1000
}

/** The conditions with a first word about progress; undefined when there is one already (unless `always`) or nobody waits. */
export function withoutProgress(
  state: State,
  d: Deployment,
  reason: string,
  message: string,
  always: boolean,
): readonly Condition[] | undefined {
  const conditions = d.status?.conditions ?? []
  if (!hasDeadline(d) || (!always && conditions.some(c => c.type === 'Progressing'))) return undefined
  return withCondition(state, conditions, progressing('True', reason, message))
}

/** The conditions after pausing or resuming; undefined when nothing changes. */
export function pauseCondition(state: State, d: Deployment): readonly Condition[] | undefined {
  const old = d.status?.conditions?.find(c => c.type === 'Progressing')
  if (!hasDeadline(d) || old?.reason === 'ProgressDeadlineExceeded') return undefined
  const isPaused = old?.reason === 'DeploymentPaused'
  if (Boolean(d.spec.paused) === isPaused) return undefined
  const wanted = d.spec.paused
    ? progressing('Unknown', 'DeploymentPaused', 'Deployment is paused')
    : progressing('Unknown', 'DeploymentResumed', 'Deployment is resumed')
  return withCondition(state, d.status?.conditions ?? [], wanted)
}

const failureIn = (rs: ReplicaSet): Condition | undefined =>
  (rs.status as { conditions?: readonly Condition[] } | undefined)?.conditions?.find(c => c.type === 'ReplicaFailure')

function failureOf(sets: readonly ReplicaSet[], current: ReplicaSet | undefined): Condition | undefined {
  const own = current && failureIn(current)
  const found = own ?? sets.map(failureIn).find(c => c !== undefined)
  if (found === undefined) return undefined
  const { lastTransitionTime: _, ...said } = found
  return said
}
