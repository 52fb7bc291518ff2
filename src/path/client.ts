// The program that asks: its first packet, and what it learns from what comes back.
import { contains, networkOf } from '../addr/cidr'
import { familyOf, type Ip, ipText, isMulticast, parseIp } from '../addr/ip'
import { never } from '../error'
import type { Protocol } from '../addr/port'
import { hasPorts, isIcmpError, type Packet } from '../linux/packet'
import type { Taken } from './fib'
import type { Machine } from './machine'
import { defaultTtl } from './sysctl'
import { ICMP, type Loss } from './walk'

/** What a program does: one connection, datagram or echo request. */
export interface Request {
  readonly namespace: string
  readonly protocol: Protocol
  readonly destination: Ip
  readonly destinationPort: number
  readonly sourcePort: number
  readonly source?: Ip
  readonly ttl?: number
  readonly tos?: number
  readonly mark?: number
  readonly device?: string
  /** Length of the IP packet; by protocol when absent. */
  readonly lengthBytes?: number
  readonly dontFragment?: boolean
  /** SO_BROADCAST is set on the socket. */
  readonly broadcast?: boolean
}

/** What the client's program sees. */
export type ClientSees =
  | { readonly result: 'answered' }
  | {
      readonly result: 'refused' | 'icmp'
      readonly icmp: { readonly type: number; readonly code: number; readonly from: Ip; readonly mtuBytes?: number } | null
    }
  | { readonly result: 'error'; readonly errno: string }
  | { readonly result: 'timeout' }
  /** A TCP connection was made and ended without an answer, in order or by RST; only real kernels show it. */
  | { readonly result: 'closed' | 'reset' }

/** What the program that sent `sent` learns from a packet that reached its machine; undefined when it is not about it. */
export function clientSees(machine: Machine, sent: Packet, got: Packet): ClientSees | undefined {
  if (isIcmpError(got)) {
    if (!isAbout(got, sent)) return undefined
    const icmp = { type: got.type, code: got.code, from: got.source, ...(got.mtuBytes === undefined ? {} : { mtuBytes: got.mtuBytes }) }
    const [type, code] = ICMP[familyOf(got.source)].portUnreachable
    if (got.type === type && got.code === code) return { result: 'refused', icmp }
    return machine.addresses.has(got.source) ? { result: 'error', errno: errnoOf(got) } : { result: 'icmp', icmp }
  }
  if (hasPorts(got) && hasPorts(sent)) {
    const mine =
      got.protocol === sent.protocol &&
      got.source === sent.destination &&
      got.sourcePort === sent.destinationPort &&
      got.destinationPort === sent.sourcePort
    if (!mine) return undefined
    return got.protocol === 'tcp' && got.flags.includes('rst') ? { result: 'refused', icmp: null } : { result: 'answered' }
  }
  const isReply = !hasPorts(got) && !hasPorts(sent) && got.id === sent.id && got.type !== sent.type && got.destination === sent.source
  return isReply ? { result: 'answered' } : undefined
}

/** Whose packet an error is about: a datagram's or connection's by its addresses and ports; an echo request's by its id, sent to whatever address (ping_lookup). */
function isAbout({ about, destination }: Packet & { readonly about: Packet }, sent: Packet): boolean {
  if (about.protocol !== sent.protocol) return false
  if (!hasPorts(about)) return !hasPorts(sent) && about.id === sent.id && about.type === sent.type && destination === sent.source
  if (about.source !== sent.source || about.destination !== sent.destination) return false
  return hasPorts(sent) && about.sourcePort === sent.sourcePort && about.destinationPort === sent.destinationPort
}

/** The errno that connect() gives for an ICMP error. */
export function errnoOf(p: { readonly protocol: 'icmp' | 'icmpv6'; readonly type: number; readonly code: number }): string {
  if (p.protocol === 'icmp' && p.type === 3)
    return (
      (
        {
          0: 'ENETUNREACH',
          1: 'EHOSTUNREACH',
          2: 'ENOPROTOOPT',
          4: 'EMSGSIZE',
          9: 'ENETUNREACH',
          10: 'EHOSTUNREACH',
          13: 'EHOSTUNREACH',
        } as Record<number, string>
      )[p.code] ?? 'EHOSTUNREACH'
    )
  return p.protocol === 'icmpv6' && p.type === 1
    ? (({ 0: 'ENETUNREACH', 1: 'EACCES', 3: 'EHOSTUNREACH', 5: 'EACCES', 6: 'EACCES' } as Record<number, string>)[p.code] ?? 'EHOSTUNREACH')
    : 'EHOSTUNREACH'
}

