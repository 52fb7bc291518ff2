// Thens about what the real kernel did, where they differ from those about the simulator: shares are counts, causes may stay open, and the counters
// of rules also count TCP's later packets.
import { decimal, type Fraction, fraction, fractionText } from '../addr/fraction'
import type { Fate } from '../trace/fate'
import { fateIs } from '../verify/answers'
import { type Finding, finding } from '../verify/finding'
import { shortName } from '../verify/hop-rows'
import { rulesNotVisited, rulesVisited } from '../verify/rules'
import { ALPHA, chiSquareTail } from '../verify/sample'
import { sharesAre, TOLERANCE } from '../verify/shares'
import { sampleFindings } from './probe'
import type { ProbeJson } from '../view/report/probe'
import { Apart } from './apart'

/** Every request ends like this; apart where what was seen leaves the cause open. */
export function fateFindings(p: ProbeJson, fate: Fate): readonly Finding[] {
  const could = p.possible?.every(fates => fates.includes(fate)) ?? false
  const open = could ? p.possible?.find(fates => fates.length > 1) : undefined
  if (open !== undefined) throw new Apart(`a kernel does not show why nobody answered; it could be ${open.join(', ')}`)
  return fateIs(p.trace, fate)
}

/** Each of the places answers that share of all requests: exactly in the simulator, by chi-square on the kernel. */
export function shareFindings(p: ProbeJson, places: readonly string[], share: Fraction, tolerance?: Fraction): readonly Finding[] {
  if (p.dataplane !== 'real') return [...sharesAre(p.trace, places, share, tolerance), ...sampleFindings(p)]
  const { times, counts } = p.sample ?? { times: 1, counts: [] }
  return places.map(place => {
    const alone = p.trace.outcomes[0]?.answeredBy === place ? 1 : 0
    const count = p.sample === null ? alone : (counts.find(c => c.place === place)?.count ?? 0)
    return countFinding(shortName(place), count, times, share, tolerance ?? TOLERANCE)
  })
}

/** Fewer expected than this say nothing about a share. */
const LEAST_EXPECTED = 5

function countFinding(name: string, count: number, times: number, share: Fraction, tolerance: Fraction): Finding {
  const expected = `${name} answers ${fractionText(share)} of the requests`
  const happened = `it answers ${count} of ${times}`
  const [wanted, slack] = [decimal(share), decimal(tolerance)]
  if (wanted === 0 || wanted === 1) return finding(count === wanted * times, expected, happened)
  const nearest = Math.min(Math.max(count / times, wanted - slack), wanted + slack)
  const [hits, misses] = [nearest * times, (1 - nearest) * times]
  if (Math.min(hits, misses) < LEAST_EXPECTED) throw new Apart(`${times} requests are too few to tell a share of ${fractionText(share)}`)
  const chi = (count - hits) ** 2 / hits + (count - hits) ** 2 / misses
  const tail = chiSquareTail(chi, 1)
  return finding(tail >= ALPHA, expected, `${happened}, which has p = ${tail.toExponential(1)}`)
}

/** Whether the request visits the lines and chains; on the kernel TCP's first packet is alone only in nat's rules. */
export function visitFindings(p: ProbeJson, words: readonly string[]): readonly Finding[] {
  for (const word of words) onlyFirst(p, word)
  return rulesVisited(p.trace, words)
}

/** Whether it visits none of them. */
export function noVisitFindings(p: ProbeJson, words: readonly string[]): readonly Finding[] {
  for (const word of words) onlyFirst(p, word)
  return rulesNotVisited(p.trace, words)
}

function onlyFirst({ dataplane, trace }: ProbeJson, word: string): void {
  if (dataplane !== 'real' || trace.flow.protocol !== 'tcp') return
  const steps = trace.outcomes.flatMap(o => o.hops.flatMap(h => h.steps))
  const hit = steps.find(s => s.kind === 'rule' && (s.rule === word || s.chain === word))
  if (hit?.kind === 'rule' && hit.table !== 'nat')
    throw new Apart(
      `the counters of table ${hit.table} also count TCP's later packets and the answer's, so they do not show what the request visited`,
    )
}

/** The share of nobody. */
export const NEVER = fraction(0, 1)
