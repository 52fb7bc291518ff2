// `-m set --match-set`: a packet against an ipset, dimension by dimension. Stands for net/netfilter/xt_set.c and ipset/ip_set_core.c.
import { type IpSet, type Shown, setHolds } from '../linux/ipset'
import { hasPorts, type Packet } from '../linux/packet'
import type { Match } from '../linux/rule'

/** Whether the set, or for list:set the first of its sets that does, holds the packet. Too few directions for the set's dimensions never match. */
export function setFits(m: Extract<Match, { match: 'set' }>, packet: Packet, sets: ReadonlyMap<string, IpSet>): boolean {
  const set = sets.get(m.set.is)
  if (set === undefined) return false
  const members = set.type === 'list:set' ? set.sets.flatMap(name => sets.get(name) ?? []) : [set]
  return members.some(s => {
    if (m.directions.length < s.dimensions.length) return false
    const shown = s.dimensions.map((dimension, i) => show(packet, dimension, m.directions[i]!))
    if (shown.includes(undefined)) return false
    return setHolds(s, shown as Shown[]) === (m.returnNomatch ? 'nomatch' : 'yes')
  })
}

function show(p: Packet, dimension: IpSet['dimensions'][number], direction: 'src' | 'dst'): Shown | undefined {
  if (dimension === 'ip' || dimension === 'net') return { ip: direction === 'src' ? p.source : p.destination }
  if (dimension !== 'port') return undefined
  if (hasPorts(p)) return { protocol: p.protocol, port: direction === 'src' ? p.sourcePort : p.destinationPort }
  return { protocol: p.protocol, port: p.type * 256 + p.code }
}
