// Packets that reach the programs of a machine: a listener takes the request and answers, the client's program learns what came back.
import { familyOf, ipText } from '../addr/ip'
import { destinationText, hasPorts, isIcmpError, type Packet } from '../linux/packet'
import type { Device, Listener } from '../linux/program'
import { answerTo, fromOneOf, refuse, sendAnswer } from './answer'
import { listenerFor } from './listener'
import { type ClientSees, clientSees } from './client'
import { mssOver } from './departure'
import { whyUnheard } from './group'
import { mtuFromHere, mtuTowards, routeFromHere } from './ip-out'
import type { Machine } from './machine'
import { drop } from './drop'
import type { Skb } from './skb'
import type { Loss, Lost, Walk } from './walk'

/** How the exchange stands so far. */
export interface Standing {
  /** The program or kernel that took the request, and the packet as it saw it. */
  delivered: { readonly namespace: string; readonly packet: Packet; readonly listener: Listener | null } | null
  readonly lost: Lost[]
  /** What the client's program knows; null: nothing yet. */
  client: ClientSees | null
  replyDelivered: boolean
}

/** The program that asks: where it is, what it sent, the device that its socket is bound to. */
export interface Asker {
  readonly machine: string
  readonly sent: Packet
  readonly boundTo: string | undefined
}

/** The request has reached a machine: a listener or the kernel itself takes it and answers, or nobody does. */
export function arriveRequest(walk: Walk, standing: Standing, machine: Machine, skb: Skb): void {
  const { packet } = skb
  const listener = listenerFor(machine, packet)
  const unheard = skb.group ? whyUnheard(machine, packet, listener) : undefined
  if (unheard) return drop(walk, machine, skb, { kind: 'dropped', why: unheard })
  if (hasPorts(packet) && listener === undefined) return refuseRequest(walk, machine, skb)
  if (listener && isOfTunnel(packet)) return drop(walk, machine, skb, LED_ASTRAY)
  const back =
    packet.protocol === 'tcp'
      ? routeFromHere(machine, { destination: packet.source, source: packet.destination, mark: 0, about: packet })
      : null
  if (back !== null && 'kind' in back) return drop(walk, machine, skb, { ...back, why: `the connection cannot be answered: ${back.why}` })
  walk.emit(machine, skb, { kind: 'deliver', listener: listener ?? null })
  standing.delivered = { namespace: machine.name, packet, listener: listener ?? null }
  let answer = answerTo(machine, packet, listener ?? null)
  if (answer?.protocol === 'tcp' && back !== null)
    answer = { ...answer, mss: mssOver(mtuFromHere(machine, back.answer, packet.source, walk.pathMtus), packet.source) }
  if (answer) walk.later(() => sendAnswer(walk, machine, skb, skb.group ? fromOneOf(machine, answer) : answer))
}

const isOfTunnel = (p: Packet): boolean => p.protocol === 'udp' && p.inner !== undefined
/** Two programs may answer each other for ever, or one of them see what it was sent. */
const TAKEN_FOR_A_QUESTION: Loss = { kind: 'unknown', why: 'hopspec does not model programs that are sent an answer which is not for them' }
const LED_ASTRAY: Loss = { kind: 'unknown', why: "hopspec does not model programs that are sent a tunnel's packets" }

function refuseRequest(walk: Walk, machine: Machine, skb: Skb): void {
  const p = skb.packet
  const why = machine.program.silent ?? `nobody listens on ${p.protocol} port ${hasPorts(p) ? p.destinationPort : ''} in ${machine.name}`
  walk.emit(machine, skb, { kind: 'reject', with: p.protocol === 'tcp' ? 'tcp-reset' : 'port-unreachable', why })
  walk.lose(machine, skb, { kind: 'refused', why })
  refuse(walk, machine, skb)
}

