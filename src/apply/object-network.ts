// Kinds of networking.k8s.io and service accounts, as hopspec holds them: decoded, defaulted, in the API's own field names.
import type { Condition, KubeObject, LabelSelector } from './object'

export interface IngressBackend {
  readonly service?: { readonly name: string; readonly port?: { readonly name?: string; readonly number?: number } }
  readonly resource?: { readonly apiGroup?: string; readonly kind: string; readonly name: string }
}

export interface Ingress extends KubeObject {
  readonly kind: 'Ingress'
  readonly spec: {
    readonly ingressClassName?: string
    readonly defaultBackend?: IngressBackend
    readonly tls?: readonly { readonly hosts?: readonly string[]; readonly secretName?: string }[]
    readonly rules?: readonly {
      readonly host?: string
      readonly http?: {
        readonly paths: readonly { readonly path?: string; readonly pathType?: string; readonly backend: IngressBackend }[]
      }
    }[]
  }
  readonly status?: { readonly loadBalancer?: { readonly ingress?: readonly { readonly ip?: string; readonly hostname?: string }[] } }
}

export interface IngressClass extends KubeObject {
  readonly kind: 'IngressClass'
  readonly spec?: {
    readonly controller?: string
    readonly parameters?: { readonly apiGroup?: string; readonly kind: string; readonly name: string }
  }
}

export interface NetworkPolicyPeer {
  readonly podSelector?: LabelSelector
  readonly namespaceSelector?: LabelSelector
  readonly ipBlock?: { readonly cidr: string; readonly except?: readonly string[] }
}
export interface NetworkPolicyPort {
  readonly protocol?: 'TCP' | 'UDP' | 'SCTP'
  readonly port?: number | string
  readonly endPort?: number
}

export interface NetworkPolicy extends KubeObject {
  readonly kind: 'NetworkPolicy'
  readonly spec: {
    readonly podSelector: LabelSelector
    readonly policyTypes?: readonly ('Ingress' | 'Egress')[]
    readonly ingress?: readonly { readonly ports?: readonly NetworkPolicyPort[]; readonly from?: readonly NetworkPolicyPeer[] }[]
    readonly egress?: readonly { readonly ports?: readonly NetworkPolicyPort[]; readonly to?: readonly NetworkPolicyPeer[] }[]
  }
}

export interface IPAddress extends KubeObject {
  readonly kind: 'IPAddress'
  readonly spec: {
    readonly parentRef: { readonly group?: string; readonly resource: string; readonly namespace?: string; readonly name: string }
  }
}

export interface ServiceCIDR extends KubeObject {
  readonly kind: 'ServiceCIDR'
  readonly spec: { readonly cidrs?: readonly string[] }
  readonly status?: { readonly conditions?: readonly Condition[] }
}

export interface ServiceAccount extends KubeObject {
  readonly kind: 'ServiceAccount'
  readonly secrets?: readonly { readonly name?: string }[]
  readonly imagePullSecrets?: readonly { readonly name?: string }[]
  readonly automountServiceAccountToken?: boolean
}
