// Which rules matched since they were last asked for. The helper tells which rules of a chain counted packets, by their place in it;
// what stands at that place is read once: iptables' as the kernel prints it, nftables' as it was loaded. The legacy back end is read as text before and after.
import type { NftRuleSet } from '../linux/nft-rules'
import { nftRuleText } from '../linux/nft-statement'
import type { AnswerLine, Job } from './agent'
import type { Built } from './build'
import { type Counted, grown, readCounters } from './counters'
import type { RealExchange, RuleHit } from './observed'
import type { RuleTexts, Space } from './plan'

/** What stands at each place of the chains of one rule set, in the order in which it is told. */
interface Places {
  readonly lines: readonly Omit<Counted, 'packets'>[]
  /** `nat PREROUTING 0`, `filter INPUT policy`: which of the lines. */
  readonly at: ReadonlyMap<string, number>
  /** `nat PREROUTING`: how many rules. */
  readonly sizes: ReadonlyMap<string, number>
}

/** The counters of one family in one namespace. */
interface Counters {
  readonly space: Space
  readonly family: RuleHit['family']
  /** The tool that prints them, with their counters. */
  readonly job: Job
  readonly legacy: boolean
  /** How iptables' rules of these counters were loaded. */
  readonly loaded: string
  /** nftables' rules in this namespace. */
  readonly nft: NftRuleSet | null
}

/** Numbers of families (enum nf_inet_hooks' NFPROTO_…) by nft's words for them. */
const FAMILIES: Readonly<Record<string, string>> = { 1: 'inet', 2: 'ip', 3: 'arp', 5: 'netdev', 7: 'bridge', 10: 'ip6' }

export class RuleCounters {
  private all: readonly Counters[] = []
  private readonly legacy = new Map<Counters, readonly Counted[]>()

  constructor(private readonly built: Built) {
    this.begin()
  }

  /** From now on, with the rules that are loaded now. */
  begin(): void {
    const { agent, plan, texts } = this.built
    this.all = plan.spaces.flatMap(s => countersOf(s, texts.get(s.number)!))
    agent.ask(['counted', ...new Set(this.all.flatMap(c => (c.legacy ? [] : [c.space.number])))].join('\t'))
    this.legacy.clear()
    this.legacyHits()
  }

  /** What the helper's lines tell, and what the legacy back end counted since; every namespace whose rules can be counted has its list. */
  hits(lines: readonly AnswerLine[]): RealExchange['rules'] {
    const told = lines.filter(l => l[0] === 'grown')
    const legacy = this.legacyHits()
    const rules: Record<string, RuleHit[]> = {}
    for (const c of this.all) {
      const own = told.filter(([, n]) => Number(n) === c.space.number)
      const counted = c.legacy ? legacy.get(c)! : this.named(c, own)
      ;(rules[c.space.program.name] ??= []).push(...counted.map(h => ({ ...h, family: c.family })))
    }
    return rules
  }

  /** Lines of the helper's as rules of these counters, in the order in which they stand. */
  private named(c: Counters, told: readonly AnswerLine[]): readonly Counted[] {
    const own = told.filter(
      ([, , family, table, , place]) => isOf(c, FAMILIES[family!]!, table!) && (c.family !== 'nft' || place !== 'policy'),
    )
    if (own.length === 0) return []
    const places = this.placesOf(c)
    return own
      .map(([, , family, table, chain, place, packets, size]) => {
        const name = `${c.family === 'nft' ? `${FAMILIES[family!]} ` : ''}${table} ${chain}`
        const at = places.at.get(`${name} ${place}`)
        const known = place === 'policy' ? 1 : (places.sizes.get(name) ?? 0)
        if (at === undefined || known !== Number(size))
          throw new Error(`${name} of ${c.space.program.name} has ${size} rules on the kernel, and ${known} were loaded`)
        return { at, packets: Number(packets) }
      })
      .sort((a, b) => a.at - b.at)
      .map(({ at, packets }) => ({ ...places.lines[at]!, packets }))
  }

