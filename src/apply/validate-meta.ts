// Validation of what all objects share: names, labels, annotations, owners, and label selectors.
import { type FieldError, forbidden, invalid, required, tooLong, unsupported } from './field-error'
import { isModelled, MODELLED } from './kind'
import type { Loose } from './loose'
import {
  dns1035Label,
  dns1123Label,
  dns1123Subdomain,
  labelValue,
  nonNegative,
  pathSegment,
  qualifiedName,
  type Rule,
  strictIp,
} from './names'
import type { Path } from './path'

/** Every complaint of a rule as an error at a path. */
export const ruled = (path: Path, value: string, rule: Rule): FieldError[] => rule(value).map(detail => invalid(path, value, detail))

const NAME_RULES: Readonly<Record<string, Rule>> = {
  Service: dns1035Label,
  Namespace: dns1123Label,
  StatefulSet: dns1123Label,
  IPAddress: strictIp,
  PodDisruptionBudget: pathSegment,
  Role: pathSegment,
  RoleBinding: pathSegment,
  ClusterRole: pathSegment,
  ClusterRoleBinding: pathSegment,
  ReplicationController: text => dns1123Subdomain(text).map(wrong => wrong.replace(/characters$/, 'bytes')),
}
/** What stands in a name's prefix before the generated letters. */
export const prefixed = (text: string): string => (text.length > 1 ? text.replace(/.-$/, 'a') : text)

/** Metadata of a new object, or of one that replaces another. */
export function validateMeta(kind: string, meta: Loose): FieldError[] {
  const rule = NAME_RULES[kind] ?? dns1123Subdomain
  const errors: FieldError[] = []
  if (meta.generateName && kind !== 'ReplicationController')
    errors.push(...rule(prefixed(meta.generateName)).map(detail => invalid(['metadata', 'generateName'], meta.generateName, detail)))
  if (!meta.name && !meta.generateName) errors.push(required(['metadata', 'name'], 'name or generateName is required'))
  else if (meta.name) errors.push(...ruled(['metadata', 'name'], meta.name, rule))
  if (meta.namespace && isNamespaced(kind)) errors.push(...ruled(['metadata', 'namespace'], meta.namespace, dns1123Label))
  errors.push(...generationErrors(kind, meta.generation), ...validateLabels(['metadata', 'labels'], meta.labels))
  errors.push(...validateAnnotations(['metadata', 'annotations'], meta.annotations))
  errors.push(...validateOwners(meta.ownerReferences ?? []))
  return [...errors, ...validateFinalizers(meta.finalizers ?? [], kind !== 'PodDisruptionBudget')]
}

/** Kinds whose first generation is the server's business, whatever a manifest says. */
const COUNTS_GENERATIONS = new Set([
  ...['Pod', 'ReplicationController', 'ReplicaSet', 'Deployment', 'StatefulSet', 'DaemonSet', 'Job', 'CronJob'],
  ...['EndpointSlice', 'Ingress', 'IngressClass', 'NetworkPolicy', 'PodTemplate', 'PodDisruptionBudget', 'PriorityClass'],
])
const generationErrors = (kind: string, generation: number | undefined): FieldError[] =>
  generation !== undefined && generation < 0 && !COUNTS_GENERATIONS.has(kind)
    ? [invalid(['metadata', 'generation'], generation, nonNegative)]
    : []

const isNamespaced = (kind: string): boolean => !isModelled(kind) || MODELLED[kind].namespaced
const MOST_ANNOTATION_BYTES = 256 * 1024

/** Keys of annotations, and how large they are together. */
export function validateAnnotations(path: Path, annotations: Loose | undefined): FieldError[] {
  if (annotations === undefined) return []
  let bytes = 0
  const errors: FieldError[] = []
  for (const key of Object.keys(annotations).sort()) {
    errors.push(...qualifiedName(key.toLowerCase()).map(detail => invalid(path, key, detail)))
    bytes += key.length + String(annotations[key]).length
  }
  return bytes > MOST_ANNOTATION_BYTES ? [...errors, tooLong(path, MOST_ANNOTATION_BYTES)] : errors
}

