// One value for many that say the same. Thousands of pods have the same conditions, messages and container states; kept once, a large cluster stays small.
// Values are never changed, so nobody can tell who else has them.

/** How many different values one sharer remembers before it begins anew: what is written at the same time is alike, what was written long ago is not asked for. */
const REMEMBERED = 1_000

/** Gives the value that was given for the same name before; `name` has to say all that is in the value. */
export function sharing<T>(): (name: string, make: () => T) => T {
  const known = new Map<string, T>()
  return (name, make) => {
    const before = known.get(name)
    if (before !== undefined) return before
    if (known.size >= REMEMBERED) known.clear()
    const value = make()
    known.set(name, value)
    return value
  }
}
