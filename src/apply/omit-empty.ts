// What Go leaves out when it writes an object: empty lists and maps, wherever the API has one. Structs stay, even empty (`resources: {}`).
import type { Loose } from './loose'
import type { Schema, Type } from './schema'

/** Lists that are written even when they are empty: then as null. */
const ALWAYS_WRITTEN: Readonly<Record<string, readonly string[]>> = { 'discovery.v1.EndpointSlice': ['endpoints', 'ports'] }

/** Drops empty lists and maps in place, as a request loses them on its way into the store. */
export function omitEmpty(schema: Schema, definition: string, object: Loose): void {
  for (const [name, field] of schema.definition(definition).fields) {
    const value = object[name]
    if (isEmptyOf(field.type, value)) delete object[name]
    else if (value !== undefined && value !== null) omitWithin(schema, field.type, value)
  }
  for (const name of ALWAYS_WRITTEN[definition] ?? []) object[name] ??= null
}

function isEmptyOf(type: Type, value: unknown): boolean {
  if (type.is === 'list') return Array.isArray(value) && value.length === 0
  return type.is === 'map' && typeof value === 'object' && value !== null && Object.keys(value).length === 0
}

function omitWithin(schema: Schema, type: Type, value: unknown): void {
  if (type.is === 'struct') omitEmpty(schema, type.name, value as Loose)
  else if (type.is === 'list' && type.of.is === 'struct') for (const item of value as Loose[]) omitEmpty(schema, type.of.name, item)
}
