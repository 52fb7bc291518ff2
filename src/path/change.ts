// Targets that change the packet or its marks and let it go on.
import { type Cidr, networkOf } from '../addr/cidr'
import type { Ip, Ip4, Ip6 } from '../addr/ip'
import { never } from '../error'
import type { Target } from '../linux/rule'
import { isTaken } from './fib'
import type { Machine } from './machine'
import type { Skb } from './skb'

type ChangingTarget = Extract<Target, { do: 'CONNMARK' | 'DSCP' | 'TOS' | 'TTL' | 'HL' | 'LOG' | 'NFLOG' }>

/** Carries one of them out. A packet without a connection has no connection mark to change. */
export function change(skb: Skb, target: ChangingTarget): void {
  const p = skb.packet
  switch (target.do) {
    case 'CONNMARK':
      return connmark(skb, target)
    case 'DSCP':
      skb.packet = { ...p, tos: (p.tos & 3) | (target.dscp << 2) }
      return
    case 'TOS':
      skb.packet = { ...p, tos: (p.tos & ~target.mask & 0xff) ^ target.value }
      return
    case 'TTL':
    case 'HL': {
      const ttl =
        target.change === 'set' ? target.by : target.change === 'inc' ? Math.min(255, p.ttl + target.by) : Math.max(0, p.ttl - target.by)
      skb.packet = { ...p, ttl }
      return
    }
    case 'LOG':
    case 'NFLOG':
      return
    default:
      never(target)
  }
}

function connmark(skb: Skb, target: Extract<Target, { do: 'CONNMARK' }>): void {
  const { entry } = skb
  if (entry === null) return
  if ('set' in target) entry.mark = ((entry.mark & ~target.set.mask) ^ target.set.value) >>> 0
  else if (target.copy === 'save') entry.mark = ((entry.mark & ~target.connectionMask) ^ (skb.mark & target.packetMask)) >>> 0
  else skb.mark = ((skb.mark & ~target.packetMask) ^ (entry.mark & target.connectionMask)) >>> 0
}

/** Lowers the MSS that a SYN offers, never raises it. Clamped, it fits the device that the packet leaves by and the way back to its sender. */
export function clampMss(machine: Machine, skb: Skb, out: string, mss: number | 'clamp'): void {
  const p = skb.packet
  if (p.protocol !== 'tcp' || p.mss === undefined) return
  const wanted = mss === 'clamp' ? Math.min(mtuOf(machine, out), mtuBack(machine, p.source)) - mssOverhead(p.source) : mss
  if (wanted < p.mss) skb.packet = { ...p, mss: wanted }
}

/** Headers of IP and TCP. */
export const mssOverhead = (ip: Ip): number => (typeof ip === 'number' ? 40 : 60)
const mtuOf = (machine: Machine, device: string): number => machine.devices.get(device)?.mtuBytes ?? Number.POSITIVE_INFINITY

function mtuBack(machine: Machine, source: Ip): number {
  const back = machine.fib.look({ destination: source, source: null, in: null, mark: 0 })
  return isTaken(back) ? (back.route.mtuBytes ?? mtuOf(machine, back.device)) : Number.POSITIVE_INFINITY
}

/** The address with its network part replaced (NETMAP). */
export function mapped(to: Cidr, ip: Ip): Ip {
  if (typeof ip === 'number') return (((to.ip as number) + (ip - (networkOf(ip, to.length).ip as number))) >>> 0) as Ip4
  return ((to.ip as bigint) + (ip - (networkOf(ip, to.length).ip as bigint))) as Ip6
}
