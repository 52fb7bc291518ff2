// A rule set of nftables while commands change it: what one transaction of `nft -f` works on.
import type { Place, Problem } from '../error'
import type { NftBase, NftElement, NftFamily, NftRule, NftRuleSet, NftSet, NftStatement, NftTable, NftVerdict } from './nft-rules'
import { type ChainJump, chainLoop } from './chain-loop'
import { elementText, inOrder, readElements } from './nft-value'
import type { NftReader } from './nft-words'

interface DraftChain {
  readonly name: string
  base?: NftBase
  comment?: string
  rules: NftRule[]
}

/** A set with its elements by their text. */
interface DraftSet {
  readonly set: NftSet
  readonly elements: Map<string, NftElement>
}

class DraftTable {
  comment: string | undefined
  readonly sets = new Map<string, DraftSet>()
  readonly chains = new Map<string, DraftChain>()
  constructor(
    readonly family: NftFamily,
    readonly name: string,
  ) {}

  /** The chain of this name, made if it is new. */
  chain(name: string): DraftChain {
    let chain = this.chains.get(name)
    if (chain === undefined) this.chains.set(name, (chain = { name, rules: [] }))
    return chain
  }

  flushChain(name: string): void {
    this.chain(name).rules = []
  }

  /** A set that exists already only gets the new elements. */
  addSet(set: NftSet): void {
    let draft = this.sets.get(set.name)
    if (draft === undefined) this.sets.set(set.name, (draft = { set: sized(set), elements: new Map() }))
    put(draft, set.elements)
  }

  flushSet(name: string): void {
    this.sets.get(name)?.elements.clear()
  }

  /** `add element`, `delete element`: reads the elements with the set's types. */
  elements(r: NftReader, verb: string, name: string): void {
    const draft = this.sets.get(name)
    if (draft === undefined) throw r.wrong(`table ${this.family} ${this.name} has no set '${name}'.`)
    const { types, data } = draft.set
    if (verb !== 'delete' && verb !== 'destroy') return put(draft, readElements(r, types, data))
    for (const { key } of readElements(r, types, data, true)) draft.elements.delete(elementText({ key }, types))
  }

  flush(): void {
    for (const chain of this.chains.values()) chain.rules = []
  }
}

/** A set that rules fill has a size: 65535 where none is written. */
const sized = (set: NftSet): NftSet => (set.flags.includes('dynamic') && set.size === undefined ? { ...set, size: 65535 } : set)

function put(draft: DraftSet, elements: readonly NftElement[]): void {
  const { types } = draft.set
  for (const element of elements) {
    const name = elementText({ key: element.key }, types)
    if (!draft.elements.has(name)) draft.elements.set(name, element)
  }
}

export class NftDraft {
  private readonly tables = new Map<string, DraftTable>()
  constructor(before: NftRuleSet) {
    for (const table of before.tables) {
      const draft = this.add(table.family, table.name)
      draft.comment = table.comment
      for (const set of table.sets) draft.addSet(set)
      for (const chain of table.chains) draft.chains.set(chain.name, { ...chain, rules: [...chain.rules] })
    }
  }

  table(family: NftFamily, name: string): DraftTable | undefined {
    return this.tables.get(`${family} ${name}`)
  }

  /** The table of this name, made if it is new. */
  add(family: NftFamily, name: string): DraftTable {
    let table = this.table(family, name)
    if (table === undefined) this.tables.set(`${family} ${name}`, (table = new DraftTable(family, name)))
    return table
  }

  delete(family: NftFamily, name: string): void {
    this.tables.delete(`${family} ${name}`)
  }

  flush(): void {
    this.tables.clear()
  }

  get rules(): NftRuleSet {
    return {
      tables: [...this.tables.values()].map(
        (t): NftTable => ({
          family: t.family,
          name: t.name,
          ...(t.comment === undefined ? {} : { comment: t.comment }),
          sets: [...t.sets.values()].map(({ set, elements }) => ({ ...set, elements: inOrder([...elements.values()], set.types) })),
          chains: [...t.chains.values()].map(c => ({ ...c, rules: [...c.rules] })),
        }),
      ),
    }
  }

  /** What the kernel would refuse: names of chains and sets that the table does not have. */
  check(file: string): readonly Problem[] {
    const problems: Problem[] = []
    for (const table of this.tables.values()) {
      const lacks = (kind: 'chain' | 'set', name: string, place: Place | undefined) =>
        problems.push({
          code: 'RULES_SYNTAX',
          message: `table ${table.family} ${table.name} has no ${kind} '${name}'.`,
          place: place ?? { file },
        })
      for (const set of table.sets.values())
        for (const e of set.elements.values())
          if (e.verdict && 'chain' in e.verdict && !table.chains.has(e.verdict.chain)) lacks('chain', e.verdict.chain, undefined)
      for (const chain of table.chains.values())
        for (const rule of chain.rules)
          for (const s of rule.statements) {
            for (const verdict of verdictsOf(s))
              if ('chain' in verdict && !table.chains.has(verdict.chain)) lacks('chain', verdict.chain, rule.place)
            for (const name of setsOf(s)) if (!table.sets.has(name)) lacks('set', name, rule.place)
          }
      const bases = [...table.chains.values()].filter(c => c.base !== undefined).map(c => c.name)
      const loop = chainLoop(bases, name => jumpsOf(table, name))
      if (loop)
        problems.push({
          code: 'RULES_SYNTAX',
          message: `table ${table.family} ${table.name} leads a packet in a circle, which the kernel refuses: ${loop.circle.join(' -> ')}.`,
          place: loop.by.place ?? { file },
        })
    }
    return problems
  }
}

/** The chains that a chain's rules lead to, by themselves or by the elements of their verdict maps. */
function jumpsOf(table: DraftTable, name: string): readonly ChainJump<NftRule>[] {
  const mapped = (s: NftStatement): readonly NftVerdict[] =>
    s.do === 'vmap' && 'named' in s.in ? [...(table.sets.get(s.in.named)?.elements.values() ?? [])].flatMap(e => e.verdict ?? []) : []
  return (table.chains.get(name)?.rules ?? []).flatMap(by =>
    by.statements.flatMap(s => [...verdictsOf(s), ...mapped(s)].flatMap(v => ('chain' in v ? [{ to: v.chain, by }] : []))),
  )
}

function verdictsOf(s: NftStatement): readonly NftVerdict[] {
  if (s.do === 'verdict') return [s.verdict]
  return s.do === 'vmap' && 'elements' in s.in ? s.in.elements.flatMap(e => e.verdict ?? []) : []
}

function setsOf(s: NftStatement): readonly string[] {
  if (s.do === 'element') return s.meter ? [] : [s.set]
  if (s.do === 'vmap') return 'named' in s.in ? [s.in.named] : []
  return s.do === 'match' && s.with.is === 'set' && 'named' in s.with.in ? [s.with.in.named] : []
}
