// What kernels and servers send back: SYN-ACK, datagram, echo reply, RST, ICMP errors. Stands for net/ipv4/tcp_ipv4.c, icmp.c and a small server.
import { familyOf, type Ip, isMulticast } from '../addr/ip'
import { never } from '../error'
import { hasPorts, isIcmpError, type Packet } from '../linux/packet'
import type { Listener } from '../linux/program'
import { routeFromHere, withHopLimit } from './ip-out'
import { isLocal, type Machine } from './machine'
import type { Skb } from './skb'
import { sourceAddress } from './source-address'
import { defaultTtl } from './sysctl'
import { ICMP, type IcmpKind, type Loss, type Walk } from './walk'

const headerBytes = (ip: Ip): number => (familyOf(ip) === 'ipv4' ? 20 : 40)

/** A packet of this machine's own, on its way to OUTPUT. */
export function sending(packet: Packet, sender?: Skb['sender']): Skb {
  return {
    ...(sender === undefined ? {} : { sender }),
    packet,
    mark: 0,
    tracking: 'NONE',
    entry: null,
    direction: 0,
    leg: 'reply',
    portIn: null,
    prerouted: false,
    local: true,
  }
}

function send(walk: Walk, machine: Machine, skb: Skb): void {
  const sent = withHopLimit(machine, skb)
  const { packet } = sent
  walk.emit(machine, sent, { kind: 'send' })
  walk.saying(isIcmpError(packet) || isEchoReply(packet) ? familyOf(packet.source) : null, () => walk.output(machine, sent))
}

const isEchoReply = (p: Packet): boolean => (p.protocol === 'icmp' && p.type === 0) || (p.protocol === 'icmpv6' && p.type === 129)

/** What a server, or the kernel for echo requests, answers to a request that reached it; undefined when it says nothing. */
export function answerTo(machine: Machine, request: Packet, listener: Listener | null): Packet | undefined {
  const header = {
    source: request.destination,
    destination: request.source,
    ttl: defaultTtl(machine.program, familyOf(request.source)),
    tos: 0,
    dontFragment: hasPorts(request),
  }
  const length = headerBytes(request.source)
  switch (request.protocol) {
    case 'tcp':
      return {
        ...header,
        protocol: 'tcp',
        sourcePort: request.destinationPort,
        destinationPort: request.sourcePort,
        flags: ['syn', 'ack'],
        lengthBytes: length + 40,
      }
    case 'udp':
      return {
        ...header,
        protocol: 'udp',
        sourcePort: request.destinationPort,
        destinationPort: request.sourcePort,
        lengthBytes: length + 8 + (listener?.answer ?? machine.name).length,
      }
    case 'sctp':
      return {
        ...header,
        protocol: 'sctp',
        sourcePort: request.destinationPort,
        destinationPort: request.sourcePort,
        chunk: 'init-ack',
        lengthBytes: length + 32,
      }
    case 'icmp':
    case 'icmpv6': {
      const { echo, echoReply, protocol } = ICMP[familyOf(request.source)]
      if (request.type !== echo) return undefined
      return { ...header, protocol, type: echoReply, code: 0, id: request.id, tos: request.tos, lengthBytes: request.lengthBytes }
    }
    default:
      return never(request)
  }
}

/** The same answer from an address of the machine: nobody can answer from everybody's. */
export function fromOneOf(machine: Machine, answer: Packet): Packet {
  const chosen = routeFromHere(machine, { destination: answer.destination, source: null, mark: 0 })
  return 'source' in chosen ? { ...answer, source: chosen.source } : answer
}

/** Sends an answer from the address that the request was sent to. */
export function sendAnswer(walk: Walk, machine: Machine, request: Skb, answer: Packet): void {
  const skb = sending(answer, hasPorts(answer) ? 'program' : 'kernel')
  const prefers = answer.protocol === 'icmpv6' ? deviceOf(machine, request) : undefined
  send(walk, machine, prefers === undefined ? skb : { ...skb, prefers })
}

/** Where a packet counts as come in: what comes by lo, at the device that has the address (icmp6_dev). */
const deviceOf = (machine: Machine, { cameBy, packet }: Skb): string | undefined =>
  cameBy === 'lo' ? machine.program.devices.find(d => d.addresses.some(a => a.ip === packet.destination))?.name : cameBy

/** The kernel's word that nobody listens: RST for TCP, port unreachable for the rest. */
export function refuse(walk: Walk, machine: Machine, skb: Skb): void {
  if (skb.packet.protocol === 'tcp') resetFor(walk, machine, skb, false)
  // Whoever looks for a socket has forgotten the connection (nf_reset_ct): the error finds it again when it leaves.
  else icmpError(walk, machine, { ...skb, entry: null }, ICMP[familyOf(skb.packet.source)].portUnreachable)
}

