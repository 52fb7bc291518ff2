// kubectl in the shell: what a command changes takes its time. A command that waits sees it happen; any other comes when the cluster is at rest again.
import { settle } from '../../control/settle'
import { atOnce, type Passing } from '../../view/kubectl/passing'
import { runKubectl } from '../../view/kubectl/run'
import { type Ran, refused, type Session, type ShellInput, stateOf, withState } from './session'

/** Whether a command line looks at what happens over time, and not at what is. */
function isWaiting(argv: readonly string[]): boolean {
  const bare = argv.filter((word, i) => !word.startsWith('-') && !['-n', '--namespace'].includes(argv[i - 1] ?? ''))
  const watches = argv.some(word => word === '-w' || word === '--watch' || word === '--watch-only')
  return watches || bare[0] === 'wait' || (bare[0] === 'rollout' && bare[1] === 'status')
}

/** Runs kubectl at the session's moment. `passing`: how time goes on around it. */
export function kubectlIn(session: Session, argv: readonly string[], input: ShellInput, passing: Passing = atOnce): Ran {
  const state = stateOf(session)
  if (state === undefined) return refused(session, 'hopspec: kubectl: this is a network without Kubernetes.', 2)
  const before = session.stirred && !isWaiting(argv) ? settle(state) : state
  const reply = runKubectl(
    before,
    argv,
    { read: input.read, ...(input.list ? { list: input.list } : {}), stdin: () => input.stdin },
    passing,
  )
  const changed = reply.state.resourceVersion !== before.resourceVersion
  const stirred = changed || (session.stirred && before === state)
  return { session: withState(session, reply.state, stirred), answer: { stdout: reply.stdout, stderr: reply.stderr, exit: reply.exit } }
}
