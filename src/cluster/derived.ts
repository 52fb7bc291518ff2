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

/** An index by text keys: the objects under a key, in the order in which they came under it. */
export function indexBy<O extends KubeObject>(
  kind: Kind,
  keys: (object: O) => readonly string[],
): (state: State, key: string) => readonly O[] {
  const view = derived<O, Map<string, Map<string, O>>>(
    kind,
    () => new Map(),
    (index, old, now) => {
      const object = (now ?? old)!
      const id = `${object.metadata.namespace ?? ''}/${object.metadata.name}`
      const after = now === undefined ? [] : keys(now)
      for (const key of old === undefined ? [] : keys(old)) if (!after.includes(key)) index.get(key)?.delete(id)
      for (const key of after) {
        const under = index.get(key)
        if (under) under.set(id, now!)
        else index.set(key, new Map([[id, now!]]))
      }
    },
  )
  const none: readonly O[] = []
  return (state, key) => {
    const under = view(state).get(key)
    return under === undefined ? none : [...under.values()]
  }
}

/** The views follow a map that was copied in order to be written. */
export function moveViews(kind: Kind, before: Objects, after: Objects): void {
  for (const view of VIEWS.get(kind) ?? []) view.move(before, after)
}

/** The views follow one write in a map that is changed in place. */
export function followWrite(kind: Kind, map: Objects, old: KubeObject | undefined, now: KubeObject | undefined): void {
  for (const view of VIEWS.get(kind) ?? []) view.follow(map, old, now)
}
