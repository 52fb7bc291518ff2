// ipset's sets as data, and the text of `ipset save` / `ipset restore`, both ways. Counters, comments and marks of members are kept as words.
import { type Cidr, cidrText, networkOf, readInterfaceAddress } from '../addr/cidr'
import { bitsOf, type Family, familyOf, type Ip, ipText, readIp } from '../addr/ip'
import { type PortRange, PROTOCOL_NUMBERS, type Protocol, readPort, readProtocol } from '../addr/port'
import { HopspecError, never, type Place, type Problem } from '../error'
import { keptWords, wholeNumber } from './rule-values'
import { splitWords } from './rule-words'

/** What one dimension of a set holds. */
export type Dimension = 'ip' | 'net' | 'port' | 'number' | 'iface'

/** One part of a member. A port of an ICMP message is its type and code. */
export type Part =
  | { readonly cidr: Cidr }
  | { readonly protocol: Protocol; readonly port: number }
  /** A port of TCP or UDP alike. */
  | { readonly number: number }
  | { readonly device: string }
  | { readonly word: string }

export interface Member {
  readonly parts: readonly Part[]
  readonly nomatch: boolean
  /** When it is forgotten, counted from the beginning; absent: never. */
  readonly timeoutSeconds?: number
  /** What stands after the parts, as written. */
  readonly options: readonly string[]
}

export interface IpSet {
  readonly name: string
  /** `hash:ip,port`, as written. */
  readonly type: string
  readonly family: Family
  readonly dimensions: readonly Dimension[]
  /** hash:ip with `netmask`: members and questions are cut to it. */
  readonly netmask: number | null
  /** For members that name none; 0: for ever. */
  readonly timeoutSeconds: number
  /** The options of `create`, as printed. */
  readonly options: string
  readonly members: readonly Member[]
  /** list:set: the sets in it, in order. */
  readonly sets: readonly string[]
}

const DIMENSIONS: Readonly<Record<string, readonly Dimension[]>> = {
  'hash:ip': ['ip'],
  'hash:net': ['net'],
  'hash:ip,port': ['ip', 'port'],
  'hash:net,port': ['net', 'port'],
  'hash:ip,port,ip': ['ip', 'port', 'ip'],
  'hash:ip,port,net': ['ip', 'port', 'net'],
  'hash:net,port,net': ['net', 'port', 'net'],
  'hash:net,iface': ['net', 'iface'],
  'bitmap:ip': ['ip'],
  'bitmap:port': ['number'],
  'list:set': [],
} // prettier-ignore

/** Reads the text; throws all its problems. */
export function readIpsets(text: string, file: string): readonly IpSet[] {
  const sets = new Map<string, IpSet & { members: Member[]; sets: string[] }>()
  const problems: Problem[] = []
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    const place: Place = { file, line: index + 1 }
    const wrong = (message: string, code: Problem['code'] = 'RULES_SYNTAX') => problems.push({ code, message, place })
    const [verb = '', name = '', ...rest] = splitWords(line).map(w => w.text)
    if (verb === '' || verb.startsWith('#') || verb === 'COMMIT') continue
    if (verb === 'create' || verb === '-N') {
      const set = readCreate(name, rest)
      if (typeof set === 'string') wrong(set, 'NOT_MODELLED')
      else sets.set(name, set)
    } else if (verb === 'add' || verb === '-A') {
      const set = sets.get(name)
      if (set === undefined) wrong(`there is no set '${name}'; create it first.`)
      else if (set.type === 'list:set') set.sets.push(rest[0] ?? '')
      else {
        const members = readMembers(set, rest)
        if (members) set.members.push(...members)
        else wrong(`'${rest.join(' ')}' is not a member of a set of type ${set.type}.`)
      }
    } else wrong(`ipset has no '${verb}' here; write create or add.`)
  }
  if (problems.length > 0) throw new HopspecError(problems)
  return [...sets.values()]
}

