// Mutations of manifests: of the object (values, keys, shapes) and of its text (letters, lines, indentation). All from one seed.
import { stringify } from 'yaml'

/** A generator of whole numbers below a bound. */
export type Dice = (below: number) => number

/** Numbers that follow from a seed (mulberry32). */
export function diceOf(seed: number): Dice {
  let at = seed >>> 0
  return below => {
    at = (at + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(at ^ (at >>> 15), 1 | at)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below)
  }
}

const pick = <T>(dice: Dice, list: readonly T[]): T => list[dice(list.length)]!

/** Values that no field is ready for, and some that many are. */
const ODD: readonly unknown[] = [
  null,
  true,
  false,
  0,
  -1,
  1,
  80,
  65536,
  2 ** 31,
  2 ** 53,
  1.5,
  1e300,
  '',
  ' ',
  'a',
  'None',
  'A_b',
  '-',
  '10.0.0.1',
  '10.0.0.0/33',
  '010.0.0.1',
  'fd00::1',
  '::ffff:1.2.3.4',
  '25%',
  '101%',
  '1Gi',
  '1e3',
  '0x10',
  'TCP',
  'tcp',
  'ClientIP',
  '\u0000',
  'ü',
  '👍',
  'a'.repeat(64),
  'a.'.repeat(130),
  '__proto__',
  'constructor',
  [],
  {},
  [null],
  [[]],
  { a: 'b' },
  [{ name: 'a' }],
]
const KEYS = [
  'name',
  'spec',
  'metadata',
  'ports',
  'port',
  '__proto__',
  'constructor',
  'toString',
  'x',
  '',
  'a b',
  'items',
  'kind',
  'status',
  'hasOwnProperty',
]

type Parent = Record<string | number, unknown>

/** Every place in an object that holds a value: its parent and key. */
function places(value: unknown, found: (readonly [Parent, string | number])[] = []): (readonly [Parent, string | number])[] {
  if (typeof value !== 'object' || value === null) return found
  for (const key of Object.keys(value)) {
    const at = Array.isArray(value) ? Number(key) : key
    found.push([value as Parent, at])
    places((value as Parent)[at], found)
  }
  return found
}

/** An own property, also of a name that every object inherits. */
const put = (parent: Parent, key: string | number, value: unknown): void => {
  Object.defineProperty(parent, key, { value, writable: true, enumerable: true, configurable: true })
}

function mutateOnce(root: Parent, dice: Dice): void {
  const all = places(root)
  if (all.length === 0) return
  const [parent, key] = pick(dice, all)
  const value = parent[key]
  switch (dice(9)) {
    case 0:
    case 1:
    case 2:
      return put(parent, key, structuredClone(pick(dice, ODD)))
    case 3:
      if (Array.isArray(parent)) parent.splice(Number(key), 1)
      else delete parent[key]
      return
    case 4:
      if (!Array.isArray(parent)) {
        delete parent[key]
        put(parent, pick(dice, KEYS), value)
      }
      return
    case 5:
      if (!Array.isArray(parent)) put(parent, pick(dice, KEYS), structuredClone(pick(dice, ODD)))
      return
    case 6:
      return put(parent, key, dice(2) === 0 ? [value] : { a: value })
    case 7:
      if (Array.isArray(parent)) parent.push(structuredClone(value))
      return
    default: {
      const [other, otherKey] = pick(dice, all)
      return put(parent, key, structuredClone(other[otherKey]))
    }
  }
}

/** The object with one to three changes. Never deeper than the original and a few levels. */
export function mutateObject(manifest: object, dice: Dice): object {
  const copy = structuredClone(manifest) as Parent
  for (let i = dice(3); i >= 0; i--) mutateOnce(copy, dice)
  return copy
}

const LETTERS = [
  ' ',
  '\n',
  '\t',
  ':',
  '-',
  '#',
  '"',
  "'",
  '{',
  '}',
  '[',
  ']',
  '&',
  '*',
  '!',
  '|',
  '>',
  '%',
  '@',
  '`',
  ',',
  '0',
  '\\',
  '\r',
  '\u0000',
  'é',
]

/** Its text as YAML with letters changed, lines moved, or indentation lost. */
export function mutateText(manifest: object, dice: Dice): string {
  let text = stringify(manifest)
  for (let i = dice(3); i >= 0; i--) {
    const at = dice(text.length + 1)
    const lines = text.split('\n')
    const line = dice(lines.length)
    switch (dice(6)) {
      case 0:
        text = text.slice(0, at) + pick(dice, LETTERS) + text.slice(at)
        break
      case 1:
        text = text.slice(0, at) + text.slice(at + 1 + dice(3))
        break
      case 2:
        text = lines.map((l, n) => (n === line ? l.replace(/^ {1,2}/, '') : l)).join('\n')
        break
      case 3:
        text = lines.map((l, n) => (n === line ? ` ${l}` : l)).join('\n')
        break
      case 4:
        lines.splice(line, 0, lines[dice(lines.length)]!)
        text = lines.join('\n')
        break
      default:
        text = text.slice(0, at)
    }
  }
  return text
}
