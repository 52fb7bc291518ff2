// What kubectl's YAML reader (go-yaml v2) says about text that it cannot read. Not a second parser: the `yaml` package finds the error,
// this gives it go-yaml's words and line number, as recordings show them. Errors that no recording shows get the nearest words.
import { LineCounter, parseAllDocuments, type YAMLError } from 'yaml'

const CONTROL = /[^\t\n\r -~\u0085\u00a0-\uffff]/

/** go-yaml's message without `yaml: `, for one document; undefined when it can be read. */
export function goYamlError(text: string): string | undefined {
  if (CONTROL.test(text)) return 'control characters are not allowed'
  const lines = new LineCounter()
  let errors: readonly YAMLError[]
  try {
    errors = parseAllDocuments(text, {
      schema: 'failsafe',
      prettyErrors: false,
      uniqueKeys: false,
      lineCounter: lines,
      logLevel: 'silent',
    }).flatMap(d => d.errors)
  } catch {
    return 'exceeded max depth of 10000'
  }
  const error = errors[0]
  if (!error) return aliasError(text)
  return describe(error, text, lines.linePos(error.pos[0]).line)
}

/** An alias without its anchor, or a `*` that begins none. */
function aliasError(text: string): string | undefined {
  const anchors = new Set([...text.matchAll(/&([\w-]+)/g)].map(m => m[1]))
  for (const [n, line] of text.split('\n').entries()) {
    const name = /(?:^|[:\-[,] +)\*([^\s,\]]*)/.exec(line.replace(/"[^"]*"|'[^']*'|#.*/g, ''))?.[1]
    if (name === undefined || anchors.has(name)) continue
    return /^[\w-]+$/.test(name)
      ? `unknown anchor '${name}' referenced`
      : `line ${n + 1}: did not find expected alphabetic or numeric character`
  }
  return undefined
}

function describe(error: YAMLError, text: string, line: number): string {
  const at = (n: number, words: string): string => `line ${n}: ${words}`
  switch (error.code) {
    case 'TAB_AS_INDENT':
    case 'BAD_SCALAR_START':
    case 'BAD_DIRECTIVE':
      return at(line, 'found character that cannot start any token')
    case 'BAD_DQ_ESCAPE':
      return at(line, 'found unknown escape character')
    case 'BLOCK_AS_IMPLICIT_KEY':
    case 'MULTILINE_IMPLICIT_KEY':
      return misplacedKey(text, error.pos[0])
    case 'MISSING_CHAR': {
      const lines = text.split('\n')
      if (/quote/.test(error.message)) return at(lines.length, 'found unexpected end of stream')
      return /:(\s|$)/.test(lines[line - 1] ?? '') ? misplacedIndent(text, line) : missingColon(text, error.pos[0])
    }
    default:
      return misplacedIndent(text, line)
  }
}

const lineAt = (text: string, offset: number): number => text.slice(0, offset).split('\n').length
const indentOf = (line: string): number => /^ */.exec(line)![0].length

/** A key where none may stand: a list item among keys, a key that lacks its colon, or a colon inside of what began as plain text. */
function misplacedKey(text: string, offset: number): string {
  const next = offset + /^\s*/.exec(text.slice(offset))![0].length
  if (/^-(\s|$)/.test(text.slice(next))) return `line ${lineAt(text, next) - 1}: did not find expected key`
  if (hasSibling(text, offset)) return missingColon(text, offset)
  const colon = /:(?=\s|$)/.exec(text.slice(offset))?.index ?? 0
  return `line ${lineAt(text, offset + colon)}: mapping values are not allowed in this context`
}

/** Whether a key of the same mapping stands above: then a key must stand here too, and plain text is one without its colon. */
function hasSibling(text: string, offset: number): boolean {
  const above = text.slice(0, offset).split('\n')
  const column = above.pop()!.length
  for (const line of above.reverse()) {
    if (line.trim() === '') continue
    const dashes = /^ *(?:- +)*/.exec(line)![0].length
    if (dashes === column && /:(\s|$)/.test(line.slice(dashes))) return true
    if (indentOf(line) < column) return false
  }
  return false
}

/** go-yaml notices a missing colon when it meets the next token: a colon on a line that continues the text, or else the next line. */
function missingColon(text: string, offset: number): string {
  const lines = text.split('\n')
  const first = lineAt(text, offset)
  const column = offset - (text.lastIndexOf('\n', offset - 1) + 1)
  for (let n = first + 1; n <= lines.length; n++) {
    const line = lines[n - 1]!
    if (line.trim() === '' && n < lines.length) continue
    if (indentOf(line) <= column || /:(\s|$)/.test(line)) return `line ${n}: could not find expected ':'`
  }
  return `line ${lines.length}: could not find expected ':'`
}

/** A line whose indent fits no block around it; the number is that of the line before, as go-yaml counts for its parser's errors. */
function misplacedIndent(text: string, line: number): string {
  const lines = text.split('\n').slice(0, line)
  const indent = indentOf(lines.pop() ?? '')
  const above = lines.reverse()
  const item = above.findIndex(l => /^ *- /.test(l) && indentOf(l) <= indent)
  const parent = above.slice(item + 1).find(l => l.trim() !== '' && !/^ *- /.test(l) && indentOf(l) <= indentOf(above[item]!))
  const isList = item >= 0 && parent !== undefined && indentOf(parent) < indentOf(above[item]!)
  return `line ${line - 1}: did not find expected ${isList ? "'-' indicator" : 'key'}`
}
