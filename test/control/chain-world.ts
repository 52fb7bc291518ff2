// What else stood in the recorded cluster while a sequence was recorded: objects of other scenarios, where an answer shows them.

const pod = (name: string, node: string, labels: object, ip?: string, more: object = {}): object => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace: 'default', labels, ...more },
  spec: { nodeName: node, containers: [{ name: 'c', image: 'nginx' }] },
  ...(ip === undefined ? {} : { status: { phase: 'Running', podIP: ip, podIPs: [{ ip }] } }),
})
const namespace = (name: string): object => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } })
const service = (name: string, spec: object, space = 'default'): object => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name, namespace: space },
  spec,
})
const HTTP = { name: 'http', port: 80 }
const headless = (selector: object, ports: readonly object[] = [HTTP]): object => ({ clusterIP: 'None', selector, ports })
const at = (clusterIP: string, selector: object, ports: readonly object[] = [HTTP]): object => ({ clusterIP, selector, ports })
const external = (externalName: string, ports?: readonly object[]): object => ({
  type: 'ExternalName',
  externalName,
  ...(ports ? { ports } : {}),
})
const UNREADY = { annotations: { 'hopspec/ready': 'false', 'lab/ready': 'false' } }

/** Without what ran on node-2, which the scenario before had evicted. */
const LEFT_OVER = [
  pod('db-597969bcb-zhwmv', 'node-1', { app: 'db' }, '10.244.1.67'),
  pod('nr', 'node-1', { app: 'nr' }, '10.244.1.68', UNREADY),
  pod('p2', 'node-1', { grp: 'sub' }, '10.244.1.69'),
  pod('p3', 'node-1', { grp: 'sub' }, '10.244.1.70'),
  pod('kubia-1', 'node-1', { app: 'kubia' }, '10.244.1.71'),
]

const SQL = { name: 'sql', port: 3306 }
const DNS = [
  { name: 'dns', port: 53, protocol: 'UDP' },
  { name: 'dns-tcp', port: 53 },
]
const SERVICES = [
  service('db-h', headless({ app: 'db' }, [SQL])),
  service('db-h-noports', { clusterIP: 'None', selector: { app: 'db' } }),
  service('db-h-unnamed', headless({ app: 'db' }, [{ port: 3306 }])),
  service('dnsish', at('10.96.1.12', { app: 'web' }, DNS)),
  service('empty', at('10.96.1.13', { app: 'nosuch' })),
  service('empty-h', headless({ app: 'nosuch' })),
  service('ext', external('www.example.com')),
  service('ext-dead', external('nosuch.invalid')),
  service('ext-in', external('web.prod.svc.cluster.local')),
  service('ext-ip', external('192.0.2.7')),
  service('ext-ports', external('www.example.com', [HTTP])),
  service('ext-short', external('web')),
  service('kubia', headless({ app: 'kubia' }, [{ ...HTTP, targetPort: 8080 }])),
  service('lb', {
    type: 'LoadBalancer',
    externalIPs: ['192.168.1.50'],
    clusterIP: '10.96.1.16',
    selector: { app: 'web' },
    ports: [{ ...HTTP, nodePort: 30061 }],
  }),
  service('manual', { clusterIP: '10.96.1.17', ports: [HTTP] }),
  service('np', { type: 'NodePort', clusterIP: '10.96.1.15', selector: { app: 'web' }, ports: [{ ...HTTP, nodePort: 30060 }] }),
  service('nr', at('10.96.1.14', { app: 'nr' })),
  service('nr-h', headless({ app: 'nr' })),
  service('plain', at('10.96.1.11', { app: 'web' }, [{ port: 80 }])),
  service('pnr-h', { clusterIP: 'None', publishNotReadyAddresses: true, selector: { app: 'nr' }, ports: [HTTP] }),
  service('six-h', { clusterIP: 'None', ports: [HTTP] }),
  service('sub', headless({ grp: 'sub' })),
  service('sub-ip', at('10.96.1.18', { grp: 'sub' })),
  service('taken', { type: 'NodePort', clusterIP: '10.96.0.77', ports: [{ port: 80, nodePort: 30500 }] }),
  service('only-prod', at('10.96.1.21', { app: 'web' }, [{ port: 80 }]), 'prod'),
  service('web', at('10.96.1.20', { app: 'web' }), 'prod'),
  service('kube-dns', at('10.96.0.10', { 'k8s-app': 'kube-dns' }, [...DNS, { name: 'metrics', port: 9153 }]), 'kube-system'),
]

/** By scenario. */
export const WORLDS: Readonly<Record<string, readonly object[]>> = {
  '12-node-notready': [
    ...['db-597969bcb-4rdwc', 'kubia-0', 'p1', 'p4', 'web-555697c6d7-2xtkf', 'web-555697c6d7-5t8hl', 'web-555697c6d7-cfjnp'].map(name =>
      pod(name, 'node-2', {}),
    ),
    pod('web-6b9675b578-j5blk', 'node-2', {}),
  ],
  '41-updates-of-workloads': LEFT_OVER.slice(1, 4),
  '48-kubectl-odds': [...['acc', 'empty-ns', 'prod'].map(namespace), ...LEFT_OVER, ...SERVICES],
}
