// What stands at each netfilter hook: tables by priority, connection tracking, nat; and the walk of iptables' chains. Stands for nf_hook_slow and ip_tables' ipt_do_table.
import { familyOf } from '../addr/ip'
import type { Hook, TableName } from '../linux/rule'
import { never } from '../error'
import { whatIsAsked, Unmodelled } from './asked'
import type { Machine } from './machine'
import { setUp, sideAt, translate } from './nat'
import type { Skb } from './skb'
import type { Station } from './nft-stations'
import type { BaseChain } from './nft-table'
import { runNftChain } from './nft-walk'
import type { CompiledChain, CompiledRule } from './table'
import { carryOut } from './target'
import { track } from './tracking'
import { toldAt, type Verdict, type Way } from './verdict'
import type { Walk } from './walk'

/** Walks one hook. `between` is called after mangle and nat at OUTPUT, where the packet is routed anew. */
export function runHook(walk: Walk, machine: Machine, skb: Skb, way: Way, between?: (table: TableName) => Verdict): Verdict {
  const hook = way.where.hook
  const family = familyOf(skb.packet.source)
  const tracks = machine.tracks[family]
  for (const station of machine.stations(family, hook)) {
    if (station.is === 'conntrack') {
      if (tracks) track(walk, machine, skb)
      continue
    }
    const verdict = runStation(walk, machine, skb, way, station)
    if (verdict !== 'ACCEPT') return verdict
    const rerouted = between?.(reroutesAs(station)) ?? 'ACCEPT'
    if (rerouted !== 'ACCEPT') return rerouted
  }
  return 'ACCEPT'
}

type Asking = Exclude<Station, { readonly is: 'conntrack' }>

function runStation(walk: Walk, machine: Machine, skb: Skb, way: Way, station: Asking): Verdict {
  switch (station.is) {
    case 'nat':
      return natHook(walk, machine, skb, way, station.chains)
    case 'table':
      return runTable(walk, machine, skb, station.table, way)
    case 'nft':
      return runNft(walk, machine, skb, way, station.chain)
    default:
      return never(station)
  }
}

/** Only mangle's OUTPUT and nftables' chains of type route look at the routes anew when a mark has changed. */
function reroutesAs(station: Asking): TableName {
  if (station.is === 'nft') return station.chain.type === 'route' ? 'mangle' : 'filter'
  return station.is === 'nat' ? 'nat' : station.table
}

const runNft = (walk: Walk, machine: Machine, skb: Skb, way: Way, chain: BaseChain): Verdict =>
  runNftChain(walk, machine, skb, way, chain, (target, rule) => {
    const next = carryOut(target, { walk, machine, skb, way, rule, table: 'nat' })
    return typeof next === 'object' && 'loss' in next ? next : next === 'ACCEPT' ? next : 'continue'
  })

/** A RST that a rule sends about a first packet belongs to its connection, and rules are asked about it as about the first. */
const isFirst = ({ tracking, packet }: Skb): boolean => tracking === 'NEW' || (tracking === 'RELATED' && packet.protocol === 'tcp')

/** The rules of the side are asked once for each connection; the first chain that translates wins. */
function natHook(walk: Walk, machine: Machine, skb: Skb, way: Way, chains: readonly (BaseChain | 'iptables')[]): Verdict {
  const entry = skb.entry
  if (!machine.tracks[familyOf(skb.packet.source)] || entry === null) return 'ACCEPT'
  const side = sideAt(way.where.hook)
  let by: 'rule' | 'conntrack' = 'conntrack'
  if (isFirst(skb) && !entry.asked[side] && !entry.confirmed) {
    for (const chain of chains) {
      const verdict = chain === 'iptables' ? runTable(walk, machine, skb, 'nat', way) : runNft(walk, machine, skb, way, chain)
      if (verdict !== 'ACCEPT') return verdict
      if (entry.asked[side]) break
    }
    if (entry.asked[side]) by = 'rule'
    else setUp(walk.conntrack(machine.name), entry, side, {})
  }
  translate(walk, machine, skb, way.where.hook, by)
  return 'ACCEPT'
}

/** Walks one table's chain of the hook, and the chains it jumps to. */
function runTable(walk: Walk, machine: Machine, skb: Skb, table: TableName, way: Way): Verdict {
  const family = familyOf(skb.packet.source)
  const chains = machine.tables[family].get(table)
  const base = chains?.get(way.where.hook)
  if (chains === undefined || base === undefined) return 'ACCEPT'
  const asked = whatIsAsked(walk, machine, skb, way.where, table !== 'nat')
  const stack: { chain: CompiledChain; rules: Iterator<CompiledRule> }[] = []
  let at = { chain: base, rules: base.candidates(skb.packet)[Symbol.iterator]() }
  for (;;) {
    const next = at.rules.next()
    if (next.done) {
      const back = stack.pop()
      if (back === undefined) return policyOf(walk, machine, skb, table, base)
      at = back
      continue
    }
    const { rule } = next.value
    try {
      if (!next.value.matches(asked)) continue
      walk.emit(machine, skb, {
        kind: 'rule',
        family: family === 'ipv4' ? 'ip' : 'ip6',
        table,
        chain: at.chain.name,
        hook: way.where.hook,
        text: next.value.text(),
        because: rule.because ?? null,
        rule,
        place: rule.place ?? null,
      })
      const lossRule = { text: next.value.text(), rule, table, chain: at.chain.name }
      const then = carryOut(rule.target, { walk, machine, skb, way, rule: lossRule, table })
      if (then === 'continue') continue
      if (then === 'return') {
        const back = stack.pop()
        if (back === undefined) return policyOf(walk, machine, skb, table, base)
        at = back
      } else if (typeof then === 'object' && 'jump' in then) {
        if (then.back) stack.push(at)
        at = { chain: then.jump, rules: then.jump.candidates(skb.packet)[Symbol.iterator]() }
      } else return then
    } catch (error) {
      if (!(error instanceof Unmodelled)) throw error
      return {
        loss: {
          kind: 'unknown',
          why: `hopspec does not model ${error.message}`,
          rule: { text: next.value.text(), rule, table, chain: at.chain.name },
        },
      }
    }
  }
}

function policyOf(walk: Walk, machine: Machine, skb: Skb, table: TableName, base: CompiledChain): Verdict {
  if (base.policy !== 'DROP') return 'ACCEPT'
  walk.emit(machine, skb, { kind: 'policy', table, chain: base.name, policy: 'DROP' })
  return { loss: { kind: 'dropped', why: `policy DROP of chain ${base.name} in table ${table}`, ...toldAt(base.name as Hook) } }
}
