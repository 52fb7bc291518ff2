// `-o jsonpath=…`, `-o custom-columns=…`, `-o go-template=…` and `--sort-by`.
import type { KubeObject } from '../../apply/object'
import { goTemplateText } from './go-template'
import { goSyntax, goValue } from './go-value'
import { goJson } from '../../apply/go-json'
import { jsonPathList, jsonPathText, jsonPathValues } from './jsonpath'
import { table } from './tabs'

export type PathText = { readonly text: string } | { readonly wrong: string }

/** The formats that need a template. */
const TEMPLATED = ['jsonpath', 'jsonpath-as-json', 'go-template', 'template', 'custom-columns']
export const isTemplated = (format: string): boolean => TEMPLATED.includes(format.split('=')[0]!)

/** What one of these formats prints; undefined for another format. `root`: the object, or a List of all. */
export function pathText(format: string, root: unknown, objects: readonly KubeObject[], headers: boolean): PathText | undefined {
  const at = format.indexOf('=')
  const [name, template] = at < 0 ? [format, ''] : [format.slice(0, at), format.slice(at + 1)]
  if (!TEMPLATED.includes(name)) return undefined
  if (template === '')
    return {
      wrong:
        name === 'custom-columns'
          ? 'error: custom-columns format specified but no custom columns given'
          : 'error: template format specified but no template given',
    }
  switch (name) {
    case 'jsonpath':
      return introduced(jsonPathText(template, root), template, root)
    case 'jsonpath-as-json':
      return asJson(template, root)
    case 'custom-columns':
      return customColumns(template, objects, headers)
    default:
      return goTemplateText(template, root)
  }
}

/** A path that was read and cannot be followed is told with all that there was. */
function introduced(result: PathText, template: string, root: unknown): PathText {
  const [, why] = ('wrong' in result && /^error: error executing jsonpath: (.*)$/s.exec(result.wrong)) || []
  if (why === undefined) return result
  return {
    wrong: `error: error executing jsonpath ${JSON.stringify(template)}: Error executing template: ${why}. Printing more information for debugging the template:\n\ttemplate was:\n\t\t${template}\n\tobject given to jsonpath engine was:\n\t\t${goSyntax(root)}\n`,
  }
}

function asJson(template: string, root: unknown): PathText {
  const result = jsonPathList(template, root)
  return 'wrong' in result ? result : { text: `${JSON.stringify(JSON.parse(goJson(result.values)), null, 4)}\n` }
}

const RELAXED = "unexpected path string, expected a 'name1.name2' or '.name1.name2' or '{name1.name2}' or '{.name1.name2}'"

/** `name`, `.name`, `{name}` and `{.name}` are one path; undefined for anything else. */
function relaxedPath(text: string): string | undefined {
  const parts = /^\{\.?([^{}]+)\}$|^\.?([^{}]+)$/.exec(text)
  const bare = parts?.[1] ?? parts?.[2]
  return bare === undefined ? undefined : `.${bare}`
}

function customColumns(spec: string, objects: readonly KubeObject[], headers: boolean): PathText {
  const columns: (readonly [string, string])[] = []
  for (const part of spec.split(',')) {
    const at = part.indexOf(':')
    if (at < 0) return { wrong: `error: unexpected custom-columns spec: ${part}, expected <header>:<json-path-expr>` }
    const path = relaxedPath(part.slice(at + 1))
    if (path === undefined) return { wrong: `error: ${RELAXED}` }
    columns.push([part.slice(0, at), path])
  }
  const cell = (object: KubeObject, path: string): string => {
    const values = jsonPathValues(path, object)
    return values.length === 0 ? '<none>' : values.map(goValue).join(',')
  }
  const rows = objects.map(o => columns.map(([, path]) => cell(o, path)))
  return { text: table(headers ? [columns.map(([title]) => title), ...rows] : rows) }
}

/** The complaint about a `--sort-by` that cannot be read, or that no object has. */
export function sortingError(objects: readonly KubeObject[], path: string): string | undefined {
  const relaxed = relaxedPath(path)
  if (relaxed === undefined) return `error: ${RELAXED}`
  const isMissing = objects.length > 0 && objects.every(o => jsonPathValues(relaxed, o).length === 0)
  return isMissing ? `error: couldn't find any field with path "{${relaxed}}" in the list of objects` : undefined
}

/** Sorted by the value at a path: numbers as numbers, digits within texts too; what has none comes first. */
export function sortedBy(objects: readonly KubeObject[], path: string): readonly KubeObject[] {
  const key = (o: KubeObject): unknown => jsonPathValues(relaxedPath(path) ?? '', o)[0]
  return [...objects].sort((a, b) => compareValues(key(a), key(b)))
}

function compareValues(a: unknown, b: unknown): number {
  const [isNoneA, isNoneB] = [a === undefined || a === null, b === undefined || b === null]
  if (isNoneA || isNoneB) return (isNoneA ? 0 : 1) - (isNoneB ? 0 : 1)
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
