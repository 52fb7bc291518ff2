// `-m rpfilter`, `socket` and `owner`: where a packet's sender should be, who waits for it here, and who sends it.
// Stands for net/ipv4/netfilter/ipt_rpfilter.c, net/netfilter/xt_socket.c and xt_owner.c. Not simulated: transparent sockets, users other than root.
import { familyOf, type Ip, isMulticast } from '../addr/ip'
import { never } from '../error'
import { hasPorts, isIcmpError, isOfFlow, type Packet } from '../linux/packet'
import type { IdRange, SenderMatch } from '../linux/sender'
import type { Not } from '../linux/rule-values'
import { listenerFor } from './listener'
import { isTaken } from './fib'
import type { Machine } from './machine'
import type { Asked } from './asked'
import type { Skb } from './skb'

export function senderFits(m: SenderMatch, asked: Asked): boolean {
  switch (m.match) {
    case 'rpfilter':
      return comesRight(m, asked) !== m.not
    case 'socket':
      return isAwaited(m, asked)
    case 'owner':
      return isOwned(m, asked.skb)
    default:
      return never(m)
  }
}

/** Whether the way back to the source leads over the device that the packet came in by. */
function comesRight(m: Extract<SenderMatch, { match: 'rpfilter' }>, { skb, where, fib, machine }: Asked): boolean {
  const { source, destination } = skb.packet
  if (machine.devices.get(where.in)?.kind === 'loopback') return true
  if (source === 0n || (source === 0 && (destination === 0xffffffff || isMulticast(destination)))) return true
  const isHost = !isMulticast(destination) && destination !== 0xffffffff && destination !== 0 && destination !== 0n
  const back = fib.look({
    destination: source,
    source: isHost ? destination : null,
    in: 'lo',
    mark: m.validMark ? skb.mark : 0,
    forwarded: true,
    ...(typeof source === 'bigint' && !m.loose ? { out: where.in } : {}),
  })
  if (!isTaken(back) || back.rejects) return false
  if (back.to !== 'unicast' && !(back.to === 'local' && m.acceptLocal)) return false
  return m.loose || back.device === where.in || (typeof source === 'bigint' && back.to === 'local')
}

/** Whether a socket here would take the packet: the client's, which is connected and hears its own device alone, a connection's, or a listener's. No socket here is transparent. */
function isAwaited(m: Extract<SenderMatch, { match: 'socket' }>, { skb, where, machine, client, served }: Asked): boolean {
  const asks = whatAsks(skb)
  if (asks === undefined || m.transparent) return false
  if (client && answers(asks, client.sent) && (client.boundTo ?? where.in) === where.in) {
    if (m.restoreMark) skb.mark = client.mark
    return true
  }
  if (served && isOfFlow(asks, served.asked)) {
    // One that is only asked for has no mark to give (sk_fullsock).
    if (m.restoreMark && served.stands) skb.mark = 0
    return true
  }
  const listener = listenerFor(machine, asks) ?? kernelsSocket(machine, asks)
  const anywhere = listener?.address === null || listener?.address === 0 || listener?.address === 0n
  if (listener === undefined || (anywhere && !m.noWildcard)) return false
  if (m.restoreMark) skb.mark = 0
  return true
}

/** A tunnel has a socket, too: of the kernel's own at every address of its family, of a process's at the one that it is bound to. */
function kernelsSocket(machine: Machine, p: Packet): { readonly address: Ip | null } | undefined {
  if (p.protocol !== 'udp') return undefined
  for (const d of machine.program.devices) {
    if (d.kind === 'vxlan' && d.udpPort === p.destinationPort && familyOf(d.local) === familyOf(p.destination)) return { address: null }
    if (d.kind === 'tun' && d.relay.udpPort === p.destinationPort && d.relay.local === p.destination) return { address: d.relay.local }
  }
  return undefined
}

/** The packet as it looks for a socket: an ICMP error by the packet it is about, an answer by the address that its connection began with. */
function whatAsks({ packet: p, entry, direction, tracking }: Skb): Packet | undefined {
  if (isIcmpError(p)) return hasPorts(p.about) ? turned(p.about) : undefined
  if (!hasPorts(p)) return undefined
  if (entry === null || direction === 0 || tracking !== 'ESTABLISHED') return p
  return { ...p, destination: entry.original.source, destinationPort: entry.original.sourcePort } as Packet
}

const turned = (p: Packet & { readonly sourcePort: number; readonly destinationPort: number }): Packet =>
  ({
    ...p,
    source: p.destination,
    destination: p.source,
    sourcePort: p.destinationPort,
    destinationPort: p.sourcePort,
  }) as Packet

const answers = (p: Packet, sent: Packet): boolean =>
  hasPorts(p) &&
  hasPorts(sent) &&
  p.protocol === sent.protocol &&
  p.source === sent.destination &&
  p.destination === sent.source &&
  p.sourcePort === sent.destinationPort &&
  p.destinationPort === sent.sourcePort

/** Every program is root's. What the kernel sends has a socket but no user; what rules send, or comes from elsewhere, has neither. */
function isOwned({ user, group, socketExists }: Extract<SenderMatch, { match: 'owner' }>, { sender }: Skb): boolean {
  const users = [user, group].filter(asked => asked !== undefined)
  if (sender === undefined) return [...users, ...(socketExists ? [socketExists] : [])].every(asked => asked.not)
  if (socketExists?.not) return false
  return sender === 'kernel' ? users.every(asked => asked.not) : users.every(isRoot)
}

const isRoot = ({ not, is }: Not<IdRange>): boolean => (is.first === 0) !== not

const ROOT = 0

/** Whose program's socket a packet has, if any. One from a wire has it at INPUT already where a connected socket waits for it (tcp_v4_early_demux, udp_v4_early_demux). */
export function userOf({ skb, where, machine, client }: Asked): number | undefined {
  if (where.hook === 'OUTPUT' || where.hook === 'POSTROUTING') return skb.sender === 'program' ? ROOT : undefined
  const p = skb.packet
  if (where.hook !== 'INPUT' || where.in === 'lo' || p.fragment) return undefined
  const goesOn = p.protocol === 'tcp' && p.flags.includes('ack') && !p.flags.includes('syn') && listenerFor(machine, p) !== undefined
  return goesOn || (client !== null && answers(p, client.sent)) ? ROOT : undefined
}
