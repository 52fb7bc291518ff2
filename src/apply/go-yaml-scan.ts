// Splits YAML text into tokens as go-yaml does, one at a time and only as far as its reader asks: what it never asks for cannot be wrong.
// Only what decides over errors is kept: the place of a token, and the text of keys, anchors and tags.

export interface Mark {
  readonly line: number
  readonly column: number
  readonly index: number
}
export type TokenName =
  | 'stream-start'
  | 'stream-end'
  | 'directive'
  | '---'
  | '...'
  | 'block-sequence'
  | 'block-mapping'
  | 'block-end'
  | '['
  | ']'
  | '{'
  | '}'
  | '-'
  | ','
  | 'key'
  | 'value'
  | 'alias'
  | 'anchor'
  | 'tag'
  | 'scalar'
export interface Token {
  readonly is: TokenName
  readonly start: Mark
  /** Of an alias, an anchor, a scalar, or the handle of a tag. */
  readonly text: string
  readonly isPlain?: boolean
}

/** A place where a key without `?` may begin: known as one only when its colon is met. */
interface SimpleKey {
  possible: boolean
  readonly required: boolean
  readonly token: number
  readonly mark: Mark
}

export interface Scan {
  readonly text: string
  index: number
  line: number
  column: number
  flow: number
  indent: number
  readonly indents: number[]
  mayBeKey: boolean
  readonly keys: SimpleKey[]
  readonly tokens: Token[]
  taken: number
  started: boolean
}

/** What the scanner stumbles over. */
export class ScanError extends Error {
  constructor(
    readonly problem: string,
    readonly mark: Mark,
    readonly context: Mark = mark,
  ) {
    super(problem)
  }
}

const DEEPEST = 10_000
/** A key without `?` ends within so many characters. */
const LONGEST_KEY = 1024

export const scanOf = (text: string): Scan => ({
  text,
  index: 0,
  line: 0,
  column: 0,
  flow: 0,
  indent: -1,
  indents: [],
  mayBeKey: true,
  keys: [],
  tokens: [],
  taken: 0,
  started: false,
})

/** The next token, which stays. */
export function peekToken(s: Scan): Token {
  for (;;) {
    if (s.tokens.length > 0) {
      const key = s.keys.find(k => k.possible && k.token === s.taken)
      if (key === undefined || !isStill(s, key)) return s.tokens[0]!
    }
    fetch(s)
  }
}

export function takeToken(s: Scan): Token {
  const token = peekToken(s)
  s.tokens.shift()
  s.taken++
  return token
}

const at = (s: Scan, ahead = 0): string => s.text[s.index + ahead] ?? ''
const markOf = (s: Scan): Mark => ({ line: s.line, column: s.column, index: s.index })
const isBreak = (c: string): boolean => c === '\n' || c === '\r' || c === '\u0085' || c === '\u2028' || c === '\u2029'
const isBlank = (c: string): boolean => c === ' ' || c === '\t'
const isEnd = (c: string): boolean => c === '' || isBreak(c)
const isSpace = (c: string): boolean => isBlank(c) || isEnd(c)
const isWord = (c: string): boolean => /^[\w-]$/.test(c)

function skip(s: Scan, count = 1): void {
  s.index += count
  s.column += count
}
function skipLine(s: Scan): void {
  s.index += at(s) === '\r' && at(s, 1) === '\n' ? 2 : 1
  s.column = 0
  s.line++
}
const skipWhile = (s: Scan, is: (c: string) => boolean): string => {
  const from = s.index
  while (at(s) !== '' && is(at(s))) skip(s)
  return s.text.slice(from, s.index)
}

/** Whether a key may still end here: it must on its own line. One that had to be a key is missed. */
function isStill(s: Scan, key: SimpleKey): boolean {
  if (!key.possible) return false
  if (key.mark.line === s.line && key.mark.index + LONGEST_KEY >= s.index) return true
  if (key.required) throw new ScanError("could not find expected ':'", markOf(s), key.mark)
  key.possible = false
  return false
}

function saveKey(s: Scan): void {
  if (!s.mayBeKey) return
  const key = { possible: true, required: s.flow === 0 && s.indent === s.column, token: s.taken + s.tokens.length, mark: markOf(s) }
  dropKey(s)
  s.keys[s.keys.length - 1] = key
}

function dropKey(s: Scan): void {
  const key = s.keys.at(-1)!
  if (key.possible && key.required) throw new ScanError("could not find expected ':'", markOf(s), key.mark)
  key.possible = false
}

const noKey = (): SimpleKey => ({ possible: false, required: false, token: 0, mark: { line: 0, column: 0, index: 0 } })

