// Requests drawn with the seeded generator from the exact walk, and whether the counts go with the exact shares: a second opinion that never decides alone.
import { decimal, exactFraction } from '../addr/fraction'
import { next, seedOf } from '../cluster/random'
import type { TraceJson } from '../trace/json'
import { type Finding, finding } from './finding'
import { endOf, sharesOf } from './shares'

/** A wrong verdict once in a million samples, and no second try with another seed. */
export const ALPHA = 1e-6

/** How many of `times` requests took each outcome, by its index. */
export function drawOutcomes(trace: TraceJson, times: number, seed: number): readonly number[] {
  const limits: number[] = []
  let sum = 0
  for (const o of trace.outcomes) limits.push((sum += decimal(exactFraction(o.probability.fraction))))
  const counts = trace.outcomes.map(() => 0)
  let state = seedOf(seed, `${trace.flow.from} ${trace.flow.to}`)
  for (let i = 0; i < times; i++) {
    const draw = next(state)
    state = draw.seed
    const at = limits.findIndex(limit => draw.value / 2 ** 32 < limit)
    counts[at < 0 ? counts.length - 1 : at]!++
  }
  return counts
}

/** Counts by end (who answered, or the fate), in the order of the outcomes. */
export function countsByEnd(trace: TraceJson, counts: readonly number[]): ReadonlyMap<string, number> {
  const byEnd = new Map<string, number>()
  for (const [i, o] of trace.outcomes.entries()) byEnd.set(endOf(o), (byEnd.get(endOf(o)) ?? 0) + counts[i]!)
  return byEnd
}

/** The 95 % interval of a share after `count` of `times` (Wilson). */
export function interval(count: number, times: number): { readonly low: number; readonly high: number } {
  const z = 1.96
  const share = count / times
  const middle = (share + (z * z) / (2 * times)) / (1 + (z * z) / times)
  const half = (z / (1 + (z * z) / times)) * Math.sqrt((share * (1 - share)) / times + (z * z) / (4 * times * times))
  return { low: Math.max(0, middle - half), high: Math.min(1, middle + half) }
}

/** Chi-square of the counts by end against the exact shares; no finding where an expected count is below 5. */
export function sampleAgrees(trace: TraceJson, counts: ReadonlyMap<string, number>): readonly Finding[] {
  const times = [...counts.values()].reduce((a, b) => a + b, 0)
  const shares = [...sharesOf(trace)].map(([end, share]) => ({ end, expected: decimal(share) * times }))
  if (shares.length < 2 || shares.some(s => s.expected < 5)) return []
  const chi = shares.reduce((sum, s) => sum + ((counts.get(s.end) ?? 0) - s.expected) ** 2 / s.expected, 0)
  const p = chiSquareTail(chi, shares.length - 1)
  return [
    finding(p >= ALPHA, `a sample of ${times} goes with the exact shares`, `chi-square ${chi.toFixed(2)} has p = ${p.toExponential(1)}`),
  ]
}

/** The probability of a chi-square value at least this large: the upper regularized gamma function Q(df/2, x/2). */
export function chiSquareTail(x: number, df: number): number {
  const a = df / 2
  const half = x / 2
  if (half <= 0) return 1
  const front = Math.exp(a * Math.log(half) - half - logGamma(a))
  if (half < a + 1) {
    let term = 1 / a
    let sum = term
    for (let n = 1; n < 1000 && term > sum * 1e-16; n++) sum += term *= half / (a + n)
    return 1 - front * sum
  }
  let b = half + 1 - a
  let c = 1e300
  let d = 1 / b
  let h = d
  for (let n = 1; n < 1000; n++) {
    const an = -n * (n - a)
    b += 2
    d = 1 / (an * d + b)
    c = b + an / c
    h *= d * c
    if (Math.abs(d * c - 1) < 1e-15) break
  }
  return front * h
}

/** ln Γ for whole and half numbers, by Γ(x + 1) = x Γ(x). */
function logGamma(x: number): number {
  let sum = 0
  let at = x
  for (; at > 1; at--) sum += Math.log(at - 1)
  return at === 1 ? sum : sum + Math.log(Math.sqrt(Math.PI))
}
