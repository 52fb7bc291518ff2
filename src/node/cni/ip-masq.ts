// ipMasq of the plugins bridge and ptp: what a container sends beyond its own network leaves with the host's address. One chain, or one nftables rule, for each container.
import { networkOf } from '../../addr/cidr'
import { bitsOf, familyOf, ipText } from '../../addr/ip'
import type { NftRule, NftTable } from '../../linux/nft-rules'
import type { Rule } from '../../linux/rule'
import { MULTICAST } from '../flannel-rules'
import { deleteChain, ensureRule, type KernelTables, newChain, removeRules, tableOf } from '../kernel-tables'
import { daddr, goTo, nftChain, nftMasquerade, nftRule, saddr, verdict } from '../nft-parts'
import { ACCEPT, comment, destination, jump, line, masquerade, sourceHost } from '../words'
import { type Attachment, chainName, type GivenAddress, nameAndId, shortHash } from './attachment'
import { busyChain, missingChain } from './iptables-error'

const ofFamily = (a: Attachment, k: KernelTables): readonly GivenAddress[] => a.ips.filter(i => familyOf(i.ip) === k.family)

/** Writes a container's chain and the jump to it. */
export function addIpMasq(k: KernelTables, a: Attachment): void {
  const chain = chainName(a)
  const why = comment(nameAndId(a))
  const because = { because: `cni ipMasq, ${a.of}` }
  for (const { ip, length } of ofFamily(a, k)) {
    newChain(k, 'nat', chain)
    ensureRule(k, 'nat', chain, line('', [destination(networkOf(ip, length)), why], ACCEPT, because).rule, 'last')
    ensureRule(k, 'nat', chain, line('', [destination(MULTICAST[k.family], true), why], masquerade(false), because).rule, 'last')
    ensureRule(k, 'nat', 'POSTROUTING', line('', [sourceHost(ip, true), why], jump(chain), because).rule, 'last')
  }
}

/** Takes an address's jump away, and the chain; what iptables says where it fails, null: nothing. A chain that is not there may be no error. */
export function removeIpMasq(k: KernelTables, a: Attachment, { ip }: GivenAddress, missingFails: boolean): string | null {
  const chain = chainName(a)
  const tool = k.family === 'ipv4' ? 'iptables' : 'ip6tables'
  const jumps = (r: Rule) => r.target?.do === 'jump' && r.target.chain === chain
  if (!k.tables.has('nat') || !tableOf(k, 'nat').has(chain))
    return missingFails
      ? missingChain(tool, `-D POSTROUTING -s ${ipText(ip)} -j ${chain} -m comment --comment ${nameAndId(a)}`, chain)
      : null
  removeRules(k, 'nat', 'POSTROUTING', r => jumps(r) && r.header.source?.is.ip === ip)
  removeRules(k, 'nat', chain, () => true)
  if ((tableOf(k, 'nat').get('POSTROUTING') ?? []).some(jumps)) return busyChain(tool, chain)
  deleteChain(k, 'nat', chain)
  return null
}

/** How long a comment of nftables may be. */
const COMMENT_LENGTH = 128
const commentOf = (a: Attachment): string =>
  `${shortHash(a.network)}-${shortHash(`${a.interface}:${a.id}`)}, net: ${a.network}, if: ${a.interface}, id: ${a.id}`.slice(
    0,
    COMMENT_LENGTH,
  )

/** The table of all containers with `ipMasqBackend: nftables`; it stays when the last of them is gone. */
export function ipMasqTable(attachments: readonly Attachment[]): NftTable {
  const rules = attachments.flatMap(a =>
    a.ips.map(({ ip, length }): NftRule => {
      const host = { ip, length: bitsOf(familyOf(ip)) }
      const statements = [saddr(host), daddr(networkOf(ip, length), true), nftMasquerade()]
      return nftRule(`cni ipMasq, ${a.of}`, statements, commentOf(a))
    }),
  )
  const because = 'cni ipMasq'
  const postrouting = [
    nftRule(because, [daddr(MULTICAST.ipv4), verdict('return')]),
    nftRule(because, [daddr(MULTICAST.ipv6), verdict('return')]),
    nftRule(because, [goTo('masq_checks')]),
  ]
  return {
    family: 'inet',
    name: 'cni_plugins_masquerade',
    comment: 'Masquerading for plugins from github.com/containernetworking/plugins',
    sets: [],
    chains: [
      nftChain('masq_checks', rules, undefined, 'Masquerade traffic from certain IPs to any (non-multicast) IP outside their subnet'),
      nftChain('postrouting', postrouting, { type: 'nat', hook: 'postrouting', priority: 100 }),
    ],
  }
}
