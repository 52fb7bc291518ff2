// Rules of nftables, compiled: each statement becomes a question or a deed. Stands for nft_do_chain's expressions.
import type { Ip } from '../addr/ip'
import { familyOf } from '../addr/ip'
import { never } from '../error'
import { fieldText } from '../linux/nft-field'
import type { NftKey, NftMapping, NftRight, NftRule, NftStatement, NftTable, NftVerdict } from '../linux/nft-rules'
import { nftRuleText, statementText } from '../linux/nft-statement'
import type { FieldKey } from '../linux/nft-types'
import type { Target } from '../linux/rule'
import { type Asked, Unmodelled } from './asked'
import { CHECKSUM, compileField, NOBODY_KNOWS, type Reading, type Values } from './nft-field'
import { meterHolds } from './nft-meter'
import { isRejectable, natTarget, rejectTarget } from './nft-target'
import { keyOf, type Lookup, LiveSet, lookupOf, partHolds } from './nft-set'

/** How a rule goes on after a deed: with its next statement, not at all (`break`), or with a verdict or a target of the packet's. */
export type Then = 'next' | 'break' | { readonly verdict: NftVerdict } | { readonly target: Target }

type NftStep =
  | { readonly is: 'question'; readonly holds: (asked: Asked) => boolean }
  | { readonly is: 'deed'; readonly act: (asked: Asked) => Then }

export interface CompiledNftRule {
  readonly rule: NftRule
  readonly steps: readonly NftStep[]
  text(): string
}

/** The sets of a table, and what reads its maps. */
export class NftSets {
  private readonly live: ReadonlyMap<string, LiveSet>
  constructor(table: NftTable) {
    this.live = new Map(table.sets.map(set => [set.name, new LiveSet(`${table.family} ${table.name} ${set.name}`, set)]))
  }

  get(name: string): LiveSet {
    const set = this.live.get(name)
    if (set === undefined) throw new Unmodelled(`@${name}, a set that is not there`)
    return set
  }

  lookup(mapping: NftMapping): Lookup {
    return 'named' in mapping ? this.get(mapping.named).find : lookupOf(mapping.elements)
  }

  /** The reading of a field, with maps looked up here. */
  reading(field: Parameters<typeof compileField>[0]): Reading {
    return compileField(field, map => {
      const key = this.reading(map.key)
      const lookup = this.lookup(map.in)
      return asked => {
        const value = key(asked)
        return value && lookup(value)?.data?.map(part => (part.is === 'value' ? part.value : fail(`a range in ${fieldText(map)}`)))
      }
    })
  }
}

const fail = (what: string): never => {
  throw new Unmodelled(what)
}

/** Compiles a rule when it is first asked for. */
export function compileNftRule(rule: NftRule, sets: NftSets): CompiledNftRule {
  let text: string | undefined
  let steps: readonly NftStep[] | undefined
  return {
    rule,
    get steps() {
      return (steps ??= [...rule.statements.flatMap(dependencies), ...rule.statements.map(s => compileStatement(s, sets))])
    },
    text: () => (text ??= nftRuleText(rule)),
  }
}

/** What nft asks at the beginning of a rule without being told to (stmt_reject_gen_dependency). */
const dependencies = (s: NftStatement): readonly NftStep[] =>
  s.do === 'reject' && s.with !== null && s.with.by !== 'icmpx' ? [{ is: 'question', holds: ({ skb }) => isRejectable(s, skb.packet) }] : []

const deed = (act: (asked: Asked) => Then): NftStep => ({ is: 'deed', act })

function compileStatement(s: NftStatement, sets: NftSets): NftStep {
  switch (s.do) {
    case 'match':
      return compileMatch(s, sets)
    case 'vmap': {
      const key = sets.reading(s.of)
      const lookup = sets.lookup(s.in)
      return deed(asked => {
        const value = key(asked)
        const verdict = value && lookup(value)?.verdict
        return verdict ? { verdict } : 'break'
      })
    }
    case 'verdict': {
      const { verdict } = s
      return deed(() => (verdict.is === 'continue' ? 'next' : { verdict }))
    }
    case 'set':
      return compileSet(s, sets)
    case 'nat':
      return compileNat(s, sets)
    case 'reject':
      return deed(({ skb }) => ({ target: rejectTarget(s, familyOf(skb.packet.source)) }))
    case 'element': {
      const key = sets.reading(s.key)
      const set = s.meter ? null : sets.get(s.set)
      return deed(asked => {
        const value = key(asked)
        if (value === undefined) return 'break'
        set?.change(s.op, value, s.timeoutMs, asked.memory)
        return s.if === undefined || meterHolds(s.if, asked, s.if, keyOf(value)) ? 'next' : 'break'
      })
    }
    case 'limit':
    case 'quota':
    case 'count':
      return deed(asked => (meterHolds(s, asked, s) ? 'next' : 'break'))
    case 'notrack':
      return deed(({ skb }) => {
        if (skb.tracking === 'NONE') skb.tracking = 'UNTRACKED'
        return 'next'
      })
    case 'counter':
    case 'log':
      return deed(() => 'next')
    case 'unmodelled':
      return { is: 'question', holds: () => fail(s.words) }
    default:
      return never(s)
  }
}

