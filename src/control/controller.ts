// What a controller is: the kinds it watches, which of its keys a write concerns, and a function that syncs one key. Stands for an informer, a work queue and a worker.
import type { Kind } from '../apply/object'
import type { Written } from '../cluster/draft'
import type { Said } from '../cluster/event'
import type { PinnedPod, State } from '../cluster/state'
import type { Change } from '../cluster/write'

export type Facts = Record<string, number | string | undefined>

/** A key to look at again. */
export interface Again {
  readonly key?: string
  readonly atMs: number
  /** A deadline or a back-off: settling does not wait for it. */
  readonly patient?: boolean
}

/** What one sync of one key wants done, in this order: facts, changes, Events. */
export interface Sync {
  readonly changes?: readonly Change[]
  readonly said?: readonly Said[]
  readonly facts?: Facts
  readonly pins?: readonly PinnedPod[]
  readonly again?: readonly Again[]
  /** How many objects it looked at: the next sync of the same key waits accordingly. */
  readonly size?: number
}

export interface Controller {
  /** As `source.component` of its Events, and as a scenario stops it. */
  readonly name: string
  /** From a watch event to the sync that it causes, in virtual milliseconds. */
  readonly latencyMs: number
  /** Such components do one key after the other, each taking so long. */
  readonly serialMs?: number
  readonly watches: readonly Kind[]
  /** The keys that a write concerns. */
  readonly keys: (written: Written, state: State) => readonly string[]
  readonly sync: (state: State, key: string) => Sync
}

/** Nothing to do. */
export const CONTENT: Sync = {}
