// Generated clusters: N NodePort and ClusterIP Services with M endpoints each over three nodes, as a user's snapshot would hold them.
import { stringify } from 'yaml'

/** The text of a cluster: a Cluster document, Services, EndpointSlices; the first 2,000 Services have a nodePort. */
export function clusterText(services: number, endpoints: number, format: 'json' | 'yaml'): string {
  const objects: object[] = [cluster()]
  for (let i = 0; i < services; i++) objects.push(service(i), slice(i, endpoints))
  if (format === 'yaml') return objects.map(o => stringify(o, { aliasDuplicateObjects: false })).join('---\n')
  return JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects })
}

function cluster(): object {
  return {
    apiVersion: 'hopspec/v1',
    kind: 'Cluster',
    kubernetesVersion: 'v1.35.4',
    networking: { podSubnet: '10.0.0.0/9', serviceSubnet: '10.128.0.0/10', kubeProxyMode: 'iptables', cni: 'flannel' },
    nodes: [0, 1, 2].map(n => ({
      name: `node-${n}`,
      role: n === 0 ? 'control-plane' : 'worker',
      addresses: [`192.168.0.${n + 1}`],
      podCIDRs: [`10.${n * 32}.0.0/11`],
    })),
    externalClients: [{ name: 'laptop', address: '192.168.0.100' }],
  }
}

const address = (base: number, index: number): string =>
  `${base}.${Math.floor(index / 65536) + 128}.${Math.floor(index / 256) % 256}.${index % 256}`

function service(i: number): object {
  const nodePort = i < 2000 ? { nodePort: 30000 + i } : {}
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { namespace: `ns-${i % 10}`, name: `svc-${i}` },
    spec: {
      type: i < 2000 ? 'NodePort' : 'ClusterIP',
      clusterIP: address(10, i + 1024),
      ports: [{ name: 'http', protocol: 'TCP', port: 80, targetPort: 8080, ...nodePort }],
    },
  }
}

function slice(i: number, endpoints: number): object {
  const items = Array.from({ length: endpoints }, (_, k) => {
    const n = i * endpoints + k
    return {
      addresses: [`10.${(n % 3) * 32 + Math.floor(n / 3 / 65536)}.${Math.floor(n / 3 / 250) % 250}.${(Math.floor(n / 3) % 250) + 2}`],
      nodeName: `node-${n % 3}`,
      conditions: { ready: true },
    }
  })
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { namespace: `ns-${i % 10}`, name: `svc-${i}-a`, labels: { 'kubernetes.io/service-name': `svc-${i}` } },
    addressType: 'IPv4',
    endpoints: items,
    ports: [{ name: 'http', protocol: 'TCP', port: 8080 }],
  }
}
