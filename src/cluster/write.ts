// Writes to the store: a batch of changes in, the next State out. Each kind's map is copied once per batch. Stands for etcd transactions and the API server's
// system fields (uid, resourceVersion, generation, creationTimestamp). Not simulated: managedFields, concurrency.
import type { Kind, KubeObject, ObjectMeta } from '../apply/object'
import { timeText } from './clock'
import { sameValue } from './equal'
import { extended } from './extended'
import { withJobSelector } from './job-labels'
import { KINDS } from './kind'
import { appended } from './log'
import { CLUSTER_PROFILES } from './profile'
import { uuid } from './random'
import { keyOf, type State, type WatchEvent } from './state'

/** A put creates or replaces by kind and key; a put that changes nothing is no write. */
export type Change =
  | { readonly do: 'put'; readonly object: KubeObject }
  | { readonly do: 'delete'; readonly kind: Kind; readonly key: string }

/** The change that makes an object, or puts it in the place of the one before. */
export const put = <O extends KubeObject>(object: O): Change => ({ do: 'put', object })

/** One write before it is made: its key, what was there, and what watchers will see. */
export interface Recorded {
  readonly key: string
  readonly old: KubeObject | undefined
  readonly event: WatchEvent
}

/** What a change would write over these objects of its kind; undefined when it changes nothing. `cause`: of a WatchEvent. */
export function recordWrite(
  state: State,
  change: Change,
  by: string,
  objects: ReadonlyMap<string, KubeObject> | undefined,
  cause?: number,
): Recorded | undefined {
  const key = change.do === 'put' ? keyOf(change.object) : change.key
  const old = objects?.get(key)
  const resourceVersion = state.resourceVersion + 1
  const { nowMs: atMs } = state
  const event = (type: WatchEvent['type'], object: KubeObject): Recorded => ({
    key: type === 'ADDED' ? keptKeyOf(object) : key,
    old,
    event: cause === undefined ? { type, object, resourceVersion, atMs, by } : { type, object, resourceVersion, atMs, by, cause },
  })
  if (change.do === 'delete') return old === undefined ? undefined : event('DELETED', old)
  if (old !== undefined && unchanged(old, change.object)) return undefined
  return event(old === undefined ? 'ADDED' : 'MODIFIED', stored(state, change.object, old, resourceVersion))
}

/** The key in one piece: what a template puts together stays a rope of its parts, which is larger, and this one is kept. */
const keptKeyOf = ({ metadata: { namespace, name } }: KubeObject): string => (namespace ? [namespace, name].join('/') : name)

/** Applies the changes in their order; the same State when none of them changes anything. */
export function write(state: State, changes: readonly Change[], by: string): State {
  if (changes.length === 0) return state
  const maps = new Map<Kind, Map<string, KubeObject>>()
  const events: WatchEvent[] = []
  let now = state
  for (const change of changes) {
    const kind = change.do === 'put' ? (change.object.kind as Kind) : change.kind
    const written = recordWrite(now, change, by, maps.get(kind) ?? state.objects.get(kind))
    if (written === undefined) continue
    const map = maps.get(kind) ?? new Map(state.objects.get(kind))
    maps.set(kind, map)
    if (written.event.type === 'DELETED') map.delete(written.key)
    else map.set(written.key, written.event.object)
    events.push(written.event)
    now = { ...now, resourceVersion: written.event.resourceVersion }
  }
  if (events.length === 0) return state
  return { ...now, objects: new Map([...state.objects, ...maps]), log: events.reduce(appended, state.log) }
}

/** The system fields that a writer never has to give. */
const SYSTEM = new Set(['resourceVersion', 'uid', 'creationTimestamp', 'generation'])
const METADATA = new Set(['metadata'])

function unchanged(old: KubeObject, object: KubeObject): boolean {
  return old === object || (sameValue(old, object, METADATA) && sameValue(old.metadata, object.metadata, SYSTEM))
}

