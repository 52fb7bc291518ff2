// Where a rule lets chance decide, the walk asks a chooser: one that follows a script (every branch, exact probability), or one that draws.
import { type Fraction, fraction } from '../addr/fraction'

/** Where rules leave it to chance. */
export interface Chooser {
  /** Decides a match that is true for `threshold` of 2³¹ equally likely numbers. */
  chance(threshold: number): boolean
  /** One of 0 … n−1, as the kernel scales 32 random bits (reciprocal_scale): nearly, but not always exactly, equally likely. */
  pick(n: number): number
}

/** The threshold of what always happens. */
export const CERTAIN = 2 ** 31

/** The answers of a branch: which of its possibilities each question chose, counted from 0. */
export type Script = readonly number[]

/** Follows the answers given, then always takes the first possibility; remembers every answer and the probability of them all. */
export class ScriptedChooser implements Chooser {
  private readonly answers: { readonly chosen: number; readonly of: number }[] = []
  private numerator = 1n
  private bits = 0n
  constructor(private readonly script: Script) {}

  chance(threshold: number): boolean {
    if (threshold <= 0) return false
    if (threshold >= CERTAIN) return true
    const yes = this.answer(2) === 0
    this.weigh(yes ? threshold : CERTAIN - threshold, 31n)
    return yes
  }

  pick(n: number): number {
    if (n <= 1) return 0
    const chosen = this.answer(n)
    this.weigh(Math.ceil(((chosen + 1) * 2 ** 32) / n) - Math.ceil((chosen * 2 ** 32) / n), 32n)
    return chosen
  }

  private answer(of: number): number {
    const chosen = this.script[this.answers.length] ?? 0
    this.answers.push({ chosen, of })
    return chosen
  }

  private weigh(weight: number, bits: bigint): void {
    this.numerator *= BigInt(weight)
    this.bits += bits
  }

  /** How likely exactly these answers are. */
  get probability(): Fraction {
    return fraction(this.numerator, 1n << this.bits)
  }

  /** The script of the next branch in order, or undefined when every branch has been walked. */
  next(): Script | undefined {
    const last = this.answers.findLastIndex(({ chosen, of }) => chosen + 1 < of)
    return last < 0 ? undefined : [...this.answers.slice(0, last).map(a => a.chosen), this.answers[last]!.chosen + 1]
  }
}

/** Draws 31 bits for each question and 32 for each choice, as the kernel does. */
export class SeededChooser implements Chooser {
  private state: number
  constructor(seed: number) {
    this.state = (seed ^ 0x9e3779b9) >>> 0
  }

  chance(threshold: number): boolean {
    return (this.draw() & 0x7fffffff) < threshold
  }

  pick(n: number): number {
    return Math.floor((this.draw() * n) / 2 ** 32)
  }

  /** The next 32 random bits (a 32-bit mixing generator: Steele's splitmix with 32-bit constants). */
  private draw(): number {
    this.state = (this.state + 0x9e3779b9) >>> 0
    let z = this.state
    z = Math.imul(z ^ (z >>> 16), 0x21f0aaad)
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97)
    return (z ^ (z >>> 15)) >>> 0
  }
}
