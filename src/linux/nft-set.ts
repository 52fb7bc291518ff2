// nftables' named sets and maps as text, both ways: what stands between the braces of `set NAME { … }`, as nftables 1.0.6 prints it.
import { durationText, readDuration } from './nft-duration'
import { fieldText, readField, typesOf } from './nft-field'
import type { NftElement, NftField, NftSet } from './nft-rules'
import { NFT_TYPES, type NftType } from './nft-types'
import { elementText, readElements } from './nft-value'
import type { NftReader } from './nft-words'

/** How many elements stand in a line, by the type of the key; one where the type is not here. */
const PER_LINE: Partial<Readonly<Record<NftType, number>>> = {
  ipv4_addr: 2,
  ct_state: 2,
  ct_status: 2,
  ct_dir: 2,
  inet_service: 5,
  inet_proto: 5,
  mark: 5,
  integer: 5,
  pkt_type: 5,
  nf_proto: 5,
} // prettier-ignore

export function printSet(set: NftSet): string {
  const kind = set.data === undefined ? 'set' : 'map'
  const data =
    set.data === undefined
      ? ''
      : ` : ${set.data === 'verdict' ? 'verdict' : set.typeof?.data ? fieldText(set.typeof.data) : set.data.join(' . ')}`
  const lines = [
    set.typeof ? `typeof ${fieldText(set.typeof.key)}${data}` : `type ${set.types.join(' . ')}${data}`,
    ...(set.size === undefined ? [] : [`size ${set.size}`]),
    ...(set.flags.length === 0 ? [] : [`flags ${set.flags.join(',')}`]),
    ...(set.timeoutMs === undefined ? [] : [`timeout ${durationText(set.timeoutMs)}`]),
    ...(set.gcIntervalMs === undefined ? [] : [`gc-interval ${durationText(set.gcIntervalMs)}`]),
    ...(set.autoMerge ? ['auto-merge'] : []),
    ...(set.comment === undefined ? [] : [`comment "${set.comment}"`]),
    ...(set.elements.length === 0 ? [] : [`elements = { ${elementsText(set)} }`]),
  ]
  return `\t${kind} ${set.name} {\n${lines.map(l => `\t\t${l}\n`).join('')}\t}\n`
}

function elementsText(set: NftSet): string {
  const perLine = set.types.length > 1 ? 1 : (PER_LINE[set.types[0]!] ?? 1)
  return set.elements
    .map((e, i) => {
      const end = i === set.elements.length - 1 ? '' : (i + 1) % perLine === 0 ? ',\n\t\t\t     ' : ', '
      return elementText(e, set.types, set.data) + end
    })
    .join('')
}

const FLAGS = ['constant', 'dynamic', 'interval', 'timeout'] as const

/** Reads what stands in the braces, and the closing one. */
export function readSet(r: NftReader, name: string, kind: 'set' | 'map'): NftSet {
  let set: NftSet = { name, types: [], flags: [], autoMerge: false, elements: [] }
  let elements: readonly NftElement[] = []
  const wholeNumber = (text: string) => (/^\d{1,10}$/.test(text) ? Number(text) : undefined)
  for (r.skipEnds(); !r.take('}'); r.skipEnds()) {
    const { place } = r
    const option = r.next('an option of the set')
    if (option === 'type') set = { ...set, ...readTypes(r, kind) }
    else if (option === 'typeof') set = { ...set, ...readTypeof(r, kind) }
    else if (option === 'size') set = { ...set, size: r.value('a number', wholeNumber) }
    else if (option === 'flags') set = { ...set, flags: readFlags(r) }
    else if (option === 'timeout') set = { ...set, timeoutMs: r.value('a duration', readDuration) }
    else if (option === 'gc-interval') set = { ...set, gcIntervalMs: r.value('a duration', readDuration) }
    else if (option === 'auto-merge') set = { ...set, autoMerge: true }
    else if (option === 'comment') set = { ...set, comment: r.string('a comment') }
    else if (option === 'policy') r.value('performance or memory', text => (/^(?:performance|memory)$/.test(text) ? text : undefined))
    else if (option === 'elements') {
      r.expect('=')
      if (set.types.length === 0) throw r.wrong(`the ${kind} ${name} has elements before its type.`)
      elements = readElements(r, set.types, set.data)
    } else throw r.wrong(`nft has no option '${option}' for a ${kind}.`, place)
  }
  if (set.types.length === 0) throw r.wrong(`the ${kind} ${name} has no type.`)
  return { ...set, elements }
}

function readFlags(r: NftReader): NftSet['flags'] {
  const flags: NftSet['flags'][number][] = []
  do flags.push(r.value(`one of ${FLAGS.join(', ')}`, text => FLAGS.find(f => f === text)))
  while (r.take(','))
  return FLAGS.filter(f => flags.includes(f))
}

function readTypes(r: NftReader, kind: 'set' | 'map'): Pick<NftSet, 'types' | 'data'> {
  const types = readTypeList(r)
  if (kind === 'set') return { types }
  r.expect(':')
  return r.take('verdict') ? { types, data: 'verdict' } : { types, data: readTypeList(r) }
}

function readTypeList(r: NftReader): readonly NftType[] {
  const types: NftType[] = []
  do types.push(r.value('a type of values that hopspec knows', text => NFT_TYPES.find(t => t === text)))
  while (r.take('.'))
  return types
}

function readTypeof(r: NftReader, kind: 'set' | 'map'): Pick<NftSet, 'types' | 'data' | 'typeof'> {
  const key = readKnownField(r)
  if (kind === 'set') return { types: typesOf(key), typeof: { key } }
  r.expect(':')
  if (r.take('verdict')) return { types: typesOf(key), data: 'verdict', typeof: { key } }
  const data = readKnownField(r)
  return { types: typesOf(key), data: typesOf(data), typeof: { key, data } }
}

function readKnownField(r: NftReader): NftField {
  const field = readField(r)
  if (field === undefined) throw r.wrong(`'${r.peek() ?? ''}' is not a field that hopspec knows.`)
  return field
}