function push(s: Scan, is: TokenName, start: Mark, text = '', isPlain = false): void {
  s.tokens.push({ is, start, text, isPlain })
}

/** Begins a block collection that stands deeper than the one around it. */
function roll(s: Scan, column: number, is: TokenName, mark: Mark, before?: number): void {
  if (s.flow > 0 || s.indent >= column) return
  s.indents.push(s.indent)
  s.indent = column
  if (s.indents.length > DEEPEST) throw new ScanError(`exceeded max depth of ${DEEPEST}`, markOf(s))
  s.tokens.splice(before === undefined ? s.tokens.length : before - s.taken, 0, { is, start: mark, text: '' })
}

/** Ends the block collections that stand deeper than a column. */
function unroll(s: Scan, column: number): void {
  if (s.flow > 0) return
  while (s.indent > column) {
    push(s, 'block-end', markOf(s))
    s.indent = s.indents.pop()!
  }
}

function toNextToken(s: Scan): void {
  for (;;) {
    if (s.index === 0 && at(s) === '\ufeff') skip(s)
    while (at(s) === ' ' || ((s.flow > 0 || !s.mayBeKey) && at(s) === '\t')) skip(s)
    if (at(s) === '#') skipWhile(s, c => !isEnd(c))
    if (!isBreak(at(s))) return
    skipLine(s)
    if (s.flow === 0) s.mayBeKey = true
  }
}

const isDocumentMark = (s: Scan): boolean =>
  s.column === 0 && /^(---|\.\.\.)$/.test(s.text.slice(s.index, s.index + 3)) && isSpace(at(s, 3))

function fetch(s: Scan): void {
  if (!s.started) {
    s.started = true
    s.keys.push(noKey())
    return push(s, 'stream-start', markOf(s))
  }
  toNextToken(s)
  unroll(s, s.column)
  const c = at(s)
  const next = at(s, 1)
  if (c === '') return streamEnd(s)
  if (s.column === 0 && c === '%') return directive(s)
  if (isDocumentMark(s)) return documentMark(s)
  if (c === '[' || c === '{') return flowStart(s, c)
  if (c === ']' || c === '}') return flowEnd(s, c)
  if (c === ',') return flowEntry(s)
  if (c === '-' && isSpace(next)) return blockEntry(s)
  if (c === '?' && (s.flow > 0 || isSpace(next))) return explicitKey(s)
  if (c === ':' && (s.flow > 0 || isSpace(next))) return value(s)
  if (c === '*' || c === '&') return anchor(s, c)
  if (c === '!') return tag(s)
  if ((c === '|' || c === '>') && s.flow === 0) return blockScalar(s)
  if (c === '"' || c === "'") return quoted(s, c)
  const isPlainStart = !isSpace(c) && !'-?:,[]{}#&*!|>\'"%@`'.includes(c)
  if (isPlainStart || (c === '-' && !isBlank(next)) || (s.flow === 0 && (c === '?' || c === ':') && !isSpace(next))) return plain(s)
  throw new ScanError('found character that cannot start any token', markOf(s))
}

function streamEnd(s: Scan): void {
  if (s.column !== 0) {
    s.column = 0
    s.line++
  }
  unroll(s, -1)
  dropKey(s)
  s.mayBeKey = false
  push(s, 'stream-end', markOf(s))
}

function documentMark(s: Scan): void {
  unroll(s, -1)
  dropKey(s)
  s.mayBeKey = false
  push(s, at(s) === '-' ? '---' : '...', markOf(s))
  skip(s, 3)
}

function flowStart(s: Scan, c: '[' | '{'): void {
  saveKey(s)
  s.keys.push(noKey())
  s.flow++
  if (s.flow > DEEPEST) throw new ScanError(`exceeded max depth of ${DEEPEST}`, markOf(s))
  s.mayBeKey = true
  push(s, c, markOf(s))
  skip(s)
}

function flowEnd(s: Scan, c: ']' | '}'): void {
  dropKey(s)
  if (s.flow > 0) {
    s.flow--
    s.keys.pop()
  }
  s.mayBeKey = false
  push(s, c, markOf(s))
  skip(s)
}

function flowEntry(s: Scan): void {
  dropKey(s)
  s.mayBeKey = true
  push(s, ',', markOf(s))
  skip(s)
}

function blockEntry(s: Scan): void {
  if (s.flow === 0) {
    if (!s.mayBeKey) throw new ScanError('block sequence entries are not allowed in this context', markOf(s))
    roll(s, s.column, 'block-sequence', markOf(s))
  }
  dropKey(s)
  s.mayBeKey = true
  push(s, '-', markOf(s))
  skip(s)
}

