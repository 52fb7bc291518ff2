// `-m set --match-set`: a packet against an ipset, dimension by dimension. Stands for net/netfilter/xt_set.c and ipset/ip_set_core.c.
import { type Dimension, type IpSet, type Shown, setHolds } from '../linux/ipset'
import { hasPorts, type Packet } from '../linux/packet'
import type { Match } from '../linux/rule'
import { type Asked, Unmodelled, type Where } from './asked'
import type { Memory } from './memory'

/** Whether the set, or for list:set the first of its sets that does, holds the packet. Too few directions for the set's dimensions never match. */
export function setFits(m: Extract<Match, { match: 'set' }>, { skb, where, ipsets, memory }: Asked): boolean {
  const named = (name: string) => setNamed(name, ipsets, memory)
  const set = named(m.set.is)
  if (set === undefined) return false
  const members = set.type === 'list:set' ? set.sets.flatMap(name => named(name) ?? []) : [set]
  return members.some(s => {
    if (m.directions.length < s.dimensions.length) return false
    const shown = s.dimensions.map((dimension, i) => shownOf(skb.packet, where, dimension, m.directions[i]!))
    if (shown.includes(undefined)) return false
    // Only sets that can hold `nomatch` know of --return-nomatch (IPSET_TYPE_NOMATCH).
    const wanted = m.returnNomatch && s.dimensions.includes('net') ? 'nomatch' : 'yes'
    return setHolds(s, shown as Shown[], memory.nowSeconds) === wanted
  })
}

/** A set as rules have left it. */
export function setNamed(name: string, ipsets: ReadonlyMap<string, IpSet>, { ipsets: changed, unknownSets }: Memory): IpSet | undefined {
  if (unknownSets.has(name)) throw new Unmodelled(`what a TCP connection carries: it may change the set ${name}`)
  return changed.get(name) ?? ipsets.get(name)
}

/** A device is the one it came in by (src) or leaves by (dst), where there is one. */
export function shownOf(p: Packet, where: Where, dimension: Dimension, direction: 'src' | 'dst'): Shown | undefined {
  if (dimension === 'ip' || dimension === 'net') return { ip: direction === 'src' ? p.source : p.destination }
  if (dimension === 'iface') {
    const device = direction === 'src' ? where.in : where.out
    return device === '' ? undefined : { device }
  }
  if (hasPorts(p)) return { protocol: p.protocol, port: direction === 'src' ? p.sourcePort : p.destinationPort }
  return { protocol: p.protocol, port: p.type * 256 + p.code }
}
