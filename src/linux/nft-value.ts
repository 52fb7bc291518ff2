// nftables' values and set elements as text, both ways: `10.0.0.0/8`, `"eth*"`, `0x00004000`, `172.30.0.41 . tcp . 80 : goto service-x`.
import { networkOf, readInterfaceAddress } from '../addr/cidr'
import { bitsOf, compareIps, familyOf, type Ip, ipText, readIp } from '../addr/ip'
import { never } from '../error'
import { durationText, readDuration } from './nft-duration'
import type { NftElement, NftKey, NftPart, NftVerdict } from './nft-rules'
import { BIT_TYPES, type NftType, VALUE_NAMES } from './nft-types'
import type { NftReader } from './nft-words'

const isAddress = (type: NftType): boolean => type === 'ipv4_addr' || type === 'ipv6_addr'
const isDevice = (type: NftType): boolean => type === 'ifname' || type === 'iface_index'

/** One value of a type as nft prints it. */
export function keyText(type: NftType, value: NftKey): string {
  if (typeof value === 'string') return `"${value}"`
  if (isAddress(type)) return ipText(value as Ip)
  if (type === 'fib_oif') return value === 0 ? 'missing' : 'exists'
  if (BIT_TYPES.has(type)) return flagsText(type, Number(value), ' | ')
  if (type === 'mark') return `0x${value.toString(16).padStart(8, '0')}`
  const name = Object.entries(VALUE_NAMES[type] ?? {}).find(([, number]) => number === value)?.[0]
  return name ?? (type === 'dscp' ? `0x${value.toString(16).padStart(2, '0')}` : `${value}`)
}

export function partText(type: NftType, part: NftPart): string {
  switch (part.is) {
    case 'value':
      return keyText(type, part.value)
    case 'range':
      return `${keyText(type, part.first)}-${keyText(type, part.last)}`
    case 'prefix':
      return `${ipText(part.first as Ip)}/${part.length}`
    case 'starts':
      return `"${part.with}*"`
    default:
      return never(part)
  }
}

/** Parts of a concatenation, joined as nft does. */
export const partsText = (types: readonly NftType[], parts: readonly NftPart[]): string =>
  parts.map((part, i) => partText(types[i] ?? types.at(-1)!, part)).join(' . ')

/** Bits by their names, lowest first: `established,related`. */
export function flagsText(type: NftType, flags: number, separator = ','): string {
  const names = Object.entries(VALUE_NAMES[type]!).filter(([, bit]) => (flags & bit) !== 0)
  return names.map(([name]) => name).join(separator)
}

/** Bits that a name or number stands for. */
export const readFlag = (type: NftType, text: string): number | undefined => VALUE_NAMES[type]?.[text] ?? readNumber(text)

function readNumber(text: string): number | undefined {
  if (/^0x[0-9a-f]{1,8}$/i.test(text)) return Number.parseInt(text, 16)
  return /^\d{1,10}$/.test(text) ? Number(text) : undefined
}

const LARGEST: Partial<Record<NftType, number>> = {
  inet_service: 65535,
  inet_proto: 255,
  dscp: 63,
  ecn: 3,
  icmp_type: 255,
  icmpv6_type: 255,
}

function readKey(type: NftType, text: string): NftKey | undefined {
  if (isAddress(type)) {
    const ip = readIp(text)
    return ip !== undefined && familyOf(ip) === (type === 'ipv4_addr' ? 'ipv4' : 'ipv6') ? ip : undefined
  }
  if (isDevice(type)) return text
  if (type === 'fib_oif') return text === 'exists' ? 1 : text === 'missing' ? 0 : (readNumber(text) ?? text)
  const names = VALUE_NAMES[type]
  const value = (names && Object.hasOwn(names, text) ? names[text] : undefined) ?? readNumber(text)
  return value === undefined || value > (LARGEST[type] ?? 0xffffffff) ? undefined : value
}