function explicitKey(s: Scan): void {
  if (s.flow === 0) {
    if (!s.mayBeKey) throw new ScanError('mapping keys are not allowed in this context', markOf(s))
    roll(s, s.column, 'block-mapping', markOf(s))
  }
  dropKey(s)
  s.mayBeKey = s.flow === 0
  push(s, 'key', markOf(s))
  skip(s)
}

function value(s: Scan): void {
  const key = s.keys.at(-1)!
  if (isStill(s, key)) {
    s.tokens.splice(key.token - s.taken, 0, { is: 'key', start: key.mark, text: '' })
    roll(s, key.mark.column, 'block-mapping', key.mark, key.token)
    key.possible = false
    s.mayBeKey = false
  } else {
    if (s.flow === 0) {
      if (!s.mayBeKey) throw new ScanError('mapping values are not allowed in this context', markOf(s))
      roll(s, s.column, 'block-mapping', markOf(s))
    }
    s.mayBeKey = s.flow === 0
  }
  push(s, 'value', markOf(s))
  skip(s)
}

function anchor(s: Scan, c: '*' | '&'): void {
  saveKey(s)
  s.mayBeKey = false
  const start = markOf(s)
  skip(s)
  const name = skipWhile(s, isWord)
  if (name === '' || !(isSpace(at(s)) || '?:,]}%@`'.includes(at(s))))
    throw new ScanError('did not find expected alphabetic or numeric character', markOf(s), start)
  push(s, c === '*' ? 'alias' : 'anchor', start, name)
}

const isUri = (c: string): boolean => /^[\w\-;/?:@&=+$,.%!~*'()[\]]$/.test(c)

function tag(s: Scan): void {
  saveKey(s)
  s.mayBeKey = false
  const start = markOf(s)
  let handle = ''
  if (at(s, 1) === '<') {
    skip(s, 2)
    if (skipWhile(s, isUri) === '') throw new ScanError('did not find expected tag URI', markOf(s), start)
    if (at(s) !== '>') throw new ScanError("did not find the expected '>'", markOf(s), start)
    skip(s)
  } else {
    skip(s)
    const word = skipWhile(s, isWord)
    handle = '!'
    if (at(s) === '!') {
      skip(s)
      handle = `!${word}!`
      if (skipWhile(s, isUri) === '') throw new ScanError('did not find expected tag URI', markOf(s), start)
    } else skipWhile(s, isUri)
  }
  if (!isSpace(at(s))) throw new ScanError('did not find expected whitespace or line break', markOf(s), start)
  push(s, 'tag', start, handle)
}

/** `%YAML 1.1` and `%TAG ! x`. */
function directive(s: Scan): void {
  unroll(s, -1)
  dropKey(s)
  s.mayBeKey = false
  const start = markOf(s)
  const fail = (problem: string): never => {
    throw new ScanError(problem, markOf(s), start)
  }
  skip(s)
  const name = skipWhile(s, isWord)
  if (name === '') fail('could not find expected directive name')
  if (!isSpace(at(s))) fail('found unexpected non-alphabetical character')
  if (name !== 'YAML' && name !== 'TAG') fail('found unknown directive name')
  skipWhile(s, isBlank)
  let handle = ''
  if (name === 'YAML') {
    if (skipWhile(s, c => /\d/.test(c)) === '') fail('did not find expected version number')
    if (at(s) !== '.') fail("did not find expected digit or '.' character")
    skip(s)
    if (skipWhile(s, c => /\d/.test(c)) === '') fail('did not find expected version number')
  } else {
    handle = skipWhile(s, c => !isSpace(c))
    if (!/^!([\w-]*!)?$/.test(handle)) fail("did not find expected '!'")
    skipWhile(s, isBlank)
    if (skipWhile(s, isUri) === '') fail('did not find expected tag URI')
  }
  toLineEnd(s, start)
  push(s, 'directive', start, handle)
}

/** Blanks and a comment, and the break after them. */
function toLineEnd(s: Scan, start: Mark): void {
  skipWhile(s, isBlank)
  if (at(s) === '#') skipWhile(s, c => !isEnd(c))
  if (!isEnd(at(s))) throw new ScanError('did not find expected comment or line break', markOf(s), start)
  if (isBreak(at(s))) skipLine(s)
}

function blockScalar(s: Scan): void {
  dropKey(s)
  s.mayBeKey = true
  const start = markOf(s)
  skip(s)
  let increment = 0
  for (let i = 0; i < 2; i++) {
    if (/[+-]/.test(at(s))) skip(s)
    else if (/\d/.test(at(s))) {
      increment = Number(at(s))
      if (increment === 0) throw new ScanError('found an indentation indicator equal to 0', markOf(s), start)
      skip(s)
    }
  }
  toLineEnd(s, start)
  let indent = increment > 0 ? Math.max(s.indent, 0) + increment : 0
  indent = blockBreaks(s, indent, start)
  while (s.column === indent && at(s) !== '') {
    skipWhile(s, c => !isEnd(c))
    if (isBreak(at(s))) skipLine(s)
    blockBreaks(s, indent, start)
  }
  push(s, 'scalar', start)
}

/** Empty lines of a block scalar, and the indentation of the line after them. Answers how deep the scalar stands. */
function blockBreaks(s: Scan, indent: number, start: Mark): number {
  let deepest = 0
  for (;;) {
    while ((indent === 0 || s.column < indent) && at(s) === ' ') skip(s)
    deepest = Math.max(deepest, s.column)
    if ((indent === 0 || s.column < indent) && at(s) === '\t')
      throw new ScanError('found a tab character where an indentation space is expected', markOf(s), start)
    if (!isBreak(at(s))) break
    skipLine(s)
  }
  return indent > 0 ? indent : Math.max(deepest, s.indent + 1, 1)
}

const HEX_DIGITS: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 }

