// One table of iptables, ready to walk: chains by name, rules compiled, long chains indexed by destination address or port.
// The index only skips rules that cannot match; what is visited, and in which order, stays exactly that of the linear walk.
import type { Ip } from '../addr/ip'
import { hasPorts, type Packet } from '../linux/packet'
import { printRule } from '../linux/iptables-save'
import type { Chain, Rule, RuleSet, TableName } from '../linux/rule'
import { compileRule, exactDestination, exactPort } from './match'
import type { Asked } from './asked'

export interface CompiledRule {
  readonly rule: Rule
  readonly matches: (asked: Asked) => boolean
  /** As iptables-save prints it; made when first asked for. */
  text(): string
}

export interface CompiledChain {
  readonly name: string
  readonly policy: Chain['policy']
  /** The rules that this packet may match, in order. */
  candidates(packet: Packet): Iterable<CompiledRule>
}

export type CompiledTable = ReadonlyMap<string, CompiledChain>

/** From how many rules on a chain is indexed. */
const INDEX_FROM = 16

/** All tables of a rule set. `index: false` walks every chain from top to bottom: for tests of the index. */
export function compileTables(rules: RuleSet, index = true): ReadonlyMap<TableName, CompiledTable> {
  return new Map(rules.tables.map(table => [table.name, new Map(table.chains.map(chain => [chain.name, lazyChain(chain, index)]))]))
}

/** Compiles a chain when a packet first comes to it: of ten thousand Services a trace visits a handful. */
function lazyChain(chain: Chain, index: boolean): CompiledChain {
  let candidates: ((packet: Packet) => Iterable<CompiledRule>) | undefined
  return {
    name: chain.name,
    policy: chain.policy,
    candidates(packet) {
      candidates ??= index && chain.rules.length >= INDEX_FROM ? indexedCandidates(chain) : allCandidates(chain)
      return candidates(packet)
    },
  }
}

function compile(chain: string, rule: Rule): CompiledRule {
  let text: string | undefined
  let matches: ((asked: Asked) => boolean) | undefined
  return {
    rule,
    matches: asked => (matches ??= compileRule(rule))(asked),
    text: () => (text ??= printRule(chain, rule)),
  }
}

function allCandidates(chain: Chain): () => Iterable<CompiledRule> {
  const rules = chain.rules.map(rule => compile(chain.name, rule))
  return () => rules
}

interface Numbered {
  readonly at: number
  readonly rule: CompiledRule
}

function indexedCandidates(chain: Chain): (packet: Packet) => Iterable<CompiledRule> {
  const byDestination = new Map<Ip, Numbered[]>()
  const byPort = new Map<number, Numbered[]>()
  const others: Numbered[] = []
  const put = <K>(map: Map<K, Numbered[]>, key: K, rule: Numbered) => {
    const list = map.get(key)
    if (list) list.push(rule)
    else map.set(key, [rule])
  }
  for (const [at, rule] of chain.rules.entries()) {
    const numbered = { at, rule: compile(chain.name, rule) }
    const destination = exactDestination(rule.header)
    const port = exactPort(rule)
    if (destination !== undefined) put(byDestination, destination, numbered)
    else if (port !== undefined) put(byPort, port, numbered)
    else others.push(numbered)
  }
  return packet =>
    inOrder([byDestination.get(packet.destination) ?? [], (hasPorts(packet) && byPort.get(packet.destinationPort)) || [], others])
}

/** Merges lists that are each in order. */
function* inOrder(lists: readonly (readonly Numbered[])[]): Generator<CompiledRule> {
  const at = lists.map(() => 0)
  for (;;) {
    let first = -1
    for (const [i, list] of lists.entries()) {
      const candidate = list[at[i]!]
      if (candidate !== undefined && (first < 0 || candidate.at < lists[first]![at[first]!]!.at)) first = i
    }
    if (first < 0) return
    yield lists[first]![at[first]!++]!.rule
  }
}

const TRACKING_TARGETS: ReadonlySet<string> = new Set(['DNAT', 'SNAT', 'MASQUERADE', 'REDIRECT', 'NETMAP', 'CONNMARK', 'CT'])
const TRACKING_MODULES: ReadonlySet<string> = new Set([
  'conntrack',
  'state',
  'connmark',
  'connbytes',
  'connlimit',
  'helper',
  'cluster',
  'connlabel',
])

/** Whether these rules make the kernel track connections: an empty nat table, or one with only ACCEPT and MARK, does not. */
export function needsTracking(rules: RuleSet): boolean {
  return rules.tables.some(t =>
    t.chains.some(c =>
      c.rules.some(
        r =>
          (r.target !== null &&
            (TRACKING_TARGETS.has(r.target.do) || (r.target.do === 'unmodelled' && /^(CONNSECMARK|SYNPROXY)$/.test(r.target.target)))) ||
          r.matches.some(m => TRACKING_MODULES.has(m.match === 'unmodelled' ? m.module : m.match)),
      ),
    ),
  )
}
