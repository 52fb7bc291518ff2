// What a cluster of each version begins with, as data: labels, taints, what nodes say of themselves, the DNS add-on.
import type { ProfileName } from '../apply/profile'

export interface ClusterProfile {
  readonly podGeneration: boolean
  /** Whether the API has EndpointSlices. */
  readonly endpointSlices: boolean
  readonly controlPlaneLabel: string
  readonly archLabels: readonly string[]
  readonly osLabels: readonly string[]
  readonly nodeInfo: { readonly osImage: string; readonly kernelVersion: string; readonly docker: string; readonly containerd: string }
  readonly coredns: {
    readonly image: string
    readonly metricsPort: boolean
    readonly masterToleration: string
    readonly criticalAnnotation: boolean
  }
}

export const CLUSTER_PROFILES: Readonly<Record<ProfileName, ClusterProfile>> = {
  'v1.13': {
    podGeneration: false,
    endpointSlices: false,
    controlPlaneLabel: 'node-role.kubernetes.io/master',
    archLabels: ['beta.kubernetes.io/arch'],
    osLabels: ['beta.kubernetes.io/os'],
    nodeInfo: {
      osImage: 'CentOS Linux 7 (Core)',
      kernelVersion: '3.10.0-957.el7.x86_64',
      docker: 'docker://18.6.1',
      containerd: 'containerd://1.2.0',
    },
    coredns: {
      image: 'k8s.gcr.io/coredns:1.2.6',
      metricsPort: false,
      masterToleration: 'node-role.kubernetes.io/master',
      criticalAnnotation: true,
    },
  },
  'v1.35': {
    podGeneration: true,
    endpointSlices: true,
    controlPlaneLabel: 'node-role.kubernetes.io/control-plane',
    archLabels: ['beta.kubernetes.io/arch', 'kubernetes.io/arch'],
    osLabels: ['beta.kubernetes.io/os', 'kubernetes.io/os'],
    nodeInfo: {
      osImage: 'Debian GNU/Linux 12 (bookworm)',
      kernelVersion: '6.1.0-18-amd64',
      docker: 'docker://28.0.0',
      containerd: 'containerd://2.1.4',
    },
    coredns: {
      image: 'registry.k8s.io/coredns/coredns:v1.13.1',
      metricsPort: true,
      masterToleration: 'node-role.kubernetes.io/control-plane',
      criticalAnnotation: false,
    },
  },
}
