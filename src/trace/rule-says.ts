// A rule in one short phrase: what it does with the packet, and what about the packet made it. In: a rule as data; out: `→ KUBE-SEP-A, by chance 0.33333`.
// The tool's own line stands beside it in the trace: this one leaves out comments, and may leave out options of a target.
import { type Cidr, cidrText } from '../addr/cidr'
import { bitsOf, familyOf, ipText } from '../addr/ip'
import { portRangeText } from '../addr/port'
import { matchText } from '../linux/match-text'
import { maskedText, type Not } from '../linux/rule-values'
import type { Match, Rule, Target } from '../linux/rule'
import { targetText } from '../linux/target-text'

const known = new WeakMap<Rule, string>()

/** What the rule does and why, `accept, from 10.244.0.0/16`. One rule is in many steps. */
export function ruleSays(rule: Rule): string {
  let says = known.get(rule)
  if (says === undefined) known.set(rule, (says = [action(rule.target), ...conditions(rule)].join(', ')))
  return says
}

function action(target: Target | null): string {
  if (target === null) return 'go on'
  switch (target.do) {
    case 'ACCEPT':
    case 'DROP':
    case 'RETURN':
    case 'DNAT':
    case 'SNAT':
    case 'MASQUERADE':
    case 'REDIRECT':
      return target.do.toLowerCase()
    case 'jump':
    case 'goto':
      return `→ ${target.chain}`
    case 'MARK':
      return `mark ${maskedText(target.value === target.mask ? { value: target.value, mask: 0xffffffff } : target)}`
    case 'REJECT':
      return `reject with ${target.with}`
    default:
      return targetText(target)
  }
}

function conditions({ header, matches }: Rule): readonly string[] {
  const { source, destination, protocol } = header
  const ports = matches.some(m => m.match === protocol?.is && 'destinationPorts' in m)
  return [
    ...(source ? [not(source, `from ${network(source.is)}`)] : []),
    ...(destination ? [not(destination, `to ${network(destination.is)}`)] : []),
    ...(header.in ? [not(header.in, `in by ${header.in.is}`)] : []),
    ...(header.out ? [not(header.out, `out by ${header.out.is}`)] : []),
    ...(protocol && !ports ? [not(protocol, `${protocol.is}`)] : []),
    ...(header.fragment ? [not(header.fragment, 'a later fragment')] : []),
    ...matches.flatMap(condition),
  ]
}

/** A match in words where it has short ones, else as the tool prints it; empty for what asks nothing of the packet. */
function condition(m: Match): readonly string[] {
  switch (m.match) {
    case 'comment':
      return []
    case 'tcp':
    case 'udp':
    case 'sctp':
      if (m.sourcePorts || m.flags) return [matchText(m)]
      return m.destinationPorts ? [`${m.match} ${not(m.destinationPorts, `port ${portRangeText(m.destinationPorts.is, '-')}`)}`] : []
    case 'mark':
      return [
        not(
          m.mark,
          `marked ${m.mark.is.value === m.mark.is.mask ? maskedText({ ...m.mark.is, mask: 0xffffffff }) : maskedText(m.mark.is)}`,
        ),
      ]
    case 'conntrack':
    case 'state':
      return m.states && Object.keys(m).length === 2 ? [not(m.states, m.states.is.join(' or '))] : [matchText(m)]
    case 'statistic':
      return m.mode === 'random' && !m.not ? [`by chance ${(m.threshold / 2 ** 31).toFixed(5)}`] : [matchText(m)]
    case 'addrtype':
      return m.destination && !m.source && !m.limit
        ? [not(m.destination, `to an address of type ${m.destination.is.join(' or ')}`)]
        : [matchText(m)]
    default:
      return [matchText(m)]
  }
}

const not = (asked: Not<unknown>, words: string): string => (asked.not ? `not ${words}` : words)

/** One address without its length. */
const network = (cidr: Cidr): string => (cidr.length === bitsOf(familyOf(cidr.ip)) ? ipText(cidr.ip) : cidrText(cidr))
