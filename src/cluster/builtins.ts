// The objects that every cluster begins with: namespaces, nodes, Service default/kubernetes with its endpoints. Stands for kubeadm init and the API server's bootstrap.
import { addToIp, familyOf, ipText, type Ip } from '../addr/ip'
import { cidrText } from '../addr/cidr'
import type { ClusterConfig, ClusterNode } from '../apply/cluster-config'
import type { KubeObject, Namespace, Node } from '../apply/object'
import { flannelByNodes, registeredNode } from './flannel-node'
import { SERVICE_NAME_LABEL } from './labels'
import { clusterNode } from './cluster-node'
import { CLUSTER_PROFILES } from './profile'

export const BUILTIN_NAMESPACES = ['default', 'kube-node-lease', 'kube-public', 'kube-system'] as const

/** A namespace as the API server defaults it. */
export const namespaceObject = (name: string): Namespace => ({
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name, labels: { 'kubernetes.io/metadata.name': name } },
  status: { phase: 'Active' },
})

/** The address at a place of the service network: 1 is `kubernetes`, 10 is DNS. */
export function serviceAddress(config: ClusterConfig, index: number): Ip | undefined {
  const subnet = config.serviceSubnets[0]
  return subnet && addToIp(subnet.ip, index)
}

/** Service, Endpoints and (where the version has them) EndpointSlice default/kubernetes; nothing without a service network or a node. */
export function kubernetesService(config: ClusterConfig): readonly KubeObject[] {
  const clusterIP = serviceAddress(config, 1)
  const master = config.nodes.find(n => n.role === 'control-plane') ?? config.nodes[0]
  if (clusterIP === undefined || master === undefined) return []
  const family = familyOf(clusterIP)
  const address = master.addresses.find(a => familyOf(a.ip) === family) ?? master.addresses[0]
  const ip = address && ipText(address.ip)
  const meta = (labels: Readonly<Record<string, string>>) => ({ name: 'kubernetes', namespace: 'default', labels })
  const objects: object[] = [
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: meta({ component: 'apiserver', provider: 'kubernetes' }),
      spec: {
        type: 'ClusterIP',
        clusterIP: ipText(clusterIP),
        ...(!CLUSTER_PROFILES[config.profile].ipFamilies
          ? {}
          : {
              clusterIPs: [ipText(clusterIP)],
              ipFamilies: [family === 'ipv4' ? 'IPv4' : 'IPv6'],
              ipFamilyPolicy: 'SingleStack',
              internalTrafficPolicy: 'Cluster',
            }),
        ports: [{ name: 'https', protocol: 'TCP', port: 443, targetPort: 6443 }],
        sessionAffinity: 'None',
      },
      status: { loadBalancer: {} },
    },
  ]
  if (ip === undefined) return objects as KubeObject[]
  objects.push({
    apiVersion: 'v1',
    kind: 'Endpoints',
    metadata: CLUSTER_PROFILES[config.profile].endpointSlices
      ? meta({ 'endpointslice.kubernetes.io/skip-mirror': 'true' })
      : { name: 'kubernetes', namespace: 'default' },
    subsets: [{ addresses: [{ ip }], ports: [{ name: 'https', port: 6443, protocol: 'TCP' }] }],
  })
  if (CLUSTER_PROFILES[config.profile].endpointSlices)
    objects.push({
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: meta({ [SERVICE_NAME_LABEL]: 'kubernetes' }),
      addressType: family === 'ipv4' ? 'IPv4' : 'IPv6',
      endpoints: [{ addresses: [ip], conditions: { ready: true } }],
      ports: [{ name: 'https', port: 6443, protocol: 'TCP' }],
    })
  return objects as KubeObject[]
}

/** Two CPUs, four gigabytes; of the disk a kubelet keeps a tenth back, of the memory 100Mi. */
const CAPACITY = { cpu: '2', 'ephemeral-storage': '51287520Ki', memory: '4023232Ki', pods: '110' }
const ALLOCATABLE = { cpu: '2', 'ephemeral-storage': '47266578354', memory: '3920832Ki', pods: '110' }

