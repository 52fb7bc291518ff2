// `3 "mytest" replicas behind the NodePort service "mytest-svc" on port 31298`: the sentence as the two manifests that it stands for.
import { addToIp, ipText, type Ip } from '../addr/ip'

interface ReplicasSentence {
  readonly replicas: number
  readonly name: string
  readonly type: 'ClusterIP' | 'NodePort'
  readonly service: string
  /** The nodePort of a NodePort service, the port of a ClusterIP one; absent: 80, and whatever nodePort is allocated. */
  readonly port?: number
}

/** What every replica listens on. */
const TARGET_PORT = 8080

/** A Deployment and a Service as JSON text; the image is the name of the replicas and listens on 8080. */
export function replicasManifest(s: ReplicasSentence): string {
  const labels = { app: s.name }
  const port =
    s.type === 'NodePort' ? { port: 80, targetPort: TARGET_PORT, nodePort: s.port } : { port: s.port ?? 80, targetPort: TARGET_PORT }
  const deployment = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: s.name },
    spec: {
      replicas: s.replicas,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [{ name: s.name, image: s.name, ports: [{ containerPort: TARGET_PORT }] }] } },
    },
  }
  const service = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: s.service },
    spec: { type: s.type, selector: labels, ports: [port] },
  }
  return JSON.stringify({ apiVersion: 'v1', kind: 'List', items: [deployment, service] })
}

/** Services without selectors, `name-1`, `name-2`, … with ascending ClusterIPs from `first` on. */
export const servicesManifest = (count: number, name: string, first: Ip): string =>
  JSON.stringify({
    apiVersion: 'v1',
    kind: 'List',
    items: Array.from({ length: count }, (_, i) => ({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: `${name}-${i + 1}` },
      spec: { clusterIP: ipText(addToIp(first, i) ?? first), ports: [{ port: 80 }] },
    })),
  })

/** A pod that only sends: its image listens nowhere. */
export const clientPodManifest = (
  { namespace, name }: { readonly namespace: string; readonly name: string },
  node: string | null,
): string =>
  JSON.stringify({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { namespace, name, labels: { app: name } },
    spec: { ...(node === null ? {} : { nodeName: node }), containers: [{ name: 'busybox', image: 'busybox', command: ['sleep', '3600'] }] },
  })

/** The default cluster, said: a Cluster without `nodes` would have only those that objects name. */
export const DEFAULT_CLUSTER = JSON.stringify({
  apiVersion: 'hopspec/v1',
  kind: 'Cluster',
  nodes: [
    { name: 'control-plane', role: 'control-plane', addresses: ['192.168.1.200'] },
    { name: 'worker', addresses: ['192.168.1.201'] },
    { name: 'worker2', addresses: ['192.168.1.202'] },
  ],
})
