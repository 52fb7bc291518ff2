// The plugin firewall with iptables: what containers send and are answered is accepted; `ingressPolicy` keeps containers of other bridges, or all, apart.
import { familyOf } from '../../addr/ip'
import { ensureRule, hasRule, type KernelTables, newChain, removeRules, tableOf } from '../kernel-tables'
import { printRule } from '../../linux/iptables-save'
import type { Rule } from '../../linux/rule'
import {
  ACCEPT,
  comment,
  conntrack,
  destinationHost,
  DROP,
  type Goal,
  inputDevice,
  jump,
  line,
  outputDevice,
  type Part,
  RETURN,
  sourceHost,
} from '../words'
import type { Attachment } from './attachment'

export interface FirewallSettings {
  readonly adminChain: string
  readonly adminComment: string
}

const RULES = 'CNI firewall plugin rules'
const [FORWARD, STAGE1, STAGE2] = ['CNI-FORWARD', 'CNI-ISOLATION-STAGE-1', 'CNI-ISOLATION-STAGE-2'] as const

const rule = (parts: readonly Part[], goal: Goal, of = ''): Rule => line('', parts, goal, { because: `cni firewall${of}` }).rule

/** Writes what lets a container through. */
export function addFirewall(k: KernelTables, a: Attachment, settings: FirewallSettings): void {
  const own = rulesOf(k, a)
  if (own.length === 0) return
  newChain(k, 'filter', FORWARD)
  newChain(k, 'filter', settings.adminChain)
  ensureRule(k, 'filter', 'FORWARD', rule([comment(RULES)], jump(FORWARD)), 'first')
  ensureRule(k, 'filter', FORWARD, rule([comment(settings.adminComment)], jump(settings.adminChain)), 'first')
  for (const r of own) ensureRule(k, 'filter', FORWARD, r, 'last')
}

/** What is not there of a container's rules, in the plugin's words; null: nothing. Chains that are missing are made. */
export function checkFirewall(k: KernelTables, a: Attachment, { adminChain, adminComment }: FirewallSettings): string | null {
  const own = rulesOf(k, a)
  if (own.length === 0) return null
  newChain(k, 'filter', FORWARD)
  newChain(k, 'filter', adminChain)
  const jumps = [
    ['FORWARD', RULES, FORWARD],
    [FORWARD, adminComment, adminChain],
  ] as const
  for (const [chain, why, to] of jumps)
    if (!hasRule(k, 'filter', chain, rule([comment(why)], jump(to))))
      return `expected ${chain} rule [-m comment --comment ${why} -j ${to}] not found`
  const gone = own.find(r => !hasRule(k, 'filter', FORWARD, r))
  return gone === undefined ? null : `expected rule [${printRule('', gone).replace(/^-A +/, '')}] not found`
}

/** Takes the container's own rules away. */
export function removeFirewall(k: KernelTables, a: Attachment): void {
  if (!k.tables.has('filter') || !tableOf(k, 'filter').has(FORWARD)) return
  const own = new Set(rulesOf(k, a).map(r => printRule(FORWARD, r)))
  removeRules(k, 'filter', FORWARD, r => own.has(printRule(FORWARD, r)))
}

const rulesOf = (k: KernelTables, a: Attachment): readonly Rule[] =>
  a.ips
    .filter(i => familyOf(i.ip) === k.family)
    .flatMap(({ ip }) => [
      rule([destinationHost(ip, true), conntrack(['RELATED', 'ESTABLISHED'])], ACCEPT, `, ${a.of}`),
      rule([sourceHost(ip, true)], ACCEPT, `, ${a.of}`),
    ])

/** Keeps containers of other bridges, or all others, from those of a bridge. */
export function isolate(k: KernelTables, bridge: string, policy: 'same-bridge' | 'isolated'): void {
  const both = comment(`${RULES} (ingressPolicy: same-bridge|isolated)`)
  const mine = comment(`${RULES} (ingressPolicy: ${policy})`)
  const [into, out] = [inputDevice(bridge), outputDevice(bridge)]
  newChain(k, 'filter', STAGE1)
  newChain(k, 'filter', STAGE2)
  ensureRule(k, 'filter', 'FORWARD', rule([both], jump(STAGE1)), 'first')
  ensureRule(k, 'filter', STAGE1, rule([into, outputDevice(bridge, true), mine], jump(STAGE2)), 'first')
  if (policy === 'isolated') ensureRule(k, 'filter', STAGE1, rule([into, out, mine], DROP), 'first')
  ensureRule(k, 'filter', STAGE1, rule([both], RETURN), 'last')
  ensureRule(k, 'filter', STAGE2, rule([out, both], DROP), 'first')
  ensureRule(k, 'filter', STAGE2, rule([both], RETURN), 'last')
}
