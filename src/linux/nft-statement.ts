// One rule of nftables as text, both ways: matches, verdict maps and statements as `nft list ruleset` of nftables 1.0.6 prints them.
// What hopspec does not carry out (limit, quota, queue, …) is kept as it is written, up to the end of the rule.
import { never, type Place } from '../error'
import { fieldText, mappingText, readField, readMapping, typesOf } from './nft-field'
import { matchText, readMatch } from './nft-match'
import { meterText, readMeter } from './nft-meter'
import { plainReject, withoutImplied } from './nft-listed'
import { natText, readNat } from './nft-nat'
import type { NftFamily, NftField, NftRule, NftStatement } from './nft-rules'
import { CT_KEYS, fieldType, HEADERS, META_KEYS, type NftHeader } from './nft-types'
import { durationText, readDuration } from './nft-duration'
import { readParts, readVerdict, verdictText } from './nft-value'
import type { NftReader } from './nft-words'

/** A rule without its counters: how a trace names it. A rule that is nothing but a counter keeps it. */
export function nftRuleText(rule: NftRule): string {
  const told = rule.statements.filter(s => s.do !== 'counter')
  return lineText(told.length > 0 ? told : rule.statements, rule.comment)
}

/** A rule as a line of the dump. */
export const nftRuleLine = (rule: NftRule): string => lineText(rule.statements, rule.comment)

const lineText = (statements: readonly NftStatement[], comment: string | undefined): string =>
  [...statements.map(statementText), ...(comment === undefined ? [] : [`comment "${comment}"`])].join(' ')

export function statementText(s: NftStatement): string {
  switch (s.do) {
    case 'match':
      return matchText(s)
    case 'vmap':
      return `${fieldText(s.of)} vmap ${mappingText(s.in, typesOf(s.of), 'verdict')}`
    case 'verdict':
      return verdictText(s.verdict)
    case 'set':
      return `${fieldText(s.field)} set ${fieldText(s.to, [fieldType(s.field)])}`
    case 'nat':
      return natText(s)
    case 'reject':
      return s.with === null ? 'reject' : `reject with ${s.with.by} ${s.with.code}`
    case 'element':
      return elementText(s)
    case 'limit':
    case 'quota':
    case 'count':
      return meterText(s)
    case 'notrack':
    case 'counter':
      return s.do
    case 'log':
      return `log${s.words === '' ? '' : ` ${s.words}`}`
    case 'unmodelled':
      return s.words
    default:
      return never(s)
  }
}

function elementText({ op, set, key, timeoutMs, meter, ...s }: NftStatement & { readonly do: 'element' }): string {
  const timeout = timeoutMs === undefined ? '' : ` timeout ${durationText(timeoutMs)}`
  const to = meter ? `meter ${set} size ${meter.size}` : `${op} @${set}`
  return `${to} { ${fieldText(key)}${timeout}${s.if ? ` ${meterText(s.if)}` : ''}${s.counter ? ' counter' : ''} }`
}

/** Reads a rule up to the end of its line. */
export function readNftRule(r: NftReader, family: NftFamily, because?: string): NftRule {
  const place: Place = r.place
  const statements: NftStatement[] = []
  let comment: string | undefined
  while (!r.atEnd) {
    if (r.take('comment')) comment = r.string('a comment')
    else if (r.take('handle')) r.next('a number')
    else if (family === 'inet' && r.peek() === 'reject' && r.peek(1) !== 'with') {
      r.take('reject')
      statements.push(plainReject(statements))
    } else statements.push(readStatement(r, family))
  }
  return {
    statements: withoutImplied(statements, family),
    place,
    ...(comment === undefined ? {} : { comment }),
    ...(because === undefined ? {} : { because }),
  }
}

