// Policy rules as text: the words of `ip rule add`, and what `ip rule` lists. Refused by name: l3mdev, tunnels' ids, realms, interface groups.
import { type Cidr, cidrText, networkOf, readInterfaceAddress } from '../addr/cidr'
import { bitsOf, familyOf } from '../addr/ip'
import { type PortRange, portRangeText, PROTOCOL_NUMBERS, readProtocol } from '../addr/port'
import { never, type Place } from '../error'
import { readTable } from './ip-route'
import type { PolicyAction, PolicyRule } from './program'
import { splitWords, WordReader } from './rule-words'
import { hex, readMasked, readPorts, wholeNumber } from './rule-values'

/** Reads `[-6] [not] [from NETWORK] [to NETWORK] [iif DEVICE] … [pref N] lookup TABLE|goto N|nop|blackhole|unreachable|prohibit`. */
export function readPolicyRule(text: string, place: Place, priority: number): PolicyRule {
  const r = new WordReader(splitWords(text.trim()), place)
  const family = r.take('-6') ? 'ipv6' : 'ipv4'
  let rule: Omit<PolicyRule, 'action'> & { action?: PolicyAction } = { family, priority, not: r.take('not') }
  let suppress: number | undefined
  while (r.peek() !== undefined) {
    const selector = readSelector(r, family)
    if (selector) rule = { ...rule, ...selector }
    else if (r.take('pref', 'priority', 'preference', 'order')) rule = { ...rule, priority: r.value('a number', wholeNumber) }
    else if (r.take('suppress_prefixlength', 'sup_pl')) suppress = r.value('a number', wholeNumber)
    else rule = { ...rule, action: readAction(r) }
  }
  const action = rule.action ?? { lookup: 254 }
  if (suppress === undefined) return { ...rule, action }
  if (typeof action === 'string' || !('lookup' in action)) throw r.wrong('suppress_prefixlength needs lookup TABLE.')
  return { ...rule, action: { ...action, suppressPrefixLength: suppress } }
}

function readSelector(r: WordReader, family: 'ipv4' | 'ipv6'): Partial<PolicyRule> | undefined {
  if (r.take('from')) return network('from', r)
  if (r.take('to')) return network('to', r)
  if (r.take('fwmark')) return { mark: r.value('a mark', readMasked) }
  if (r.take('iif', 'dev')) return { in: r.next('a device') }
  if (r.take('oif')) return { out: r.next('a device') }
  if (r.take('tos', 'dsfield')) return { tos: r.value('a TOS', text => readTos(text, family)) }
  if (r.take('ipproto')) return { protocol: r.value('a protocol', protocolNumber) }
  if (r.take('sport')) return { sourcePorts: r.value('a port or range', text => readPorts(text, '-')) }
  if (r.take('dport')) return { destinationPorts: r.value('a port or range', text => readPorts(text, '-')) }
  if (r.take('uidrange')) return { users: r.value('a range of users: 0-1000', readUsers) }
  return undefined
}

function readAction(r: WordReader): PolicyAction {
  r.take('type')
  if (r.take('lookup', 'table')) return { lookup: r.value('a table', readTable) }
  if (r.take('goto')) return { goto: r.value('the priority of another rule', wholeNumber) }
  const action = (['blackhole', 'unreachable', 'prohibit', 'nop'] as const).find(a => r.take(a))
  if (action === undefined) throw r.wrong(`hopspec does not model '${r.peek()}' in a policy rule.`, 0, 'NOT_MODELLED')
  return action
}

const protocolNumber = (text: string): number | undefined => {
  const known = readProtocol(text === 'ipv6-icmp' ? 'icmpv6' : text)
  const number = known === undefined ? wholeNumber(text) : PROTOCOL_NUMBERS[known]
  return number !== undefined && number < 256 ? number : undefined
}

/** Hexadecimal, as `ip` reads it; IPv4 takes only the four bits of the old TOS. */
function readTos(text: string, family: 'ipv4' | 'ipv6'): number | undefined {
  const value = /^(?:0x)?[0-9a-f]{1,2}$/i.test(text) ? Number.parseInt(text.replace(/^0x/i, ''), 16) : undefined
  return value === undefined || (value & (family === 'ipv4' ? ~0x1c : 3)) !== 0 ? undefined : value
}

function readUsers(text: string): PolicyRule['users'] | undefined {
  const [, first, last] = /^(\d{1,10})-(\d{1,10})$/.exec(text) ?? []
  return first === undefined || Number(first) > Number(last) ? undefined : { first: Number(first), last: Number(last) }
}

function network(side: 'from' | 'to', r: WordReader): Partial<PolicyRule> {
  if (r.take('all', 'any', 'default')) return {}
  const cidr = r.value('an address or network', text => {
    const parts = readInterfaceAddress(text.includes('/') ? text : `${text}/${text.includes(':') ? 128 : 32}`)
    return parts && networkOf(parts.ip, parts.length)
  })
  return { [side]: cidr }
}

const networkText = (c: Cidr): string => (c.length === bitsOf(familyOf(c.ip)) ? cidrText(c).replace(/\/\d+$/, '') : cidrText(c))
const tableText = (table: number): string =>
  (({ 253: 'default', 254: 'main', 255: 'local' }) as Readonly<Record<number, string>>)[table] ?? String(table)
const protocolText = (number: number): string =>
  number === 58 ? 'ipv6-icmp' : (Object.entries(PROTOCOL_NUMBERS).find(([, n]) => n === number)?.[0] ?? String(number))
const portsText = (name: string, ports: PortRange | undefined): string => (ports ? `${name} ${portRangeText(ports, '-')}` : '')

function actionText(action: PolicyAction): string {
  if (typeof action === 'string') return action
  if ('goto' in action) return `goto ${action.goto}`
  if (!('lookup' in action)) return never(action)
  const suppress = action.suppressPrefixLength === undefined ? '' : ` suppress_prefixlength ${action.suppressPrefixLength}`
  return `lookup ${tableText(action.lookup)}${suppress}`
}

/** One line of `ip rule`, with its priority. */
export function policyRuleText(r: PolicyRule): string {
  const mark = r.mark && (r.mark.mask === 0xffffffff ? hex(r.mark.value) : `${hex(r.mark.value)}/${hex(r.mark.mask)}`)
  return [
    `${r.priority}:`,
    r.not ? 'not' : '',
    `from ${r.from ? networkText(r.from) : 'all'}`,
    r.to ? `to ${networkText(r.to)}` : '',
    r.tos ? `tos 0x${r.tos.toString(16).padStart(2, '0')}` : '',
    mark ? `fwmark ${mark}` : '',
    r.in ? `iif ${r.in}` : '',
    r.out ? `oif ${r.out}` : '',
    r.users ? `uidrange ${r.users.first}-${r.users.last}` : '',
    r.protocol === undefined ? '' : `ipproto ${protocolText(r.protocol)}`,
    portsText('sport', r.sourcePorts),
    portsText('dport', r.destinationPorts),
    actionText(r.action),
  ]
    .filter(Boolean)
    .join(' ')
}
