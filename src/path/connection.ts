// A tracked connection as /proc/net/nf_conntrack shows it, as values: one form for what the simulator tracks and for what a kernel lists.
import { ipText, socketText } from '../addr/ip'
import type { Entry, Tuple } from './conntrack'

/** What was sent first, and what an answer looks like when it arrives. */
export interface Connection {
  readonly protocol: string
  /** `10.0.0.1:4000 -> 10.96.0.10:53`; of an echo `10.0.0.1 -> 10.0.0.2 id 7`. */
  readonly original: string
  readonly reply: string
  readonly mark: number
  /** 0 also where only one direction has a zone: the kernel lists those by other words. */
  readonly zone: number
  readonly unreplied: boolean
}

export const connectionOf = (e: Entry): Connection => ({
  protocol: e.original.protocol,
  original: tupleText(e.original),
  reply: tupleText(e.reply),
  mark: e.mark,
  zone: e.zone.original === e.zone.reply ? e.zone.original : 0,
  unreplied: !e.seenReply,
})

function tupleText(t: Tuple): string {
  if (t.protocol === 'icmp' || t.protocol === 'icmpv6') return `${ipText(t.source)} -> ${ipText(t.destination)} id ${t.sourcePort}`
  return `${socketText(t.source, t.sourcePort)} -> ${socketText(t.destination, t.destinationPort)}`
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** The order of every list of connections. */
export const byProtocol = (a: Connection, b: Connection): number => compare(a.protocol, b.protocol) || compare(a.original, b.original)
