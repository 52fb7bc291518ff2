// What an unquoted YAML scalar stands for, as kubectl's reader (go-yaml v2, YAML 1.1 with Go's number syntax) decides it:
// `yes` is true, `0120` is 80, `80.0` is 80, `1:30` and dates are strings.

const WORDS: ReadonlyMap<string, boolean | null> = new Map<string, boolean | null>([
  ...['', '~', 'null', 'Null', 'NULL'].map(w => [w, null] as const),
  ...['y', 'Y', 'yes', 'Yes', 'YES', 'true', 'True', 'TRUE', 'on', 'On', 'ON'].map(w => [w, true] as const),
  ...['n', 'N', 'no', 'No', 'NO', 'false', 'False', 'FALSE', 'off', 'Off', 'OFF'].map(w => [w, false] as const),
])
const INTEGER = /^[-+]?(?:0[xX][0-9a-fA-F]+|0[oO]?[0-7]+|0[bB][01]+|[1-9]\d*|0)$/
const FLOAT = /^[-+]?(?:\.\d+|\d+(?:\.\d*)?)(?:[eE][-+]?\d+)?$/
const SPECIAL: ReadonlyMap<string, number> = new Map([
  ...['.inf', '.Inf', '.INF', '+.inf', '+.Inf', '+.INF'].map(w => [w, Number.POSITIVE_INFINITY] as const),
  ...['-.inf', '-.Inf', '-.INF'].map(w => [w, Number.NEGATIVE_INFINITY] as const),
  ...['.nan', '.NaN', '.NAN'].map(w => [w, Number.NaN] as const),
])

/** The value of a plain scalar: null, boolean, number or the text itself. */
export function resolvePlain(text: string): string | number | boolean | null {
  const word = WORDS.get(text)
  if (word !== undefined) return word
  const first = text.charCodeAt(0)
  if (first > 57 || first < 43) return text // no digit, sign or dot
  return readNumber(text)
}

function readNumber(text: string): string | number {
  const special = SPECIAL.get(text)
  if (special !== undefined) return special
  const digits = text.includes('_') ? text.replaceAll('_', '') : text
  if (INTEGER.test(digits)) return readInteger(digits)
  return FLOAT.test(digits) ? Number(digits) : text
}

function readInteger(digits: string): number {
  const sign = digits.startsWith('-') ? -1 : 1
  const bare = digits.replace(/^[-+]/, '')
  if (/^0[0-7]/.test(bare)) return sign * Number(`0o${bare.slice(1)}`)
  return sign === -1 && bare === '0' ? 0 : sign * Number(bare)
}
