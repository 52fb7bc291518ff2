// Where a scanner of YAML stands in its text, what it may yet turn out to have read (keys), and the block collections around it.

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

export const DEEPEST = 10_000
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

export const at = (s: Scan, ahead = 0): string => s.text[s.index + ahead] ?? ''
export const markOf = (s: Scan): Mark => ({ line: s.line, column: s.column, index: s.index })
export const isBreak = (c: string): boolean => c === '\n' || c === '\r' || c === '\u0085' || c === '\u2028' || c === '\u2029'
export const isBlank = (c: string): boolean => c === ' ' || c === '\t'
export const isEnd = (c: string): boolean => c === '' || isBreak(c)
export const isSpace = (c: string): boolean => isBlank(c) || isEnd(c)
export const isWord = (c: string): boolean => /^[\w-]$/.test(c)

export function skip(s: Scan, count = 1): void {
  s.index += count
  s.column += count
}
export function skipLine(s: Scan): void {
  s.index += at(s) === '\r' && at(s, 1) === '\n' ? 2 : 1
  s.column = 0
  s.line++
}
export const skipWhile = (s: Scan, is: (c: string) => boolean): string => {
  const from = s.index
  while (at(s) !== '' && is(at(s))) skip(s)
  return s.text.slice(from, s.index)
}

/** Whether a key may still end here: it must on its own line. One that had to be a key is missed. */
export function isStill(s: Scan, key: SimpleKey): boolean {
  if (!key.possible) return false
  if (key.mark.line === s.line && key.mark.index + LONGEST_KEY >= s.index) return true
  if (key.required) throw new ScanError("could not find expected ':'", markOf(s), key.mark)
  key.possible = false
  return false
}

export function saveKey(s: Scan): void {
  if (!s.mayBeKey) return
  const key = { possible: true, required: s.flow === 0 && s.indent === s.column, token: s.taken + s.tokens.length, mark: markOf(s) }
  dropKey(s)
  s.keys[s.keys.length - 1] = key
}

export function dropKey(s: Scan): void {
  const key = s.keys.at(-1)!
  if (key.possible && key.required) throw new ScanError("could not find expected ':'", markOf(s), key.mark)
  key.possible = false
}

export const noKey = (): SimpleKey => ({ possible: false, required: false, token: 0, mark: { line: 0, column: 0, index: 0 } })

export function push(s: Scan, is: TokenName, start: Mark, text = '', isPlain = false): void {
  s.tokens.push({ is, start, text, isPlain })
}

/** Begins a block collection that stands deeper than the one around it. */
export function roll(s: Scan, column: number, is: TokenName, mark: Mark, before?: number): void {
  if (s.flow > 0 || s.indent >= column) return
  s.indents.push(s.indent)
  s.indent = column
  if (s.indents.length > DEEPEST) throw new ScanError(`exceeded max depth of ${DEEPEST}`, markOf(s))
  s.tokens.splice(before === undefined ? s.tokens.length : before - s.taken, 0, { is, start: mark, text: '' })
}

/** Ends the block collections that stand deeper than a column. */
export function unroll(s: Scan, column: number): void {
  if (s.flow > 0) return
  while (s.indent > column) {
    push(s, 'block-end', markOf(s))
    s.indent = s.indents.pop()!
  }
}

export const isDocumentMark = (s: Scan): boolean =>
  s.column === 0 && /^(---|\.\.\.)$/.test(s.text.slice(s.index, s.index + 3)) && isSpace(at(s, 3))

/** Blanks and a comment, and the break after them. */
export function toLineEnd(s: Scan, start: Mark): void {
  skipWhile(s, isBlank)
  if (at(s) === '#') skipWhile(s, c => !isEnd(c))
  if (!isEnd(at(s))) throw new ScanError('did not find expected comment or line break', markOf(s), start)
  if (isBreak(at(s))) skipLine(s)
}
