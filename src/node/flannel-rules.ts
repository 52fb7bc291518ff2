// flannel's iptables rules on one node: appended to the built-in chains, or in chains of its own.
import { type Cidr, parseCidr } from '../addr/cidr'
import type { Family } from '../addr/ip'
import type { Rule } from '../linux/rule'
import { type Flannel, flannelNetwork } from '../apply/flannel'
import { ensureRule, type KernelTables, newChain } from './kernel-tables'
import { ACCEPT, comment, destination, type Goal, jump, line, marked, masquerade, type Part, RETURN, source } from './words'

const BECAUSE = { because: 'cni flannel' }
export const MULTICAST: Readonly<Record<Family, Cidr>> = { ipv4: parseCidr('224.0.0.0/4'), ipv6: parseCidr('ff00::/8') }

/** Writes flannel's rules of the tables' family; `subnet` is the node's own. In nftables mode there are none. */
export function writeFlannel(k: KernelTables, f: Flannel, subnet: Cidr): void {
  const network = flannelNetwork(f, k.family)
  if (network === undefined || f.nftables) return
  if (f.facts.chains === 'built-in') writeBuiltIn(k, f, network, subnet)
  else writeOwn(k, f, network, subnet)
}

const rule = (parts: readonly Part[], goal: Goal): Rule => line('', parts, goal, BECAUSE).rule

function writeBuiltIn(k: KernelTables, { ipMasq }: Flannel, n: Cidr, subnet: Cidr): void {
  const append = (table: 'filter' | 'nat', chain: string, parts: readonly Part[], goal: Goal) =>
    ensureRule(k, table, chain, rule(parts, goal), 'last')
  append('filter', 'FORWARD', [source(n)], ACCEPT)
  append('filter', 'FORWARD', [destination(n)], ACCEPT)
  if (!ipMasq) return
  append('nat', 'POSTROUTING', [source(n), destination(n)], RETURN)
  append('nat', 'POSTROUTING', [source(n), destination(MULTICAST[k.family], true)], masquerade(false))
  append('nat', 'POSTROUTING', [source(n, true), destination(subnet)], RETURN)
  append('nat', 'POSTROUTING', [source(n, true), destination(n)], masquerade(false))
}

/** kube-proxy's mark, which flannel leaves alone. */
export const KUBE_PROXY_MARK = 0x4000

function writeOwn(k: KernelTables, { ipMasq, forwardRules }: Flannel, n: Cidr, subnet: Cidr): void {
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
      [[source(n), destination(MULTICAST[k.family], true)], masquerade(true)],
      [[source(n, true), destination(n)], masquerade(true)],
    ])
}
