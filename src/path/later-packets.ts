// Whether rules may do something else with the later packets of a TCP connection than with its first: only then are those walked.
// Errs on the side of walking them.
import { someField } from '../linux/nft-field'
import type { NftField, NftRule, NftRuleSet, NftStatement } from '../linux/nft-rules'
import { VALUE_NAMES } from '../linux/nft-types'
import type { Chain, Match, Rule, RuleSet, Table } from '../linux/rule'
import type { Machine } from './machine'

const known = new WeakMap<object, boolean>()

/** Whether a machine has such rules. */
export const treatsLaterOtherwise = ({ program }: Machine): boolean =>
  [program.iptables, program.ip6tables].some(rules => rules !== null && ask(rules, inIptables)) ||
  (program.nftables !== null && ask(program.nftables, inNftables))

const ends = new WeakMap<object, readonly string[]>()

/** The ipsets that rules change when a TCP connection carries data or ends: such packets are not walked. */
export const setsOfEnd = ({ program }: Machine): readonly string[] =>
  [program.iptables, program.ip6tables].flatMap(rules => {
    if (rules === null) return []
    let names = ends.get(rules)
    if (names === undefined) ends.set(rules, (names = rules.tables.flatMap(t => t.chains.flatMap(c => c.rules.flatMap(setsOf)))))
    return names
  })

function setsOf({ matches, target }: Rule): readonly string[] {
  const atEnd = matches.some(
    m => m.match === 'length' || (m.match === 'tcp' && m.flags?.is.set.some(f => f === 'RST' || f === 'FIN' || f === 'PSH')),
  )
  if (target?.do !== 'SET' || !atEnd) return []
  return [target.add, target.remove].flatMap(asked => (asked ? [asked.name] : []))
}

function ask<T extends object>(rules: T, judge: (rules: T) => boolean): boolean {
  let answer = known.get(rules)
  if (answer === undefined) known.set(rules, (answer = judge(rules)))
  return answer
}

const inIptables = (rules: RuleSet): boolean => rules.tables.some(t => t.name !== 'nat' && inTable(t))

function inTable(table: Table): boolean {
  const chains = new Map(table.chains.map(c => [c.name, c]))
  const loses = table.chains.some(c => c.policy === 'DROP' || c.rules.some(r => r.target?.do === 'DROP' || r.target?.do === 'REJECT'))
  return table.chains.some(c => (loses && c.policy === 'DROP') || c.rules.some(r => inRule(r, chains, loses)))
}

/** One that marks the connection, for the last packet's mark stays; a rule for later packets alone that does anything but accept, or one for first packets alone that keeps them from being lost. */
function inRule(rule: Rule, chains: ReadonlyMap<string, Chain>, loses: boolean): boolean {
  const { target } = rule
  if (target === null) return false
  if (target.do === 'CONNMARK') return true
  if (target.do === 'NOTRACK' || (target.do === 'CT' && target.zone)) return true
  const kinds = rule.matches.map(kindOf)
  if (kinds.includes('meter')) return loses || target.do === 'jump' || target.do === 'goto'
  if (kinds.includes('later')) return target.do !== 'ACCEPT' && target.do !== 'LOG' && target.do !== 'NFLOG'
  if (!kinds.includes('first') || !loses) return false
  if (target.do === 'jump') return accepts(chains.get(target.chain), chains, new Set())
  return target.do === 'ACCEPT' || target.do === 'RETURN' || target.do === 'goto'
}

function accepts(chain: Chain | undefined, chains: ReadonlyMap<string, Chain>, seen: Set<string>): boolean {
  if (chain === undefined || seen.has(chain.name)) return false
  seen.add(chain.name)
  return chain.rules.some(
    ({ target }) =>
      target?.do === 'ACCEPT' || target?.do === 'goto' || (target?.do === 'jump' && accepts(chains.get(target.chain), chains, seen)),
  )
}

/** `meter`: what it says depends on how much has come by. */
function kindOf(m: Match): 'first' | 'later' | 'meter' | 'all' {
  switch (m.match) {
    case 'state':
      return ofStates(m.states.is, m.states.not)
    case 'conntrack':
      if (m.direction === 'REPLY' || m.statuses) return 'later'
      return m.states ? ofStates(m.states.is, m.states.not) : 'all'
    case 'tcp':
      return m.flags === undefined ? 'all' : m.flags.is.set.includes('SYN') === m.flags.not ? 'later' : 'first'
    case 'length':
    case 'socket':
      return 'later'
    case 'u32':
    case 'connbytes':
    case 'limit':
    case 'hashlimit':
    case 'quota':
      return 'meter'
    default:
      return 'all'
  }
}

function ofStates(states: readonly string[], not: boolean): 'first' | 'later' | 'all' {
  const first = states.includes('NEW') !== not
  const later = states.includes('ESTABLISHED') !== not
  return first === later ? 'all' : first ? 'first' : 'later'
}

const inNftables = (rules: NftRuleSet): boolean =>
  rules.tables.some(t => t.chains.some(c => c.base?.type !== 'nat' && (c.base?.policy === 'drop' || c.rules.some(inNftRule))))

const { new: NEW, established: ESTABLISHED } = VALUE_NAMES.ct_state as Readonly<Record<'new' | 'established', number>>

function inNftRule({ statements }: NftRule): boolean {
  const accepts = statements.some(s => s.do === 'verdict' && s.verdict.is === 'accept')
  return statements.some(s => {
    if (s.do === 'unmodelled' || s.do === 'notrack' || s.do === 'limit' || s.do === 'quota') return true
    if (s.do === 'element' && s.if) return true
    if (s.do === 'set' && s.field.read === 'ct' && s.field.key === 'mark') return true
    const kind = kindOfNft(s)
    return kind === 'first' ? accepts : kind === 'later' && !accepts
  })
}

function kindOfNft(s: NftStatement): 'first' | 'later' | 'all' {
  if (s.do === 'vmap') return differsLater(s.of) ? 'later' : 'all'
  if (s.do !== 'match') return 'all'
  const { of } = s
  if (of.read !== 'ct' || of.key !== 'state' || s.with.is !== 'flags') return differsLater(of) ? 'later' : 'all'
  const has = (state: number) => ((s.with as { flags: number }).flags & state) !== 0
  const not = s.compare === '!='
  const [first, later] = [has(NEW) !== not, has(ESTABLISHED) !== not]
  return first === later ? 'all' : first ? 'first' : 'later'
}

/** Whether a field may be another one for later packets: their flags, length and state, and the socket that the server has by then. */
const differsLater = (field: NftField): boolean =>
  someField(field, f => {
    if (f.read === 'payload') return f.field === 'flags' || f.field === 'length'
    if (f.read === 'meta') return f.key === 'length' || f.key === 'skuid' || f.key === 'skgid'
    if (f.read === 'ct') return f.key === 'state' || f.key === 'status' || f.key === 'direction'
    return f.read === 'numgen' && f.mode === 'inc'
  })
