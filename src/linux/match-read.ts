// Reading the `-m` modules of iptables with their options; matchText (match-text.ts) is the other way.
import { type Ip, parseIp, readIp } from '../addr/ip'
import type { PortRange } from '../addr/port'
import { readConnbytes } from './connbytes'
import { readConntrack } from './conntrack-text'
import { readField } from './field-text'
import { readMeter } from './meter'
import { ADDRESS_TYPES, type AddressType, CT_STATES, type CtState, type Match } from './rule'
import { foreignWords, listOf, readMasked, readPorts, wholeNumber } from './rule-values'
import type { WordReader } from './rule-words'
import { readSender } from './sender'
import { readAsked } from './set-target'
import { readU32 } from './u32'

const readStates = listOf<CtState>(CT_STATES)
const readTypes = listOf<AddressType>(ADDRESS_TYPES)

const FLAGS = ['FIN', 'SYN', 'RST', 'PSH', 'ACK', 'URG'] as const
function readFlags(text: string): readonly string[] | undefined {
  if (text === 'NONE') return []
  return text === 'ALL' ? FLAGS : listOf(FLAGS)(text)
}

const ICMP_NAMES: Readonly<Record<string, readonly [number, number | null]>> = {
  any: [255, null],
  'echo-request': [8, null],
  'echo-reply': [0, null],
  'destination-unreachable': [3, null],
  'time-exceeded': [11, null],
  'port-unreachable': [3, 3],
  'host-unreachable': [3, 1],
  'network-unreachable': [3, 0],
  'fragmentation-needed': [3, 4],
} // prettier-ignore
const ICMP6_NAMES: Readonly<Record<string, readonly [number, number | null]>> = {
  'echo-request': [128, null],
  'echo-reply': [129, null],
  'destination-unreachable': [1, null],
  'packet-too-big': [2, null],
  'time-exceeded': [3, null],
} // prettier-ignore
function readIcmpType(text: string, names: typeof ICMP_NAMES): { type: number; code: number | null } | undefined {
  const named = names[text]
  if (named) return { type: named[0], code: named[1] }
  const parts = /^(\d{1,3})(?:\/(\d{1,3}))?$/.exec(text)
  if (!parts || Number(parts[1]) > 255 || Number(parts[2] ?? 0) > 255) return undefined
  return { type: Number(parts[1]), code: parts[2] === undefined ? null : Number(parts[2]) }
}

/** 31 random bits are below it with the given probability: round(p · 2³¹), as iptables stores it. */
export function readProbability(text: string): number | undefined {
  const p = /^(?:0?\.\d+|[01](?:\.\d*)?)$/.test(text) ? Number(text) : Number.NaN
  return p >= 0 && p <= 1 ? Math.round(p * 2 ** 31) : undefined
}

const ALL_ONES = { ipv4: parseIp('255.255.255.255'), ipv6: parseIp('ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff') } as const

