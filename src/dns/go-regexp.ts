// A regular expression in Go's words as one of JavaScript's. What would match differently, or could take for ever, is refused.

/** Longest pattern that is read. */
const MOST = 300

/** The same expression, or why there is none. */
export function readGoRegexp(pattern: string): RegExp | string {
  if (pattern.length > MOST) return `is longer than ${MOST} characters`
  const why = triesTooMuch(pattern)
  if (why !== null) return why
  const flags = /^\(\?([is]+)\)/.exec(pattern)
  const rest = pattern.slice(flags?.[0].length ?? 0).replace(/\(\?P</g, '(?<')
  if (/\(\?[^:<]|\\[QECpPAz]|\[\[:/.test(rest)) return 'uses something of Go that hopspec does not read'
  try {
    return new RegExp(rest, flags?.[1] ?? '')
  } catch {
    return 'is no regular expression'
  }
}

/** A name of 255 letters can be divided among so many repetitions, the place where a match begins included, in a second. */
const MOST_REPEATS = 4
/** `?` and `|`: each doubles the ways at worst. */
const MOST_FORKS = 10

/** What lets a backtracking engine try a name in very many ways, at any depth of groups: Go's own does not backtrack. */
function triesTooMuch(pattern: string): string | null {
  /** Of each group that is open, and first of the whole: whether it holds what repeats, or alternatives. */
  const open: { repeats: boolean; forks: boolean }[] = [{ repeats: false, forks: false }]
  let repeats = pattern.startsWith('^') ? 0 : 1
  let forks = 0
  let closed: { repeats: boolean; forks: boolean } | null = null
  for (const [token] of pattern.matchAll(/\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\(\?P?<\w*>|\(\?[a-z]*[:)]?|\{\d+(?:,\d*)?\}|[\s\S]/g)) {
    const group: { repeats: boolean; forks: boolean } | null = closed
    closed = null
    if (token.startsWith('(') && !token.endsWith(')')) open.push({ repeats: false, forks: false })
    else if (token === ')') {
      closed = open.length > 1 ? open.pop()! : null
      open.at(-1)!.repeats ||= closed?.repeats ?? false
      open.at(-1)!.forks ||= closed?.forks ?? false
    } else if (token === '|') {
      open.at(-1)!.forks = true
      forks++
    } else if (/^(?:[*+?]|\{\d+(?:,\d*)?\})$/.test(token)) {
      if (group?.repeats && token !== '?') return 'repeats what repeats, which hopspec does not follow'
      if (group?.forks && token !== '?') return 'repeats alternatives, which hopspec does not follow'
      open.at(-1)!.repeats = true
      if (token === '?') forks++
      else if (++repeats > MOST_REPEATS)
        return `repeats more than ${MOST_REPEATS - 1} things (${MOST_REPEATS} after ^), which hopspec does not follow`
    }
    if (forks > MOST_FORKS) return `has more than ${MOST_FORKS} ? and |, which hopspec does not follow`
  }
  return null
}
