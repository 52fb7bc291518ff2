// What stands at a hook of a machine, by priority: iptables' tables, connection tracking, nat, and nftables' base chains among them.
import type { Family } from '../addr/ip'
import type { Hook, TableName } from '../linux/rule'
import type { BaseChain, CompiledNft } from './nft-table'

/** One who asks to see every packet at a hook. Chains of type nat share one place, nat's own, and are asked in turn there. */
export type Station =
  | { readonly is: 'table'; readonly table: Exclude<TableName, 'nat'> }
  | { readonly is: 'conntrack' }
  | { readonly is: 'nat'; readonly chains: readonly (BaseChain | 'iptables')[] }
  | { readonly is: 'nft'; readonly chain: BaseChain }

const CONNTRACK = -200
const PRIORITIES: Readonly<Record<Exclude<TableName, 'nat'>, number>> = { raw: -300, mangle: -150, filter: 0, security: 50 }
/** Where addresses are translated: destinations before routing, sources after it. */
const NAT_AT: Partial<Readonly<Record<Hook, number>>> = { PREROUTING: -100, INPUT: 100, OUTPUT: -100, POSTROUTING: 100 }

/** Iptables' tables at each hook, and conntrack. */
const TABLES_AT: Readonly<Record<Hook, readonly Exclude<TableName, 'nat'>[]>> = {
  PREROUTING: ['raw', 'mangle'],
  INPUT: ['mangle', 'filter', 'security'],
  FORWARD: ['mangle', 'filter', 'security'],
  OUTPUT: ['raw', 'mangle', 'filter', 'security'],
  POSTROUTING: ['mangle'],
}
const TRACKS_AT: ReadonlySet<Hook> = new Set(['PREROUTING', 'OUTPUT'])

type Placed = readonly [priority: number, station: Station]

/** Everything at the hook in order; where priorities are equal iptables comes first. */
export function stationsAt(hook: Hook, family: Family, nft: CompiledNft | null): readonly Station[] {
  const bases = nft?.bases(family, hook) ?? []
  const natAt = NAT_AT[hook]
  const all: readonly Placed[] = [
    ...TABLES_AT[hook].map((table): Placed => [PRIORITIES[table], { is: 'table', table }]),
    ...(TRACKS_AT.has(hook) ? [[CONNTRACK, { is: 'conntrack' }] satisfies Placed] : []),
    ...(natAt === undefined ? [] : [[natAt, { is: 'nat', chains: natChains(bases, natAt) }] satisfies Placed]),
    ...bases.filter(b => b.type !== 'nat').map((chain): Placed => [chain.priority, { is: 'nft', chain }]),
  ]
  return inOrder(all)
}

function natChains(bases: readonly BaseChain[], natAt: number): readonly (BaseChain | 'iptables')[] {
  const own = bases.filter(b => b.type === 'nat').map(b => [b.priority, b] as const)
  return inOrder<BaseChain | 'iptables'>([[natAt, 'iptables'], ...own])
}

/** By priority; equals stay as they are. */
const inOrder = <T>(placed: readonly (readonly [number, T])[]): readonly T[] =>
  [...placed].sort(([a], [b]) => a - b).map(([, value]) => value)
