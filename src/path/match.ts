// Each match of a rule as a question to a packet. Compiled once per rule set, asked for every packet.
import { contains, networkOf } from '../addr/cidr'
import type { Ip } from '../addr/ip'
import { PROTOCOL_NUMBERS, type PortRange } from '../addr/port'
import { never } from '../error'
import { hasPorts, type Packet } from '../linux/packet'
import type { AddressType, Header, Match, Rule } from '../linux/rule'
import type { Not } from '../linux/rule-values'
import { type Asked, Unmodelled, type Where } from './asked'
import { fitsSix, typeOfFour } from './address-type'
import { conntrackFits, fieldFits, hasTemplate, statesOf } from './match-field'
import { matchText } from '../linux/match-text'
import { countOn, meterFits } from './match-meter'
import { senderFits } from './match-sender'
import { connbytesFits } from './match-connbytes'
import { setFits } from './match-set'
import { u32Fits } from './match-u32'

type Question = (asked: Asked) => boolean

/** Whether an interface name is the one a rule names; `+` at the end stands for any rest. */
const namesDevice = (pattern: string, device: string): boolean =>
  pattern.endsWith('+') ? device.startsWith(pattern.slice(0, -1)) : device === pattern

const inRange = (range: PortRange, port: number): boolean => port >= range.first && port <= range.last

/** One question for the whole rule; stops at the first part that says no. */
export function compileRule(rule: Rule): Question {
  const questions = [
    ...headerQuestions(rule.header),
    ...rule.matches.filter(m => m.match !== 'comment' && m.match !== 'nfacct').map(matchQuestion),
  ]
  switch (questions.length) {
    case 0:
      return () => true
    case 1:
      return questions[0]!
    default:
      return asked => {
        for (const question of questions) if (!question(asked)) return false
        return true
      }
  }
}

function headerQuestions(h: Header): Question[] {
  const questions: Question[] = []
  const { source, destination, protocol, fragment } = h
  if (source) questions.push(({ skb }) => contains(source.is, skb.packet.source) !== source.not)
  if (destination) questions.push(({ skb }) => contains(destination.is, skb.packet.destination) !== destination.not)
  if (h.in) questions.push(device(h.in, where => where.in))
  if (h.out) questions.push(device(h.out, where => where.out))
  if (protocol) {
    const number = typeof protocol.is === 'number' ? protocol.is : PROTOCOL_NUMBERS[protocol.is]
    questions.push(({ skb }) => (PROTOCOL_NUMBERS[skb.packet.protocol] === number) !== protocol.not)
  }
  if (fragment) questions.push(({ skb }) => (skb.packet.fragment !== undefined && skb.packet.fragment.offset > 0) !== fragment.not)
  return questions
}

const device =
  (wanted: Not<string>, of: (where: Where) => string): Question =>
  ({ where }) =>
    namesDevice(wanted.is, of(where)) !== wanted.not

/** Fragments after the first have no ports to look at. */
const isLaterFragment = (p: Packet): boolean => p.fragment !== undefined && p.fragment.offset > 0

function matchQuestion(m: Match): Question {
  switch (m.match) {
    case 'comment':
    case 'nfacct':
      return () => true
    case 'tcp':
    case 'udp':
    case 'sctp':
      return portsQuestion(m)
    case 'icmp':
    case 'icmp6': {
      const { type, code } = m.type.is
      const protocol = m.match === 'icmp' ? 'icmp' : 'icmpv6'
      return ({ skb: { packet: p } }) =>
        p.protocol === protocol &&
        !isLaterFragment(p) &&
        ((type === 255 && protocol === 'icmp') || (p.type === type && (code === null || p.code === code))) !== m.type.not
    }
    case 'mark': {
      const { value, mask } = m.mark.is
      return ({ skb }) => ((skb.mark & mask) >>> 0 === value) !== m.mark.not
    }
    case 'conntrack':
      return ({ skb }) => conntrackFits(m, skb)
    case 'state':
      return ({ skb }) => statesOf(skb).some(s => (m.states.is as readonly string[]).includes(s)) !== m.states.not
    case 'connmark': {
      const { value, mask } = m.mark.is
      return ({ skb }) => (skb.entry !== null || hasTemplate(skb)) && (((skb.entry?.mark ?? 0) & mask) >>> 0 === value) !== m.mark.not
    }
    case 'iprange':
    case 'ttl':
    case 'hl':
    case 'tos':
    case 'dscp':
    case 'length':
    case 'pkttype':
    case 'tcpmss':
      return ({ skb }) => fieldFits(m, skb)
    case 'rpfilter':
    case 'socket':
    case 'owner':
      return asked => senderFits(m, asked)
    case 'limit':
    case 'hashlimit':
    case 'connlimit':
    case 'quota':
      return asked => meterFits(m, asked)
    case 'connbytes':
      return ({ skb }) => connbytesFits(m, skb)
    case 'u32':
      return ({ skb }) => u32Fits(m, skb.packet)
    case 'statistic':
      if (m.mode === 'random') return ({ chooser }) => chooser.chance(m.threshold) !== m.not
      return asked => (countOn(asked, m, () => matchText(m)) % m.every === m.packet) !== m.not
    case 'addrtype':
      return addrtypeQuestion(m)
    case 'recent':
      return recentQuestion(m)
    case 'physdev':
      return physdevQuestion(m)
    case 'multiport': {
      const one = (port: number) => m.ports.some(range => inRange(range, port))
      return ({ skb: { packet: p } }) =>
        hasPorts(p) &&
        !isLaterFragment(p) &&
        ((m.side !== 'dports' && one(p.sourcePort)) || (m.side !== 'sports' && one(p.destinationPort))) !== m.not
    }
    case 'set':
      return asked => setFits(m, asked) !== m.set.not
    case 'unmodelled':
      return () => {
        throw new Unmodelled(`-m ${m.module} ${m.words.join(' ')}`.trim())
      }
    default:
      return never(m)
  }
}

