// A parsed value against the API's fields: unknown and missing fields, wrong types. Nulls are taken out on the way, as Go's decoder leaves such fields unset.
// One checker is made per definition and kept, so that ten thousand objects cost one walk each.
import { never } from '../error'
import { corruptAt } from './base64'
import type { Path } from './path'
import { type Definition, type Field, type Scalar, type Schema, type Type, schemaOf } from './schema'

/** What is structurally wrong at one place. `in` is the definition whose field it is. */
export type Finding =
  | { readonly is: 'unknown'; readonly path: Path; readonly in: Definition }
  | { readonly is: 'missing'; readonly path: Path; readonly in: Definition; readonly field: Field }
  | { readonly is: 'type'; readonly path: Path; readonly in: Definition; readonly type: Type; readonly value: unknown }

/** How strictly: `also` are tables whose fields count as known beside the newest; `lenientStatus` takes any field below status. */
interface DecodeOptions {
  readonly also?: Schema
  readonly lenientStatus?: boolean
}

type Check = (value: unknown, walk: Walk) => void

/** The state of one walk: where it is, and what it found. */
class Walk {
  readonly path: (string | number)[] = []
  readonly findings: Finding[] = []
  constructor(readonly required: boolean) {}
  wrong(type: Type, value: unknown, definition: Definition): void {
    this.findings.push({ is: 'type', path: [...this.path], in: definition, type, value })
  }
}

/** Decodes one object of a definition in place: nulls go, everything wrong is returned in the order of sorted keys. */
export function decode(schema: Schema, definition: string, value: unknown, options: DecodeOptions = {}): readonly Finding[] {
  const walk = new Walk(true)
  const object = value as Record<string, unknown>
  const made = schema.definition(definition)
  if (options.lenientStatus && object.status !== undefined) return decodeWithStatus(schema, made, object, options)
  checkerOf(schema, definition, options.also)(value, walk)
  return walk.findings
}

/** Status as a snapshot has it: fields that only other versions have are kept, missing ones are none of our business, wrong types still count. */
function decodeWithStatus(
  schema: Schema,
  definition: Definition,
  object: Record<string, unknown>,
  options: DecodeOptions,
): readonly Finding[] {
  const status = object.status
  delete object.status
  const walk = new Walk(true)
  checkerOf(schema, definition.name, options.also)(object, walk)
  if (status === null) return walk.findings
  object.status = status
  const field = definition.fields.get('status')
  if (field) {
    const lenient = new Walk(false)
    lenient.path.push('status')
    checkOf(schema, field.type, definition, options.also)(status, lenient)
    walk.findings.push(...lenient.findings.filter(f => f.is === 'type'))
  }
  return walk.findings
}

const caches = new WeakMap<Schema, Map<string, Check>>()

function checkerOf(schema: Schema, name: string, also: Schema | undefined): Check {
  const cache = caches.get(schema) ?? new Map<string, Check>()
  caches.set(schema, cache)
  const key = also ? `${name}+` : name
  const known = cache.get(key)
  if (known) return known
  let made: Check | undefined
  const check: Check = (value, walk) => (made ??= structCheck(schema, schema.definition(name), also))(value, walk)
  cache.set(key, check)
  return check
}

function structCheck(schema: Schema, definition: Definition, also: Schema | undefined): Check {
  const checks = new Map<string, Check>()
  for (const field of definition.fields.values()) checks.set(field.name, checkOf(schema, field.type, definition, also))
  if (also) for (const field of olderFields(also, definition)) checks.set(field.name, checkOf(also, field.type, definition, undefined))
  const required = [...definition.fields.values()].filter(f => f.required)
  return (value, walk) => {
    const object = value as Record<string, unknown>
    let missing: Field[] | undefined
    if (walk.required) for (const field of required) if (!(field.name in object)) (missing ??= []).push(field)
    for (const key of Object.keys(object)) {
      const held = object[key]
      if (held === null) {
        if (checks.has(key)) {
          delete object[key]
          continue
        }
      }
      const check = checks.get(key)
      walk.path.push(key)
      if (check) check(held, walk)
      else walk.findings.push({ is: 'unknown', path: [...walk.path], in: definition })
      walk.path.pop()
    }
    for (const field of missing ?? []) walk.findings.push({ is: 'missing', path: [...walk.path], in: definition, field })
  }
}