/** Statements and expressions that nft has and hopspec only keeps. */
const UNMODELLED: ReadonlySet<string> = new Set([
  'limit',
  'quota',
  'queue',
  'dup',
  'fwd',
  'tproxy',
  'synproxy',
  'socket',
  'osf',
  'flow',
  'ether',
  'vlan',
  'arp',
  'exthdr',
  'hbh',
  'frag',
  'rt',
  'dst',
  'mh',
  'symhash',
  'ipsec',
  'dccp',
  'udplite',
  'esp',
  'ah',
  'comp',
  'igmp',
  'last',
  'reset',
  '@ll',
  '@nh',
  '@th',
  '@ih',
]) // prettier-ignore

/** Fields that nft has and hopspec only keeps, by what they are fields of. */
const UNMODELLED_FIELDS: Readonly<Record<string, readonly string[]>> = {
  ip: ['option'],
  ip6: ['option'],
  tcp: ['option', 'doff', 'reserved'],
  sctp: ['chunk'],
  icmp: ['gateway'],
  icmpv6: ['parameter-problem', 'packet-too-big', 'max-delay', 'taddr', 'daddr'],
  meta: [
    'cpu',
    'priority',
    'iifgroup',
    'oifgroup',
    'cgroup',
    'rtclassid',
    'secmark',
    'random',
    'time',
    'day',
    'hour',
    'ibrname',
    'obrname',
    'iifkind',
    'oifkind',
    'sdif',
    'sdifname',
    'nftrace',
    'ipsec',
  ],
  ct: ['helper', 'expiration', 'bytes', 'packets', 'avgpkt', 'label', 'count', 'id', 'timeout', 'original', 'reply'],
} // prettier-ignore

const isUnmodelled = (word: string, field: string): boolean =>
  UNMODELLED.has(word) || (UNMODELLED_FIELDS[word]?.includes(field) ?? false) || UNMODELLED_FIELDS.meta!.includes(word)

function readStatement(r: NftReader, family: NftFamily): NftStatement {
  const verdict = readVerdict(r)
  if (verdict) return { do: 'verdict', verdict }
  if (r.take('counter')) return readCounter(r)
  if (r.take('log')) return { do: 'log', words: readLog(r) }
  if (r.take('notrack')) return { do: 'notrack' }
  if (r.take('reject')) return readReject(r, family)
  const nat = r.take('dnat', 'snat', 'masquerade', 'redirect')
  if (nat) return readNat(r, nat, family)
  const op = r.take('add', 'update', 'delete')
  if (op) return readElementStatement(r, op)
  if (r.take('meter')) return readKeyedMeter(r)
  const meter = readMeter(r)
  if (meter) return meter
  const word = r.peek()!
  const field = readField(r)
  if (field) return readAfterField(r, field)
  if (isUnmodelled(word, r.peek(1) ?? '')) return { do: 'unmodelled', words: takeRest(r) }
  const fields = word === 'meta' ? META_KEYS : word === 'ct' ? CT_KEYS : HEADERS[word as NftHeader]
  if (fields) throw r.wrong(`${word} has no field '${r.peek(1) ?? ''}'; it has ${Object.keys(fields).join(', ')}.`)
  throw r.wrong(`nft has no statement '${word}'.`)
}

function readAfterField(r: NftReader, field: NftField): NftStatement {
  if (r.take('vmap')) return { do: 'vmap', of: field, in: readMapping(r, typesOf(field), 'verdict') }
  if (r.peek() === 'set') return readSet(r, field)
  return readMatch(r, field)
}

function readSet(r: NftReader, field: NftField): NftStatement {
  r.take('set')
  if (field.read !== 'meta' && field.read !== 'ct' && field.read !== 'payload') throw r.wrong(`${fieldText(field)} cannot be set.`)
  const type = fieldType(field)
  const from = readField(r, [type])
  return { do: 'set', field, to: from ?? { read: 'constant', types: [type], value: readParts(r, [type]) } }
}

function readCounter(r: NftReader): NftStatement {
  if (r.take('name')) return { do: 'unmodelled', words: `counter name ${takeRest(r)}` }
  if (r.take('packets')) r.next('a number')
  if (r.take('bytes')) r.next('a number')
  return { do: 'counter' }
}

