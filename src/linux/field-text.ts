// The modules that look at one field of a packet (`-m ttl`, `tos`, `dscp`, `length`, `pkttype`, `iprange`) as text, both ways.
import type { IpRange } from '../addr/cidr'
import { ipText, readIp } from '../addr/ip'
import { portRangeText } from '../addr/port'
import { never } from '../error'
import type { Match } from './rule'
import { bang, readMasked, readPorts, wholeNumber } from './rule-values'
import type { WordReader } from './rule-words'

export type FieldMatch = Extract<Match, { match: 'iprange' | 'ttl' | 'hl' | 'tos' | 'dscp' | 'length' | 'pkttype' | 'tcpmss' }>

const byte = (value: number): string => `0x${value.toString(16).padStart(2, '0')}`

/** What iptables-save prints for one of them. */
export function fieldText(m: FieldMatch): string {
  switch (m.match) {
    case 'iprange': {
      const range = (name: string, asked: typeof m.source) =>
        asked ? ` ${bang(asked.not)}--${name}-range ${ipText(asked.is.first)}-${ipText(asked.is.last)}` : ''
      return `-m iprange${range('src', m.source)}${range('dst', m.destination)}`
    }
    case 'ttl':
    case 'hl':
      return `-m ${m.match} ${bang(m.not)}--${m.match}-${m.compare} ${m.value}`
    case 'tos':
      return `-m tos ${bang(m.tos.not)}--tos ${byte(m.tos.is.value)}/${byte(m.tos.is.mask)}`
    case 'dscp':
      return `-m dscp ${bang(m.dscp.not)}--dscp ${byte(m.dscp.is)}`
    case 'length':
      return `-m length ${bang(m.bytes.not)}--length ${portRangeText(m.bytes.is)}`
    case 'tcpmss':
      return `-m tcpmss ${bang(m.mss.not)}--mss ${portRangeText(m.mss.is)}`
    case 'pkttype':
      return `-m pkttype ${bang(m.type.not)}--pkt-type ${m.type.is}`
    default:
      return never(m)
  }
}

const number = (text: string): number | undefined => (/^0x[0-9a-f]{1,2}$/i.test(text) ? Number(text) : wholeNumber(text))

function readRange(text: string): IpRange | undefined {
  const [first, last, ...rest] = text.split('-').map(readIp)
  return first === undefined || rest.length > 0 || (text.includes('-') && last === undefined) ? undefined : { first, last: last ?? first }
}

/** Reads the options of one of them. */
export function readField(name: FieldMatch['match'], r: WordReader): FieldMatch {
  if (name === 'iprange') return readIprange(r)
  const not = r.take('!')
  switch (name) {
    case 'ttl':
    case 'hl': {
      const compare = (['eq', 'lt', 'gt'] as const).find(c => r.take(`--${name}-${c}`))
      if (!compare) throw r.wrong(`-m ${name} needs --${name}-eq, --${name}-lt or --${name}-gt.`)
      return { match: name, compare, not, value: r.value('a number', number) }
    }
    case 'tos':
      if (!r.take('--tos')) throw r.wrong('-m tos needs --tos VALUE[/MASK].')
      return { match: name, tos: { not, is: r.value('a TOS', text => readTos(text)) } }
    case 'dscp':
      if (!r.take('--dscp')) throw r.wrong('-m dscp needs --dscp VALUE.')
      return { match: name, dscp: { not, is: r.value('a DSCP', number) } }
    case 'length':
      if (!r.take('--length')) throw r.wrong('-m length needs --length BYTES[:BYTES].')
      return { match: name, bytes: { not, is: r.value('a length or range', text => readPorts(text)) } }
    case 'tcpmss':
      if (!r.take('--mss')) throw r.wrong('-m tcpmss needs --mss MSS[:MSS].')
      return { match: name, mss: { not, is: r.value('an MSS or range', text => readPorts(text)) } }
    case 'pkttype':
      if (!r.take('--pkt-type')) throw r.wrong('-m pkttype needs --pkt-type unicast, broadcast or multicast.')
      return {
        match: name,
        type: {
          not,
          is: r.value('unicast, broadcast or multicast', text =>
            text === 'unicast' || text === 'broadcast' || text === 'multicast' ? text : undefined,
          ),
        },
      }
    default:
      return never(name)
  }
}

function readTos(text: string): { value: number; mask: number } | undefined {
  const read = readMasked(text)
  return read && { value: read.value, mask: text.includes('/') ? read.mask : 0xff }
}

function readIprange(r: WordReader): FieldMatch {
  let found: Extract<FieldMatch, { match: 'iprange' }> = { match: 'iprange' }
  for (;;) {
    const not = r.peek() === '!' && /^--(src|dst)-range$/.test(r.peek(1) ?? '') && r.take('!')
    if (r.take('--src-range')) found = { ...found, source: { not, is: r.value('a range of addresses', readRange) } }
    else if (r.take('--dst-range')) found = { ...found, destination: { not, is: r.value('a range of addresses', readRange) } }
    else return found
  }
}
