// `-m limit`, `hashlimit`, `connlimit` and `quota`: what has come by already. Stands for net/netfilter/xt_limit.c, xt_hashlimit.c, xt_connlimit.c, xt_quota.c.
// Nothing takes time here: the first packets of a burst pass; what comes after them depends on the clock, and is not guessed.
import { cidrText, networkOf } from '../addr/cidr'
import { ipText } from '../addr/ip'
import { never } from '../error'
import { type HashedBy, type MeterMatch, meterText } from '../linux/meter'
import { hasPorts, type Packet } from '../linux/packet'
import { tupleOf } from './conntrack'
import { type Asked, Unmodelled } from './asked'
import type { Memory } from './memory'

export function meterFits(m: MeterMatch, asked: Asked): boolean {
  const { memory, skb } = asked
  switch (m.match) {
    case 'limit':
      return isWithin(memory, m, m.burst, meterText(m))
    case 'hashlimit':
      return isWithin(memory, `hashlimit ${m.name} ${hashed(m.by, skb.packet)}`, m.burst, meterText(m)) !== m.above
    case 'connlimit': {
      const network = networkOf(m.side === 'saddr' ? skb.packet.source : skb.packet.destination, m.length)
      return isMore(asked, m, cidrText(network), m.connections, meterText(m)) === m.above
    }
    case 'quota':
      return spend(memory, m, skb.packet.lengthBytes, m.bytes, meterText(m)) !== m.not
    default:
      return never(m)
  }
}

/** How many packets a rule has counted before this one. */
export function countOn({ memory, everyPacket, where }: Asked, rule: object, text: () => string): number {
  const count = memory.nth.get(rule) ?? 0
  if (Number.isNaN(count)) throw new Unmodelled(`what a TCP connection carries: ${text()}`)
  if (everyPacket && memory.disturbed && where.hook !== 'FORWARD') throw new Unmodelled(`neighbour discovery, which counts for ${text()}`)
  if (everyPacket) memory.everyPacket.add(rule)
  memory.nth.set(rule, count + 1)
  return count
}

/** Counts one more; whether the burst allows it. */
export function isWithin(memory: Memory, meter: object | string, burst: number, text: string): boolean {
  const count = (memory.spent.get(meter) ?? 0) + 1
  if (!(count <= burst)) throw new Unmodelled(`the time between packets: ${text}`)
  memory.spent.set(meter, count)
  return true
}

/** The same for its bytes. */
export function isWithinBytes(memory: Memory, meter: object, lengthBytes: number, most: number, text: string): boolean {
  const spent = (memory.spent.get(meter) ?? 0) + lengthBytes
  if (Number.isNaN(spent)) throw new Unmodelled(`what a TCP connection carries: ${text}`)
  if (spent > most) throw new Unmodelled(`the time between packets: ${text}`)
  memory.spent.set(meter, spent)
  return true
}

/** Takes bytes from a quota while it has enough of them; a packet that does not fit ends it. */
function spend(memory: Memory, meter: object, lengthBytes: number, quotaBytes: number, text: string): boolean {
  const spent = (memory.spent.get(meter) ?? 0) + lengthBytes
  if (Number.isNaN(spent)) throw new Unmodelled(`what a TCP connection carries: ${text}`)
  const fits = spent <= quotaBytes
  memory.spent.set(meter, fits ? spent : Number.POSITIVE_INFINITY)
  return fits
}

/** Whether `whose` has more connections than that, this one among them. Those of earlier flows may be closed by now. */
export function isMore({ skb, memory }: Pick<Asked, 'skb' | 'memory'>, meter: object, whose: string, most: number, text: string): boolean {
  const tuple = skb.entry?.original ?? tupleOf(skb.packet)
  if (tuple === undefined) throw new Unmodelled(`packets of no connection: ${text}`)
  const known = memory.connections.get(meter)
  const connection = `${tuple.protocol} ${tuple.source} ${tuple.sourcePort} ${tuple.destination} ${tuple.destinationPort}`
  const seen = new Set([...(known?.get(whose) ?? []), connection])
  memory.connections.set(meter, new Map([...(known ?? []), [whose, seen]]))
  if (seen.size <= most) return false
  if (most === 0) return true
  throw new Unmodelled(`which connections are closed by now: ${text}`)
}

function hashed(by: readonly HashedBy[], p: Packet): string {
  const [from, to] = hasPorts(p) ? [p.sourcePort, p.destinationPort] : [0, 0]
  const parts = { srcip: ipText(p.source), srcport: from, dstip: ipText(p.destination), dstport: to }
  return by.map(name => parts[name]).join(' ')
}
