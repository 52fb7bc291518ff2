// One call of a plugin, as the runtime or another plugin makes it, and what is recorded of it.
import type { Written } from './result'

export type Command = 'ADD' | 'CHECK' | 'DEL'

export interface Call {
  readonly command: Command
  readonly id: string
  readonly interface: string
  /** The path of the container's namespace; empty: the runtime names none. */
  readonly netns: string
  /** CNI_ARGS. */
  readonly args: string
  /** What stands on its standard input. */
  readonly conf: Written
  readonly network: string
  /** `cniVersion` of the configuration; empty: it names none. */
  readonly version: string
  /** Who calls: the runtime, or the plugin that delegates. */
  readonly by: string
}

/** What a plugin was asked and what it said. */
export interface Said {
  readonly plugin: string
  readonly by: string
  readonly command: Command
  readonly stdin: Written
  /** A result or an error as JSON; empty: it printed nothing. */
  readonly stdout: Written | ''
  readonly stderr: string
  readonly exit: 0 | 1
}

/** The same call for another plugin. */
export const delegated = (call: Call, by: string, command: Command = call.command, conf: Written = call.conf): Call => ({
  ...call,
  by,
  command,
  conf,
  network: String(conf.name ?? ''),
  version: String(conf.cniVersion ?? ''),
})
