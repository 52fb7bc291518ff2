// The tables of one network namespace while programs write to them one after another: what iptables(8) and iptables-restore do, with their exit codes.
import type { Family } from '../addr/ip'
import { BUILT_IN, type Rule, type RuleSet, type TableName } from '../linux/rule'
import { printRule } from '../linux/iptables-save'

/** Chains of one table by name; changed in place by the functions below, and by nothing else. */
export interface KernelTables {
  readonly family: Family
  readonly tables: Map<TableName, Map<string, Rule[]>>
  /** Policies other than ACCEPT, by `table chain`. */
  readonly policies: Map<string, 'DROP'>
}

/** Empty tables, as after boot. */
export const emptyTables = (family: Family): KernelTables => ({ family, tables: new Map(), policies: new Map() })

/** A copy that can be written to while the other stays; the chains that neither changes are shared. */
export const copyTables = (k: KernelTables): KernelTables => ({
  family: k.family,
  tables: new Map([...k.tables].map(([name, chains]) => [name, new Map(chains)])),
  policies: new Map(k.policies),
})

/** The chains of a table, which begins with the built-in ones. */
export function tableOf(k: KernelTables, table: TableName): Map<string, Rule[]> {
  const found = k.tables.get(table)
  if (found) return found
  const made = new Map<string, Rule[]>(BUILT_IN[table].map(hook => [hook, []]))
  k.tables.set(table, made)
  return made
}

/** `iptables -N`: whether the chain is new. */
export function newChain(k: KernelTables, table: TableName, chain: string): boolean {
  const chains = tableOf(k, table)
  if (chains.has(chain)) return false
  chains.set(chain, [])
  return true
}

/** `iptables -X`. */
export const deleteChain = (k: KernelTables, table: TableName, chain: string): void => void tableOf(k, table).delete(chain)
/** `iptables -P`. */
export const setPolicy = (k: KernelTables, table: TableName, chain: string, policy: 'DROP'): void =>
  void k.policies.set(`${table} ${chain}`, policy)

/** `iptables -C`: whether the chain has this rule already. */
export function hasRule(k: KernelTables, table: TableName, chain: string, rule: Rule): boolean {
  const text = printRule(chain, rule)
  return (tableOf(k, table).get(chain) ?? []).some(r => printRule(chain, r) === text)
}

/** `iptables -I` or `-A`. */
export function addRule(k: KernelTables, table: TableName, chain: string, rule: Rule, at: 'first' | 'last'): void {
  const rules = tableOf(k, table).get(chain) ?? []
  tableOf(k, table).set(chain, at === 'first' ? [rule, ...rules] : [...rules, rule])
}

/** `iptables -D` for every rule that is meant. */
export function removeRules(k: KernelTables, table: TableName, chain: string, meant: (rule: Rule) => boolean): void {
  const rules = tableOf(k, table).get(chain)
  if (rules?.some(meant))
    tableOf(k, table).set(
      chain,
      rules.filter(r => !meant(r)),
    )
}

/** As programs ensure a rule: added unless it is there. Whether it was. */
export function ensureRule(k: KernelTables, table: TableName, chain: string, rule: Rule, at: 'first' | 'last'): boolean {
  if (hasRule(k, table, chain, rule)) return true
  addRule(k, table, chain, rule, at)
  return false
}

const ORDER: readonly TableName[] = ['raw', 'mangle', 'filter', 'nat', 'security']

/** What is in the tables, as a value: tables in iptables-save's order, built-in chains first, the others by name. */
export function ruleSetOf(k: KernelTables): RuleSet {
  const tables = ORDER.filter(name => k.tables.has(name)).map(name => {
    const chains = tableOf(k, name)
    const builtIn: readonly string[] = BUILT_IN[name]
    const own = [...chains.keys()].filter(c => !builtIn.includes(c)).sort()
    return {
      name,
      chains: [...builtIn, ...own].map(chain => ({
        name: chain,
        policy: builtIn.includes(chain) ? (k.policies.get(`${name} ${chain}`) ?? ('ACCEPT' as const)) : null,
        rules: chains.get(chain) ?? [],
      })),
    }
  })
  return { family: k.family, tables }
}
