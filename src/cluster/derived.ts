// Views of one kind's objects (indexes, counts) that are made once and then follow every write, so that nobody looks at all objects each time.
// Stands for the indexers of client-go's informers.
import type { Kind, KubeObject } from '../apply/object'
import { keyOf, type State } from './state'

type Objects = ReadonlyMap<string, KubeObject>

interface View {
  readonly move: (before: Objects, after: Objects) => void
  readonly follow: (map: Objects, key: string, old: KubeObject | undefined, now: KubeObject | undefined) => void
}

const VIEWS = new Map<Kind, View[]>()

/** A view of all objects of a kind: `empty` begins it, `change` follows one write (`old` absent: added; `now` absent: removed). */
export function derived<O extends KubeObject, T>(
  kind: Kind,
  empty: () => T,
  change: (view: T, old: O | undefined, now: O | undefined, key: string) => void,
): (state: State) => T {
  const known = new WeakMap<Objects, T>()
  const move = (before: Objects, after: Objects): void => {
    const view = known.get(before)
    if (view === undefined) return
    known.delete(before)
    known.set(after, view)
  }
  const follow: View['follow'] = (map, key, old, now) => {
    const view = known.get(map)
    if (view !== undefined) change(view, old as O | undefined, now as O | undefined, key)
  }
  VIEWS.set(kind, [...(VIEWS.get(kind) ?? []), { move, follow }])
  return state => {
    const map = state.objects.get(kind)
    if (map === undefined) return empty()
    const before = known.get(map)
    if (before !== undefined) return before
    const view = empty()
    for (const [key, object] of map) change(view, undefined, object as O, key)
    known.set(map, view)
    return view
  }
}

/**
 * An index by text keys: the objects under a key, in the order in which they came under it. `source` is what the keys are made of (besides the namespace):
 * while it stays the same value, they are not made again.
 */
export function indexBy<O extends KubeObject>(
  kind: Kind,
  keys: (object: O) => readonly string[],
  source: (object: O) => unknown = object => object,
): (state: State, key: string) => readonly O[] {
  let last: { readonly source: unknown; readonly namespace: string | undefined; readonly keys: readonly string[] } | undefined
  const keysOf = (object: O): readonly string[] => {
    const [from, { namespace }] = [source(object), object.metadata]
    if (last === undefined || last.source !== from || last.namespace !== namespace) last = { source: from, namespace, keys: keys(object) }
    return last.keys
  }
  const view = derived<O, Index<O>>(
    kind,
    () => new Map(),
    (index, old, now, id) => {
      const before = old === undefined ? NO_KEYS : keysOf(old)
      const after = now === undefined ? NO_KEYS : keysOf(now)
      for (const key of before) if (!after.includes(key)) takeOut(index, key, id, old!)
      for (const key of after) before.includes(key) ? replace(index.get(key)!, id, old!, now!) : place(index, key, id, now!)
    },
  )
  return (state, key) => {
    const under = view(state).get(key)
    if (under === undefined) return []
    return 'few' in under ? under.few : (under.list ??= [...under.many.values()])
  }
}

type Index<O> = Map<string, Under<O>>

/**
 * What is under one key. Most keys have few objects, of which a list takes the least room; only where there are many they have to be found, by their keys in
 * the store.
 */
type Under<O> = { few: readonly O[] } | { readonly many: Map<string, O>; list: readonly O[] | undefined }

const FEW = 8

const NO_KEYS: readonly string[] = []

function place<O extends KubeObject>(index: Index<O>, key: string, id: string, object: O): void {
  const under = index.get(key)
  if (under === undefined) index.set(key, { few: [object] })
  else if ('few' in under && under.few.length < FEW) under.few = under.few.concat(object)
  else if ('few' in under) index.set(key, { many: new Map([...under.few, object].map(o => [keyOf(o), o])), list: undefined })
  else {
    under.many.set(id, object)
    under.list = undefined
  }
}

function replace<O>(under: Under<O>, id: string, old: O, now: O): void {
  if ('few' in under) under.few = under.few.map(o => (o === old ? now : o))
  else {
    under.many.set(id, now)
    under.list = undefined
  }
}

function takeOut<O>(index: Index<O>, key: string, id: string, old: O): void {
  const under = index.get(key)!
  if ('few' in under) under.few = under.few.filter(o => o !== old)
  else {
    under.many.delete(id)
    under.list = undefined
  }
  if ('few' in under ? under.few.length === 0 : under.many.size === 0) index.delete(key)
}

/** The views follow a map that was copied in order to be written. */
export function moveViews(kind: Kind, before: Objects, after: Objects): void {
  for (const view of VIEWS.get(kind) ?? []) view.move(before, after)
}

/** The views follow one write in a map that is changed in place. */
export function followWrite(kind: Kind, map: Objects, key: string, old: KubeObject | undefined, now: KubeObject | undefined): void {
  for (const view of VIEWS.get(kind) ?? []) view.follow(map, key, old, now)
}
