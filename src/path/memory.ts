// What the rules of one namespace remember from packet to packet: recent lists, counters, what limits have let through, elements of sets.
import type { Ip } from '../addr/ip'
import type { IpSet } from '../linux/ipset'
import type { NftKey } from '../linux/nft-rules'

export interface Memory {
  readonly recent: Map<string, Map<Ip, readonly number[]>>
  /** How many packets nth and numgen inc have counted, by rule; NaN: nobody knows. */
  readonly nth: Map<object, number>
  /** Those of them that are shown every packet, not first ones alone. */
  readonly everyPacket: Set<object>
  /** The kernel has sent packets that hopspec does not follow, and rules have seen them: it has asked for an IPv6 neighbour that is not there. */
  disturbed: boolean
  /** Packets or bytes that limits and quotas have counted, by rule or by the name of a list; NaN: nobody knows how many. */
  readonly spent: Map<object | string, number>
  /** Connections that a rule has counted, by whose they are. Replaced, never changed. */
  readonly connections: Map<object, ReadonlyMap<string, ReadonlySet<string>>>
  /** What rules put into nftables' sets, with the second at which it is forgotten. A set's map is replaced, never changed. */
  readonly nftSets: Map<string, ReadonlyMap<NftKey, number>>
  /** The ipsets that rules have changed, whole. */
  ipsets: Map<string, IpSet>
  /** Those in which a TCP connection has left nobody knows what. */
  readonly unknownSets: Set<string>
  /** Virtual time in seconds. */
  nowSeconds: number
}

export const emptyMemory = (): Memory => ({
  recent: new Map(),
  nth: new Map(),
  everyPacket: new Set(),
  disturbed: false,
  spent: new Map(),
  connections: new Map(),
  nftSets: new Map(),
  ipsets: new Map(),
  unknownSets: new Set(),
  nowSeconds: 0,
})

/** A copy that another walk may change. */
export const copyMemory = (old: Memory): Memory => ({
  recent: new Map([...old.recent].map(([name, list]) => [name, new Map(list)])),
  nth: new Map(old.nth),
  everyPacket: new Set(old.everyPacket),
  disturbed: old.disturbed,
  spent: new Map(old.spent),
  connections: new Map(old.connections),
  nftSets: new Map(old.nftSets),
  ipsets: new Map(old.ipsets),
  unknownSets: new Set(old.unknownSets),
  nowSeconds: old.nowSeconds,
})

/** After a TCP connection nobody knows how many packets and bytes it was: what was counted since `before` is not known any more. */
export function blur(memory: Memory, before: Memory | undefined): void {
  for (const [meter, count] of memory.spent) if (before?.spent.get(meter) !== count) memory.spent.set(meter, Number.NaN)
  for (const rule of memory.everyPacket) if (before?.nth.get(rule) !== memory.nth.get(rule)) memory.nth.set(rule, Number.NaN)
}
