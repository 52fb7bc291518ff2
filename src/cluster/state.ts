// Everything the cluster knows, as one immutable value: the store's objects, the virtual time, the log of writes. Stands for etcd and the API server's store.
import type { ClusterConfig } from '../apply/cluster-config'
import type { Kind, Kinds, KubeObject } from '../apply/object'
import type { Place } from '../error'
import type { Log } from './log'

/** One write, as a watcher of the kind sees it. */
export interface WatchEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'
  readonly object: KubeObject
  readonly resourceVersion: number
  /** Virtual time in milliseconds since the cluster began. */
  readonly atMs: number
  /** The component that wrote: `kubectl`, `deployment-controller`, `kubelet/node01`. */
  readonly by: string
  /** The resourceVersion (at least 1) of the write to which the component reacted; absent where a user or the time was the cause. */
  readonly cause?: number
}

/** Work that a component will look at: which of its keys, when, and what made it. */
export interface Due {
  readonly atMs: number
  readonly by: string
  readonly key: string
  readonly cause?: number
  /** Deadlines and back-offs: settling does not wait for them, passing time comes to them. */
  readonly patient?: boolean
}

/** Names and addresses that a scenario gives to pods that do not exist yet, in the order in which they are created. */
export interface PinnedPod {
  readonly namespace: string
  /** The workload, as `deployment/mytest`; null: any pod of that namespace. */
  readonly of: string | null
  readonly name: string | null
  readonly node: string | null
  readonly ip: string | null
}

export interface State {
  readonly config: ClusterConfig
  /** Kind → `namespace/name` (or `name` for cluster-scoped kinds) → object. */
  readonly objects: ReadonlyMap<Kind, ReadonlyMap<string, KubeObject>>
  /** Where an object of the input stands, by `Kind namespace/name`. */
  readonly places: ReadonlyMap<string, Place>
  readonly resourceVersion: number
  /** Virtual time in milliseconds since the cluster began. */
  readonly nowMs: number
  readonly seed: number
  /** Every write since the beginning. */
  readonly log: Log
  readonly pins: readonly PinnedPod[]
  /** Small facts that controllers and allocators keep between writes (cursors, counters, allocated ports), by name. */
  readonly memory: Readonly<Record<string, number | string>>
  /** What components have still to look at, in the order of time. */
  readonly agenda: readonly Due[]
  /** How many writes of the log the controllers have seen. */
  readonly seen: number
  /** What components that were stopped still go by, by `component/node`: the cluster as it was then. */
  readonly frozen: ReadonlyMap<string, State>
}

/** `namespace/name`, or the bare name of a cluster-scoped object. */
export const keyOf = (o: { readonly metadata: { readonly name: string; readonly namespace?: string } }): string =>
  o.metadata.namespace === undefined || o.metadata.namespace === '' ? o.metadata.name : `${o.metadata.namespace}/${o.metadata.name}`

const SORTED = new WeakMap<ReadonlyMap<string, KubeObject>, readonly KubeObject[]>()

/** All objects of a kind, sorted bytewise by namespace, then name. Sorted once per map. */
export function objectsOf<K extends Kind>(state: State, kind: K): readonly Kinds[K][] {
  const map = state.objects.get(kind)
  if (map === undefined) return []
  const known = SORTED.get(map)
  if (known) return known as readonly KubeObject[] as readonly Kinds[K][]
  const namespace = (o: KubeObject) => o.metadata.namespace ?? ''
  const all = [...map.values()].sort((a, b) => compareText(namespace(a), namespace(b)) || compareText(a.metadata.name, b.metadata.name))
  SORTED.set(map, all)
  return all as readonly KubeObject[] as readonly Kinds[K][]
}

/** A map that was changed in place has to be sorted again. */
export const forgetSorted = (map: ReadonlyMap<string, KubeObject>): void => void SORTED.delete(map)

/** One object by its key, if it exists. */
export function objectOf<K extends Kind>(state: State, kind: K, key: string): Kinds[K] | undefined {
  return state.objects.get(kind)?.get(key) as Kinds[K] | undefined
}

/** Bytewise for ASCII, which is what names are: the same in every locale. */
export const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
