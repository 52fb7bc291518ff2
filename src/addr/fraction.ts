// Exact probabilities: rational numbers over bigint, always in lowest terms.

/** `over` > 0; lowest terms, so equal fractions have equal fields. */
export interface Fraction {
  readonly of: bigint
  readonly over: bigint
}

const gcd = (a: bigint, b: bigint): bigint => {
  while (b !== 0n) [a, b] = [b, a % b]
  return a < 0n ? -a : a
}

/** `of/over` in lowest terms. */
export function fraction(of: bigint | number, over: bigint | number = 1n): Fraction {
  const a = BigInt(of)
  const b = BigInt(over)
  if (b === 0n) throw new RangeError('a fraction over zero')
  const sign = b < 0n ? -1n : 1n
  const by = gcd(a, b) || 1n
  return { of: (sign * a) / by, over: (sign * b) / by }
}

export const ZERO = fraction(0)
export const ONE = fraction(1)
export const plus = (a: Fraction, b: Fraction): Fraction => fraction(a.of * b.over + b.of * a.over, a.over * b.over)
export const minus = (a: Fraction, b: Fraction): Fraction => fraction(a.of * b.over - b.of * a.over, a.over * b.over)
export const times = (a: Fraction, b: Fraction): Fraction => fraction(a.of * b.of, a.over * b.over)
/** Negative, zero or positive, as a sorts before, with or after b. */
export const compareFractions = (a: Fraction, b: Fraction): number =>
  Number(a.of * b.over - b.of * a.over > 0n) - Number(a.of * b.over - b.of * a.over < 0n)
/** The nearest double: 66 bits of the quotient, the last of them 1 when anything is left, then one rounding. */
export function decimal(f: Fraction): number {
  const above = f.of < 0n ? -f.of : f.of
  const shift = Math.max(0, 66 + f.over.toString(2).length - above.toString(2).length)
  const scaled = above << BigInt(shift)
  const quotient = (scaled / f.over) | (scaled % f.over === 0n ? 0n : 1n)
  return (f.of < 0n ? -1 : 1) * Number(quotient) * 2 ** -shift
}
/** `1/3`; whole numbers without `/1`. */
export const fractionText = (f: Fraction): string => (f.over === 1n ? `${f.of}` : `${f.of}/${f.over}`)

/** What fractionText wrote, as a value again. */
export function exactFraction(text: string): Fraction {
  const [of, over = '1'] = text.split('/')
  return fraction(BigInt(of!), BigInt(over))
}

/** `1/3`, `33 %`, `33.3%`, `0.25`, `0`, `1`: the fraction a text stands for, 0 … 1, or undefined. */
export function readFraction(text: string): Fraction | undefined {
  const ratio = /^(\d{1,9})\s*\/\s*(\d{1,9})$/.exec(text)
  if (ratio)
    return Number(ratio[2]) === 0 || Number(ratio[1]) > Number(ratio[2]) ? undefined : fraction(BigInt(ratio[1]!), BigInt(ratio[2]!))
  const number = /^(\d{1,3})(?:\.(\d{1,12}))?\s*(%?)$/.exec(text)
  if (!number) return undefined
  const digits = number[2] ?? ''
  const value = fraction(BigInt(number[1]! + digits), 10n ** BigInt(digits.length) * (number[3] ? 100n : 1n))
  return value.of > value.over ? undefined : value
}
