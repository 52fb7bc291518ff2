// A lookup as JSON: the contract of `hopspec dns -o json`, and what the report and the steps know of it. Fields may be added, never changed.
import { ipText } from '../addr/ip'
import { normal } from './name'
import type { Answer, DnsRecord, Exchange } from './record'
import type { Lookup } from './resolver'
import { type Failure, type Query, RESOLVERS, type ResolverName } from './query'

export interface DnsQueryJson {
  /** Absolute, in lower case, as a server logs it. */
  readonly name: string
  readonly type: string
  /** TIMEOUT where nothing came back, UNREACHABLE where the sender was told that nobody is there. */
  readonly rcode: string
  readonly flags: readonly string[]
  readonly answers: readonly DnsRecord[]
  readonly authority: readonly DnsRecord[]
  readonly additional: readonly DnsRecord[]
  /** `client`, or `server` for what CoreDNS asked itself to answer the client. */
  readonly askedBy: 'client' | 'server'
  /** Who was asked, and how; null for the server's own questions. */
  readonly server: string | null
  readonly transport: 'udp' | 'tcp' | null
  readonly because: string
}

export interface DnsLookupJson {
  readonly queries: readonly DnsQueryJson[]
  /** Addresses in the order in which a program gets them; data of other types. */
  readonly result: readonly string[]
  /** Where the result is from: the name was a number, /etc/hosts has it, or the DNS answered. */
  readonly by: 'number' | 'hosts' | 'dns'
  readonly failure: Failure | null
  /** The search path, and the options that the resolver read. */
  readonly search: readonly string[]
  readonly options: readonly string[]
  readonly resolver: ResolverName
}

const answerJson = (answer: Answer) => ({
  rcode: answer.rcode,
  flags: answer.flags,
  answers: answer.answers,
  authority: answer.authority,
  additional: answer.additional,
})

/** One exchange as the server logged it. */
const exchangeJson = ({ question, answer }: Exchange, query: Query | null): DnsQueryJson => ({
  name: normal(question.name),
  type: question.type,
  ...answerJson(answer),
  askedBy: query === null ? 'server' : 'client',
  server: query === null ? null : ipText(query.server),
  transport: query === null ? null : query.transport,
  because: answer.because,
})

/** A question with what became of it, after the lookups that the server made of itself to answer it. */
export function queryJson(query: Query): readonly DnsQueryJson[] {
  const { reply } = query
  if (reply.kind === 'answered') return reply.log.map((e, i) => exchangeJson(e, i === reply.log.length - 1 ? query : null))
  const nothing = { flags: [], answers: [], authority: [], additional: [] }
  return [
    {
      name: normal(query.question.name),
      type: query.question.type,
      rcode: reply.kind === 'lost' ? 'TIMEOUT' : 'UNREACHABLE',
      ...nothing,
      askedBy: 'client',
      server: ipText(query.server),
      transport: query.transport,
      because: reply.why,
    },
  ]
}

/** The whole lookup. */
export const lookupJson = (
  lookup: Lookup,
  resolver: ResolverName,
  conf: { readonly search: readonly string[]; readonly options: readonly string[] },
): DnsLookupJson => ({
  queries: lookup.queries.flatMap(queryJson),
  result: [...lookup.addresses.map(ipText), ...lookup.data],
  by: lookup.by,
  failure: lookup.failure,
  search: conf.search,
  options: conf.options,
  resolver,
})

/** Whether a word names a resolver. */
export const isResolver = (word: string): word is ResolverName => RESOLVERS.some(r => r === word)
