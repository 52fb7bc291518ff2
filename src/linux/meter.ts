// The modules that count packets, bytes or connections (`-m limit`, `hashlimit`, `connlimit`, `quota`) as text, both ways.
import { never } from '../error'
import { bang, foreignWords, wholeNumber } from './rule-values'
import { quoteWord, type WordReader } from './rule-words'

export type MeterMatch =
  /** One packet in a while; `burst` of them at once. `each` is in 1/10000 s, as the kernel keeps it. */
  | { readonly match: 'limit'; readonly each: number; readonly burst: number }
  /** The same for each address or port apart; `by` empty: for all together. `options` are those of the table, as written. */
  | {
      readonly match: 'hashlimit'
      readonly above: boolean
      readonly each: number
      readonly burst: number
      readonly by: readonly HashedBy[]
      readonly name: string
      readonly options: readonly string[]
    }
  /** How many connections the packet's source, or destination, has, or its network. */
  | {
      readonly match: 'connlimit'
      readonly above: boolean
      readonly connections: number
      readonly length: number
      readonly side: 'saddr' | 'daddr'
    }
  /** Until so many bytes have come by. */
  | { readonly match: 'quota'; readonly not: boolean; readonly bytes: number }

const HASHED_BY = ['srcip', 'srcport', 'dstip', 'dstport'] as const
export type HashedBy = (typeof HASHED_BY)[number]
type Unread = { readonly match: 'unmodelled'; readonly module: string; readonly words: readonly string[] }

const SECOND = 10000
const UNITS = [
  ['day', 24 * 3600 * SECOND],
  ['hour', 3600 * SECOND],
  ['min', 60 * SECOND],
  ['sec', SECOND],
] as const
const DEFAULT_BURST = 5

/** `10/min`, in the unit that iptables chooses. */
function rateText(each: number): string {
  let at = 0
  while (at < 3 && each <= UNITS[at + 1]![1] && Math.floor(UNITS[at + 1]![1] / each) >= UNITS[at + 1]![1] % each) at++
  return `${Math.floor(UNITS[at]![1] / each)}/${UNITS[at]![0]}`
}

/** `10/minute`, `10/m`, `10`; undefined for rates in bytes. */
function readRate(text: string): number | undefined {
  const [, count, unit = 'second'] = /^(\d{1,6})(?:\/(\w+))?$/.exec(text) ?? []
  const found = UNITS.find(([name]) => ({ day: 'day', hour: 'hour', min: 'minute', sec: 'second' })[name].startsWith(unit))
  return found && Number(count) > 0 && found[1] >= Number(count) ? Math.floor(found[1] / Number(count)) : undefined
}

/** What iptables-save prints for one of them. */
export function meterText(m: MeterMatch): string {
  switch (m.match) {
    case 'limit':
      return `-m limit --limit ${rateText(m.each)}${m.burst === DEFAULT_BURST ? '' : ` --limit-burst ${m.burst}`}`
    case 'hashlimit': {
      const mode = m.by.length === 0 ? '' : ` --hashlimit-mode ${m.by.join(',')}`
      const rate = `--hashlimit-${m.above ? 'above' : 'upto'} ${rateText(m.each)} --hashlimit-burst ${m.burst}`
      return `-m hashlimit ${rate}${mode} --hashlimit-name ${quoteWord(m.name)}${m.options.map(o => ` ${o}`).join('')}`
    }
    case 'connlimit':
      return `-m connlimit --connlimit-${m.above ? 'above' : 'upto'} ${m.connections} --connlimit-mask ${m.length} --connlimit-${m.side}`
    case 'quota':
      return `-m quota ${bang(m.not)}--quota ${m.bytes}`
    default:
      return never(m)
  }
}

/** Reads the options of one of them; a limit of bytes is only kept. */
export function readMeter(name: MeterMatch['match'], r: WordReader, family: 'ipv4' | 'ipv6'): MeterMatch | Unread {
  switch (name) {
    case 'limit':
      return readLimit(r)
    case 'hashlimit':
      return readHashlimit(r)
    case 'connlimit':
      return readConnlimit(r, family === 'ipv4' ? 32 : 128)
    case 'quota': {
      const not = r.take('!')
      if (!r.take('--quota')) throw r.wrong('-m quota needs --quota BYTES.')
      return { match: 'quota', not, bytes: r.value('a number of bytes', text => (/^\d{1,15}$/.test(text) ? Number(text) : undefined)) }
    }
    default:
      return never(name)
  }
}

function readLimit(r: WordReader): MeterMatch {
  let [each, burst] = [1200 * SECOND, DEFAULT_BURST]
  for (;;) {
    if (r.take('--limit')) each = r.value('a rate as 10/minute', readRate)
    else if (r.take('--limit-burst')) burst = r.value('a number', wholeNumber)
    else return { match: 'limit', each, burst }
  }
}

function readHashlimit(r: WordReader): MeterMatch | Unread {
  let found: Extract<MeterMatch, { match: 'hashlimit' }> = {
    match: 'hashlimit',
    above: false,
    each: 0,
    burst: DEFAULT_BURST,
    by: [],
    name: '',
    options: [],
  }
  const words: string[] = []
  for (let option = r.peek() ?? ''; option.startsWith('--hashlimit'); option = r.peek() ?? '') {
    const text = r.peek(1) ?? ''
    words.push(option, text)
    if (/^--hashlimit(?:-upto|-above)?$/.test(option)) {
      const each = readRate(text)
      if (each === undefined) return { match: 'unmodelled', module: 'hashlimit', words: [...words.slice(0, -2), ...foreignWords(r)] }
      found = { ...found, each, above: option === '--hashlimit-above' }
    } else if (option === '--hashlimit-burst') found = { ...found, burst: wholeNumber(text) ?? found.burst }
    else if (option === '--hashlimit-name') found = { ...found, name: text }
    else if (option === '--hashlimit-mode') found = { ...found, by: HASHED_BY.filter(by => text.split(',').includes(by)) }
    else if (option === '--hashlimit-rate-match')
      return { match: 'unmodelled', module: 'hashlimit', words: [...words.slice(0, -2), ...foreignWords(r)] }
    else found = { ...found, options: [...found.options, option, text] }
    r.next('an option')
    r.next('a value')
  }
  return found
}

function readConnlimit(r: WordReader, bits: number): MeterMatch {
  let found: Extract<MeterMatch, { match: 'connlimit' }> = { match: 'connlimit', above: true, connections: 0, length: bits, side: 'saddr' }
  for (;;) {
    const not = r.peek() === '!' && r.peek(1) === '--connlimit-above' && r.take('!')
    if (r.take('--connlimit-above')) found = { ...found, above: !not, connections: r.value('a number', wholeNumber) }
    else if (r.take('--connlimit-upto')) found = { ...found, above: false, connections: r.value('a number', wholeNumber) }
    else if (r.take('--connlimit-mask'))
      found = { ...found, length: r.value('a prefix length', t => (Number(t) <= bits ? wholeNumber(t) : undefined)) }
    else if (r.take('--connlimit-saddr')) found = { ...found, side: 'saddr' }
    else if (r.take('--connlimit-daddr')) found = { ...found, side: 'daddr' }
    else return found
  }
}
