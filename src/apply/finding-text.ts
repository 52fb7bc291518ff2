// Findings of the decoder as Problems: the field in words, the place, and what to write instead.
import { closest, distance } from 'fastest-levenshtein'
import type { Place, Problem } from '../error'
import { never } from '../error'
import type { Finding } from './decode'
import { type Path, pathText } from './path'
import type { Definition, Schema, Type } from './schema'

/** The nearest of some words, if it is near enough to be meant. */
export function nearest(word: string, words: readonly string[]): string | undefined {
  const same = words.find(w => w.toLowerCase().replaceAll(/[-_]/g, '') === word.toLowerCase().replaceAll(/[-_]/g, ''))
  if (same !== undefined || words.length === 0) return same
  const near = closest(word, words)
  return distance(word.toLowerCase(), near.toLowerCase()) <= Math.max(1, Math.floor(word.length / 3)) ? near : undefined
}

/** The name of which the word is a slip of the pen, the nearest: at most two letters differ, and more than half are the same. */
export function misspelt(word: string, names: readonly string[]): string | undefined {
  const far = names.map(name => distance(word, name))
  const least = Math.min(...far)
  return names.find((name, i) => far[i] === least && least <= Math.min(2, (name.length - 1) / 2))
}

/** The definition of the whole object, and those that its fields name. */
export interface Known {
  readonly top: Definition
  definition(name: string): Definition
}

/** What a schema knows of one of its kinds. */
export const knownIn = (schema: Schema, name: string): Known => ({ top: schema.definition(name), definition: n => schema.definition(n) })

/** `Service has no field 'target_port'. Did you mean 'targetPort'?` */
export function findingProblem(kind: string, finding: Finding, { top, definition }: Known, placeOf: (path: Path) => Place): Problem {
  switch (finding.is) {
    case 'unknown':
      return unknownProblem(kind, finding.path, finding.in, { top, definition }, placeOf)
    case 'missing': {
      const name = finding.field.name
      return {
        code: 'MISSING_FIELD',
        message: `${at(kind, finding.path)} has no '${name}', which is required.`,
        place: placeOf(finding.path),
        fix: `Add '${name}: ${exampleOf(finding.field.type)}'.`,
      }
    }
    case 'type':
      return {
        code: 'WRONG_TYPE',
        message: `${at(kind, finding.path)} must be ${typeWords(finding.type)}, not ${valueWords(finding.value)}.`,
        place: placeOf(finding.path),
        fix: typeFix(finding.type, finding.value, finding.path),
      }
    default:
      return never(finding)
  }
}

const at = (kind: string, path: Path): string => (path.length === 0 ? kind : `${kind} ${pathText(path)}`)

function unknownProblem(kind: string, path: Path, owner: Definition, known: Known, placeOf: (path: Path) => Place): Problem {
  const name = String(path.at(-1))
  const names = [...owner.fields.keys()]
  const near = nearest(name, names)
  const below = near ? undefined : (fieldAbove(name, path, known) ?? fieldBelow(name, owner, known))
  const general = owner === known.top && owner.fields.has('spec') ? " It may belong under 'spec' or 'metadata'." : ''
  const elsewhere = below === undefined ? general : ` It may belong under '${below}'.`
  return {
    code: 'UNKNOWN_FIELD',
    message: `${at(kind, path.slice(0, -1))} has no field '${name}'.`,
    place: placeOf(path),
    fix: near ? `Did you mean '${near}'?` : `It has: ${names.slice(0, 40).join(', ')}.${elsewhere}`,
  }
}

/** The nearest mapping around this one that has the field: the text is indented too far. */
function fieldAbove(name: string, path: Path, { top, definition }: Known): string | undefined {
  let found: string | undefined
  let type: Type = { is: 'struct', name: top.name }
  for (const [i, step] of path.slice(0, -2).entries()) {
    if (type.is === 'struct') {
      const field = definition(type.name).fields.get(String(step))
      if (field === undefined) return found
      type = field.type
    } else if (type.is === 'list' || type.is === 'map') type = type.of
    else return found
    if (type.is === 'struct' && definition(type.name).fields.has(name)) found = pathText(path.slice(0, i + 1))
  }
  return found
}

/** The field of this mapping whose own fields have the name: the text is indented too little, or stands outside of a list. */
function fieldBelow(name: string, owner: Definition, { definition }: Known): string | undefined {
  for (const field of owner.fields.values()) {
    const inner = field.type.is === 'list' ? field.type.of : field.type
    if (field.name !== 'status' && inner.is === 'struct' && definition(inner.name).fields.has(name))
      return field.type.is === 'list' ? `${field.name}[]` : field.name
  }
  return undefined
}

function typeWords(type: Type): string {
  switch (type.is) {
    case 'scalar':
      return SCALAR_WORDS[type.scalar]
    case 'list':
      return 'a list'
    case 'map':
    case 'struct':
      return 'a mapping'
    default:
      return never(type)
  }
}

const SCALAR_WORDS = {
  string: 'text',
  boolean: 'true or false',
  integer: 'a whole number',
  number: 'a number',
  int32: 'a whole number',
  int64: 'a whole number',
  byte: 'text in base64',
  'date-time': 'a time like 2026-01-31T12:00:00Z',
  'int-or-string': 'a whole number or a name',
  quantity: 'a quantity like 250m or 1Gi',
  object: 'a mapping',
  any: 'anything',
} as const

export function valueWords(value: unknown): string {
  if (value === null) return 'nothing'
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object') return 'a mapping'
  return typeof value === 'string' ? `the text ${JSON.stringify(value)}` : typeof value === 'number' ? `the number ${value}` : `${value}`
}

function typeFix(type: Type, value: unknown, path: Path): string {
  const name = [...path].reverse().find(step => typeof step === 'string') ?? ''
  const text = typeof value === 'object' ? '…' : String(value)
  if (type.is === 'scalar') return scalarFix(type, value, text)
  if (type.is === 'list')
    return typeof value === 'object' && value !== null
      ? `Put '- ' before the first line below '${name}', and indent the rest to match.`
      : `Write a list: '${name}: [${text}]'.`
  if (Array.isArray(value)) return `Leave out the '- ' below '${name}'.`
  const pair = typeof value === 'string' ? /^([^:=]+)[:=](.+)$/.exec(value) : null
  return pair ? `Put a space behind the colon: '${pair[1]}: ${pair[2]}'.` : `Write its fields as 'key: value' lines below '${name}'.`
}

function scalarFix(type: Type & { is: 'scalar' }, value: unknown, text: string): string {
  const wanted = type.scalar
  if (wanted === 'string' && (typeof value === 'number' || typeof value === 'boolean')) return `Write it in quotes: "${text}".`
  if (wanted === 'boolean' && /^(true|false)$/.test(text)) return `Write ${text} without quotes.`
  if (/int/.test(wanted) && typeof value === 'string' && /^-?\d+$/.test(value)) return `Write ${value} without quotes.`
  return `Write ${SCALAR_WORDS[wanted]}.`
}

function exampleOf(type: Type): string {
  if (type.is === 'list') return '[…]'
  if (type.is !== 'scalar') return '{…}'
  return /int/.test(type.scalar) ? '1' : type.scalar === 'boolean' ? 'true' : '…'
}
