// What happened in the control plane, in order: which component wrote what, in answer to which watch event, at which virtual moment.
import type { Event, KubeObject, Pod } from '../apply/object'
import { writesOf } from '../cluster/log'
import { keyOf, type State, type WatchEvent } from '../cluster/state'

export interface Moment {
  readonly atMs: number
  /** The component that wrote; `kubectl` for a user. */
  readonly by: string
  /** On which node a component wrote that runs on each of them. */
  readonly node: string | null
  readonly did: 'created' | 'changed' | 'deleted' | 'said'
  /** `Pod default/web-1`; of an Event, the object it is about. */
  readonly object: string
  /** What is new, in few words: `bound to node01`, `Ready`, `3 replicas`; of an Event its reason and message. */
  readonly what: string
  readonly resourceVersion: number
  /** The write that the component reacted to; null for users and for what the time brought. */
  readonly cause: number | null
}

/** Every write since a virtual moment, or after a resourceVersion. */
export function timelineOf(state: State, fromMs = 0, afterVersion = 0): readonly Moment[] {
  const before = new Map<string, KubeObject>()
  const moments: Moment[] = []
  for (const event of writesOf(state.log)) {
    const id = `${event.object.kind} ${keyOf(event.object)}`
    if (event.atMs >= fromMs && event.resourceVersion > afterVersion) moments.push(momentOf(event, before.get(id)))
    if (event.type === 'DELETED') before.delete(id)
    else before.set(id, event.object)
  }
  return moments
}

function momentOf(event: WatchEvent, old: KubeObject | undefined): Moment {
  const { object, type } = event
  const common = {
    atMs: event.atMs,
    by: event.by,
    node: nodeOf(event),
    resourceVersion: event.resourceVersion,
    cause: event.cause || null,
  }
  if (object.kind === 'Event') {
    const { involvedObject: about, reason, message } = object as Event
    const name = about.namespace === undefined ? about.name : `${about.namespace}/${about.name}`
    return { ...common, did: 'said', object: `${about.kind} ${name}`, what: `${reason}: ${message}` }
  }
  const did = type === 'ADDED' ? 'created' : type === 'DELETED' ? 'deleted' : 'changed'
  return { ...common, did, object: `${object.kind} ${keyOf(object)}`, what: type === 'DELETED' ? '' : newIn(object, old) }
}

/** Where a kubelet wrote; every other component that writes runs once. */
function nodeOf({ by, object }: WatchEvent): string | null {
  if (by !== 'kubelet') return null
  if (object.kind === 'Node') return object.metadata.name
  return (object.kind === 'Event' ? (object as Event).source?.host : (object as Pod).spec?.nodeName) ?? null
}

type Loose = Readonly<Record<string, unknown>>
const at = (object: KubeObject | undefined, ...path: readonly string[]): unknown =>
  path.reduce<unknown>((value, key) => (typeof value === 'object' && value !== null ? (value as Loose)[key] : undefined), object)

/** What a reader would call the news of one write. */
function newIn(object: KubeObject, old: KubeObject | undefined): string {
  const news: string[] = []
  const differs = (...path: string[]) => JSON.stringify(at(object, ...path)) !== JSON.stringify(at(old, ...path))
  if (old !== undefined && object.metadata.deletionTimestamp !== undefined && old.metadata.deletionTimestamp === undefined)
    news.push('is being deleted')
  if (differs('spec', 'nodeName') && at(object, 'spec', 'nodeName')) news.push(`bound to ${String(at(object, 'spec', 'nodeName'))}`)
  if (differs('spec', 'replicas')) news.push(`${many(at(object, 'spec', 'replicas'), 'replica')} wanted`)
  if (differs('status', 'phase') && at(object, 'status', 'phase')) news.push(String(at(object, 'status', 'phase')))
  if (differs('status', 'podIP') && at(object, 'status', 'podIP')) news.push(String(at(object, 'status', 'podIP')))
  for (const type of ['Ready', 'Available', 'Progressing']) {
    const now = conditionOf(object, type)
    if (now !== undefined && now !== conditionOf(old, type)) news.push(`${type} ${now}`)
  }
  for (const count of ['replicas', 'readyReplicas', 'numberReady', 'succeeded']) {
    const now = at(object, 'status', count)
    if (differs('status', count) && typeof now === 'number') news.push(count === 'replicas' ? many(now, 'pod') : `${now} ${WORDS[count]}`)
  }
  if (object.kind === 'Node' && differs('spec', 'taints')) news.push('taints changed')
  if (object.kind === 'Endpoints' && differs('subsets')) news.push(endpointsText(object))
  if (object.kind === 'EndpointSlice' && differs('endpoints')) news.push(sliceText(object))
  return news.join(', ')
}

/** `1 pod`, `2 pods`. */
const many = (n: unknown, noun: string): string => `${String(n)} ${noun}${n === 1 ? '' : 's'}`

const WORDS: Readonly<Record<string, string>> = { readyReplicas: 'ready', numberReady: 'ready', succeeded: 'succeeded' }

const conditionOf = (object: KubeObject | undefined, type: string): string | undefined =>
  (at(object, 'status', 'conditions') as readonly { type: string; status: string }[] | undefined)?.find(c => c.type === type)?.status

const MOST_ADDRESSES = 4
const few = (ips: readonly string[]): string =>
  ips.length === 0
    ? 'no addresses'
    : ips.slice(0, MOST_ADDRESSES).join(', ') + (ips.length > MOST_ADDRESSES ? ` and ${ips.length - MOST_ADDRESSES} more` : '')

function endpointsText(object: KubeObject): string {
  const subsets = (at(object, 'subsets') ?? []) as readonly { addresses?: readonly { ip: string }[] }[]
  return few(subsets.flatMap(s => (s.addresses ?? []).map(a => a.ip)))
}

function sliceText(object: KubeObject): string {
  const endpoints = (at(object, 'endpoints') ?? []) as readonly { addresses: readonly string[]; conditions?: { ready?: boolean } }[]
  return few(endpoints.filter(e => e.conditions?.ready !== false).flatMap(e => e.addresses))
}
