// Values as Go prints them: `map[app:web]`, `[a b]` (%v), and in Go's own syntax (%#v).

const entries = (value: object): readonly (readonly [string, unknown])[] =>
  Object.entries(value)
    .filter(([, v]) => v !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))

/** `%v`. */
export function goValue(value: unknown): string {
  if (value === null) return '<nil>'
  if (Array.isArray(value)) return `[${value.map(goValue).join(' ')}]`
  if (typeof value !== 'object') return String(value)
  return `map[${entries(value)
    .map(([k, v]) => `${k}:${goValue(v)}`)
    .join(' ')}]`
}

/** `%#v` of what JSON was read into. */
export function goSyntax(value: unknown): string {
  if (value === null || value === undefined) return 'interface {}(nil)'
  if (Array.isArray(value)) return `[]interface {}{${value.map(goSyntax).join(', ')}}`
  if (typeof value !== 'object') return typeof value === 'string' ? JSON.stringify(value) : String(value)
  return `map[string]interface {}{${entries(value)
    .map(([k, v]) => `${JSON.stringify(k)}:${goSyntax(v)}`)
    .join(', ')}}`
}
