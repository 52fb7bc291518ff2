// nftables counts nothing unless a rule says so. In: a rule set. Out: the same with a counter in every rule, where the rule's first statement begins,
// so that a rule counts the packets that got as far as its effect; and, from what `nft list ruleset` prints, the counters by rule.
import { printNft } from '../linux/nft-ruleset'
import type { NftRule, NftRuleSet } from '../linux/nft-rules'
import { nftRuleText } from '../linux/nft-statement'
import type { Counted } from './counters'

/** The text to load. Rules that have a counter keep theirs. */
export const countedNft = (rules: NftRuleSet): string =>
  printNft({
    ...rules,
    tables: rules.tables.map(t => ({ ...t, chains: t.chains.map(c => ({ ...c, rules: c.rules.map(withCounter) })) })),
  })

function withCounter(rule: NftRule): NftRule {
  const { statements } = rule
  if (statements.some(s => s.do === 'counter')) return rule
  const first = statements.findIndex(s => s.do !== 'match')
  const at = first < 0 ? statements.length : first
  return { ...rule, statements: [...statements.slice(0, at), { do: 'counter' }, ...statements.slice(at)] }
}

/** Every rule with its counter, in the order of the rule set. Throws where a chain has other rules than were loaded, or one has no counter; `listed` is of a rule set that was loaded from `countedNft`. */
export function readNftCounters(rules: NftRuleSet, listed: string): readonly Counted[] {
  const packets = countersByChain(listed)
  return rules.tables.flatMap(({ family, name, chains }) =>
    chains.flatMap(chain => {
      const counts = packets.get(`${family} ${name} ${chain.name}`) ?? []
      if (counts.length !== chain.rules.length)
        throw new Error(`nft lists ${counts.length} rules in chain ${chain.name} of ${family} ${name}, which has ${chain.rules.length}`)
      return chain.rules.map((rule, i) => ({ table: `${family} ${name}`, text: nftRuleText(rule), packets: counts[i]! }))
    }),
  )
}

/** Lines of a chain that are no rules. */
const HEAD = /^(?:type \S+ hook |policy |comment ")/

function countersByChain(listed: string): ReadonlyMap<string, readonly number[]> {
  const found = new Map<string, number[]>()
  let [table, chain] = ['', null as number[] | null]
  for (const line of listed.split('\n').map(l => l.trim())) {
    const [, family, name] = /^table (\S+) (\S+) \{/.exec(line) ?? []
    const head = /^chain (\S+) \{/.exec(line)
    if (family) table = `${family} ${name}`
    else if (head) found.set(`${table} ${head[1]}`, (chain = []))
    else if (line === '}') chain = null
    else if (chain && line !== '' && !HEAD.test(line)) chain.push(packetsOf(line))
  }
  return found
}

function packetsOf(line: string): number {
  const packets = /\bcounter packets (\d+)/.exec(line)?.[1]
  if (packets === undefined) throw new Error(`nft lists a rule without a counter: ${line}`)
  return Number(packets)
}
