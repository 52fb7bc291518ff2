// JSON as text: what JSON.parse does not tell (duplicate keys, depth) and where a path stands. Values themselves come from JSON.parse.
import type { Path } from './path'

/** How deep brackets nest, and how many keys the text writes; strings are skipped. */
export function scanJson(text: string): { readonly depth: number; readonly keys: number } {
  let depth = 0
  let deepest = 0
  let keys = 0
  for (let at = 0; at < text.length; at++) {
    const c = text.charCodeAt(at)
    if (c === 34) at = endOfString(text, at)
    else if (c === 58) keys++
    else if (c === 123 || c === 91) deepest = Math.max(deepest, ++depth)
    else if (c === 125 || c === 93) depth--
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
  while (text.charCodeAt(at - 1 - slashes) === 92) slashes++
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
  while (text.charCodeAt(i) <= 32) i++
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
    if (c === 34) i = endOfString(text, i)
    else if (c === 123 || c === 91) depth++
    else if (c === 125 || c === 93) {
      if (depth === 0) return i
      depth--
    } else if (c === 44 && depth === 0) return i
    if (depth === 0 && (c === 34 || c === 125 || c === 93)) return i + 1
  }
  return text.length
}
