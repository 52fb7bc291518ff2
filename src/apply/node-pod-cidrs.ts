// The podCIDR of each node that has none: as the control plane gives them out, or as each node's flanneld draws its own.
import { type Cidr, cidrFamily, cidrText, overlaps, rangeOf } from '../addr/cidr'
import { bitsOf, compareIps, type Family, familyOf, type Ip } from '../addr/ip'
import type { ClusterNode } from './cluster-config'
import type { Complaints } from './complaints'
import type { FlannelFacts } from './flannel-facts'
import { acquire, type Lease, readSubnetRange, type SubnetWish } from './flannel-lease'

/** How flanneld draws: its settings, and its words for each family that it knows. */
export interface Drawing {
  readonly words: FlannelFacts['subnets']
  readonly wishes: Readonly<Record<Family, SubnetWish>>
}

interface Giving {
  readonly complaints: Complaints
  readonly podSubnets: readonly Cidr[]
  /** flanneld draws each node's pod network itself, and keeps it in etcd; null: the control plane gives it out. */
  readonly drawing: Drawing | null
}

/** One podCIDR of each family for each node without, in order, never one that overlaps a written one. */
export function withPodCidrs(making: Giving, nodes: readonly ClusterNode[]): readonly ClusterNode[] {
  const { complaints } = making
  const written = nodes.flatMap(node => node.podCIDRs.map(cidr => ({ node, cidr })))
  for (const [i, a] of written.entries())
    for (const b of written.slice(0, i))
      if (a.node !== b.node && overlaps(a.cidr, b.cidr))
        complaints.problems.push({
          code: 'CLUSTER_INVALID',
          message: `The podCIDRs of '${b.node.name}' (${cidrText(b.cidr)}) and '${a.node.name}' (${cidrText(a.cidr)}) overlap.`,
          place: a.node.place,
          fix: 'Give each node a network of its own.',
        })
  const given = nodes.map(node => [...node.podCIDRs])
  for (const subnet of making.podSubnets) {
    if (making.drawing) {
      for (const [i, cidr] of drawn(making.drawing, complaints, subnet, nodes).entries()) if (cidr) given[i]!.push(cidr)
      continue
    }
    const blocks = blocksOf(
      subnet,
      written.map(w => w.cidr),
    )
    for (const [i, node] of nodes.entries()) {
      if (node.podCIDRs.length > 0) continue
      const block = blocks.next()
      if (!block.done) given[i]!.push(block.value)
    }
  }
  return nodes.map((node, i) => ({ ...node, podCIDRs: given[i]! }))
}

/** What the flanneld of each node gets that has no podCIDR yet, one after another; the same for the same names. */
function drawn({ words, wishes }: Drawing, complaints: Complaints, network: Cidr, nodes: readonly ClusterNode[]): readonly (Cidr | null)[] {
  const family = cidrFamily(network)
  const own = words[family]
  if (own === undefined) return []
  const wish = wishes[family]
  const range = readSubnetRange({ Network: cidrText(network), ...wish }, own)
  const path = ['networking', ...(Object.keys(wish).length === 0 ? ['podSubnet'] : ['cni'])]
  if (typeof range === 'string') {
    const fix = 'Write a network like 10.0.0.0/16, and subnets that lie in it.'
    complaints.add('CLUSTER_INVALID', path, `flanneld does not start: Couldn't fetch network config: ${range}`, fix)
    return []
  }
  const addressed = nodes.map(n => n.addresses.find(a => familyOf(a.ip) === family)?.ip)
  const leases: Lease[] = nodes.flatMap((n, i) =>
    n.podCIDRs.filter(c => cidrFamily(c) === family).map(subnet => ({ subnet, publicIP: addressed[i] ?? network.ip })),
  )
  return nodes.map((node, i) => {
    const publicIP = addressed[i]
    if (node.podCIDRs.length > 0 || publicIP === undefined) return null
    const subnet = acquire(range, leases, { publicIP }, below => spread(node.name) % below)
    if (subnet) leases.push({ subnet, publicIP })
    else
      complaints.add(
        'CLUSTER_INVALID',
        path,
        `flanneld of '${node.name}' ends: Error registering network: failed to acquire lease: out of subnets.`,
        'Write a wider network.',
      )
    return subnet
  })
}

/** A number that looks drawn, and is the same for the same text (FNV-1a). */
function spread(text: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193) >>> 0
  return hash
}

/** How long a node's podCIDR is: 24 for IPv4; for IPv6 64, or what kubeadm takes below a /64 and longer. */
function nodeMask(subnet: Cidr): number {
  if (cidrFamily(subnet) === 'ipv4') return Math.max(24, subnet.length)
  if (subnet.length < 64) return 64
  if (subnet.length === 112) return 120
  return subnet.length < 112 ? 128 - (Math.floor((127 - subnet.length) / 8) - 1) * 8 : subnet.length
}

function* blocksOf(subnet: Cidr, written: readonly Cidr[]): Generator<Cidr> {
  const length = nodeMask(subnet)
  const family = cidrFamily(subnet)
  const step = 2n ** BigInt(bitsOf(family) - length)
  const { first, last } = rangeOf(subnet)
  const used = written.filter(c => overlaps(c, subnet))
  for (let at = BigInt(first); at <= BigInt(last); at += step) {
    const block: Cidr = { ip: (family === 'ipv4' ? Number(at) : at) as Ip, length }
    if (compareIps(block.ip, last) <= 0 && !used.some(c => overlaps(c, block))) yield block
  }
}
