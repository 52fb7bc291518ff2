// Durations as nft writes them: `3h`, `1d2h3m4s5ms`; a bare number counts seconds.

const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1000],
  ['ms', 1],
] as const

/** Milliseconds as text, the largest units first. */
export function durationText(ms: number): string {
  let left = ms
  const parts = UNITS.map(([unit, size]) => {
    const count = Math.floor(left / size)
    left -= count * size
    return count > 0 ? `${count}${unit}` : ''
  })
  return parts.join('') || '0s'
}

/** The milliseconds that a text stands for, or undefined. */
export function readDuration(text: string): number | undefined {
  if (/^\d{1,10}$/.test(text)) return Number(text) * 1000
  if (!/^(?:\d{1,10}(?:ms|[dhms]))+$/.test(text)) return undefined
  let sum = 0
  for (const [, count, unit] of text.matchAll(/(\d+)(ms|[dhms])/g)) sum += Number(count) * UNITS.find(([name]) => name === unit)![1]
  return sum
}
