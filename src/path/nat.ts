// Address translation of one packet: setting up a connection's translation, and rewriting packets by it. Stands for net/netfilter/nf_nat_core.c.
// Not simulated: choosing among several addresses by the kernel's hash (the first is taken), helpers.
import type { Ip } from '../addr/ip'
import type { PortRange } from '../addr/port'
import { hasPorts, isIcmpError, type Packet, type Socket } from '../linux/packet'
import type { Hook } from '../linux/rule'
import { shifted } from './checksum'
import { type Conntrack, type Entry, invert, isSame, type Tuple } from './conntrack'
import type { Machine } from './machine'
import type { Skb } from './skb'
import type { Walk } from './walk'

export type Side = 'source' | 'destination'

/** What a nat statement asks for; without an address the packet keeps its own. */
export interface Wanted {
  readonly first?: Ip
  readonly last?: Ip
  readonly ports?: PortRange
  readonly random?: boolean
}

/** Which side of a packet is rewritten at a hook. */
export const sideAt = (hook: Hook): Side => (hook === 'PREROUTING' || hook === 'OUTPUT' ? 'destination' : 'source')

const portOf = (t: Tuple, side: Side): number => (side === 'source' ? t.sourcePort : t.destinationPort)
const isEcho = (t: Tuple): boolean => t.protocol === 'icmp' || t.protocol === 'icmpv6'

function withSide(t: Tuple, side: Side, ip: Ip, port: number): Tuple {
  if (side === 'source') return { ...t, source: ip, sourcePort: port }
  return isEcho(t) ? { ...t, destination: ip } : { ...t, destination: ip, destinationPort: port }
}

/** Fixes how this connection is translated on one side; false when no free port is left, and the packet is lost. */
export function setUp(conntrack: Conntrack, entry: Entry, side: Side, wanted: Wanted): boolean {
  const before = invert(entry.reply)
  const after = choose(conntrack, entry, before, side, wanted)
  if (after === undefined) return false
  entry.asked[side] = true
  // An echo's id may change with the destination, and the destination stay as it is.
  if (!isSame(after, before)) {
    entry.translated[side] = true
    entry.reply = invert(after)
  }
  return true
}

function choose(conntrack: Conntrack, entry: Entry, before: Tuple, side: Side, wanted: Wanted): Tuple | undefined {
  const free = (t: Tuple) => !conntrack.isTaken(invert(t), entry)
  const inRange = (ip: Ip) => wanted.first === undefined || (ip >= wanted.first && ip <= (wanted.last ?? wanted.first))
  const port = portOf(before, side)
  const portFits = wanted.ports === undefined || (port >= wanted.ports.first && port <= wanted.ports.last)
  if (side === 'source' && !wanted.random) {
    if (inRange(before.source) && portFits && (free(before) || mayClash(conntrack, entry))) return before
    const earlier = conntrack.mappingOf(entry.original.source, entry.original.sourcePort, entry.original.protocol)
    if (earlier) {
      const reused = withSide(before, side, earlier.reply.destination, isEcho(before) ? port : earlier.reply.destinationPort)
      if (inRange(reused.source) && free(reused)) return reused
    }
  }
  const ip =
    inRange(before[side]) && (wanted.first === undefined || wanted.last !== undefined) ? before[side] : (wanted.first ?? before[side])
  const kept = withSide(before, side, ip, port)
  if (side === 'destination' && isEcho(before) && !free(kept)) return firstFreeId(kept, free)
  if (portFits && !(wanted.random && side === 'source') && (free(kept) || side === 'destination')) return kept
  for (const candidate of candidates(port, wanted.ports, side)) {
    const tried = withSide(before, side, ip, candidate)
    if (!free(tried) && (side === 'source' || wanted.ports === undefined)) continue
    if (side === 'source' && (wanted.ports === undefined || wanted.ports.first !== wanted.ports.last)) entry.drawnPort = true
    return tried
  }
  return undefined
}

/** UDP in the other direction of a connection that nothing translates keeps its port, and is lost when it is to be known (nf_nat_used_tuple_new). */
const mayClash = (conntrack: Conntrack, entry: Entry): boolean => entry.original.protocol === 'udp' && conntrack.isMirrored(entry)

/** An echo whose answer would belong to another gets the first free id from 0 on, though only its destination is translated (nf_nat_l4proto_unique_tuple). */
function firstFreeId(echo: Tuple, free: (t: Tuple) => boolean): Tuple | undefined {
  for (let id = 0; id <= 65535; id++) if (free({ ...echo, sourcePort: id })) return { ...echo, sourcePort: id }
  return undefined
}

/** The ports the kernel would try: the range asked for, else those of the same class. It begins at a random one (`drawnPort`); we at the first after the wanted. */
function* candidates(port: number, ports: PortRange | undefined, side: Side): Generator<number> {
  const sameClass = port < 512 ? { first: 1, last: 511 } : port < 1024 ? { first: 600, last: 1023 } : { first: 1024, last: 65535 }
  const { first, last } = ports ?? (side === 'source' ? sameClass : { first: port, last: port })
  const size = last - first + 1
  for (let i = 1; i <= size; i++) yield first + ((((port - first + i) % size) + size) % size)
}

/** The tuple that packets of this entry carry when they leave towards `direction`, seen before translation. */
function target(entry: Entry, direction: 0 | 1): Tuple {
  return invert(direction === 0 ? entry.reply : entry.original)
}

function rewrite(p: Packet, side: Side, to: Tuple): Packet {
  const address = side === 'source' ? { source: to.source } : { destination: to.destination }
  if (isIcmpError(p)) return { ...p, ...address } as Packet
  if (!hasPorts(p)) return { ...p, ...address, id: to.sourcePort } as Packet
  return { ...p, ...address, ...(side === 'source' ? { sourcePort: to.sourcePort } : { destinationPort: to.destinationPort }) } as Packet
}

const socketAt = (p: Packet, side: Side): Socket => ({
  ip: p[side],
  port: hasPorts(p) ? (side === 'source' ? p.sourcePort : p.destinationPort) : p.id,
})

/** Rewrites the packet as its connection says for this hook; ICMP errors together with the packet they quote. */
export function translate(walk: Walk, machine: Machine, skb: Skb, hook: Hook, by: 'rule' | 'conntrack'): void {
  const entry = skb.entry
  if (entry === null) return
  const side = sideAt(hook)
  const sideOfEntry: Side = skb.direction === 0 ? side : side === 'source' ? 'destination' : 'source'
  const before = skb.packet
  if (!entry.translated[sideOfEntry]) {
    if (by === 'rule')
      walk.emit(machine, skb, {
        kind: side === 'source' ? 'snat' : 'dnat',
        before: socketAt(before, side),
        after: socketAt(before, side),
        by,
      })
    return
  }
  const to = target(entry, skb.direction)
  let after = rewrite(before, side, to)
  if (isIcmpError(before)) {
    const quoted = skb.direction === 0 ? entry.reply : entry.original
    const other: Side = side === 'source' ? 'destination' : 'source'
    after = { ...after, about: rewrite(before.about, other, quoted) } as Packet
  }
  skb.packet = after === before ? before : shifted(after)
  if (before[side] === after[side] && socketAt(before, side).port === socketAt(after, side).port && by === 'conntrack') return
  walk.emit(machine, skb, { kind: side === 'source' ? 'snat' : 'dnat', before: socketAt(before, side), after: socketAt(after, side), by })
}
