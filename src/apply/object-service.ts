// Services, and where their packets go, as hopspec holds them.
import type { KubeObject, Labels } from './object'

export interface ServicePort {
  readonly name?: string
  readonly protocol: 'TCP' | 'UDP' | 'SCTP'
  readonly port: number
  readonly targetPort: number | string
  readonly nodePort?: number
  readonly appProtocol?: string
}

export interface Service extends KubeObject {
  readonly kind: 'Service'
  readonly spec: {
    readonly type: 'ClusterIP' | 'NodePort' | 'LoadBalancer' | 'ExternalName'
    readonly selector?: Labels
    readonly clusterIP?: string
    readonly clusterIPs?: readonly string[]
    readonly ipFamilies?: readonly ('IPv4' | 'IPv6')[]
    readonly ipFamilyPolicy?: string
    readonly ports?: readonly ServicePort[]
    readonly externalIPs?: readonly string[]
    readonly externalName?: string
    readonly sessionAffinity?: 'None' | 'ClientIP'
    readonly sessionAffinityConfig?: { readonly clientIP?: { readonly timeoutSeconds?: number } }
    readonly externalTrafficPolicy?: 'Cluster' | 'Local'
    readonly internalTrafficPolicy?: 'Cluster' | 'Local'
    readonly healthCheckNodePort?: number
    readonly loadBalancerSourceRanges?: readonly string[]
    readonly loadBalancerIP?: string
    readonly loadBalancerClass?: string
    readonly allocateLoadBalancerNodePorts?: boolean
    readonly publishNotReadyAddresses?: boolean
    readonly trafficDistribution?: string
  }
  readonly status?: {
    readonly loadBalancer?: {
      readonly ingress?: readonly { readonly ip?: string; readonly hostname?: string; readonly ipMode?: 'VIP' | 'Proxy' }[]
    }
  }
}

export interface TargetRef {
  readonly kind: string
  readonly namespace?: string
  readonly name: string
  readonly uid?: string
}

export interface EndpointAddress {
  readonly ip: string
  readonly hostname?: string
  readonly nodeName?: string
  readonly targetRef?: TargetRef
}

export interface Endpoints extends KubeObject {
  readonly kind: 'Endpoints'
  readonly subsets?: readonly {
    readonly addresses?: readonly EndpointAddress[]
    readonly notReadyAddresses?: readonly EndpointAddress[]
    readonly ports?: readonly { readonly name?: string; readonly port: number; readonly protocol: 'TCP' | 'UDP' | 'SCTP' }[]
  }[]
}

export interface EndpointSlice extends KubeObject {
  readonly kind: 'EndpointSlice'
  readonly addressType: 'IPv4' | 'IPv6' | 'FQDN'
  readonly endpoints?: readonly {
    readonly addresses: readonly string[]
    readonly conditions?: { readonly ready?: boolean; readonly serving?: boolean; readonly terminating?: boolean }
    readonly hostname?: string
    readonly nodeName?: string
    readonly zone?: string
    readonly targetRef?: TargetRef
    readonly hints?: { readonly forZones?: readonly { readonly name: string }[]; readonly forNodes?: readonly { readonly name: string }[] }
  }[]
  readonly ports?: readonly { readonly name?: string; readonly port?: number; readonly protocol?: 'TCP' | 'UDP' | 'SCTP' }[]
}
