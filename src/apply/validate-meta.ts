// Validation of what all objects share: names, labels, annotations, owners, and label selectors.
import { duplicate, type FieldError, forbidden, invalid, required, unsupported } from './field-error'
import type { Loose } from './loose'
import { dns1035Label, dns1123Label, dns1123Subdomain, labelValue, qualifiedName, type Rule } from './names'
import type { Path } from './path'

/** Every complaint of a rule as an error at a path. */
export const ruled = (path: Path, value: string, rule: Rule): FieldError[] => rule(value).map(detail => invalid(path, value, detail))

const NAME_RULES: Readonly<Record<string, Rule>> = { Service: dns1035Label, Namespace: dns1123Label }
const CLUSTER_SCOPED = new Set(['Namespace', 'Node'])

export function validateMeta(kind: string, meta: Loose): FieldError[] {
  const rule = NAME_RULES[kind] ?? dns1123Subdomain
  const errors: FieldError[] = []
  if (meta.generateName) errors.push(...ruled(['metadata', 'generateName'], meta.generateName, text => rule(text.replace(/-$/, 'a'))))
  if (!meta.name && !meta.generateName) errors.push(required(['metadata', 'name'], 'name or generateName is required'))
  else if (meta.name) errors.push(...ruled(['metadata', 'name'], meta.name, rule))
  if (CLUSTER_SCOPED.has(kind)) {
    if (meta.namespace) errors.push(forbidden(['metadata', 'namespace'], 'not allowed on this type'))
  } else if (meta.namespace) errors.push(...ruled(['metadata', 'namespace'], meta.namespace, dns1123Label))
  errors.push(...validateLabels(['metadata', 'labels'], meta.labels))
  for (const key of Object.keys(meta.annotations ?? {}).sort())
    errors.push(...ruled(['metadata', 'annotations'], key, text => qualifiedName(text.toLowerCase())).map(e => ({ ...e, value: key })))
  for (const owner of meta.ownerReferences ?? []) errors.push(...validateOwner(owner))
  return errors
}

function validateOwner(owner: Loose): FieldError[] {
  const path = ['metadata', 'ownerReferences']
  const empty = (field: string, detail = 'must not be empty'): FieldError[] =>
    owner[field] ? [] : [invalid([...path, field], owner[field] ?? '', detail)]
  return [...empty('apiVersion', 'version must not be empty'), ...empty('kind'), ...empty('name'), ...empty('uid')]
}

export function validateLabels(path: Path, labels: Loose | undefined): FieldError[] {
  return Object.entries(labels ?? {})
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([key, value]) => [...ruled(path, key, qualifiedName), ...ruled(path, value as string, labelValue)])
}

const OPERATORS = ['In', 'NotIn', 'Exists', 'DoesNotExist']

export function validateLabelSelector(path: Path, selector: Loose | undefined): FieldError[] {
  if (!selector) return []
  const errors = validateLabels([...path, 'matchLabels'], selector.matchLabels)
  for (const [i, e] of (selector.matchExpressions ?? []).entries()) errors.push(...validateRequirement([...path, 'matchExpressions', i], e))
  return errors
}

function validateRequirement(path: Path, e: Loose): FieldError[] {
  const errors: FieldError[] = []
  const values: string[] = e.values ?? []
  if ((e.operator === 'In' || e.operator === 'NotIn') && values.length === 0)
    errors.push(required([...path, 'values'], "must be specified when `operator` is 'In' or 'NotIn'"))
  else if ((e.operator === 'Exists' || e.operator === 'DoesNotExist') && values.length > 0)
    errors.push(forbidden([...path, 'values'], "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"))
  else if (!OPERATORS.includes(e.operator)) errors.push(invalid([...path, 'operator'], e.operator, 'not a valid selector operator'))
  errors.push(...ruled([...path, 'key'], e.key ?? '', qualifiedName))
  for (const [i, value] of values.entries()) errors.push(...ruled([...path, 'values', i], value, labelValue))
  return errors
}

/** Whether labels fulfil a selector; nothing for one that is itself wrong. */
export function selects(selector: Loose, labels: Loose): boolean {
  const matches = (e: Loose): boolean => {
    const has = Object.hasOwn(labels, e.key)
    if (e.operator === 'Exists') return has
    if (e.operator === 'DoesNotExist') return !has
    return e.operator === 'In' ? has && e.values.includes(labels[e.key]) : !has || !e.values.includes(labels[e.key])
  }
  return Object.entries(selector.matchLabels ?? {}).every(([k, v]) => labels[k] === v) && (selector.matchExpressions ?? []).every(matches)
}

/** The names of a list that occur a second time. */
export function duplicateNames(path: Path, items: readonly Loose[], field: string): FieldError[] {
  const seen = new Set<string>()
  return items.flatMap((item, i) => {
    const value = item[field]
    if (!value) return []
    if (seen.has(value)) return [duplicate([...path, i, field], value)]
    seen.add(value)
    return []
  })
}

/** An error unless the word is one of the supported ones. */
export const oneOf = (path: Path, value: string | undefined, supported: readonly string[]): FieldError[] =>
  value !== undefined && !supported.includes(value) ? [unsupported(path, value, supported)] : []
