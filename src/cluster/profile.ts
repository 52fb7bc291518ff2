// What a cluster of each version begins with, as data: labels, taints, what nodes say of themselves, the DNS add-on.
import type { ProfileName } from '../apply/profile'

interface ClusterProfile {
  readonly podGeneration: boolean
  /** The labels that the API server gives a Job's pods, for its uid and its name; the first one selects them. */
  readonly jobLabels: { readonly uid: readonly string[]; readonly name: readonly string[] }
  /** Whether Normal and Warning Events of one source about one object are held back apart (client-go's getSpamKey). */
  readonly spamByType: boolean
  /** Whether the API has EndpointSlices. */
  readonly endpointSlices: boolean
  /** Whether the API has the fields of dual-stack clusters: clusterIPs, ipFamilies, podCIDRs. */
  readonly ipFamilies: boolean
  readonly controlPlaneLabel: string
  /** All that kubeadm puts on a control plane's node. */
  readonly controlPlaneLabels: readonly string[]
  readonly archLabels: readonly string[]
  readonly osLabels: readonly string[]
  readonly nodeInfo: {
    readonly osImage: string
    readonly kernelVersion: string
    readonly docker: string
    readonly containerd: string
    /** Whether a kubelet still says which kube-proxy it guesses. */
    readonly kubeProxyVersion: boolean
  }
  readonly coredns: {
    readonly image: string
    /** The value of the Service's label kubernetes.io/name. */
    readonly nameLabel: string
    readonly metricsPort: boolean
    readonly readinessProbe: boolean
    /** Linux nodes only, spread by preference, and critical to the cluster. */
    readonly placement: boolean
    /** What the container's securityContext drops, and what the API server adds to it. */
    readonly drop: string
    readonly procMount: boolean
    readonly masterToleration: string
  }
}

export const CLUSTER_PROFILES: Readonly<Record<ProfileName, ClusterProfile>> = {
  'v1.13': {
    podGeneration: false,
    jobLabels: { uid: ['controller-uid'], name: ['job-name'] },
    spamByType: false,
    endpointSlices: false,
    ipFamilies: false,
    controlPlaneLabel: 'node-role.kubernetes.io/master',
    controlPlaneLabels: ['node-role.kubernetes.io/master'],
    archLabels: ['beta.kubernetes.io/arch'],
    osLabels: ['beta.kubernetes.io/os'],
    nodeInfo: {
      osImage: 'CentOS Linux 7 (Core)',
      kernelVersion: '3.10.0-957.el7.x86_64',
      docker: 'docker://18.6.1',
      containerd: 'containerd://1.2.0',
      kubeProxyVersion: true,
    },
    coredns: {
      image: 'k8s.gcr.io/coredns:1.2.6',
      nameLabel: 'KubeDNS',
      metricsPort: false,
      readinessProbe: false,
      placement: false,
      drop: 'all',
      procMount: true,
      masterToleration: 'node-role.kubernetes.io/master',
    },
  },
  'v1.35': {
    podGeneration: true,
    jobLabels: {
      uid: ['batch.kubernetes.io/controller-uid', 'controller-uid'],
      name: ['batch.kubernetes.io/job-name', 'job-name'],
    },
    spamByType: true,
    endpointSlices: true,
    ipFamilies: true,
    controlPlaneLabel: 'node-role.kubernetes.io/control-plane',
    controlPlaneLabels: ['node-role.kubernetes.io/control-plane', 'node.kubernetes.io/exclude-from-external-load-balancers'],
    archLabels: ['beta.kubernetes.io/arch', 'kubernetes.io/arch'],
    osLabels: ['beta.kubernetes.io/os', 'kubernetes.io/os'],
    nodeInfo: {
      osImage: 'Debian GNU/Linux 12 (bookworm)',
      kernelVersion: '6.1.0-18-amd64',
      docker: 'docker://28.0.0',
      containerd: 'containerd://2.1.4',
      kubeProxyVersion: false,
    },
    coredns: {
      image: 'registry.k8s.io/coredns/coredns:v1.13.1',
      nameLabel: 'CoreDNS',
      metricsPort: true,
      readinessProbe: true,
      placement: true,
      drop: 'ALL',
      procMount: false,
      masterToleration: 'node-role.kubernetes.io/control-plane',
    },
  },
}
