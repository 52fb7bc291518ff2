// What `kubectl apply` prints where the API server cannot read the patch of an object that exists: the patch as the server has it after the merge, as Go
// prints a map. Lists that are merged by a key are not in it: the merge takes them out.
import { mergeKeyOf } from '../../apply/patch'
import type { KubeObject } from '../../apply/object'
import { definitionOf } from '../../apply/patched-object'
import type { Field, Schema, Type } from '../../apply/schema'
import { sameValue } from '../../cluster/equal'
import type { State } from '../../cluster/state'
import { goValue } from './go-value'

type Obj = Record<string, unknown>
const isObject = (value: unknown): value is Obj => typeof value === 'object' && value !== null && !Array.isArray(value)

/** `original`: what the last apply wrote; `words`: what is wrong with the object that the patch makes. */
export function refusedPatch(state: State, original: unknown, modified: KubeObject, live: KubeObject, words: string): string {
  const known = definitionOf(state.config.profile, modified.apiVersion, modified.kind)
  const patch = known && changes(known.schema, { is: 'struct', name: known.definition }, { original, modified, live })
  return `The request is invalid: patch: Invalid value: ${JSON.stringify(goValue(patch ?? {}))}: ${words}`
}

interface Three {
  readonly original: unknown
  readonly modified: unknown
  readonly live: unknown
}

/** What is added and changed; nulls for what is left out; undefined where nothing is. A list that the merge takes out is a key without a value. */
function changes(schema: Schema, type: Type | undefined, { original, modified, live }: Three): Obj | undefined {
  const [had, has, is] = [original, modified, live].map(v => (isObject(v) ? v : {})) as [Obj, Obj, Obj]
  const patch: Obj = {}
  for (const key of Object.keys(had)) if (has[key] === undefined) patch[key] = null
  for (const [key, value] of Object.entries(has)) {
    const field = type?.is === 'struct' ? schema.definition(type.name).fields.get(key) : undefined
    const inner = type?.is === 'map' ? type.of : field?.type
    const three: Three = { original: had[key], modified: value, live: is[key] }
    if (isObject(value) && isObject(is[key])) {
      const deeper = changes(schema, inner, three)
      if (deeper !== undefined) patch[key] = deeper
    } else if (Array.isArray(value) && Array.isArray(is[key]) && mergeKeyOf(field) !== undefined) {
      if (changesList(schema, field!, three)) patch[key] = undefined
    } else if (!sameValue(value, is[key])) patch[key] = value
  }
  return Object.keys(patch).length > 0 ? patch : undefined
}

/** Whether a list that is merged has anything to merge. */
function changesList(schema: Schema, field: Field, { original, modified, live }: Three): boolean {
  const key = mergeKeyOf(field)!
  const [had, has, is] = [original, modified, live].map(v => (Array.isArray(v) ? v : [])) as [unknown[], unknown[], unknown[]]
  const keyOf = (item: unknown): unknown => (key !== '' && isObject(item) ? item[key] : item)
  const same = (list: unknown[], item: unknown): unknown => list.find(other => sameValue(keyOf(other), keyOf(item)))
  if (had.some(item => same(has, item) === undefined)) return true
  const type = field.type.is === 'list' ? field.type.of : undefined
  return has.some(item => {
    const there = same(is, item)
    return (
      there === undefined ||
      (isObject(item) && changes(schema, type, { original: same(had, item), modified: item, live: there }) !== undefined)
    )
  })
}
