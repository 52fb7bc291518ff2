// A name looked up on this machine's kernel: each question of the resolver as a packet from its namespace, answered where CoreDNS runs by a server of ours.
// What the server says is computed by dns/; which of its pods is asked, and whether the answer comes back, the kernel decides.
import { ipText, socketText } from '../addr/ip'
import type { State } from '../cluster/state'
import { truncated } from '../dns/message'
import type { Exchange } from '../dns/record'
import { type Lookup, lookUp } from '../dns/resolver'
import type { Query, Reply, Resolving } from '../dns/query'
import { ask, serverOf } from '../dns/server'
import type { Request } from '../path/client'
import type { Carried, RealExchange } from '../real/observed'
import { answerIn, type NameServer, questioning, served } from '../real/names'
import type { NameQuery, NameSource } from '../trace/lookup'
import { Apart } from './apart'

/** One question as the kernel carried it. */
export interface Asked {
  readonly query: Query
  readonly request: Request
  readonly real: RealExchange
  /** The server is one of the world outside, where nothing is built: its answer is the simulator's. */
  readonly outside: boolean
  /** What was answered is not what the name server knows. */
  readonly differs: readonly [simulated: Exchange, real: Exchange] | null
}

/** Sends a question; `left`: it went out into the world. */
type Carry = (request: Request, carried: Carried) => { readonly real: RealExchange; readonly left: boolean }

export interface AskedLookup {
  readonly lookup: Lookup
  readonly asked: readonly Asked[]
}

/** Looks the name up. Throws Apart where a question or an answer cannot be written as bytes. */
export function lookUpOnKernel(
  state: State,
  names: NameSource,
  { namespace, place, name, types, resolver }: NameQuery,
  carry: Carry,
): AskedLookup {
  const resolving = names.resolvingAt(place)
  const asked: Asked[] = []
  const kernel = new Kernel(names, coreDns(state, names), resolving, namespace, carry)
  const lookup = lookUp(resolver, name, types, {
    ...resolving,
    ask: query => {
      const one = kernel.ask(query)
      asked.push(one)
      return one.query.reply
    },
  })
  return { lookup, asked }
}

/** CoreDNS in the namespaces where it runs. */
export const coreDns =
  (state: State, names: NameSource): NameServer =>
  (namespace, question, { at, client, transport }) => {
    if (names.answers({ fate: 'delivered', destination: socketText(at, 53), answeredBy: namespace }) !== 'coredns') return undefined
    const { answer } = ask(serverOf(state), question, { client }).at(-1)!
    return transport === 'udp' ? truncated(question, answer) : answer
  }

class Kernel {
  constructor(
    private readonly names: NameSource,
    private readonly server: NameServer,
    private readonly resolving: Resolving,
    private readonly namespace: string,
    private readonly carry: Carry,
  ) {}

  ask(query: Omit<Query, 'reply'>): Asked {
    const sent = questioning(this.namespace, query)
    if (sent === undefined) throw new Apart(`${query.question.name} is no name that can be written into a message`)
    const unwritten: string[] = []
    const answering = served(this.server, q => unwritten.push(`${q.name} ${q.type}`))
    const { request, ...question } = sent
    const { real, left } = this.carry(request, { ...question, answering })
    if (unwritten.length > 0) throw new Apart(`the answer to ${unwritten[0]} has records that hopspec does not write as bytes`)
    const known = this.resolving.ask(query)
    const log = known.kind === 'answered' ? known.log : []
    const outside = left && this.isOutside(query)
    const answer = answerIn(sent, real)
    const heard = answer && { question: query.question, answer: { ...answer, because: log.at(-1)?.answer.because ?? '' } }
    const reply: Reply = outside ? known : heard ? { kind: 'answered', log: [...log.slice(0, -1), heard] } : unheard(real, query)
    const differs = heard && log.length > 0 && !sameAnswer(log.at(-1)!, heard) ? ([log.at(-1)!, heard] as const) : null
    return { query: { ...query, reply }, request, real, outside, differs }
  }

  private isOutside({ server }: Omit<Query, 'reply'>): boolean {
    return this.names.answers({ fate: 'left-the-cluster', destination: socketText(server, 53), answeredBy: null }) === 'outside'
  }
}

/** Nothing that a resolver takes for an answer. */
function unheard({ client, received }: RealExchange, { server }: Omit<Query, 'reply'>): Reply {
  const who = received[0]?.namespace ?? ipText(server)
  if (client.result === 'answered') return { kind: 'lost', why: `${who} is no name server` }
  return { kind: client.result === 'timeout' ? 'lost' : 'refused', why: `the kernel: ${client.result} from ${who}` }
}

/** Letters of names are the same in any case. */
const sameAnswer = (a: Exchange, b: Exchange): boolean => answerLine(a).toLowerCase() === answerLine(b).toLowerCase()

/** `web.default. A: NOERROR qr aa rd web.default. 5 IN A 10.96.1.10`, with what stands in the other sections. */
export function answerLine({ question, answer }: Exchange): string {
  const { rcode, flags, answers, authority, additional } = answer
  const records = [answers, authority, additional].map(list => list.map(r => `${r.name} ${r.ttl} ${r.type} ${r.data}`).join(', '))
  return `${question.name} ${question.type}: ${rcode} ${flags.join(' ')} ${records.join(' | ')}`
}