/** Reads one part; a string stands for a device. */
export function readPart(r: NftReader, type: NftType): NftPart {
  const part = readOne(r, type)
  if (!BIT_TYPES.has(type) || part.is !== 'value') return part
  let flags = Number(part.value)
  while (r.take('|')) flags |= r.value(`a flag of the type ${type}`, text => readFlag(type, text))
  return { is: 'value', value: flags }
}

function readOne(r: NftReader, type: NftType): NftPart {
  return r.value(`a value of the type ${type}`, text => {
    if (type === 'ifname' && text.endsWith('*')) return { is: 'starts', with: text.slice(0, -1) }
    const whole = readKey(type, text)
    if (whole !== undefined) return { is: 'value', value: whole }
    if (isAddress(type) && text.includes('/')) {
      const network = readInterfaceAddress(text)
      if (network === undefined || (familyOf(network.ip) === 'ipv4') !== (type === 'ipv4_addr')) return undefined
      return prefixPart(network.ip, network.length)
    }
    const dash = text.indexOf('-', 1)
    const first = dash < 0 ? undefined : readKey(type, text.slice(0, dash))
    const last = dash < 0 ? undefined : readKey(type, text.slice(dash + 1))
    if (first === undefined || last === undefined || isDevice(type)) return undefined
    return first === last ? { is: 'value', value: first } : { is: 'range', first, last }
  })
}

function prefixPart(ip: Ip, length: number): NftPart {
  const first = networkOf(ip, length).ip
  return length === bitsOf(familyOf(ip)) ? { is: 'value', value: first } : { is: 'prefix', first, length }
}

/** Parts of a concatenation, as many as the text has. */
export function readParts(r: NftReader, types: readonly NftType[]): readonly NftPart[] {
  const parts = [readPart(r, types[0]!)]
  while (r.take('.')) {
    if (types[parts.length] === undefined) throw r.wrong(`the concatenation has more parts than its type (${types.join(' . ')}).`)
    parts.push(readPart(r, types[parts.length]!))
  }
  return parts
}

/** In a set a range that is a network is printed as one. */
function asInSet(part: NftPart): NftPart {
  if (part.is !== 'range' || typeof part.first === 'string' || typeof part.last === 'string') return part
  const bits = typeof part.first === 'bigint' ? 128 : 32
  const size = BigInt(part.last) - BigInt(part.first) + 1n
  const host = size.toString(2).length - 1
  const isNetwork = size === 1n << BigInt(host) && BigInt(part.first) % size === 0n
  return isNetwork ? { is: 'prefix', first: part.first, length: bits - host } : part
}

export function verdictText(v: NftVerdict): string {
  return v.is === 'jump' || v.is === 'goto' ? `${v.is} ${v.chain}` : v.is
}

/** Reads a verdict if one stands here. */
export function readVerdict(r: NftReader): NftVerdict | undefined {
  const end = r.take('accept', 'drop', 'return', 'continue')
  if (end) return { is: end }
  const to = r.take('jump', 'goto')
  return to && { is: to, chain: r.next('a chain') }
}

export function elementText(e: NftElement, types: readonly NftType[], data?: readonly NftType[] | 'verdict'): string {
  return [
    partsText(types, e.key),
    e.timeoutMs === undefined ? '' : ` timeout ${durationText(e.timeoutMs)}`,
    e.comment === undefined ? '' : ` comment "${e.comment}"`,
    e.verdict ? ` : ${verdictText(e.verdict)}` : '',
    e.data && data && data !== 'verdict' ? ` : ${partsText(data, e.data)}` : '',
  ].join('')
}

