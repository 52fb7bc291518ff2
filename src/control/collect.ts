// Garbage collection and namespace deletion: what a deleted object owned goes too, or first, or is let go; a terminating namespace is emptied, then removed.
// Stands for the garbage collector and the namespace controller.
import type { Kind, KubeObject } from '../apply/object'
import { ALL_KINDS, KINDS } from '../cluster/kind'
import { keyOf, objectOf, type State, type WatchEvent } from '../cluster/state'
import { deletionsOf } from '../cluster/store'
import { put, type Change } from '../cluster/write'
import { CONTENT, type Controller, type Sync } from './controller'
import { podsOwnedBy } from './pod-index'
import { CONTROL_PROFILES } from './profile'
import { disowned } from './selector'

const ORPHAN = 'orphan'
const FOREGROUND = 'foregroundDeletion'

/** Kinds that own nothing: their going concerns nobody. */
const CHILDLESS = new Set<string>(['Pod', 'Event', 'EndpointSlice', 'ControllerRevision', 'Namespace'])

export const garbageCollector: Controller = {
  name: 'generic-garbage-collector',
  latencyMs: 15,
  watches: ALL_KINDS,
  keys: ({ event }, state) => {
    const { object, type } = event
    if (type === 'DELETED')
      return [
        ...(CHILDLESS.has(object.kind) ? [] : [`gone ${object.kind} ${keyOf(object)} ${object.metadata.uid}`]),
        ...waitingOwners(state, object),
      ]
    if (type === 'ADDED' && object.metadata.ownerReferences !== undefined && isWrittenLater(state, event))
      return [`owned ${object.kind} ${keyOf(object)}`]
    return object.metadata.deletionTimestamp !== undefined && finalizer(object) !== undefined
      ? [`going ${object.kind} ${keyOf(object)}`]
      : []
  },
  sync: (state, key) => {
    const [what, kind, name, uid] = key.split(' ') as [string, Kind, string, string]
    if (what === 'owned') return ownerless(state, kind, name)
    return what === 'gone' ? collect(state, kind, name, uid) : going(state, kind, name)
  },
}

/** By a user, into a cluster that was there: what is given at the beginning may name owners that were not given with it. */
const isWrittenLater = (state: State, { by, object }: WatchEvent): boolean =>
  by.startsWith('kubectl-') && !state.places.has(`${object.kind} ${keyOf(object)}`)

/** An object whose owners are not there goes. */
function ownerless(state: State, kind: Kind, key: string): Sync {
  const object = objectOf(state, kind, key)
  const owners = object?.metadata.ownerReferences ?? []
  if (object === undefined || owners.length === 0 || owners.some(o => !KNOWN.has(o.kind) || exists(state, object, o))) return CONTENT
  return { changes: deletionsOf(state, object) }
}

/** Of other kinds nobody knows whether they are there. */
const KNOWN: ReadonlySet<string> = new Set(ALL_KINDS)

const finalizer = (object: KubeObject): string | undefined => (object.metadata.finalizers ?? []).find(f => f === ORPHAN || f === FOREGROUND)

/** Owners that wait for this object to be gone. */
const waitingOwners = (state: State, object: KubeObject): readonly string[] =>
  (object.metadata.ownerReferences ?? []).flatMap(o => {
    const owner = objectOf(state, o.kind as Kind, `${object.metadata.namespace}/${o.name}`)
    return owner?.metadata.deletionTimestamp !== undefined && finalizer(owner) ? [`going ${owner.kind} ${keyOf(owner)}`] : []
  })

/** What an object owns: by the index for pods, by looking for the few of other kinds. */
function dependents(state: State, owner: KubeObject): readonly KubeObject[] {
  const found: KubeObject[] = [...podsOwnedBy(state, owner)]
  for (const kind of ALL_KINDS) {
    if (kind === 'Pod' || kind === 'Event' || kind === 'Node') continue
    for (const object of state.objects.get(kind)?.values() ?? [])
      if (object.metadata.ownerReferences?.some(o => o.uid === owner.metadata.uid)) found.push(object)
  }
  return found
}

