// nftables' comparisons as text, both ways: `tcp dport 80`, `ct state established,related`, `tcp flags syn / syn,ack`, `ip saddr @hosts`.
import { never } from '../error'
import { fieldText, mappingText, readMapping, typesOf } from './nft-field'
import type { NftCompare, NftField, NftPart, NftStatement } from './nft-rules'
import type { NftType } from './nft-types'
import { flagsText, isBits, partsText, readFlag, readParts } from './nft-value'
import type { NftReader } from './nft-words'

export function matchText({ of, compare, with: right }: NftStatement & { do: 'match' }): string {
  const types = typesOf(of)
  const shown = compare === '==' && of.read !== 'bits' ? '' : `${compare} `
  switch (right.is) {
    case 'value':
      return isBits(types) ? exactText(of, right.value) : `${fieldText(of)} ${shown}${partsText(types, right.value)}`
    case 'flags':
      if (right.of === null) return `${fieldText(of)} ${shown}${flagsText(types[0]!, right.flags, compare === '!=' ? ' | ' : ',')}`
      if (right.flags === 0 && compare === '==') return `${fieldText(of)} ! ${flagsText(types[0]!, right.of)}`
      return `${fieldText(of)} ${shown}${flagsText(types[0]!, right.flags)} / ${flagsText(types[0]!, right.of)}`
    case 'set':
      return `${fieldText(of)} ${shown}${mappingText(right.in, types)}`
    default:
      return never(right)
  }
}

/** nft writes several flags of TCP as a number, and leaves `==` out where several of conntrack's make one value. */
function exactText(of: NftField, [part]: readonly NftPart[]): string {
  const [type] = typesOf(of)
  const flags = part?.is === 'value' ? Number(part.value) : 0
  const isOne = (flags & (flags - 1)) === 0
  if (type === 'tcp_flag' && !isOne) return `${fieldText(of)} == 0x${flags.toString(16)}`
  return `${fieldText(of)} ${isOne ? '== ' : ''}${flagsText(type!, flags, ' | ')}`
}

/** Reads what stands after the field. */
export function readMatch(r: NftReader, field: NftField): NftStatement {
  const written: string | undefined = r.take('==', '!=', '<=', '>=', '<', '>', 'eq', 'ne', 'lt', 'gt', 'le', 'ge')
  const compare = WORDS[written ?? '=='] ?? ((written ?? '==') as NftCompare)
  return compare === '==' && written && field.read !== 'bits' && isBits(typesOf(field)) && r.peek() !== '{'
    ? exactly(field, readFlagList(r, typesOf(field)[0]!).flags)
    : readRight(r, field, compare)
}

const WORDS: Readonly<Record<string, NftCompare>> = { eq: '==', ne: '!=', lt: '<', gt: '>', le: '<=', ge: '>=' }

function readRight(r: NftReader, of: NftField, compare: NftCompare): NftStatement {
  const types = typesOf(of)
  const word = r.peek()
  if (word === '{' || word?.startsWith('@')) {
    const right = readMapping(r, types)
    const only = 'elements' in right && right.elements.length === 1 && types.length === 1 ? right.elements[0]!.key : undefined
    return only
      ? { do: 'match', of, compare, with: { is: 'value', value: only } }
      : { do: 'match', of, compare, with: { is: 'set', in: right } }
  }
  if (isBits(types)) return readFlags(r, of, compare)
  return { do: 'match', of, compare, with: { is: 'value', value: readParts(r, types) } }
}

/** `established,related`: any of them; `established | related`: exactly these; `syn / syn,ack`: these among those; `! syn`: none. */
function readFlags(r: NftReader, of: NftField, compare: NftCompare): NftStatement {
  const type = typesOf(of)[0]!
  if (of.read === 'bits' && of.op === '&' && typeof of.by === 'number') return among(of.of, compare, readFlagList(r, type).flags, of.by)
  if (r.take('!')) return among(of, '==', 0, readFlagList(r, type).flags)
  if (r.take('&')) {
    const mask = readFlagList(r, type).flags
    const second = r.take('==', '!=') ?? '=='
    return among(of, second, readFlagList(r, type).flags, mask)
  }
  const { flags, exact } = readFlagList(r, type)
  if (r.take('/')) return among(of, compare, flags, readFlagList(r, type).flags)
  return exact && compare === '==' ? exactly(of, flags) : { do: 'match', of, compare, with: { is: 'flags', flags, of: null } }
}

const exactly = (of: NftField, flags: number): NftStatement => ({
  do: 'match',
  of,
  compare: '==',
  with: { is: 'value', value: [{ is: 'value', value: flags }] },
})

/** Not none of them is any of them. */
const among = (of: NftField, compare: NftCompare, flags: number, mask: number): NftStatement =>
  flags === 0 && compare === '!='
    ? { do: 'match', of, compare: '==', with: { is: 'flags', flags: mask, of: null } }
    : { do: 'match', of, compare, with: { is: 'flags', flags, of: mask } }

/** `exact`: joined by `|`, which makes one value of them. */
function readFlagList(r: NftReader, type: NftType): { readonly flags: number; readonly exact: boolean } {
  const parenthesis = r.take('(')
  let flags = 0
  let exact = false
  for (let joined: string | undefined = ','; joined; joined = r.take(',', '|')) {
    exact ||= joined === '|'
    flags |= r.value(`a flag of the type ${type}`, text => readFlag(type, text))
  }
  if (parenthesis) r.expect(')')
  return { flags, exact }
}
