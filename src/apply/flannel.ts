// flannel's settings on a cluster: its backend, its tunnel, what it writes and in which mode. What they lead to on a node: ../node/flannel-*.ts.
// Modelled: backends udp, vxlan, host-gw and alloc. Refused by name: the others (ipip, wireguard, ipsec, extension, the clouds').
import { type Cidr, cidrFamily, cidrText, contains, parseCidr, readCidr } from '../addr/cidr'
import { type Family, FAMILIES } from '../addr/ip'
import { HopspecError, type Problem, problem } from '../error'
import { type ClusterConfig, ETH0_MTU_BYTES } from './cluster-config'
import type { SubnetWish } from './flannel-lease'
import type { Drawing } from './node-pod-cidrs'
import type { ProfileName } from './profile'
import { FLANNEL_FACTS, FLANNEL_OF, FLANNEL_VERSIONS, type FlannelFacts } from './flannel-facts'

const FLANNEL_BACKENDS = ['udp', 'vxlan', 'host-gw', 'alloc'] as const
type FlannelBackend = (typeof FLANNEL_BACKENDS)[number]

export interface Flannel {
  readonly facts: FlannelFacts
  readonly backend: FlannelBackend
  readonly ipMasq: boolean
  readonly forwardRules: boolean
  /** Its rules are nftables', not iptables'. */
  readonly nftables: boolean
  readonly vni: number
  /** UDP port of the tunnel: vxlan's in the kernel 8472, flanneld's own 8285. */
  readonly port: number
  /** vxlan only between machines that are no neighbours. */
  readonly directRouting: boolean
  readonly gbp: boolean
  /** Of the pods' devices and the bridge, as subnet.env says. */
  readonly mtuBytes: number
  /** One for each family that its configuration names and this version reads. */
  readonly networks: readonly Cidr[]
  /** Its network is written; else it is taken to be the nodes', whatever these are. */
  readonly isWritten: boolean
  /** What its configuration says of the subnets that it draws. */
  readonly subnets: Readonly<Record<Family, SubnetWish>>
  /** Whether its leases are in etcd; else they are the nodes' podCIDRs and annotations. */
  readonly inEtcd: boolean
}

/** What a backend is like: what it adds around an inner IPv4 packet, its port, whose packets it brings to other nodes. */
interface BackendFacts {
  readonly overheadBytes: number
  readonly port: number
  readonly carries: readonly Family[]
}

const BACKENDS: Readonly<Record<FlannelBackend, BackendFacts>> = {
  // The outer IP and UDP headers.
  udp: { overheadBytes: 28, port: 8285, carries: ['ipv4'] },
  // The inner Ethernet header, vxlan's, the outer UDP and IP headers.
  vxlan: { overheadBytes: 50, port: 8472, carries: FAMILIES },
  'host-gw': { overheadBytes: 0, port: 0, carries: FAMILIES },
  // Subnets and rules, and no way to other nodes.
  alloc: { overheadBytes: 0, port: 0, carries: [] },
}
/** An outer IPv6 header is 20 bytes longer. */
const LONGER_HEADER_BYTES = 20
const DEFAULT_NETWORK = parseCidr('10.244.0.0/16')

const refuse = (what: string, fix?: string) =>
  problem('NOT_MODELLED', `hopspec does not model flannel's ${what} yet.`, fix === undefined ? {} : { fix })

/** flannel's settings, or null when the cluster's CNI is another one; throws where they ask for what is not modelled. */
export function flannelOf(config: ClusterConfig): Flannel | null {
  const read = readFlannel(config)
  if (read instanceof HopspecError) throw read
  return read
}

/** The same, with what is not modelled as a value. */
export function readFlannel(config: ClusterConfig): Flannel | HopspecError | null {
  if (config.cni.name !== 'flannel') return null
  const s = config.cni.settings
  const asked = s.version ?? FLANNEL_OF[config.profile]
  const version = FLANNEL_VERSIONS.find(v => v === asked)
  if (version === undefined) return refuse(`version '${String(asked)}'`, `Write one of ${FLANNEL_VERSIONS.join(', ')}.`)
  const backend = FLANNEL_BACKENDS.find(b => b === (s.backend ?? 'vxlan'))
  if (backend === undefined) return refuse(`backend '${String(s.backend)}'`, `Write one of ${FLANNEL_BACKENDS.join(', ')}.`)
  const facts = FLANNEL_FACTS[version]
  const { overheadBytes, port, carries } = BACKENDS[backend]
  const read = config.ipFamily === 'dual' ? FAMILIES : [config.ipFamily]
  const families = facts.reads.ipv6 ? read : read.filter(f => f === 'ipv4')
  if (families.length === 0 || (carries.length > 0 && !families.some(f => carries.includes(f))))
    return refuse(`${version} with backend ${backend} in an ipv6 cluster`, 'It carries IPv4 alone.')
  const outer = facts.reads.mtu && backend === 'vxlan' && typeof s.mtu === 'number' && s.mtu > 0 ? s.mtu : ETH0_MTU_BYTES
  return {
    facts,
    backend,
    ipMasq: s.ipMasq !== false,
    forwardRules: !facts.reads.forwardRules || s.forwardRules !== false,
    nftables: facts.reads.nftables && s.nftables === true,
    vni: typeof s.vni === 'number' ? s.vni : 1,
    port: typeof s.port === 'number' && s.port > 0 ? s.port : port,
    directRouting: s.directRouting === true,
    gbp: s.gbp === true,
    inEtcd: s.leases === 'etcd',
    mtuBytes: outer - overheadBytes,
    networks: families.flatMap(
      f => ownNetwork(s, f) ?? config.podSubnets.find(c => cidrFamily(c) === f) ?? (f === 'ipv4' ? [DEFAULT_NETWORK] : []),
    ),
    isWritten: typeof s.network === 'string',
    subnets: subnetWishes(s),
  }
}

