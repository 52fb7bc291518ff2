// Carrying out the targets of iptables, which nftables' nat and reject are, too.
import { familyOf, parseIp } from '../addr/ip'
import type { Target, TableName } from '../linux/rule'
import { never } from '../error'
import { change, clampMss, mapped } from './change'
import type { Machine } from './machine'
import { Unmodelled } from './asked'
import { setUp, sideAt, type Wanted } from './nat'
import { changeSets } from './set-target'
import type { Skb } from './skb'
import { redirectAddress, sourceAddress } from './source-address'
import { zoneOf } from './tracking'
import { type Next, toldAt, type Verdict, type Way } from './verdict'
import type { Loss, Walk } from './walk'

export function carryOut(
  walk: Walk,
  machine: Machine,
  skb: Skb,
  target: Target | null,
  way: Way,
  rule: NonNullable<Loss['rule']>,
  table: TableName,
): Next {
  if (target === null) return 'continue'
  switch (target.do) {
    case 'ACCEPT':
      return 'ACCEPT'
    case 'DROP':
      return { loss: { kind: 'dropped', why: rule.text, rule, ...toldAt(way.where.hook) } }
    case 'RETURN':
      return 'return'
    case 'jump':
    case 'goto': {
      const jump = machine.tables[familyOf(skb.packet.source)].get(table)?.get(target.chain)
      if (jump === undefined) throw new Unmodelled(`the target ${target.chain}`)
      return { jump, back: target.do === 'jump' }
    }
    case 'MARK':
      skb.mark = ((skb.mark & ~target.mask) ^ target.value) >>> 0
      return 'continue'
    case 'NOTRACK':
      if (skb.tracking === 'NONE' && !skb.zone) skb.tracking = 'UNTRACKED'
      return 'continue'
    case 'CT':
      if (skb.tracking === 'NONE') skb.zone ??= zoneOf(target.zone, skb.mark)
      return 'continue'
    case 'TPROXY': {
      const { protocol } = skb.packet
      if (protocol !== 'tcp' && protocol !== 'udp') return 'continue'
      return { loss: { kind: 'dropped', why: `no transparent socket waits for ${rule.text}`, rule } }
    }
    case 'REJECT':
      return { loss: { kind: 'rejected', why: rule.text, rule, ...toldAt(way.where.hook) }, reject: target.with }
    case 'DNAT':
    case 'SNAT':
      return nat(walk, machine, skb, way, rule, { ...target.to, random: target.to.random !== undefined })
    case 'MASQUERADE': {
      const first =
        way.nextHop === null ? undefined : sourceAddress(machine.program.devices, way.where.out, way.nextHop, skb.packet.destination)
      if (first === undefined)
        return { loss: { kind: 'dropped', why: `MASQUERADE found no address on ${way.where.out}`, rule, errno: 'EPERM' } }
      return nat(walk, machine, skb, way, rule, {
        first,
        ...(target.ports ? { ports: target.ports } : {}),
        random: target.random !== undefined,
      })
    }
    case 'REDIRECT': {
      const family = familyOf(skb.packet.source)
      const loopback = parseIp(family === 'ipv4' ? '127.0.0.1' : '::1')
      const first = way.where.hook === 'OUTPUT' ? loopback : redirectAddress(machine.devices.get(way.where.in), skb.packet.destination)
      if (first === 'link-local')
        return {
          loss: { kind: 'unknown', why: `hopspec does not model the link-local address of ${way.where.in}, to which REDIRECT sends`, rule },
        }
      if (first === undefined) return { loss: { kind: 'dropped', why: `REDIRECT found no address on ${way.where.in}`, rule } }
      return nat(walk, machine, skb, way, rule, { first, ...(target.ports ? { ports: target.ports } : {}) })
    }
    case 'NETMAP': {
      const first = mapped(target.to, skb.packet[sideAt(way.where.hook)])
      return nat(walk, machine, skb, way, rule, { first })
    }
    case 'TCPMSS':
      clampMss(machine, skb, way.where.out, target.mss)
      return 'continue'
    case 'CONNMARK':
    case 'DSCP':
    case 'TOS':
    case 'TTL':
    case 'HL':
    case 'LOG':
    case 'NFLOG':
      change(skb, target)
      return 'continue'
    case 'SET':
      changeSets(target, machine, walk.memory(machine.name), skb, way.where)
      return 'continue'
    case 'unmodelled':
      if (INERT.has(target.target)) return 'continue'
      throw new Unmodelled(`-j ${target.target} ${target.words.join(' ')}`.trim())
    default:
      return never(target)
  }
}

/** Targets that are not carried out and do not matter: they log, label or account, and let the packet go on as it is. */
const INERT: ReadonlySet<string> = new Set(['AUDIT', 'CHECKSUM', 'CLASSIFY', 'IDLETIMER', 'LED', 'RATEEST', 'TRACE', 'ULOG'])

function nat(walk: Walk, machine: Machine, skb: Skb, way: Way, rule: NonNullable<Loss['rule']>, wanted: Wanted): Verdict {
  const side = sideAt(way.where.hook)
  if (skb.entry === null || skb.entry.asked[side]) return 'ACCEPT'
  if (setUp(walk.conntrack(machine.name), skb.entry, side, wanted)) return 'ACCEPT'
  return { loss: { kind: 'dropped', why: 'no free port is left for the translation', rule, errno: 'EPERM' } }
}
