// Packets in pieces: cutting them to an MTU, and putting them together where connections are tracked and at their destination.
// Stands for ip_do_fragment, ip_defrag and nf_defrag. Not simulated: pieces that never come, overlaps, options.
import { familyOf } from '../addr/ip'
import { PROTOCOL_NUMBERS } from '../addr/port'
import type { Packet } from '../linux/packet'

const FRAGMENT_HEADER = 8
const headerBytes = (p: Packet): number => (familyOf(p.source) === 'ipv4' ? 20 : 40)
/** IPv6 says in a header of its own that a packet is a piece. */
const pieceHeaderBytes = (p: Packet): number => headerBytes(p) + (familyOf(p.source) === 'ipv4' ? 0 : FRAGMENT_HEADER)

/** The payload that this packet or piece carries, without its headers. */
const payloadBytes = (p: Packet): number => p.lengthBytes - (p.fragment ? pieceHeaderBytes(p) : headerBytes(p))

/** The packet, or a piece of one, as pieces of at most `mtuBytes`; every piece but the last carries a multiple of eight bytes. */
export function cut(p: Packet, mtuBytes: number, id: number): readonly Packet[] {
  const header = pieceHeaderBytes(p)
  const most = Math.max(8, (mtuBytes - header) & ~7)
  const total = payloadBytes(p)
  const first = p.fragment ?? { offset: 0, more: false, id }
  const pieces: Packet[] = []
  for (let at = 0; at < total; ) {
    const size = total - at <= mtuBytes - header ? total - at : most
    pieces.push({
      ...p,
      dontFragment: false,
      lengthBytes: header + size,
      fragment: { offset: first.offset + at, more: first.more || at + size < total, id: first.id },
    })
    at += size
  }
  return pieces
}

/** A packet that was put together, and the length of its longest piece: it leaves in no longer ones. */
interface Gathered {
  readonly packet: Packet
  readonly longestBytes: number
}

/** The pieces that wait for the rest, by where they wait. */
export class Waiting {
  private readonly pieces = new Map<string, Packet[]>()

  /** The whole packet, once its last missing piece is here. */
  gather(place: string, piece: Packet): Gathered | undefined {
    const key = `${place} ${piece.source} ${piece.destination} ${PROTOCOL_NUMBERS[piece.protocol]} ${piece.fragment!.id}`
    const all = [...(this.pieces.get(key) ?? []), piece].sort((a, b) => a.fragment!.offset - b.fragment!.offset)
    let end = 0
    for (const p of all) if (p.fragment!.offset === end) end += payloadBytes(p)
    const last = all.at(-1)!
    if (last.fragment!.more || end !== last.fragment!.offset + payloadBytes(last)) {
      this.pieces.set(key, all)
      return undefined
    }
    this.pieces.delete(key)
    const { fragment: _, ...head } = all[0]!
    return {
      packet: { ...head, lengthBytes: headerBytes(piece) + end } as Packet,
      longestBytes: Math.max(...all.map(p => p.lengthBytes)),
    }
  }
}
