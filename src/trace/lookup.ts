// A name on its way to an address: the resolver's questions as packets to its name servers, every way with its exact share.
// In: a scene with names, a place, a name; out: lookups with the packets that carried them. Not simulated: packets of CoreDNS itself to its upstream.
import { decimal, type Fraction, fraction, fractionText, plus } from '../addr/fraction'
import { ipText, socketText } from '../addr/ip'
import { lookupJson } from '../dns/json'
import type { RecordType } from '../dns/record'
import { type Lookup, lookUp } from '../dns/resolver'
import type { Query, Reply, Resolving, ResolverName } from '../dns/query'
import { type Chance, type Choose, everyWay } from './branches'
import { exactFraction } from '../addr/fraction'
import type { OutcomeJson, TraceJson, DnsPathJson, DnsWayJson } from './json'

/** What a trace needs to know of names: resolvers, and who is a name server. */
export interface NameSource {
  resolvingAt(place: string): Resolving
  /** Whether CoreDNS answers at the address that a question was brought to; `outside`: servers of the world do. */
  answers(outcome: Pick<OutcomeJson, 'fate' | 'destination' | 'answeredBy'>): 'coredns' | 'outside' | null
  /** Whether CoreDNS gives addresses in another order each time. */
  shuffles(): boolean
}

/** What is looked up. */
export interface NameQuery {
  /** Where questions leave from. */
  readonly namespace: string
  /** Whose resolver it is: the same place, or a hostNetwork pod there. */
  readonly place: string
  readonly name: string
  readonly types: readonly RecordType[]
  readonly resolver: ResolverName
}

/** One way of a lookup, and the outcome of the last question where that was lost. */
export interface LookupWay {
  readonly share: Fraction
  readonly lookup: Lookup
  readonly json: DnsWayJson
  /** The question that got no answer; null where all were answered. */
  readonly lost: OutcomeJson | null
}

/** Sends a question from a place to a server and port 53: every outcome. */
export type SendQuestion = (query: Omit<Query, 'reply'>) => TraceJson

/** Every way that the lookup can go; ways that look the same are one. */
export function lookupWays(names: NameSource, query: NameQuery, send: SendQuestion): readonly LookupWay[] {
  const paths = new Paths(names, send)
  const resolving = names.resolvingAt(query.place)
  const ways = everyWay(choose => new Walked(paths, resolving, choose).run(query))
  return merged(ways).map(({ share, value: { lookup, sent } }) => {
    const lost = sent.filter(s => paths.reply(s).kind !== 'answered').at(-1)
    return {
      share,
      lookup,
      lost: lookup.failure !== null && lost ? paths.all[lost.path]!.outcomes[lost.outcome]! : null,
      json: {
        probability: { fraction: fractionText(share), decimal: decimal(share) },
        name: query.name,
        lookup: lookupJson(lookup, query.resolver, resolving.conf),
        nameservers: resolving.conf.nameservers.map(ipText),
        sent,
        paths: paths.all,
        tookMs: lookup.tookMs,
      },
    }
  })
}

interface Sent {
  readonly path: number
  readonly outcome: number
}

interface WalkedLookup {
  readonly lookup: Lookup
  readonly sent: readonly Sent[]
}

/** Ways with the same questions, replies and answers: their shares together. */
function merged(ways: readonly Chance<WalkedLookup>[]): readonly Chance<WalkedLookup>[] {
  const same = new Map<string, Chance<WalkedLookup>>()
  for (const way of ways) {
    const { lookup } = way.value
    const key = JSON.stringify([
      lookup.addresses.map(ipText),
      lookup.data,
      lookup.failure,
      lookup.queries.map(q => [q.question, ipText(q.server), q.transport, q.reply.kind]),
    ])
    const known = same.get(key)
    same.set(key, known ? { ...known, share: plus(known.share, way.share) } : way)
  }
  return [...same.values()]
}