type Settings = ClusterConfig['cni']['settings']

/** flannel's own network of a family, where it is not the cluster's. */
export function ownNetwork({ network }: Settings, family: Family): Cidr | undefined {
  const texts = typeof network === 'string' ? network.split(',') : []
  return texts.flatMap(text => readCidr(text.trim()) ?? []).find(c => cidrFamily(c) === family)
}

/** SubnetLen, SubnetMin and SubnetMax, and those of IPv6, by the settings' names. */
function subnetWishes(s: Settings): Readonly<Record<Family, SubnetWish>> {
  const wish = (length: string, min: string, max: string): SubnetWish => ({
    ...(typeof s[length] === 'number' && { SubnetLen: s[length] }),
    ...(typeof s[min] === 'string' && { SubnetMin: s[min] }),
    ...(typeof s[max] === 'string' && { SubnetMax: s[max] }),
  })
  return { ipv4: wish('subnetLen', 'subnetMin', 'subnetMax'), ipv6: wish('ipv6SubnetLen', 'ipv6SubnetMin', 'ipv6SubnetMax') }
}

/** The port that its backend takes where none is written. */
export const usualPort = (f: Flannel): number => BACKENDS[f.backend].port

/** flannel's network of a family; undefined where its configuration names none, or this version does not read it. */
export const flannelNetwork = (f: Flannel, family: Family): Cidr | undefined => f.networks.find(n => cidrFamily(n) === family)

/** The networks whose packets it brings to other nodes. */
export const carriedNetworks = (f: Flannel): readonly Cidr[] => f.networks.filter(n => BACKENDS[f.backend].carries.includes(cidrFamily(n)))

/** `flannel.1`, `flannel-v6.1`. */
export const vxlanName = (f: Flannel, family: Family): string => `${family === 'ipv4' ? 'flannel' : 'flannel-v6'}.${f.vni}`

/** The tunnel device's own MTU: what subnet.env says, as far as the kernel lets it: with its headers a packet has to fit into eth0's. */
export const vxlanMtu = (f: Flannel, family: Family): number =>
  Math.min(f.mtuBytes, ETH0_MTU_BYTES - BACKENDS.vxlan.overheadBytes - (family === 'ipv4' ? 0 : LONGER_HEADER_BYTES))

/** Why flanneld ends on a node instead of running, in its own words after `failed to acquire lease: `; null where it runs. */
export function refusedLease(flannel: Flannel, name: string, podCIDRs: readonly Cidr[]): string | null {
  if (podCIDRs.length === 0) return `node "${name}" pod cidr not assigned`
  if (flannel.facts.outside === 'runs' || !flannel.isWritten) return null
  for (const network of flannel.networks) {
    const family = cidrFamily(network)
    const own = podCIDRs.find(c => cidrFamily(c) === family)
    if (own === undefined || (own.length >= network.length && contains(network, own.ip))) continue
    const kind = family === 'ipv4' ? 'PodCIDR' : 'IPv6 PodCIDR'
    return `subnet "${cidrText(network)}" specified in the flannel net config doesn't contain "${cidrText(own)}" ${kind} of the "${name}" node`
  }
  return null
}

/** Where flanneld ends for want of a podCIDR of its network: said once, of the first such node. */
export function flannelEnds(config: ClusterConfig): readonly Problem[] {
  const flannel = readFlannel(config)
  if (flannel === null || flannel instanceof HopspecError || flannel.inEtcd) return []
  const ends = config.nodes.flatMap(node => {
    const why = refusedLease(flannel, node.name, node.podCIDRs)
    return why === null ? [] : [{ node, why }]
  })
  const [first] = ends
  if (first === undefined) return []
  const message = `flanneld ends on ${ends.length} of ${config.nodes.length} nodes, so their pods get no network. On ${first.node.name} it says: failed to acquire lease: ${first.why}.`
  return [
    {
      code: 'CLUSTER_INVALID',
      message,
      place: first.node.place,
      fix: "Write podCIDRs of flannel's network, or a podSubnet that is wide enough.",
    },
  ]
}

/** Backends that do not name themselves in their lease. */
const NAMELESS: readonly FlannelBackend[] = ['udp', 'alloc']

/** As a lease names its backend. */
export const leaseBackend = (f: Flannel): string => (NAMELESS.includes(f.backend) ? '' : f.backend)

/** What a lease says of vxlan's device, in flanneld's own order. */
export const vtepData = (f: Flannel, mac: string): object => ({ ...(f.facts.leaseNames.vni && { VNI: f.vni }), VtepMAC: mac })

/** How flanneld draws subnets, where it is there and does so in a version that is modelled. */
export function drawingOf({ name, settings }: ClusterConfig['cni'], profile: ProfileName): Drawing | null {
  if (name !== 'flannel' || settings.leases !== 'etcd') return null
  const version = FLANNEL_VERSIONS.find(v => v === (settings.version ?? FLANNEL_OF[profile]))
  return version === undefined ? null : { words: FLANNEL_FACTS[version].subnets, wishes: subnetWishes(settings) }
}
