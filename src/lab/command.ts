// Command lines for the steps of a scenario: kubectl, and the commands of the shell, over the scenario's cluster.
import type { State } from '../cluster/state'
import { problem } from '../error'
import { atOnce, settling } from '../view/kubectl/passing'
import { runKubectl } from '../view/kubectl/run'
import { runCommand } from './shell/run'
import { beginSession } from './shell/session'

export interface Said {
  readonly command: string
  readonly stdout: string
  readonly stderr: string
  readonly exit: number
}

interface CommandInput {
  readonly stdin: string
  read(file: string): Uint8Array | undefined
}

/** What a command said, and the cluster after it. */
interface Commanded {
  readonly said: Said
  readonly state: State
}

/** Runs kubectl; the next state has what its controllers made of the change (with `--wait=false`: only what happens at once). */
export function kubectl(state: State, args: readonly string[], input: CommandInput): Commanded {
  const passing = args.includes('--wait=false') ? atOnce : settling
  const { state: after, ...said } = runKubectl(state, args, { read: input.read, stdin: () => input.stdin }, passing)
  return { said: { command: `kubectl ${args.join(' ')}`, ...said }, state: after }
}

/** What a shell's command that nobody has exits with. */
const UNKNOWN_COMMAND = 127

/** Runs any other command of the shell, from the first node or where it says (`on node/master docker ps`). */
export function shellCommand(state: State, argv: readonly string[], input: CommandInput): Commanded {
  const { session, answer } = runCommand(beginSession({ state }), argv, input)
  if (answer.exit === UNKNOWN_COMMAND)
    throw problem('NOT_MODELLED', answer.stderr.trim().replace('hopspec: ', ''), {
      fix: 'It runs kubectl and the commands of `hopspec shell`; requests are steps of their own, as in `pod "a" curls http://…`.',
    })
  return { said: { command: argv.join(' '), ...answer }, state: 'state' in session.world ? session.world.state : state }
}
