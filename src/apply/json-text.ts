// JSON as text: what JSON.parse does not tell (duplicate keys, depth) and where a path stands. Values themselves come from JSON.parse.
import type { Path } from './path'

/** Characters by their codes: texts of many megabytes are read one by one. */
const [SPACE, QUOTE, COMMA, COLON, BACKSLASH] = [32, 34, 44, 58, 92]
const [OPEN_BRACKET, CLOSE_BRACKET, OPEN_BRACE, CLOSE_BRACE] = [91, 93, 123, 125]

/** How deep brackets nest, and how many keys the text writes; strings are skipped. */
export function scanJson(text: string): { readonly depth: number; readonly keys: number } {
  let depth = 0
  let deepest = 0
  let keys = 0
  for (let at = 0; at < text.length; at++) {
    const c = text.charCodeAt(at)
    if (c === QUOTE) at = endOfString(text, at)
    else if (c === COLON) keys++
    else if (c === OPEN_BRACE || c === OPEN_BRACKET) deepest = Math.max(deepest, ++depth)
    else if (c === CLOSE_BRACE || c === CLOSE_BRACKET) depth--
  }
  return { depth: deepest, keys }
}

/** The offset of the quote that ends the string beginning at `at`. */
function endOfString(text: string, at: number): number {
  let end = text.indexOf('"', at + 1)
  while (end > 0 && isEscaped(text, end)) end = text.indexOf('"', end + 1)
  return end < 0 ? text.length : end
}

function isEscaped(text: string, at: number): boolean {
  let slashes = 0
  while (text.charCodeAt(at - 1 - slashes) === BACKSLASH) slashes++
  return slashes % 2 === 1
}

/** How many keys a value has, all levels together; fewer than the text writes means that one is there twice. */
export function countKeys(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0
  let keys = 0
  if (Array.isArray(value)) for (const item of value) keys += countKeys(item)
  else
    for (const key in value) {
      const held = (value as Record<string, unknown>)[key]
      keys += typeof held === 'object' && held !== null ? 1 + countKeys(held) : 1
    }
  return keys
}

/** Where the nearest written part of a path stands: the offset of its key, or of the item in a list. The text must be valid JSON. */
export function locateJson(text: string, path: Path): number {
  let at = skipSpace(text, 0)
  let found = at
  for (const step of path) {
    const next = typeof step === 'number' ? findItem(text, at, step) : findKey(text, at, step)
    if (next === undefined) return found
    found = next.place
    at = next.value
  }
  return found
}

interface Found {
  readonly place: number
  readonly value: number
}

function findKey(text: string, at: number, key: string): Found | undefined {
  if (text[at] !== '{') return undefined
  for (let i = skipSpace(text, at + 1); text[i] === '"'; ) {
    const end = endOfString(text, i)
    const value = skipSpace(text, skipSpace(text, end + 1) + 1)
    if (JSON.parse(text.slice(i, end + 1)) === key) return { place: i, value }
    i = skipComma(text, skipValue(text, value))
  }
  return undefined
}

function findItem(text: string, at: number, index: number): Found | undefined {
  if (text[at] !== '[') return undefined
  let i = skipSpace(text, at + 1)
  for (let n = 0; text[i] !== ']'; n++) {
    if (n === index) return { place: i, value: i }
    i = skipComma(text, skipValue(text, i))
  }
  return undefined
}

function skipSpace(text: string, at: number): number {
  let i = at
  while (text.charCodeAt(i) <= SPACE) i++
  return i
}

function skipComma(text: string, at: number): number {
  const i = skipSpace(text, at)
  return text[i] === ',' ? skipSpace(text, i + 1) : i
}

/** The offset behind the value that begins at `at`. */
function skipValue(text: string, at: number): number {
  let depth = 0
  for (let i = at; i < text.length; i++) {
    const c = text.charCodeAt(i)
    if (c === QUOTE) i = endOfString(text, i)
    else if (c === OPEN_BRACE || c === OPEN_BRACKET) depth++
    else if (c === CLOSE_BRACE || c === CLOSE_BRACKET) {
      if (depth === 0) return i
      depth--
    } else if (c === COMMA && depth === 0) return i
    if (depth === 0 && (c === QUOTE || c === CLOSE_BRACE || c === CLOSE_BRACKET)) return i + 1
  }
  return text.length
}
