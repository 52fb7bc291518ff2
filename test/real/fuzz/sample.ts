// What the fuzzer tries: a `kind: Network` document and flows through it, as plain data that shrinks and is written down.

/** A device as a document writes it. */
export interface DeviceDoc {
  kind: 'veth' | 'bridge' | 'vxlan' | 'loopback'
  peer?: string
  master?: string
  addresses?: string[]
  [option: string]: unknown
}

/** A namespace as a document writes it. Rules are lines, joined when the document is read. */
export interface SpaceDoc {
  devices: Record<string, DeviceDoc>
  routes?: string[]
  policyRules?: string[]
  neighbours?: string[]
  fdb?: string[]
  sysctls?: Record<string, number>
  listeners?: { protocol: 'tcp' | 'udp'; port: number; address?: string }[]
  ipset?: string
  iptables?: string
  ip6tables?: string
  nftables?: string
}

/** One flow, in the words of a list of flows. */
export interface FlowDoc {
  from: string
  to: string
  protocol: 'tcp' | 'udp' | 'icmp'
  sourcePort: number
  source?: string
  ttl?: number
  tos?: number
  mark?: number
  device?: string
  size?: number
  dontFragment?: boolean
  broadcast?: boolean
}

export type Family = 'ipv4' | 'ipv6'

export interface Sample {
  readonly spaces: Readonly<Record<string, SpaceDoc>>
  /** Whether kernels remember one flow when the next one is sent. */
  readonly stateful: boolean
  readonly flows: readonly FlowDoc[]
}

/** A network as it is made, before rules and flows: what there is to talk about. */
export interface Plan {
  readonly family: Family
  readonly spaces: Record<string, SpaceDoc>
  /** Addresses of devices. */
  readonly own: string[]
  /** Addresses that nobody has: virtual ones, unroutable ones, a missing neighbour. */
  readonly nobodys: string[]
  /** Namespaces that forward, where most rules are. */
  readonly routers: string[]
}

/** The document of a sample's network. */
export const documentOf = (sample: Pick<Sample, 'spaces'>): object => ({
  apiVersion: 'hopspec/v1',
  kind: 'Network',
  namespaces: sample.spaces,
})
