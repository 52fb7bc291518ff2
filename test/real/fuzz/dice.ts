// Random choices that are the same for the same seed, on every machine.

/** A source of choices; each asks for the next number. */
export class Dice {
  private state: number

  constructor(seed: string) {
    this.state = 0x811c9dc5
    for (const c of seed) this.state = Math.imul(this.state ^ c.charCodeAt(0), 0x01000193) >>> 0
    for (let i = 0; i < 4; i++) this.next()
  }

  /** From 0 to below 1 (mulberry32). */
  private next(): number {
    this.state = (this.state + 0x6d2b79f5) >>> 0
    let t = this.state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }

  /** True so many times of a hundred. */
  chance(percent: number): boolean {
    return this.next() * 100 < percent
  }

  /** A whole number, both ends included. */
  from(least: number, most: number): number {
    return least + Math.floor(this.next() * (most - least + 1))
  }

  one<T>(all: readonly T[]): T {
    return all[this.from(0, all.length - 1)]!
  }

  /** One of the keys, each as often as its number says. */
  weighted<T extends string>(weights: Readonly<Record<T, number>>): T {
    const entries = Object.entries(weights) as [T, number][]
    let left = this.next() * entries.reduce((sum, [, w]) => sum + w, 0)
    return entries.find(([, w]) => (left -= w) < 0)?.[0] ?? entries[0]![0]
  }

  /** Some of these, in their order, at least one. */
  some<T>(all: readonly T[], percent = 50): readonly T[] {
    const taken = all.filter(() => this.chance(percent))
    return taken.length > 0 ? taken : [this.one(all)]
  }

  /** Between so many and so many of what `make` gives. */
  times<T>(least: number, most: number, make: (i: number) => T): T[] {
    return Array.from({ length: this.from(least, most) }, (_, i) => make(i))
  }
}
