// How important a pod is. Stands for Priority admission with the two classes that every cluster has; no other class is modelled.
import type { Pod } from '../apply/object'

const SYSTEM_PRIORITIES: Readonly<Record<string, number>> = {
  'system-node-critical': 2_000_001_000,
  'system-cluster-critical': 2_000_000_000,
}

/** The greater, the more important; 0 for pods that say nothing. */
export function priorityOf(pod: Pod): number {
  const { priority, priorityClassName = '' } = pod.spec as { readonly priority?: number; readonly priorityClassName?: string }
  return priority ?? (Object.hasOwn(SYSTEM_PRIORITIES, priorityClassName) ? SYSTEM_PRIORITIES[priorityClassName]! : 0)
}
