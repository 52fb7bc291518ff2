// A quick reader of the YAML that programs write: block mappings and lists, one-line scalars, simple flow collections. Text in, value out,
// or NOT_FAST for anything it is not sure about, which yaml-tree.ts then reads. It never judges: no errors, no places.
import { resolvePlain } from './scalar'
import { setKey } from './yaml-tree'

/** The text is outside of the subset. */
export const NOT_FAST = Symbol('not fast')

class NotFast extends Error {}
const MAX_FAST_DEPTH = 40

/** Characters by their codes. */
const [BLANK, QUOTE, HASH, APOSTROPHE, DASH, DOT, BRACKET, BRACE] = [32, 34, 35, 39, 45, 46, 91, 123]

interface Line {
  readonly indent: number
  readonly text: string
}

/** The value of one document without directives; `null` for an empty one. */
export function readFastYaml(text: string): unknown {
  try {
    const lines = splitLines(text)
    if (lines.length === 0) return null
    const reader = new BlockReader(lines)
    const value = reader.block(lines[0]!.indent, 0)
    return reader.at === lines.length ? value : NOT_FAST
  } catch (e) {
    if (e instanceof NotFast) return NOT_FAST
    throw e
  }
}

const give = (): never => {
  throw new NotFast()
}

/** Lines that say something, without their indent and trailing blanks. Comments on lines of their own go; any other `#`, tab or marker is left to the exact reader. */
function splitLines(text: string): Line[] {
  const lines: Line[] = []
  let start = 0
  if (text.startsWith('---\n')) start = 4
  while (start < text.length) {
    let end = text.indexOf('\n', start)
    if (end < 0) end = text.length
    let at = start
    while (text.charCodeAt(at) === BLANK) at++
    const first = text.charCodeAt(at)
    if (at < end && first !== HASH) {
      if (at === start && (first === DOT || first === DASH) && /^(?:\.\.\.|---)/.test(text.slice(at, at + 3))) give()
      let last = end
      while (text.charCodeAt(last - 1) === BLANK) last--
      lines.push({ indent: at - start, text: text.slice(at, last) })
    }
    start = end + 1
  }
  return lines
}