function stored(state: State, object: KubeObject, old: KubeObject | undefined, resourceVersion: number): KubeObject {
  const metadata = metadataOf(state, object, old, resourceVersion)
  if (old === undefined && object.kind === 'Job') return withJobSelector(object, metadata, state.config.profile)
  return keptObject(object, metadata)
}

function metadataOf(state: State, object: KubeObject, old: KubeObject | undefined, version: number): ObjectMeta {
  const given = object.metadata
  const uid = old?.metadata.uid ?? given.uid ?? freshUid(state, `${object.kind} ${keyOf(object)}`, version)
  const creationTimestamp = old?.metadata.creationTimestamp ?? given.creationTimestamp ?? timeText(state)
  return keptMetadata(given, uid, creationTimestamp, String(version), generationOf(state, object, old))
}

/** How often what is wished was changed, for kinds that count it. */
function generationOf(state: State, object: KubeObject, old: KubeObject | undefined): number | undefined {
  const kind = object.kind as Kind
  const counts = KINDS[kind].generation || (kind === 'Pod' && CLUSTER_PROFILES[state.config.profile].podGeneration)
  if (!counts) return object.metadata.generation
  if (old === undefined) return object.metadata.generation ?? 1
  const generation = old.metadata.generation ?? 1
  return isSameWish(old, object) ? generation : generation + 1
}

// Of pods and Events there are hundreds of thousands, several versions of each. An object that is written out with its fields takes little more than half of the
// room that a copy takes to which fields are added: so the common shapes are written out, and what has other fields is copied.

/** The object with its new metadata. */
function keptObject(object: KubeObject, metadata: ObjectMeta): KubeObject {
  const { apiVersion, kind, spec, status } = object as KubeObject & { readonly spec?: unknown; readonly status?: unknown }
  const isCommon = spec !== undefined && status !== undefined && Object.keys(object).length === 5
  return isCommon ? ({ apiVersion, kind, metadata, spec, status } as KubeObject) : { ...object, metadata }
}

function keptMetadata(
  given: ObjectMeta,
  uid: string,
  creationTimestamp: string,
  resourceVersion: string,
  generation: number | undefined,
): ObjectMeta {
  const { name, generateName, namespace, labels, ownerReferences } = given
  let own = 0
  for (const field in given) if (!SYSTEM.has(field)) own++
  if (own === 2 && namespace !== undefined && generation === undefined) return { name, namespace, uid, creationTimestamp, resourceVersion }
  const isMade = generateName !== undefined && namespace !== undefined && labels !== undefined && ownerReferences !== undefined
  if (own === 5 && isMade && generation !== undefined)
    return { name, generateName, namespace, labels, ownerReferences, uid, creationTimestamp, resourceVersion, generation }
  return extended(given, { uid, creationTimestamp, resourceVersion, ...(generation === undefined ? {} : { generation }) })
}

/** Drawn from the seed, unless one was noted for the object: among equals, the uid decides which pod goes first. */
const freshUid = (state: State, name: string, resourceVersion: number): string =>
  String(state.memory[`pinned uid ${name}`] ?? uuid(state.seed, `${name} ${resourceVersion}`))

/** Whether nothing that generation counts has changed: what is desired, and that the object is to go. */
const isSameWish = (old: KubeObject, object: KubeObject): boolean =>
  (old.metadata.deletionTimestamp === undefined) === (object.metadata.deletionTimestamp === undefined) &&
  ((specOf(old) !== undefined && specOf(old) === specOf(object)) || sameValue(desired(old), desired(object)))

/** What generation counts: everything but metadata and status. */
const desired = (object: KubeObject) => ({ ...object, ...WITHOUT, ...(object.kind === 'Pod' ? { spec: unbound(object) } : {}) })
const WITHOUT = { metadata: undefined, status: undefined, apiVersion: undefined }
/** Binding a pod to its node is a request of its own, which does not count. */
const unbound = (pod: KubeObject) => ({ ...(pod as KubeObject & { spec?: object }).spec, nodeName: undefined })
const specOf = (object: KubeObject): unknown => (object as KubeObject & { spec?: unknown }).spec
