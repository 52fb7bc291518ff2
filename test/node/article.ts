// The cluster of article 001 as a State of our own making: three nodes, three mytest pods, a NodePort Service.
import { parseCidr } from '../../src/addr/cidr'
import { parseIp } from '../../src/addr/ip'
import type { ClusterConfig, ClusterNode } from '../../src/apply/cluster-config'
import type { Kind, KubeObject, Pod } from '../../src/apply/object'
import type { Endpoints, Service } from '../../src/apply/object-service'
import { type State, keyOf } from '../../src/cluster/state'

const place = { file: 'cluster.yaml', line: 1, column: 1 }
const node = (name: string, role: ClusterNode['role'], last: number): ClusterNode => ({
  name,
  role,
  addresses: [{ ip: parseIp(`192.168.1.${last}`), length: 24 }],
  containerRuntime: 'docker',
  bip: { ip: parseIp('172.17.0.1'), length: 16 },
  podCIDRs: [parseCidr(`10.244.${last - 200}.0/24`)],
  labels: {},
  kernel: { nfacct: true },
  place,
})

export const articleConfig: ClusterConfig = {
  kubernetesVersion: 'v1.13.0',
  profile: 'v1.13',
  ipFamily: 'ipv4',
  podSubnets: [parseCidr('10.244.0.0/16')],
  serviceSubnets: [parseCidr('10.96.0.0/12')],
  cni: { name: 'flannel', settings: {} },
  builtins: 'kubeadm',
  addons: [],
  kubelets: { startSeconds: 1, stopSeconds: 1, events: true },
  nodes: [node('master', 'control-plane', 200), node('node01', 'worker', 201), node('node02', 'worker', 202)],
  externalClients: [
    { name: 'laptop', address: parseIp('192.168.1.50'), listens: [], answers: null, place },
    { name: 'phone', address: parseIp('203.0.113.7'), listens: [], answers: null, place },
  ],
  dns: { corefile: null, upstream: [] },
  images: [],
  proxy: {
    mode: 'iptables',
    clusterCIDRs: [parseCidr('10.244.0.0/16')],
    detectLocalMode: 'ClusterCIDR',
    bridgeInterface: '',
    interfaceNamePrefix: '',
    nodePortAddresses: [],
    masqueradeAll: false,
    masqueradeBit: 14,
    localhostNodePorts: true,
    ipvs: { scheduler: 'rr', strictARP: false },
    conntrackTcpBeLiberal: false,
    featureGates: {},
  },
}

export const PODS = [
  { name: 'mytest-88d46bf99-ntd5n', ip: '10.244.1.2', node: 'node01' },
  { name: 'mytest-88d46bf99-fsmcj', ip: '10.244.1.3', node: 'node01' },
  { name: 'mytest-88d46bf99-cd4zk', ip: '10.244.2.2', node: 'node02' },
] as const

const pods: readonly Pod[] = PODS.map(p => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { namespace: 'default', name: p.name },
  spec: {
    nodeName: p.node,
    containers: [{ name: 'mytest', image: 'wangzan18/mytest:v1', ports: [{ containerPort: 80, protocol: 'TCP' }] }],
  },
  status: { phase: 'Running', podIP: p.ip },
}))

const service: Service = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { namespace: 'default', name: 'mytest-svc' },
  spec: {
    type: 'NodePort',
    clusterIP: '10.100.77.149',
    selector: { run: 'mytest' },
    ports: [{ protocol: 'TCP', port: 80, targetPort: 8080, nodePort: 31298 }],
  },
}

const endpoints: Endpoints = {
  apiVersion: 'v1',
  kind: 'Endpoints',
  metadata: { namespace: 'default', name: 'mytest-svc' },
  subsets: [{ addresses: PODS.map(p => ({ ip: p.ip, nodeName: p.node })), ports: [{ port: 8080, protocol: 'TCP' }] }],
}

/** A State that holds these objects. */
export function stateOf(config: ClusterConfig, objects: readonly KubeObject[]): State {
  const kinds = new Map<Kind, Map<string, KubeObject>>()
  for (const o of objects) {
    const kind = o.kind as Kind
    const of = kinds.get(kind) ?? kinds.set(kind, new Map()).get(kind)!
    of.set(keyOf(o), o)
  }
  const places = new Map([['Service default/mytest-svc', { file: 'mytest-svc.yaml', line: 1, column: 1 }]])
  return {
    config,
    objects: kinds,
    places,
    resourceVersion: 1,
    nowMs: 0,
    seed: 1,
    log: [],
    pins: [],
    memory: {},
    agenda: [],
    seen: 0,
    frozen: new Map(),
  }
}

export const articleState = stateOf(articleConfig, [...pods, service, endpoints])
