// What resolvers have in common: what each is given, the questions it sends, and what it may find.
import type { Ip } from '../addr/ip'
import type { HostsLine } from './hosts-lines'
import type { Answer, Exchange, Question } from './record'
import type { ResolvConf } from './resolv-conf'

export const RESOLVERS = ['glibc', 'musl', 'busybox'] as const
export type ResolverName = (typeof RESOLVERS)[number]

/** What becomes of a question that is sent. */
export type Reply =
  /** `log` holds lookups that the server made of itself before; the question's own is the last. */
  | { readonly kind: 'answered'; readonly log: readonly Exchange[] }
  /** Nothing comes back. */
  | { readonly kind: 'lost'; readonly why: string }
  /** The sender is told at once that nobody is there. */
  | { readonly kind: 'refused'; readonly why: string }

/** One question sent to one server. */
export interface Query {
  readonly question: Question
  readonly server: Ip
  readonly transport: 'udp' | 'tcp'
  /** When, in milliseconds since the lookup began. */
  readonly atMs: number
  readonly reply: Reply
  /** Questions with the same number leave from one socket, and so go one way. */
  readonly socket: number
}

/** Why a lookup ends without an address, in the resolver's own distinction. */
export type Failure = 'not-found' | 'no-data' | 'try-again' | 'failed'

/** What a resolver works with. */
export interface Resolving {
  readonly conf: ResolvConf
  readonly hosts: readonly HostsLine[]
  /** Whether the program's machine has an IPv6 address: what it has not is preferred last. */
  readonly families: { readonly ipv4: boolean; readonly ipv6: boolean }
  ask(query: Omit<Query, 'reply'>): Reply
  /** Of so many servers, which one `options rotate` begins with; the first where this is not said. */
  firstServer?(servers: number): number
}

/** What one resolver found in the DNS. */
export interface Found {
  readonly queries: readonly Query[]
  readonly answers: readonly Answer[]
  readonly failure: Failure | null
  readonly tookMs: number
}
