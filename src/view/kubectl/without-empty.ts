// What kubectl leaves out when it prints an object that it made itself.

/** Without fields that are undefined, at every level. */
export function withoutEmpty(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutEmpty)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).flatMap(([key, held]) => (held === undefined ? [] : [[key, withoutEmpty(held)]])))
}
