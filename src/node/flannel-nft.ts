// flannel's tables in its nftables mode: one for each family, made whether it is in use or not.
import { type Cidr, cidrFamily } from '../addr/cidr'
import type { Family } from '../addr/ip'
import type { NftChain, NftStatement, NftTable } from '../linux/nft-rules'
import { type Flannel, flannelNetwork } from '../apply/flannel'
import { KUBE_PROXY_MARK, MULTICAST } from './flannel-rules'
import { daddr, metaMark, nftChain, nftMasquerade, nftRule, saddr, verdict } from './nft-parts'

const FAMILIES = [
  ['ip', 'ipv4'],
  ['ip6', 'ipv6'],
] as const

/** Its tables on a node with these subnets; none in iptables mode. */
export function flannelTables(f: Flannel, subnets: readonly Cidr[]): readonly NftTable[] {
  if (!f.nftables) return []
  return FAMILIES.map(([family, of]) => ({
    family,
    name: `flannel-${of}`,
    comment: `rules for flannel-${of}`,
    sets: [],
    chains: chainsOf(f, of, subnets),
  }))
}

const rules = (all: readonly (readonly NftStatement[])[]) => all.map(statements => nftRule('cni flannel', statements))

function chainsOf(f: Flannel, family: Family, subnets: readonly Cidr[]): readonly NftChain[] {
  const network = flannelNetwork(f, family)
  const subnet = subnets.find(s => cidrFamily(s) === family)
  if (network === undefined || subnet === undefined) return []
  const masq = nftChain(
    'postrtg',
    rules([
      [metaMark(KUBE_PROXY_MARK), verdict('return')],
      [saddr(subnet), daddr(network), verdict('return')],
      [saddr(network), daddr(subnet), verdict('return')],
      [saddr(subnet, true), daddr(network), verdict('return')],
      [saddr(network), daddr(MULTICAST[family], true), nftMasquerade(true)],
      [saddr(network, true), daddr(network), nftMasquerade(true)],
    ]),
    { type: 'nat', hook: 'postrouting', priority: 100 },
    'chain to manage traffic masquerading by flannel',
  )
  const forward = nftChain(
    'forward',
    rules([
      [saddr(network), verdict('accept')],
      [daddr(network), verdict('accept')],
    ]),
    { type: 'filter', hook: 'forward', priority: 0 },
    'chain to accept flannel traffic',
  )
  return [...(f.ipMasq ? [masq] : []), ...(f.forwardRules ? [forward] : [])]
}
