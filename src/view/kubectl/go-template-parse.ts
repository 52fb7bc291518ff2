// Go templates as kubectl's `-o go-template` takes them, read into nodes. Stands for text/template/parse. Not simulated: define, template, block, break, continue.

/** A pipeline: commands, each getting the value of the one before as its last word. */
export interface Pipeline {
  readonly declares: readonly string[]
  readonly commands: readonly (readonly Operand[])[]
}

export type Operand =
  | { readonly is: 'literal'; readonly value: string | number | boolean | null }
  | { readonly is: 'chain'; readonly from: 'dot' | 'root' | Pipeline | string; readonly fields: readonly string[] }
  | { readonly is: 'call'; readonly name: string }

export type TemplateNode =
  | { readonly is: 'text'; readonly text: string }
  | { readonly is: 'action'; readonly pipeline: Pipeline }
  | {
      readonly is: 'if' | 'range' | 'with'
      readonly pipeline: Pipeline
      readonly body: readonly TemplateNode[]
      readonly otherwise: readonly TemplateNode[]
    }

/** What cannot be read. */
export class TemplateError extends Error {}
const fail = (text: string): never => {
  throw new TemplateError(text)
}

interface Piece {
  readonly is: 'text' | 'action'
  readonly text: string
}

/** Texts and actions, the blanks beside `{{-` and `-}}` taken off. */
function piecesOf(template: string): readonly Piece[] {
  const pieces: Piece[] = []
  let at = 0
  let trims = false
  for (;;) {
    const open = template.indexOf('{{', at)
    let text = template.slice(at, open < 0 ? undefined : open)
    if (trims) text = text.trimStart()
    const isTrimming = open >= 0 && /^\{\{-\s/.test(template.slice(open))
    if (isTrimming) text = text.trimEnd()
    if (text !== '') pieces.push({ is: 'text', text })
    if (open < 0) return pieces
    const close = template.indexOf('}}', open)
    if (close < 0) fail('unclosed action')
    let inner = template.slice(open + (isTrimming ? 3 : 2), close)
    trims = /\s-$/.test(inner)
    if (trims) inner = inner.slice(0, -1)
    if (!/^\s*\/\*/.test(inner)) pieces.push({ is: 'action', text: inner.trim() })
    at = close + 2
  }
}

/** Reads a whole template. */
export function parseGoTemplate(template: string): readonly TemplateNode[] {
  const pieces = piecesOf(template)
  const reader = { at: 0 }
  const nodes = block(pieces, reader, false)
  return nodes.body
}

interface Block {
  readonly body: readonly TemplateNode[]
  readonly otherwise: readonly TemplateNode[]
}

function block(pieces: readonly Piece[], reader: { at: number }, isInner: boolean): Block {
  const body: TemplateNode[] = []
  while (reader.at < pieces.length) {
    const piece = pieces[reader.at++]!
    if (piece.is === 'text') {
      body.push({ is: 'text', text: piece.text })
      continue
    }
    const [, word = '', rest = ''] = /^(\w*)\s*(.*)$/s.exec(piece.text)!
    if (word === 'end' && isInner) return { body, otherwise: [] }
    if (word === 'else' && isInner) return { body, otherwise: elseOf(rest, pieces, reader) }
    if (word === 'end' || word === 'else') fail(`unexpected {{${word}}}`)
    if (word === 'if' || word === 'range' || word === 'with') {
      const pipeline = readPipeline(rest)
      body.push({ is: word, pipeline, ...block(pieces, reader, true) })
    } else body.push({ is: 'action', pipeline: readPipeline(piece.text) })
  }
  return isInner ? fail('unexpected EOF') : { body, otherwise: [] }
}

function elseOf(rest: string, pieces: readonly Piece[], reader: { at: number }): readonly TemplateNode[] {
  const chained = /^(if|with)\s+(.*)$/s.exec(rest)
  if (chained === null) return block(pieces, reader, true).body
  return [{ is: chained[1] as 'if' | 'with', pipeline: readPipeline(chained[2]!), ...block(pieces, reader, true) }]
}

const TOKEN = /\s*("(?:[^"\\]|\\.)*"|`[^`]*`|\(|\)|\||:=|=|,|\$?\w*(?:\.\w+)+|\.|\$\w*|-?\d+(?:\.\d+)?|\w+|\S)/y

function tokensOf(text: string): readonly string[] {
  const tokens: string[] = []
  TOKEN.lastIndex = 0
  for (let match = TOKEN.exec(text); match !== null; match = TOKEN.exec(text)) tokens.push(match[1]!)
  return tokens
}

function readPipeline(text: string): Pipeline {
  const tokens = [...tokensOf(text)]
  const declared = tokens.findIndex(t => t === ':=' || t === '=')
  const declares = declared < 0 ? [] : tokens.splice(0, declared + 1).filter(t => t.startsWith('$'))
  const pipeline = commandsOf(tokens)
  if (tokens.length > 0) fail(`unexpected ${JSON.stringify(tokens[0])} in command`)
  return { ...pipeline, declares }
}

function commandsOf(tokens: string[]): Pipeline {
  const commands: Operand[][] = [[]]
  while (tokens.length > 0 && tokens[0] !== ')') {
    const token = tokens.shift()!
    if (token === '|') commands.push([])
    else if (token === '(') {
      const from = commandsOf(tokens)
      if (tokens.shift() !== ')') fail('unclosed left paren')
      const more = tokens[0]?.startsWith('.') && tokens[0] !== '.' ? tokens.shift()! : ''
      commands.at(-1)!.push({ is: 'chain', from, fields: more.split('.').filter(Boolean) })
    } else commands.at(-1)!.push(operand(token))
  }
  if (commands.some(c => c.length === 0)) fail('missing value for command')
  return { declares: [], commands }
}

function operand(token: string): Operand {
  if (token.startsWith('"')) return { is: 'literal', value: JSON.parse(token) as string }
  if (token.startsWith('`')) return { is: 'literal', value: token.slice(1, -1) }
  if (/^-?\d/.test(token)) return { is: 'literal', value: Number(token) }
  if (token === 'true' || token === 'false') return { is: 'literal', value: token === 'true' }
  if (token === 'nil') return { is: 'literal', value: null }
  if (token.startsWith('.')) return { is: 'chain', from: 'dot', fields: token.split('.').filter(Boolean) }
  if (token.startsWith('$')) {
    const [name = '', ...fields] = token.split('.')
    return { is: 'chain', from: name === '$' ? 'root' : name, fields }
  }
  return /^\w+$/.test(token) ? { is: 'call', name: token } : fail(`unexpected ${JSON.stringify(token)} in operand`)
}
