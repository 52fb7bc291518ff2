// Validation of PodDisruptionBudgets and PriorityClasses.
import { type FieldError, forbidden, invalid, required, unsupported } from './field-error'
import type { Loose } from './loose'
import { printedSelector, validateLabelSelector } from './validate-meta'
import { notOverAll, validateCount } from './validate-workload'

const UNHEALTHY = ['AlwaysAllow', 'IfHealthyBudget']

export function validateBudget(object: Loose): FieldError[] {
  const spec: Loose = object.spec ?? {}
  const { minAvailable, maxUnavailable, selector, unhealthyPodEvictionPolicy: policy } = spec
  const counted = (field: string, value: unknown): FieldError[] =>
    value === undefined ? [] : [...validateCount(['spec', field], value), ...notOverAll(['spec', field], value)]
  return [
    ...(minAvailable !== undefined && maxUnavailable !== undefined
      ? [invalid(['spec'], shape(spec), 'minAvailable and maxUnavailable cannot be both set')]
      : []),
    ...counted('minAvailable', minAvailable),
    ...counted('maxUnavailable', maxUnavailable),
    ...validateLabelSelector(['spec', 'selector'], selector),
    ...(policy === undefined || UNHEALTHY.includes(policy) ? [] : [unsupported(['spec', 'unhealthyPodEvictionPolicy'], policy, UNHEALTHY)]),
  ]
}

/** A budget as Go prints its internal type. */
const shape = ({ minAvailable, maxUnavailable, selector, unhealthyPodEvictionPolicy }: Loose): object => ({
  MinAvailable: minAvailable,
  Selector: selector === undefined ? null : printedSelector(selector),
  MaxUnavailable: maxUnavailable,
  UnhealthyPodEvictionPolicy: unhealthyPodEvictionPolicy ?? null,
})

/** The two classes that every cluster has, and their values. */
export const SYSTEM_CLASSES: Readonly<Record<string, { readonly value: number; readonly description: string }>> = {
  'system-cluster-critical': {
    value: 2_000_000_000,
    description: 'Used for system critical pods that must run in the cluster, but can be moved to another node if necessary.',
  },
  'system-node-critical': {
    value: 2_000_001_000,
    description: 'Used for system critical pods that must not be moved from their current node.',
  },
}
const HIGHEST = 1_000_000_000
const POLICIES = ['PreemptLowerPriority', 'Never']

export function validatePriorityClass(object: Loose): FieldError[] {
  const name: string = object.metadata?.name ?? ''
  const value: number = object.value ?? 0
  const policy: string | undefined = object.preemptionPolicy
  const why = systemError(name, value, object.globalDefault === true)
  const reserved = `priority class names with 'system-' prefix are reserved for system use only. error: ${why}`
  return [
    ...(why === undefined ? [] : [forbidden(['metadata', 'name'], reserved)]),
    ...(!name.startsWith('system-') && value > HIGHEST
      ? [forbidden(['value'], `maximum allowed value of a user defined priority is ${HIGHEST}`)]
      : []),
    ...(policy === ''
      ? [required(['preemptionPolicy'])]
      : policy === undefined || POLICIES.includes(policy)
        ? []
        : [unsupported(['preemptionPolicy'], policy, POLICIES)]),
  ]
}

/** Why a name of the system's is not free; undefined for others, and for its own classes. */
function systemError(name: string, value: number, globalDefault: boolean): string | undefined {
  if (!name.startsWith('system-')) return undefined
  const known = Object.hasOwn(SYSTEM_CLASSES, name) ? SYSTEM_CLASSES[name] : undefined
  if (known === undefined) return `${name} is not a known system priority class`
  if (known.value !== value) return `value of ${name} PriorityClass must be ${known.value}`
  return globalDefault ? `globalDefault of ${name} PriorityClass must be false` : undefined
}
