// What one kubectl command answers: the streams, the exit code and the State afterwards.
import type { State } from '../../cluster/state'

export interface Reply {
  readonly state: State
  readonly stdout: string
  readonly stderr: string
  readonly exit: number
}

/** The files and standard input that a command can read. */
export interface KubectlFiles {
  /** The bytes of a file; undefined when there is none. */
  read(path: string): Uint8Array | undefined
  /** The names in a folder; undefined when it is none. */
  list?(path: string): readonly string[] | undefined
  stdin(): Uint8Array | string
}

export const printed = (state: State, stdout: string, stderr = ''): Reply => ({ state, stdout, stderr, exit: 0 })
export const failed = (state: State, message: string, stdout = ''): Reply => ({ state, stdout, stderr: `${message}\n`, exit: 1 })
