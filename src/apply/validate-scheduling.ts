// Validation of what a pod asks of the scheduler: affinity, tolerations, topology spread.
import { duplicate, type FieldError, forbidden, invalid, required, unsupported } from './field-error'
import type { Loose } from './loose'
import { dns1123Label, dns1123Subdomain, labelValue, qualifiedName } from './names'
import type { Path } from './path'
import { ruled, validateLabelSelector } from './validate-meta'

const REQUIRED = 'requiredDuringSchedulingIgnoredDuringExecution'
const PREFERRED = 'preferredDuringSchedulingIgnoredDuringExecution'
const BAD_OPERATOR = 'not a valid selector operator'
const weight = (path: Path, value: number): FieldError[] =>
  value >= 1 && value <= 100 ? [] : [invalid([...path, 'weight'], value ?? 0, 'must be in the range 1-100')]

/** Node affinity, pod affinity, pod anti-affinity. */
export function validateAffinity(path: Path, affinity: Loose | undefined): FieldError[] {
  if (affinity === undefined) return []
  return [
    ...(affinity.nodeAffinity ? validateNodeAffinity([...path, 'nodeAffinity'], affinity.nodeAffinity) : []),
    ...(['podAffinity', 'podAntiAffinity'] as const).flatMap(name =>
      affinity[name] ? validatePodAffinity([...path, name], affinity[name]) : [],
    ),
  ]
}

function validateNodeAffinity(path: Path, affinity: Loose): FieldError[] {
  const errors: FieldError[] = []
  const needed = affinity[REQUIRED]
  if (needed !== undefined) {
    const at = [...path, REQUIRED, 'nodeSelectorTerms']
    const terms: Loose[] = needed.nodeSelectorTerms ?? []
    if (terms.length === 0) errors.push(required(at, 'must have at least one node selector term'))
    errors.push(...terms.flatMap((term, i) => validateNodeTerm([...at, i], term, true)))
  }
  for (const [i, term] of ((affinity[PREFERRED] ?? []) as Loose[]).entries()) {
    const at = [...path, PREFERRED, i]
    errors.push(...weight(at, term.weight), ...validateNodeTerm([...at, 'preference'], term.preference ?? {}, false))
  }
  return errors
}

/** One term of a node selector. */
export const validateNodeTerm = (path: Path, term: Loose, values: boolean): FieldError[] => [
  ...((term.matchExpressions ?? []) as Loose[]).flatMap((e, i) => validateNodeRequirement([...path, 'matchExpressions', i], e, values)),
  ...((term.matchFields ?? []) as Loose[]).flatMap((e, i) => validateNodeField([...path, 'matchFields', i], e)),
]

function validateNodeRequirement(path: Path, e: Loose, checksValues: boolean): FieldError[] {
  const values: string[] = e.values ?? []
  const errors: FieldError[] = []
  switch (e.operator) {
    case 'In':
    case 'NotIn':
      if (values.length === 0) errors.push(required([...path, 'values'], "must be specified when `operator` is 'In' or 'NotIn'"))
      break
    case 'Exists':
    case 'DoesNotExist':
      if (values.length > 0)
        errors.push(forbidden([...path, 'values'], "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"))
      break
    case 'Gt':
    case 'Lt':
      if (values.length !== 1) errors.push(required([...path, 'values'], "must be specified single value when `operator` is 'Lt' or 'Gt'"))
      break
    default:
      errors.push(invalid([...path, 'operator'], e.operator ?? '', BAD_OPERATOR))
  }
  errors.push(...ruled([...path, 'key'], e.key ?? '', qualifiedName))
  return checksValues ? [...errors, ...values.flatMap((v, i) => ruled([...path, 'values', i], v, labelValue))] : errors
}

function validateNodeField(path: Path, e: Loose): FieldError[] {
  const values: string[] = e.values ?? []
  const errors: FieldError[] = []
  if (e.operator === 'In' || e.operator === 'NotIn') {
    if (values.length !== 1)
      errors.push(required([...path, 'values'], "must be only one value when `operator` is 'In' or 'NotIn' for node field selector"))
  } else errors.push(invalid([...path, 'operator'], e.operator ?? '', BAD_OPERATOR))
  if (e.key !== 'metadata.name') return [...errors, invalid([...path, 'key'], e.key ?? '', 'not a valid field selector key')]
  return [...errors, ...values.flatMap((v, i) => ruled([...path, 'values', i], v, dns1123Subdomain))]
}

function validatePodAffinity(path: Path, affinity: Loose): FieldError[] {
  return [
    ...((affinity[REQUIRED] ?? []) as Loose[]).flatMap((term, i) => validatePodTerm([...path, REQUIRED, i], term)),
    ...((affinity[PREFERRED] ?? []) as Loose[]).flatMap((term, i) => {
      const at = [...path, PREFERRED, i]
      return [...weight(at, term.weight), ...validatePodTerm([...at, 'podAffinityTerm'], term.podAffinityTerm ?? {})]
    }),
  ]
}

const validatePodTerm = (path: Path, term: Loose): FieldError[] => [
  ...validateLabelSelector([...path, 'labelSelector'], term.labelSelector),
  ...validateLabelSelector([...path, 'namespaceSelector'], term.namespaceSelector),
  ...((term.namespaces ?? []) as string[]).flatMap(name => ruled([...path, 'namespace'], name, dns1123Label)),
  ...validateLabelKeys(path, term),
  ...(term.topologyKey ? [] : [required([...path, 'topologyKey'], 'can not be empty')]),
  ...ruled([...path, 'topologyKey'], term.topologyKey ?? '', qualifiedName),
]