/** Something sent in answer has reached a machine: the client's program takes it, or the machine wonders what it is about. */
export function arriveReply(walk: Walk, standing: Standing, asker: Asker, machine: Machine, device: Device, skb: Skb): void {
  const { packet } = skb
  if (isOfTunnel(packet) && listenerFor(machine, packet)) return drop(walk, machine, skb, LED_ASTRAY)
  walk.emit(machine, skb, { kind: 'deliver', listener: null })
  if (machine.name === asker.machine && socketHears(asker, machine, device, packet)) {
    const sees = clientSees(machine, asker.sent, packet)
    if (sees) {
      standing.client ??= sees
      standing.replyDelivered = true
      if (isIcmpError(packet)) hearOfMtu(walk, machine, asker, packet)
      return
    }
  }
  const broken = machine.name === standing.delivered?.namespace ? whyUndone(packet, standing.delivered.packet) : undefined
  if (broken) undo(standing, broken)
  if (packet.protocol === 'udp' && listenerFor(machine, packet)) return drop(walk, machine, skb, TAKEN_FOR_A_QUESTION)
  if (packet.protocol === 'udp' || packet.protocol === 'tcp') refuse(walk, machine, skb)
}

/**
 * A bound socket hears its device alone. What comes over lo counts as come in by the device that has the address (inet_iif, ip6_rcv_core),
 * but for an ICMP error about an IPv4 datagram (__udp4_lib_err) or an IPv6 connection (tcp_v6_err).
 */
function socketHears({ boundTo }: Asker, machine: Machine, device: Device, packet: Packet): boolean {
  if (boundTo === undefined || device.name === boundTo) return true
  if (device.kind !== 'loopback') return false
  if (isIcmpError(packet) && packet.about.protocol === (packet.protocol === 'icmp' ? 'udp' : 'tcp')) return false
  return machine.devices.get(boundTo)?.addresses.some(a => a.ip === packet.destination) ?? false
}

/** A packet that was too big teaches the kernel how long the next may be; a look-up for ICMPv6 knows nothing of the socket (icmpv6_err). */
function hearOfMtu(walk: Walk, machine: Machine, { boundTo }: Asker, error: Packet & { readonly about: Packet }): void {
  const asked =
    error.about.protocol === 'icmpv6' ? { mark: 0 } : { mark: walk.client(machine)?.mark ?? 0, ...(boundTo && { out: boundTo }) }
  walk.pathMtus.hear(machine, error, asked, way => mtuTowards(machine, way))
}

/** The half-open connection is gone again: nothing was delivered after all. */
function undo(standing: Standing, why: string): void {
  const { namespace, packet } = standing.delivered!
  standing.delivered = null
  standing.lost.push({ kind: 'dropped', why, leg: 'request', in: namespace, packet, local: false })
}

/** Type and code of the errors that end half a connection (tcp_v4_err, icmpv6_err_convert). */
const FATAL: Readonly<Record<'ipv4' | 'ipv6', readonly string[]>> = {
  ipv4: ['3/0', '3/1', '11/0', '11/1'],
  ipv6: ['1/1', '1/4', '1/5', '1/6'],
}

/** What makes a server forget a connection that it has answered and that is not complete: a RST, or word that the answer cannot arrive. */
function whyUndone(p: Packet, opened: Packet): string | undefined {
  if (p.protocol === 'tcp' && p.flags.includes('rst') && isSameFlow(p, opened))
    return `the client resets the answer: it comes from ${destinationText(p)}, which is not the address it called`
  if (!isIcmpError(p) || p.about.protocol !== 'tcp' || !p.about.flags.includes('syn') || !isSameFlow(opened, p.about, 'back'))
    return undefined
  const fatal = FATAL[familyOf(p.source)].includes(`${p.type}/${p.code}`)
  return fatal ? `the answer to ${ipText(p.about.destination)} could not be delivered, and ${ipText(p.source)} said so` : undefined
}

/** Whether a packet has the addresses and ports of another, or (`back`) of an answer to it. */
function isSameFlow(a: Packet, b: Packet, way: 'on' | 'back' = 'on'): boolean {
  if (!hasPorts(a) || !hasPorts(b)) return false
  const [from, fromPort, to, toPort] =
    way === 'on' ? [b.source, b.sourcePort, b.destination, b.destinationPort] : [b.destination, b.destinationPort, b.source, b.sourcePort]
  return a.source === from && a.sourcePort === fromPort && a.destination === to && a.destinationPort === toPort
}
