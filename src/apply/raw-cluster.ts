// The two documents as decoded, before defaults: what their fields may hold once the field tables have passed them.

export interface RawNode {
  readonly name: string
  readonly role?: string
  readonly addresses?: readonly string[]
  readonly containerRuntime?: string
  readonly bip?: string
  readonly podCIDRs?: readonly string[]
  readonly labels?: Readonly<Record<string, string>>
  readonly kernel?: { readonly nfacct?: boolean }
}

export interface RawCluster {
  readonly kubernetesVersion?: string
  readonly networking?: {
    readonly ipFamily?: string
    readonly podSubnet?: string
    readonly serviceSubnet?: string
    readonly kubeProxyMode?: string
    readonly cni?: unknown
  }
  readonly builtins?: string
  readonly addons?: readonly string[]
  readonly ignoreKinds?: readonly string[]
  readonly kubelets?: { readonly startSeconds?: number; readonly stopSeconds?: number; readonly events?: boolean }
  readonly nodes?: readonly RawNode[]
  readonly externalClients?: readonly ({ readonly name: string; readonly address: string } & RawServer)[]
  readonly dns?: {
    readonly corefile?: string
    readonly upstream?: readonly { readonly name: string; readonly type: string; readonly ttl?: number; readonly data: string }[]
  }
  readonly images?: readonly ({ readonly image: string } & RawServer)[]
}

/** What listens somewhere and what it answers. */
export interface RawServer {
  readonly listens?: readonly { readonly port: number; readonly protocol?: string }[]
  readonly answers?: string
}

export interface RawProxy {
  readonly mode?: string
  readonly clusterCIDR?: string
  readonly detectLocalMode?: string
  readonly detectLocal?: { readonly bridgeInterface?: string; readonly interfaceNamePrefix?: string }
  readonly nodePortAddresses?: readonly string[]
  readonly iptables?: { readonly masqueradeAll?: boolean; readonly masqueradeBit?: number; readonly localhostNodePorts?: boolean }
  readonly nftables?: { readonly masqueradeAll?: boolean; readonly masqueradeBit?: number }
  readonly ipvs?: { readonly scheduler?: string; readonly strictARP?: boolean; readonly excludeCIDRs?: readonly string[] }
  readonly hostnameOverride?: string
  readonly portRange?: string
  readonly conntrack?: { readonly tcpBeLiberal?: boolean }
  readonly featureGates?: Readonly<Record<string, boolean>>
}
