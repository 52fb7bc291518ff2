// The arithmetic of a rollout: which ReplicaSet is scaled to what in one sync. Stands for deployment/rolling.go, recreate.go and the proportions of sync.go.
import type { Deployment, ReplicaSet } from '../apply/object-workloads'

export const DESIRED = 'deployment.kubernetes.io/desired-replicas'
export const MAX = 'deployment.kubernetes.io/max-replicas'

/** One ReplicaSet and the number of replicas it is to have. */
export interface Scaling {
  readonly rs: ReplicaSet
  readonly to: number
}

/** maxSurge rounded up and maxUnavailable rounded down to pods; never both 0. */
export function limits(d: Deployment): { readonly surge: number; readonly unavailable: number } {
  if (d.spec.strategy?.type === 'Recreate') return { surge: 0, unavailable: 0 }
  const { maxSurge = '25%', maxUnavailable = '25%' } = d.spec.strategy?.rollingUpdate ?? {}
  const surge = pods(maxSurge, d.spec.replicas, Math.ceil)
  const unavailable = pods(maxUnavailable, d.spec.replicas, Math.floor)
  return surge === 0 && unavailable === 0
    ? { surge, unavailable: Math.min(1, d.spec.replicas) }
    : { surge, unavailable: Math.min(unavailable, d.spec.replicas) }
}

function pods(value: number | string, replicas: number, round: (n: number) => number): number {
  if (typeof value === 'number') return value
  return value.endsWith('%') ? round((Number.parseInt(value, 10) * replicas) / 100) : Number(value)
}

const sum = (sets: readonly ReplicaSet[], of: (rs: ReplicaSet) => number): number => sets.reduce((total, rs) => total + of(rs), 0)
const wanted = (rs: ReplicaSet): number => rs.spec.replicas
const available = (rs: ReplicaSet): number => rs.status?.availableReplicas ?? 0

/** How many replicas the new set may have now, given what the old ones have; `current` undefined: it is being made. */
export function sizeOfNew(d: Deployment, current: ReplicaSet | undefined, old: readonly ReplicaSet[]): number {
  const own = current === undefined ? 0 : wanted(current)
  if (d.spec.strategy?.type === 'Recreate') return d.spec.replicas
  const room = d.spec.replicas + limits(d).surge - own - sum(old, wanted)
  return room <= 0 ? own : own + Math.min(room, d.spec.replicas - own)
}

/** The next step of a RollingUpdate: the new set up, or old sets (oldest first) down; empty when there is nothing to do now. */
export function rollingStep(d: Deployment, current: ReplicaSet, old: readonly ReplicaSet[]): readonly Scaling[] {
  const desired = d.spec.replicas
  if (wanted(current) > desired) return [{ rs: current, to: desired }]
  const up = sizeOfNew(d, current, old)
  if (wanted(current) < desired && up !== wanted(current)) return [{ rs: current, to: up }]
  const active = old.filter(rs => wanted(rs) > 0)
  const minAvailable = desired - limits(d).unavailable
  const room = wanted(current) + sum(old, wanted) - minAvailable - (wanted(current) - available(current))
  if (active.length === 0 || room <= 0) return []
  const sizes = new Map(active.map(rs => [rs, wanted(rs)]))
  const unhealthy = shrink(sizes, room, rs => Math.max(0, wanted(rs) - available(rs)))
  const spare = available(current) + sum(old, available) - minAvailable
  return [...unhealthy, ...shrink(sizes, Math.max(0, spare), rs => sizes.get(rs)!)]
}

/** Takes up to `room` pods from the sets in their order, from each no more than `most`. */
function shrink(sizes: Map<ReplicaSet, number>, room: number, most: (rs: ReplicaSet) => number): readonly Scaling[] {
  const steps: Scaling[] = []
  let left = room
  for (const [rs, size] of [...sizes]) {
    const fewer = Math.min(left, most(rs))
    if (fewer <= 0) continue
    left -= fewer
    sizes.set(rs, size - fewer)
    steps.push({ rs, to: size - fewer })
  }
  return steps
}

/** The first step of Recreate: every old set to 0. */
export const recreateDown = (old: readonly ReplicaSet[]): readonly Scaling[] => old.filter(rs => wanted(rs) > 0).map(rs => ({ rs, to: 0 }))

/** What a change of `replicas` alone means for the sets: the only active one takes all, several share in proportion. */
export function proportional(d: Deployment, current: ReplicaSet | undefined, old: readonly ReplicaSet[]): readonly Scaling[] {
  const active = [...old, ...(current ? [current] : [])].filter(rs => wanted(rs) > 0)
  const only = active.length === 1 ? active[0] : active.length === 0 ? (current ?? old.at(-1)) : undefined
  if (only !== undefined) return wanted(only) === d.spec.replicas ? [] : [{ rs: only, to: d.spec.replicas }]
  if (active.length === 0) return []
  if (current !== undefined && isSaturated(d, current)) return recreateDown(old)
  if (d.spec.strategy?.type === 'Recreate') return []
  return shared(d, active)
}

const isSaturated = (d: Deployment, rs: ReplicaSet): boolean =>
  wanted(rs) === d.spec.replicas && available(rs) === d.spec.replicas && Number(rs.metadata.annotations?.[DESIRED]) === d.spec.replicas

function shared(d: Deployment, active: readonly ReplicaSet[]): readonly Scaling[] {
  const allowed = d.spec.replicas > 0 ? d.spec.replicas + limits(d).surge : 0
  const add = allowed - sum(active, wanted)
  const age = (rs: ReplicaSet) => active.indexOf(rs)
  const sorted = [...active].sort((a, b) => wanted(b) - wanted(a) || (add > 0 ? age(b) - age(a) : age(a) - age(b)))
  let added = 0
  const sizes = sorted.map(rs => {
    const part = add === 0 || add === added ? 0 : portion(d, rs, add, added)
    added += part
    return { rs, to: wanted(rs) + part }
  })
  return sizes.map(({ rs, to }, i) => ({ rs, to: i === 0 && add !== 0 ? Math.max(0, to + add - added) : to }))
}

function portion(d: Deployment, rs: ReplicaSet, add: number, added: number): number {
  const fraction = d.spec.replicas === 0 ? -wanted(rs) : share(d, rs)
  return add > 0 ? Math.min(fraction, add - added) : Math.max(fraction, add - added)
}

function share(d: Deployment, rs: ReplicaSet): number {
  const before = Number(rs.metadata.annotations?.[MAX] ?? d.status?.replicas ?? 0)
  if (before === 0) return 0
  const exact = (wanted(rs) * (d.spec.replicas + limits(d).surge)) / before
  return Math.sign(exact) * Math.round(Math.abs(exact)) - wanted(rs)
}