function portsQuestion(m: Match & { match: 'tcp' | 'udp' | 'sctp' }): Question {
  const { sourcePorts, destinationPorts, flags } = m
  return ({ skb: { packet: p } }) => {
    if (p.protocol !== m.match || isLaterFragment(p)) return false
    if (sourcePorts && inRange(sourcePorts.is, p.sourcePort) === sourcePorts.not) return false
    if (destinationPorts && inRange(destinationPorts.is, p.destinationPort) === destinationPorts.not) return false
    if (!flags || p.protocol !== 'tcp') return true
    const set = flags.is.mask.filter(f => (p.flags as readonly string[]).includes(f.toLowerCase()))
    return (set.length === flags.is.set.length && set.every(f => flags.is.set.includes(f))) !== flags.not
  }
}

function addrtypeQuestion(m: Match & { match: 'addrtype' }): Question {
  const fits = (wanted: Not<readonly AddressType[]> | undefined, ip: Ip, { fib, where }: Asked) => {
    if (wanted === undefined) return true
    const only = m.limit === undefined ? null : m.limit === 'in' ? where.in : where.out
    const found =
      typeof ip === 'number' ? (wanted.is as readonly string[]).includes(typeOfFour(fib, ip, only)) : fitsSix(fib, ip, only, wanted.is)
    return found !== wanted.not
  }
  return asked => fits(m.source, asked.skb.packet.source, asked) && fits(m.destination, asked.skb.packet.destination, asked)
}

/** xt_recent: `set` records, `rcheck` asks, `update` asks and records, `remove` forgets. Lists hold 20 times per address. */
function recentQuestion(m: Match & { match: 'recent' }): Question {
  return ({ skb, memory }) => {
    const list = memory.recent.get(m.name) ?? new Map<Ip, readonly number[]>()
    memory.recent.set(m.name, list)
    const side = m.side === 'rsource' ? skb.packet.source : skb.packet.destination
    const ip = typeof side === 'number' ? (((side & (m.mask as number)) >>> 0) as Ip) : ((side & (m.mask as bigint)) as Ip)
    const record = () => list.set(ip, [...(list.get(ip) ?? []), memory.nowSeconds].slice(-20))
    const times = list.get(ip)
    if (m.action === 'set') {
      record()
      return !m.not
    }
    if (times === undefined) return m.not
    if (m.action === 'remove') {
      list.delete(ip)
      return !m.not
    }
    const within = times.filter(t => m.seconds === undefined || memory.nowSeconds - t <= m.seconds).length
    const found = within >= (m.hitcount ?? 1)
    if (m.action === 'update' && found) record()
    return found !== m.not
  }
}

function physdevQuestion(m: Match & { match: 'physdev' }): Question {
  return ({ where }) => {
    if (m.isIn !== undefined && (where.portIn !== '') !== m.isIn) return false
    if (m.isOut !== undefined && (where.portOut !== '') !== m.isOut) return false
    if (m.isBridged !== undefined && where.bridged !== m.isBridged) return false
    if (m.in && namesDevice(m.in.is, where.portIn) === m.in.not) return false
    return !(m.out && namesDevice(m.out.is, where.portOut) === m.out.not)
  }
}

/** The host a rule's header insists on, if it is exactly one: what rules are indexed by. */
export function exactDestination(h: Header): Ip | undefined {
  const d = h.destination
  return d && !d.not && d.is.length === (typeof d.is.ip === 'number' ? 32 : 128) ? networkOf(d.is.ip, d.is.length).ip : undefined
}

/** Matches that leave a mark, draw or end the walk when they are merely asked. */
const hasEffect = (m: Match): boolean => EFFECTIVE.has(m.match)
const EFFECTIVE: ReadonlySet<Match['match']> = new Set([
  'statistic',
  'recent',
  'limit',
  'hashlimit',
  'connlimit',
  'quota',
  'socket',
  'unmodelled',
])

/** The one destination port that a rule insists on before it asks anything that has an effect, if any. */
export function exactPort(rule: Rule): number | undefined {
  for (const m of rule.matches) {
    if (hasEffect(m)) return undefined
    if (
      (m.match === 'tcp' || m.match === 'udp' || m.match === 'sctp') &&
      m.destinationPorts &&
      !m.destinationPorts.not &&
      m.destinationPorts.is.first === m.destinationPorts.is.last
    )
      return m.destinationPorts.is.first
  }
  return undefined
}