const CONDITIONS: NonNullable<NonNullable<Node['status']>['conditions']> = [
  { type: 'MemoryPressure', status: 'False', reason: 'KubeletHasSufficientMemory', message: 'kubelet has sufficient memory available' },
  { type: 'DiskPressure', status: 'False', reason: 'KubeletHasNoDiskPressure', message: 'kubelet has no disk pressure' },
  { type: 'PIDPressure', status: 'False', reason: 'KubeletHasSufficientPID', message: 'kubelet has sufficient PID available' },
  { type: 'Ready', status: 'True', reason: 'KubeletReady', message: 'kubelet is posting ready status' },
]

/** A node as kubeadm, its kubelet and its flanneld register it: labels, taint, addresses, podCIDRs, conditions. */
export function nodeObject(config: ClusterConfig, node: ClusterNode): Node {
  const flannel = flannelByNodes(config)
  const bare = bareNode(config, node)
  return flannel === null ? bare : registeredNode(flannel, node, bare)
}

function bareNode(config: ClusterConfig, node: ClusterNode): Node {
  const profile = CLUSTER_PROFILES[config.profile]
  const labels: Record<string, string> = { 'kubernetes.io/hostname': node.name }
  for (const name of profile.archLabels) labels[name] = 'amd64'
  for (const name of profile.osLabels) labels[name] = 'linux'
  const isMaster = node.role === 'control-plane'
  if (isMaster) for (const name of profile.controlPlaneLabels) labels[name] = ''
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name: node.name, labels: { ...labels, ...node.labels }, annotations: { 'node.alpha.kubernetes.io/ttl': '0' } },
    spec: {
      ...(node.podCIDRs[0] === undefined ? {} : { podCIDR: cidrText(node.podCIDRs[0]) }),
      ...(node.podCIDRs.length === 0 || !profile.ipFamilies ? {} : { podCIDRs: node.podCIDRs.map(cidrText) }),
      ...(isMaster ? { taints: [{ key: profile.controlPlaneLabel, effect: 'NoSchedule' }] } : {}),
    },
    status: {
      addresses: nodeAddresses(node),
      capacity: CAPACITY,
      allocatable: ALLOCATABLE,
      conditions: CONDITIONS,
      nodeInfo: {
        kubeletVersion: config.kubernetesVersion,
        kubeProxyVersion: profile.nodeInfo.kubeProxyVersion ? config.kubernetesVersion : '',
        osImage: profile.nodeInfo.osImage,
        kernelVersion: profile.nodeInfo.kernelVersion,
        containerRuntimeVersion: profile.nodeInfo[node.containerRuntime],
        operatingSystem: 'linux',
        architecture: 'amd64',
      },
    },
  }
}

/** The first address, and the first of the other family, are InternalIPs; then the host name. */
function nodeAddresses(node: ClusterNode): readonly { readonly type: string; readonly address: string }[] {
  const first = node.addresses[0]
  const other = first && node.addresses.find(a => familyOf(a.ip) !== familyOf(first.ip))
  const internal = [first, other].filter(a => a !== undefined).map(a => ({ type: 'InternalIP', address: ipText(a.ip) }))
  return [...internal, { type: 'Hostname', address: node.name }]
}

/** A given Node with what a kubelet and the node controllers would add where it says nothing. */
export function completedNode(config: ClusterConfig, given: Node): Node {
  const facts = clusterNode(config, given.metadata.name)
  if (facts === undefined) return given
  const own = bareNode(config, facts)
  const flannel = flannelByNodes(config)
  const complete: Node = {
    ...given,
    metadata: { ...given.metadata, labels: { ...own.metadata.labels, ...given.metadata.labels } },
    spec: { ...own.spec, taints: given.spec?.taints ?? (given.spec === undefined ? own.spec?.taints : []), ...given.spec },
    status: { ...own.status, ...given.status, addresses: given.status?.addresses ?? own.status!.addresses! },
  }
  return flannel === null ? complete : registeredNode(flannel, facts, complete)
}
