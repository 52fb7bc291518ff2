// Chains that lead back into themselves, which the kernel refuses (ELOOP): a packet would never leave them.

/** A jump or goto from one chain to another, with what a message needs of the rule. */
export interface ChainJump<T> {
  readonly to: string
  readonly by: T
}

/** The jump that closes a circle on a way from one of the first chains, and the circle; undefined when every packet comes to an end. */
export function chainLoop<T>(
  first: readonly string[],
  jumpsOf: (chain: string) => readonly ChainJump<T>[],
): { readonly circle: readonly string[]; readonly by: T } | undefined {
  const done = new Set<string>()
  for (const start of first) {
    if (done.has(start)) continue
    const way = [{ chain: start, left: jumpsOf(start)[Symbol.iterator]() }]
    const onWay = new Set([start])
    while (way.length > 0) {
      const { chain, left } = way.at(-1)!
      const { done: over, value: jump } = left.next()
      if (over) {
        way.pop()
        onWay.delete(chain)
        done.add(chain)
      } else if (onWay.has(jump.to)) {
        const names = way.map(at => at.chain)
        return { circle: [...names.slice(names.indexOf(jump.to)), jump.to], by: jump.by }
      } else if (!done.has(jump.to)) {
        way.push({ chain: jump.to, left: jumpsOf(jump.to)[Symbol.iterator]() })
        onWay.add(jump.to)
      }
    }
  }
  return undefined
}
