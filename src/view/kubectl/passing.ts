// How virtual time passes around one kubectl command: what the cluster does once the command has written, and how the command waits.
// Two ways: `settling` (a single command: everything that follows happens before it answers) and whatever the shell gives (a person at a terminal).
import type { State } from '../../cluster/state'
import { passUntil, settle } from '../../control/settle'

export interface Passing {
  /** The cluster as the next command finds it, after one that wrote. */
  readonly after: (state: State) => State
  /** Lets time pass, moment by moment, until `done` or until `ms` milliseconds are over. Gives the first State that is done, or the last one. */
  readonly until: (state: State, done: (state: State) => boolean, ms: number) => State
}

/** Everything that a command causes has happened when the next one comes. */
export const settling: Passing = { after: settle, until: passUntil }

/** Nothing has happened yet when the next command comes: whoever runs the commands lets time pass. */
export const atOnce: Passing = { after: state => state, until: passUntil }