/** A RST about a TCP packet; `attached` when a rule of this machine sends it for a packet that is still on its way. */
export function resetFor(walk: Walk, machine: Machine, about: Skb, attached: boolean): void {
  const p = about.packet
  if (p.protocol !== 'tcp' || p.flags.includes('rst') || about.group || about.heardAs) return
  const ttl = defaultTtl(machine.program, familyOf(p.source))
  const rst: Packet = {
    protocol: 'tcp',
    source: p.destination,
    destination: p.source,
    sourcePort: p.destinationPort,
    destinationPort: p.sourcePort,
    flags: ['rst', 'ack'],
    ttl,
    // A socket's RST has the TOS of what it is about, without ECN (tcp_v4_send_reset).
    tos: attached ? 0 : p.tos & 0xfc,
    dontFragment: true,
    lengthBytes: headerBytes(p.source) + 20,
  } // prettier-ignore
  // Over IPv6 the packet does not say whose socket sends it (tcp_v6_send_response).
  const skb = sending(rst, attached || typeof p.source === 'bigint' ? undefined : 'kernel')
  if (attached && sendBack(walk, machine, skb, about)) return
  if (attached) attach(skb, about)
  send(walk, machine, skb)
}

/** A RST about what a bridge has seen as IP goes straight back by its port, past all rules and as it is (nf_send_reset); false where there is none. */
function sendBack(walk: Walk, machine: Machine, skb: Skb, { portIn, sentBy }: Skb): boolean {
  const port = portIn === null ? undefined : machine.devices.get(portIn)
  if (port === undefined || sentBy === undefined) return false
  const { source, destination } = skb.packet
  if (!('answer' in routeFromHere(machine, { destination, source: isLocal(machine, source) ? source : null, mark: 0 }))) return true
  walk.emit(machine, skb, { kind: 'send' })
  walk.transmit(machine, port, { source: port.mac, destination: sentBy, skb })
  return true
}

/** The error belongs to the connection of the packet it is about, in the other direction. */
function attach(skb: Skb, about: Skb): void {
  if (about.entry === null) return
  skb.entry = about.entry
  skb.direction = about.direction === 0 ? 1 : 0
  skb.tracking = 'RELATED'
}

const isBroadcast = (machine: Machine, ip: Ip): boolean =>
  machine.fib.look({ destination: ip, source: null, in: null, mark: 0 }).to === 'broadcast'

/** An ICMP error about a packet; none about ICMP errors, later fragments, broadcasts and multicasts. */
export function icmpError(walk: Walk, machine: Machine, about: Skb, [type, code]: IcmpKind, mtuBytes?: number): void {
  const p = about.packet
  if (about.group || about.heardAs || isBroadcast(machine, p.destination)) return
  if (isIcmpError(p) || (p.fragment && p.fragment.offset > 0) || isMulticast(p.destination) || p.destination === 0xffffffff) return
  const { protocol } = ICMP[familyOf(p.source)]
  const fromItsTarget = isLocal(machine, p.destination) && (typeof p.source === 'bigint' || !(about.unrouted || isOnLink(machine, about)))
  const chosen = fromItsTarget ? { source: p.destination } : wayOfError(machine, about)
  if (!('source' in chosen)) return
  const quoted = Math.min(p.lengthBytes, familyOf(p.source) === 'ipv4' ? 576 - 28 : 1280 - 48)
  const error: Packet = {
    protocol,
    type,
    code,
    id: 0,
    about: p,
    ...(mtuBytes === undefined ? {} : { mtuBytes }),
    source: chosen.source,
    destination: p.source,
    ttl: defaultTtl(machine.program, familyOf(p.source)),
    tos: familyOf(p.source) === 'ipv4' ? (p.tos & 0x1e) | 0xc0 : 0,
    dontFragment: false,
    lengthBytes: headerBytes(p.source) + 8 + quoted,
  } // prettier-ignore
  const skb = sending(error, 'kernel')
  attach(skb, about)
  send(walk, machine, 'routedFirst' in chosen ? { ...skb, routedFirst: true } : skb)
}

/** IPv6 takes the address that the device has by which the packet came in, unless the route names one, and looks for a way from it (icmp6_send). */
function wayOfError(machine: Machine, { packet, cameBy }: Skb): { source: Ip; routedFirst?: true } | Loss {
  const chosen = routeFromHere(machine, { destination: packet.source, source: null, mark: 0 })
  if (typeof packet.source === 'number') return 'source' in chosen ? { source: chosen.source, routedFirst: true } : chosen
  const named = 'source' in chosen && chosen.answer.route.source !== undefined
  const seen =
    cameBy === undefined || cameBy === 'lo' || named ? undefined : sourceAddress(machine.program.devices, cameBy, null, packet.source)
  if (seen === undefined) return 'source' in chosen && !chosen.again ? { source: chosen.source, routedFirst: true } : chosen
  const way = routeFromHere(machine, { destination: packet.source, source: seen, mark: 0 })
  return 'source' in way ? { source: seen } : way
}

/** A bound socket's packet to an own address that another device has: it looks for a neighbour. IPv6 does not ask which way it went (icmp6_send). */
function isOnLink(machine: Machine, { boundTo, packet: { destination, source } }: Skb): boolean {
  if (boundTo === undefined) return false
  const way = routeFromHere(machine, { destination, source, mark: 0, out: boundTo })
  return 'answer' in way && way.answer.to === 'unicast'
}
