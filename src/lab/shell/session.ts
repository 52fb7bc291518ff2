// A shell over one simulated cluster: where it is, what the kernels remember, what each command answers. Values only; src/cli/shell.ts reads and prints.
import type { State } from '../../cluster/state'
import { settle } from '../../control/settle'
import type { World } from '../../trace/prepare'
import { freshKernels, type KernelState } from '../../path/kernels'

export interface Session {
  readonly world: World
  /** Where commands of a machine run: `node/master`, `pod/default/web-1`, `client/laptop`. */
  readonly place: string
  /** Connections that earlier commands left behind. */
  readonly kernels: KernelState
  /** The last command changed the cluster, and nobody has looked since: it settles before the next one looks. */
  readonly stirred: boolean
  /** How many requests were sent: the next one's source port and dice follow from it. */
  readonly sent: number
}

export interface Answer {
  readonly stdout: string
  readonly stderr: string
  readonly exit: number
}

export interface ShellInput {
  readonly stdin: string
  read(path: string): Uint8Array | undefined
  list?(path: string): readonly string[] | undefined
}

export interface Ran {
  readonly session: Session
  readonly answer: Answer
}

/** The first node of a cluster, the first namespace of a network. */
export function beginSession(world: World): Session {
  const place = 'state' in world ? `node/${world.state.config.nodes[0]?.name ?? ''}` : (world.network.names[0] ?? '')
  return { world, place, kernels: freshKernels, stirred: false, sent: 0 }
}

/** An answer that leaves the session as it is. */
export const said = (session: Session, stdout: string, exit = 0, stderr = ''): Ran => ({ session, answer: { stdout, stderr, exit } })
/** The same on stderr, with an exit code that is not good. */
export const refused = (session: Session, message: string, exit = 1): Ran => said(session, '', exit, `${message}\n`)

/** Everything the session's cluster is; the words of the complaint where there is none. */
export const stateOf = (session: Session): State | undefined => ('state' in session.world ? session.world.state : undefined)

/** The session over another state; `stirred` where its controllers have not caught up. */
export const withState = (session: Session, state: State, stirred = false): Session => ({ ...session, world: { state }, stirred })

/** The cluster once what was changed has come to rest. */
export function calmed(session: Session): Session {
  const state = stateOf(session)
  return state === undefined || !session.stirred ? session : withState(session, settle(state))
}
