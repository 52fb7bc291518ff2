// Connection tracking of one network namespace: tuples, entries, lookups. Stands for net/netfilter/nf_conntrack_core.c.
// Not simulated: timeouts inside one exchange, TCP windows, helpers and expectations.
import type { Ip } from '../addr/ip'
import { hasPorts, isIcmpError, type Packet } from '../linux/packet'

/** A flow in one direction; for ICMP echo `sourcePort` is the id and `destinationPort` the type. */
export interface Tuple {
  readonly protocol: Packet['protocol']
  readonly source: Ip
  readonly sourcePort: number
  readonly destination: Ip
  readonly destinationPort: number
}

/** Which connections a look-up can find: by the zone of each direction. */
export interface Zone {
  readonly original: number
  readonly reply: number
}
const NO_ZONE: Zone = { original: 0, reply: 0 }

/** Packets and their bytes. */
interface Count {
  packets: number
  bytes: number
}

export interface Entry {
  readonly zone: Zone
  original: Tuple
  /** What an answer looks like when it arrives: the inverse of the translated original. */
  reply: Tuple
  seenReply: boolean
  confirmed: boolean
  /** Whether the rules of that side have been asked, and whether they translated. */
  readonly asked: { source: boolean; destination: boolean }
  readonly translated: { source: boolean; destination: boolean }
  mark: number
  /** Begun by the client's ACK: the machine saw no packet before. */
  readonly late?: true
  /** What has come by in each direction; NaN: nobody knows. */
  readonly counts: readonly [Count, Count]
  /** The kernel drew the port that stands in for the client's by chance: nothing can be said of it but its range. */
  drawnPort?: true
  /** What became of a TCP connection: absent during its exchange. A SYN of a closed one's port begins another (nf_conntrack_tcp_packet). */
  end?: 'connected' | 'half-open' | 'closed'
}

const ECHO_ANSWER: ReadonlyMap<number, number> = new Map([
  [8, 0],
  [0, 8],
  [128, 129],
  [129, 128],
]) // prettier-ignore
const ECHO_REQUEST: ReadonlySet<number> = new Set([8, 128])

/** The tuple of a packet; undefined for ICMP errors and other messages that are no flow. */
export function tupleOf(p: Packet): Tuple | undefined {
  if (hasPorts(p))
    return {
      protocol: p.protocol,
      source: p.source,
      sourcePort: p.sourcePort,
      destination: p.destination,
      destinationPort: p.destinationPort,
    }
  if (!ECHO_ANSWER.has(p.type)) return undefined
  return { protocol: p.protocol, source: p.source, sourcePort: p.id, destination: p.destination, destinationPort: p.type }
}

const isEcho = (t: Tuple): boolean => t.protocol === 'icmp' || t.protocol === 'icmpv6'

/** The same flow, seen from the other end. */
export function invert(t: Tuple): Tuple {
  if (isEcho(t))
    return { ...t, source: t.destination, destination: t.source, destinationPort: ECHO_ANSWER.get(t.destinationPort) ?? t.destinationPort }
  return {
    protocol: t.protocol,
    source: t.destination,
    sourcePort: t.destinationPort,
    destination: t.source,
    destinationPort: t.sourcePort,
  }
}

/** Whether two tuples are one flow. */
export const isSame = (a: Tuple, b: Tuple): boolean => keyOf(a, 0) === keyOf(b, 0)

const keyOf = (t: Tuple, zone: number): string => `${zone} ${t.protocol} ${t.source} ${t.sourcePort} ${t.destination} ${t.destinationPort}`

/** The connections that one namespace knows. */
export class Conntrack {
  private readonly byTuple = new Map<string, { entry: Entry; direction: 0 | 1 }>()

  /** Every confirmed entry, oldest first. */
  get entries(): readonly Entry[] {
    return [...new Set([...this.byTuple.values()].map(found => found.entry))]
  }

  find(t: Tuple, zone: Zone = NO_ZONE): { entry: Entry; direction: 0 | 1 } | undefined {
    const found = this.byTuple.get(keyOf(t, zone.original))
    if (found && (found.direction === 0 || zone.reply === zone.original)) return found
    const answer = zone.reply === zone.original ? undefined : this.byTuple.get(keyOf(t, zone.reply))
    return answer?.direction === 1 ? answer : undefined
  }

