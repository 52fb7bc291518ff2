// The status of a Deployment: counts over its ReplicaSets, and the conditions Available and Progressing. Stands for deployment/sync.go and progress.go.
import type { Condition, Deployment, ReplicaSet } from '../apply/object'
import { timeText } from '../cluster/clock'
import type { State } from '../cluster/state'
import { CONTROL_PROFILES } from './profile'
import { limits } from './rollout'

/** The status as these ReplicaSets give it, and what has to be remembered of its progress. */
export function deploymentStatus(
  state: State,
  latest: Deployment,
  now: ReplicaSet | undefined,
  old: readonly ReplicaSet[],
): { readonly status: NonNullable<Deployment['status']>; readonly facts: Readonly<Record<string, number | string | undefined>> } {
  const sets = [...(now === undefined ? [] : [now]), ...old]
  const count = (of: (rs: ReplicaSet) => number | undefined) => sets.reduce((total, rs) => total + (of(rs) ?? 0), 0)
  const available = count(rs => rs.status?.availableReplicas)
  const counts = {
    observedGeneration: latest.metadata.generation ?? 1,
    replicas: count(rs => rs.status?.replicas),
    updatedReplicas: now?.status?.replicas ?? 0,
    readyReplicas: count(rs => rs.status?.readyReplicas),
    availableReplicas: available,
    unavailableReplicas: Math.max(0, count(rs => rs.spec.replicas) - available),
  }
  const terminating = CONTROL_PROFILES[state.config.profile].terminatingReplicas
    ? { terminatingReplicas: count(rs => (rs.status as { terminatingReplicas?: number } | undefined)?.terminatingReplicas) }
    : {}
  const progress = progressOf(state, latest, now, old, counts)
  const conditions = withTransitions(state, latest.status?.conditions ?? [], [progress.condition, availableCondition(latest, available)])
  const status = {
    ...withoutZeros(counts),
    ...terminating,
    ...(latest.status?.collisionCount === undefined ? {} : { collisionCount: latest.status.collisionCount }),
    conditions,
  } as NonNullable<Deployment['status']>
  return { status, facts: progress.facts }
}

const withoutZeros = (counts: Readonly<Record<string, number>>) => Object.fromEntries(Object.entries(counts).filter(([, n]) => n !== 0))

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

interface Progress {
  readonly condition: Condition
  readonly facts: Readonly<Record<string, number | string | undefined>>
}

/** Complete, getting further, or stuck beyond the deadline. */
function progressOf(
  state: State,
  d: Deployment,
  current: ReplicaSet | undefined,
  old: readonly ReplicaSet[],
  counts: Readonly<Record<string, number>>,
): Progress {
  const name = `progress ${d.metadata.namespace}/${d.metadata.name}`
  const before = d.status?.conditions?.find(c => c.type === 'Progressing')
  const complete =
    counts.updatedReplicas === d.spec.replicas &&
    counts.replicas === d.spec.replicas &&
    counts.availableReplicas === d.spec.replicas &&
    current !== undefined
  if (complete) {
    return {
      condition: condition('True', 'NewReplicaSetAvailable', `ReplicaSet "${current.metadata.name}" has successfully progressed.`),
      facts: { [name]: undefined, [`deadline ${name}`]: undefined },
    }
  }
  const marks = [
    counts.updatedReplicas,
    counts.availableReplicas,
    old.reduce((n, rs) => n + rs.spec.replicas, 0),
    current?.metadata.name ?? '',
  ].join(' ')
  const known = state.memory[name]
  const deadline = (d.spec.progressDeadlineSeconds ?? 600) * 1000
  if (known !== marks || before === undefined) {
    const facts = { [name]: marks, [`deadline ${name}`]: state.nowMs + deadline }
    if (before === undefined && current !== undefined)
      return { condition: condition('True', 'NewReplicaSetCreated', `Created new replica set "${current.metadata.name}"`), facts }
    return { condition: condition('True', 'ReplicaSetUpdated', updated(d, current)), facts }
  }
  if (state.nowMs >= Number(state.memory[`deadline ${name}`] ?? Number.POSITIVE_INFINITY)) {
    const what = current === undefined ? `Deployment "${d.metadata.name}"` : `ReplicaSet "${current.metadata.name}"`
    return { condition: condition('False', 'ProgressDeadlineExceeded', `${what} has timed out progressing.`), facts: {} }
  }
  return { condition: before, facts: {} }
}

const updated = (d: Deployment, current: ReplicaSet | undefined): string =>
  current === undefined ? `Deployment "${d.metadata.name}" is progressing.` : `ReplicaSet "${current.metadata.name}" is progressing.`

const condition = (status: Condition['status'], reason: string, message: string): Condition => ({
  type: 'Progressing',
  status,
  reason,
  message,
})

/** The conditions with their times: what says something new moves to the end, as the controller appends it. */
function withTransitions(state: State, before: readonly Condition[], wanted: readonly Condition[]): readonly Condition[] {
  const now = timeText(state)
  const kept = before.filter(b => wanted.every(w => w.type !== b.type || saysTheSame(b, w)))
  const fresh = wanted.filter(w => !kept.some(b => b.type === w.type))
  const stamped = fresh.map(c => {
    const old = before.find(b => b.type === c.type)
    return { ...c, lastUpdateTime: now, lastTransitionTime: old?.status === c.status ? (old.lastTransitionTime ?? now) : now }
  })
  return [...kept, ...stamped]
}

const saysTheSame = (a: Condition, b: Condition): boolean => a.status === b.status && a.reason === b.reason && a.message === b.message
