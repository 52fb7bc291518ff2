// flannel as kube-flannel's manifest of the time runs it, on one node: its settings, iptables rules, routes, neighbours and FDB entries.
// Modelled: backends vxlan and host-gw, IPv4, iptables. Refused by name: udp and the others, nftables, DirectRouting, GBP, IPv6.
import { type Cidr, contains, networkOf, parseCidr } from '../addr/cidr'
import type { ClusterConfig } from '../apply/cluster-config'
import { problem } from '../error'
import type { Rule } from '../linux/rule'
import { type KernelTables, ensureRule, newChain } from './kernel-tables'
import { NODE_FACTS, type NodeFacts } from './profile'
import { ACCEPT, type Goal, type Part, RETURN, comment, destination, jump, line, marked, masquerade, source } from './words'

export interface Flannel {
  readonly version: NodeFacts['flannel']
  readonly backend: 'vxlan' | 'host-gw'
  readonly ipMasq: boolean
  readonly forwardRules: boolean
  readonly vni: number
  /** UDP port of vxlan: the kernel's own 8472. */
  readonly port: number
  /** Of the pods' devices and the bridge. */
  readonly mtuBytes: number
  readonly network: Cidr
}

const BECAUSE = { because: 'cni flannel' }
const MULTICAST = parseCidr('224.0.0.0/4')
/** What vxlan adds: outer Ethernet, IPv4, UDP and vxlan headers. */
const VXLAN_BYTES = 50

const refuse = (what: string) => problem('NOT_MODELLED', `hopspec does not model flannel's ${what} yet.`)

/** flannel's settings, or null when the cluster's CNI is another one; throws where they ask for what is not modelled. */
export function flannelOf(config: ClusterConfig): Flannel | null {
  if (config.cni.name !== 'flannel') return null
  const s = config.cni.settings
  const facts = NODE_FACTS[config.profile]
  const backend = s.backend ?? 'vxlan'
  if (config.ipFamily !== 'ipv4') throw refuse(`pod network in an ${config.ipFamily} cluster`)
  if (backend !== 'vxlan' && backend !== 'host-gw') throw refuse(`backend '${String(backend)}'`)
  for (const switched of ['nftables', 'directRouting', 'gbp'] as const) if (s[switched] === true) throw refuse(`setting '${switched}'`)
  const version = (s.version as Flannel['version'] | undefined) ?? facts.flannel
  const outer = version === 'v0.28.4' && typeof s.mtu === 'number' && s.mtu > 0 ? s.mtu : 1500
  return {
    version,
    backend,
    ipMasq: s.ipMasq !== false,
    forwardRules: s.forwardRules !== false,
    vni: typeof s.vni === 'number' ? s.vni : 1,
    port: typeof s.port === 'number' && s.port > 0 ? s.port : 8472,
    mtuBytes: backend === 'vxlan' ? outer - VXLAN_BYTES : outer,
    network: config.podSubnets[0] ?? networkOf(parseCidr('10.244.0.0/16').ip, 16),
  }
}

/** `flannel.1`. */
export const vxlanName = (f: Flannel): string => `flannel.${f.vni}`

/** Writes flannel's rules; `subnet` is the node's own. */
export function writeFlannel(k: KernelTables, f: Flannel, subnet: Cidr): void {
  if (f.version === 'v0.10.0') writeOld(k, f, subnet)
  else writeNew(k, f, subnet)
}

const rule = (parts: readonly Part[], goal: Goal): Rule => line('', parts, goal, BECAUSE).rule

function writeOld(k: KernelTables, { network: n, ipMasq }: Flannel, subnet: Cidr): void {
  const append = (table: 'filter' | 'nat', chain: string, parts: readonly Part[], goal: Goal) =>
    ensureRule(k, table, chain, rule(parts, goal), 'last')
  append('filter', 'FORWARD', [source(n)], ACCEPT)
  append('filter', 'FORWARD', [destination(n)], ACCEPT)
  if (!ipMasq) return
  append('nat', 'POSTROUTING', [source(n), destination(n)], RETURN)
  append('nat', 'POSTROUTING', [source(n), destination(MULTICAST, true)], masquerade(false))
  append('nat', 'POSTROUTING', [source(n, true), destination(subnet)], RETURN)
  append('nat', 'POSTROUTING', [source(n, true), destination(n)], masquerade(false))
}

/** kube-proxy's mark, which flannel leaves alone. */
const KUBE_PROXY_MARK = 0x4000

function writeNew(k: KernelTables, { network: n, ipMasq, forwardRules }: Flannel, subnet: Cidr): void {
  const chainOf = (table: 'filter' | 'nat', from: string, chain: string, why: Part, rules: readonly [readonly Part[], Goal][]) => {
    newChain(k, table, chain)
    for (const [parts, goal] of rules) ensureRule(k, table, chain, rule([...parts, why], goal), 'last')
    ensureRule(k, table, from, rule([why], jump(chain)), 'last')
  }
  if (forwardRules)
    chainOf('filter', 'FORWARD', 'FLANNEL-FWD', comment('flanneld forward'), [
      [[source(n)], ACCEPT],
      [[destination(n)], ACCEPT],
    ])
  if (ipMasq)
    chainOf('nat', 'POSTROUTING', 'FLANNEL-POSTRTG', comment('flanneld masq'), [
      [[marked(KUBE_PROXY_MARK)], RETURN],
      [[source(subnet), destination(n)], RETURN],
      [[source(n), destination(subnet)], RETURN],
      [[source(n, true), destination(subnet)], RETURN],
      [[source(n), destination(MULTICAST, true)], masquerade(true)],
      [[source(n, true), destination(n)], masquerade(true)],
    ])
}

/** Whether two nodes are neighbours on one network, as host-gw needs it. */
export const adjacent = (a: { ip: Cidr['ip']; length: number }, b: { ip: Cidr['ip'] }): boolean => contains(networkOf(a.ip, a.length), b.ip)
