// The matches that look at one field of the IP header, and `-m conntrack`, which looks at the packet's connection.
import { type Cidr, contains, type IpRange } from '../addr/cidr'
import { familyOf, type Ip } from '../addr/ip'
import { PROTOCOL_NUMBERS, type PortRange } from '../addr/port'
import { never } from '../error'
import { conntrackText } from '../linux/conntrack-text'
import { type FieldMatch, fieldText } from '../linux/field-text'
import type { Packet } from '../linux/packet'
import type { ConntrackAsked } from '../linux/rule'
import type { Not } from '../linux/rule-values'
import { Unmodelled } from './asked'
import type { Entry } from './conntrack'
import type { Skb } from './skb'

const inRange = (range: IpRange, ip: Ip): boolean => familyOf(range.first) === familyOf(ip) && ip >= range.first && ip <= range.last

/** How long a packet may be: a server says a line at first, a short name and perhaps the caller's address. */
function lengthsOf(p: Packet): readonly [number, number] {
  if (p.protocol !== 'tcp' || !p.flags.includes('psh')) return [p.lengthBytes, p.lengthBytes]
  const [header, line] = typeof p.source === 'number' ? [52, 47] : [72, 71]
  return [header + 1, header + line]
}

/** Whether the packet's header, or how its frame was addressed, fits. */
export function fieldFits(m: FieldMatch, { packet: p, heardAs }: Skb): boolean {
  switch (m.match) {
    case 'iprange':
      return (
        (!m.source || inRange(m.source.is, p.source) !== m.source.not) &&
        (!m.destination || inRange(m.destination.is, p.destination) !== m.destination.not)
      )
    case 'ttl':
    case 'hl':
      return (m.compare === 'eq' ? p.ttl === m.value : m.compare === 'lt' ? p.ttl < m.value : p.ttl > m.value) !== m.not
    case 'tos':
      return ((p.tos & m.tos.is.mask) === m.tos.is.value) !== m.tos.not
    case 'dscp':
      return (p.tos >> 2 === m.dscp.is) !== m.dscp.not
    case 'length': {
      const { first, last } = m.bytes.is
      const [least, most] = lengthsOf(p)
      if (least >= first && most <= last) return !m.bytes.not
      if (most < first || least > last) return m.bytes.not
      throw new Unmodelled(`what a TCP connection carries: ${fieldText(m)}`)
    }
    case 'tcpmss': {
      if (p.protocol !== 'tcp' || p.mss === undefined) return false
      return (p.mss >= m.mss.is.first && p.mss <= m.mss.is.last) !== m.mss.not
    }
    case 'pkttype':
      return (m.type.is === (heardAs ?? 'unicast')) !== m.type.not
    default:
      return never(m)
  }
}

/** The states a packet is in: its tracking, and whether its connection is translated. */
/** A rule has said how the connection is to be tracked, and it is not tracked yet: it has a template, which counts as a new one (xt_ct_target). */
export const hasTemplate = ({ tracking, zone }: Skb): boolean => tracking === 'NONE' && zone !== undefined

export function statesOf(skb: Skb): readonly string[] {
  const states: string[] = [skb.tracking !== 'NONE' ? skb.tracking : hasTemplate(skb) ? 'NEW' : 'INVALID']
  if (skb.entry?.translated.source) states.push('SNAT')
  if (skb.entry?.translated.destination) states.push('DNAT')
  return states
}

/** xt_conntrack: without a connection only the state counts, and a rule that asks for anything else does not match. */
export function conntrackFits(m: ConntrackAsked & { readonly match: 'conntrack' }, skb: Skb): boolean {
  if (m.states && statesOf(skb).some(s => (m.states!.is as readonly string[]).includes(s)) === m.states.not) return false
  const { entry } = skb
  if (entry === null && hasTemplate(skb) && asksMore(m)) throw new Unmodelled(`what a template of -j CT is like: ${conntrackText(m)}`)
  if (entry === null) return m.states !== undefined
  if (m.protocol) {
    const number = typeof m.protocol.is === 'number' ? m.protocol.is : PROTOCOL_NUMBERS[m.protocol.is]
    if ((PROTOCOL_NUMBERS[entry.original.protocol] === number) === m.protocol.not) return false
  }
  const { original, reply } = entry
  return (
    address(m.originalSource, original.source) &&
    address(m.originalDestination, original.destination) &&
    address(m.replySource, reply.source) &&
    address(m.replyDestination, reply.destination) &&
    port(m.originalSourcePort, original.sourcePort) &&
    port(m.originalDestinationPort, original.destinationPort) &&
    port(m.replySourcePort, reply.sourcePort) &&
    port(m.replyDestinationPort, reply.destinationPort) &&
    statuses(m, entry) &&
    (m.direction === undefined || (m.direction === 'ORIGINAL') === (skb.direction === 0))
  ) // prettier-ignore
}

const asksMore = ({ match: _, states: _states, ...rest }: ConntrackAsked & { readonly match: 'conntrack' }): boolean =>
  Object.values(rest).some(asked => asked !== undefined)

const address = (asked: Not<Cidr> | undefined, ip: Ip): boolean => asked === undefined || contains(asked.is, ip) !== asked.not
const port = (asked: Not<PortRange> | undefined, n: number): boolean =>
  asked === undefined || (n >= asked.is.first && n <= asked.is.last) !== asked.not

/** No helper makes expected connections here, and none lives long enough to be assured. */
function statuses(m: ConntrackAsked, entry: Entry): boolean {
  if (m.statuses === undefined) return true
  const has = m.statuses.is.some(s => (s === 'CONFIRMED' && entry.confirmed) || (s === 'SEEN_REPLY' && entry.seenReply))
  return has !== m.statuses.not
}
