// A State that is being written: its maps are copied once, then changed in place, so that ten thousand writes cost ten thousand times one. Whoever reads it
// sees a State; it must not be kept beyond the run that made it. Stands for the API server's store while a settle runs.
import type { Kind, KubeObject } from '../apply/object'
import { followWrite, moveViews } from './derived'
import { appended } from './log'
import { recordWrite, type Change } from './write'
import { forgetSorted, type Due, type State, type WatchEvent } from './state'

/** One write with what was there before; `event` is what a watcher sees. */
export interface Written {
  readonly event: WatchEvent
  readonly old: KubeObject | undefined
}

type Open<T> = { -readonly [K in keyof T]: T[K] }

export interface Draft {
  /** Reads as a State; changes under its reader. */
  readonly state: State
  readonly open: Open<State>
  readonly memory: Record<string, number | string>
  readonly maps: Map<Kind, Map<string, KubeObject>>
  readonly owned: Set<Kind>
  /** Whether anything but the time has changed. */
  changed: boolean
}

/** Opens a State for writing; the State itself stays as it is. */
export function draftOf(state: State): Draft {
  const maps = new Map(state.objects) as Map<Kind, Map<string, KubeObject>>
  const memory = { ...state.memory }
  const open: Open<State> = { ...state, objects: maps, memory }
  return { state: open, open, memory, maps, owned: new Set(), changed: false }
}

/** Applies one change; undefined when it changes nothing. */
export function writeIn(draft: Draft, change: Change, by: string, cause: number | undefined): Written | undefined {
  const kind = change.do === 'put' ? (change.object.kind as Kind) : change.kind
  const written = recordWrite(draft.state, change, by, draft.maps.get(kind), cause)
  if (written === undefined) return undefined
  const { key, old, event } = written
  const map = ownedMap(draft, kind)
  forgetSorted(map)
  const now = event.type === 'DELETED' ? undefined : event.object
  if (now === undefined) map.delete(key)
  else map.set(key, now)
  followWrite(kind, map, key, old, now)
  draft.open.resourceVersion = event.resourceVersion
  draft.open.log = appended(draft.open.log, event)
  draft.changed = true
  return { event, old }
}

function ownedMap(draft: Draft, kind: Kind): Map<string, KubeObject> {
  const known = draft.maps.get(kind)
  if (known !== undefined && draft.owned.has(kind)) return known
  const copy = new Map(known)
  if (known !== undefined) moveViews(kind, known, copy)
  draft.maps.set(kind, copy)
  draft.owned.add(kind)
  return copy
}

/** Remembers small facts in place; undefined forgets. */
export function rememberIn(draft: Draft, facts: Readonly<Record<string, number | string | undefined>>): void {
  for (const [name, value] of Object.entries(facts)) {
    if (draft.memory[name] === value) continue
    draft.changed = true
    if (value === undefined) delete draft.memory[name]
    else draft.memory[name] = value
  }
}

/** The State that a draft has become; the draft is not written any more. */
export const stateOf = (draft: Draft, agenda: readonly Due[]): State => ({ ...draft.open, agenda })