const LOG_OPTIONS = ['prefix', 'level', 'group', 'snaplen', 'queue-threshold', 'flags'] as const

function readLog(r: NftReader): string {
  const words: string[] = []
  for (let option = r.take(...LOG_OPTIONS); option; option = r.take(...LOG_OPTIONS)) {
    const text = r.peek() ?? ''
    words.push(option, text)
    r.next('a value')
    while (option === 'flags' && (r.peek() === ',' || words.at(-1) === ',' || words.at(-1) === 'tcp' || words.at(-1) === 'ip'))
      words.push(r.next('a value'))
  }
  return words.join(' ').replaceAll(' ,', ',')
}

/** What `reject` alone means in each family: port unreachable. */
const USUAL: Readonly<Record<NftFamily, string>> = { ip: 'icmp', ip6: 'icmpv6', inet: 'icmpx' }

function readReject(r: NftReader, family: NftFamily): NftStatement {
  if (!r.take('with')) return { do: 'reject', with: null }
  const by = r.value('tcp, icmp, icmpv6 or icmpx', text => (['tcp', 'icmp', 'icmpv6', 'icmpx'] as const).find(t => t === text))
  r.take('type')
  const code = r.value('a reason', text => (REJECT_CODES[by].includes(text) ? text : undefined))
  return { do: 'reject', with: by === USUAL[family] && code === 'port-unreachable' ? null : { by, code } }
}

export const REJECT_CODES: Readonly<Record<'tcp' | 'icmp' | 'icmpv6' | 'icmpx', readonly string[]>> = {
  tcp: ['reset'],
  icmp: [
    'net-unreachable',
    'host-unreachable',
    'prot-unreachable',
    'port-unreachable',
    'net-prohibited',
    'host-prohibited',
    'admin-prohibited',
  ],
  icmpv6: ['no-route', 'admin-prohibited', 'addr-unreachable', 'port-unreachable', 'policy-fail', 'reject-route'],
  icmpx: ['no-route', 'port-unreachable', 'host-unreachable', 'admin-prohibited'],
}

function readElementStatement(r: NftReader, op: 'add' | 'update' | 'delete'): NftStatement {
  const set = r.value('@SET', text => (text.startsWith('@') ? text.slice(1) : undefined))
  return { do: 'element', op, set, ...readElement(r) }
}

const USUAL_METER_SIZE = 65535

function readKeyedMeter(r: NftReader): NftStatement {
  const set = r.next('a name')
  const size = r.take('size') ? r.value('a number', text => (/^\d{1,9}$/.test(text) ? Number(text) : undefined)) : USUAL_METER_SIZE
  return { do: 'element', op: 'update', set, meter: { size }, ...readElement(r) }
}

function readElement(r: NftReader): Pick<NftStatement & { readonly do: 'element' }, 'key' | 'timeoutMs' | 'if' | 'counter'> {
  r.expect('{')
  const key = readField(r)
  if (key === undefined) throw r.wrong(`'${r.peek()}' is not a field that hopspec knows.`)
  const timeout = r.take('timeout') ? { timeoutMs: r.value('a duration', readDuration) } : {}
  const counted = readMeter(r)
  const counter = !counted && r.peek(1) !== 'name' && r.take('counter') && readCounter(r) ? { counter: true as const } : {}
  if (r.peek() === ':' || !r.take('}'))
    throw r.wrong(`hopspec knows only fields, a timeout, a limit and a counter here, not '${r.peek()}'.`)
  return { key, ...timeout, ...(counted ? { if: counted } : {}), ...counter }
}

/** All words up to the end of the rule, as one text. */
function takeRest(r: NftReader): string {
  const words: string[] = []
  for (let depth = 0; r.peek() !== undefined; ) {
    const text = r.peek()!
    if (depth === 0 && (text === ';' || text === '}' || text === 'comment')) break
    depth += text === '{' ? 1 : text === '}' ? -1 : 0
    words.push(text)
    r.next('a word')
  }
  return words.join(' ').replaceAll(' ,', ',')
}
