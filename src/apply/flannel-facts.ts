// What differs between the versions of flanneld, as data, and which of them a cluster has where none is written.
import type { Family } from '../addr/ip'
import type { ProfileName } from './profile'

export const FLANNEL_VERSIONS = ['v0.10.0', 'v0.28.4'] as const
export type FlannelVersion = (typeof FLANNEL_VERSIONS)[number]

/** What flanneld can do, and how it does it. */
export interface FlannelFacts {
  /** EnableIPv6, EnableNFTables and the backend's MTU in its configuration, `--iptables-forward-rules` on its command line: what it does not know it does not read. */
  readonly reads: { readonly ipv6: boolean; readonly nftables: boolean; readonly mtu: boolean; readonly forwardRules: boolean }
  /** Its iptables rules stand in the built-in chains, or in FLANNEL-FWD and FLANNEL-POSTRTG. */
  readonly chains: 'built-in' | 'own'
  /** flannel0's address is as wide as the pods' network, so that the kernel makes the route; or a host's, and flanneld adds it. */
  readonly tunAddress: 'network' | 'host'
  /** Which of etcd's two interfaces it speaks, as `etcdctl` of its time does. */
  readonly etcd: 'v2' | 'v3'
  /** A lease names the machine's IPv6 address, if only as null, and vxlan's VNI. */
  readonly leaseNames: { readonly ipv6: boolean; readonly vni: boolean }
  /** On a Node whose podCIDR is not of flannel's network. */
  readonly outside: 'runs' | 'ends'
  /** It tells the Node that its network is there. */
  readonly setsCondition: boolean
  /** What it says of a network out of which it cannot draw subnets, for each family that it knows. */
  readonly subnets: Readonly<Partial<Record<Family, SubnetWords>>>
  /** What its CNI plugin of the time says on a node where flanneld has written no file. */
  readonly noSubnetFile: string
}

/** A family's words and bounds in flannel's configuration. */
export interface SubnetWords {
  /** In front of Network, SubnetMin, SubnetMax, SubnetLen. */
  readonly prefix: '' | 'IPv6'
  /** Of an address. */
  readonly bits: 32 | 128
  /** What a node gets where no SubnetLen is written and the network has room for four. */
  readonly usual: number
  /** Where no network is written: it says so, or takes all there is. */
  readonly noNetwork: string | null
  readonly tooFew: string
  readonly tooSmall: string
}

const OLD_IPV4: SubnetWords = {
  prefix: '',
  bits: 32,
  usual: 24,
  noNetwork: null,
  tooFew: 'Network must be able to accommodate at least four subnets',
  tooSmall: 'Network is too small. Minimum useful network prefix is /28',
}
const TOO_FEW = 'network must be able to accommodate at least four subnets'
const IPV4: SubnetWords = {
  ...OLD_IPV4,
  noNetwork: 'please define a correct Network parameter in the flannel config',
  tooFew: TOO_FEW,
  tooSmall: 'network is too small. Minimum useful network prefix is /28',
}
const IPV6: SubnetWords = {
  prefix: 'IPv6',
  bits: 128,
  usual: 64,
  noNetwork: 'please define a correct IPv6Network parameter in the flannel config',
  tooFew: TOO_FEW,
  tooSmall: 'IPv6Network is too small. Minimum useful network prefix is /124',
}

const NO_FILE = 'open /run/flannel/subnet.env: no such file or directory'

export const FLANNEL_FACTS: Readonly<Record<FlannelVersion, FlannelFacts>> = {
  'v0.10.0': {
    reads: { ipv6: false, nftables: false, mtu: false, forwardRules: false },
    chains: 'built-in',
    tunAddress: 'network',
    etcd: 'v2',
    leaseNames: { ipv6: false, vni: false },
    outside: 'runs',
    setsCondition: false,
    subnets: { ipv4: OLD_IPV4 },
    noSubnetFile: NO_FILE,
  },
  'v0.28.4': {
    reads: { ipv6: true, nftables: true, mtu: true, forwardRules: true },
    chains: 'own',
    tunAddress: 'host',
    etcd: 'v3',
    leaseNames: { ipv6: true, vni: true },
    outside: 'ends',
    setsCondition: true,
    subnets: { ipv4: IPV4, ipv6: IPV6 },
    noSubnetFile: `failed to load flannel 'subnet.env' file: ${NO_FILE}. Check the flannel pod log for this node.`,
  },
}

/** The one that kube-flannel's manifest of the time brings. */
export const FLANNEL_OF: Readonly<Record<ProfileName, FlannelVersion>> = { 'v1.13': 'v0.10.0', 'v1.35': 'v0.28.4' }
