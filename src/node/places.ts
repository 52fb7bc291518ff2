// The places of a cluster: nodes, pods, clients, and addresses that nobody declared.
import type { Cidr } from '../addr/cidr'
import type { Ip } from '../addr/ip'
import type { ClusterNode, ServerFacts } from '../apply/cluster-config'
import type { Pod } from '../apply/object'

/** A pod with a network namespace of its own. */
export interface PodPlace {
  readonly pod: Pod | null
  /** `pod/default/web-1`. */
  readonly name: string
  readonly ips: readonly Ip[]
  readonly node: string
}

/** An address nobody has, that a flow speaks of: `via` names the node where it arrives. */
export interface Stranger {
  readonly address: Ip
  readonly via: string
  /** It sends from the very address it sends to, so that address cannot be its own: a packet with a foreign source. */
  readonly foreign?: boolean
}

export interface ClientPlace {
  /** `client/laptop`. */
  readonly name: string
  readonly address: Ip
  /** Of the network it stands in; null: behind the router. */
  readonly network: Cidr | null
  /** Enters the cluster through this node, not through the router. */
  readonly via: string | null
  /** Sends from the address without having it. */
  readonly foreign: boolean
  readonly serves: ServerFacts
}

export interface NodePlace {
  readonly node: ClusterNode
  readonly podCIDRs: readonly Cidr[]
  readonly labels: Readonly<Record<string, string>>
  /** Running pods with an address of their own. */
  readonly pods: readonly PodPlace[]
  readonly hostPods: readonly Pod[]
}
