// LimitRanges, PodDisruptionBudgets and PriorityClasses as hopspec holds them: decoded, defaulted, in the API's own field names.
import type { Condition, KubeObject, LabelSelector } from './object'
import type { Amounts } from './object-quota'

export interface LimitRangeItem {
  readonly type: string
  readonly min?: Amounts
  readonly max?: Amounts
  /** The limit of a container that says none. */
  readonly default?: Amounts
  readonly defaultRequest?: Amounts
  readonly maxLimitRequestRatio?: Amounts
}

export interface LimitRange extends KubeObject {
  readonly kind: 'LimitRange'
  readonly spec?: { readonly limits?: readonly LimitRangeItem[] | null }
}

export interface PodDisruptionBudget extends KubeObject {
  readonly kind: 'PodDisruptionBudget'
  readonly spec?: {
    readonly minAvailable?: number | string
    readonly maxUnavailable?: number | string
    readonly selector?: LabelSelector
    readonly unhealthyPodEvictionPolicy?: 'IfHealthyBudget' | 'AlwaysAllow'
  }
  readonly status?: {
    readonly disruptionsAllowed: number
    readonly currentHealthy: number
    readonly desiredHealthy: number
    readonly expectedPods: number
    /** Pods whose eviction was let through and that are not gone yet: name → when. */
    readonly disruptedPods?: Readonly<Record<string, string>>
    readonly observedGeneration?: number
    readonly conditions?: readonly (Condition & { readonly observedGeneration?: number })[]
  }
}

export interface PriorityClass extends KubeObject {
  readonly kind: 'PriorityClass'
  readonly value: number
  readonly globalDefault?: boolean
  readonly description?: string
  readonly preemptionPolicy?: 'Never' | 'PreemptLowerPriority'
}
