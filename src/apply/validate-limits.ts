// Validation of LimitRanges: their types, names of resources, and bounds that leave room for each other.
import { duplicate, type FieldError, forbidden, invalid, keyed, required } from './field-error'
import type { Loose } from './loose'
import { qualifiedName } from './names'
import type { Path } from './path'
import { quantityText, quantityValue } from './quantity-value'
import { ruled } from './validate-meta'
import { containerName, isOvercommitted, resourceName } from './validate-resources'

const TYPES = ['Container', 'PersistentVolumeClaim', 'Pod']

export function validateLimitRange(object: Loose): FieldError[] {
  const seen = new Set<string>()
  return ((object.spec?.limits ?? []) as Loose[]).flatMap((limit, i) => {
    const at = ['spec', 'limits', i]
    const type: string = limit.type ?? ''
    const twice = seen.has(type) ? [duplicate([...at, 'type'], type)] : []
    seen.add(type)
    return [...typeErrors([...at, 'type'], type), ...twice, ...validateLimit(at, type, limit)]
  })
}

function typeErrors(path: Path, type: string): FieldError[] {
  const errors = ruled(path, type, qualifiedName)
  if (errors.length > 0 || type.includes('/') || TYPES.includes(type)) return errors
  return [invalid(path, type, 'must be a standard limit type or fully qualified')]
}

type Bound = 'max' | 'min' | 'default' | 'defaultRequest' | 'maxLimitRequestRatio'
type Amounts = Readonly<Record<string, string | number>>

function validateLimit(at: Path, type: string, limit: Loose): FieldError[] {
  const rule = type === 'Pod' || type === 'Container' ? containerName : resourceName
  const names = new Set<string>()
  const named = (bound: Bound): FieldError[] =>
    Object.keys(limit[bound] ?? {})
      .sort()
      .flatMap(name => {
        names.add(name)
        return rule([...at, bound, keyed(name)], name)
      })
  const ofPods = (bound: Bound): FieldError[] =>
    Object.keys(limit[bound] ?? {}).length > 0 ? [forbidden([...at, bound], "may not be specified when `type` is 'Pod'")] : []
  const defaults = (['default', 'defaultRequest'] as const).flatMap(bound => (type === 'Pod' ? ofPods(bound) : named(bound)))
  const errors = [...named('max'), ...named('min'), ...defaults]
  if (type === 'PersistentVolumeClaim' && limit.min?.storage === undefined && limit.max?.storage === undefined)
    errors.push(required([...at, 'limits'], 'either minimum or maximum storage value is required, but neither was provided'))
  errors.push(...named('maxLimitRequestRatio'))
  const bounds = type === 'Pod' ? { ...limit, default: undefined, defaultRequest: undefined } : limit
  return [...errors, ...[...names].sort().flatMap(name => unfitting(at, name, bounds))]
}

/** Bounds of one resource that contradict each other. */
function unfitting(at: Path, name: string, limit: Loose): FieldError[] {
  const of = (bound: Bound): string | number | undefined => (limit[bound] as Amounts | undefined)?.[name]
  const [min, max, most, asked, ratio] = [of('min'), of('max'), of('default'), of('defaultRequest'), of('maxLimitRequestRatio')]
  const more = (a: string | number | undefined, b: string | number | undefined): boolean =>
    a !== undefined && b !== undefined && quantityValue(a) > quantityValue(b)
  const wrong = (bound: Bound, value: string | number, text: string): FieldError =>
    invalid([...at, bound, keyed(name)], quantityText(value), text)
  const text = (value: string | number | undefined): string => quantityText(value!)
  return [
    ...(more(min, max) ? [wrong('min', min!, `min value ${text(min)} is greater than max value ${text(max)}`)] : []),
    ...(more(min, asked)
      ? [wrong('defaultRequest', asked!, `min value ${text(min)} is greater than default request value ${text(asked)}`)]
      : []),
    ...(more(asked, max)
      ? [wrong('defaultRequest', asked!, `default request value ${text(asked)} is greater than max value ${text(max)}`)]
      : []),
    ...(more(asked, most)
      ? [wrong('defaultRequest', asked!, `default request value ${text(asked)} is greater than default limit value ${text(most)}`)]
      : []),
    ...(more(min, most) ? [wrong('default', min!, `min value ${text(min)} is greater than default value ${text(most)}`)] : []),
    ...(more(most, max) ? [wrong('default', max!, `default value ${text(most)} is greater than max value ${text(max)}`)] : []),
    ...(more(1, ratio) ? [wrong('maxLimitRequestRatio', ratio!, `ratio ${text(ratio)} is less than 1`)] : []),
    ...(ratio !== undefined && min !== undefined && max !== undefined && quantityValue(ratio) > quantityValue(max) / quantityValue(min)
      ? [
          wrong(
            'maxLimitRequestRatio',
            ratio,
            `ratio ${text(ratio)} is greater than max/min = ${goFloat(quantityValue(max) / quantityValue(min))}`,
          ),
        ]
      : []),
    ...(!isOvercommitted(name) && most !== undefined && asked !== undefined && quantityValue(most) !== quantityValue(asked)
      ? [wrong('defaultRequest', asked, `default value ${text(most)} must equal to defaultRequest value ${text(asked)} in ${name}`)]
      : []),
  ]
}

/** Go's `%f`. */
export const goFloat = (value: number): string => (Number.isFinite(value) ? value.toFixed(6) : Number.isNaN(value) ? 'NaN' : '+Inf')
