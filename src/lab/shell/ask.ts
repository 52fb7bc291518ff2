// Questions of programs in the shell: packets from the session's place to the name server, one of their ways drawn with the seed. The kernels remember them.
import type { State } from '../../cluster/state'
import type { Query, Reply, Resolving } from '../../dns/query'
import { resolvingAt } from '../../dns/direct'
import { nameSource } from '../../trace/name-source'
import { endOfQuestion } from '../../trace/lookup'
import { prepare } from '../../trace/prepare'
import { traceOne } from '../../trace/trace'
import { explainIn } from '../../verify/explain'
import { socketText } from '../../addr/ip'
import { problem } from '../../error'
import type { Session } from './session'

/** The port that a resolver's kernel chooses first. */
const FIRST_PORT = 38_053

/** The resolver of the session's place; what its questions meet decides whether they are answered. */
export class Asking {
  readonly resolving: Resolving
  private kernels: Session['kernels']
  constructor(
    private readonly session: Session,
    private readonly state: State,
  ) {
    const resolving = resolvingAt(state, session.place)
    this.kernels = session.kernels
    this.resolving = { ...resolving, ask: query => this.ask(query, resolving) }
  }

  /** The session once the questions are asked: the next ones leave from other ports. */
  get after(): Session {
    const { session, kernels } = this
    return kernels === session.kernels ? session : { ...session, kernels, sent: session.sent + 1 }
  }

  private ask(query: Omit<Query, 'reply'>, resolving: Resolving): Reply {
    const { session, state } = this
    const sourcePort = FIRST_PORT + ((session.sent * 31 + query.socket) % 20_000)
    const flow = { from: session.place, to: socketText(query.server, 53), protocol: query.transport, sourcePort }
    const { scene, flows } = prepare({ state }, [flow])
    const seed = (state.seed + session.sent * 7919 + query.socket * 104_729) >>> 0
    const { outcome, kernels } = traceOne({ ...scene, explain: explainIn(state) }, flows[0]!, seed, this.kernels)
    this.kernels = kernels
    if (outcome.fate === 'unknown')
      throw problem('NOT_MODELLED', `the question to the name server met what hopspec does not model: ${outcome.decidedBy ?? 'unknown'}.`, {
        fix: `Look at it with trace ${session.place} ${flow.to} ${flow.protocol}.`,
      })
    const { kind, why } = endOfQuestion(nameSource(state), outcome)
    return kind === 'answered' ? resolving.ask(query) : { kind, why }
  }
}
