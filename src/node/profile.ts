// What differs between the versions that this room writes rules for, as data: kubelet and kube-proxy by Kubernetes version.
import type { ClusterConfig } from '../apply/cluster-config'
import type { ProfileName } from '../apply/profile'

/** The facts of kube-proxy's iptables mode that changed from release to release. */
export interface KubeProxyFacts {
  /** `ns/name:` for an unnamed port too; every chain name follows from it. */
  readonly colonWithoutName: boolean
  /** Which of two equal ip:port of one service port stays: the first, or a later one that is local, or that is not terminating. */
  readonly duplicates: 'all' | 'later-if-local' | 'later-if-not-terminating'
  /** The order of endpoints: bytewise by `ip:port`, or by address as the Endpoints object has them. */
  readonly endpointOrder: 'ip-port-text' | 'endpoints-object'
  /** Service port and endpoint port belong together by name and protocol, or by name alone. */
  readonly matchProtocol: boolean
  /** `allIPs`, `ipFamilies` are read: addresses of the other family are left out. */
  readonly filtersFamilies: boolean
  /** Terminating endpoints, internalTrafficPolicy, hints, ipMode are known. */
  readonly knowsConditions: boolean
  readonly jumps: 'v1.13.0' | 'v1.13.6' | 'v1.35'
  /** net.ipv4.conf.all.route_localnet=1 is written in any case, or only for nodePorts on 127.0.0.1. */
  readonly routeLocalnet: 'always' | 'for-node-ports'
  /** A load balancer's address without endpoints gets a REJECT. */
  readonly rejectsLoadBalancer: boolean
  /** Services and EndpointSlices with one of these labels are not watched: another proxy's, or nobody's. */
  readonly leavesLabelled: readonly string[]
}

const V13: KubeProxyFacts = {
  colonWithoutName: true,
  duplicates: 'all',
  endpointOrder: 'endpoints-object',
  matchProtocol: false,
  filtersFamilies: false,
  knowsConditions: false,
  jumps: 'v1.13.0',
  routeLocalnet: 'always',
  rejectsLoadBalancer: false,
  leavesLabelled: [],
}
const V35: KubeProxyFacts = {
  colonWithoutName: false,
  duplicates: 'later-if-local',
  endpointOrder: 'ip-port-text',
  matchProtocol: true,
  filtersFamilies: true,
  knowsConditions: true,
  jumps: 'v1.35',
  routeLocalnet: 'for-node-ports',
  rejectsLoadBalancer: true,
  leavesLabelled: ['service.kubernetes.io/service-proxy-name', 'service.kubernetes.io/headless'],
}

/** From which release on which facts hold: `[minor, patch]`, ascending. */
const KUBE_PROXY: Readonly<Record<ProfileName, readonly { readonly from: readonly [number, number]; readonly facts: KubeProxyFacts }[]>> = {
  'v1.13': [
    { from: [13, 0], facts: V13 },
    { from: [13, 6], facts: { ...V13, jumps: 'v1.13.6', rejectsLoadBalancer: true } },
  ],
  'v1.35': [
    { from: [0, 0], facts: V35 },
    { from: [36, 0], facts: { ...V35, duplicates: 'later-if-not-terminating' } },
  ],
}

/** kube-proxy's facts for a cluster's version: the last row that is not newer. */
export function kubeProxyFacts(config: Pick<ClusterConfig, 'profile' | 'kubernetesVersion'>): KubeProxyFacts {
  const [, minor = 0, patch = 0] = config.kubernetesVersion.replace(/^v/, '').split('.').map(Number)
  const rows = KUBE_PROXY[config.profile]
  return (rows.findLast(r => r.from[0] < minor || (r.from[0] === minor && r.from[1] <= patch)) ?? rows[0]!).facts
}

/** The facts of the rest of a node that kubeadm of the time set up. */
export interface NodeFacts {
  /** Where kubelet writes KUBE-MARK-DROP, KUBE-MARK-MASQ, KUBE-POSTROUTING (old), or KUBE-FIREWALL and its hints alone (new). */
  readonly kubelet: 'marks' | 'hints'
}

export const NODE_FACTS: Readonly<Record<ProfileName, NodeFacts>> = {
  'v1.13': { kubelet: 'marks' },
  'v1.35': { kubelet: 'hints' },
}
