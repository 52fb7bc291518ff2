// The three kinds of patches that the API server takes: strategic merge (lists merged by the keys of the field tables), JSON merge (RFC 7386), JSON patch (RFC 6902).
import type { Field, Schema, Type } from './schema'

type Json = unknown
type Obj = Record<string, Json>
const isObject = (value: Json): value is Obj => typeof value === 'object' && value !== null && !Array.isArray(value)

/** RFC 7386: null removes, lists are replaced. */
export function mergePatch(live: Json, patch: Json): Json {
  if (!isObject(patch)) return patch
  const result: Obj = isObject(live) ? { ...live } : {}
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key]
    else result[key] = mergePatch(result[key], value)
  }
  return result
}

/** A strategic patch of an object of a definition. Directives: `$patch`, `$retainKeys`, `$deleteFromPrimitiveList`; `$setElementOrder` is passed over. */
export function strategicPatch(schema: Schema, definition: string, live: Json, patch: Json): Json {
  return patchStruct(schema, { is: 'struct', name: definition }, live, patch)
}

function patchStruct(schema: Schema, type: Type | undefined, live: Json, patch: Json): Json {
  if (!isObject(patch)) return patch
  if (patch.$patch === 'replace') return withoutDirectives(patch)
  if (patch.$patch === 'delete') return {}
  const result: Obj = isObject(live) ? { ...live } : {}
  if (Array.isArray(patch.$retainKeys)) for (const key of Object.keys(result)) if (!patch.$retainKeys.includes(key)) delete result[key]
  for (const [key, value] of Object.entries(patch)) {
    if (key.startsWith('$deleteFromPrimitiveList/')) {
      const name = key.slice(key.indexOf('/') + 1)
      if (Array.isArray(result[name]) && Array.isArray(value)) result[name] = (result[name] as Json[]).filter(v => !value.includes(v))
    }
    if (key.startsWith('$')) continue
    const field = type?.is === 'struct' ? schema.definition(type.name).fields.get(key) : undefined
    if (value === null) delete result[key]
    else result[key] = patchField(schema, field, type?.is === 'map' ? type.of : field?.type, result[key], value)
  }
  return result
}

const withoutDirectives = (patch: Obj): Obj => Object.fromEntries(Object.entries(patch).filter(([key]) => !key.startsWith('$')))

/** The key by which items of a list are the same; undefined where the list is replaced, empty for plain values. */
export function mergeKeyOf(field: Field | undefined): string | undefined {
  const [strategies = '', key] = field?.patch?.split(':') ?? []
  return strategies.split(',').includes('merge') ? (key ?? '') : undefined
}

function patchField(schema: Schema, field: Field | undefined, type: Type | undefined, live: Json, patch: Json): Json {
  if (!Array.isArray(patch)) return isObject(patch) ? patchStruct(schema, type, live, patch) : patch
  const key = mergeKeyOf(field)
  if (key === undefined || !Array.isArray(live)) return patch.filter(p => !isObject(p) || p.$patch === undefined)
  if (key === '') return [...live, ...patch.filter(v => !live.includes(v))]
  return patchList(schema, type?.is === 'list' ? type.of : undefined, live, patch, key)
}

/** Items of the patch that are new come before those of which the patch says nothing, as the server sorts them. */
function patchList(schema: Schema, type: Type | undefined, live: readonly Json[], patch: readonly Json[], key: string): Json[] {
  const keyOf = (item: Json): Json => (isObject(item) ? item[key] : undefined)
  if (patch.some(p => isObject(p) && p.$patch === 'replace' && Object.keys(p).length === 1))
    return patch.filter(p => !(isObject(p) && p.$patch !== undefined))
  const deleted = new Set(patch.filter(p => isObject(p) && p.$patch === 'delete').map(keyOf))
  const wanted = patch.filter(p => !(isObject(p) && p.$patch !== undefined))
  const merged = wanted.map(p =>
    patchStruct(
      schema,
      type,
      live.find(l => keyOf(l) === keyOf(p)),
      p,
    ),
  )
  const others = live.filter(l => !deleted.has(keyOf(l)) && !wanted.some(p => keyOf(p) === keyOf(l)))
  const at = (item: Json): number => live.findIndex(l => keyOf(l) === keyOf(item))
  const result: Json[] = []
  for (let i = 0, j = 0; i < others.length || j < merged.length; ) {
    const kept = others[i]
    const item = merged[j]
    const first = j >= merged.length || (i < others.length && at(item) >= 0 && at(kept) < at(item))
    if (first) {
      result.push(kept)
      i++
    } else {
      result.push(item)
      j++
    }
  }
  return result
}

