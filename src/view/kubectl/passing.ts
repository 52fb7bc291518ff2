// How virtual time passes around one kubectl command: what the cluster does once the command has written, and how the command waits.
// Two ways: `settling` (a single command: everything that follows happens before it answers) and whatever the shell gives (a person at a terminal).
import type { State } from '../../cluster/state'
import { passTime, settle } from '../../control/settle'

export interface Passing {
  /** The cluster as the next command finds it, after one that wrote. */
  readonly after: (state: State) => State
  /** Lets time pass, moment by moment, until `done` or until `ms` milliseconds are over. Gives the first State that is done, or the last one. */
  readonly until: (state: State, done: (state: State) => boolean, ms: number) => State
}

/** Steps in which a waiting command looks again, in milliseconds of virtual time. */
const LOOK_MS = 100

/** Waits in small steps of virtual time. */
export function waitUntil(state: State, done: (state: State) => boolean, ms: number): State {
  const end = state.nowMs + ms
  let now = passTime(state, 0)
  while (!done(now) && now.nowMs < end) now = passTime(now, Math.min(LOOK_MS, end - now.nowMs))
  return now
}

/** Everything that a command causes has happened when the next one comes. */
export const settling: Passing = { after: settle, until: waitUntil }

/** Only what happens at once has happened when the next command comes; the rest takes its time. */
export const atOnce: Passing = { after: state => passTime(state, 0), until: waitUntil }
