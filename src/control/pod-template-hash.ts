// The pod-template-hash: FNV-1a over the Go printing of a pod template, in the letters of names. Stands for controller.ComputeHash and spew's `%#v`, bit for bit.
import { fieldsOf, type GoField } from '../apply/go-fields'
import type { PodTemplate } from '../apply/object'
import type { ProfileName } from '../apply/profile'
import { NAME_LETTERS } from '../cluster/random'
import { compareText } from '../cluster/state'
import { quantityText } from './quantity'

/** The hash of a defaulted template (without the label pod-template-hash). `collisionCount`: the Deployment's, when it has one. */
export function podTemplateHash(template: PodTemplate, profile: ProfileName, collisionCount?: number): string {
  let hash = fnv1a(0x811c9dc5, new TextEncoder().encode(templateText(template, profile)))
  if (collisionCount !== undefined) {
    const count = new Uint8Array(8)
    new DataView(count.buffer).setUint32(0, collisionCount, true)
    hash = fnv1a(hash, count)
  }
  return encodedHash(hash)
}

/** What Go prints of the template: the text that is hashed. */
const templateText = (template: PodTemplate, profile: ProfileName): string => valueText('PodTemplateSpec', template, profile, true)

/** Decimal digits in the letters that names may have: 448026955 is 88d46bf99. */
const encodedHash = (hash: number): string =>
  [...String(hash)].map(digit => NAME_LETTERS[digit.charCodeAt(0) % NAME_LETTERS.length]).join('')

function fnv1a(start: number, bytes: Uint8Array): number {
  let hash = start
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0
  return hash
}

const NUMBERS = new Set(['int32', 'int64'])
const BASIC = new Set(['string', 'bool', 'int32', 'int64'])

/** The type as Go writes it: structs and named strings of the API live in package v1. */
function typeText(type: string): string {
  if (type === 'map') return 'map[string]string'
  const parts = /^(\*|\[\])?(.*)$/.exec(type)!
  const base = parts[2]!
  return `${parts[1] ?? ''}${BASIC.has(base) || base.includes('.') ? base : `v1.${base}`}`
}

/** One value; `typed` is false inside slices and maps, where Go prints no type. */
function valueText(type: string, value: unknown, profile: ProfileName, typed: boolean): string {
  const head = typed ? `(${typeText(type)})` : ''
  if (type.startsWith('*'))
    return value === undefined || value === null ? `${head}<nil>` : `${head}${valueText(type.slice(1), value, profile, false)}`
  if (type.startsWith('[]')) {
    if (!Array.isArray(value)) return `${head}<nil>`
    return `${head}[${value.map(item => valueText(type.slice(2), item, profile, false)).join(' ')}]`
  }
  if (type === 'map') return `${head}${mapText(value, text => String(text))}`
  if (type === 'ResourceList') return `${head}${mapText(value, quantityText)}`
  if (type === 'Time') return `${head}{Time:(time.Time){wall:(uint64)0 ext:(int64)0 loc:(*time.Location)<nil>}}`
  if (type === 'resource.Quantity') return `${head}${quantityText(value ?? '0')}`
  if (type === 'intstr.IntOrString') return `${head}${intOrStringText(value)}`
  const fields = fieldsOf(type, profile)
  if (fields !== undefined) return `${head}{${fields.map(f => fieldText(f, value, profile)).join(' ')}}`
  if (type === 'bool') return `${head}${value === true}`
  if (NUMBERS.has(type)) return `${head}${value ?? 0}`
  return `${head}${typeof value === 'object' && value !== null ? JSON.stringify(value) : (value ?? '')}`
}

function fieldText(field: GoField, value: unknown, profile: ProfileName): string {
  const inner = field.inline ? value : (value as Record<string, unknown> | null | undefined)?.[field.json]
  return `${field.name}:${valueText(field.type, inner, profile, true)}`
}

function mapText(value: unknown, text: (value: unknown) => string): string {
  if (typeof value !== 'object' || value === null) return '<nil>'
  const entries = Object.entries(value).sort(([a], [b]) => compareText(a, b))
  return `map[${entries.map(([k, v]) => `${k}:${text(v)}`).join(' ')}]`
}

const intOrStringText = (value: unknown): string =>
  typeof value === 'string'
    ? `{Type:(intstr.Type)1 IntVal:(int32)0 StrVal:(string)${value}}`
    : `{Type:(intstr.Type)0 IntVal:(int32)${value ?? 0} StrVal:(string)}`
