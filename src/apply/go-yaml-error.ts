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
  const written = text.split('\n')
  const at = (n: number, words: string): string => `line ${n}: ${words}`
  switch (error.code) {
    case 'BAD_ALIAS': {
      const name = /\*(\S+)/.exec(text.slice(error.pos[0]))?.[1] ?? ''
      return /^\*?$/.test(name) || /^[^\w-]/.test(name)
        ? at(line + 1, 'did not find expected alphabetic or numeric character')
        : `unknown anchor '${name}' referenced`
    }
    case 'TAB_AS_INDENT':
    case 'BAD_SCALAR_START':
    case 'BAD_DIRECTIVE':
      return at(line, 'found character that cannot start any token')
    case 'BAD_DQ_ESCAPE':
      return at(line, 'found unknown escape character')
    case 'BLOCK_AS_IMPLICIT_KEY':
    case 'BLOCK_IN_FLOW':
      return at(line, 'mapping values are not allowed in this context')
    case 'MULTILINE_IMPLICIT_KEY':
      return at(line + 1, 'mapping values are not allowed in this context')
    case 'MISSING_CHAR':
      return /quote/.test(error.message)
        ? at(written.length, 'found unexpected end of stream')
        : at(line + 1, "could not find expected ':'")
    default:
      return at(line, 'did not find expected key')
  }
}
