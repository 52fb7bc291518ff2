// Validation of ResourceQuotas: names of resources, amounts, and scopes that fit them.
import { type FieldError, invalid, keyed, required, unsupported } from './field-error'
import type { Loose } from './loose'
import { nonNegative, qualifiedName } from './names'
import type { Path } from './path'
import { quantityText, quantityValue } from './quantity-value'
import { ruled } from './validate-meta'

const OF_PODS = [
  'cpu',
  'memory',
  'ephemeral-storage',
  'requests.cpu',
  'requests.memory',
  'requests.ephemeral-storage',
  'limits.cpu',
  'limits.memory',
  'limits.ephemeral-storage',
]
const OBJECTS = [
  'pods',
  'services',
  'replicationcontrollers',
  'resourcequotas',
  'secrets',
  'configmaps',
  'persistentvolumeclaims',
  'services.nodeports',
  'services.loadbalancers',
]
const STANDARD = new Set([...OF_PODS, ...OBJECTS, 'requests.storage'])
const HUGE = /^(requests\.)?hugepages-/

export function validateResourceQuota(object: Loose): FieldError[] {
  const spec: Loose = object.spec ?? {}
  const hard: Record<string, string | number> = spec.hard ?? {}
  return [
    ...Object.keys(hard)
      .sort()
      .flatMap(name => validateHard(['spec', 'hard', keyed(name)], name, hard[name]!)),
    ...validateScopes(spec.scopes ?? [], Object.keys(hard)),
    ...validateSelector(spec.scopeSelector ?? {}, Object.keys(hard)),
  ]
}

function validateHard(path: Path, name: string, value: string | number): FieldError[] {
  const errors = ruled(path, name, qualifiedName)
  const standard = STANDARD.has(name) || HUGE.test(name)
  if (errors.length === 0 && !name.includes('/') && !standard) errors.push(invalid(path, name, 'must be a standard resource for quota'))
  if (quantityValue(value) < 0) errors.push(invalid(path, quantityText(value), nonNegative))
  const whole = OBJECTS.includes(name) || (name.includes('/') && !name.includes('kubernetes.io/'))
  if (whole && !Number.isInteger(quantityValue(value))) errors.push(invalid(path, quantityText(value), 'must be an integer'))
  return errors
}

const SCOPES = [
  'BestEffort',
  'CrossNamespacePodAffinity',
  'NotBestEffort',
  'NotTerminating',
  'PriorityClass',
  'Terminating',
  'VolumeAttributesClass',
]
/** BestEffort pods have no requests; the others may be counted by them. */
const fits = (scope: string, name: string): boolean =>
  scope === 'BestEffort'
    ? name === 'pods'
    : scope === 'CrossNamespacePodAffinity' || scope === 'VolumeAttributesClass' || name === 'pods' || OF_PODS.includes(name)

const CONTRARY: readonly (readonly [string, string])[] = [
  ['BestEffort', 'NotBestEffort'],
  ['Terminating', 'NotTerminating'],
]

function scopeErrors(path: Path, shown: unknown, scopes: readonly string[], names: readonly string[]): FieldError[] {
  const errors: FieldError[] = []
  for (const scope of scopes) {
    if (!SCOPES.includes(scope)) errors.push(invalid(path, shown, 'unsupported scope'))
    for (const name of [...names].sort())
      if (STANDARD.has(name) && !fits(scope, name)) errors.push(invalid(path, shown, 'unsupported scope applied to resource'))
  }
  for (const [a, b] of CONTRARY) if (scopes.includes(a) && scopes.includes(b)) errors.push(invalid(path, shown, 'conflicting scopes'))
  return errors
}

const validateScopes = (scopes: readonly string[], names: readonly string[]): FieldError[] =>
  scopeErrors(['spec', 'scopes'], scopes, scopes, names)

const OPERATORS = ['DoesNotExist', 'Exists', 'In', 'NotIn']

function validateSelector(selector: Loose, names: readonly string[]): FieldError[] {
  const expressions: readonly Loose[] = selector.matchExpressions ?? []
  const path: Path = ['spec', 'scopeSelector', 'matchExpressions']
  const each = expressions.flatMap((e): FieldError[] => {
    const values: readonly string[] = e.values ?? []
    const named = e.operator === 'In' || e.operator === 'NotIn'
    return [
      ...scopeErrors([...path, 'scopeName'], e.scopeName, [e.scopeName], names),
      ...(e.operator !== 'Exists' && e.scopeName !== 'PriorityClass' && e.scopeName !== 'VolumeAttributesClass'
        ? [
            invalid(
              [...path, 'operator'],
              e.operator,
              "must be 'Exist' only operator when scope is any of ResourceQuotaScopeTerminating, ResourceQuotaScopeNotTerminating, ResourceQuotaScopeBestEffort, ResourceQuotaScopeNotBestEffort or ResourceQuotaScopeCrossNamespacePodAffinity",
            ),
          ]
        : []),
      ...(named && values.length === 0
        ? [required([...path, 'values'], "must be at least one value when `operator` is 'In' or 'NotIn' for scope selector")]
        : []),
      ...(!named && OPERATORS.includes(e.operator) && values.length > 0
        ? [invalid([...path, 'values'], values, "must be no value when `operator` is 'Exist' or 'DoesNotExist' for scope selector")]
        : []),
      ...(OPERATORS.includes(e.operator) ? [] : [unsupported([...path, 'operator'], e.operator, OPERATORS)]),
    ]
  })
  const scopes = expressions.map(e => String(e.scopeName))
  const contrary = CONTRARY.some(([a, b]) => scopes.includes(a) && scopes.includes(b))
  return contrary ? [...each, invalid(path, scopes, 'conflicting scopes')] : each
}
