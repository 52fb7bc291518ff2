// `kind: Cluster` (hopspec/v1) and KubeProxyConfiguration after reading: every default filled in, every address a value.
import type { Cidr } from '../addr/cidr'
import type { Ip } from '../addr/ip'
import type { Place } from '../error'
import type { ProfileName } from './profile'

export type ProxyMode = 'iptables' | 'nftables' | 'ipvs' | 'userspace' | 'none'
export type CniName = 'docker0' | 'bridge' | 'flannel' | 'calico' | 'canal' | 'none'

/** Of every machine's network card. */
export const ETH0_MTU_BYTES = 1500

export interface ClusterNode {
  readonly name: string
  readonly role: 'control-plane' | 'worker'
  /** The first is the InternalIP; each with the length of its network (24 or 64 unless written). */
  readonly addresses: readonly { readonly ip: Ip; readonly length: number }[]
  readonly containerRuntime: 'docker' | 'containerd'
  /** docker0's own address, when docker runs here. */
  readonly bip: { readonly ip: Ip; readonly length: number } | null
  /** Given out in order when absent from the input. */
  readonly podCIDRs: readonly Cidr[]
  readonly labels: Readonly<Record<string, string>>
  readonly kernel: { readonly nfacct: boolean }
  readonly place: Place
}

export interface ClusterConfig {
  /** As written: v1.13.0. */
  readonly kubernetesVersion: string
  readonly profile: ProfileName
  readonly ipFamily: 'ipv4' | 'ipv6' | 'dual'
  /** In the order of the families. */
  readonly podSubnets: readonly Cidr[]
  /** Empty when `none`. */
  readonly serviceSubnets: readonly Cidr[]
  readonly cni: { readonly name: CniName; readonly settings: Readonly<Record<string, unknown>> }
  readonly builtins: 'kubeadm' | 'none'
  readonly addons: readonly 'coredns'[]
  readonly kubelets: { readonly startSeconds: number; readonly stopSeconds: number; readonly events: boolean }
  readonly nodes: readonly ClusterNode[]
  readonly externalClients: readonly ExternalClient[]
  readonly dns: {
    readonly corefile: string | null
    readonly upstream: readonly { readonly name: string; readonly type: string; readonly ttl: number; readonly data: string }[]
  }
  readonly images: readonly ImageFacts[]
  readonly proxy: ProxyConfig
}

/** What processes listen on and answer. `answers` may hold `{hostname}`, `{ip}`; null: the name. */
export interface ServerFacts {
  readonly listens: readonly { readonly port: number; readonly protocol: 'TCP' | 'UDP' | 'SCTP' }[]
  readonly answers: string | null
}

/** What a container of an image does. */
export interface ImageFacts extends ServerFacts {
  readonly image: string
}

/** A machine outside the cluster. */
export interface ExternalClient extends ServerFacts {
  readonly name: string
  readonly address: Ip
  readonly place: Place
}

/** kube-proxy's settings with KubeProxyConfiguration and Cluster already merged, defaults by kube-proxy's own rules. */
export interface ProxyConfig {
  readonly mode: ProxyMode
  /** One per family in use; empty: no cluster CIDR. */
  readonly clusterCIDRs: readonly Cidr[]
  readonly detectLocalMode: 'ClusterCIDR' | 'NodeCIDR' | 'BridgeInterface' | 'InterfaceNamePrefix' | ''
  readonly bridgeInterface: string
  readonly interfaceNamePrefix: string
  /** As written: CIDRs or `primary`. */
  readonly nodePortAddresses: readonly string[]
  readonly masqueradeAll: boolean
  readonly masqueradeBit: number
  readonly localhostNodePorts: boolean
  readonly ipvs: { readonly scheduler: string; readonly strictARP: boolean }
  readonly conntrackTcpBeLiberal: boolean
  readonly featureGates: Readonly<Record<string, boolean>>
}
