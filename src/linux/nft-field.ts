// nftables' expressions on the left of a comparison, both ways: `ip daddr . meta l4proto . th dport`, `meta mark & 0x00004000`, `numgen random mod 3`.
import { never } from '../error'
import type { NftElement, NftField, NftMapping } from './nft-rules'
import {
  CT_KEYS,
  type CtKey,
  FIB_PARTS,
  type FibPart,
  type FieldKey,
  fieldType,
  HEADERS,
  META_KEYS,
  type MetaKey,
  type NftHeader,
  type NftType,
} from './nft-types'
import { elementText, keyText, partsText, readElements, readPart } from './nft-value'
import type { NftReader } from './nft-words'

/** The types of a field's parts. A map's are those of what it is used for, which only its user knows. */
export function typesOf(f: NftField): readonly NftType[] {
  switch (f.read) {
    case 'concat':
      return f.parts.flatMap(typesOf)
    case 'bits':
      return typesOf(f.of)
    case 'numgen':
    case 'jhash':
      return ['integer']
    case 'constant':
      return f.types
    case 'map':
      return []
    default:
      return [fieldType(f)]
  }
}

/** The fields that are read for a field; none for what is read from the packet itself. */
export function innerFields(f: NftField): readonly NftField[] {
  switch (f.read) {
    case 'concat':
      return f.parts
    case 'bits':
    case 'jhash':
      return [f.of]
    case 'map':
      return [f.key]
    case 'payload':
    case 'meta':
    case 'ct':
    case 'fib':
    case 'numgen':
    case 'constant':
      return []
    default:
      return never(f)
  }
}

/** Whether a field, or one that is read for it, is such. */
export const someField = (f: NftField, isSuch: (f: NftField) => boolean): boolean =>
  isSuch(f) || innerFields(f).some(inner => someField(inner, isSuch))

/** `data`: the types of what a map inside leads to. */
export function fieldText(f: NftField, data: readonly NftType[] = []): string {
  switch (f.read) {
    case 'payload':
      return `${f.header} ${f.field}`
    case 'meta':
      return /^[io]if(?:name)?$/.test(f.key) ? f.key : `meta ${f.key}`
    case 'ct':
      return `ct ${f.direction ? `${f.direction} ` : ''}${f.key}`
    case 'fib':
      return `fib ${f.by.join(' . ')} ${f.result}`
    case 'concat':
      return f.parts.map(p => fieldText(p, data)).join(' . ')
    case 'bits':
      return `${fieldText(f.of, data)} ${f.op} ${keyText(typesOf(f.of)[0] ?? 'integer', f.by)}`
    case 'numgen':
      return `numgen ${f.mode} mod ${f.mod}${f.offset === 0 ? '' : ` offset ${f.offset}`}`
    case 'jhash':
      return `jhash ${fieldText(f.of, data)} mod ${f.mod}${f.seed === null ? '' : ` seed 0x${f.seed.toString(16)}`}${f.offset === 0 ? '' : ` offset ${f.offset}`}`
    case 'constant':
      return partsText(f.types, f.value)
    case 'map':
      return `${fieldText(f.key)} map ${mappingText(f.in, typesOf(f.key), data)}`
    default:
      return never(f)
  }
}

/** `@name`, or the elements in braces. */
export function mappingText(m: NftMapping, types: readonly NftType[], data?: readonly NftType[] | 'verdict'): string {
  return 'named' in m ? `@${m.named}` : bracedText(m.elements, types, data)
}

const bracedText = (elements: readonly NftElement[], types: readonly NftType[], data?: readonly NftType[] | 'verdict'): string =>
  elements.length === 0 ? '{ }' : `{ ${elements.map(e => elementText(e, types, data)).join(', ')} }`

/** Reads `@name` or `{ … }`. */
export function readMapping(r: NftReader, types: readonly NftType[], data?: readonly NftType[] | 'verdict'): NftMapping {
  const word = r.peek()
  if (word?.startsWith('@')) return { named: r.next('a name').slice(1) }
  return { elements: readElements(r, types, data) }
}

/** Reads a field; undefined, with nothing taken, where none begins that hopspec knows. `data`: as for fieldText. */
export function readField(r: NftReader, data: readonly NftType[] = []): NftField | undefined {
  const first = readOperand(r)
  if (first === undefined) return undefined
  const parts = [first]
  while (r.take('.')) {
    const next = readOperand(r)
    if (next === undefined) throw r.wrong(`'${r.peek()}' is not a field that hopspec knows in a concatenation.`)
    parts.push(next)
  }
  const field: NftField = parts.length === 1 ? first : { read: 'concat', parts }
  if (data.length === 0 || !r.take('map')) return field
  return { read: 'map', key: field, in: readMapping(r, typesOf(field), data) }
}