  private placesOf(c: Counters): Places {
    if (c.family === 'nft') return nftPlaces(c.nft!)
    const known = SAVED.get(c.loaded)
    if (known !== undefined) return known
    const places = savedPlaces(this.printed([c])[0]!)
    // A quota's text is what is left of it.
    if (!/ --quota /.test(c.loaded)) SAVED.set(c.loaded, places)
    if (SAVED.size > MOST_SAVED) SAVED.delete(SAVED.keys().next().value!)
    return places
  }

  private legacyHits(): ReadonlyMap<Counters, readonly Counted[]> {
    const legacy = this.all.filter(c => c.legacy)
    const printed = this.printed(legacy)
    return new Map(
      legacy.map((c, i) => {
        const now = readCounters(printed[i]!)
        const hits = grown(this.legacy.get(c) ?? [], now)
        this.legacy.set(c, now)
        return [c, hits]
      }),
    )
  }

  private printed(counters: readonly Counters[]): readonly string[] {
    return this.built.agent.jobs(counters.map(c => c.job)).map(({ exit, stdout, stderr }, i) => {
      const { job, space } = counters[i]!
      if (exit !== 0) throw new Error(`${job.argv.join(' ')} in ${space.program.name} says ${exit}: ${stderr.trim()}`)
      return stdout
    })
  }
}

/** What the kernel prints of texts that were loaded: the same of the same texts, whichever network they are of. */
const SAVED = new Map<string, Places>()
const MOST_SAVED = 200

function countersOf(space: Space, texts: RuleTexts): readonly Counters[] {
  const legacy = texts.backend === 'legacy'
  const nft = (texts.nftables && texts.counted) || null
  const of = (family: RuleHit['family'], tool: string, text: string | null): readonly Counters[] => {
    const job = { space: space.number, argv: [`${tool}-${legacy ? 'legacy-save' : 'save'}`, '-c'], stdin: '' }
    return text ? [{ space, family, job, legacy, loaded: `${tool}\n${text}`, nft }] : []
  }
  const own: Counters = { space, family: 'nft', job: { space: space.number, argv: [], stdin: '' }, legacy: false, loaded: '', nft }
  return [...of('ip', 'iptables', texts.iptables), ...of('ip6', 'ip6tables', texts.ip6tables), ...(nft ? [own] : [])]
}

/** Tables of nftables' rule set are its own; all others of their family are iptables'. */
function isOf(c: Counters, family: string, table: string): boolean {
  const nft = c.nft?.tables.some(t => t.family === family && t.name === table) ?? false
  return c.family === 'nft' ? nft : !nft && family === c.family
}

/** Of what `iptables-save -c` prints. */
export function savedPlaces(saved: string): Places {
  const lines = readCounters(saved)
  return placed(lines, ({ table, text }) => {
    const [kind, chain] = text.split(' ', 2)
    return { chain: `${table} ${chain}`, policy: kind === 'policy' }
  })
}

/** Of a rule set as it was loaded, with a counter in each rule. */
export function nftPlaces({ tables }: NftRuleSet): Places {
  const lines = tables.flatMap(({ family, name, chains }) =>
    chains.flatMap(chain => chain.rules.map(rule => ({ chain: chain.name, table: `${family} ${name}`, text: nftRuleText(rule) }))),
  )
  return placed(lines, ({ table, chain }) => ({ chain: `${table} ${chain}`, policy: false }))
}

function placed<T extends Omit<Counted, 'packets'>>(
  lines: readonly T[],
  placeOf: (line: T) => { readonly chain: string; readonly policy: boolean },
): Places {
  const [at, sizes] = [new Map<string, number>(), new Map<string, number>()]
  for (const [i, line] of lines.entries()) {
    const { chain, policy } = placeOf(line)
    const size = sizes.get(chain) ?? 0
    at.set(`${chain} ${policy ? 'policy' : size}`, i)
    if (!policy) sizes.set(chain, size + 1)
  }
  return { lines: lines.map(({ table, text }) => ({ table, text })), at, sizes }
}
