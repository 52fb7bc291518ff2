// Connection tracking at a hook: which connection a packet belongs to, in which zone, and from when on others can find it.
import type { Packet } from '../linux/packet'
import type { CtZone } from '../linux/rule'
import { isSpoilt } from './checksum'
import { begin, relatedTo, tupleOf, type Zone } from './conntrack'
import type { Machine } from './machine'
import { drop } from './drop'
import type { Skb } from './skb'
import type { Walk } from './walk'

/** Finds or begins the packet's connection. */
export function track(walk: Walk, machine: Machine, skb: Skb): void {
  if (skb.tracking !== 'NONE') return
  const conntrack = walk.conntrack(machine.name)
  const tuple = isSpoilt(skb.packet) ? undefined : tupleOf(skb.packet)
  let found = tuple ? conntrack.find(tuple, skb.zone) : relatedTo(conntrack, skb.packet, skb.zone)
  if (found && found.direction === 0 && found.entry.end === 'closed' && isSyn(skb.packet)) {
    conntrack.delete(found.entry)
    found = undefined
  }
  if (found) {
    skb.entry = found.entry
    skb.direction = found.direction
    if (tuple === undefined) skb.tracking = 'RELATED'
    else {
      if (found.direction === 1 && isRst(skb.packet) && !found.entry.seenReply) conntrack.delete(found.entry)
      if (found.direction === 0 && isRst(skb.packet) && found.entry.seenReply) found.entry.end = 'closed'
      if (found.direction === 1) found.entry.seenReply = true
      skb.tracking = found.entry.seenReply ? 'ESTABLISHED' : 'NEW'
    }
  } else {
    const entry = tuple && begin(skb.packet, tuple, skb.zone)
    skb.entry = entry ?? null
    skb.direction = 0
    skb.tracking = entry ? 'NEW' : 'INVALID'
  }
  if (tuple && skb.entry) {
    const count = skb.entry.counts[skb.direction]
    count.packets++
    // How much a server says at first, nobody knows.
    count.bytes += isPush(skb.packet) ? Number.NaN : skb.packet.lengthBytes
  }
  walk.emit(machine, skb, { kind: 'conntrack', state: skb.tracking })
}

/** A RST that answers the first packet ends the connection at once. */
const isRst = (p: Packet): boolean => p.protocol === 'tcp' && p.flags.includes('rst')
const isPush = (p: Packet): boolean => p.protocol === 'tcp' && p.flags.includes('psh')
const isSyn = (p: Packet): boolean => p.protocol === 'tcp' && p.flags.includes('syn') && !p.flags.includes('ack')

/**
 * Makes a new connection known, at the end of its first packet's way through this machine; false where that is lost, for it clashes with another.
 * What a kernel says about the RST that it sends about a first packet goes that packet's way, and makes it known too (nf_ct_attach).
 */
export function confirm(walk: Walk, machine: Machine, skb: Skb): boolean {
  const { entry } = skb
  if (entry === null || skb.direction === 1) return true
  const conntrack = walk.conntrack(machine.name)
  if (!entry.confirmed && conntrack.clashes(entry)) {
    drop(walk, machine, skb, { kind: 'dropped', why: `its connection clashes with one that ${machine.name} knows in another zone` })
    return false
  }
  conntrack.confirm(entry)
  return true
}

/** The zones that a rule of raw chooses; without one, the usual. */
export function zoneOf(zone: CtZone | undefined, mark: number): Zone {
  const id = zone === undefined ? 0 : zone.id === 'mark' ? mark & 0xffff : zone.id
  return { original: zone?.only === 'reply' ? 0 : id, reply: zone?.only === 'orig' ? 0 : id }
}
