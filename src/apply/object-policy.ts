// LimitRanges as hopspec holds them: decoded, defaulted, in the API's own field names.
import type { KubeObject } from './object'
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
