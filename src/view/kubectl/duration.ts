// Go's durations in flags: `30s`, `1m30s`, `500ms`.

const UNITS_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 }

/** In milliseconds; NaN when it cannot be read. */
export function durationMs(text: string): number {
  if (/^-?\d+$/.test(text)) return Number(text) * 1000
  if (!/^-?(\d+(\.\d+)?(ms|s|m|h))+$/.test(text)) return Number.NaN
  const sign = text.startsWith('-') ? -1 : 1
  let sum = 0
  for (const [, number, unit] of text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)) sum += Number(number) * UNITS_MS[unit!]!
  return sign * sum
}