/** What `kubectl apply` sends: all that the manifest says, and the removal of what the last one said and this one does not. */
export function threeWayPatch(schema: Schema, definition: string, original: Json, modified: Json): Json {
  return threeWay(schema, { is: 'struct', name: definition }, original, modified)
}

function threeWay(schema: Schema, type: Type | undefined, original: Json, modified: Json): Json {
  if (!isObject(modified)) return modified
  const before = isObject(original) ? original : {}
  const patch: Obj = {}
  for (const key of Object.keys(before)) if (modified[key] === undefined) patch[key] = null
  for (const [key, value] of Object.entries(modified)) {
    const field = type?.is === 'struct' ? schema.definition(type.name).fields.get(key) : undefined
    const inner = type?.is === 'map' ? type.of : field?.type
    const mergeKey = mergeKeyOf(field)
    const list = Array.isArray(value) && mergeKey ? keyedList(schema, inner, before[key], value, mergeKey) : undefined
    patch[key] = list ?? threeWay(schema, inner, before[key], value)
  }
  return patch
}

function keyedList(schema: Schema, type: Type | undefined, original: Json, modified: readonly Json[], mergeKey: string): Json[] {
  const keyOf = (item: Json): Json => (isObject(item) ? item[mergeKey] : undefined)
  const had = Array.isArray(original) ? original : []
  const item = type?.is === 'list' ? type.of : undefined
  const gone = had.filter(o => !modified.some(m => keyOf(m) === keyOf(o)))
  return [
    ...modified.map(m =>
      threeWay(
        schema,
        item,
        had.find(o => keyOf(o) === keyOf(m)),
        m,
      ),
    ),
    ...gone.map(o => ({ $patch: 'delete', [mergeKey]: keyOf(o) })),
  ]
}

/** RFC 6902; undefined when an operation cannot be carried out. */
export function jsonPatch(live: Json, operations: Json): Json | undefined {
  if (!Array.isArray(operations)) return undefined
  let result: Json = structuredClone(live)
  for (const one of operations) {
    if (!isObject(one)) return undefined
    const next = operate(result, one)
    if (next === undefined) return undefined
    result = next.value
  }
  return result
}

const steps = (pointer: Json): string[] | undefined =>
  typeof pointer !== 'string' || (pointer !== '' && !pointer.startsWith('/'))
    ? undefined
    : pointer
        .split('/')
        .slice(1)
        .map(s => s.replaceAll('~1', '/').replaceAll('~0', '~'))

interface Result {
  readonly value: Json
}

function operate(root: Json, { op, path, from, value }: Obj): Result | undefined {
  const at = steps(path)
  const source = steps(from)
  if (at === undefined) return undefined
  switch (op) {
    case 'add':
      return change(root, at, value, true)
    case 'replace':
      return lookUp(root, at) === undefined ? undefined : change(root, at, value, false)
    case 'remove':
      return removeAt(root, at)
    case 'test':
      return JSON.stringify(lookUp(root, at)?.value) === JSON.stringify(value) ? { value: root } : undefined
    case 'copy':
    case 'move': {
      const found = source && lookUp(root, source)
      if (found === undefined) return undefined
      const taken = op === 'move' ? removeAt(root, source!) : { value: root }
      return taken && change(taken.value, at, structuredClone(found.value), true)
    }
    default:
      return undefined
  }
}

function lookUp(root: Json, path: readonly string[]): Result | undefined {
  let at: Json = root
  for (const step of path) {
    if (Array.isArray(at)) {
      if (!/^\d+$/.test(step) || Number(step) >= at.length) return undefined
      at = at[Number(step)]
    } else if (isObject(at) && Object.hasOwn(at, step)) at = at[step]
    else return undefined
  }
  return { value: at }
}

function change(root: Json, path: readonly string[], value: Json, inserts: boolean): Result | undefined {
  const last = path.at(-1)
  if (last === undefined) return { value }
  const parent = lookUp(root, path.slice(0, -1))?.value
  if (Array.isArray(parent)) {
    const at = last === '-' ? parent.length : /^\d+$/.test(last) ? Number(last) : Number.NaN
    if (!(at >= 0 && at <= parent.length)) return undefined
    parent.splice(at, inserts ? 0 : 1, value)
  } else if (isObject(parent)) parent[last] = value
  else return undefined
  return { value: root }
}

function removeAt(root: Json, path: readonly string[]): Result | undefined {
  if (lookUp(root, path) === undefined || path.length === 0) return undefined
  const parent = lookUp(root, path.slice(0, -1))!.value
  if (Array.isArray(parent)) parent.splice(Number(path.at(-1)), 1)
  else delete (parent as Obj)[path.at(-1)!]
  return { value: root }
}
