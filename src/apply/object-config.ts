// Secrets as hopspec holds them: decoded, defaulted, in the API's own field names.
import type { KubeObject } from './object'

export interface Secret extends KubeObject {
  readonly kind: 'Secret'
  readonly type?: string
  /** In base64. */
  readonly data?: Readonly<Record<string, string>>
  readonly immutable?: boolean
}
