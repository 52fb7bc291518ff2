// What the CNI plugins wrote for all pods of a node: each pod as a container on the cluster's network, its hostPorts as port mappings.
import { createHash } from 'node:crypto'
import { cidrFamily } from '../addr/cidr'
import { familyOf, readIp } from '../addr/ip'
import { keyOf } from '../cluster/state'
import { lastingContainers } from '../control/image'
import type { NftTable } from '../linux/nft-rules'
import type { Attachment, PortMapping } from './cni/attachment'
import { addIpMasq, ipMasqTable } from './cni/ip-masq'
import { addPortmap } from './cni/portmap'
import { hostportTable } from './cni/portmap-nft'
import type { KernelTables } from './kernel-tables'
import type { NodePlace, PodPlace } from './places'
import type { PodNetwork } from './pod-network'

/** The hostPorts that a pod's containers ask for, in their order. */
export const mappingsOf = ({ pod }: Pick<PodPlace, 'pod'>): readonly PortMapping[] =>
  (pod ? lastingContainers(pod) : []).flatMap(c =>
    (c.ports ?? []).flatMap(({ hostPort, hostIP, containerPort, protocol = 'TCP' }): PortMapping[] => {
      if (!hostPort) return []
      const name = protocol.toLowerCase() as PortMapping['protocol']
      return [{ hostPort, containerPort, protocol: name, hostIP: (hostIP ? readIp(hostIP) : undefined) ?? null }]
    }),
  )

/** Whether a pod has a hostPort. */
export const hasHostPorts = (place: PodPlace): boolean => mappingsOf(place).length > 0

/** The sandbox's id, which a real runtime draws at random. */
export const sandboxId = (pod: string): string => createHash('sha256').update(`sandbox ${pod}`).digest('hex')

/** A pod as the plugins know it. */
function attachmentOf(net: PodNetwork, place: NodePlace, pod: PodPlace): Attachment {
  const ips = pod.ips.flatMap(ip => {
    const subnet = place.podCIDRs.find(c => cidrFamily(c) === familyOf(ip))
    return subnet === undefined ? [] : [{ ip, length: subnet.length }]
  })
  return { network: net.list, id: sandboxId(pod.name), interface: 'eth0', ips, of: `pod ${pod.pod ? keyOf(pod.pod) : pod.name}` }
}

/** The plugins' iptables rules of the tables' family. */
export function cniRules(k: KernelTables, net: PodNetwork, place: NodePlace): void {
  const pods = place.pods.map(pod => ({ pod, attachment: attachmentOf(net, place, pod) }))
  if (net.ipMasq === 'iptables') for (const { attachment } of pods) addIpMasq(k, attachment)
  if (net.portmap === 'iptables') for (const { pod, attachment } of pods) addPortmap(k, attachment, mappingsOf(pod))
}

/** Their tables of nftables. */
export function cniTables(net: PodNetwork, place: NodePlace): readonly NftTable[] {
  const pods = place.pods.map(pod => ({ mappings: mappingsOf(pod), attachment: attachmentOf(net, place, pod), snat: true }))
  const masquerades = net.ipMasq === 'nftables' && pods.length > 0
  const mapped = net.portmap === 'nftables' ? pods.filter(p => p.mappings.length > 0) : []
  const families = (['ipv4', 'ipv6'] as const).filter(f => mapped.some(p => p.attachment.ips.some(i => familyOf(i.ip) === f)))
  return [
    ...(masquerades ? [ipMasqTable(pods.map(p => p.attachment))] : []),
    ...families.map(f => hostportTable(f, { containers: mapped, conditions: [], masquerades: true })),
  ]
}
