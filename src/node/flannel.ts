// flannel's settings on a cluster: its backend, its tunnel, what it writes and in which mode. What they lead to: flannel-overlay.ts, flannel-rules.ts, flannel-nft.ts, flannel-files.ts.
// Modelled: backends udp, vxlan and host-gw. Refused by name: the others (ipip, wireguard, ipsec, extension, alloc, the clouds').
import { type Cidr, cidrFamily, parseCidr } from '../addr/cidr'
import type { Family } from '../addr/ip'
import type { ClusterConfig } from '../apply/cluster-config'
import { problem } from '../error'
import { NODE_FACTS, type NodeFacts } from './profile'

const FLANNEL_BACKENDS = ['udp', 'vxlan', 'host-gw'] as const
type FlannelBackend = (typeof FLANNEL_BACKENDS)[number]

export interface Flannel {
  readonly version: NodeFacts['flannel']
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
  /** One for each family that this version takes care of. */
  readonly networks: readonly Cidr[]
}

/** Of every node's network card. */
export const ETH0_MTU_BYTES = 1500
/** What a tunnel adds around the inner IP packet. vxlan's inner Ethernet, vxlan, UDP and outer IP headers; the outer IP and UDP headers of udp. */
const OVERHEAD_BYTES: Readonly<Record<FlannelBackend, number>> = { udp: 28, vxlan: 50, 'host-gw': 0 }
/** An outer IPv6 header is 20 bytes longer. */
const VXLAN6_BYTES = 70
const PORTS: Readonly<Record<FlannelBackend, number>> = { udp: 8285, vxlan: 8472, 'host-gw': 0 }
const DEFAULT_NETWORK = parseCidr('10.244.0.0/16')

const refuse = (what: string, fix?: string) =>
  problem('NOT_MODELLED', `hopspec does not model flannel's ${what} yet.`, fix === undefined ? {} : { fix })

/** flannel's settings, or null when the cluster's CNI is another one; throws where they ask for what is not modelled. */
export function flannelOf(config: ClusterConfig): Flannel | null {
  if (config.cni.name !== 'flannel') return null
  const s = config.cni.settings
  const version = (s.version as Flannel['version'] | undefined) ?? NODE_FACTS[config.profile].flannel
  const backend = FLANNEL_BACKENDS.find(b => b === (s.backend ?? 'vxlan'))
  if (backend === undefined) throw refuse(`backend '${String(s.backend)}'`, `Write one of ${FLANNEL_BACKENDS.join(', ')}.`)
  const knowsMore = version === 'v0.28.4'
  const families: readonly Family[] = config.ipFamily === 'dual' ? ['ipv4', 'ipv6'] : [config.ipFamily]
  const cares = knowsMore && backend !== 'udp' ? families : families.filter(f => f === 'ipv4')
  if (cares.length === 0) throw refuse(`${version} with backend ${backend} in an ipv6 cluster`, 'It carries IPv4 alone.')
  const outer = knowsMore && backend === 'vxlan' && typeof s.mtu === 'number' && s.mtu > 0 ? s.mtu : ETH0_MTU_BYTES
  return {
    version,
    backend,
    ipMasq: s.ipMasq !== false,
    forwardRules: !knowsMore || s.forwardRules !== false,
    nftables: knowsMore && s.nftables === true,
    vni: typeof s.vni === 'number' ? s.vni : 1,
    port: typeof s.port === 'number' && s.port > 0 ? s.port : PORTS[backend],
    directRouting: s.directRouting === true,
    gbp: s.gbp === true,
    mtuBytes: outer - OVERHEAD_BYTES[backend],
    networks: cares.flatMap(f => config.podSubnets.find(c => cidrFamily(c) === f) ?? (f === 'ipv4' ? [DEFAULT_NETWORK] : [])),
  }
}

/** flannel's network of a family; undefined where it does not care for it. */
export const flannelNetwork = (f: Flannel, family: Family): Cidr | undefined => f.networks.find(n => cidrFamily(n) === family)

/** `flannel.1`, `flannel-v6.1`. */
export const vxlanName = (f: Flannel, family: Family): string => `${family === 'ipv4' ? 'flannel' : 'flannel-v6'}.${f.vni}`

/** The tunnel device's own MTU: where the outer packets are IPv6, less than what subnet.env says. */
export const vxlanMtu = (f: Flannel, family: Family): number =>
  family === 'ipv4' ? f.mtuBytes : f.mtuBytes + OVERHEAD_BYTES.vxlan - VXLAN6_BYTES
