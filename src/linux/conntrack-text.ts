// `-m conntrack` as text, both ways: what a rule asks of the packet's connection.
import { type Cidr, cidrText, networkOf, readInterfaceAddress } from '../addr/cidr'
import { bitsOf, familyOf } from '../addr/ip'
import { type PortRange, portRangeText, PROTOCOL_NUMBERS, readProtocol } from '../addr/port'
import { CT_STATES, CT_STATUSES, type ConntrackAsked, type Match } from './rule'
import { type Not, bang, foreignWords, listOf, readPorts } from './rule-values'
import type { WordReader } from './rule-words'

const ADDRESSES = {
  '--ctorigsrc': 'originalSource',
  '--ctorigdst': 'originalDestination',
  '--ctreplsrc': 'replySource',
  '--ctrepldst': 'replyDestination',
} as const
const PORTS = {
  '--ctorigsrcport': 'originalSourcePort',
  '--ctorigdstport': 'originalDestinationPort',
  '--ctreplsrcport': 'replySourcePort',
  '--ctrepldstport': 'replyDestinationPort',
} as const
type Addresses = (typeof ADDRESSES)[keyof typeof ADDRESSES]

/** A host without its prefix length, as the module prints it. */
const networkText = (c: Cidr): string => (c.length === bitsOf(familyOf(c.ip)) ? cidrText(c).replace(/\/\d+$/, '') : cidrText(c))

/** What iptables-save prints, options in its order. */
export function conntrackText(m: ConntrackAsked): string {
  const option = <T>(name: string, asked: Not<T> | undefined, text: (value: T) => string) =>
    asked ? ` ${bang(asked.not)}${name} ${text(asked.is)}` : ''
  const list = (words: readonly string[]) => words.join(',')
  return [
    '-m conntrack',
    option('--ctstate', m.states, list),
    option('--ctproto', m.protocol, p => `${typeof p === 'number' ? p : PROTOCOL_NUMBERS[p]}`),
    ...Object.entries(ADDRESSES).map(([name, field]) => option(name, m[field], networkText)),
    ...Object.entries(PORTS).map(([name, field]) => option(name, m[field], range => portRangeText(range))),
    option('--ctstatus', m.statuses, list),
    m.direction ? ` --ctdir ${m.direction}` : '',
  ].join('')
}

/** Reads the options of `-m conntrack`; one that hopspec does not know makes the whole match unmodelled. */
export function readConntrack(r: WordReader): Match {
  let found: ConntrackAsked = {}
  while (/^--ct/.test(r.peek(r.peek() === '!' ? 1 : 0) ?? '')) {
    const known = [...Object.keys(ADDRESSES), ...Object.keys(PORTS), '--ctstate', '--ctproto', '--ctstatus', '--ctdir']
    const name = r.peek(r.peek() === '!' ? 1 : 0)!
    if (!known.includes(name))
      return { match: 'unmodelled', module: 'conntrack', words: [...conntrackText(found).split(' ').slice(2), ...foreignWords(r)] }
    const not = r.take('!')
    r.take(name)
    found = { ...found, ...readOption(name, not, r) }
  }
  return { match: 'conntrack', ...found }
}

function readOption(name: string, not: boolean, r: WordReader): ConntrackAsked {
  switch (name) {
    case '--ctstate':
      return { states: { not, is: r.value('a list of connection states', listOf(CT_STATES)) } }
    case '--ctstatus':
      return { statuses: { not, is: r.value('a list of connection statuses', listOf(CT_STATUSES)) } }
    case '--ctproto':
      return { protocol: { not, is: r.value('a protocol', text => (/^\d{1,3}$/.test(text) ? Number(text) : readProtocol(text))) } }
    case '--ctdir': {
      const direction = r.value('ORIGINAL or REPLY', text => (text === 'ORIGINAL' || text === 'REPLY' ? text : undefined))
      return { direction: not ? (direction === 'ORIGINAL' ? 'REPLY' : 'ORIGINAL') : direction }
    }
    default:
      if (name in PORTS)
        return {
          [PORTS[name as keyof typeof PORTS]]: { not, is: r.value('a port or range', (text): PortRange | undefined => readPorts(text)) },
        }
      return { [ADDRESSES[name as keyof typeof ADDRESSES] satisfies Addresses]: { not, is: r.value('an address or network', readNetwork) } }
  }
}

function readNetwork(text: string): Cidr | undefined {
  const parts = readInterfaceAddress(text.includes('/') ? text : `${text}/${text.includes(':') ? 128 : 32}`)
  return parts && networkOf(parts.ip, parts.length)
}