function collect(state: State, kind: Kind, key: string, uid: string): Sync {
  const slash = key.indexOf('/')
  const metadata = { name: key.slice(slash + 1), ...(slash < 0 ? {} : { namespace: key.slice(0, slash) }), uid }
  const changes = dependents(state, { apiVersion: '', kind, metadata }).flatMap(object => {
    const others = (object.metadata.ownerReferences ?? []).filter(o => o.uid !== uid && exists(state, object, o))
    if (others.length > 0) return [put({ ...object, metadata: { ...object.metadata, ownerReferences: others } })]
    return deletionsOf(state, object)
  })
  return { changes }
}

const exists = (state: State, object: KubeObject, o: { readonly kind: string; readonly name: string; readonly uid: string }): boolean =>
  objectOf(state, o.kind as Kind, `${object.metadata.namespace}/${o.name}`)?.metadata.uid === o.uid

/** An object that is going with a finalizer of ours: its dependents are let go, or go before it. */
function going(state: State, kind: Kind, key: string): Sync {
  const owner = objectOf(state, kind, key)
  if (owner === undefined) return CONTENT
  const own = dependents(state, owner)
  if (finalizer(owner) === ORPHAN) {
    const released = own.map(object => put(disowned(object, owner)))
    return { changes: [...released, ...withoutFinalizer(owner, ORPHAN)] }
  }
  const blocking = own.filter(o => o.metadata.ownerReferences?.some(r => r.uid === owner.metadata.uid && r.blockOwnerDeletion))
  if (blocking.length === 0) return { changes: withoutFinalizer(owner, FOREGROUND) }
  return { changes: own.flatMap(object => deletionsOf(state, object)) }
}

/** The object without the finalizer: gone when it was the last. */
function withoutFinalizer(owner: KubeObject, name: string): readonly Change[] {
  const finalizers = (owner.metadata.finalizers ?? []).filter(f => f !== name)
  if (finalizers.length === 0) return [{ do: 'delete', kind: owner.kind as Kind, key: keyOf(owner) }]
  return [put({ ...owner, metadata: { ...owner.metadata, finalizers } })]
}

export const namespaces: Controller = {
  name: 'namespace-controller',
  latencyMs: 20,
  watches: ALL_KINDS,
  keys: ({ event }, state) => {
    const { object, type } = event
    if (object.kind === 'Namespace')
      return object.metadata.deletionTimestamp === undefined || type === 'DELETED' ? [] : [object.metadata.name]
    const { namespace } = object.metadata
    if (namespace === undefined) return []
    return objectOf(state, 'Namespace', namespace)?.metadata.deletionTimestamp === undefined ? [] : [namespace]
  },
  sync: (state, name) => {
    if (objectOf(state, 'Namespace', name)?.metadata.deletionTimestamp === undefined) return CONTENT
    const inside = ALL_KINDS.filter(kind => KINDS[kind].namespaced).flatMap(kind =>
      [...(state.objects.get(kind)?.values() ?? [])].filter(o => o.metadata.namespace === name),
    )
    if (inside.length === 0) return { changes: [{ do: 'delete', kind: 'Namespace', key: name }], facts: { [emptied(name)]: undefined } }
    const pods = inside.filter(o => o.kind === 'Pod')
    if (pods.length > 0 && CONTROL_PROFILES[state.config.profile].podsGoFirst) return podsFirst(state, name, pods)
    const nextMs = nextLook(state, name)
    if (nextMs > state.nowMs) return { again: [{ atMs: nextMs }] }
    return { changes: inside.flatMap(o => deletionsOf(state, o)) }
  },
}

const emptied = (namespace: string): string => `emptied ${namespace}`

/** When a namespace whose pods had to go first is looked at again. */
const nextLook = (state: State, name: string): number => Number(String(state.memory[emptied(name)] ?? '0 0').split(' ')[1])

/** After how long a namespace is looked at again that could not be emptied: twice as long each time, up to the last. */
const [RETRY_MS, LAST_RETRY_MS] = [5000, 60_000]

/** Nothing else goes while there are pods. */
function podsFirst(state: State, name: string, pods: readonly KubeObject[]): Sync {
  const nextMs = nextLook(state, name)
  if (nextMs > state.nowMs) return { again: [{ atMs: nextMs }] }
  const tries = Number(String(state.memory[emptied(name)] ?? '0').split(' ')[0])
  const atMs = state.nowMs + Math.min(LAST_RETRY_MS, RETRY_MS * 2 ** tries)
  return { changes: pods.flatMap(o => deletionsOf(state, o)), facts: { [emptied(name)]: `${tries + 1} ${atMs}` }, again: [{ atMs }] }
}
