import { parseIp } from '../../src/addr/ip'
import type { ClusterConfig } from '../../src/apply/cluster-config'
import type { Kind, KubeObject, Pod } from '../../src/apply/object'
import type { Endpoints, Service } from '../../src/apply/object-service'
import { EMPTY_LOG } from '../../src/cluster/log'
import { type State, keyOf } from '../../src/cluster/state'
import { config } from '../control/world'

const place = { file: 'cluster.yaml', line: 1, column: 1 }

/** As the control plane's tests have it, with docker's bridge and two machines outside. */
const { nodes, ...cluster } = config('v1.13', {
  kubelets: { startSeconds: 1, stopSeconds: 1, events: true },
  externalClients: [
    { name: 'laptop', address: parseIp('192.168.1.50'), listens: [], answers: null, place },
    { name: 'phone', address: parseIp('203.0.113.7'), listens: [], answers: null, place },
  ],
})
export const articleConfig: ClusterConfig = {
  ...cluster,
  nodes: nodes.map(n => ({ ...n, bip: { ip: parseIp('172.17.0.1'), length: 16 }, place })),
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
    log: EMPTY_LOG,
    pins: [],
    memory: {},
    agenda: [],
    seen: 0,
    frozen: new Map(),
  }
}

export const articleState = stateOf(articleConfig, [...pods, service, endpoints])
