// JSON as Go's encoder writes it: keys of maps in the order of their bytes (JavaScript puts whole numbers first), `<`, `>`, `&` and line separators escaped.

/** On one line, or with an indent for each level, as `-o json` prints it. */
export const goJson = (value: unknown, indent = ''): string => written(value, indent, '')

function written(value: unknown, indent: string, at: string): string {
  const inner = at + indent
  const list = (open: string, parts: readonly string[], close: string): string => {
    if (parts.length === 0) return open + close
    return indent === '' ? `${open}${parts.join(',')}${close}` : `${open}\n${parts.map(p => inner + p).join(',\n')}\n${at}${close}`
  }
  if (Array.isArray(value))
    return list(
      '[',
      value.map(item => written(item, indent, inner)),
      ']',
    )
  if (typeof value !== 'object' || value === null) return escaped(JSON.stringify(value) ?? 'null')
  const entries = Object.entries(value).filter(([, v]) => v !== undefined)
  const colon = indent === '' ? ':' : ': '
  const parts = entries
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([k, v]) => `${escaped(JSON.stringify(k))}${colon}${written(v, indent, inner)}`)
  return list('{', parts, '}')
}

const escaped = (text: string): string => text.replace(/[<>&\u2028\u2029]/g, c => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`)
