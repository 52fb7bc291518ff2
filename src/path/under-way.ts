// What is under way in one exchange: frames on cables and answers, in their order, then what waits until all is quiet.

/** More deliveries than any real exchange has: a forwarding loop is cut off by TTL long before. */
export const MOST_DELIVERIES = 5000

export class UnderWay {
  private readonly queue: (() => void)[] = []
  private readonly quiet: (() => void)[] = []

  later(what: () => void): void {
    this.queue.push(what)
  }

  whenQuiet(what: () => void): void {
    this.quiet.push(what)
  }

  /** Goes on until nothing is under way; false for what bridges or tunnels multiply without end: it is dropped. */
  finish(): boolean {
    for (let n = 0; ; n++) {
      const next = this.queue.shift() ?? this.quiet.shift()
      if (next === undefined) return true
      if (n > MOST_DELIVERIES) break
      next()
    }
    this.queue.length = 0
    this.quiet.length = 0
    return false
  }
}