  /** Whether an answer with this tuple would belong to another connection already. */
  isTaken(reply: Tuple, except: Entry): boolean {
    const found = this.byTuple.get(keyOf(reply, except.zone.reply))
    return found !== undefined && found.entry !== except
  }

  /** Whether this is another connection seen from its other end: zones keep them apart, yet the answer of the one is the request of the other. */
  isMirrored(entry: Entry): boolean {
    const found = this.byTuple.get(keyOf(entry.reply, entry.zone.reply))
    return found?.direction === 0 && found.entry !== entry && isSame(found.entry.reply, entry.original)
  }

  /** Whether the answers would be another flow's, in whatever zone that began. */
  clashes(entry: Entry): boolean {
    const found = this.byTuple.get(keyOf(entry.reply, entry.zone.reply))
    if (found === undefined || found.entry === entry) return false
    return !isSame(found.entry.original, entry.original) || found.entry.zone.original !== entry.zone.original
  }

  /** An existing connection from the same source address and port that is source-translated, if any. */
  mappingOf(source: Ip, port: number, protocol: Packet['protocol']): Entry | undefined {
    for (const { entry, direction } of this.byTuple.values())
      if (
        direction === 0 &&
        entry.translated.source &&
        entry.original.source === source &&
        entry.original.sourcePort === port &&
        entry.original.protocol === protocol
      )
        return entry
    return undefined
  }

  confirm(entry: Entry): void {
    if (entry.confirmed) return
    entry.confirmed = true
    this.byTuple.set(keyOf(entry.original, entry.zone.original), { entry, direction: 0 })
    this.byTuple.set(keyOf(entry.reply, entry.zone.reply), { entry, direction: 1 })
  }

  delete(entry: Entry): void {
    this.byTuple.delete(keyOf(entry.original, entry.zone.original))
    this.byTuple.delete(keyOf(entry.reply, entry.zone.reply))
  }

  /** The exchange is over: what became of the connections it began. */
  settle(connected: boolean): void {
    for (const { entry } of this.byTuple.values()) {
      if (entry.original.protocol !== 'tcp' || !entry.seenReply) continue
      entry.end ??= connected ? 'connected' : 'half-open'
      for (const count of entry.counts) count.packets = count.bytes = Number.NaN
    }
  }

  /** A copy after every client has hung up. */
  hungUp(): Conntrack {
    const copy = this.copy()
    for (const { entry } of copy.byTuple.values()) {
      if (entry.end === 'connected') entry.end = 'closed'
      // The RST that a client hangs up by is the end of what its ACK began.
      if (entry.late && !entry.seenReply) copy.delete(entry)
    }
    return copy
  }

  /** A copy that another walk may change. */
  copy(): Conntrack {
    const copy = new Conntrack()
    for (const entry of this.entries)
      copy.confirm({
        ...entry,
        asked: { ...entry.asked },
        translated: { ...entry.translated },
        counts: [{ ...entry.counts[0] }, { ...entry.counts[1] }],
        confirmed: false,
      })
    return copy
  }
}

const isSynAck = (p: Packet): boolean => p.protocol === 'tcp' && p.flags.includes('syn') && p.flags.includes('ack')

/** A new entry for the first packet of a flow, or for one from the middle of a connection; undefined when such a packet cannot begin one (INVALID). */
export function begin(p: Packet, t: Tuple, zone: Zone = NO_ZONE): Entry | undefined {
  if (p.protocol === 'tcp' && (p.flags.includes('rst') || p.flags.includes('fin') || isSynAck(p))) return undefined
  if (p.protocol === 'sctp' && p.chunk !== 'init') return undefined
  if (isEcho(t) && !ECHO_REQUEST.has(t.destinationPort)) return undefined
  return {
    zone,
    original: t,
    reply: invert(t),
    seenReply: false,
    confirmed: false,
    asked: { source: false, destination: false },
    translated: { source: false, destination: false },
    mark: 0,
    ...(p.protocol === 'tcp' && !p.flags.includes('syn') && !p.flags.includes('psh') ? { late: true as const } : {}),
    counts: [
      { packets: 0, bytes: 0 },
      { packets: 0, bytes: 0 },
    ],
  }
}

/** The connection that an ICMP error is about, and the direction in which the error travels. */
export function relatedTo(conntrack: Conntrack, p: Packet, zone: Zone = NO_ZONE): { entry: Entry; direction: 0 | 1 } | undefined {
  if (!isIcmpError(p)) return undefined
  const about = tupleOf(p.about)
  return about && conntrack.find(invert(about), zone)
}
