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

/** A rule that matched a packet, and where: what a target needs to be carried out. */
export interface Matched {
  readonly walk: Walk
  readonly machine: Machine
  readonly skb: Skb
  readonly way: Way
  readonly rule: NonNullable<Loss['rule']>
  readonly table: TableName
}

/** Does what the rule says, and tells where the packet goes on. */
export function carryOut(target: Target | null, at: Matched): Next {
  const { machine, skb, way, rule } = at
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
      const jump = machine.tables[familyOf(skb.packet.source)].get(at.table)?.get(target.chain)
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
    case 'MASQUERADE':
    case 'REDIRECT':
    case 'NETMAP':
      return translateBy(target, at)
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
      changeSets(target, machine, at.walk.memory(machine.name), skb, way.where)
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

type NatTarget = Extract<Target, { readonly do: 'DNAT' | 'SNAT' | 'MASQUERADE' | 'REDIRECT' | 'NETMAP' }>

/** Sets the translation of a connection up, once for each side. */
function translateBy(target: NatTarget, at: Matched): Verdict {
  const wanted = wantedBy(target, at)
  if ('loss' in wanted) return wanted
  const { walk, machine, skb, way, rule } = at
  const side = sideAt(way.where.hook)
  if (skb.entry === null || skb.entry.asked[side]) return 'ACCEPT'
  if (setUp(walk.conntrack(machine.name), skb.entry, side, wanted)) return 'ACCEPT'
  return { loss: { kind: 'dropped', why: 'no free port is left for the translation', rule, errno: 'EPERM' } }
}

/** Into which addresses and ports; a loss where there are none. */
function wantedBy(target: NatTarget, { machine, skb, way, rule }: Matched): Wanted | { readonly loss: Loss } {
  const { packet } = skb
  const { where } = way
  switch (target.do) {
    case 'DNAT':
    case 'SNAT':
      return { ...target.to, random: target.to.random !== undefined }
    case 'MASQUERADE': {
      const first = way.nextHop === null ? undefined : sourceAddress(machine.program.devices, where.out, way.nextHop, packet.destination)
      if (first === undefined)
        return { loss: { kind: 'dropped', why: `MASQUERADE found no address on ${where.out}`, rule, errno: 'EPERM' } }
      return { first, ...(target.ports ? { ports: target.ports } : {}), random: target.random !== undefined }
    }
    case 'REDIRECT': {
      const loopback = parseIp(familyOf(packet.source) === 'ipv4' ? '127.0.0.1' : '::1')
      const first = where.hook === 'OUTPUT' ? loopback : redirectAddress(machine.devices.get(where.in), packet.destination)
      if (first === 'link-local')
        return {
          loss: { kind: 'unknown', why: `hopspec does not model the link-local address of ${where.in}, to which REDIRECT sends`, rule },
        }
      if (first === undefined) return { loss: { kind: 'dropped', why: `REDIRECT found no address on ${where.in}`, rule } }
      return { first, ...(target.ports ? { ports: target.ports } : {}) }
    }
    case 'NETMAP':
      return { first: mapped(target.to, packet[sideAt(where.hook)]) }
    default:
      return never(target)
  }
}
