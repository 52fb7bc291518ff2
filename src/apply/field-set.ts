// Which fields of an object somebody has written, as server-side apply counts them: sets of paths, and how two objects differ. Stands for structured-merge-diff.
// A path is its elements (`f:spec`, `k:{"name":"c"}`, `v:"x"`), one a line. Not simulated: objects that change the version in which they are written.
import { ATOMIC, ATOMIC_FIELDS, EMBEDDED } from './fields/atomic'
import type { Field, Schema, Type } from './schema'

export type FieldSet = ReadonlySet<string>

export interface Comparison {
  readonly added: FieldSet
  readonly modified: FieldSet
  readonly removed: FieldSet
}

const fieldsOf = (text: string): ReadonlyMap<string, readonly string[]> =>
  new Map(
    text
      .trim()
      .split('\n')
      .map(line => [line.split(' ')[0]!, line.split(' ').slice(1)]),
  )
const ATOMS: ReadonlySet<string> = new Set(ATOMIC.trim().split('\n'))
const ATOMIC_MAPS = fieldsOf(ATOMIC_FIELDS)
const EMBEDDINGS = fieldsOf(EMBEDDED)

type Obj = Record<string, unknown>
const isObject = (value: unknown): value is Obj => typeof value === 'object' && value !== null && !Array.isArray(value)
const isEmpty = (value: unknown): boolean =>
  value === undefined ||
  value === null ||
  (Array.isArray(value) && value.length === 0) ||
  (isObject(value) && Object.keys(value).length === 0)

/** What stands at a place: its type, and whether it is one piece. */
interface Node {
  readonly type: Type | undefined
  readonly atomic: boolean
  /** The keys by which items of a list are told apart; empty for a set of plain values. */
  readonly keys?: readonly string[]
}

const PIECE: Node = { type: undefined, atomic: true }

function nodeOf(owner: string, field: Field | undefined): Node {
  if (field === undefined) return PIECE
  const { type, list } = field
  switch (type.is) {
    case 'struct':
      return { type, atomic: ATOMS.has(type.name) }
    case 'map':
      return { type, atomic: ATOMIC_MAPS.get(owner)?.includes(field.name) === true }
    case 'list':
      if (list === undefined) return { type, atomic: true }
      return { type, atomic: false, keys: list.startsWith('map:') ? list.slice('map:'.length).split(',') : [] }
    default:
      return { type, atomic: true }
  }
}

const childNode = (schema: Schema, { type }: Node, key: string): Node => {
  if (type?.is === 'struct') return nodeOf(type.name, schema.definition(type.name).fields.get(key))
  if (type?.is === 'map') return { type: type.of, atomic: type.of.is !== 'struct' || ATOMS.has(type.of.name) }
  return PIECE
}
const itemNode = ({ type }: Node): Node =>
  type?.is === 'list' ? { type: type.of, atomic: type.of.is !== 'struct' || ATOMS.has(type.of.name) } : PIECE

/** The items of a list by their element; a key that is left out has its default, as in a list of ports. */
function itemsOf(keys: readonly string[], list: unknown): ReadonlyMap<string, unknown> {
  const items = Array.isArray(list) ? list : []
  if (keys.length === 0) return new Map(items.map(item => [`v:${JSON.stringify(item)}`, item]))
  const keyOf = (item: unknown): string => {
    const own = isObject(item) ? item : {}
    const named = [...keys].sort().flatMap(key => {
      const value = own[key] ?? (key === 'protocol' ? 'TCP' : undefined)
      return value === undefined ? [] : [[key, value]]
    })
    return `k:${JSON.stringify(Object.fromEntries(named))}`
  }
  return new Map(items.map(item => [keyOf(item), item]))
}

const below = (path: string, element: string): string => (path === '' ? element : `${path}\n${element}`)

/** What a manifest says: every leaf, and every item of a list that is merged. */
export function fieldSetOf(schema: Schema, definition: string, object: unknown): FieldSet {
  const set = new Set<string>()
  const walk = (node: Node, value: unknown, path: string): void => {
    if (node.keys !== undefined && !node.atomic && !isEmpty(value))
      for (const [element, item] of itemsOf(node.keys, value)) {
        set.add(below(path, element))
        if (node.keys.length > 0) walk(itemNode(node), item, below(path, element))
      }
    else if (!node.atomic && isObject(value) && !isEmpty(value))
      for (const [key, child] of Object.entries(value)) walk(childNode(schema, node, key), child, below(path, `f:${key}`))
    else if (path !== '') set.add(path)
  }
  walk({ type: { is: 'struct', name: definition }, atomic: false }, object, '')
  return set
}

