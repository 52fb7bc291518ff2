// nftables' tables, ready to walk: base chains by family and hook, chains compiled when a packet first comes to them.
import type { Family } from '../addr/ip'
import { someField } from '../linux/nft-field'
import type { NftBase, NftChain, NftFamily, NftField, NftRuleSet, NftStatement, NftTable } from '../linux/nft-rules'
import type { Hook } from '../linux/rule'
import { type CompiledNftRule, compileNftRule, NftSets } from './nft-rule'

export interface CompiledNftChain {
  readonly name: string
  rules(): readonly CompiledNftRule[]
}

interface CompiledNftTable {
  /** `ip kube-proxy`. */
  readonly name: string
  readonly chains: ReadonlyMap<string, CompiledNftChain>
}

/** A chain that stands at a hook. `made`: 1 for the first base chain of all tables, 2 for the next, … */
export interface BaseChain extends NftBase {
  readonly made: number
  readonly at: CompiledNftChain
  readonly table: CompiledNftTable
}

export interface CompiledNft {
  /** In the order in which they were made. */
  bases(family: Family, hook: Hook): readonly BaseChain[]
}

/** Whether a table sees packets of a family. */
const sees = (table: NftFamily, family: Family): boolean => table === 'inet' || (table === 'ip') === (family === 'ipv4')

export function compileNft(rules: NftRuleSet): CompiledNft {
  let made = 0
  const bases = rules.tables.flatMap(t => {
    const table = compileTable(t)
    return t.chains.flatMap(c => (c.base ? [{ ...c.base, made: ++made, family: t.family, table, at: table.chains.get(c.name)! }] : []))
  })
  return { bases: (family, hook) => bases.filter(b => b.hook === hook.toLowerCase() && sees(b.family, family)) }
}

function compileTable(table: NftTable): CompiledNftTable {
  const sets = new NftSets(table)
  return { name: `${table.family} ${table.name}`, chains: new Map(table.chains.map(c => [c.name, lazyChain(c, sets)])) }
}

function lazyChain(chain: NftChain, sets: NftSets): CompiledNftChain {
  let rules: readonly CompiledNftRule[] | undefined
  return { name: chain.name, rules: () => (rules ??= chain.rules.map(rule => compileNftRule(rule, sets))) }
}

/** Whether these rules make the kernel track a family's connections: `ct` and nat statements do, `notrack` and empty nat chains do not. */
export function nftNeedsTracking(rules: NftRuleSet, family: Family): boolean {
  return rules.tables.some(t => sees(t.family, family) && t.chains.some(c => c.rules.some(r => r.statements.some(asksConntrack))))
}

function asksConntrack(s: NftStatement): boolean {
  switch (s.do) {
    case 'nat':
      return true
    case 'match':
    case 'vmap':
      return readsConntrack(s.of)
    case 'set':
      return s.field.read === 'ct' || readsConntrack(s.to)
    case 'element':
      return readsConntrack(s.key) || s.if?.do === 'count'
    case 'count':
      return true
    case 'unmodelled':
      return /^(?:ct|synproxy|flow)\b/.test(s.words)
    default:
      return false
  }
}

const readsConntrack = (field: NftField): boolean => someField(field, f => f.read === 'ct')