/** Plain text that means the same to every reader: no quote, comment, anchor, tag or flow sign where it could matter, no control character. */
const PLAIN = /^[A-Za-z0-9_/.~+(=^$\\;<][ -"$-9;-~]*$/
const PLAIN_WITH_COLONS = /^[A-Za-z0-9_/.~+(=^$\\;<](?:[ -"$-9;-~]|:(?=\S))*$/
const NEGATIVE = /^-[A-Za-z0-9_.][ -"$-9;-~]*$/
const DOUBLE = /^"[ !#-[\]-~]*"$/
const SINGLE = /^'[ -&(-~]*'$/
const KEY = /^(?:([A-Za-z0-9_/.][A-Za-z0-9_/.-]*)|"([A-Za-z0-9_/. -]*)"|'([A-Za-z0-9_/. -]*)'):(?: +(\S.*))?$/

class BlockReader {
  at = 0
  /** The rest of the present line behind its `- `, as a line of its own deeper indent. */
  constructor(private readonly lines: Line[]) {}

  block(indent: number, depth: number): unknown {
    if (depth > MAX_FAST_DEPTH) give()
    const line = this.lines[this.at]!
    if (line.text === '-' || line.text.startsWith('- ')) return this.list(indent, depth)
    if (KEY.test(line.text)) return this.map(indent, depth)
    this.at++
    const next = this.lines[this.at]
    if (next !== undefined) give()
    return scalar(line.text)
  }

  private list(indent: number, depth: number): unknown[] {
    const items: unknown[] = []
    for (let line = this.lines[this.at]; line !== undefined && line.indent === indent; line = this.lines[this.at]) {
      if (line.text === '-') {
        this.at++
        items.push(this.nested(indent, depth))
      } else if (line.text.startsWith('- ')) items.push(this.item(line, indent, depth))
      else break
    }
    this.checkEnd(indent)
    return items
  }

  private item(line: Line, indent: number, depth: number): unknown {
    let skip = 2
    while (line.text.charCodeAt(skip) === BLANK) skip++
    const rest = line.text.slice(skip)
    if (rest.startsWith('- ') || rest === '-' || KEY.test(rest)) {
      this.lines[this.at] = { indent: indent + skip, text: rest }
      return this.block(indent + skip, depth + 1)
    }
    this.at++
    this.checkSingle(indent)
    return scalar(rest)
  }

  private map(indent: number, depth: number): Record<string, unknown> {
    const object: Record<string, unknown> = {}
    for (let line = this.lines[this.at]; line !== undefined && line.indent === indent; line = this.lines[this.at]) {
      const parts = KEY.exec(line.text)
      if (!parts) return give()
      const key = parts[1] === undefined ? (parts[2] ?? parts[3])! : String(resolvePlain(parts[1]))
      if (Object.hasOwn(object, key)) give()
      this.at++
      setKey(object, key, this.mapValue(parts[4], indent, depth))
    }
    this.checkEnd(indent)
    return object
  }

  private mapValue(text: string | undefined, indent: number, depth: number): unknown {
    if (text === undefined || text === '') {
      const next = this.lines[this.at]
      if (next !== undefined && next.indent === indent && (next.text === '-' || next.text.startsWith('- ')))
        return this.list(indent, depth + 1)
      return this.nested(indent, depth)
    }
    this.checkSingle(indent)
    return scalar(text)
  }

  /** What stands deeper than `indent` on the following lines; null where nothing does. */
  private nested(indent: number, depth: number): unknown {
    const next = this.lines[this.at]
    if (next === undefined || next.indent <= indent) return null
    if (!(next.text === '-' || next.text.startsWith('- ') || KEY.test(next.text))) give()
    return this.block(next.indent, depth + 1)
  }

  /** A one-line scalar: a deeper line behind it would continue it. */
  private checkSingle(indent: number): void {
    const next = this.lines[this.at]
    if (next !== undefined && next.indent > indent) give()
  }

  private checkEnd(indent: number): void {
    const next = this.lines[this.at]
    if (next !== undefined && next.indent > indent) give()
  }
}

function scalar(text: string): unknown {
  const first = text.charCodeAt(0)
  if (first === QUOTE) return DOUBLE.test(text) ? text.slice(1, -1) : give()
  if (first === APOSTROPHE) return SINGLE.test(text) ? text.slice(1, -1) : give()
  if (first === BRACKET || first === BRACE) return flow(text)
  if (PLAIN.test(text) || NEGATIVE.test(text)) return resolvePlain(text)
  return PLAIN_WITH_COLONS.test(text) ? resolvePlain(text) : give()
}

const FLOW_WORD = /^(?:"[ !#-[\]-~]*"|'[ -&(-~]*'|[A-Za-z0-9_/.](?:[A-Za-z0-9_/.+-]|:(?=[A-Za-z0-9]))*)$/
const FLOW_PAIR = /^([A-Za-z0-9_/.][A-Za-z0-9_/.-]*): +(.+)$/

/** `[]`, `{}`, `[a, "b"]`, `{ready: true}`: one level, no comma or bracket inside of a word. */
function flow(text: string): unknown {
  const open = text[0]!
  const inner = text.slice(1, -1)
  if (text.at(-1) !== (open === '[' ? ']' : '}') || /[[\]{}]/.test(inner)) return give()
  if (inner.trim() === '') return open === '[' ? [] : {}
  const words = inner.split(',').map(w => w.trim())
  if (open === '[') return words.map(flowWord)
  const object: Record<string, unknown> = {}
  for (const word of words) {
    const pair = FLOW_PAIR.exec(word)
    if (!pair) return give()
    const key = String(resolvePlain(pair[1]!))
    if (Object.hasOwn(object, key)) give()
    setKey(object, key, flowWord(pair[2]!))
  }
  return object
}

function flowWord(word: string): unknown {
  if (!FLOW_WORD.test(word)) return give()
  const first = word.charCodeAt(0)
  return first === QUOTE || first === APOSTROPHE ? word.slice(1, -1) : resolvePlain(word)
}
