// The exact fraction of an outcome, from its text.
import { type Fraction, fraction } from '../addr/fraction'

/** `1/3` as `fractionText` prints it. */
export function fractionOf(text: string): Fraction {
  const [of, over = '1'] = text.split('/')
  return fraction(BigInt(of!), BigInt(over))
}
