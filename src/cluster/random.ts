// The seeded generator as a value: every draw gives the next seed back. Stands for the randomness of allocators and name suffixes (mulberry32, 32 bits of state).

/** One draw: 0 … 2³²−1, and the seed of the next draw. */
interface Draw {
  readonly value: number
  readonly seed: number
}

/** The letters of generated names: no vowels, nothing that looks like another letter. Source: apimachinery util/rand. */
export const NAME_LETTERS = 'bcdfghjklmnpqrstvwxz2456789'

/** The next draw after this seed. */
export function next(seed: number): Draw {
  const state = (seed + 0x6d2b79f5) >>> 0
  let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
  mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)
  return { value: (mixed ^ (mixed >>> 14)) >>> 0, seed: state }
}

/** A seed of its own for a purpose, so that one more object in the input does not reshuffle the names of the others. */
export const seedOf = (seed: number, purpose: string): number => endOf(beginOf(seed, purpose), '')

/** The hash of how a purpose begins: for many purposes that begin alike. */
export const beginOf = (seed: number, purpose: string): number => hashed((0x811c9dc5 ^ seed) >>> 0, purpose)
/** The seed of a purpose that goes on from there. */
export const endOf = (begun: number, rest: string): number => next(hashed(begun, rest)).value

function hashed(from: number, text: string): number {
  let hash = from
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193) >>> 0
  return hash
}

/** A whole number from 0 up to, not including, `below` (at most 2³²). */
export function below(seed: number, limit: number): Draw {
  const draw = next(seed)
  return { value: Math.floor((draw.value / 2 ** 32) * limit), seed: draw.seed }
}

/** The random end of a generated name: `length` letters of NAME_LETTERS, five bits each, values over 26 drawn again. */
export function suffix(seed: number, length = 5): string {
  let text = ''
  for (let at = seed; text.length < length; ) {
    const draw = next(at)
    at = draw.seed
    const five = draw.value >>> 27
    if (five < NAME_LETTERS.length) text += NAME_LETTERS[five]
  }
  return text
}

/** A version-4 UUID from a seed and a purpose. In one piece: put together by `+` it would be a rope of its parts, many times as large, as long as it is kept. */
export function uuid(seed: number, purpose: string): string {
  const words: string[] = []
  for (let at = seedOf(seed, purpose); words.length < 4; ) {
    const draw = next(at)
    at = draw.seed
    words.push(draw.value.toString(16).padStart(8, '0'))
  }
  const [first, second, third, fourth] = words as [string, string, string, string]
  const variant = '89ab'[Number.parseInt(third[0]!, 16) & 3]
  return [first, second.slice(0, 4), `4${second.slice(5)}`, `${variant}${third.slice(1, 4)}`, `${third.slice(4)}${fourth}`].join('-')
}
