// The world outside as one argument: files, streams. Every command takes it, so that one process can answer thousands (batch) and tests need no disk.

export interface Files {
  /** The bytes of a file; undefined when there is none. */
  read(path: string): Uint8Array | undefined
  /** The names in a folder, sorted bytewise; undefined when it is none. */
  list(path: string): readonly string[] | undefined
  write(path: string, text: string | Uint8Array): void
}

export interface Io {
  readonly files: Files
  /** All of standard input. */
  stdin(): Uint8Array
  /** Standard input line by line, as it comes. */
  stdinLines(): AsyncIterable<string>
  stdout(text: string): void
  stderr(text: string): void
  /** Whether stdout is a terminal: colour and progress only then. */
  readonly terminal: boolean
  readonly env: Readonly<Record<string, string | undefined>>
}

/** Exit codes of every command but kubectl's: spec of the command line. */
export const EXIT = { good: 0, checkFailed: 1, usage: 2, nothingTested: 3, bug: 4 } as const

/** One subcommand: its own arguments in, exit code out. It throws HopspecError for the user's mistakes; main prints them and exits 2. */
export type Command = (args: readonly string[], io: Io) => number | Promise<number>
