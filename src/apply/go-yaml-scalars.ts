// Scalars of YAML text: plain, quoted, and blocks.
import {
  at,
  dropKey,
  isBlank,
  isBreak,
  isDocumentMark,
  isEnd,
  isSpace,
  type Mark,
  markOf,
  push,
  saveKey,
  type Scan,
  ScanError,
  skip,
  skipLine,
  skipWhile,
  toLineEnd,
} from './go-yaml-cursor'

export function blockScalar(s: Scan): void {
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

export function quoted(s: Scan, quote: string): void {
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

export function plain(s: Scan): void {
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
