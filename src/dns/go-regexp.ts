// A regular expression in Go's words as one of JavaScript's. What would match differently, or could take for ever, is refused.

/** Longest pattern that is read. */
const MOST = 300

/** The same expression, or why there is none. */
export function readGoRegexp(pattern: string): RegExp | string {
  if (pattern.length > MOST) return `is longer than ${MOST} characters`
  if (/\([^()]*[+*}][^()]*\)[+*{]/.test(pattern)) return 'repeats what repeats, which hopspec does not follow'
  const flags = /^\(\?([is]+)\)/.exec(pattern)
  const rest = pattern.slice(flags?.[0].length ?? 0).replace(/\(\?P</g, '(?<')
  if (/\(\?[^:<]|\\[QECpPAz]|\[\[:/.test(rest)) return 'uses something of Go that hopspec does not read'
  try {
    return new RegExp(rest, flags?.[1] ?? '')
  } catch {
    return 'is no regular expression'
  }
}