function quoted(s: Scan, quote: string): void {
  saveKey(s)
  s.mayBeKey = false
  const start = markOf(s)
  skip(s)
  const from = s.index
  for (;;) {
    if (isDocumentMark(s)) throw new ScanError('found unexpected document indicator', markOf(s), start)
    if (at(s) === '') throw new ScanError('found unexpected end of stream', markOf(s), start)
    quotedWord(s, quote, start)
    if (at(s) === quote) break
    skipSpace(s)
  }
  push(s, 'scalar', start, s.text.slice(from, s.index))
  skip(s)
}

/** Up to a blank, a break, or the closing quote. */
function quotedWord(s: Scan, quote: string, start: Mark): void {
  while (!isSpace(at(s))) {
    if (quote === "'" && at(s) === "'" && at(s, 1) === "'") skip(s, 2)
    else if (at(s) === quote) return
    else if (quote === '"' && at(s) === '\\') {
      if (isBreak(at(s, 1))) {
        skip(s)
        skipLine(s)
        return
      }
      escaped(s, start)
    } else skip(s)
  }
}

function escaped(s: Scan, start: Mark): void {
  const code = at(s, 1)
  const digits = HEX_DIGITS[code] ?? 0
  if (digits === 0 && (code === '' || !'0abt\tnvfre "\'/\\N_LP'.includes(code)))
    throw new ScanError('found unknown escape character', markOf(s), start)
  skip(s, 2)
  const hex = s.text.slice(s.index, s.index + digits)
  if (!new RegExp(`^[0-9A-Fa-f]{${digits}}$`).test(hex)) throw new ScanError('did not find expected hexdecimal digit', markOf(s), start)
  const value = Number.parseInt(hex || '0', 16)
  if ((value >= 0xd800 && value <= 0xdfff) || value > 0x10ffff)
    throw new ScanError('found invalid Unicode character escape code', markOf(s), start)
  skip(s, digits)
}

function skipSpace(s: Scan): void {
  while (isBlank(at(s)) || isBreak(at(s)))
    if (isBlank(at(s))) skip(s)
    else skipLine(s)
}

function plain(s: Scan): void {
  saveKey(s)
  s.mayBeKey = false
  const start = markOf(s)
  const from = s.index
  let to = s.index
  let broken = false
  for (;;) {
    if (isDocumentMark(s) || at(s) === '#') break
    const word = s.index
    while (!isSpace(at(s)) && !endsPlain(s)) skip(s)
    if (s.index > word) {
      to = s.index
      broken = false
    }
    if (!isBlank(at(s)) && !isBreak(at(s))) break
    while (isBlank(at(s)) || isBreak(at(s))) {
      if (isBreak(at(s))) {
        skipLine(s)
        broken = true
        continue
      }
      if (broken && s.column < s.indent + 1 && at(s) === '\t')
        throw new ScanError('found a tab character that violates indentation', markOf(s), start)
      skip(s)
    }
    if (s.flow === 0 && s.column < s.indent + 1) break
  }
  push(s, 'scalar', start, s.text.slice(from, to), true)
  if (broken) s.mayBeKey = true
}

const endsPlain = (s: Scan): boolean => (at(s) === ':' && isSpace(at(s, 1))) || (s.flow > 0 && ',?[]{}'.includes(at(s)))
