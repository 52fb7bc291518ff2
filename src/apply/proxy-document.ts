// kube-proxy's settings: KubeProxyConfiguration over Cluster over kube-proxy's own defaults. An empty string is taken as it stands.
import { type Cidr, cidrFamily, readCidr } from '../addr/cidr'
import type { Family } from '../addr/ip'
import type { Place, Problem } from '../error'
import type { ProxyConfig, ProxyMode } from './cluster-config'
import type { Complaints } from './complaints'
import type { Path } from './path'
import type { RawProxy } from './raw-cluster'

export const PROXY_MODES = ['iptables', 'nftables', 'ipvs', 'userspace', 'none'] as const satisfies readonly ProxyMode[]
const DETECT_MODES = ['ClusterCIDR', 'NodeCIDR', 'BridgeInterface', 'InterfaceNamePrefix', ''] as const

/** Modes that have defaults of their own: nftables listens on the node's primary addresses only. */
const DEFAULT_NODE_PORT_ADDRESSES: Readonly<Record<ProxyMode, readonly string[]>> = {
  iptables: [],
  nftables: ['primary'],
  ipvs: [],
  userspace: [],
  none: [],
}

/** Merges the document with the mode and pod networks that the Cluster says. */
export function readProxy(
  complaints: Complaints,
  raw: RawProxy,
  clusterMode: ProxyMode,
  families: readonly Family[],
  podSubnets: readonly Cidr[],
): ProxyConfig {
  const mode =
    raw.mode === undefined ? clusterMode : raw.mode === '' ? 'iptables' : complaints.oneOf<ProxyMode>(['mode'], raw.mode, PROXY_MODES)
  const backend = mode === 'nftables' ? raw.nftables : raw.iptables
  return {
    mode,
    clusterCIDRs: raw.clusterCIDR === undefined ? podSubnets : readClusterCidrs(complaints, raw.clusterCIDR, families),
    detectLocalMode:
      raw.detectLocalMode === undefined ? 'ClusterCIDR' : complaints.oneOf(['detectLocalMode'], raw.detectLocalMode, DETECT_MODES),
    bridgeInterface: raw.detectLocal?.bridgeInterface ?? '',
    interfaceNamePrefix: raw.detectLocal?.interfaceNamePrefix ?? '',
    nodePortAddresses: readNodePortAddresses(complaints, raw.nodePortAddresses) ?? DEFAULT_NODE_PORT_ADDRESSES[mode],
    masqueradeAll: backend?.masqueradeAll ?? false,
    masqueradeBit: readBit(complaints, backend?.masqueradeBit ?? 14, mode),
    localhostNodePorts: raw.iptables?.localhostNodePorts ?? true,
    ipvs: { scheduler: raw.ipvs?.scheduler || 'rr', strictARP: raw.ipvs?.strictARP ?? false },
    conntrackTcpBeLiberal: raw.conntrack?.tcpBeLiberal ?? false,
    featureGates: raw.featureGates ?? {},
  }
}

/** Settings of kube-proxy that could change where packets go, and that hopspec takes no notice of: told, not passed over. */
export function unusedSettings(raw: RawProxy, placeOf: (path: Path) => Place): readonly Problem[] {
  const set: readonly (readonly [Path, boolean])[] = [
    [['hostnameOverride'], !!raw.hostnameOverride],
    [['portRange'], !!raw.portRange],
    [['ipvs', 'excludeCIDRs'], (raw.ipvs?.excludeCIDRs ?? []).length > 0],
  ]
  return set
    .filter(([, given]) => given)
    .map(([path]) => ({ code: 'NOT_MODELLED', message: `hopspec takes no notice of '${path.join('.')}'.`, place: placeOf(path) }))
}

/** The first CIDR of each family in use. */
function readClusterCidrs(complaints: Complaints, text: string, families: readonly Family[]): readonly Cidr[] {
  if (text === '') return []
  const cidrs = text.split(',').flatMap(word => {
    const cidr = readCidr(word.trim())
    if (!cidr)
      complaints.add(
        'INVALID_VALUE',
        ['clusterCIDR'],
        `'clusterCIDR' has '${word}', which is no CIDR.`,
        'Write an address and a length, like 10.244.0.0/16.',
      )
    return cidr ? [cidr] : []
  })
  return families.flatMap(f => cidrs.filter(c => cidrFamily(c) === f).slice(0, 1))
}

function readNodePortAddresses(complaints: Complaints, words: readonly string[] | undefined): readonly string[] | undefined {
  for (const [i, word] of (words ?? []).entries()) {
    if (word === 'primary' && words!.length === 1) continue
    if (!readCidr(word))
      complaints.add(
        'INVALID_VALUE',
        ['nodePortAddresses', i],
        `'nodePortAddresses' has '${word}', which is no CIDR.`,
        `Write a CIDR like 192.168.1.0/24, or 'primary' alone.`,
      )
  }
  return words
}

function readBit(complaints: Complaints, bit: number, mode: ProxyMode): number {
  if (bit >= 0 && bit <= 31) return bit
  complaints.add(
    'INVALID_VALUE',
    [mode === 'nftables' ? 'nftables' : 'iptables', 'masqueradeBit'],
    `'masqueradeBit' is ${bit}.`,
    'Write a bit from 0 to 31; kube-proxy takes 14 by default.',
  )
  return 14
}
