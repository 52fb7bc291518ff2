// The text of `nft list ruleset` and the input of `nft -f`, both ways: parse(print(rules)) is the identity. Prints as nftables 1.0.6.
// Counters and handles are read and forgotten. Refused by name: the families arp, bridge and netdev, flowtables, named objects, define, include.
import { HopspecError, type Problem } from '../error'
import { NftDraft } from './nft-draft'
import { nextName } from './nft-name'
import { priorityText, readPriority } from './nft-priority'
import { NFT_FAMILIES, NFT_HOOKS, type NftBase, type NftChain, type NftFamily, type NftRuleSet, type NftTable } from './nft-rules'
import { printSet, readSet } from './nft-set'
import { nftRuleLine, readNftRule } from './nft-statement'
import { type NftReader, NftReader as Reader, splitNft } from './nft-words'

/** Everything, as `nft list ruleset` prints it. */
export const printNft = (rules: NftRuleSet): string => rules.tables.map(printNftTable).join('')

/** One table, as `nft list table` prints it. */
function printNftTable(table: NftTable): string {
  const comment = table.comment === undefined ? '' : `\tcomment "${table.comment}"\n`
  const blocks = [...table.sets.map(printSet), ...table.chains.map(printChain)]
  return `table ${table.family} ${table.name} {\n${comment}${blocks.join('\n')}}\n`
}

function printChain(chain: NftChain): string {
  const { base } = chain
  const lines = [
    ...(chain.comment === undefined ? [] : [`comment "${chain.comment}"`]),
    ...(base ? [`type ${base.type} hook ${base.hook} priority ${priorityText(base.priority, base.hook)}; policy ${base.policy};`] : []),
    ...chain.rules.map(nftRuleLine),
  ]
  return `\tchain ${chain.name} {\n${lines.map(l => `\t\t${l}\n`).join('')}\t}\n`
}

/** Reads a dump, or commands as `nft -f` takes them, on top of `before`; throws all problems of the text at once. */
export function readNft(text: string, file: string, because?: string, before: NftRuleSet = { tables: [] }): NftRuleSet {
  const r = new Reader(splitNft(text, file), file)
  const draft = new NftDraft(before)
  const problems: Problem[] = []
  const line = (read: () => void) => attempt(r, problems, read)
  for (r.skipEnds(); !r.done; r.skipEnds()) line(() => readCommand(r, draft, because, line))
  if (problems.length === 0) problems.push(...draft.check(file))
  if (problems.length > 0) throw new HopspecError(problems)
  return draft.rules
}

/** Reads one thing; a mistake in it is kept, and reading goes on in the next line. */
function attempt(r: NftReader, problems: Problem[], read: () => void): void {
  try {
    read()
  } catch (error) {
    if (!(error instanceof HopspecError)) throw error
    problems.push(...error.problems)
    r.skipLine()
  }
}

type Line = (read: () => void) => void

function readCommand(r: NftReader, draft: NftDraft, because: string | undefined, line: Line): void {
  const { place } = r
  const verb = r.take('add', 'create', 'insert', 'delete', 'destroy', 'flush') ?? 'add'
  if (verb === 'flush' && r.take('ruleset')) return draft.flush()
  const word = r.next('a command of nft')
  const noun = NOUNS.find(n => n === word)
  if (noun === undefined) {
    const known = /^(?:define|include|flowtable|counter|quota|limit|ct|secmark|synproxy|reset|list|rename|replace)$/.test(word)
    throw r.wrong(
      known ? `hopspec does not model '${word}' here.` : `nft has no command '${word}'.`,
      place,
      known ? 'NOT_MODELLED' : 'RULES_SYNTAX',
    )
  }
  const family = readFamily(r)
  const table = nextName(r, 'table')
  if (noun === 'table') return tableCommand(r, draft, verb, { family, name: table }, because, line)
  const at = draft.table(family, table) ?? fail(r.wrong(`there is no table ${family} ${table}; write add table ${family} ${table}.`, place))
  const name = nextName(r, noun === 'rule' ? 'chain' : noun === 'element' ? 'set' : noun)
  switch (noun) {
    case 'chain':
      if (verb === 'delete' || verb === 'destroy') return void at.chains.delete(name)
      if (verb === 'flush') return at.flushChain(name)
      return readChainBlock(r, at.chain(name), family, because, line)
    case 'rule': {
      const chain = at.chains.get(name) ?? fail(r.wrong(`table ${family} ${table} has no chain '${name}'.`, place))
      if (verb === 'delete' || r.take('position', 'index', 'handle'))
        throw r.wrong('hopspec knows no handles of rules.', place, 'NOT_MODELLED')
      const rule = readNftRule(r, family, because)
      return void (verb === 'insert' ? chain.rules.unshift(rule) : chain.rules.push(rule))
    }
    case 'set':
    case 'map':
      if (verb === 'delete' || verb === 'destroy') return void at.sets.delete(name)
      if (verb === 'flush') return at.flushSet(name)
      r.expect('{')
      return at.addSet(readSet(r, name, noun))
    case 'element':
      return at.elements(r, verb, name)
  }
}

