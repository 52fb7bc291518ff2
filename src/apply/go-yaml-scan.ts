// Splits YAML text into tokens as go-yaml does, one at a time and only as far as its reader asks: what it never asks for cannot be wrong.
// Only what decides over errors is kept: the place of a token, and the text of keys, anchors and tags.
import {
  at,
  DEEPEST,
  dropKey,
  isBlank,
  isBreak,
  isDocumentMark,
  isEnd,
  isSpace,
  isStill,
  markOf,
  noKey,
  push,
  roll,
  saveKey,
  type Scan,
  ScanError,
  skip,
  skipLine,
  skipWhile,
  type Token,
  unroll,
} from './go-yaml-cursor'
import { anchor, directive, tag } from './go-yaml-properties'
import { blockScalar, plain, quoted } from './go-yaml-scalars'

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