const OPERATORS = { '&': '&', and: '&', '|': '|', or: '|', '^': '^', xor: '^' } as const

function readOperand(r: NftReader): NftField | undefined {
  let field: NftField | undefined = readPlain(r)
  if (field === undefined) return undefined
  for (;;) {
    const operator = r.peek() as keyof typeof OPERATORS
    if (!Object.hasOwn(OPERATORS, operator) || r.peek(1) === '(') return field
    r.take(operator)
    const part = readPart(r, typesOf(field)[0]!)
    if (part.is !== 'value' || typeof part.value === 'string') throw r.wrong('bits are combined with one number only.')
    field = { read: 'bits', of: field, op: OPERATORS[operator], by: part.value }
  }
}

function readPlain(r: NftReader): NftField | undefined {
  const word = r.peek()
  if (word === undefined) return undefined
  if (word === 'numgen') return readNumgen(r)
  if (word === 'jhash') return readJhash(r)
  if (word === 'fib') return readFib(r)
  if (word === 'ct') return readCt(r)
  if (word === 'meta') return readMeta(r, 1)
  if (Object.hasOwn(META_KEYS, word) && /^(?:mark|[io]if(?:name|type)?|pkttype|sk[ug]id)$/.test(word)) return readMeta(r, 0)
  const field = r.peek(1)
  if (!Object.hasOwn(HEADERS, word) || field === undefined || !Object.hasOwn(HEADERS[word as NftHeader], field)) return undefined
  r.takeAll(word, field)
  return { read: 'payload', header: word as NftHeader, field }
}

function readMeta(r: NftReader, at: 0 | 1): FieldKey | undefined {
  const key = r.peek(at)
  if (key === undefined || !Object.hasOwn(META_KEYS, key)) return undefined
  r.take('meta')
  r.take(key)
  return { read: 'meta', key: key as MetaKey }
}

function readCt(r: NftReader): FieldKey | undefined {
  const direction = [r.peek(1)].find(d => d === 'original' || d === 'reply') as 'original' | 'reply' | undefined
  const at = direction ? 2 : 1
  const two = `${r.peek(at)} ${r.peek(at + 1)}`
  const key = [two, r.peek(at) ?? ''].find(k => Object.hasOwn(CT_KEYS, k)) as CtKey | undefined
  const needsDirection = key !== undefined && /addr|proto-/.test(key)
  if (key === undefined || (needsDirection && !direction)) return undefined
  r.takeAll('ct', ...(direction ? [direction] : []), ...key.split(' '))
  return { read: 'ct', key, ...(direction ? { direction } : {}) }
}

function readFib(r: NftReader): FieldKey {
  r.take('fib')
  const by: FibPart[] = []
  do by.push(r.value(`one of ${FIB_PARTS.join(', ')}`, text => FIB_PARTS.find(p => p === text)))
  while (r.take('.'))
  const result = r.value('type, oif or oifname', text => (['type', 'oif', 'oifname'] as const).find(t => t === text))
  return { read: 'fib', by, result }
}

const wholeNumber = (text: string): number | undefined => (/^\d{1,10}$/.test(text) ? Number(text) : undefined)

function readNumgen(r: NftReader): NftField {
  r.take('numgen')
  const mode = r.value('random or inc', text => (text === 'random' || text === 'inc' ? text : undefined))
  r.expect('mod')
  const mod = r.value('a number above 0', text => wholeNumber(text) || undefined)
  const offset = r.take('offset') ? r.value('a number', wholeNumber) : 0
  return { read: 'numgen', mode, mod, offset }
}

function readJhash(r: NftReader): NftField {
  r.take('jhash')
  const of = readField(r)
  if (of === undefined) throw r.wrong(`'${r.peek() ?? ''}' is not a field that hopspec knows.`)
  r.expect('mod')
  const mod = r.value('a number above 0', text => wholeNumber(text) || undefined)
  const seed = r.take('seed') ? r.value('a number', readSeed) : null
  const offset = r.take('offset') ? r.value('a number', wholeNumber) : 0
  return { read: 'jhash', of, mod, seed, offset }
}

const readSeed = (text: string): number | undefined => (/^(?:0x[0-9a-f]{1,8}|\d{1,10})$/i.test(text) ? Number(text) >>> 0 : undefined)
