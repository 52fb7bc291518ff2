// What happens to a packet that no route takes: by kind of route, for packets on their way and for packets made here.
import { familyOf, type Ip, ipText } from '../addr/ip'
import type { Refused } from './fib'
import type { Machine } from './machine'
import { drop } from './drop'
import type { Skb } from './skb'
import { ICMP, type IcmpKind, type Loss, type Walk } from './walk'

/** A packet that no route takes on. */
export function unroutable(walk: Walk, machine: Machine, skb: Skb, answer: Refused): void {
  const { loss, code } = whyUnroutable(machine, skb, answer)
  drop(walk, machine, skb, loss)
  if (code) walk.icmpError(machine, skb, code)
}

/** A packet whose IPv6 route leads out by lo: its sender is told (ip6_pkt_discard). */
export function reject(walk: Walk, machine: Machine, skb: Skb): void {
  const { destination } = skb.packet
  drop(walk, machine, skb, {
    kind: 'no-route',
    why: `the route of ${machine.name} to ${ipText(destination)} leads out by lo, and rejects it`,
  })
  walk.icmpError(machine, skb, ICMP.ipv6.noRoute)
}

/** A packet to an address that all routers of a network have, on one of them. */
export const whyAnycast = (machine: Machine, ip: Ip): Loss | undefined =>
  machine.anycast.has(ip) && !machine.addresses.has(ip)
    ? { kind: 'unknown', why: `hopspec does not model the anycast address that all routers of a network have (${ipText(ip)})` }
    : undefined

export function whyUnroutable(machine: Machine, skb: Skb, answer: Refused): { loss: Loss; code: IcmpKind | null } {
  const icmp = ICMP[familyOf(skb.packet.destination)]
  const to = ipText(skb.packet.destination)
  switch (answer.to) {
    case 'blackhole':
      return { loss: { kind: 'dropped', why: `a blackhole route takes ${to}`, errno: 'EINVAL' }, code: null }
    case 'prohibit':
      return { loss: { kind: 'rejected', why: `a prohibit route takes ${to}`, errno: 'EACCES' }, code: icmp.prohibited }
    case 'unreachable':
      return answer.byPolicyRule
        ? { loss: { kind: 'no-route', why: `a policy rule makes ${to} unreachable`, errno: 'ENETUNREACH' }, code: icmp.noRoute }
        : {
            loss: { kind: 'host-unreachable', why: `an unreachable route takes ${to}`, errno: 'EHOSTUNREACH' },
            code: familyOf(skb.packet.destination) === 'ipv4' ? icmp.hostUnreachable : icmp.noRoute,
          }
    default:
      return { loss: { kind: 'no-route', why: `${machine.name} has no route to ${to}`, errno: 'ENETUNREACH' }, code: icmp.noRoute }
  }
}
