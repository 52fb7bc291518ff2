// Views of one kind's objects (indexes, counts) that are made once and then follow every write, so that nobody looks at all objects each time.
// Stands for the indexers of client-go's informers.
import type { Kind, KubeObject } from '../apply/object'
import type { State } from './state'

type Objects = ReadonlyMap<string, KubeObject>

interface View {
  readonly move: (before: Objects, after: Objects) => void
  readonly follow: (map: Objects, old: KubeObject | undefined, now: KubeObject | undefined) => void
}

const VIEWS = new Map<Kind, View[]>()

/** A view of all objects of a kind: `empty` begins it, `change` follows one write (`old` absent: added; `now` absent: removed). */
export function derived<O extends KubeObject, T>(
  kind: Kind,
  empty: () => T,
  change: (view: T, old: O | undefined, now: O | undefined) => void,
): (state: State) => T {
  const known = new WeakMap<Objects, T>()
  const move = (before: Objects, after: Objects): void => {
    const view = known.get(before)
    if (view === undefined) return
    known.delete(before)
    known.set(after, view)
  }
  const follow: View['follow'] = (map, old, now) => {
    const view = known.get(map)
    if (view !== undefined) change(view, old as O | undefined, now as O | undefined)
  }
  VIEWS.set(kind, [...(VIEWS.get(kind) ?? []), { move, follow }])
  return state => {
    const map = state.objects.get(kind)
    if (map === undefined) return empty()
    const before = known.get(map)
    if (before !== undefined) return before
    const view = empty()
    for (const object of map.values()) change(view, undefined, object as O)
    known.set(map, view)
    return view
  }
}

/**
 * An index by text keys: the objects under a key, in the order in which they came under it. `source` is what the keys are made of: while it stays the same
 * value, they are not made again.
 */
export function indexBy<O extends KubeObject>(
  kind: Kind,
  keys: (object: O) => readonly string[],
  source?: (object: O) => unknown,
): (state: State, key: string) => readonly O[] {
  const view = derived<O, Index<O>>(
    kind,
    () => ({ under: new Map(), keys: new Map() }),
    (index, old, now) => follow(index, old, now, keys, source),
  )
  const none: readonly O[] = []
  return (state, key) => {
    const under = view(state).under.get(key)
    return under === undefined ? none : (under.list ??= [...under.objects.values()])
  }
}

interface Index<O> {
  readonly under: Map<string, { readonly objects: Map<string, O>; list: readonly O[] | undefined }>
  /** The keys under which each object stands. */
  readonly keys: Map<string, readonly string[]>
}

function follow<O extends KubeObject>(
  index: Index<O>,
  old: O | undefined,
  now: O | undefined,
  keys: (object: O) => readonly string[],
  source: ((object: O) => unknown) | undefined,
): void {
  const object = (now ?? old)!
  const id = `${object.metadata.namespace ?? ''}/${object.metadata.name}`
  const before = index.keys.get(id) ?? NO_KEYS
  if (source !== undefined && old !== undefined && now !== undefined && source(old) === source(now)) {
    for (const key of before) place(index, key, id, now)
    return
  }
  const after = now === undefined ? NO_KEYS : keys(now)
  for (const key of before) {
    const under = after.includes(key) ? undefined : index.under.get(key)
    if (under?.objects.delete(id)) under.list = undefined
  }
  if (after.length > 0) index.keys.set(id, after)
  else index.keys.delete(id)
  for (const key of after) place(index, key, id, now!)
}

function place<O>(index: Index<O>, key: string, id: string, object: O): void {
  const under = index.under.get(key)
  if (under === undefined) index.under.set(key, { objects: new Map([[id, object]]), list: undefined })
  else {
    under.objects.set(id, object)
    under.list = undefined
  }
}
const NO_KEYS: readonly string[] = []

/** The views follow a map that was copied in order to be written. */
export function moveViews(kind: Kind, before: Objects, after: Objects): void {
  for (const view of VIEWS.get(kind) ?? []) view.move(before, after)
}

/** The views follow one write in a map that is changed in place. */
export function followWrite(kind: Kind, map: Objects, old: KubeObject | undefined, now: KubeObject | undefined): void {
  for (const view of VIEWS.get(kind) ?? []) view.follow(map, old, now)
}
