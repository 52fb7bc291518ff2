// Questions about one pod that several controllers ask.
import type { Condition, Pod } from '../apply/object'
import { sharing } from '../cluster/sharing'

/** Neither finished nor on its way out: what workload controllers count. */
export const isActive = (pod: Pod): boolean => pod.metadata.deletionTimestamp === undefined && !isFinished(pod)

export const isFinished = (pod: Pod): boolean => pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed'

const shared = sharing<Condition>()

/** The condition since that moment; pods for which the same holds share it. */
export function conditionSince(condition: Condition, lastTransitionTime: string): Condition {
  const { type, status, reason = '', message = '' } = condition
  return shared(`${type} ${status} ${lastTransitionTime} ${reason} ${message}`, () => ({ ...condition, lastTransitionTime }))
}

/** A loop and no closure: asked of every pod of a workload, again and again. */
export function conditionOf(pod: Pod, type: string): Condition | undefined {
  for (const condition of pod.status?.conditions ?? []) if (condition.type === type) return condition
  return undefined
}

/** Its condition Ready is True. */
export const isReady = (pod: Pod): boolean => conditionOf(pod, 'Ready')?.status === 'True'

/** All its addresses, the first one the primary. */
export function podIPs(pod: Pod): readonly string[] {
  const ips = pod.status?.podIPs?.map(p => p.ip) ?? []
  return ips.length > 0 ? ips : pod.status?.podIP ? [pod.status.podIP] : []
}

/** Whether a write changed anything that those who count pods look at: existence, labels, owner, phase, readiness, addresses, node, being deleted. */
export function countsDiffer(old: Pod | undefined, now: Pod): boolean {
  if (old === undefined || old.metadata.labels !== now.metadata.labels || old.metadata.ownerReferences !== now.metadata.ownerReferences)
    return true
  if (old.metadata.deletionTimestamp !== now.metadata.deletionTimestamp || old.status?.phase !== now.status?.phase) return true
  return isReady(old) !== isReady(now) || podIPs(old).join() !== podIPs(now).join()
}
