// Every way of something that chooses among few: walked again and again with another script, as the packet walk does with rules.
import { type Fraction, ONE, times } from '../addr/fraction'
import { problem } from '../error'

/** What may happen, with its share; the shares of one choice sum to 1. */
export interface Chance<T> {
  readonly share: Fraction
  readonly value: T
}

/** Asked at each fork. */
export type Choose = <T>(chances: readonly Chance<T>[]) => T

/** More ways than these are not followed. */
const MOST_WAYS = 512

/** Runs once for each way; the shares of all ways sum to 1. */
export function everyWay<T>(run: (choose: Choose) => T): readonly Chance<T>[] {
  const ways: Chance<T>[] = []
  for (let script: readonly number[] | undefined = []; script !== undefined; ) {
    const walk: Walk = new Walk(script)
    const value = run(walk.choose)
    ways.push({ value, share: walk.share })
    if (ways.length > MOST_WAYS)
      throw problem('NOT_MODELLED', `this lookup can go more than ${MOST_WAYS} ways.`, {
        fix: 'Ask for a name with fewer steps, or for an address.',
      })
    script = walk.next()
  }
  return ways
}

class Walk {
  share: Fraction = ONE
  private readonly taken: { readonly index: number; readonly of: number }[] = []
  constructor(private readonly script: readonly number[]) {}

  readonly choose: Choose = chances => {
    const index = chances.length === 1 ? 0 : (this.script[this.taken.length] ?? 0)
    if (chances.length > 1) this.taken.push({ index, of: chances.length })
    const chance = chances[index]!
    this.share = times(this.share, chance.share)
    return chance.value
  }

  /** The script of the next way: the last choice that has another. */
  next(): readonly number[] | undefined {
    const last = this.taken.findLastIndex(t => t.index + 1 < t.of)
    return last < 0 ? undefined : [...this.taken.slice(0, last).map(t => t.index), this.taken[last]!.index + 1]
  }
}