/** Keys whose values come from the pod itself: they need a selector to add to, and must not be in it already. */
function validateLabelKeys(path: Path, of: Loose): FieldError[] {
  const [match, mismatch]: readonly string[][] = [of.matchLabelKeys ?? [], of.mismatchLabelKeys ?? []]
  const selector: Loose | undefined = of.labelSelector
  const keys = (field: string, list: readonly string[]): FieldError[] => {
    if (list.length === 0) return []
    if (selector === undefined) return [forbidden([...path, field], 'must not be specified when labelSelector is not set')]
    return list.flatMap((key, i) => ruled([...path, field, i], key, qualifiedName))
  }
  const seen = new Set(Object.keys(selector?.matchLabels ?? {}))
  const twice = ((selector?.matchExpressions ?? []) as Loose[]).flatMap(e => {
    const key: string = e.key ?? ''
    const again = seen.has(key)
    seen.add(key)
    const i = match!.lastIndexOf(key)
    return again && i >= 0 ? [invalid([...path, i], key, 'exists in both matchLabelKeys and labelSelector')] : []
  })
  return [
    ...keys('matchLabelKeys', match!),
    ...keys('mismatchLabelKeys', mismatch!),
    ...twice,
    ...match!.flatMap((key, i) =>
      mismatch!.includes(key) ? [invalid([...path, 'matchLabelKeys', i], key, 'exists in both matchLabelKeys and mismatchLabelKeys')] : [],
    ),
  ]
}

const EFFECTS = ['NoSchedule', 'PreferNoSchedule', 'NoExecute']

/** The effect of a taint or a toleration. */
export const validateEffect = (path: Path, effect: string): FieldError[] =>
  EFFECTS.includes(effect) ? [] : [unsupported(path, effect, EFFECTS)]

/** All tolerations of a pod spec. */
export const validateTolerations = (path: Path, tolerations: readonly Loose[]): FieldError[] =>
  tolerations.flatMap((t, i) => validateToleration([...path, i], t))

function validateToleration(path: Path, t: Loose): FieldError[] {
  const [key, operator, value, effect]: readonly string[] = [t.key ?? '', t.operator ?? '', t.value ?? '', t.effect ?? '']
  const errors: FieldError[] = key ? ruled([...path, 'key'], key, qualifiedName) : []
  const at = [...path, 'operator']
  if (!key && operator !== 'Exists')
    errors.push(invalid(at, operator, 'operator must be Exists when `key` is empty, which means "match all values and all keys"'))
  if (t.tolerationSeconds !== undefined && effect !== 'NoExecute')
    errors.push(invalid([...path, 'effect'], effect, "effect must be 'NoExecute' when `tolerationSeconds` is set"))
  if (operator === '' || operator === 'Equal') {
    const wrong = labelValue(value!)
    if (wrong.length > 0) errors.push(invalid(at, value, wrong.join(';')))
  } else if (operator === 'Exists') {
    if (value) errors.push(invalid(at, value, "value must be empty when `operator` is 'Exists'"))
  } else
    errors.push(unsupported(at, operator, operator === 'Lt' || operator === 'Gt' ? ['Equal', 'Exists', 'Lt', 'Gt'] : ['Equal', 'Exists']))
  return effect ? [...errors, ...validateEffect([...path, 'effect'], effect)] : errors
}

/** Topology spread constraints; one of each pair of key and action. */
export function validateSpread(path: Path, constraints: readonly Loose[]): FieldError[] {
  return constraints.flatMap((c, i) => {
    const at = (...steps: Path): Path => [...path, i, ...steps]
    const errors: FieldError[] = []
    if (!(c.maxSkew > 0)) errors.push(invalid(at('maxSkew'), c.maxSkew ?? 0, 'must be greater than zero'))
    if (!c.topologyKey) errors.push(required(at('topologyKey'), 'can not be empty'))
    if (!['DoNotSchedule', 'ScheduleAnyway'].includes(c.whenUnsatisfiable))
      errors.push(unsupported(at('whenUnsatisfiable'), c.whenUnsatisfiable ?? '', ['DoNotSchedule', 'ScheduleAnyway']))
    if (constraints.slice(i + 1).some(o => o.topologyKey === c.topologyKey && o.whenUnsatisfiable === c.whenUnsatisfiable))
      errors.push(duplicate(at('{topologyKey, whenUnsatisfiable}'), `{${c.topologyKey ?? ''}, ${c.whenUnsatisfiable ?? ''}}`))
    if (c.minDomains !== undefined) errors.push(...validateMinDomains(at('minDomains'), c))
    for (const policy of ['nodeAffinityPolicy', 'nodeTaintsPolicy'] as const)
      if (c[policy] !== undefined && !['Honor', 'Ignore'].includes(c[policy]))
        errors.push(unsupported(at(policy), c[policy], ['Honor', 'Ignore']))
    errors.push(...validateLabelKeys(at(), c))
    return [...errors, ...validateLabelSelector(at('labelSelector'), c.labelSelector)]
  })
}

function validateMinDomains(path: Path, c: Loose): FieldError[] {
  const errors = c.minDomains > 0 ? [] : [invalid(path, c.minDomains, 'must be greater than zero')]
  if (c.whenUnsatisfiable !== 'DoNotSchedule')
    errors.push(invalid(path, c.minDomains, `can only use minDomains if whenUnsatisfiable=DoNotSchedule, not ${c.whenUnsatisfiable ?? ''}`))
  return errors
}
