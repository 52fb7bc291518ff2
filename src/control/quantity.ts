// Quantities of resources (`100m`, `70Mi`): their Go printing for hashes, and their worth for the scheduler. Stands for apimachinery's resource.Quantity.
// Not simulated: amounts beyond 18 digits.

const DECIMAL: Readonly<Record<string, number>> = { n: -9, u: -6, m: -3, '': 0, k: 3, M: 6, G: 9, T: 12, P: 15, E: 18 }
const BINARY: Readonly<Record<string, number>> = { Ki: 10, Mi: 20, Gi: 30, Ti: 40, Pi: 50, Ei: 60 }

interface Parts {
  readonly value: bigint
  readonly scale: number
  readonly format: 'DecimalSI' | 'BinarySI' | 'DecimalExponent'
}

function partsOf(text: string): Parts {
  const match = /^([+-]?)(\d*)(?:\.(\d*))?(?:([a-zA-Z]{1,2})|[eE]([+-]?\d+))?$/.exec(text.trim())
  if (!match) return { value: 0n, scale: 0, format: 'DecimalSI' }
  const [, sign, whole = '', fraction = '', unit = '', exponent] = match
  const digits = BigInt(`${whole}${fraction}` || '0') * (sign === '-' ? -1n : 1n)
  if (exponent !== undefined) return { value: digits, scale: Number(exponent) - fraction.length, format: 'DecimalExponent' }
  const shift = BINARY[unit]
  if (shift !== undefined) return { value: (digits << BigInt(shift)) / 10n ** BigInt(fraction.length), scale: 0, format: 'BinarySI' }
  return { value: digits, scale: (DECIMAL[unit] ?? 0) - fraction.length, format: 'DecimalSI' }
}

/** The form in which the API server keeps a quantity: the largest unit that leaves a whole number (`1000m` is `1`, `1024Ki` is `1Mi`). */
export function canonicalQuantity(quantity: unknown): string {
  const { value, scale, format } = partsOf(String(quantity))
  if (value === 0n) return '0'
  if (format === 'BinarySI') {
    let [number, shift] = [value, 0]
    for (; shift < 60 && number % 1024n === 0n; shift += 10) number /= 1024n
    return `${number}${Object.keys(BINARY).find(unit => BINARY[unit] === shift) ?? ''}`
  }
  let [number, power] = [value, scale]
  for (; number % 10n === 0n; power++) number /= 10n
  for (; power % 3 !== 0 || power > 18; power--) number *= 10n
  const unit = format === 'DecimalExponent' ? (power === 0 ? '' : `e${power}`) : Object.keys(DECIMAL).find(u => DECIMAL[u] === power)
  return `${number}${unit ?? `e${power}`}`
}

/** The Go printing of a quantity as a controller decodes it: with the text it was read from. */
export function quantityText(quantity: unknown): string {
  const text = canonicalQuantity(quantity)
  const { value, scale, format } = partsOf(text)
  return `{i:(resource.int64Amount){value:(int64)${value} scale:(resource.Scale)${scale}} d:(resource.infDecAmount){Dec:(*inf.Dec)<nil>} s:(string)${text} Format:(resource.Format)${format}}`
}

/** In thousandths: `100m` is 100, `2` is 2000. */
export function milliValue(quantity: unknown): number {
  const { value, scale } = partsOf(String(quantity ?? '0'))
  return Number(value) * 10 ** (scale + 3)
}

/** A quantity that is added up: exact to a billionth, in the form of what was added first. */
export interface Amount {
  readonly nano: bigint
  readonly format: Parts['format']
}

export const NOTHING: Amount = { nano: 0n, format: 'DecimalSI' }

export function amountOf(quantity: unknown): Amount {
  const { value, scale, format } = partsOf(String(quantity))
  const shift = scale + 9
  return { nano: shift >= 0 ? value * 10n ** BigInt(Math.min(shift, 60)) : value / 10n ** BigInt(Math.min(-shift, 60)), format }
}

/** A sum has the form of its first part that is not zero. */
export const plus = (a: Amount, b: Amount): Amount => ({ nano: a.nano + b.nano, format: a.nano === 0n ? b.format : a.format })

/** As the API server writes it. */
export function amountText({ nano, format }: Amount): string {
  if (format !== 'BinarySI' || nano % 1_000_000_000n !== 0n) return canonicalQuantity(`${nano}n`)
  const whole = nano / 1_000_000_000n
  return whole % 1024n === 0n && whole !== 0n ? canonicalQuantity(`${whole / 1024n}Ki`) : String(whole)
}
