// How important a pod is. Stands for Priority admission with the two classes that every cluster has; no other class is modelled.
import type { Pod } from '../apply/object'

const SYSTEM_PRIORITIES: Readonly<Record<string, number>> = {
  'system-node-critical': 2_000_001_000,
  'system-cluster-critical': 2_000_000_000,
}

interface Asked {
  readonly priority?: number
  readonly priorityClassName?: string
}

const ofClass = (name = ''): number | undefined =>
  name === '' ? 0 : Object.hasOwn(SYSTEM_PRIORITIES, name) ? SYSTEM_PRIORITIES[name] : undefined

/** The greater, the more important; 0 for pods that say nothing. */
export function priorityOf(pod: Pod): number {
  const { priority, priorityClassName } = pod.spec as Asked
  return priority ?? ofClass(priorityClassName) ?? 0
}

/** Why a pod is not let in: its class is unknown, or it names another number than its class has. */
export function priorityRefusal(pod: Pod): string | undefined {
  const { priority, priorityClassName } = (pod.spec ?? {}) as Asked
  const of = ofClass(priorityClassName)
  const forbidden = `pods "${pod.metadata.name || (pod.metadata.generateName ?? '')}" is forbidden: `
  if (of === undefined) return `${forbidden}no PriorityClass with name ${priorityClassName} was found`
  if (priority === undefined || priority === of) return undefined
  return `${forbidden}the integer value of priority (${priority}) must not be provided in pod spec; priority admission controller computed ${of} from the given PriorityClass name`
}
