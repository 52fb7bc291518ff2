// Where a rule lets chance decide, the walk asks a chooser: one that follows a script (every branch, exact probability), or one that draws.
import { type Fraction, fraction } from '../addr/fraction'

/** Decides a match that is true for `threshold` of 2³¹ equally likely numbers. */
export interface Chooser {
  chance(threshold: number): boolean
}

const WHOLE = 2 ** 31

/** Follows the answers given, then always says yes first; remembers every answer and the probability of them all. */
export class ScriptedChooser implements Chooser {
  readonly answers: boolean[] = []
  private numerator = 1n
  constructor(private readonly script: readonly boolean[]) {}

  chance(threshold: number): boolean {
    if (threshold <= 0) return false
    if (threshold >= WHOLE) return true
    const answer = this.script[this.answers.length] ?? true
    this.answers.push(answer)
    this.numerator *= BigInt(answer ? threshold : WHOLE - threshold)
    return answer
  }

  /** How likely exactly these answers are. */
  get probability(): Fraction {
    return fraction(this.numerator, 1n << (31n * BigInt(this.answers.length)))
  }

  /** The script of the next branch in order, or undefined when every branch has been walked. */
  next(): readonly boolean[] | undefined {
    const last = this.answers.lastIndexOf(true)
    return last < 0 ? undefined : [...this.answers.slice(0, last), false]
  }
}

/** Draws 31 bits for each question, as the kernel does. */
export class SeededChooser implements Chooser {
  private state: number
  constructor(seed: number) {
    this.state = (seed ^ 0x9e3779b9) >>> 0
  }

  chance(threshold: number): boolean {
    return this.draw() < threshold
  }

  /** The next 31 random bits (a 32-bit mixing generator: Steele's splitmix with 32-bit constants). */
  private draw(): number {
    this.state = (this.state + 0x9e3779b9) >>> 0
    let z = this.state
    z = Math.imul(z ^ (z >>> 16), 0x21f0aaad)
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97)
    return ((z ^ (z >>> 15)) >>> 0) & 0x7fffffff
  }
}
