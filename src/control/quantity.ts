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

/** The Go printing of a decoded and defaulted quantity. */
export function quantityText(quantity: unknown): string {
  const { value, scale, format } = partsOf(String(quantity))
  return `{i:(resource.int64Amount){value:(int64)${value} scale:(resource.Scale)${scale}} d:(resource.infDecAmount){Dec:(*inf.Dec)<nil>} s:(string) Format:(resource.Format)${format}}`
}

/** In thousandths: `100m` is 100, `2` is 2000. */
export function milliValue(quantity: unknown): number {
  const { value, scale } = partsOf(String(quantity ?? '0'))
  return Number(value) * 10 ** (scale + 3)
}