function readCreate(name: string, words: readonly string[]): (IpSet & { members: Member[]; sets: string[] }) | string {
  const [type = '', ...given] = words
  const options = given.filter(word => word !== '-exist')
  const dimensions = DIMENSIONS[type]
  if (dimensions === undefined) return `hopspec does not model sets of type '${type}'.`
  const after = (word: string) => (options.includes(word) ? options[options.indexOf(word) + 1] : undefined)
  const unmodelled = ['bitmask', 'markmask'].find(word => options.includes(word))
  if (unmodelled) return `hopspec does not model the option '${unmodelled}' of set '${name}'.`
  return {
    name,
    type,
    dimensions,
    family: after('family') === 'inet6' ? 'ipv6' : 'ipv4',
    netmask: Number(after('netmask') ?? 0) || null,
    timeoutSeconds: Number(after('timeout') ?? 0),
    options: options.join(' '),
    members: [],
    sets: [],
  }
}

/** The addresses or ports that a bitmap has room for, `range 10.0.0.0/24` or `range 80-90`. */
export function rangeOf({ type, options }: IpSet): { readonly first: number; readonly last: number } | undefined {
  const [, text = ''] = /\brange (\S+)/.exec(options) ?? []
  if (type === 'bitmap:port') return readNumbers(text)
  const network = readInterfaceAddress(text)
  if (type !== 'bitmap:ip' || network === undefined) return type === 'bitmap:ip' ? readAddresses(text) : undefined
  const { ip, length } = networkOf(network.ip, network.length)
  return { first: Number(ip), last: Number(ip) + 2 ** (32 - length) - 1 }
}

function readAddresses(text: string): { readonly first: number; readonly last: number } | undefined {
  const [first, last] = text.split('-').map(readIp)
  return typeof first === 'number' && typeof last === 'number' ? { first, last } : undefined
}

const ICMP_WORDS: Readonly<Record<string, number>> = { 'echo-reply': 0, 'echo-request': 8 << 8, 'destination-unreachable': 3 << 8 }
const ICMP6_WORDS: Readonly<Record<string, number>> = { 'echo-request': 128 << 8, 'echo-reply': 129 << 8 }

/** One member, or one for each port of a range. */
function readMembers(set: IpSet, [first = '', ...given]: readonly string[]): readonly Member[] | undefined {
  const options = given.filter(word => word !== '-exist')
  const written = options.includes('timeout') ? wholeNumber(options[options.indexOf('timeout') + 1] ?? '') : set.timeoutSeconds
  const common = { nomatch: options.includes('nomatch'), ...(written ? { timeoutSeconds: written } : {}), options }
  const range = set.dimensions[0] === 'number' ? readNumbers(first) : undefined
  if (range) return Array.from({ length: range.last - range.first + 1 }, (_, i) => ({ ...common, parts: [{ number: range.first + i }] }))
  const parts = first.split(',').map((text, i) => readPart(set, set.dimensions[i], text))
  if (parts.length !== set.dimensions.length || parts.includes(undefined)) return undefined
  return [{ ...common, parts: parts as Part[] }]
}

/** `30080`, `30080-30090`, `tcp:30080`. */
function readNumbers(text: string): PortRange | undefined {
  const [first, last = first] = text
    .replace(/^(?:tcp|udp):/, '')
    .split('-')
    .map(t => (t === '0' ? 0 : readPort(t)))
  return first === undefined || last === undefined || last < first ? undefined : { first, last }
}

function readPart(set: IpSet, dimension: Dimension | undefined, text: string): Part | undefined {
  switch (dimension) {
    case 'ip':
    case 'net': {
      const parts = readInterfaceAddress(text.includes('/') ? text : `${text}/${bitsOf(set.family)}`)
      return parts && familyOf(parts.ip) === set.family
        ? { cidr: networkOf(parts.ip, Math.min(parts.length, set.netmask ?? 128)) }
        : undefined
    }
    case 'port': {
      const [before, value] = text.includes(':') ? [text.slice(0, text.indexOf(':')), text.slice(text.indexOf(':') + 1)] : ['tcp', text]
      const protocol = before === 'ipv6-icmp' ? 'icmpv6' : readProtocol(before)
      if (protocol === undefined) return undefined
      const icmp = protocol === 'icmp' ? ICMP_WORDS[value] : protocol === 'icmpv6' ? ICMP6_WORDS[value] : undefined
      const typed = /^(\d{1,3})\/(\d{1,3})$/.exec(value)
      const port = icmp ?? (typed ? Number(typed[1]) * 256 + Number(typed[2]) : (readPort(value) ?? (value === '0' ? 0 : undefined)))
      return port === undefined ? undefined : { protocol, port }
    }
    case 'iface':
      return text.startsWith('physdev:') ? { word: text } : { device: text }
    case 'number':
    case undefined:
      return undefined
    default:
      return never(dimension)
  }
}

