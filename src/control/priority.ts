// How important a pod is. Stands for Priority admission: the number of its class, of the default class, or 0. Two classes are in every cluster.
import type { KubeObject, Pod } from '../apply/object'
import type { PriorityClass } from '../apply/object-policy'
import { SYSTEM_CLASSES } from '../apply/validate-disruption'
import { objectOf, objectsOf, type State } from '../cluster/state'
import { isGiven } from './given'

interface Asked {
  readonly priority?: number
  readonly priorityClassName?: string
  readonly preemptionPolicy?: string
}

type ClassFacts = Pick<PriorityClass, 'value' | 'preemptionPolicy'>

const systemClass = (name: string): ClassFacts | undefined => (Object.hasOwn(SYSTEM_CLASSES, name) ? SYSTEM_CLASSES[name] : undefined)

const classOf = (state: State, name: string): ClassFacts | undefined => objectOf(state, 'PriorityClass', name) ?? systemClass(name)

/** The class of pods that name none: the lowest of those that say so. */
const defaultClass = (state: State): PriorityClass | undefined =>
  objectsOf(state, 'PriorityClass')
    .filter(c => c.globalDefault)
    .sort((a, b) => a.value - b.value)[0]

/** The greater, the more important; 0 for pods that say nothing. */
export function priorityOf(pod: Pod): number {
  const { priority, priorityClassName = '' } = pod.spec as Asked
  return priority ?? systemClass(priorityClassName)?.value ?? 0
}

/** What admission writes into a pod. */
export function admittedPriority(state: State, pod: Pod): Asked & { readonly priority: number } {
  const { priority, priorityClassName = '', preemptionPolicy } = pod.spec as Asked
  const byDefault = priorityClassName === '' ? defaultClass(state) : undefined
  const found = byDefault ?? classOf(state, priorityClassName)
  return {
    priority: found?.value ?? priority ?? 0,
    ...(byDefault === undefined ? {} : { priorityClassName: byDefault.metadata.name }),
    preemptionPolicy: found?.preemptionPolicy ?? preemptionPolicy ?? 'PreemptLowerPriority',
  }
}

/** Why a pod is not let in: its class is unknown, or it says another number or policy than its class; behind `is forbidden: `. */
export function priorityRefusal(state: State, pod: Pod): string | undefined {
  const { priority, priorityClassName = '', preemptionPolicy } = (pod.spec ?? {}) as Asked
  const found = priorityClassName === '' ? (defaultClass(state) ?? { value: 0 }) : classOf(state, priorityClassName)
  if (found === undefined) return isGiven(state, pod) ? undefined : `no PriorityClass with name ${priorityClassName} was found`
  const { value, preemptionPolicy: policy = 'PreemptLowerPriority' } = found
  const must = (what: string, given: unknown, computed: unknown): string =>
    `the ${what} (${given}) must not be provided in pod spec; priority admission controller computed ${computed} from the given PriorityClass name`
  if (priority !== undefined && priority !== value) return must('integer value of priority', priority, value)
  return preemptionPolicy !== undefined && preemptionPolicy !== policy
    ? must('string value of PreemptionPolicy', preemptionPolicy, policy)
    : undefined
}

/** Why a second default class is refused. */
export function classRefusal(state: State, object: KubeObject): string | undefined {
  const other = (object as PriorityClass).globalDefault ? defaultClass(state) : undefined
  if (other === undefined || other.metadata.name === object.metadata.name) return undefined
  return `PriorityClass ${other.metadata.name} is already marked as default. Only one default can exist`
}
