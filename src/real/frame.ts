// Bytes of a captured packet become a Packet. In: an IP packet's first bytes as hex. Out: the value, or null for what is no traffic (ARP never gets here; ND and MLD do).
import { type Ip, parseIp } from '../addr/ip'
import type { Packet, TcpFlag, Transport } from '../linux/packet'

const FLAGS: readonly (readonly [number, TcpFlag])[] = [
  [1, 'fin'],
  [2, 'syn'],
  [4, 'rst'],
  [8, 'psh'],
  [16, 'ack'],
  [32, 'urg'],
]

/** Protocols of IPv4 and IPv6 by which links speak of themselves: IGMP, and the hop-by-hop header in front of MLD. */
const LINK_PROTOCOLS = new Set([2, 0])

/** The number of the protocol of a packet that readFrame does not read; undefined where it is read, or belongs to the links. */
export function otherProtocol(hex: string): number | undefined {
  const b = Buffer.from(hex, 'hex')
  const protocol = b[0]! >> 4 === 4 ? b[9]! : b[6] === FRAGMENT ? b[40]! : b[6]!
  return READ.has(protocol) || LINK_PROTOCOLS.has(protocol) ? undefined : protocol
}

/** Reads the packet; null where it belongs to the links themselves (neighbour discovery, multicast groups, routers), or is of another protocol. */
export function readFrame(hex: string): Packet | null {
  const b = Buffer.from(hex, 'hex')
  return b[0]! >> 4 === 4 ? four(b) : six(b)
}

function four(b: Buffer): Packet | null {
  const at = (b[0]! & 15) * 4
  const cut = b.readUInt16BE(6)
  const offset = (cut & 0x1fff) * 8
  const more = (cut & 0x2000) !== 0
  const header = {
    source: b.readUInt32BE(12) as Ip,
    destination: b.readUInt32BE(16) as Ip,
    ttl: b[8]!,
    tos: b[1]!,
    dontFragment: (cut & 0x4000) !== 0,
    lengthBytes: b.readUInt16BE(2),
    ...((more || offset > 0) && { fragment: { offset, more, id: b.readUInt16BE(4) } }),
  }
  const transport = transportOf(b[9]!, b, at, offset > 0)
  return transport && { ...header, ...transport }
}

const FRAGMENT = 44
const READ = new Set([1, 6, 17, 58, 132])

function six(b: Buffer): Packet | null {
  const cut = b[6] === FRAGMENT
  const at = cut ? 48 : 40
  const flags = cut ? b.readUInt16BE(42) : 0
  const header = {
    source: ip6(b, 8),
    destination: ip6(b, 24),
    ttl: b[7]!,
    tos: ((b[0]! & 15) << 4) | (b[1]! >> 4),
    dontFragment: false,
    lengthBytes: 40 + b.readUInt16BE(4),
    ...(cut && { fragment: { offset: flags & 0xfff8, more: (flags & 1) !== 0, id: b.readUInt32BE(44) } }),
  }
  const transport = transportOf(cut ? b[40]! : b[6]!, b, at, (flags & 0xfff8) > 0)
  return transport && { ...header, ...transport }
}

const ip6 = (b: Buffer, at: number): Ip => parseIp(Array.from({ length: 8 }, (_, i) => b.readUInt16BE(at + 2 * i).toString(16)).join(':'))

/** ICMPv6 from here on belongs to the link: routers, neighbours, listeners. */
const LINK_OWN = new Set([130, 131, 132, 133, 134, 135, 136, 137, 143])
/** An error about one of those: a router that tells an unreachable sender of a better way hears that it is unreachable. */
const isAboutLink = (b: Buffer, at: number): boolean => b[at]! < 128 && b[at + 8 + 6] === 58 && LINK_OWN.has(b[at + 8 + 40] ?? 0)

/** A fragment that is not the first has no ports to read. */
function transportOf(protocol: number, b: Buffer, at: number, later: boolean): Transport | null {
  const two = (i: number) => (later || b.length < i + 2 ? 0 : b.readUInt16BE(i))
  const ports = { sourcePort: two(at), destinationPort: two(at + 2) }
  switch (protocol) {
    case 6:
      return { protocol: 'tcp', ...ports, flags: later ? [] : FLAGS.filter(([bit]) => (b[at + 13]! & bit) !== 0).map(([, name]) => name) }
    case 17:
      return { protocol: 'udp', ...ports }
    case 132:
      return { protocol: 'sctp', ...ports, chunk: b[at + 12] === 2 ? 'init-ack' : b[at + 12] === 6 ? 'abort' : 'init' }
    case 1:
    case 58: {
      const type = b[at] ?? 0
      if (protocol === 58 && (LINK_OWN.has(type) || isAboutLink(b, at))) return null
      const tooBig = protocol === 1 ? two(at + 6) : b.length >= at + 8 ? b.readUInt32BE(at + 4) : 0
      const says = protocol === 1 ? type === 3 && b[at + 1] === 4 : type === 2
      return {
        protocol: protocol === 1 ? 'icmp' : 'icmpv6',
        type,
        code: b[at + 1] ?? 0,
        id: two(at + 4),
        ...(says && { mtuBytes: tooBig }),
      }
    }
    default:
      return null
  }
}