/** The paths to each server, walked once: questions of a fresh socket all have the same choices. */
class Paths {
  readonly all: DnsPathJson[] = []
  private readonly known = new Map<string, number>()
  constructor(
    private readonly names: NameSource,
    private readonly send: SendQuestion,
  ) {}

  /** The path of a question, by its index. */
  to(query: Omit<Query, 'reply'>): number {
    const key = `${ipText(query.server)} ${query.transport}`
    const known = this.known.get(key)
    if (known !== undefined) return known
    const { outcomes } = this.send(query)
    this.known.set(key, this.all.length)
    return this.all.push({ server: socketText(query.server, 53), transport: query.transport, outcomes }) - 1
  }

  /** What may become of a question: one outcome for each kind of end, with the share of all that end so. */
  ends(path: number): readonly Chance<number>[] {
    const groups = new Map<string, Chance<number>>()
    for (const [index, outcome] of this.all[path]!.outcomes.entries()) {
      const { kind } = endOfQuestion(this.names, outcome)
      const end =
        outcome.fate === 'unknown' ? 'unknown' : `${kind}${kind === 'answered' || this.isKept(path, index) ? '' : ' and forgotten'}`
      const known = groups.get(end)
      const share = exactFraction(outcome.probability.fraction)
      groups.set(end, known ? { ...known, share: plus(known.share, share) } : { value: index, share })
    }
    return [...groups.values()]
  }

  /** Whether a kernel remembers the way of a question that ended so: what is dropped before it left no connection, and the next may go elsewhere. */
  isKept(path: number, outcome: number): boolean {
    const { server, outcomes } = this.all[path]!
    return Object.values(outcomes[outcome]!.conntrack).some(entries => entries.some(e => e.original.endsWith(` -> ${server}`)))
  }

  reply = ({ path, outcome }: Sent): ReturnType<typeof endOfQuestion> => endOfQuestion(this.names, this.all[path]!.outcomes[outcome]!)
}

/** Whether an answer comes to a question that ended so, nothing, or word that nobody is there. */
export function endOfQuestion(
  names: NameSource,
  outcome: OutcomeJson,
): { readonly kind: 'answered' | 'lost' | 'refused'; readonly why: string } {
  const why = outcome.explanation ?? outcome.decidedBy ?? outcome.fate
  const who = names.answers(outcome)
  if (who === 'outside') return { kind: 'answered', why }
  if (outcome.fate === 'delivered' && outcome.client.result === 'answered')
    return who === null
      ? { kind: 'lost', why: `${outcome.answeredBy ?? outcome.destination} is no name server` }
      : { kind: 'answered', why }
  return { kind: outcome.client.result === 'timeout' || outcome.client.result === 'answered' ? 'lost' : 'refused', why }
}

class Walked {
  private readonly sent: Sent[] = []
  /** By socket, server and transport: what leaves one socket, retries too, has one source port, so conntrack sends it one way. */
  private readonly chosen = new Map<string, number>()
  constructor(
    private readonly paths: Paths,
    private readonly resolving: Resolving,
    private readonly choose: Choose,
  ) {}

  run({ name, types, resolver }: NameQuery): WalkedLookup {
    const lookup = lookUp(resolver, name, types, {
      ...this.resolving,
      ask: query => this.ask(query),
      firstServer: servers => this.choose(Array.from({ length: servers }, (_, value) => ({ share: fraction(1n, BigInt(servers)), value }))),
    })
    return { lookup, sent: this.sent }
  }

  private ask(query: Omit<Query, 'reply'>): Reply {
    const path = this.paths.to(query)
    const socket = `${query.socket} ${path}`
    const outcome = this.chosen.get(socket) ?? this.choose(this.paths.ends(path))
    const end = this.paths.reply({ path, outcome })
    if (end.kind === 'answered' || this.paths.isKept(path, outcome)) this.chosen.set(socket, outcome)
    this.sent.push({ path, outcome })
    return end.kind === 'answered' ? this.resolving.ask(query) : { kind: end.kind, why: end.why }
  }
}