const NOUNS = ['table', 'chain', 'rule', 'set', 'map', 'element'] as const
const fail = (error: HopspecError): never => {
  throw error
}

/** `ip` where none is written. */
function readFamily(r: NftReader): NftFamily {
  const family = r.take(...NFT_FAMILIES)
  const other = r.peek()
  if (!family && /^(?:arp|bridge|netdev)$/.test(other ?? '') && r.peek(1) !== ';' && r.peek(1) !== '{')
    throw r.wrong(`hopspec does not model tables of the family ${other}.`, r.place, 'NOT_MODELLED')
  return family ?? 'ip'
}

function tableCommand(
  r: NftReader,
  draft: NftDraft,
  verb: string,
  named: { readonly family: NftFamily; readonly name: string },
  because: string | undefined,
  line: Line,
): void {
  if (verb === 'delete' || verb === 'destroy') return draft.delete(named.family, named.name)
  const table = draft.add(named.family, named.name)
  if (verb === 'flush') return table.flush()
  if (!r.take('{')) return
  for (r.skipEnds(); !r.take('}'); r.skipEnds()) {
    if (r.done) throw r.wrong(`the table ${named.name} is not closed by '}'.`)
    line(() => {
      const { place } = r
      const word = r.next('a set, a map or a chain')
      if (word === 'comment') table.comment = r.string('a comment')
      else if (word === 'chain') readChainBlock(r, table.chain(nextName(r, 'chain')), named.family, because, line)
      else if (word === 'set' || word === 'map') {
        const name = nextName(r, word)
        r.expect('{')
        table.addSet(readSet(r, name, word))
      } else {
        const known = /^(?:flags|flowtable|counter|quota|limit|ct|secmark|synproxy)$/.test(word)
        throw r.wrong(
          known ? `hopspec does not model '${word}' in a table.` : `'${word}' is not part of a table; write chain, set or map.`,
          place,
          known ? 'NOT_MODELLED' : 'RULES_SYNTAX',
        )
      }
    })
  }
}

type DraftChain = ReturnType<ReturnType<NftDraft['add']>['chain']>

/** Reads `{ … }` of a chain, if it has any. */
function readChainBlock(r: NftReader, chain: DraftChain, family: NftFamily, because: string | undefined, line: Line): void {
  if (!r.take('{')) return
  for (r.skipEnds(); !r.take('}'); r.skipEnds()) {
    if (r.done) throw r.wrong(`the chain ${chain.name} is not closed by '}'.`)
    line(() => {
      if (r.peek() === 'comment') {
        r.take('comment')
        chain.comment = r.string('a comment')
      } else if (r.peek() === 'type' && /^(?:filter|nat|route)$/.test(r.peek(1) ?? '')) chain.base = readBase(r)
      else if (r.take('policy')) {
        const policy = r.value('accept or drop', text => (text === 'accept' || text === 'drop' ? text : undefined))
        if (chain.base) chain.base = { ...chain.base, policy }
      } else chain.rules.push(readNftRule(r, family, because))
    })
  }
}

function readBase(r: NftReader): NftBase {
  r.take('type')
  const type = r.value('filter, nat or route', text => (['filter', 'nat', 'route'] as const).find(t => t === text))
  r.expect('hook')
  const hook = r.value(`a hook that hopspec models (${NFT_HOOKS.join(', ')})`, text => NFT_HOOKS.find(h => h === text))
  r.expect('priority')
  const priority = readPriority(r, hook)
  r.skipEnds()
  const policy = r.take('policy') ? r.value('accept or drop', text => (text === 'accept' || text === 'drop' ? text : undefined)) : 'accept'
  return { type, hook, priority, policy }
}
