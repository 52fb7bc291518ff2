// One table of values for all probes of a report: each string, packet, step and hop stands in it once. In: JSON values. Out: a value that
// JSON.stringify keeps small, and back. Equal parts of unpacked values are the same object.

type Entry = string | number | boolean | null | readonly number[]

/** `values[i]` is a string, number, … or `[shape, …indices of values]`; shape -1 is a list. `roots` are the indices of what was packed. */
export interface Packed {
  readonly shapes: readonly (readonly string[])[]
  readonly values: readonly Entry[]
  readonly roots: readonly number[]
}

/** Packs JSON values; what is used most gets the shortest index. */
export function pack(roots: readonly unknown[]): Packed {
  const shapes = new Map<string, number>()
  const scalars = new Map<Entry, number>()
  const lists = new Map<string, number>()
  const values: Entry[] = []
  const uses: number[] = []
  const intern = (entry: Entry): number => {
    const [seen, key] = Array.isArray(entry) ? [lists, entry.join()] : [scalars as Map<unknown, number>, entry]
    let at = (seen as Map<unknown, number>).get(key)
    if (at === undefined) {
      at = values.push(entry) - 1
      ;(seen as Map<unknown, number>).set(key, at)
      uses.push(0)
      if (Array.isArray(entry)) for (const part of (entry as readonly number[]).slice(1)) uses[part]! += 1
    }
    return at
  }
  const put = (value: unknown): number => {
    if (Array.isArray(value)) return intern([-1, ...value.map(put)])
    if (typeof value !== 'object' || value === null) return intern((value ?? null) as Entry)
    const fields = Object.entries(value).filter(([, field]) => field !== undefined)
    const key = JSON.stringify(fields.map(([name]) => name))
    if (!shapes.has(key)) shapes.set(key, shapes.size)
    return intern([shapes.get(key)!, ...fields.map(([, field]) => put(field))])
  }
  const at = roots.map(put)
  const order = values.map((_, i) => i).sort((a, b) => uses[b]! - uses[a]! || orderText(values[a]!, values[b]!) || a - b)
  const place = new Array<number>(order.length)
  order.forEach((old, i) => {
    place[old] = i
  })
  const moved = (entry: Entry): Entry => (Array.isArray(entry) ? entry.map((part, i) => (i === 0 ? part : place[part]!)) : entry)
  return {
    shapes: [...shapes.keys()].map(key => JSON.parse(key) as string[]),
    values: shortened(order.map(old => moved(values[old]!))),
    roots: at.map(old => place[old]!),
  }
}

/** Strings used equally often stand in alphabetical order, so that neighbours begin alike. */
const orderText = (a: Entry, b: Entry): number => (typeof a === 'string' && typeof b === 'string' ? Number(a > b) - Number(a < b) : 0)

const DIGITS = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_'

/** Each string begins with a digit that says how many characters it shares with the string before it; they are left out. */
function shortened(values: readonly Entry[]): Entry[] {
  let before = ''
  return values.map(value => {
    if (typeof value !== 'string') return value
    let same = 0
    while (same < DIGITS.length - 1 && same < value.length && value[same] === before[same]) same++
    before = value
    return DIGITS[same] + value.slice(same)
  })
}

function lengthened(values: readonly Entry[]): Entry[] {
  let before = ''
  return values.map(value => {
    if (typeof value !== 'string') return value
    before = before.slice(0, DIGITS.indexOf(value[0]!)) + value.slice(1)
    return before
  })
}

/** The value of one root. */
export function unpacker(packed: Packed): (root: number) => unknown {
  const values = lengthened(packed.values)
  const made = new Map<number, unknown>()
  const get = (at: number): unknown => {
    const entry = values[at]!
    if (typeof entry !== 'object' || entry === null) return entry
    if (made.has(at)) return made.get(at)
    const [shape, ...parts] = entry as readonly number[]
    const value =
      shape === -1 ? parts.map(get) : Object.fromEntries(packed.shapes[shape!]!.map((name, i) => [name, get(parts[i]!)] as const))
    made.set(at, value)
    return value
  }
  return root => get(packed.roots[root]!)
}

/** JSON that can stand inside a script element. */
export const jsonBlock = (value: unknown): string =>
  JSON.stringify(value).replace(/[<\u2028\u2029]/g, char => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`)
