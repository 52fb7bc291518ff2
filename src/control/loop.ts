// The event loop under the virtual clock: every write is seen by the components that watch its kind; each syncs its key a little later, and its writes are seen
// in turn. Stands for the whole control plane at work. Same State in, same State out.
import type { Kind } from '../apply/object'
import { type Draft, draftOf, type Written, rememberIn, stateOf, writeIn } from '../cluster/draft'
import { eventChange } from '../cluster/event'
import { writesAfter } from '../cluster/log'
import type { Due, State } from '../cluster/state'
import type { Change } from '../cluster/write'
import { type Agenda, agendaOf, enter, first, remaining, take } from './agenda'
import { isStopped } from './component'
import type { Controller, Sync } from './controller'

/** How far a run goes. */
export interface Until {
  /** No later than this virtual moment. */
  readonly endMs: number
  /** Stops where nothing but deadlines is left. */
  readonly quiet: boolean
  /** Stops as soon as this holds. */
  readonly done?: (state: State) => boolean
}

interface Loop {
  readonly draft: Draft
  readonly agenda: Agenda
  readonly watchers: ReadonlyMap<Kind, readonly Controller[]>
  readonly byName: ReadonlyMap<string, Controller>
  /** When a key of a large object can be synced again. */
  readonly busyUntil: Map<string, number>
  /** When a component that does one thing after the other is free. */
  readonly freeAt: Map<string, number>
}

/** Syncs in one run after which a cluster that still changes at one moment is a bug of ours. */
const MAX_SYNCS_AT_ONCE = 3_000_000

/** Milliseconds that looking at one object takes a controller. */
const LOOK_MS = 0.5

/** Runs the components from what they have not seen yet: the writes of users since the last run. The same State when nothing happens. */
export function run(state: State, controllers: readonly Controller[], until: Until): State {
  const loop = loopOf(state, controllers)
  for (const event of writesAfter(state.log, state.seen)) dispatch(loop, { event, old: undefined })
  let syncs = 0
  for (let due = next(loop, until); due !== undefined; due = next(loop, until)) {
    take(loop.agenda)
    syncs = due.atMs > loop.draft.state.nowMs ? 0 : syncs + 1
    if (syncs > MAX_SYNCS_AT_ONCE) throw new Error('the controllers never come to rest')
    loop.draft.open.nowMs = Math.max(loop.draft.state.nowMs, due.atMs)
    perform(loop, due)
    if (until.done?.(loop.draft.state)) break
  }
  return finish(state, loop, until)
}

function loopOf(state: State, controllers: readonly Controller[]): Loop {
  const watchers = new Map<Kind, Controller[]>()
  for (const controller of controllers)
    for (const kind of controller.watches) watchers.set(kind, [...(watchers.get(kind) ?? []), controller])
  const byName = new Map(controllers.map(c => [c.name, c]))
  return { draft: draftOf(state), agenda: agendaOf(state.agenda), watchers, byName, busyUntil: new Map(), freeAt: new Map() }
}

function next(loop: Loop, until: Until): Due | undefined {
  if (until.quiet && loop.agenda.pressing === 0) return undefined
  const due = first(loop.agenda)
  return due === undefined || due.atMs > until.endMs ? undefined : due
}

function finish(state: State, loop: Loop, until: Until): State {
  const { draft } = loop
  const arrived = until.quiet || until.done?.(draft.state) ? draft.state.nowMs : Math.max(draft.state.nowMs, until.endMs)
  draft.open.seen = draft.state.resourceVersion
  const agenda = remaining(loop.agenda)
  if (!draft.changed && arrived === state.nowMs && draft.state.seen === state.seen && agenda.length === state.agenda.length) return state
  draft.open.nowMs = arrived
  return stateOf(draft, agenda)
}

/** One sync: its facts, its writes, what it says, and when it wants to look again. */
function perform(loop: Loop, due: Due): void {
  const controller = loop.byName.get(due.by)
  if (controller === undefined) return
  const { draft } = loop
  if (isStopped(draft.state, controller.name)) {
    rememberIn(draft, { [`parked ${due.by} ${due.key}`]: due.cause ?? 0 })
    return
  }
  const sync = controller.sync(draft.state, due.key)
  carryOut(loop, controller, due, sync)
  for (const again of sync.again ?? []) {
    const cause = due.cause === undefined ? {} : { cause: due.cause }
    enter(loop.agenda, {
      atMs: Math.max(again.atMs, draft.state.nowMs),
      by: due.by,
      key: again.key ?? due.key,
      ...cause,
      ...(again.patient ? { patient: true } : {}),
    })
  }
  const busyMs = (sync.size ?? 0) * LOOK_MS
  if (busyMs >= 1) loop.busyUntil.set(`${due.by} ${due.key}`, draft.state.nowMs + busyMs)
}

function carryOut(loop: Loop, controller: Controller, due: Due, sync: Sync): void {
  const { draft } = loop
  if (sync.facts !== undefined) rememberIn(draft, sync.facts)
  if (sync.pins !== undefined) draft.open.pins = sync.pins
  for (const change of sync.changes ?? []) commit(loop, change, controller.name, due.cause)
  for (const said of sync.said ?? []) {
    const change = eventChange(draft.state, said)
    if (change !== undefined) commit(loop, change, said.component, due.cause)
  }
}

function commit(loop: Loop, change: Change, by: string, cause: number | undefined): void {
  const written = writeIn(loop.draft, change, by, cause)
  if (written !== undefined) dispatch(loop, written)
}

/** A write reaches everybody who watches its kind. */
function dispatch(loop: Loop, written: Written): void {
  const { event } = written
  for (const controller of loop.watchers.get(event.object.kind as Kind) ?? []) {
    for (const key of controller.keys(written, loop.draft.state)) wake(loop, controller, key, event.resourceVersion)
  }
}

function wake(loop: Loop, controller: Controller, key: string, cause: number): void {
  const slot = `${controller.name} ${key}`
  const known = loop.agenda.bySlot.get(slot)
  if (known !== undefined && known.due.atMs <= loop.draft.state.nowMs + controller.latencyMs) return
  let atMs = Math.max(loop.draft.state.nowMs + controller.latencyMs, loop.busyUntil.get(slot) ?? 0)
  if (controller.serialMs !== undefined) {
    atMs = Math.max(atMs, loop.freeAt.get(controller.name) ?? 0)
    loop.freeAt.set(controller.name, atMs + controller.serialMs)
  }
  enter(loop.agenda, { atMs, by: controller.name, key, cause })
}
