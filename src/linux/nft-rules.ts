// nftables as data: tables of chains, sets and maps; a rule is what it asks, then what it does. Text is a view, both ways: nft-ruleset.ts.
// Not here: the families arp, bridge and netdev, flowtables, named counters, quotas and limits (reading refuses them by name).
import type { Place } from '../error'
import type { FieldKey, NftType } from './nft-types'

export const NFT_FAMILIES = ['ip', 'ip6', 'inet'] as const
export type NftFamily = (typeof NFT_FAMILIES)[number]
export const NFT_HOOKS = ['prerouting', 'input', 'forward', 'output', 'postrouting'] as const
export type NftHook = (typeof NFT_HOOKS)[number]

/** A single value: an address, a number, or a name of a device. */
export type NftKey = number | bigint | string

/** One dimension of what a field is compared with. `starts`: "eth*". */
export type NftPart =
  | { readonly is: 'value'; readonly value: NftKey }
  | { readonly is: 'range'; readonly first: NftKey; readonly last: NftKey }
  | { readonly is: 'prefix'; readonly first: number | bigint; readonly length: number }
  | { readonly is: 'starts'; readonly with: string }

/** Something that can be read from a packet, or computed while it passes. */
export type NftField =
  | FieldKey
  | { readonly read: 'concat'; readonly parts: readonly NftField[] }
  | { readonly read: 'bits'; readonly of: NftField; readonly op: '&' | '|' | '^'; readonly by: number | bigint }
  | { readonly read: 'numgen'; readonly mode: 'random' | 'inc'; readonly mod: number; readonly offset: number }
  | { readonly read: 'map'; readonly key: NftField; readonly in: NftMapping }
  /** Jenkins' hash of a field's bytes; without a seed the kernel draws one. */
  | { readonly read: 'jhash'; readonly of: NftField; readonly mod: number; readonly seed: number | null; readonly offset: number }
  /** A constant, with the type it is printed by. */
  | { readonly read: 'constant'; readonly types: readonly NftType[]; readonly value: readonly NftPart[] }

export type NftVerdict =
  | { readonly is: 'accept' | 'drop' | 'return' | 'continue' }
  | { readonly is: 'jump' | 'goto'; readonly chain: string }

/** An element of a set; in a map it leads to `data`, in a verdict map to `verdict`. */
export interface NftElement {
  readonly key: readonly NftPart[]
  readonly data?: readonly NftPart[]
  readonly verdict?: NftVerdict
  readonly timeoutMs?: number
  readonly comment?: string
}

/** A map by its name, or written where it is used. */
export type NftMapping = { readonly named: string } | { readonly elements: readonly NftElement[] }

export type NftRight =
  | { readonly is: 'value'; readonly value: readonly NftPart[] }
  /** Bits: any of them (`of` null), or exactly these among the bits of `of`. */
  | { readonly is: 'flags'; readonly flags: number; readonly of: number | null }
  | { readonly is: 'set'; readonly in: NftMapping }

export type NftCompare = '==' | '!=' | '<' | '>' | '<=' | '>='

/** Addresses and ports that a nat statement writes. `map`: both together, from a map. */
export type NftNatTo =
  | { readonly is: 'written'; readonly address?: NftPart; readonly ports?: NftPart }
  | { readonly is: 'computed'; readonly from: NftField }

/** `rate` is told only: no time passes. `over`: holds for what is beyond it. */
export type NftMeter =
  | { readonly do: 'limit'; readonly over: boolean; readonly rate: string; readonly burst: number }
  /** So many bytes in each `second`, `minute`, …, and `burst` more of them at once. */
  | { readonly do: 'limit'; readonly over: boolean; readonly bytes: number; readonly each: string; readonly burst: number }
  | { readonly do: 'quota'; readonly over: boolean; readonly bytes: number }
  | { readonly do: 'count'; readonly over: boolean; readonly connections: number }

export type NftStatement =
  | NftMeter
  | { readonly do: 'match'; readonly of: NftField; readonly compare: NftCompare; readonly with: NftRight }
  | { readonly do: 'vmap'; readonly of: NftField; readonly in: NftMapping }
  | { readonly do: 'verdict'; readonly verdict: NftVerdict }
  | { readonly do: 'set'; readonly field: FieldKey; readonly to: NftField }
  | {
      readonly do: 'nat'
      readonly kind: 'dnat' | 'snat' | 'masquerade' | 'redirect'
      readonly family?: 'ip' | 'ip6'
      readonly to?: NftNatTo
      readonly flags: readonly ('random' | 'fully-random' | 'persistent')[]
    }
  /** `with` null: port unreachable in the packet's own family. */
  | { readonly do: 'reject'; readonly with: { readonly by: 'tcp' | 'icmp' | 'icmpv6' | 'icmpx'; readonly code: string } | null }
  | {
      readonly do: 'element'
      readonly op: 'add' | 'update' | 'delete'
      readonly set: string
      readonly key: NftField
      readonly timeoutMs?: number
      /** Counted for each element apart. */
      readonly if?: NftMeter
      /** Each element has a counter, which changes nothing. */
      readonly counter?: true
      /** A set of its own, made by the rule: `meter NAME size N { … }`. */
      readonly meter?: { readonly size: number }
    }
  | { readonly do: 'notrack' }
  /** Statements that change nothing: `counter`, `log …`. */
  | { readonly do: 'counter' }
  | { readonly do: 'log'; readonly words: string }
  /** Read and printed, but not carried out: a packet that reaches it ends as `unknown`. */
  | { readonly do: 'unmodelled'; readonly words: string }

export interface NftRule {
  readonly statements: readonly NftStatement[]
  readonly comment?: string
  readonly because?: string
  readonly place?: Place
}

/** Where a base chain stands: lower priorities come first. */
export interface NftBase {
  readonly type: 'filter' | 'nat' | 'route'
  readonly hook: NftHook
  readonly priority: number
  readonly policy: 'accept' | 'drop'
}

export interface NftChain {
  readonly name: string
  readonly base?: NftBase
  readonly comment?: string
  readonly rules: readonly NftRule[]
}

/** A named set, map (`data`) or verdict map (`data` is 'verdict'). */
export interface NftSet {
  readonly name: string
  readonly types: readonly NftType[]
  readonly data?: readonly NftType[] | 'verdict'
  /** Declared by what it holds (`typeof ip saddr`), not by type. */
  readonly typeof?: { readonly key: NftField; readonly data?: NftField }
  readonly flags: readonly ('constant' | 'dynamic' | 'interval' | 'timeout')[]
  readonly size?: number
  readonly timeoutMs?: number
  readonly gcIntervalMs?: number
  readonly autoMerge: boolean
  readonly comment?: string
  readonly elements: readonly NftElement[]
}

export interface NftTable {
  readonly family: NftFamily
  readonly name: string
  readonly comment?: string
  readonly sets: readonly NftSet[]
  readonly chains: readonly NftChain[]
}

export interface NftRuleSet {
  readonly tables: readonly NftTable[]
}