/** Reads the options of module `name` that stand at the reader; stops before what is not its own. */
export function readMatch(name: string, r: WordReader, family: 'ipv4' | 'ipv6'): Match {
  switch (name) {
    case 'comment': {
      if (!r.take('--comment')) throw r.wrong('-m comment needs --comment TEXT.')
      return { match: 'comment', text: r.next('the text of the comment') }
    }
    case 'tcp':
    case 'udp':
    case 'sctp':
      return readPortsOf(name, r)
    case 'icmp':
    case 'icmp6':
    case 'icmpv6': {
      const four = name === 'icmp'
      const not = r.take('!')
      if (!r.take(four ? '--icmp-type' : '--icmpv6-type')) throw r.wrong(`-m ${name} needs ${four ? '--icmp-type' : '--icmpv6-type'} TYPE.`)
      return {
        match: four ? 'icmp' : 'icmp6',
        type: { not, is: r.value('an ICMP type', text => readIcmpType(text, four ? ICMP_NAMES : ICMP6_NAMES)) },
      }
    }
    case 'mark': {
      const not = r.take('!')
      if (!r.take('--mark')) throw r.wrong('-m mark needs --mark VALUE[/MASK].')
      return { match: 'mark', mark: { not, is: r.value('a mark', readMasked) } }
    }
    case 'conntrack':
      return readConntrack(r)
    case 'state': {
      const not = r.take('!')
      if (!r.take('--state')) throw r.wrong('-m state needs --state STATES.')
      return { match: name, states: { not, is: r.value('a list of connection states', readStates) } }
    }
    case 'connmark': {
      const not = r.take('!')
      if (!r.take('--mark')) throw r.wrong('-m connmark needs --mark VALUE[/MASK].')
      return { match: name, mark: { not, is: r.value('a mark', readMasked) } }
    }
    case 'iprange':
    case 'ttl':
    case 'hl':
    case 'tos':
    case 'dscp':
    case 'length':
    case 'pkttype':
    case 'tcpmss':
      return readField(name, r)
    case 'rpfilter':
    case 'socket':
    case 'owner':
      return readSender(name, r)
    case 'limit':
    case 'hashlimit':
    case 'connlimit':
    case 'quota':
      return readMeter(name, r, family)
    case 'connbytes':
      return readConnbytes(r)
    case 'u32':
      return readU32(r)
    case 'statistic':
      return readStatistic(r)
    case 'addrtype':
      return readAddrtype(r)
    case 'recent':
      return readRecent(r, ALL_ONES[family])
    case 'physdev':
      return readPhysdev(r)
    case 'multiport': {
      const not = r.take('!')
      const side = (['sports', 'dports', 'ports'] as const).find(s =>
        r.take(`--${s}`, ...(s === 'sports' ? ['--source-ports'] : s === 'dports' ? ['--destination-ports'] : [])),
      )
      if (!side) throw r.wrong('-m multiport needs --sports, --dports or --ports.')
      const ports = r.value('a list of ports', text => {
        const all = text.split(',').map(part => readPorts(part))
        return all.every(p => p !== undefined) ? (all as PortRange[]) : undefined
      })
      return { match: 'multiport', side, not, ports }
    }
    case 'set':
      return readSet(r)
    case 'nfacct': {
      if (!r.take('--nfacct-name')) throw r.wrong('-m nfacct needs --nfacct-name NAME.')
      return { match: 'nfacct', name: r.next('a counter name') }
    }
    default:
      return { match: 'unmodelled', module: name, words: foreignWords(r) }
  }
}

function readSet(r: WordReader): Match {
  const not = r.take('!')
  if (!r.take('--match-set')) return { match: 'unmodelled', module: 'set', words: [...(not ? ['!'] : []), ...foreignWords(r)] }
  const { name, directions } = readAsked(r)
  const returnNomatch = r.take('--return-nomatch')
  if (r.peek()?.startsWith('--') || (r.peek() === '!' && r.peek(1)?.startsWith('--')))
    return {
      match: 'unmodelled',
      module: 'set',
      words: [...(not ? ['!'] : []), '--match-set', name, directions.join(','), ...foreignWords(r)],
    }
  return { match: 'set', set: { not, is: name }, directions, returnNomatch }
}

function readPortsOf(name: 'tcp' | 'udp' | 'sctp', r: WordReader): Match {
  let found: Match & { match: 'tcp' | 'udp' | 'sctp' } = { match: name }
  for (;;) {
    const not = r.peek() === '!' && /^--(sport|dport|source-port|destination-port|tcp-flags|syn)$/.test(r.peek(1) ?? '')
    if (not) r.take('!')
    if (r.take('--sport', '--source-port')) found = { ...found, sourcePorts: { not, is: r.value('a port or range', t => readPorts(t)) } }
    else if (r.take('--dport', '--destination-port'))
      found = { ...found, destinationPorts: { not, is: r.value('a port or range', t => readPorts(t)) } }
    else if (name === 'tcp' && r.take('--syn'))
      found = { ...found, flags: { not, is: { mask: ['FIN', 'SYN', 'RST', 'ACK'], set: ['SYN'] } } }
    else if (name === 'tcp' && r.take('--tcp-flags'))
      found = { ...found, flags: { not, is: { mask: r.value('TCP flags', readFlags), set: r.value('TCP flags', readFlags) } } }
    else return found
  }
}