/** An object of which nobody has written anything. */
export function emptyObject(schema: Schema, definition: string): object {
  const { fields } = schema.definition(definition)
  const meta = fields.has('metadata') ? ['metadata'] : []
  const made = [...meta, ...(EMBEDDINGS.get(definition) ?? [])].map(name => {
    const type = fields.get(name)?.type
    return [name, type?.is === 'struct' ? emptyObject(schema, type.name) : null]
  })
  return Object.fromEntries(made)
}

/** How one object became the other. */
export function compareFields(schema: Schema, definition: string, before: unknown, after: unknown): Comparison {
  const found = { added: new Set<string>(), modified: new Set<string>(), removed: new Set<string>() }
  const walk = (node: Node, had: unknown, has: unknown, path: string): void => {
    if (had === undefined && has === undefined) return
    const lists = node.keys !== undefined
    const parts = !node.atomic && !(isEmpty(had) && isEmpty(has))
    if (parts && lists) {
      const [old, now] = [itemsOf(node.keys!, had), itemsOf(node.keys!, has)]
      for (const element of new Set([...old.keys(), ...now.keys()]))
        walk(node.keys!.length > 0 ? itemNode(node) : PIECE, old.get(element), now.get(element), below(path, element))
    } else if (parts && (isObject(had) || isObject(has))) {
      const [old, now] = [isObject(had) ? had : {}, isObject(has) ? has : {}]
      for (const key of new Set([...Object.keys(old), ...Object.keys(now)]))
        walk(childNode(schema, node, key), old[key], now[key], below(path, `f:${key}`))
    } else if (had !== undefined && has !== undefined) {
      if (canonical(had) !== canonical(has)) found.modified.add(path)
      return
    }
    if (had === undefined) found.added.add(path)
    else if (has === undefined) found.removed.add(path)
  }
  walk({ type: { is: 'struct', name: definition }, atomic: false }, before, after, '')
  return found
}

const canonical = (value: unknown): string =>
  JSON.stringify(value, (_, v: unknown) => (isObject(v) ? Object.fromEntries(Object.entries(v).sort(([a], [b]) => (a < b ? -1 : 1))) : v))

/** `.spec.ports[port=80,protocol="TCP"].nodePort` */
export const fieldPath = (path: string): string =>
  path
    .split('\n')
    .map(element => {
      const rest = element.slice(2)
      if (element.startsWith('f:')) return `.${rest}`
      if (element.startsWith('v:')) return `[=${rest}]`
      const key = JSON.parse(rest) as Obj
      return `[${Object.entries(key)
        .map(([name, value]) => `${name}=${JSON.stringify(value)}`)
        .join(',')}]`
    })
    .join('')

/** The set as the API prints it: `{"f:spec": {"f:replicas": {}}}`, with `.` where a part itself belongs to it. */
export function fieldsV1(set: FieldSet): object {
  const root: Obj = {}
  for (const path of [...set].sort()) {
    let at = root
    for (const element of path.split('\n')) at = (at[element] ??= {}) as Obj
    at['.'] = {}
  }
  const plain = (node: Obj): Obj => {
    const { '.': own, ...rest } = node
    const names = Object.keys(rest).sort()
    if (names.length === 0) return {}
    return { ...(own === undefined ? {} : { '.': {} }), ...Object.fromEntries(names.map(name => [name, plain(rest[name] as Obj)])) }
  }
  return plain(root)
}

/** The object without the fields of a set. */
export function withoutFields(schema: Schema, definition: string, object: object, gone: FieldSet): object {
  const walk = (node: Node, value: unknown, path: string): unknown => {
    if (node.keys !== undefined && !node.atomic)
      return [...itemsOf(node.keys, value)].flatMap(([element, item]) => {
        const at = below(path, element)
        return gone.has(at) ? [] : [node.keys!.length > 0 ? walk(itemNode(node), item, at) : item]
      })
    if (node.atomic || !isObject(value)) return value
    return Object.fromEntries(
      Object.entries(value).flatMap(([key, child]) => {
        const at = below(path, `f:${key}`)
        if (gone.has(at)) return []
        const left = walk(childNode(schema, node, key), child, at)
        return isEmpty(left) && !isEmpty(child) ? [] : [[key, left]]
      }),
    )
  }
  return walk({ type: { is: 'struct', name: definition }, atomic: false }, object, '') as object
}
