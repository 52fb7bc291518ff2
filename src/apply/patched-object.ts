// What a patch made of an object, as the server reads it.
import { decode, NEWEST } from './decode'
import { setDefaults } from './defaults'
import { dropFields } from './unknown-fields'
import type { Loose } from './loose'
import type { KubeObject } from './object'
import { omitEmpty } from './omit-empty'
import type { ProfileName } from './profile'
import { SCHEMAS, VALIDATES } from './request-options'
import { goTypeError, strictErrors } from './request-words'
import type { Schema } from './schema'

/** The schema and definition of a kind as a profile's server holds it; undefined when it serves no such kind. */
export function definitionOf(
  profile: ProfileName,
  apiVersion: string,
  kind: string,
): { readonly schema: Schema; readonly definition: string } | undefined {
  for (const schema of [SCHEMAS[profile], NEWEST]) {
    const definition = schema.kinds.get(`${apiVersion} ${kind}`)
    if (definition !== undefined) return { schema, definition }
  }
  return undefined
}

/** An object that a patch made, as the server takes it: what it does not know dropped and warned of, defaults filled in; or why it cannot be read. */
export function readPatched(
  profile: ProfileName,
  given: KubeObject,
): { readonly object: KubeObject; readonly warnings: readonly string[] } | { readonly wrong: string } {
  const known = definitionOf(profile, given.apiVersion, given.kind)
  const object = structuredClone(given) as Loose
  if (known === undefined) return { object: object as unknown as KubeObject, warnings: [] }
  const findings = decode(known.schema, known.definition, object)
  const type = findings.find(f => f.is === 'type')
  if (type?.is === 'type') return { wrong: goTypeError(type) }
  const unknown = findings.filter(f => f.is === 'unknown')
  dropFields(object, unknown)
  setDefaults(given.kind, given.apiVersion, object, profile)
  omitEmpty(known.schema, known.definition, object)
  return { object: object as unknown as KubeObject, warnings: VALIDATES[profile] === 'server' ? strictErrors(unknown) : [] }
}
