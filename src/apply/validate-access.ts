// Validation of Roles, ClusterRoles and their bindings.
import { type FieldError, invalid, required, unsupported } from './field-error'
import type { Loose } from './loose'
import { dns1123Subdomain, pathSegment } from './names'
import type { Path } from './path'
import { ruled, validateLabelSelector } from './validate-meta'

const GROUP = 'rbac.authorization.k8s.io'

const validateRules = (rules: readonly Loose[], namespaced: boolean): FieldError[] =>
  rules.flatMap((rule, i) => validateRule(['rules', i], rule, namespaced))

function validateRule(path: Path, rule: Loose, namespaced: boolean): FieldError[] {
  const has = (field: string): boolean => (rule[field] ?? []).length > 0
  const verbs = has('verbs') ? [] : [required([...path, 'verbs'], 'verbs must contain at least one value')]
  if (has('nonResourceURLs')) {
    const wrong = (text: string): FieldError => invalid([...path, 'nonResourceURLs'], rule.nonResourceURLs, text)
    const both = has('apiGroups') || has('resources') || has('resourceNames')
    return [
      ...verbs,
      ...(namespaced ? [wrong('namespaced rules cannot apply to non-resource URLs')] : []),
      ...(both ? [wrong('rules cannot apply to both regular resources and non-resource URLs')] : []),
    ]
  }
  return [
    ...verbs,
    ...(has('apiGroups') ? [] : [required([...path, 'apiGroups'], 'resource rules must supply at least one api group')]),
    ...(has('resources') ? [] : [required([...path, 'resources'], 'resource rules must supply at least one resource')]),
  ]
}

export const validateRole = (object: Loose): FieldError[] => validateRules(object.rules ?? [], true)

export function validateClusterRole(object: Loose): FieldError[] {
  const selectors: readonly Loose[] = object.aggregationRule?.clusterRoleSelectors ?? []
  const at = ['aggregationRule', 'clusterRoleSelectors']
  return [
    ...validateRules(object.rules ?? [], false),
    ...(object.aggregationRule !== undefined && selectors.length === 0
      ? [required(at, 'at least one clusterRoleSelector required if aggregationRule is non-nil')]
      : []),
    ...selectors.flatMap((selector, i) => {
      const wrong = validateLabelSelector([...at, i], selector)
      return wrong.length === 0 ? wrong : [...wrong, invalid([...at, i], null, 'invalid label selector.')]
    }),
  ]
}

const validateBinding =
  (kinds: readonly string[], namespaced: boolean) =>
  (object: Loose): FieldError[] => {
    const { apiGroup = '', kind = '', name = '' } = object.roleRef ?? {}
    return [
      ...(apiGroup === GROUP ? [] : [unsupported(['roleRef', 'apiGroup'], apiGroup, [GROUP])]),
      ...(kinds.includes(kind) ? [] : [unsupported(['roleRef', 'kind'], kind, kinds)]),
      ...(name === '' ? [required(['roleRef', 'name'])] : ruled(['roleRef', 'name'], name, pathSegment)),
      ...((object.subjects ?? []) as Loose[]).flatMap((subject, i) => validateSubject(['subjects', i], subject, namespaced)),
    ]
  }

export const validateRoleBinding = validateBinding(['Role', 'ClusterRole'], true)
export const validateClusterRoleBinding = validateBinding(['ClusterRole'], false)

function validateSubject(path: Path, subject: Loose, namespaced: boolean): FieldError[] {
  const { kind = '', name = '', namespace = '', apiGroup = '' } = subject
  const errors = name === '' ? [required([...path, 'name'])] : []
  switch (kind) {
    case 'ServiceAccount':
      return [
        ...errors,
        ...(name === '' ? [] : ruled([...path, 'name'], name, dns1123Subdomain)),
        ...(apiGroup === '' ? [] : [unsupported([...path, 'apiGroup'], apiGroup, [''])]),
        ...(namespaced || namespace !== '' ? [] : [required([...path, 'namespace'])]),
      ]
    case 'User':
    case 'Group':
      return apiGroup === GROUP ? errors : [...errors, unsupported([...path, 'apiGroup'], apiGroup, [GROUP])]
    default:
      return [...errors, unsupported([...path, 'kind'], kind, ['ServiceAccount', 'User', 'Group'])]
  }
}

/** A binding keeps its role. */
export const bindingChanges = (before: Loose, after: Loose): FieldError[] => {
  const shape = ({ apiGroup = '', kind = '', name = '' }: Loose): object => ({ APIGroup: apiGroup, Kind: kind, Name: name })
  const [had, has] = [shape(before.roleRef ?? {}), shape(after.roleRef ?? {})]
  return JSON.stringify(had) === JSON.stringify(has) ? [] : [invalid(['roleRef'], has, 'cannot change roleRef')]
}

/** A binding says of whose API group its role and its subjects are. */
export function bindingDefaults(object: Loose): void {
  object.roleRef ??= {}
  object.roleRef.apiGroup ||= GROUP
  for (const subject of object.subjects ?? []) if (subject.kind === 'User' || subject.kind === 'Group') subject.apiGroup ||= GROUP
}
