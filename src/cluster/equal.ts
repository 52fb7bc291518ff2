// Whether two JSON values say the same. A key with undefined counts as absent, as it does on the wire.

const NONE: ReadonlySet<string> = new Set()

/** Deep equality of JSON values, regardless of the order of keys; `except`: keys of the two themselves that do not count. */
export function sameValue(a: unknown, b: unknown, except: ReadonlySet<string> = NONE): boolean {
  if (a === b) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  if (Array.isArray(a) || Array.isArray(b)) {
    return Array.isArray(a) && Array.isArray(b) && a.length === b.length && a.every((item, i) => sameValue(item, b[i]))
  }
  const left = a as Record<string, unknown>
  const right = b as Record<string, unknown>
  for (const key of Object.keys(left)) if (left[key] !== undefined && !except.has(key) && !sameValue(left[key], right[key])) return false
  for (const key of Object.keys(right)) if (right[key] !== undefined && left[key] === undefined && !except.has(key)) return false
  return true
}
