// Questions of programs in the shell: packets from the session's place to the name server, one of their ways drawn with the seed.
import type { State } from '../../cluster/state'
import type { Query, Reply, Resolving } from '../../dns/resolver'
import { resolvingAt } from '../../dns/direct'
import { nameSource } from '../../trace/name-source'
import { endOfQuestion } from '../../trace/lookup'
import { prepare } from '../../trace/prepare'
import { traceOne } from '../../trace/trace'
import { explainIn } from '../../verify/explain'
import { socketText } from '../../addr/ip'
import type { Session } from './session'

/** The port that a resolver's kernel chooses first. */
const FIRST_PORT = 38_053

/** The resolver of the session's place; what its questions meet decides whether they are answered. */
export function resolvingIn(session: Session, state: State): Resolving {
  const resolving = resolvingAt(state, session.place)
  return { ...resolving, ask: query => asked(session, state, query, resolving) }
}

function asked(session: Session, state: State, query: Omit<Query, 'reply'>, resolving: Resolving): Reply {
  const sourcePort = FIRST_PORT + ((session.sent * 31 + query.socket) % 20_000)
  const flow = { from: session.place, to: socketText(query.server, 53), protocol: query.transport, sourcePort }
  const { scene, flows } = prepare({ state }, [flow])
  const seed = (state.seed + session.sent * 7919 + query.socket * 104_729) >>> 0
  const { outcome } = traceOne({ ...scene, explain: explainIn(state) }, flows[0]!, seed, session.kernels)
  const { kind, why } = endOfQuestion(nameSource(state), outcome)
  return kind === 'answered' ? resolving.ask(query) : { kind, why }
}
