// What comparing one expectation with what happened gives. In: nothing but values; out: met or not, and for people what was expected, what happened, why, what to change.
import type { OutcomeJson } from '../trace/json'
import { hopRows, hopRowsText } from './hop-rows'

/** Both hop tables of a failed comparison; the first row is the head, `first` counts from 0 below it. */
interface HopDifference {
  readonly expected: readonly (readonly string[])[]
  readonly actual: readonly (readonly string[])[]
  readonly first: number
}

export interface Finding {
  readonly met: boolean
  readonly expected: string
  readonly happened: string
  /** The cause in one sentence; null where the facts say all. */
  readonly why: string | null
  /** What to write instead. */
  readonly change: string | null
  /** The way of the packet that shows it. */
  readonly outcome: OutcomeJson | null
  readonly hops: HopDifference | null
}

/** An expectation that holds. */
export const met = (expected: string): Finding => ({
  met: true,
  expected,
  happened: expected,
  why: null,
  change: null,
  outcome: null,
  hops: null,
})

/** An expectation that does not hold. */
export const unmet = (
  expected: string,
  happened: string,
  rest: {
    readonly why?: string | null
    readonly change?: string | null
    readonly outcome?: OutcomeJson | null
    readonly hops?: HopDifference
  } = {},
): Finding => ({
  met: false,
  expected,
  happened,
  why: rest.why ?? rest.outcome?.explanation ?? null,
  change: rest.change ?? null,
  outcome: rest.outcome ?? null,
  hops: rest.hops ?? null,
})

/** `met` or `unmet`, by a condition. */
export const finding = (holds: boolean, expected: string, happened: string, rest: Parameters<typeof unmet>[2] = {}): Finding =>
  holds ? met(expected) : unmet(expected, happened, rest)

/** An unmet expectation as text: what a failed step says. */
export function findingText(f: Finding): string {
  const lines = [`expected  ${indented(f.expected)}`, `happened  ${indented(f.happened)}`]
  if (f.why !== null) lines.push(`because   ${indented(f.why)}`)
  if (f.change !== null) lines.push(`change    ${indented(f.change)}`)
  if (f.outcome !== null && f.hops === null) lines.push('the way', hopRowsText(hopRows(f.outcome)))
  return lines.join('\n')
}

const indented = (text: string): string => text.replaceAll('\n', '\n          ')