function readStatistic(r: WordReader): Match {
  if (!r.take('--mode')) throw r.wrong('-m statistic needs --mode random or --mode nth.')
  const mode = r.value('random or nth', text => (text === 'random' || text === 'nth' ? text : undefined))
  const not = r.take('!')
  if (mode === 'random') {
    if (!r.take('--probability')) throw r.wrong('--mode random needs --probability P.')
    return { match: 'statistic', mode, not, threshold: r.value('a probability from 0 to 1', readProbability) }
  }
  if (!r.take('--every')) throw r.wrong('--mode nth needs --every N.')
  const every = r.value('a number', wholeNumber)
  return { match: 'statistic', mode, not, every, packet: r.take('--packet') ? r.value('a number', wholeNumber) : 0 }
}

function readAddrtype(r: WordReader): Match {
  let found: Match & { match: 'addrtype' } = { match: 'addrtype' }
  for (;;) {
    const not = r.peek() === '!' && /^--(src|dst)-type$/.test(r.peek(1) ?? '')
    if (not) r.take('!')
    if (r.take('--src-type')) found = { ...found, source: { not, is: r.value('address types', readTypes) } }
    else if (r.take('--dst-type')) found = { ...found, destination: { not, is: r.value('address types', readTypes) } }
    else if (r.take('--limit-iface-in')) found = { ...found, limit: 'in' }
    else if (r.take('--limit-iface-out')) found = { ...found, limit: 'out' }
    else return found
  }
}

function readRecent(r: WordReader, allOnes: Ip): Match {
  let found: Match & { match: 'recent' } = {
    match: 'recent',
    not: false,
    action: 'set',
    reap: false,
    name: 'DEFAULT',
    mask: allOnes,
    side: 'rsource',
  }
  for (;;) {
    const not = r.peek() === '!' && /^--(set|rcheck|update|remove)$/.test(r.peek(1) ?? '')
    if (not) r.take('!')
    const action = (['set', 'rcheck', 'update', 'remove'] as const).find(a => r.take(`--${a}`))
    if (action) found = { ...found, action, not }
    else if (r.take('--seconds')) found = { ...found, seconds: r.value('a number of seconds', wholeNumber) }
    else if (r.take('--hitcount')) found = { ...found, hitcount: r.value('a number', wholeNumber) }
    else if (r.take('--reap')) found = { ...found, reap: true }
    else if (r.take('--name')) found = { ...found, name: r.next('a list name') }
    else if (r.take('--mask')) found = { ...found, mask: r.value('a netmask', readIp) }
    else if (r.take('--rsource')) found = { ...found, side: 'rsource' }
    else if (r.take('--rdest')) found = { ...found, side: 'rdest' }
    else return found
  }
}

function readPhysdev(r: WordReader): Match {
  let found: Match & { match: 'physdev' } = { match: 'physdev' }
  for (;;) {
    const not = r.peek() === '!' && /^--physdev-/.test(r.peek(1) ?? '')
    if (not) r.take('!')
    if (r.take('--physdev-is-in')) found = { ...found, isIn: !not }
    else if (r.take('--physdev-is-out')) found = { ...found, isOut: !not }
    else if (r.take('--physdev-is-bridged')) found = { ...found, isBridged: !not }
    else if (r.take('--physdev-in')) found = { ...found, in: { not, is: r.next('a device') } }
    else if (r.take('--physdev-out')) found = { ...found, out: { not, is: r.next('a device') } }
    else return found
  }
}
