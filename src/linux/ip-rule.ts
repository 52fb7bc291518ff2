// Policy rules as text: the words of `ip rule add`, and what `ip rule` lists.
import { type Cidr, cidrText, networkOf, readInterfaceAddress } from '../addr/cidr'
import { bitsOf, familyOf } from '../addr/ip'
import type { Place } from '../error'
import { readTable } from './ip-route'
import type { PolicyRule } from './program'
import { splitWords, WordReader } from './rule-words'
import { hex, readMasked, wholeNumber } from './rule-values'

/** Reads `[-6] [not] [from NETWORK] [to NETWORK] [fwmark MARK] [iif DEVICE] [oif DEVICE] [pref N] lookup TABLE|blackhole|unreachable|prohibit`. */
export function readPolicyRule(text: string, place: Place, priority: number): PolicyRule {
  const r = new WordReader(splitWords(text.trim()), place)
  const family = r.take('-6') ? 'ipv6' : 'ipv4'
  let rule: Omit<PolicyRule, 'action'> & { action?: PolicyRule['action'] } = { family, priority, not: r.take('not') }
  while (r.peek() !== undefined) {
    if (r.take('from')) rule = { ...rule, ...network('from', r) }
    else if (r.take('to')) rule = { ...rule, ...network('to', r) }
    else if (r.take('fwmark')) rule = { ...rule, mark: r.value('a mark', readMasked) }
    else if (r.take('iif', 'dev')) rule = { ...rule, in: r.next('a device') }
    else if (r.take('oif')) rule = { ...rule, out: r.next('a device') }
    else if (r.take('pref', 'priority', 'preference', 'order')) rule = { ...rule, priority: r.value('a number', wholeNumber) }
    else if (r.take('lookup', 'table')) rule = { ...rule, action: { lookup: r.value('a table', readTable) } }
    else if (r.take('blackhole')) rule = { ...rule, action: 'blackhole' }
    else if (r.take('unreachable')) rule = { ...rule, action: 'unreachable' }
    else if (r.take('prohibit')) rule = { ...rule, action: 'prohibit' }
    else throw r.wrong(`hopspec does not model '${r.peek()}' in a policy rule.`, 0, 'NOT_MODELLED')
  }
  if (rule.action === undefined) throw r.wrong('a policy rule needs lookup TABLE, blackhole, unreachable or prohibit.')
  return { ...rule, action: rule.action }
}

function network(side: 'from' | 'to', r: WordReader): Partial<PolicyRule> {
  if (r.take('all')) return {}
  const cidr = r.value('an address or network', text => {
    const parts = readInterfaceAddress(text.includes('/') ? text : `${text}/${text.includes(':') ? 128 : 32}`)
    return parts && networkOf(parts.ip, parts.length)
  })
  return { [side]: cidr }
}

const networkText = (c: Cidr): string => (c.length === bitsOf(familyOf(c.ip)) ? cidrText(c).replace(/\/\d+$/, '') : cidrText(c))

/** One line of `ip rule`, with its priority. */
export function policyRuleText(r: PolicyRule): string {
  const mark = r.mark && (r.mark.mask === 0xffffffff ? hex(r.mark.value) : `${hex(r.mark.value)}/${hex(r.mark.mask)}`)
  return [
    `${r.priority}:`,
    r.not ? 'not' : '',
    `from ${r.from ? networkText(r.from) : 'all'}`,
    r.to ? `to ${networkText(r.to)}` : '',
    mark ? `fwmark ${mark}` : '',
    r.in ? `iif ${r.in}` : '',
    r.out ? `oif ${r.out}` : '',
    typeof r.action === 'string'
      ? r.action
      : `lookup ${({ 253: 'default', 254: 'main', 255: 'local' } as Record<number, string>)[r.action.lookup] ?? r.action.lookup}`,
  ]
    .filter(Boolean)
    .join(' ')
}