const LINK_LOCAL = networkOf(parseIp('fe80::'), 10)

/** What a program cannot send although there is a way: TCP to everybody, and broadcasts from a socket that may not. */
export function whyNotSent({ destination, protocol, broadcast }: Request, way: Taken['to']): Loss | undefined {
  if (way !== 'broadcast' && way !== 'multicast') return undefined
  const who = ipText(destination)
  if (protocol === 'tcp') return { kind: 'no-route', why: `TCP cannot connect to ${who}: it is no host`, errno: 'ENETUNREACH' }
  if (way === 'multicast' || broadcast === true) return undefined
  return { kind: 'no-route', why: `${who} is a broadcast address, and the socket is not allowed to broadcast`, errno: 'EACCES' }
}

/** What the sender's kernel refuses before it looks at any route; what hopspec does not follow is named. */
export function whyNotRouted({ destination, protocol, device }: Request): Loss | undefined {
  if (device === undefined && typeof destination === 'bigint' && contains(LINK_LOCAL, destination))
    return { kind: 'no-route', why: `${ipText(destination)} is an address of one link, and the flow names no device`, errno: 'EINVAL' }
  if (typeof destination !== 'bigint' || !isMulticast(destination)) return undefined
  const who = ipText(destination)
  if (protocol === 'tcp') return { kind: 'no-route', why: `TCP cannot connect to ${who}: it is no host`, errno: 'ENETUNREACH' }
  return { kind: 'unknown', why: `hopspec does not model packets to IPv6 multicast addresses (${who})` }
}

/** What follows the handshake's first two packets: the client's ACK, and the server's banner in answer to `request`, as it reached the server; and what the client's socket awaits. */
export function laterPackets(
  server: Machine,
  sent: Packet,
  request: Packet,
): { readonly ack: Packet; readonly banner: Packet; readonly awaited: Packet } | undefined {
  if (sent.protocol !== 'tcp' || request.protocol !== 'tcp') return undefined
  const { source, destination, sourcePort, destinationPort } = request
  const header = typeof source === 'number' ? 20 : 40
  const { mss: _, ...opened } = sent
  const { mss: _offered, ...asked } = request
  return {
    ack: { ...opened, flags: ['ack'], lengthBytes: header + 32 },
    awaited: {
      ...opened,
      source: sent.destination,
      destination: sent.source,
      sourcePort: sent.destinationPort,
      destinationPort: sent.sourcePort,
    },
    banner: {
      ...asked,
      source: destination,
      destination: source,
      sourcePort: destinationPort,
      destinationPort: sourcePort,
      flags: ['psh', 'ack'],
      ttl: defaultTtl(server.program, familyOf(source)),
      lengthBytes: header + 40,
    },
  }
}

/** The client's first packet: SYN, datagram of nine bytes, INIT or echo request. */
export function firstPacket(machine: Machine, r: Request, source: Ip): Packet {
  const family = familyOf(r.destination)
  const header = family === 'ipv4' ? 20 : 40
  const common = {
    source,
    destination: r.destination,
    ttl: family === 'ipv4' && isMulticast(r.destination) ? 1 : (r.ttl ?? defaultTtl(machine.program, family)),
    tos: r.tos ?? 0,
    dontFragment: r.dontFragment ?? true,
  }
  const ports = { sourcePort: r.sourcePort, destinationPort: r.destinationPort }
  switch (r.protocol) {
    case 'tcp':
      return { ...common, protocol: 'tcp', ...ports, flags: ['syn'], lengthBytes: r.lengthBytes ?? header + 40 }
    case 'udp':
      return { ...common, protocol: 'udp', ...ports, lengthBytes: r.lengthBytes ?? header + 17 }
    case 'sctp':
      return { ...common, protocol: 'sctp', ...ports, chunk: 'init', lengthBytes: r.lengthBytes ?? header + 32 }
    case 'icmp':
    case 'icmpv6':
      return {
        ...common,
        protocol: ICMP[family].protocol,
        type: ICMP[family].echo,
        code: 0,
        id: r.sourcePort,
        lengthBytes: r.lengthBytes ?? header + 17,
      }
    default:
      return never(r.protocol)
  }
}
