// What server-side apply says about a manifest that does not fit the API's schema, word for word. Stands for structured-merge-diff's typed validation.
import type { Loose } from './loose'
import { never } from '../error'
import type { Field, Schema, Type } from './schema'

/** Every mismatch as `.spec.ports: expected list, got &{map[port:80]}`, keys in order. */
export function typedErrors(schema: Schema, definition: string, object: Loose): readonly string[] {
  return structErrors(schema, definition, object, '')
}

function structErrors(schema: Schema, name: string, value: unknown, path: string): string[] {
  if (!isMap(value)) return [`${path}: expected map, got ${shown(value)}`]
  const { fields } = schema.definition(name)
  const keys = Object.keys(value).sort()
  const unknown = keys.find(key => !fields.has(key))
  if (unknown !== undefined) return [`${path}.${unknown}: field not declared in schema`]
  return keys.flatMap(key => (value[key] === null ? [] : fieldErrors(schema, fields.get(key)!, value[key], `${path}.${key}`)))
}

const isMap = (value: unknown): value is Loose => typeof value === 'object' && value !== null && !Array.isArray(value)

const fieldErrors = (schema: Schema, field: Field, value: unknown, path: string): string[] =>
  field.type.is === 'list' ? listErrors(schema, field, field.type.of, value, path) : typeErrors(schema, field.type, value, path)

function typeErrors(schema: Schema, type: Type, value: unknown, path: string): string[] {
  switch (type.is) {
    case 'struct':
      return structErrors(schema, type.name, value, path)
    case 'map':
      if (!isMap(value)) return [`${path}: expected map, got ${shown(value)}`]
      return Object.keys(value)
        .sort()
        .flatMap(key => (value[key] === null ? [] : typeErrors(schema, type.of, value[key], `${path}.${key}`)))
    case 'list':
      if (!Array.isArray(value)) return [`${path}: expected list, got ${shown(value)}`]
      return value.flatMap((item, i) => typeErrors(schema, type.of, item, `${path}[${i}]`))
    case 'scalar':
      return scalarErrors(type.scalar, value, path)
    default:
      return never(type)
  }
}

/** What an item means that leaves a key out: required texts and numbers are empty, others have no default. */
function keyDefault(schema: Schema, of: Type, key: string): unknown {
  if (key === 'protocol') return 'TCP'
  const field = of.is === 'struct' ? schema.definition(of.name).fields.get(key) : undefined
  if (!field?.required || field.type.is !== 'scalar') return undefined
  return field.type.scalar === 'string' ? '' : /^int/.test(field.type.scalar) ? 0 : undefined
}

function listErrors(schema: Schema, field: Field, of: Type, value: unknown, path: string): string[] {
  if (!Array.isArray(value)) return [`${path}: expected list, got ${shown(value)}`]
  if (!field.list?.startsWith('map:')) return value.flatMap((item, i) => typeErrors(schema, of, item, `${path}[${i}]`))
  const keys = field.list.slice('map:'.length).split(',').sort()
  const seen = new Set<string>()
  return value.flatMap((item, i) => {
    const at = (detail: string): string[] => [`${path}: element ${i}: associative list with keys ${detail}`]
    if (item === null) return at('may not have a null element')
    if (!isMap(item)) return at('may not have non-map elements')
    const missing = keys.find(key => item[key] === undefined && keyDefault(schema, of, key) === undefined)
    if (missing !== undefined) return at(`has an element that omits key field ${JSON.stringify(missing)} (and doesn't have default value)`)
    const key = `[${keys.map(k => `${k}=${JSON.stringify(item[k] ?? keyDefault(schema, of, k))}`).join(',')}]`
    const twice = seen.has(key) ? [`${path}: duplicate entries for key ${key}`] : []
    seen.add(key)
    return [...twice, ...typeErrors(schema, of, item, `${path}${key}`)]
  })
}

function scalarErrors(scalar: string, value: unknown, path: string): string[] {
  switch (scalar) {
    case 'string':
    case 'byte':
      return typeof value === 'string' ? [] : [`${path}: expected string, got &value.valueUnstructured{Value:${goSyntax(value)}}`]
    case 'boolean':
      return typeof value === 'boolean' ? [] : [`${path}: expected boolean, got ${shown(value)}`]
    case 'integer':
    case 'number':
    case 'int32':
    case 'int64':
      return typeof value === 'number' ? [] : [`${path}: expected numeric (int or float), got ${goType(value)}`]
    case 'any':
    case 'object':
      return []
    default:
      return typeof value === 'object' ? [`${path}: expected any scalar, got ${shown(value)}`] : []
  }
}

const shown = (value: unknown): string => `&{${goText(value)}}`

/** Go's `%v`. */
function goText(value: unknown): string {
  if (value === null || value === undefined) return '<nil>'
  if (Array.isArray(value)) return `[${value.map(goText).join(' ')}]`
  if (!isMap(value)) return String(value)
  return `map[${Object.keys(value)
    .sort()
    .map(key => `${key}:${goText(value[key])}`)
    .join(' ')}]`
}

/** Go's `%#v`. */
function goSyntax(value: unknown): string {
  if (value === null || value === undefined) return 'interface {}(nil)'
  if (Array.isArray(value)) return `[]interface {}{${value.map(goSyntax).join(', ')}}`
  if (!isMap(value)) return JSON.stringify(value)
  return `map[string]interface {}{${Object.keys(value)
    .sort()
    .map(key => `${JSON.stringify(key)}:${goSyntax(value[key])}`)
    .join(', ')}}`
}

function goType(value: unknown): string {
  if (Array.isArray(value)) return '[]interface {}'
  return typeof value === 'object' ? 'map[string]interface {}' : typeof value === 'boolean' ? 'bool' : 'string'
}
