// ResourceQuotas as hopspec holds them: decoded, defaulted, in the API's own field names.
import type { KubeObject } from './object'

/** Resource name → quantity: `pods` → `10`, `requests.cpu` → `500m`. */
export type Amounts = Readonly<Record<string, string>>

export interface ResourceQuota extends KubeObject {
  readonly kind: 'ResourceQuota'
  readonly spec?: {
    readonly hard?: Amounts
    readonly scopes?: readonly string[]
    readonly scopeSelector?: {
      readonly matchExpressions?: readonly { readonly scopeName: string; readonly operator: string; readonly values?: readonly string[] }[]
    }
  }
  readonly status?: { readonly hard?: Amounts; readonly used?: Amounts }
}
