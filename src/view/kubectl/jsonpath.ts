// kubectl's JSONPath, as far as scripts mostly go: fields, indices, `[*]`, `..` not; filters `?(@.a=="b")`, `{range}{end}`, texts in quotes.

type Json = unknown

/** The values of one path without braces: `.status.podIPs[0].ip`. */
export function jsonPathValues(path: string, root: Json): readonly Json[] {
  let values: readonly Json[] = [root]
  for (const step of steps(path)) values = values.flatMap(value => follow(value, step))
  return values
}

function steps(path: string): string[] {
  const found: string[] = []
  for (const match of path.matchAll(/\.((?:[^.[\]\\]|\\.)+)|\[((?:'[^']*'|"[^"]*"|[^\]'"]|\([^)]*\))*)\]/g))
    found.push(match[1] === undefined ? `[${match[2]}]` : match[1].replaceAll('\\.', '.'))
  return found
}

function follow(value: Json, step: string): readonly Json[] {
  const isObject = typeof value === 'object' && value !== null
  if (!isObject) return []
  if (step === '*' || step === '[*]') return Object.values(value)
  if (!step.startsWith('[')) {
    const held = (value as Record<string, Json>)[step]
    return held === undefined ? [] : [held]
  }
  const inner = step.slice(1, -1)
  const named = /^['"](.*)['"]$/.exec(inner)
  if (named) return follow(value, named[1]!)
  const filter = /^\?\(@((?:\.[\w-]+)+)\s*(==|!=)\s*['"]?([^'"]*)['"]?\)$/.exec(inner)
  if (filter) {
    const [, path = '', operator, wanted] = filter
    return Object.values(value).filter(item => jsonPathValues(path, item).some(v => String(v) === wanted) === (operator === '=='))
  }
  if (!Array.isArray(value)) return []
  const slice = /^(-?\d*):(-?\d*)$/.exec(inner)
  if (slice) return value.slice(slice[1] ? Number(slice[1]) : 0, slice[2] ? Number(slice[2]) : undefined)
  return inner.split(',').flatMap(index => {
    const at = Number(index)
    const item = value[at < 0 ? value.length + at : at]
    return item === undefined ? [] : [item]
  })
}

const text = (value: Json): string => (typeof value === 'object' ? JSON.stringify(value) : String(value))

/** A whole template: texts and `{…}`; the words of the complaint when it cannot be read. */
export function jsonPathText(template: string, root: Json): { readonly text: string } | { readonly wrong: string } {
  const parts: string[] = []
  for (let at = 0; at < template.length; ) {
    const open = template.indexOf('{', at)
    if (open < 0) {
      parts.push(`'${template.slice(at)}`)
      break
    }
    if (open > at) parts.push(`'${template.slice(at, open)}`)
    const close = template.indexOf('}', open)
    if (close < 0) return { wrong: `error: error parsing jsonpath ${template}, unclosed action` }
    parts.push(template.slice(open + 1, close).trim())
    at = close + 1
  }
  return { text: printed(parts, root) }
}

/** Texts begin with a quote; all else is an action. */
function printed(parts: readonly string[], root: Json): string {
  let out = ''
  for (let i = 0; i < parts.length; i++) {
    const part = parts[i]!
    if (part.startsWith("'")) out += part.slice(1)
    else if (part.startsWith('"')) out += part.slice(1, -1).replaceAll('\\n', '\n').replaceAll('\\t', '\t')
    else if (part.startsWith('range ')) {
      const end = parts.indexOf('end', i)
      const body = parts.slice(i + 1, end < 0 ? undefined : end)
      for (const item of jsonPathValues(withRoot(part.slice('range '.length)), root)) out += printed(body, item)
      if (end < 0) break
      i = end
    } else if (part !== 'end') out += jsonPathValues(withRoot(part), root).map(text).join(' ')
  }
  return out
}

/** `$.a`, `@.a`, `a` and `.a` are the same here. */
const withRoot = (path: string): string => {
  const bare = path.replace(/^[$@]/, '')
  return bare.startsWith('.') || bare.startsWith('[') || bare === '' ? bare : `.${bare}`
}
