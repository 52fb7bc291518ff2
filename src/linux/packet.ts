// A packet on the wire, as a value. What a kernel knows beside it (mark, conntrack entry, device) belongs to the walk, not to the packet.
import type { Ip } from '../addr/ip'
import type { Mac } from '../addr/mac'
import { ipText, socketText } from '../addr/ip'

/** What every IP packet has. `lengthBytes` is the length of the whole IP packet. */
interface IpHeader {
  readonly source: Ip
  readonly destination: Ip
  readonly ttl: number
  readonly tos: number
  readonly dontFragment: boolean
  readonly lengthBytes: number
  /** Present on fragments: where this one begins, in bytes, and whether more follow. */
  readonly fragment?: { readonly offset: number; readonly more: boolean; readonly id: number }
}

export type TcpFlag = 'syn' | 'ack' | 'rst' | 'fin' | 'psh' | 'urg'

export type Transport =
  | {
      readonly protocol: 'tcp'
      readonly sourcePort: number
      readonly destinationPort: number
      readonly flags: readonly TcpFlag[] /** The MSS option of a SYN. */
      readonly mss?: number
    }
  | { readonly protocol: 'udp'; readonly sourcePort: number; readonly destinationPort: number; readonly inner?: Encapsulated }
  | {
      readonly protocol: 'sctp'
      readonly sourcePort: number
      readonly destinationPort: number
      readonly chunk: 'init' | 'init-ack' | 'abort'
    }
  | {
      readonly protocol: 'icmp' | 'icmpv6'
      readonly type: number
      readonly code: number
      /** Echo request and reply. */
      readonly id: number
      /** The packet that an ICMP error is about, as its maker saw it. */
      readonly about?: Packet
      /** Fragmentation needed, packet too big: the MTU that would fit, in bytes. */
      readonly mtuBytes?: number
    }

export type Packet = IpHeader & Transport

/** What travels inside a tunnel's UDP packet: an Ethernet frame (vxlan) or a bare IP packet (flannel's udp backend: macs absent). */
interface Encapsulated {
  readonly vni: number | null
  readonly source: Mac | null
  readonly destination: Mac | null
  readonly packet: Packet
  /** vxlan with group based policy: the sender's mark. */
  readonly mark?: number
  /** The outer UDP checksum while the inner one is left to a device (absent), such a one that was translated, one without anything left, a wrong one. */
  readonly checksum?: 'shifted' | 'whole' | 'wrong'
}

/** An address with its port; the port is the ICMP id for echo. */
export interface Socket {
  readonly ip: Ip
  readonly port: number
}

/** Whether the packet has ports (TCP, UDP, SCTP). */
export const hasPorts = (p: Packet): p is Packet & { readonly sourcePort: number; readonly destinationPort: number } => 'sourcePort' in p

/** `10.0.0.1:80`, or the bare address of an ICMP packet. */
export const sourceText = (p: Packet): string => (hasPorts(p) ? socketText(p.source, p.sourcePort) : ipText(p.source))
export const destinationText = (p: Packet): string => (hasPorts(p) ? socketText(p.destination, p.destinationPort) : ipText(p.destination))

/** Whether a packet has the protocol, addresses and ports of another. */
export const isOfFlow = (p: Packet, first: Packet): boolean =>
  hasPorts(p) &&
  hasPorts(first) &&
  p.protocol === first.protocol &&
  p.source === first.source &&
  p.destination === first.destination &&
  p.sourcePort === first.sourcePort &&
  p.destinationPort === first.destinationPort

/** Whether the packet is an ICMP error about another one. */
export const isIcmpError = (p: Packet): p is Packet & { readonly protocol: 'icmp' | 'icmpv6'; readonly about: Packet } =>
  (p.protocol === 'icmp' || p.protocol === 'icmpv6') && p.about !== undefined

/** A packet as a line of a capture: `udp 192.168.1.201:40001 > 192.168.1.202:53 ttl 63 len 37`. */
export function captureText(p: Packet): string {
  const length = `len ${p.lengthBytes}${p.fragment?.more ? ' mf' : ''}`
  if (p.fragment && p.fragment.offset > 0) return `fragment ${ipText(p.source)} > ${ipText(p.destination)} ttl ${p.ttl} ${length}`
  return `${hasPorts(p) ? p.protocol : `icmp ${p.type}/${p.code}`} ${sourceText(p)} > ${destinationText(p)} ttl ${p.ttl} ${length}`
}
