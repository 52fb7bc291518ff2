// Who answers which share of the requests: exact fractions from all outcomes of a trace, compared within 1e-4 unless a tolerance is said.
import { compareFractions, decimal, exactFraction, type Fraction, fraction, fractionText, minus, plus, ZERO } from '../addr/fraction'
import type { OutcomeJson, TraceJson } from '../trace/json'
import type { Chain } from '../trace/series'
import { type Finding, finding, met, unmet } from './finding'
import { shortName } from './hop-rows'

/** iptables writes 1/3 as 0.33332999982 and keeps it in 31 bits, so an exact third does not exist. */
export const TOLERANCE = fraction(1, 10_000)

/** Whether the client got its answer. */
export const isAnswered = (o: OutcomeJson): boolean => o.fate === 'delivered' && o.client.result === 'answered'

/** What an outcome comes down to: the place that answered, or the fate. */
export const endOf = (o: OutcomeJson): string => (isAnswered(o) ? (o.answeredBy ?? o.destination) : o.fate)

/** Share of each end, in the order of the outcomes. */
export function sharesOf(trace: TraceJson): ReadonlyMap<string, Fraction> {
  const shares = new Map<string, Fraction>()
  for (const o of trace.outcomes) shares.set(endOf(o), plus(shares.get(endOf(o)) ?? ZERO, exactFraction(o.probability.fraction)))
  return shares
}

/** `mytest-…-cd4zk 715827883/2147483648 (0.33333)`, one a line. */
export function sharesText(trace: TraceJson): string {
  return [...sharesOf(trace)].map(([end, share]) => `${shortName(end)} ${shareText(share)}`).join('\n')
}

/** `1/2 (50 %)`, `715827883/2147483648 (0.33333)`. */
const shareText = (share: Fraction): string =>
  share.over === 1n
    ? fractionText(share)
    : `${fractionText(share)} (${share.over < 1000n ? percentText(share) : decimal(share).toFixed(5)})`
/** `3/4`, `1431655765/2147483648 (≈ 2/3)`. */
export function aboutText(share: Fraction): string {
  if (share.over < 1000n) return fractionText(share)
  const near = nearFraction(share)
  return near === null || near === 'never' ? shareText(share) : `${fractionText(share)} (≈ ${near})`
}

const percentText = (share: Fraction): string => `${Number((decimal(share) * 100).toFixed(3))} %`

const absolute = (f: Fraction): Fraction => (f.of < 0n ? minus(ZERO, f) : f)
const within = (a: Fraction, b: Fraction, tolerance: Fraction): boolean => compareFractions(absolute(minus(a, b)), tolerance) <= 0

/** Each of the places answers that share of all requests. Zero is always exact. */
export function sharesAre(
  trace: TraceJson,
  places: readonly string[],
  share: Fraction,
  tolerance: Fraction = TOLERANCE,
): readonly Finding[] {
  const shares = sharesOf(trace)
  return places.map(place => {
    const got = shares.get(place) ?? ZERO
    const expected = `${shortName(place)} answers ${fractionText(share)} of the requests`
    const holds = share.of === 0n ? got.of === 0n : got.of !== 0n && within(got, share, tolerance)
    if (holds) return met(expected)
    const sample = trace.outcomes.find(o => endOf(o) === place) ?? trace.outcomes[0] ?? null
    return unmet(expected, `it answers ${shareText(got)} of them; in all:\n${sharesText(trace)}`, {
      change: nearFraction(got) === null ? null : `Write ${nearFraction(got)}, if that is what you want.`,
      outcome: sample,
    })
  })
}

/** The small fraction that a share stands for. */
function nearFraction(share: Fraction): string | null {
  for (let over = 1; over <= 100; over++) {
    const of = Math.round(decimal(share) * over)
    if (within(share, fraction(of, over), TOLERANCE)) return of === 0 ? 'never' : fractionText(fraction(of, over))
  }
  return null
}

/** The places that answer are exactly as many as said. */
export function answererCount(trace: TraceJson, count: number): Finding {
  const ends = answerers(trace)
  return finding(ends.length === count, `${count} answer`, `${ends.length} answer: ${ends.map(shortName).join(', ') || 'nobody'}`, {
    outcome: trace.outcomes[0] ?? null,
  })
}

/** Every place that answers, in the order of the outcomes. */
export const answerers = (trace: TraceJson): readonly string[] => [...new Set(trace.outcomes.filter(isAnswered).map(endOf))]

/** Whoever answers the first request answers all: within each chain of requests that follow one another, or (null) of all independent clients. */
export function samePod(trace: TraceJson, chains: readonly Chain[] | null): readonly Finding[] {
  const expected = 'the same pod answers every request'
  return (chains ?? [trace.outcomes]).map(chain => {
    const other = chain.find(o => !isAnswered(o)) ?? chain.find(o => endOf(o) !== endOf(chain[0]!))
    if (other === undefined) return met(expected)
    const change = chains === null ? 'These clients are independent. Write `… times, one after another` for one client.' : null
    return unmet(expected, otherEnd(chain, other), { outcome: other, change })
  })
}

/** What happens instead of the first answerer's next answer. */
function otherEnd(chain: Chain, other: OutcomeJson): string {
  const lost = `is not answered: ${other.fate} at ${other.destination}`
  if (chain[0] === other) return `the first request ${lost}`
  const first = shortName(endOf(chain[0]!))
  if (!isAnswered(other)) return `after ${first}, one of the next requests ${lost}`
  return `after ${first}, one of the next requests may end at: ${[...new Set(chain.map(endOf))].map(shortName).join(', ')}`
}