function partText(set: IpSet, part: Part): string {
  if ('word' in part) return part.word
  if ('device' in part) return part.device
  if ('number' in part) return `${part.number}`
  if ('cidr' in part)
    return part.cidr.length === Math.min(bitsOf(set.family), set.netmask ?? 128) ? ipText(part.cidr.ip) : cidrText(part.cidr)
  const name = part.protocol === 'icmpv6' ? 'ipv6-icmp' : part.protocol
  const words = part.protocol === 'icmp' ? ICMP_WORDS : part.protocol === 'icmpv6' ? ICMP6_WORDS : {}
  const word = Object.entries(words).find(([, n]) => n === part.port)?.[0]
  return `${name}:${word ?? (part.protocol === 'icmp' || part.protocol === 'icmpv6' ? `${part.port >> 8}/${part.port & 255}` : part.port)}`
}

/** `ipset save`: sets in their order, members in theirs. */
export function printIpsets(sets: readonly IpSet[]): string {
  return sets
    .flatMap(s => [
      `create ${s.name} ${s.type} ${s.options}`.trimEnd(),
      ...s.members.map(m => `add ${s.name} ${[m.parts.map(p => partText(s, p)).join(','), ...memberWords(m)].join(' ')}`),
      ...s.sets.map(name => `add ${s.name} ${name}`),
    ])
    .map(line => `${line}\n`)
    .join('')
}

/** A comment stands in quotes. */
const memberWords = ({ options }: Member): readonly string[] =>
  options.map((word, i) => (options[i - 1] === 'comment' ? `"${word}"` : keptWords([word])[0]!))

/** What a packet shows of one dimension. */
export type Shown = { readonly ip: Ip } | { readonly protocol: Protocol; readonly port: number } | { readonly device: string }

/**
 * Whether a set holds what is shown; `nomatch` where the longest network that holds it says so.
 * Longest first over all network parts, as hash:net does.
 */
export function setHolds(set: IpSet, shown: readonly Shown[], nowSeconds = 0): 'yes' | 'no' | 'nomatch' {
  let best: { member: Member; length: number } | undefined
  for (const member of set.type === 'hash:net,iface' ? closest(set, shown[0]) : set.members) {
    if (member.timeoutSeconds !== undefined && nowSeconds >= member.timeoutSeconds) continue
    if (!member.parts.every((part, i) => partFits(set, part, shown[i]))) continue
    const length = member.parts.reduce((sum, part) => sum + ('cidr' in part ? part.cidr.length : 0), 0)
    if (best === undefined || length > best.length) best = { member, length }
  }
  return best === undefined ? 'no' : best.member.nomatch ? 'nomatch' : 'yes'
}

/** Of hash:net,iface only the longest network that holds the address is asked for its devices (mtype_test_cidrs). */
function closest(set: IpSet, shown: Shown | undefined): readonly Member[] {
  const near = set.members.filter(m => partFits(set, m.parts[0]!, shown))
  const lengthOf = ({ parts: [net] }: Member) => ('cidr' in net! ? net.cidr.length : 0)
  const longest = Math.max(...near.map(lengthOf))
  return near.filter(m => lengthOf(m) === longest)
}

function partFits(set: IpSet, part: Part, shown: Shown | undefined): boolean {
  if (shown === undefined || 'word' in part) return false
  if ('device' in part) return 'device' in shown && shown.device === part.device
  if ('number' in part) return 'port' in shown && (shown.protocol === 'tcp' || shown.protocol === 'udp') && shown.port === part.number
  if ('cidr' in part) return 'ip' in shown && familyOf(shown.ip) === set.family && networkOf(shown.ip, part.cidr.length).ip === part.cidr.ip
  return 'port' in shown && PROTOCOL_NUMBERS[shown.protocol] === PROTOCOL_NUMBERS[part.protocol] && shown.port === part.port
}
