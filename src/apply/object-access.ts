// Roles and who has them, as hopspec holds them: decoded, defaulted, in the API's own field names. Nothing is denied by them here.
import type { KubeObject } from './object'

export interface PolicyRule {
  readonly verbs: readonly string[] | null
  readonly apiGroups?: readonly string[]
  readonly resources?: readonly string[]
  readonly resourceNames?: readonly string[]
  readonly nonResourceURLs?: readonly string[]
}

interface RoleObject extends KubeObject {
  readonly rules?: readonly PolicyRule[] | null
}
export interface Role extends RoleObject {
  readonly kind: 'Role'
}
export interface ClusterRole extends RoleObject {
  readonly kind: 'ClusterRole'
}

interface BindingObject extends KubeObject {
  readonly roleRef: { readonly apiGroup?: string; readonly kind: string; readonly name: string }
  readonly subjects?: readonly { readonly kind: string; readonly name: string; readonly namespace?: string; readonly apiGroup?: string }[]
}
export interface RoleBinding extends BindingObject {
  readonly kind: 'RoleBinding'
}
export interface ClusterRoleBinding extends BindingObject {
  readonly kind: 'ClusterRoleBinding'
}
