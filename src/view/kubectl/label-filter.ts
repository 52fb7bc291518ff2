// `-l`: labels asked for on the command line. Stands for apimachinery labels.Parse: the same words are taken, and the same complaints made.
import { labelValue, qualifiedName } from '../../apply/names'
import type { Labels } from '../../apply/object'

type LabelFilter = (labels: Labels | undefined) => boolean
type Read = { readonly filter: LabelFilter } | { readonly wrong: string }

/** Reads `app=web,tier in (a,b),!old`; undefined when it is no selector. */
export function readLabelFilter(text: string): LabelFilter | undefined {
  const read = parse(text)
  return 'filter' in read ? read.filter : undefined
}

/** What the server says about a selector that it cannot read. */
export function labelFilterError(text: string): string {
  const read = parse(text)
  return 'wrong' in read ? read.wrong : ''
}

interface Token {
  readonly is: 'word' | 'end' | ',' | '(' | ')' | '=' | '==' | '!=' | '!' | '>' | '<'
  readonly text: string
}

function tokensOf(text: string): readonly Token[] {
  const words = text.match(/==|!=|[=!(),<>]|[^\s=!(),<>]+/g) ?? []
  const tokens = words.map((word): Token => ({ is: /^[=!(),<>]/.test(word) ? (word as Token['is']) : 'word', text: word }))
  return [...tokens, { is: 'end', text: '' }]
}

/** Takes tokens from the front; what cannot be read is thrown as its complaint, and caught in `parse`. */
class Unreadable extends Error {}

interface Reader {
  readonly tokens: readonly Token[]
  at: number
}
const peek = ({ tokens, at }: Reader): Token => tokens[Math.min(at, tokens.length - 1)]!
const take = (reader: Reader): Token => {
  const token = peek(reader)
  reader.at++
  return token
}
const found = (token: Token, expected: string): never => {
  throw new Unreadable(`found '${token.text}', expected: ${expected}`)
}

function parse(text: string): Read {
  try {
    return { filter: selector({ tokens: tokensOf(text), at: 0 }) }
  } catch (error) {
    if (error instanceof Unreadable) return { wrong: error.message }
    throw error
  }
}

function selector(reader: Reader): LabelFilter {
  const parts: LabelFilter[] = []
  for (;;) {
    const first = peek(reader)
    if (first.is === 'end') break
    if (first.is !== 'word' && first.is !== '!') found(first, "!, identifier, or 'end of string'")
    parts.push(introduced(reader))
    const next = take(reader)
    if (next.is === 'end') break
    if (next.is !== ',') found(next, "',' or 'end of string'")
    const after = peek(reader)
    if (after.is !== 'word' && after.is !== '!') found(after, "identifier after ','")
  }
  return labels => parts.every(p => p(labels))
}

function introduced(reader: Reader): LabelFilter {
  try {
    return requirement(reader)
  } catch (error) {
    throw error instanceof Unreadable ? new Unreadable(`unable to parse requirement: ${error.message}`) : error
  }
}

function requirement(reader: Reader): LabelFilter {
  const negated = peek(reader).is === '!'
  if (negated) take(reader)
  const key = keyOf(take(reader))
  const next = peek(reader)
  if (negated && (next.is === 'end' || next.is === ',')) return l => l?.[key] === undefined
  if (next.is === 'end' || next.is === ',') return l => l?.[key] !== undefined
  const operator = take(reader)
  switch (operator.text) {
    case 'in': {
      const values = valuesOf(reader, key)
      return l => l?.[key] !== undefined && values.has(l[key])
    }
    case 'notin': {
      const values = valuesOf(reader, key)
      return l => l?.[key] === undefined || !values.has(l[key])
    }
    case '=':
    case '==': {
      const value = exactValue(reader, key)
      return l => l?.[key] === value
    }
    case '!=': {
      const value = exactValue(reader, key)
      return l => l?.[key] !== value
    }
    case '>':
    case '<': {
      const value = Number(exactValue(reader, key))
      const isGreater = operator.text === '>'
      return l => l?.[key] !== undefined && (isGreater ? Number(l[key]) > value : Number(l[key]) < value)
    }
    default:
      return found(operator, 'in, notin, =, ==, !=, gt, lt')
  }
}

function keyOf(token: Token): string {
  if (token.is !== 'word') found(token, 'identifier')
  const wrong = qualifiedName(token.text)
  if (wrong.length > 0) throw new Unreadable(`key: Invalid value: ${JSON.stringify(token.text)}: ${wrong.join('; ')}`)
  return token.text
}

function exactValue(reader: Reader, key: string): string {
  const next = peek(reader)
  if (next.is === 'end' || next.is === ',') return ''
  const token = take(reader)
  if (token.is !== 'word') found(token, 'identifier')
  checked(key, [token.text])
  return token.text
}

function valuesOf(reader: Reader, key: string): ReadonlySet<string> {
  const open = take(reader)
  if (open.is !== '(') throw new Unreadable(`found '${open.text}' expected: '('`)
  const values = new Set<string>()
  let expectsValue = true
  for (;;) {
    const token = take(reader)
    if (token.is === ')') {
      if (expectsValue) values.add('')
      break
    }
    if (token.is === ',') {
      if (expectsValue) values.add('')
      expectsValue = true
      continue
    }
    if (token.is !== 'word') found(token, values.size === 0 ? "',', ')' or identifier" : "',', or identifier")
    if (!expectsValue) found(token, "',' or ')'")
    values.add(token.text)
    expectsValue = false
    const next = peek(reader)
    if (next.is !== ',' && next.is !== ')') found(next, "',' or ')'")
  }
  checked(key, [...values].sort())
  return values
}

function checked(key: string, values: readonly string[]): void {
  for (const [i, value] of values.entries()) {
    const wrong = labelValue(value)
    if (wrong.length > 0) throw new Unreadable(`values[${i}][${key}]: Invalid value: ${JSON.stringify(value)}: ${wrong.join('; ')}`)
  }
}
