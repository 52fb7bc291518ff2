// `-m set --match-set`: a packet against an ipset, dimension by dimension. Stands for net/netfilter/xt_set.c and ipset/ip_set_core.c.
import { type Dimension, type Shown, setHolds } from '../linux/ipset'
import { hasPorts, type Packet } from '../linux/packet'
import type { Match } from '../linux/rule'
import type { Asked, Where } from './asked'

/** Whether the set, or for list:set the first of its sets that does, holds the packet. Too few directions for the set's dimensions never match. */
export function setFits(m: Extract<Match, { match: 'set' }>, { skb, where, ipsets, memory }: Asked): boolean {
  const set = ipsets.get(m.set.is)
  if (set === undefined) return false
  const members = set.type === 'list:set' ? set.sets.flatMap(name => ipsets.get(name) ?? []) : [set]
  return members.some(s => {
    if (m.directions.length < s.dimensions.length) return false
    const shown = s.dimensions.map((dimension, i) => show(skb.packet, where, dimension, m.directions[i]!))
    if (shown.includes(undefined)) return false
    // Only sets that can hold `nomatch` know of --return-nomatch (IPSET_TYPE_NOMATCH).
    const wanted = m.returnNomatch && s.dimensions.includes('net') ? 'nomatch' : 'yes'
    return setHolds(s, shown as Shown[], memory.nowSeconds) === wanted
  })
}

/** A device is the one it came in by (src) or leaves by (dst), where there is one. */
function show(p: Packet, where: Where, dimension: Dimension, direction: 'src' | 'dst'): Shown | undefined {
  if (dimension === 'ip' || dimension === 'net') return { ip: direction === 'src' ? p.source : p.destination }
  if (dimension === 'iface') {
    const device = direction === 'src' ? where.in : where.out
    return device === '' ? undefined : { device }
  }
  if (hasPorts(p)) return { protocol: p.protocol, port: direction === 'src' ? p.sourcePort : p.destinationPort }
  return { protocol: p.protocol, port: p.type * 256 + p.code }
}
