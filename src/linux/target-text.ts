// The targets of iptables (`-j`, `-g`) as text, both ways.
import { cidrText, readCidr } from '../addr/cidr'

import { bitsOf, ipText, readIp } from '../addr/ip'
import { type PortRange, portRangeText } from '../addr/port'
import { never } from '../error'
import { ctText, readCt, readTproxy } from './ct-text'
import { readConnmark, readMark } from './mark-text'
import { readSetChange, setChangeText } from './set-target'
import { foreignWords, hex, keptWords, readMasked, readPorts, wholeNumber } from './rule-values'
import type { RejectWith, Target, Translation } from './rule'
import type { WordReader } from './rule-words'

/** What iptables-save prints, `-j NAME …`. */
export function targetText(t: Target): string {
  switch (t.do) {
    case 'ACCEPT':
    case 'DROP':
    case 'RETURN':
      return `-j ${t.do}`
    case 'jump':
      return `-j ${t.chain}`
    case 'goto':
      return `-g ${t.chain}`
    case 'MARK':
      return `-j MARK --set-xmark ${hex(t.value)}/${hex(t.mask)}`
    case 'MASQUERADE':
      return `-j MASQUERADE${t.ports ? ` --to-ports ${portRangeText(t.ports, '-')}` : ''}${t.random ? ` --${t.random}` : ''}`
    case 'DNAT':
      return `-j DNAT --to-destination ${translationText(t.to)}`
    case 'SNAT':
      return `-j SNAT --to-source ${translationText(t.to)}`
    case 'REDIRECT':
      return `-j REDIRECT${t.ports ? ` --to-ports ${portRangeText(t.ports, '-')}` : ''}${t.random ? ' --random' : ''}`
    case 'REJECT':
      return `-j REJECT --reject-with ${t.with}`
    case 'NOTRACK':
      return '-j CT --notrack'
    case 'CT':
      return ctText(t)
    case 'TPROXY':
      return `-j TPROXY --on-port ${t.port} --on-ip ${ipText(t.ip)} --tproxy-mark ${hex(t.mark.value)}/${hex(t.mark.mask)}`
    case 'NETMAP':
      return `-j NETMAP --to ${cidrText(t.to)}`
    case 'CONNMARK':
      if ('set' in t) return `-j CONNMARK --set-xmark ${hex(t.set.value)}/${hex(t.set.mask)}`
      return `-j CONNMARK --${t.copy}-mark --nfmask ${hex(t.packetMask)} --ctmask ${hex(t.connectionMask)}`
    case 'DSCP':
      return `-j DSCP --set-dscp 0x${t.dscp.toString(16).padStart(2, '0')}`
    case 'TOS':
      return `-j TOS --set-tos 0x${t.value.toString(16).padStart(2, '0')}/0x${t.mask.toString(16).padStart(2, '0')}`
    case 'TTL':
    case 'HL':
      return `-j ${t.do} --${t.do.toLowerCase()}-${t.change} ${t.by}`
    case 'TCPMSS':
      return `-j TCPMSS ${t.mss === 'clamp' ? '--clamp-mss-to-pmtu' : `--set-mss ${t.mss}`}`
    case 'LOG':
    case 'NFLOG':
      return ['-j', t.do, ...keptWords(t.words)].join(' ')
    case 'SET':
      return setChangeText(t)
    case 'unmodelled':
      return ['-j', t.target, ...keptWords(t.words)].join(' ')
    default:
      return never(t)
  }
}

function translationText(t: Translation): string {
  const range =
    t.first === undefined ? '' : t.last === undefined || t.last === t.first ? ipText(t.first) : `${ipText(t.first)}-${ipText(t.last)}`
  const addresses = typeof t.first === 'bigint' && t.ports !== undefined ? `[${range}]` : range
  return `${addresses}${t.ports ? `:${portRangeText(t.ports, '-')}` : ''}${t.random ? ` --${t.random}` : ''}${t.persistent ? ' --persistent' : ''}`
}

/** `10.0.0.1`, `10.0.0.1-10.0.0.9:80-90`, `fd00::1`, `fd00::1-fd00::9`, `[fd00::1]:80`, `[fd00::1-fd00::9]:80`, `:80`. */
function readTranslation(text: string): Translation | undefined {
  const bare = text.split('-').every(part => typeof readIp(part) === 'bigint')
  const [, bracketed, plain = '', ports] = /^(?:\[([^\]]*)\]|([^:[\]]*))(?::([\d-]+))?$/.exec(bare ? `[${text}]` : text) ?? []
  const addresses = bracketed ?? plain
  const range = addresses === '' ? [] : addresses.split('-').map(readIp)
  const portRange = ports === undefined ? undefined : readPorts(ports, '-')
  if (
    range.length > 2 ||
    range.includes(undefined) ||
    (ports !== undefined && portRange === undefined) ||
    (range.length === 0 && portRange === undefined)
  )
    return undefined
  const [first, last] = range
  return {
    ...(first === undefined ? {} : { first }),
    ...(last === undefined ? {} : { last }),
    ...(portRange === undefined ? {} : { ports: portRange }),
  }
}

const aliased = (names: readonly (readonly [RejectWith, string])[]): ReadonlyMap<string, RejectWith> =>
  new Map(names.flatMap(([name, alias]) => [[name, name] as const, [alias, name] as const]))

