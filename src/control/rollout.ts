// The arithmetic of a rollout: which ReplicaSet is scaled to what in one sync. Stands for deployment/rolling.go and recreate.go.
import type { Deployment, ReplicaSet } from '../apply/object'

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
  return surge === 0 && unavailable === 0 ? { surge, unavailable: 1 } : { surge, unavailable: Math.min(unavailable, d.spec.replicas) }
}

function pods(value: number | string, replicas: number, round: (n: number) => number): number {
  if (typeof value === 'number') return value
  return value.endsWith('%') ? round((Number.parseInt(value, 10) * replicas) / 100) : Number(value)
}

const sum = (sets: readonly ReplicaSet[], of: (rs: ReplicaSet) => number): number => sets.reduce((total, rs) => total + of(rs), 0)
const wanted = (rs: ReplicaSet): number => rs.spec.replicas
const available = (rs: ReplicaSet): number => rs.status?.availableReplicas ?? 0

/** The next step of a RollingUpdate: the new set up, or old sets (oldest first) down; empty when there is nothing to do now. */
export function rollingStep(d: Deployment, current: ReplicaSet, old: readonly ReplicaSet[]): readonly Scaling[] {
  const desired = d.spec.replicas
  const { surge, unavailable } = limits(d)
  const total = wanted(current) + sum(old, wanted)
  if (wanted(current) > desired) return [{ rs: current, to: desired }]
  if (wanted(current) < desired) {
    const to = Math.min(desired, wanted(current) + Math.max(0, desired + surge - total))
    if (to > wanted(current)) return [{ rs: current, to }]
  }
  const minAvailable = desired - unavailable
  const room = total - minAvailable - (wanted(current) - available(current))
  if (sum(old, wanted) === 0 || room <= 0) return []
  return merged([...old], scaleDownUnhealthy(old, room), availableRoom =>
    scaleDownHealthy(availableRoom, available(current) + sum(old, available) - minAvailable),
  )
}

/** First the pods of old sets that are not available, up to `room`. */
function scaleDownUnhealthy(old: readonly ReplicaSet[], room: number): ReadonlyMap<ReplicaSet, number> {
  const to = new Map<ReplicaSet, number>()
  let left = room
  for (const rs of old) {
    const unhealthy = wanted(rs) - available(rs)
    const fewer = Math.min(left, Math.max(0, unhealthy))
    to.set(rs, wanted(rs) - fewer)
    left -= fewer
  }
  return to
}

/** Then as many available ones as the Deployment can spare. */
function scaleDownHealthy(sizes: ReadonlyMap<ReplicaSet, number>, spare: number): ReadonlyMap<ReplicaSet, number> {
  const to = new Map<ReplicaSet, number>()
  let left = Math.max(0, spare)
  for (const [rs, size] of sizes) {
    const fewer = Math.min(left, size)
    to.set(rs, size - fewer)
    left -= fewer
  }
  return to
}

function merged(
  old: readonly ReplicaSet[],
  first: ReadonlyMap<ReplicaSet, number>,
  second: (sizes: ReadonlyMap<ReplicaSet, number>) => ReadonlyMap<ReplicaSet, number>,
): readonly Scaling[] {
  const sizes = second(first)
  return old.map(rs => ({ rs, to: sizes.get(rs)! })).filter(s => s.to !== s.rs.spec.replicas)
}

/** The next step of Recreate: every old set to 0, and (once their pods are gone: `current` given) the new one up. */
export function recreateStep(d: Deployment, current: ReplicaSet | undefined, old: readonly ReplicaSet[]): readonly Scaling[] {
  const down = old.filter(rs => wanted(rs) > 0).map(rs => ({ rs, to: 0 }))
  if (down.length > 0 || current === undefined) return down
  return wanted(current) === d.spec.replicas ? [] : [{ rs: current, to: d.spec.replicas }]
}
