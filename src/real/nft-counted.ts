// nftables counts nothing unless a rule says so. In: a rule set. Out: the same with a counter in every rule, where the rule's first statement begins,
// so that a rule counts the packets that got as far as its effect.
import { printNft } from '../linux/nft-ruleset'
import type { NftRule, NftRuleSet } from '../linux/nft-rules'

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
