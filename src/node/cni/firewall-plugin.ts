// The plugin firewall as it is called; its rules are in firewall.ts. Refused by name: firewalld.
import { familyOf } from '../../addr/ip'
import { problem } from '../../error'
import type { Call } from './call'
import { addFirewall, checkFirewall, type FirewallSettings, isolate, removeFirewall } from './firewall'
import type { CniHost } from './machine'
import { attachmentOf } from './masquerade'
import { CniError, type CniResult, readResult, type Written } from './result'

const ADMIN_CHAIN = 'CNI-ADMIN'
const POLICIES = ['open', 'same-bridge', 'isolated'] as const

function settingsOf(host: CniHost, call: Call): FirewallSettings {
  if (call.conf.backend === 'firewalld') throw problem('NOT_MODELLED', "hopspec does not model 'firewalld' of the CNI plugin firewall.")
  const chain = call.conf.iptablesAdminChainName
  return {
    adminChain: typeof chain === 'string' && chain !== '' ? chain : ADMIN_CHAIN,
    adminComment: host.facts.firewall.adminComment,
  }
}

function policyOf(host: CniHost, call: Call): (typeof POLICIES)[number] {
  const written = host.facts.firewall.ingressPolicy ? call.conf.ingressPolicy : undefined
  if (written === undefined || written === '') return 'open'
  const policy = POLICIES.find(p => p === written)
  if (policy === undefined) throw new CniError(`unknown ingress policy: "${String(written)}"`)
  return policy
}

function before(call: Call): CniResult {
  if (call.conf.prevResult === undefined) throw new CniError('missing prevResult from earlier plugin')
  return readResult(call.conf.prevResult as Written)
}

export function addFirewallPlugin(host: CniHost, call: Call): void {
  const result = before(call)
  const a = attachmentOf(call, result.ips)
  for (const k of Object.values(host.tables)) addFirewall(k, a, settingsOf(host, call))
  const policy = policyOf(host, call)
  if (policy === 'open') return
  const [first] = result.interfaces
  if (first === undefined)
    throw new CniError(`interface needs to be set for ingress policy "${policy}", make sure to chain "firewall" plugin with "bridge"`)
  const families = new Set(result.ips.map(i => familyOf(i.ip)))
  for (const family of families) isolate(host.tables[family], first.name, policy)
}

export function deleteFirewallPlugin(host: CniHost, call: Call): void {
  settingsOf(host, call)
  const ips = call.conf.prevResult === undefined ? [] : readResult(call.conf.prevResult as Written).ips
  for (const k of Object.values(host.tables)) removeFirewall(k, attachmentOf(call, ips))
  policyOf(host, call)
}

export function checkFirewallPlugin(host: CniHost, call: Call): void {
  const a = attachmentOf(call, before(call).ips)
  for (const k of Object.values(host.tables)) {
    const missing = checkFirewall(k, a, settingsOf(host, call))
    if (missing !== null) throw new CniError(missing)
  }
}
