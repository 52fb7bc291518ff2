// Anchors, aliases, tags and directives of YAML text.
import {
  at,
  dropKey,
  isBlank,
  isSpace,
  isWord,
  markOf,
  push,
  saveKey,
  type Scan,
  ScanError,
  skip,
  skipWhile,
  toLineEnd,
  unroll,
} from './go-yaml-cursor'

export function anchor(s: Scan, c: '*' | '&'): void {
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

export function tag(s: Scan): void {
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

/** Stands for the handle of a %YAML that go-yaml v2 does not read: it knows 1.1 alone. */
export const OTHER_VERSION = '%YAML'

/** `%YAML 1.1` and `%TAG ! x`. */
export function directive(s: Scan): void {
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
    const major = skipWhile(s, c => /\d/.test(c))
    if (major === '') fail('did not find expected version number')
    if (at(s) !== '.') fail("did not find expected digit or '.' character")
    skip(s)
    const minor = skipWhile(s, c => /\d/.test(c))
    if (minor === '') fail('did not find expected version number')
    if (Number(major) !== 1 || Number(minor) !== 1) handle = OTHER_VERSION
  } else {
    handle = skipWhile(s, c => !isSpace(c))
    if (!/^!([\w-]*!)?$/.test(handle)) fail("did not find expected '!'")
    skipWhile(s, isBlank)
    if (skipWhile(s, isUri) === '') fail('did not find expected tag URI')
  }
  toLineEnd(s, start)
  push(s, 'directive', start, handle)
}
