// `-o jsonpath=…`, `-o custom-columns=…`, `-o go-template=…` (plain fields and texts) and `--sort-by`.
import type { KubeObject } from '../../apply/object'
import { jsonPathText, jsonPathValues } from './jsonpath'
import { table } from './tabs'

type PathText = { readonly text: string } | { readonly wrong: string }

/** What one of these formats prints; undefined for another format. `root`: the object, or a List of all. */
export function pathText(format: string, root: unknown, objects: readonly KubeObject[], headers: boolean): PathText | undefined {
  const at = format.indexOf('=')
  const [name, template] = at < 0 ? [format, undefined] : [format.slice(0, at), format.slice(at + 1)]
  switch (name) {
    case 'jsonpath':
      return template === undefined ? { wrong: 'error: template format specified but no template given' } : jsonPathText(template, root)
    case 'custom-columns':
      return template === undefined
        ? { wrong: 'error: custom-columns format specified but no custom columns given' }
        : customColumns(template, objects, headers)
    case 'go-template':
      return template === undefined ? { wrong: 'error: template format specified but no template given' } : goTemplate(template, root)
    default:
      return undefined
  }
}

function customColumns(spec: string, objects: readonly KubeObject[], headers: boolean): PathText {
  const columns = spec.split(',').map(c => [c.slice(0, c.indexOf(':')), c.slice(c.indexOf(':') + 1)] as const)
  const bad = columns.find(([title]) => title === '')
  if (bad !== undefined)
    return {
      wrong: `error: unexpected custom-columns spec: ${spec.split(',').find(c => !c.includes(':'))}, expected <header>:<json-path-expr>`,
    }
  const cell = (object: KubeObject, path: string): string => {
    const bare = path.replace(/^\{|\}$/g, '')
    const values = jsonPathValues(bare.startsWith('.') || bare.startsWith('[') ? bare : `.${bare}`, object)
    return values.length === 0 ? '<none>' : values.map(goValue).join(',')
  }
  const rows = objects.map(o => columns.map(([, path]) => cell(o, path)))
  return { text: table(headers ? [columns.map(([title]) => title), ...rows] : rows) }
}

/** A value as Go prints it: `map[app:web]`, `[a b]`. */
function goValue(value: unknown): string {
  if (value === null) return '<nil>'
  if (Array.isArray(value)) return `[${value.map(goValue).join(' ')}]`
  if (typeof value !== 'object') return String(value)
  return `map[${Object.entries(value)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([k, v]) => `${k}:${goValue(v)}`)
    .join(' ')}]`
}

/** Only texts and `{{.a.b}}`. */
function goTemplate(template: string, root: unknown): PathText {
  const parts = template.split(/(\{\{.*?\}\})/)
  const other = parts.find(p => p.startsWith('{{') && !/^\{\{-?\s*\.[\w.]*\s*-?\}\}$/.test(p))
  if (other !== undefined)
    return { wrong: `hopspec: kubectl get -o go-template with ${other} is not modelled; use plain fields, or -o jsonpath.` }
  const text = parts.map(p => {
    if (!p.startsWith('{{')) return p
    const path = p.replace(/^\{\{-?\s*|\s*-?\}\}$/g, '')
    const value = path === '.' ? root : jsonPathValues(path, root)[0]
    return value === undefined ? '<no value>' : goValue(value)
  })
  return { text: text.join('') }
}

/** Sorted by the value at a path: numbers as numbers, digits within texts too; what has none comes first. */
export function sortedBy(objects: readonly KubeObject[], path: string): readonly KubeObject[] {
  const bare = path.replace(/^\{|\}$/g, '')
  const key = (o: KubeObject): unknown => jsonPathValues(bare.startsWith('.') ? bare : `.${bare}`, o)[0]
  return [...objects].sort((a, b) => compareValues(key(a), key(b)))
}

function compareValues(a: unknown, b: unknown): number {
  if (a === undefined || b === undefined) return (a === undefined ? 0 : 1) - (b === undefined ? 0 : 1)
  if (typeof a === 'number' && typeof b === 'number') return a - b
  const [left, right] = [String(a).match(/\d+|\D+/g) ?? [], String(b).match(/\d+|\D+/g) ?? []]
  for (let i = 0; i < Math.min(left.length, right.length); i++) {
    const [x, y] = [left[i]!, right[i]!]
    if (x === y) continue
    if (/^\d/.test(x) && /^\d/.test(y) && Number(x) !== Number(y)) return Number(x) - Number(y)
    return x < y ? -1 : 1
  }
  return left.length - right.length
}