/** Fields that the older API has in the same definition and this one has not. */
function olderFields(also: Schema, definition: Definition): Field[] {
  try {
    return [...also.definition(definition.name).fields.values()].filter(f => !definition.fields.has(f.name))
  } catch {
    return []
  }
}

function checkOf(schema: Schema, type: Type, owner: Definition, also: Schema | undefined): Check {
  switch (type.is) {
    case 'scalar': {
      const fits = SCALAR_FITS[type.scalar]
      return (value, walk) => {
        if (!fits(value)) walk.wrong(type, value, owner)
      }
    }
    case 'list':
      return listCheck(type, checkOf(schema, type.of, owner, also), owner)
    case 'map':
      return mapCheck(type, checkOf(schema, type.of, owner, also), owner)
    case 'struct': {
      const check = checkerOf(schema, type.name, also)
      return (value, walk) => {
        if (isObject(value)) check(value, walk)
        else walk.wrong(type, value, owner)
      }
    }
    default:
      return never(type)
  }
}

/** What Go makes of a null in a list. */
function zeroOf(type: Type): unknown {
  if (type.is !== 'list') return undefined
  if (type.of.is === 'struct') return {}
  return type.of.is === 'scalar' ? ZEROS[type.of.scalar] : undefined
}
const ZEROS: Partial<Record<Scalar, unknown>> = { string: '', boolean: false, integer: 0, int32: 0, int64: 0, number: 0 }

function listCheck(type: Type, item: Check, owner: Definition): Check {
  const zero = zeroOf(type)
  return (value, walk) => {
    if (!Array.isArray(value)) return walk.wrong(type, value, owner)
    const depth = walk.path.length
    for (let i = 0; i < value.length; i++) {
      walk.path[depth] = i
      if (value[i] === null && zero !== undefined) value[i] = structuredClone(zero)
      item(value[i], walk)
    }
    walk.path.length = depth
  }
}

function mapCheck(type: Type, item: Check, owner: Definition): Check {
  return (value, walk) => {
    if (!isObject(value)) return walk.wrong(type, value, owner)
    const depth = walk.path.length
    for (const key in value) {
      walk.path[depth] = key
      if (value[key] === null && type.is === 'map' && type.of.is === 'scalar') value[key] = '' // Go's zero value
      item(value[key], walk)
    }
    walk.path.length = depth
  }
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)
const isInt = (value: unknown, bound: number): boolean =>
  typeof value === 'number' && Number.isInteger(value) && value >= -bound && value < bound
/** An exponent has at most two digits: more would only be cut down to what 64 bits hold. */
const QUANTITY = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d{1,2}|[numkMGTPE]|[KMGTPE]i)?$/

const SCALAR_FITS: Readonly<Record<Scalar, (value: unknown) => boolean>> = {
  string: value => typeof value === 'string',
  boolean: value => typeof value === 'boolean',
  integer: value => isInt(value, 2 ** 31),
  number: value => typeof value === 'number',
  int32: value => isInt(value, 2 ** 31),
  int64: value => isInt(value, 2 ** 63),
  byte: value => typeof value === 'string' && corruptAt(value) === undefined,
  'date-time': value => typeof value === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[-+]\d\d:\d\d)$/.test(value),
  'int-or-string': value => typeof value === 'string' || isInt(value, 2 ** 31),
  quantity: value => (typeof value === 'number' && Math.abs(value) < 1e100) || (typeof value === 'string' && QUANTITY.test(value)),
  object: isObject,
  any: () => true,
}

/** The newest API, by which `-f` is read. */
export const NEWEST = schemaOf('v1.35')
/** The oldest, whose extra kinds and fields `-f` still takes. */
export const OLDEST = schemaOf('v1.13')
