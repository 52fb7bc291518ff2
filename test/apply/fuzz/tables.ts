// Whether a value fits the API's field tables, told in another way than the decoder does it: the judge of what may be accepted.
import { NEWEST } from '../../../src/apply/decode'
import type { Type } from '../../../src/apply/schema'

const isMap = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)

/** The first field that the tables refuse, as a path; undefined when all fit. */
export function refusedField(apiVersion: unknown, kind: unknown, value: unknown): string | undefined {
  const definition = NEWEST.kinds.get(`${String(apiVersion)} ${String(kind)}`)
  return definition === undefined ? 'kind' : struct(definition, value, '')
}

function struct(name: string, value: unknown, path: string): string | undefined {
  if (!isMap(value)) return path
  const { fields } = NEWEST.definition(name)
  for (const [key, held] of Object.entries(value)) {
    const field = fields.get(key)
    if (field === undefined) return `${path}.${key}`
    const wrong = held === null ? undefined : typed(field.type, held, `${path}.${key}`)
    if (wrong !== undefined) return wrong
  }
  return undefined
}

function typed(type: Type, value: unknown, path: string): string | undefined {
  if (type.is === 'struct') return struct(type.name, value, path)
  if (type.is === 'list') {
    if (!Array.isArray(value)) return path
    for (const item of value) {
      const wrong = item === null ? undefined : typed(type.of, item, path)
      if (wrong !== undefined) return wrong
    }
    return undefined
  }
  if (type.is === 'map') {
    if (!isMap(value)) return path
    for (const [key, item] of Object.entries(value)) {
      const wrong = item === null ? undefined : typed(type.of, item, `${path}.${key}`)
      if (wrong !== undefined) return wrong
    }
    return undefined
  }
  return scalar(type.scalar, value) ? undefined : path
}

function scalar(name: string, value: unknown): boolean {
  const whole = typeof value === 'number' && Math.floor(value) === value
  switch (name) {
    case 'string':
    case 'byte':
    case 'date-time':
      return typeof value === 'string'
    case 'boolean':
      return value === true || value === false
    case 'int32':
    case 'integer':
      return whole && Math.abs(value as number) <= 2147483648
    case 'int64':
      return whole
    case 'number':
      return typeof value === 'number'
    case 'int-or-string':
      return whole || typeof value === 'string'
    case 'quantity':
      return typeof value === 'string' || typeof value === 'number'
    case 'object':
      return isMap(value)
    default:
      return true
  }
}
