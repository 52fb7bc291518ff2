// kubectl's JSONPath templates, read into nodes. Stands for client-go util/jsonpath parser.go.

export type PathNode =
  | { readonly is: 'field'; readonly name: string }
  | { readonly is: 'wildcard' | 'recursive' }
  | {
      readonly is: 'slice'
      readonly from: number | undefined
      readonly to: number | undefined
      readonly step: number
      readonly single: boolean
    }
  | { readonly is: 'union'; readonly paths: readonly Path[] }
  | { readonly is: 'filter'; readonly left: Path; readonly operator: string; readonly right: Path }
  | { readonly is: 'value'; readonly value: string | number | boolean }

/** Steps one after the other. */
export type Path = readonly PathNode[]

/** A piece of a template: a text, what an action gives, or a loop. */
export type Piece =
  | { readonly is: 'text'; readonly text: string }
  | { readonly is: 'action'; readonly path: Path }
  | { readonly is: 'range'; readonly path: Path; readonly body: readonly Piece[] }

/** What cannot be read; its message is the parser's. */
export class JsonPathError extends Error {}
const fail = (text: string): never => {
  throw new JsonPathError(text)
}

interface Reader {
  readonly text: string
  at: number
}

/** Reads a whole template. */
export function parseTemplate(text: string): readonly Piece[] {
  const reader: Reader = { text, at: 0 }
  return pieces(reader, false)
}

/** Reads what stands between braces. */
export const parsePath = (text: string): Path => path({ text: `${text}}`, at: 0 })

function pieces(reader: Reader, inRange: boolean): readonly Piece[] {
  const found: Piece[] = []
  while (reader.at < reader.text.length) {
    const open = reader.text.indexOf('{', reader.at)
    const upTo = open < 0 ? reader.text.length : open
    if (upTo > reader.at) found.push({ is: 'text', text: reader.text.slice(reader.at, upTo) })
    reader.at = upTo
    if (open < 0) break
    reader.at++
    const word = /^\s*(range|end)(?![\w.])\s*/.exec(reader.text.slice(reader.at))
    if (word?.[1] === 'range') {
      reader.at += word[0].length
      const over = path(reader)
      found.push({ is: 'range', path: over, body: pieces(reader, true) })
    } else if (word?.[1] === 'end') {
      reader.at += word[0].length
      if (path(reader).length > 0 || !inRange) fail('not in range, nothing to end')
      return found
    } else found.push({ is: 'action', path: path(reader) })
  }
  return found
}

/** Nodes up to the closing brace, which is taken too. */
function path(reader: Reader): Path {
  const nodes: PathNode[] = []
  for (;;) {
    const rest = reader.text.slice(reader.at)
    const c = rest[0]
    if (c === undefined || c === '\n') return fail('unclosed action')
    if (c === '}') {
      reader.at++
      return nodes
    }
    if (c === ' ' || c === '@' || c === '$') reader.at++
    else if (rest.startsWith('..')) {
      reader.at += 2
      nodes.push({ is: 'recursive' })
      if (/^[\w*-]/.test(reader.text[reader.at] ?? '')) nodes.push(field(reader))
    } else if (c === '.') {
      reader.at++
      if (reader.text[reader.at] !== '[') nodes.push(field(reader))
    } else if (c === '[') nodes.push(bracket(reader))
    else if (c === '"' || c === "'") nodes.push({ is: 'value', value: quoted(reader) })
    else if (/^[+-]?\d/.test(rest)) {
      const number = /^[+-]?[\d.]+/.exec(rest)![0]
      reader.at += number.length
      nodes.push({ is: 'value', value: Number(number) })
    } else if (/^\w/.test(rest)) {
      const word = /^[\w-]+/.exec(rest)![0]
      reader.at += word.length
      if (word !== 'true' && word !== 'false') fail(`unrecognized identifier ${word}`)
      nodes.push({ is: 'value', value: word === 'true' })
    } else fail(`unrecognized character in action: ${codePoint(c)}`)
  }
}

const codePoint = (c: string): string => `U+${c.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')} '${c}'`

/** A name after a dot; a backslash takes the next letter as it is. */
function field(reader: Reader): PathNode {
  let name = ''
  for (;;) {
    const c = reader.text[reader.at]
    if (c === undefined || /[\s.[\]{}@$,'"()=<>!|]/.test(c)) break
    if (c === '\\') reader.at++
    name += reader.text[reader.at] ?? ''
    reader.at++
  }
  return name === '*' ? { is: 'wildcard' } : { is: 'field', name }
}

function quoted(reader: Reader): string {
  const end = reader.text[reader.at]!
  let text = ''
  for (reader.at++; reader.text[reader.at] !== end; reader.at++) {
    const c = reader.text[reader.at]
    if (c === undefined || c === '\n') return fail('unterminated quoted string')
    if (c !== '\\') {
      text += c
      continue
    }
    const escaped = reader.text[++reader.at] ?? ''
    text += ({ n: '\n', t: '\t', r: '\r' } as Record<string, string>)[escaped] ?? escaped
  }
  reader.at++
  return text
}

/** `[0]`, `[1:3]`, `[*]`, `['a.b']`, `[a,b]`, `[?(@.x==1)]`. */
function bracket(reader: Reader): PathNode {
  const start = ++reader.at
  let depth = 1
  for (; depth > 0; reader.at++) {
    const c = reader.text[reader.at]
    if (c === undefined || c === '\n') return fail('unterminated array')
    if (c === '"' || c === "'") {
      quoted(reader)
      reader.at--
    } else if (c === '[') depth++
    else if (c === ']') depth--
  }
  const inner = reader.text.slice(start, reader.at - 1)
  const filtered = /^\?\((.*)\)$/s.exec(inner)
  return filtered ? filter(filtered[1]!) : element(inner)
}

function element(inner: string): PathNode {
  if (inner === '*') return { is: 'wildcard' }
  const named = /^(['"])(.*)\1$/.exec(inner)
  if (named && !inner.slice(1, -1).includes(named[1]!)) return { is: 'field', name: named[2]! }
  const slice = /^(-?\d*)(?::(-?\d*))?(?::(-?\d*))?$/.exec(inner)
  if (slice && inner !== '') {
    const number = (text: string | undefined) => (text ? Number(text) : undefined)
    return { is: 'slice', from: number(slice[1]), to: number(slice[2]), step: number(slice[3]) ?? 1, single: !inner.includes(':') }
  }
  const parts = inner.split(/,(?=(?:[^'"]|'[^']*'|"[^"]*")*$)/)
  if (parts.length > 1) return { is: 'union', paths: parts.map(p => unionPart(p.trim())) }
  return fail(`invalid array index ${inner}`)
}

const unionPart = (text: string): Path => (/^[.[@$]/.test(text) ? parsePath(text) : [element(text)])

function filter(inner: string): PathNode {
  const parts = /^(.*?)\s*(==|!=|<=|>=|<|>)\s*(.*)$/s.exec(inner)
  if (parts === null) return { is: 'filter', left: parsePath(inner), operator: 'exists', right: [] }
  return { is: 'filter', left: parsePath(parts[1]!), operator: parts[2]!, right: parsePath(parts[3]!) }
}
