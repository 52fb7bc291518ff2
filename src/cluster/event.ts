// Events as objects: what a component says about an object, counted when it says the same again, combined from the tenth similar one on, dropped where it says
// too much. Stands for client-go's event recorder and correlator, and for events.k8s.io. Not simulated: the TTL of an hour.
import type { Event, KubeObject } from '../apply/object'
import { epochMs, timeOf, timeText } from './clock'
import { indexBy } from './derived'
import { sameValue } from './equal'
import { CLUSTER_PROFILES } from './profile'
import { sharing } from './sharing'
import { objectOf, type State } from './state'
import { type Change, put } from './write'

export interface Said {
  readonly about: KubeObject
  readonly type: 'Normal' | 'Warning'
  readonly reason: string
  readonly message: string
  readonly component: string
  readonly host?: string
  readonly fieldPath?: string
  /** Written through events.k8s.io, as newer schedulers do: no source, no first and last time, an action. */
  readonly modern?: boolean
  readonly action?: string
}

/** Distinct similar events from which on they are combined, and for how long they are remembered. Source: client-go events_cache.go. */
const COMBINE_FROM = 10
const REMEMBERED_MS = 600_000
/** What one source may say of one object (newer ones: of each type): so many at once, and one more every five minutes. */
const BURST = 25
const REFILL_MS = 300_000
const COMBINED = '(combined from similar events): '

const byObject = indexBy<Event>(
  'Event',
  e => [e.involvedObject.uid ?? `${e.involvedObject.kind} ${e.involvedObject.name}`],
  e => e.involvedObject,
)
const eventsAbout = (state: State, object: KubeObject): readonly Event[] =>
  byObject(state, object.metadata.uid ?? `${object.kind} ${object.metadata.name}`)

/** What the recorder writes; undefined where it keeps silent. */
export function eventChange(state: State, said: Said): Change | undefined {
  const change = changeFor(state, said)
  const isNew = change?.do === 'put' && change.object.metadata.uid === undefined
  return isNew && isClosed(state, change.object.metadata.namespace) ? undefined : change
}

/** Nothing new is written into a namespace that goes. */
const isClosed = (state: State, namespace: string | undefined): boolean =>
  objectOf(state, 'Namespace', namespace ?? '')?.metadata.deletionTimestamp !== undefined

function changeFor(state: State, said: Said): Change | undefined {
  const known = eventsAbout(state, said.about)
  if (said.modern) return modern(state, said, known)
  const own = known.filter(e => e.source?.component === said.component && (e.source.host ?? '') === (said.host ?? ''))
  const similar = own.filter(e => e.type === said.type && e.reason === said.reason)
  const same = similar.find(e => e.message === said.message && e.involvedObject.fieldPath === said.fieldPath)
  const recent = similar.filter(e => !e.message.startsWith(COMBINED) && state.nowMs - lastMs(state, e) <= REMEMBERED_MS)
  const distinct = new Set([said.message, ...recent.map(e => e.message)]).size
  const { spamByType } = CLUSTER_PROFILES[state.config.profile]
  if (overspent(state, spamByType ? own.filter(e => e.type === said.type) : own)) return undefined
  if (distinct >= COMBINE_FROM) return combined(state, said, similar)
  return put(same === undefined ? firstEvent(state, said, known) : again(state, same, said.message))
}

const lastMs = (state: State, event: Event): number => timeOf(state, event.lastTimestamp) ?? 0

/** Whether a source has used up what it may say of one object. */
function overspent(state: State, own: readonly Event[]): boolean {
  const said = own.reduce((sum, e) => sum + (e.count ?? 1), 0)
  if (said < BURST) return false
  const since = Math.min(...own.map(e => timeOf(state, e.firstTimestamp) ?? 0))
  return said + 1 > BURST + (state.nowMs - since) / REFILL_MS
}

function combined(state: State, said: Said, similar: readonly Event[]): Change {
  const message = `${COMBINED}${said.message}`
  const old = similar.find(e => e.message.startsWith(COMBINED))
  if (old !== undefined) return put(again(state, old, message))
  const { reportingComponent: _, ...fresh } = firstEvent(state, { ...said, message }, similar)
  return put(fresh as Event)
}

/** The second time of the same about one version of the object becomes a series; what follows is written later than anybody here looks. What is said first is
 * about the version before the one that the same sync writes. */
function modern(state: State, said: Said, known: readonly Event[]): Change | undefined {
  const version = Number(said.about.metadata.resourceVersion ?? 0)
  const since = known.filter(
    e =>
      e.reportingComponent === said.component &&
      e.reason === said.reason &&
      e.type === said.type &&
      Number(e.metadata.resourceVersion ?? 0) > version,
  )
  const [, old] = since
  if (old === undefined) return put(firstEvent(state, said, known))
  if ((old as { series?: unknown }).series !== undefined) return undefined
  return put({ ...old, series: { count: 2, lastObservedTime: timeText(state) } } as Event)
}

/**
 * `<object>.<hex of the nanoseconds of the first time>`; nanoseconds count up within one moment so that names differ and sort. What earlier Events about the
 * object have said in the same way is not kept again: Events are most of what a large cluster is made of.
 */
function firstEvent(state: State, said: Said, earlier: readonly Event[]): Event {
  const { about } = said
  const nanos = BigInt(epochMs(state) + Math.floor(state.nowMs)) * 1_000_000n + BigInt((state.resourceVersion + 1) % 1_000_000)
  const now = timeText(state)
  const namespace = about.metadata.namespace ?? 'default'
  const involvedObject = {
    kind: about.kind,
    ...(about.metadata.namespace === undefined ? {} : { namespace: about.metadata.namespace }),
    name: about.metadata.name,
    ...(about.metadata.uid === undefined ? {} : { uid: about.metadata.uid }),
    apiVersion: about.apiVersion,
    ...(said.fieldPath === undefined ? {} : { fieldPath: sharedText(said.fieldPath) }),
  } as Event['involvedObject']
  return {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: [about.metadata.name, nanos.toString(16)].join('.'), namespace },
    involvedObject: earlier.find(e => sameValue(e.involvedObject, involvedObject))?.involvedObject ?? involvedObject,
    type: said.type,
    reason: said.reason,
    message: sharedText(said.message),
    ...(said.action === undefined ? {} : { action: said.action }),
    ...(said.modern ? modernSource(state, said, now) : source(said, now)),
  }
}

const texts = sharing<string>()
const sharedText = (text: string): string => texts(text, () => text)

const NO_SOURCE = {}

const modernSource = (state: State, said: Said, now: string) => ({
  source: NO_SOURCE,
  reportingComponent: said.component,
  reportingInstance: sharedText(`${said.component}-${state.config.nodes[0]?.name ?? 'control-plane'}`),
  firstTimestamp: null,
  lastTimestamp: null,
  eventTime: now,
})

const sharedSource = sharing<NonNullable<Event['source']>>()

const source = (said: Said, now: string) => ({
  source: sharedSource(`${said.component} ${said.host ?? ''}`, () => ({
    component: said.component,
    ...(said.host === undefined ? {} : { host: said.host }),
  })),
  reportingComponent: said.component,
  count: 1,
  firstTimestamp: now,
  lastTimestamp: now,
})

const again = (state: State, event: Event, message: string): Event => ({
  ...event,
  message,
  count: (event.count ?? 1) + 1,
  lastTimestamp: timeText(state),
})
