// A program sends: its first packet with the source address, length and MSS that its kernel chooses, or the reason why it cannot.
import type { Ip } from '../addr/ip'
import type { Packet } from '../linux/packet'
import { mssOverhead } from './change'
import { firstPacket, type Request, whyNotRouted, whyNotSent } from './client'
import { mtuFromHere, outOf, routeFromHere, whyTooBig } from './ip-out'
import type { Machine } from './machine'
import type { PathMtus } from './path-mtu'
import { arriving, type Skb } from './skb'
import { hopLimit } from './sysctl'
import type { Loss } from './walk'

/** What a SYN offers on a way of this MTU. */
export const mssOver = (mtuBytes: number, ip: Ip): number => Math.min(mtuBytes, 65535) - mssOverhead(ip)

/** The packet on its way to OUTPUT; `loss`: it does not get even there. */
export function depart(machine: Machine, request: Request, known: PathMtus): { readonly skb: Skb; readonly loss?: Loss } {
  const draft = firstPacket(machine, request, request.source ?? request.destination)
  const { device, mark = 0 } = request
  const routed =
    whyNotRouted(request) ??
    routeFromHere(machine, {
      destination: request.destination,
      source: request.source ?? null,
      mark,
      about: draft,
      ...(device === undefined ? {} : { out: device }),
    })
  const chosen = 'source' in routed ? (whyNotSent(request, routed.answer.to) ?? routed) : routed
  const mtuBytes = 'source' in chosen ? mtuFromHere(machine, chosen.answer, request.destination, known) : Number.POSITIVE_INFINITY
  const fits = draft.lengthBytes <= mtuBytes
  const packet: Packet = {
    ...draft,
    ...(draft.protocol === 'tcp' ? { mss: mssOver(mtuBytes, draft.source) } : {}),
    ...('source' in chosen ? { source: chosen.source, ttl: ttlOf(machine, request, draft, outOf(chosen.answer)) } : {}),
    dontFragment: draft.dontFragment && (fits || request.dontFragment === true),
  }
  const mayBeCut = request.dontFragment !== true && packet.protocol !== 'tcp'
  // IPv6 keeps the route that it found before the packet had an address of its own (ip6_dst_lookup_tail); IPv4 looks again.
  const kept = request.source === undefined && typeof packet.source === 'bigint' && 'source' in chosen && !chosen.again
  const skb = { ...fromSocket(packet, request), byProgram: true, mayBeCut, ...(kept ? { routedFirst: true as const } : {}) } as const
  if (!('source' in chosen)) return { skb, loss: chosen }
  return fits || mayBeCut ? { skb } : { skb, loss: whyTooBig(packet, mtuBytes) }
}

const ttlOf = (machine: Machine, request: Request, draft: Packet, out: string): number =>
  request.ttl === undefined && typeof draft.source === 'bigint' ? hopLimit(machine.program, out) : draft.ttl

/** A packet that the client's socket sends, with its mark and device. */
export const fromSocket = (packet: Packet, { mark = 0, device }: Request): Skb => ({
  ...arriving(packet, 'request'),
  mark,
  local: true,
  sender: 'program',
  ...(device === undefined ? {} : { boundTo: device }),
})