/** Reads `{ … }`; elements of one dimension come out in order. `keysOnly`: what the keys lead to may be left out. */
export function readElements(
  r: NftReader,
  types: readonly NftType[],
  data?: readonly NftType[] | 'verdict',
  keysOnly = false,
): readonly NftElement[] {
  const elements: NftElement[] = []
  r.expect('{')
  r.skipNewlines()
  while (!r.take('}')) {
    elements.push(readElement(r, types, data, keysOnly))
    r.skipNewlines()
    if (!r.take(',') && r.peek() !== '}') throw r.wrong(`',' or '}' should stand here, not '${r.peek() ?? 'the end of the text'}'.`)
    r.skipNewlines()
  }
  return inOrder(elements, types)
}

/** Elements in the order in which nft lists them; concatenations of ranges, and bits together, stay as they are. */
export function inOrder(elements: readonly NftElement[], types: readonly NftType[]): readonly NftElement[] {
  if (BIT_TYPES.has(types[0]!) && elements.some(e => Number(lowest(e)) & (Number(lowest(e)) - 1))) return elements
  if (types.length === 1) return [...elements].sort((a, b) => compareKeys(lowest(a), lowest(b)))
  if (!types.every(type => BYTES[type] !== undefined) || !elements.every(e => e.key.every(p => p.is === 'value'))) return elements
  const keyed = elements.map(element => ({
    element,
    bytes: element.key.flatMap((p, i) => bytesOf((p as { value: NftKey }).value, BYTES[types[i]!]!)),
  }))
  return keyed.sort((a, b) => compareFromLast(a.bytes, b.bytes)).map(({ element }) => element)
}

/** How many bytes a value has inside a concatenation, in network order. */
const BYTES: Partial<Readonly<Record<NftType, number>>> = { ipv4_addr: 4, ipv6_addr: 16, inet_service: 2, inet_proto: 1 }

function bytesOf(value: NftKey, count: number): readonly number[] {
  const whole = BigInt(value)
  return Array.from({ length: count }, (_, i) => Number((whole >> BigInt(8 * (count - 1 - i))) & 255n))
}

/** nft sorts concatenations by all their bytes as one number, the last byte being the greatest. */
function compareFromLast(a: readonly number[], b: readonly number[]): number {
  for (let i = a.length - 1; i >= 0; i--) if (a[i] !== b[i]) return a[i]! - b[i]!
  return 0
}

function readElement(
  r: NftReader,
  types: readonly NftType[],
  data: readonly NftType[] | 'verdict' | undefined,
  keysOnly: boolean,
): NftElement {
  let element: NftElement = { key: readParts(r, types).map(part => (isAddress(types[0]!) ? asInSet(part) : part)) }
  for (;;) {
    if (r.take('timeout')) element = { ...element, timeoutMs: r.value('a duration', readDuration) }
    else if (r.take('expires')) r.value('a duration', readDuration)
    else if (r.take('comment')) element = { ...element, comment: r.string('a comment') }
    else if (r.takeAll('counter', 'packets')) {
      r.next('a number')
      r.expect('bytes')
      r.next('a number')
    } else break
  }
  if (data === undefined || (keysOnly && r.peek() !== ':')) return element
  r.expect(':')
  if (data !== 'verdict') return { ...element, data: readParts(r, data) }
  const verdict = readVerdict(r)
  if (verdict === undefined) throw r.wrong(`'${r.peek()}' is not a verdict; write accept, drop, return, jump CHAIN or goto CHAIN.`)
  return { ...element, verdict }
}

function lowest(e: NftElement): NftKey {
  const part = e.key[0]!
  return part.is === 'value' ? part.value : part.is === 'starts' ? part.with : part.first
}

function compareKeys(a: NftKey, b: NftKey): number {
  if (typeof a === 'string' || typeof b === 'string') return `${a}` < `${b}` ? -1 : 1
  return typeof a === 'bigint' || typeof b === 'bigint' ? compareIps(a as Ip, b as Ip) : a - b
}

/** Whether values of this type are bits that may be listed: `established,related`. */
export const isBits = (types: readonly NftType[]): boolean => types.length === 1 && BIT_TYPES.has(types[0]!)