function compileMatch(s: NftStatement & { readonly do: 'match' }, sets: NftSets): NftStep {
  const read = sets.reading(s.of)
  const holds = compileRight(s.with, s.compare, sets)
  return {
    is: 'question',
    holds: asked => {
      const value = read(asked)
      return value !== undefined && holds(value, asked)
    },
  }
}

type Holds = (value: Values, asked: Asked) => boolean

function compileRight(right: NftRight, compare: (NftStatement & { readonly do: 'match' })['compare'], sets: NftSets): Holds {
  const not = compare === '!='
  switch (right.is) {
    case 'flags': {
      const { flags, of } = right
      if (of !== null) return ([value]) => ((Number(value) & of) === flags) !== not
      return not ? ([value]) => value !== flags : ([value]) => (Number(value) & flags) !== 0
    }
    case 'set': {
      if ('named' in right.in) {
        const set = sets.get(right.in.named)
        return (value, { memory }) => set.has(value, memory) !== not
      }
      const lookup = lookupOf(right.in.elements)
      return value => (lookup(value) !== undefined) !== not
    }
    case 'value': {
      const parts = right.value
      if (compare === '==' || not)
        return value => parts.every((part, i) => partHolds(part, comparable(part.is === 'value' ? part.value : null, value[i]!))) !== not
      const [part] = parts
      const limit = part?.is === 'value' ? part.value : fail('a range after < or >')
      return ([value]) => isOrdered(value!, compare, limit)
    }
    default:
      return never(right)
  }
}

/** `fib … oif exists|missing` compares whether there is a device. */
const comparable = (wanted: NftKey | null, value: NftKey): NftKey =>
  typeof wanted === 'number' && typeof value === 'string' ? Number(value !== '') : value

function isOrdered(value: NftKey, compare: '<' | '>' | '<=' | '>=', limit: NftKey): boolean {
  if (value === NOBODY_KNOWS) return fail(CHECKSUM)
  switch (compare) {
    case '<':
      return value < limit
    case '>':
      return value > limit
    case '<=':
      return value <= limit
    case '>=':
      return value >= limit
    default:
      return never(compare)
  }
}

function compileSet(s: NftStatement & { readonly do: 'set' }, sets: NftSets): NftStep {
  const from = sets.reading(s.to)
  const write = writer(s.field) ?? (() => fail(statementText(s)))
  return deed(asked => {
    const value = from(asked)
    if (value === undefined) return 'break'
    return write(asked, value[0]!) ? 'next' : 'break'
  })
}

/** Writes a value where the packet has a place for it; false where it has none. */
function writer(f: FieldKey): ((asked: Asked, value: NftKey) => boolean) | undefined {
  if (f.read === 'meta' && f.key === 'mark')
    return ({ skb }, value) => {
      skb.mark = Number(value)
      return true
    }
  if (f.read === 'ct' && f.key === 'mark')
    return ({ skb }, value) => {
      if (skb.entry) skb.entry.mark = Number(value)
      return true
    }
  if (f.read !== 'payload' || (f.header !== 'ip' && f.header !== 'ip6')) return undefined
  const four = f.header === 'ip'
  const change = PAYLOAD_WRITERS[f.field]
  return (
    change &&
    (({ skb }, value) => {
      if (four !== (typeof skb.packet.source === 'number')) return false
      skb.packet = { ...skb.packet, ...change(value, skb.packet.tos) }
      return true
    })
  )
}

const PAYLOAD_WRITERS: Readonly<Record<string, (value: NftKey, tos: number) => object>> = {
  ttl: value => ({ ttl: Number(value) }),
  hoplimit: value => ({ ttl: Number(value) }),
  dscp: (value, tos) => ({ tos: (tos & 3) | (Number(value) << 2) }),
  ecn: (value, tos) => ({ tos: (tos & ~3) | Number(value) }),
  saddr: value => ({ source: value as Ip }),
  daddr: value => ({ destination: value as Ip }),
}

function compileNat(s: NftStatement & { readonly do: 'nat' }, sets: NftSets): NftStep {
  const computed = s.to?.is === 'computed' ? sets.reading(s.to.from) : undefined
  return deed(asked => {
    if (s.family !== undefined && (s.family === 'ip') !== (typeof asked.skb.packet.source === 'number')) return 'next'
    if (computed === undefined) return { target: natTarget(s) }
    const value = computed(asked)
    return value === undefined ? 'break' : { target: natTarget(s, value) }
  })
}