/** The words of `--reject-with`, long and short, in each family. */
const REJECTS: Readonly<Record<'ipv4' | 'ipv6', ReadonlyMap<string, RejectWith>>> = {
  ipv4: aliased([
    ['icmp-net-unreachable', 'net-unreach'],
    ['icmp-host-unreachable', 'host-unreach'],
    ['icmp-port-unreachable', 'port-unreach'],
    ['icmp-proto-unreachable', 'proto-unreach'],
    ['icmp-net-prohibited', 'net-prohib'],
    ['icmp-host-prohibited', 'host-prohib'],
    ['icmp-admin-prohibited', 'admin-prohib'],
    ['tcp-reset', 'tcp-rst'],
  ]),
  ipv6: aliased([
    ['icmp6-no-route', 'no-route'],
    ['icmp6-adm-prohibited', 'adm-prohibited'],
    ['icmp6-addr-unreachable', 'addr-unreach'],
    ['icmp6-port-unreachable', 'port-unreach'],
    ['icmp6-policy-fail', 'policy-fail'],
    ['icmp6-reject-route', 'reject-route'],
    ['tcp-reset', 'tcp-rst'],
  ]),
}

/** Reads the target after `-j`, with its options. */
export function readTarget(name: string, r: WordReader, family: 'ipv4' | 'ipv6'): Target {
  switch (name) {
    case 'ACCEPT':
    case 'DROP':
    case 'RETURN':
      return { do: name }
    case 'MARK':
      return readMark(r)
    case 'MASQUERADE':
      return { do: name, ...natOptions(r) }
    case 'REDIRECT': {
      const { ports, random } = natOptions(r)
      return { do: name, ...(ports ? { ports } : {}), ...(random === 'random' ? { random } : {}) }
    }
    case 'DNAT':
    case 'SNAT': {
      if (!r.take(name === 'DNAT' ? '--to-destination' : '--to-source'))
        throw r.wrong(`-j ${name} needs ${name === 'DNAT' ? '--to-destination' : '--to-source'} ADDRESS.`)
      const to = r.value('an address with or without ports', readTranslation)
      const { random } = natOptions(r)
      return { do: name, to: { ...to, ...(random ? { random } : {}), ...(r.take('--persistent') ? { persistent: true } : {}) } }
    }
    case 'REJECT': {
      const fallback: RejectWith = family === 'ipv4' ? 'icmp-port-unreachable' : 'icmp6-port-unreachable'
      return {
        do: name,
        with: r.take('--reject-with') ? r.value('a REJECT type of its family', text => REJECTS[family].get(text)) : fallback,
      }
    }
    case 'NOTRACK':
      return { do: 'NOTRACK' }
    case 'CT':
      return r.take('--notrack') ? { do: 'NOTRACK' } : readCt(r)
    case 'TPROXY':
      return readTproxy(r, family)
    case 'NETMAP': {
      if (!r.take('--to')) throw r.wrong('-j NETMAP needs --to NETWORK.')
      return { do: name, to: r.value('a network', text => readCidr(text.includes('/') ? text : `${text}/${bitsOf(family)}`)) }
    }
    case 'CONNMARK':
      return readConnmark(r)
    case 'DSCP':
      if (!r.take('--set-dscp')) return { do: 'unmodelled', target: name, words: foreignWords(r) }
      return { do: name, dscp: r.value('a DSCP from 0 to 0x3f', text => below(64, text)) }
    case 'TOS': {
      if (!r.take('--set-tos')) return { do: 'unmodelled', target: name, words: foreignWords(r) }
      const { value, mask } = r.value('a TOS', readMasked)
      return { do: name, value, mask: mask & 0xff }
    }
    case 'TTL':
    case 'HL': {
      const change = (['set', 'inc', 'dec'] as const).find(c => r.take(`--${name.toLowerCase()}-${c}`))
      if (!change) throw r.wrong(`-j ${name} needs --${name.toLowerCase()}-set, -inc or -dec.`)
      return { do: name, change, by: r.value('a number up to 255', text => below(256, text)) }
    }
    case 'TCPMSS':
      if (r.take('--clamp-mss-to-pmtu')) return { do: name, mss: 'clamp' }
      if (!r.take('--set-mss')) throw r.wrong('-j TCPMSS needs --set-mss MSS or --clamp-mss-to-pmtu.')
      return { do: name, mss: r.value('an MSS', text => below(65536, text)) }
    case 'SET':
      return readSetChange(r)
    case 'LOG':
    case 'NFLOG':
      return { do: name, words: foreignWords(r) }
    default:
      return OTHER_TARGETS.has(name) ? { do: 'unmodelled', target: name, words: foreignWords(r) } : { do: 'jump', chain: name }
  }
}

/** Targets of iptables that hopspec reads and prints but does not carry out; any other word is a chain. */
const OTHER_TARGETS = new Set(
  'AUDIT CHECKSUM CLASSIFY CLUSTERIP CONNSECMARK DNPT ECN HMARK IDLETIMER LED NFQUEUE RATEEST SECMARK SNPT SYNPROXY TCPOPTSTRIP TEE TRACE ULOG QUEUE'.split(
    ' ',
  ),
) // prettier-ignore

function natOptions(r: WordReader): { ports?: PortRange; random?: 'random' | 'random-fully' } {
  let found: { ports?: PortRange; random?: 'random' | 'random-fully' } = {}
  for (;;) {
    if (r.take('--to-ports', '--to-port')) found = { ...found, ports: r.value('a port or range', text => readPorts(text, '-')) }
    else if (r.take('--random-fully')) found = { ...found, random: 'random-fully' }
    else if (r.take('--random')) found = { ...found, random: 'random' }
    else return found
  }
}

const below = (limit: number, text: string): number | undefined => {
  const n = /^0x[0-9a-f]+$/i.test(text) ? Number(text) : wholeNumber(text)
  return n !== undefined && n < limit ? n : undefined
}
