// What kubectl's YAML reader (go-yaml v2) says about text that it cannot read: its words, and its way to count lines.
import { type Node, ReadError, readGoYaml } from './go-yaml-read'
import { type Mark, ScanError } from './go-yaml-cursor'

const CONTROL = /[^\t\n\r -~\u0085\u00a0-\uffff]/
const SURROGATES = /[\ud800-\udbff][\udc00-\udfff]/g

/** What is said of one document that cannot be read, or how much of the text is read. */
export function goYaml(text: string): { readonly wrong: string } | { readonly wrong?: undefined; readonly end: number } {
  if (CONTROL.test(text.replace(SURROGATES, ''))) return { wrong: 'yaml: control characters are not allowed' }
  try {
    const { root, end } = readGoYaml(text)
    const wrong = root && (keyError(root) ?? nullKeyError(root))
    return wrong === undefined ? { end } : { wrong }
  } catch (error) {
    if (error instanceof ScanError) return { wrong: `yaml: ${lineOf(error.mark, error.context, 1)}${error.problem}` }
    if (error instanceof ReadError) return { wrong: `yaml: ${lineOf(error.mark, error.context, 0)}${error.problem}` }
    if (error instanceof RangeError) return { wrong: 'yaml: exceeded max depth of 10000' }
    throw error
  }
}

/** Lines count from nought, the scanner's errors tell one more; the first line is not told. */
function lineOf(mark: Mark | undefined, context: Mark | undefined, more: number): string {
  if (mark !== undefined && mark.line > 0) return `line ${mark.line + more}: `
  return context !== undefined && context.line > 0 ? `line ${context.line}: ` : ''
}

/** A key that is a list or a map, as `{{ .Values.name }}` makes one. */
function keyError(node: Node): string | undefined {
  if (node.is === 'scalar') return undefined
  if (node.is === 'list') return first(node.items, keyError)
  return first(
    node.entries,
    ([key, value]) => keyError(key) ?? (key.is === 'scalar' ? keyError(value) : `yaml: invalid map key: ${goText(key)}`),
  )
}

/** A key that is not there, as in `: x`: JSON has none such. */
function nullKeyError(node: Node): string | undefined {
  if (node.is === 'scalar') return undefined
  if (node.is === 'list') return first(node.items, nullKeyError)
  return first(node.entries, ([key, value]) =>
    goText(key) === NIL
      ? `unsupported map key of type: %!s(<nil>), key: <nil>, value: ${goText(value).replace(NIL, '<nil>')}`
      : nullKeyError(value),
  )
}

function first<T>(list: readonly T[], wrong: (item: T) => string | undefined): string | undefined {
  for (const item of list) {
    const found = wrong(item)
    if (found !== undefined) return found
  }
  return undefined
}

const NIL = 'interface {}(nil)'

/** A value as Go prints it with its types. */
function goText(node: Node): string {
  if (node.is === 'list') return `[]interface {}{${node.items.map(goText).join(', ')}}`
  if (node.is === 'map')
    return `map[interface {}]interface {}{${node.entries
      .map(([k, v]) => `${goText(k)}:${goText(v)}`)
      .sort()
      .join(', ')}}`
  if (!node.isPlain) return JSON.stringify(node.text)
  if (/^(|~|null|Null|NULL)$/.test(node.text)) return NIL
  if (/^(true|True|TRUE|yes|Yes|YES|on|On|ON)$/.test(node.text)) return 'true'
  if (/^(false|False|FALSE|no|No|NO|off|Off|OFF)$/.test(node.text)) return 'false'
  return /^-?(0|[1-9]\d*)(\.\d+)?$/.test(node.text) ? String(Number(node.text)) : JSON.stringify(node.text)
}