function validateOwners(owners: readonly Loose[]): FieldError[] {
  const path = ['metadata', 'ownerReferences']
  let first: Loose | undefined
  return owners.flatMap(owner => {
    const errors = validateOwner(path, owner)
    if (owner.controller !== true) return errors
    const both = first && `${first.kind ?? ''}/${first.name ?? ''} and ${owner.kind ?? ''}/${owner.name ?? ''}`
    first ??= owner
    if (both === undefined) return errors
    const text = `Only one reference can have Controller set to true. Found "true" in references for ${both}`
    return [...errors, invalid(path, owners, text)]
  })
}

/** What a namespace waits for before it ends. */
export const validateNamespace = (object: Loose): FieldError[] =>
  ((object.spec?.finalizers ?? []) as string[]).flatMap(name => {
    const path = ['spec', 'finalizers']
    const errors = ruled(path, name, qualifiedName)
    if (name.includes('/') || NAMESPACE_FINALIZERS.includes(name)) return errors
    return [...errors, invalid(path, name, 'name is neither a standard finalizer name nor is it fully qualified')]
  })
const NAMESPACE_FINALIZERS = ['kubernetes', 'orphan', 'foregroundDeletion']

/** `named`: whether a name has to be a standard one, or of somebody's domain. */
function validateFinalizers(finalizers: readonly string[], named: boolean): FieldError[] {
  const path = ['metadata', 'finalizers']
  const errors = finalizers.flatMap(name => ruled(path, name, qualifiedName))
  if (finalizers.includes('orphan') && finalizers.includes('foregroundDeletion'))
    errors.push(invalid(path, finalizers, 'finalizer orphan and foregroundDeletion cannot be both set'))
  for (const [i, name] of finalizers.entries())
    if (named && !name.includes('/') && !NAMESPACE_FINALIZERS.includes(name))
      errors.push(invalid([...path, i], name, 'name is neither a standard finalizer name nor is it fully qualified'))
  return errors
}

function validateOwner(path: Path, owner: Loose): FieldError[] {
  const version = String(owner.apiVersion ?? '').split('/')
  const readable = version.length <= 2 && version.at(-1) !== ''
  const empty = (field: string): FieldError[] => (owner[field] ? [] : [invalid([...path, field], owner[field] ?? '', 'must not be empty')])
  return [
    ...(readable ? [] : [invalid([...path, 'apiVersion'], owner.apiVersion ?? '', 'version must not be empty')]),
    ...empty('kind'),
    ...empty('name'),
    ...empty('uid'),
    ...(owner.apiVersion === 'v1' && owner.kind === 'Event'
      ? [invalid(path, owner, '/v1, Kind=Event is disallowed from being an owner')]
      : []),
  ]
}

export function validateLabels(path: Path, labels: Loose | undefined): FieldError[] {
  return Object.entries(labels ?? {})
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([key, value]) => [...ruled(path, key, qualifiedName), ...ruled(path, value as string, labelValue)])
}

/** A map in the order in which the API server prints it. */
export const printedLabels = (labels: Loose): Loose => Object.fromEntries(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)))

/** A selector in the order in which the API server prints it. */
export const printedSelector = (selector: Loose): Loose => ({
  ...(Object.keys(selector.matchLabels ?? {}).length > 0 && { matchLabels: printedLabels(selector.matchLabels) }),
  ...((selector.matchExpressions ?? []).length > 0 && {
    matchExpressions: selector.matchExpressions.map((e: Loose) => ({
      key: e.key ?? '',
      operator: e.operator ?? '',
      ...((e.values ?? []).length > 0 && { values: e.values }),
    })),
  }),
})

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
  else if (!OPERATORS.includes(e.operator)) errors.push(invalid([...path, 'operator'], e.operator ?? '', 'not a valid selector operator'))
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

/** An error unless the word is one of the supported ones; an empty word too, where the API keeps it apart from none. */
export const wordOf = (path: Path, value: string | undefined, supported: readonly string[]): FieldError[] =>
  value === undefined || supported.includes(value) ? [] : [unsupported(path, value, supported)]

/** An error unless the word is one of the supported ones. */
export const oneOf = (path: Path, value: string | undefined, supported: readonly string[]): FieldError[] =>
  value !== undefined && value !== '' && !supported.includes(value) ? [unsupported(path, value, supported)] : []
