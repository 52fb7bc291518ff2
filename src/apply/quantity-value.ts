// Quantities as numbers to compare, and as the API writes them back: `0.5` is `500m`, `1024Mi` is `1Gi`. Stands for apimachinery's resource.Quantity.

const UNITS: Readonly<Record<string, number>> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  '': 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
}

/** A quantity as a number, close enough to compare. */
export function quantityValue(text: string | number): number {
  const parts = /^([+-]?[0-9.]+(?:[eE][-+]?\d+)?)([a-zA-Z]*)$/.exec(String(text))
  return parts ? Number(parts[1]) * (UNITS[parts[2]!] ?? Number.NaN) : Number.NaN
}

/** The value to nine places, as a whole number: equal quantities are equal numbers. */
export const fewerUnits = (text: string | number): number => Math.round(quantityValue(text) * 1e9)

/** The canonical text: a whole number with the largest unit that needs no fraction; binary units stay binary. */
export function quantityText(given: string | number): string {
  const text = String(given)
  const unit = /[a-zA-Z]+$/.exec(text)?.[0] ?? ''
  const value = quantityValue(text)
  if (!Number.isFinite(value)) return text
  if (/[eE][-+]?\d+$/.test(text)) return exponentText(value)
  if (unit.endsWith('i')) return binaryText(value, text)
  return decimalText(value)
}

function binaryText(value: number, text: string): string {
  if (Math.abs(value) < 1024 || !Number.isInteger(value))
    return Number.isInteger(value) ? String(value) : decimalText(Math.ceil(value * 1000) / 1000)
  for (const unit of ['Ei', 'Pi', 'Ti', 'Gi', 'Mi', 'Ki']) {
    const count = value / UNITS[unit]!
    if (Number.isInteger(count)) return `${count}${unit}`
  }
  return Number.isInteger(value) ? String(value) : text
}

function decimalText(value: number): string {
  if (value === 0) return '0'
  const nano = Math.round(Math.abs(value) * 1e9)
  const sign = value < 0 ? '-' : ''
  let count = BigInt(nano)
  const names = ['n', 'u', 'm', '', 'k', 'M', 'G', 'T', 'P', 'E']
  let at = 0
  while (count % 1000n === 0n && at < names.length - 1) {
    count /= 1000n
    at++
  }
  return `${sign}${count}${names[at]}`
}

function exponentText(value: number): string {
  if (value === 0) return '0'
  let exponent = 0
  let mantissa = value
  while (Number.isInteger(mantissa / 1000)) {
    mantissa /= 1000
    exponent += 3
  }
  return exponent === 0 ? String(mantissa) : `${mantissa}e${exponent}`
}
