// kubectl's JSONPath, carried out: the values of a path, and the text of a template. Stands for client-go util/jsonpath. Where Go walks a map in any order,
// keys are sorted here.
import { goJson } from '../../apply/go-json'
import { JsonPathError, type Path, parsePath, parseTemplate, type PathNode, type Piece } from './jsonpath-parse'

type Json = unknown

/** The values of one path without braces: `.status.podIPs[0].ip`; none where it cannot be read. */
export function jsonPathValues(path: string, root: Json): readonly Json[] {
  try {
    return follow([root], parsePath(path))
  } catch (error) {
    if (error instanceof JsonPathError) return []
    throw error
  }
}

/** A whole template: texts and `{…}`; the words of the complaint when it cannot be read. */
export function jsonPathText(template: string, root: Json): { readonly text: string } | { readonly wrong: string } {
  try {
    return { text: printed(read(template), root) }
  } catch (error) {
    if (error instanceof JsonPathError) return { wrong: error.message }
    throw error
  }
}

function read(template: string): readonly Piece[] {
  try {
    return parseTemplate(template)
  } catch (error) {
    throw error instanceof JsonPathError ? new JsonPathError(`error: error parsing jsonpath ${template}, ${error.message}`) : error
  }
}

/** All values of a template's actions, as one JSON list. */
export function jsonPathList(template: string, root: Json): { readonly values: readonly Json[] } | { readonly wrong: string } {
  try {
    return { values: read(template).flatMap(piece => (piece.is === 'action' ? follow([root], piece.path) : [])) }
  } catch (error) {
    if (error instanceof JsonPathError) return { wrong: error.message }
    throw error
  }
}

function printed(pieces: readonly Piece[], root: Json): string {
  return pieces
    .map(piece => {
      switch (piece.is) {
        case 'text':
          return piece.text
        case 'action':
          return follow([root], piece.path).map(text).join(' ')
        default:
          return follow([root], piece.path)
            .map(item => printed(piece.body, item))
            .join('')
      }
    })
    .join('')
}

const text = (value: Json): string => (typeof value === 'object' && value !== null ? goJson(value) : String(value ?? '<nil>'))

const follow = (values: readonly Json[], path: Path): readonly Json[] =>
  path.reduce<readonly Json[]>((now, node) => step(now, node), values)

const inside = (value: Json): readonly Json[] =>
  typeof value !== 'object' || value === null
    ? []
    : Array.isArray(value)
      ? value
      : Object.entries(value)
          .sort(([a], [b]) => (a < b ? -1 : 1))
          .flatMap(([, v]) => (v === undefined ? [] : [v]))

function step(values: readonly Json[], node: PathNode): readonly Json[] {
  switch (node.is) {
    case 'value':
      return [node.value]
    case 'field':
      return values.flatMap(value => named(value, node.name))
    case 'wildcard':
      return values.flatMap(inside)
    case 'recursive':
      return values.flatMap(recursive)
    case 'union':
      return values.flatMap(value => node.paths.flatMap(path => follow([value], path)))
    case 'filter':
      return values.flatMap(value => inside(value).filter(item => passes(item, node)))
    default:
      return values.flatMap(value => (Array.isArray(value) ? sliced(value, node) : []))
  }
}

function named(value: Json, name: string): readonly Json[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return []
  const held = Object.hasOwn(value, name) ? (value as Record<string, Json>)[name] : undefined
  return held === undefined ? [] : [held]
}

/** The value itself and all that is inside it, where there is something inside. */
function recursive(value: Json): readonly Json[] {
  const held = inside(value)
  return held.length === 0 ? [] : [value, ...held.flatMap(recursive)]
}

function sliced(list: readonly Json[], node: Extract<PathNode, { is: 'slice' }>): readonly Json[] {
  const at = (index: number) => (index < 0 ? index + list.length : index)
  if (node.single) {
    const index = at(node.from ?? 0)
    if (index < 0 || index >= list.length)
      throw new JsonPathError(`error: error executing jsonpath: array index out of bounds: index ${node.from ?? 0}, length ${list.length}`)
    return [list[index]]
  }
  const taken = list.slice(at(node.from ?? 0), node.to === undefined ? undefined : at(node.to))
  return node.step <= 1 ? taken : taken.filter((_, i) => i % node.step === 0)
}

function passes(item: Json, { left, operator, right }: Extract<PathNode, { is: 'filter' }>): boolean {
  const [a] = follow([item], left)
  if (operator === 'exists') return a !== undefined
  const [b] = follow([item], right)
  if (a === undefined || b === undefined) return false
  const [x, y] = typeof a === 'number' && typeof b === 'number' ? [a, b] : [String(a), String(b)]
  switch (operator) {
    case '==':
      return x === y
    case '!=':
      return x !== y
    case '<':
      return x < y
    case '<=':
      return x <= y
    case '>':
      return x > y
    default:
      return x >= y
  }
}
