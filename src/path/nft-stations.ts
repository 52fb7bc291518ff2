// What stands at a hook of a machine, by priority: iptables' tables, connection tracking, nat, and nftables' base chains among them.
import type { Family } from '../addr/ip'
import { type Hook, HOOKS, type TableName } from '../linux/rule'
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

/** `made`: iptables' tables are loaded first (0), then nftables' base chains one after another. */
interface Placed<T> {
  readonly priority: number
  readonly made: number
  readonly value: T
}

/** What iptables' tables of a family make the kernel do: track connections, and translate their addresses. */
export interface OfIptables {
  readonly tracks: boolean
  readonly translates: boolean
}

/** Everything at the hook in order. What was made later comes first among equals: nf_hook_entries_grow puts a new hook before them. */
export function stationsAt(hook: Hook, family: Family, nft: CompiledNft | null, iptables: OfIptables): readonly Station[] {
  const bases = nft?.bases(family, hook) ?? []
  const natAt = NAT_AT[hook]
  const natMade = Math.min(...HOOKS.flatMap(h => nft?.bases(family, h) ?? []).flatMap(b => (b.type === 'nat' ? [b.made] : [])))
  const all: readonly Placed<Station>[] = [
    ...TABLES_AT[hook].map(table => ({ priority: PRIORITIES[table], made: 0, value: { is: 'table', table } as const })),
    ...(TRACKS_AT.has(hook) ? [{ priority: CONNTRACK, made: iptables.tracks ? 0 : Infinity, value: { is: 'conntrack' } as const }] : []),
    // Where nothing is to be translated nobody looks after ports, either (nf_nat_register_fn).
    ...(natAt === undefined || !(iptables.translates || natMade < Infinity)
      ? []
      : [{ priority: natAt, made: iptables.translates ? 0 : natMade, value: { is: 'nat', chains: natChains(bases, natAt) } as const }]),
    ...bases.filter(b => b.type !== 'nat').map(chain => ({ ...chain, value: { is: 'nft', chain } as const })),
  ]
  return inOrder(all)
}

function natChains(bases: readonly BaseChain[], natAt: number): readonly (BaseChain | 'iptables')[] {
  const own = bases.filter(b => b.type === 'nat').map(chain => ({ ...chain, value: chain }))
  return inOrder<BaseChain | 'iptables'>([{ priority: natAt, made: 0, value: 'iptables' }, ...own])
}

const inOrder = <T>(placed: readonly Placed<T>[]): readonly T[] =>
  [...placed].sort((a, b) => a.priority - b.priority || (b.made > a.made ? 1 : b.made < a.made ? -1 : 0)).map(p => p.value)
