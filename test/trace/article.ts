// The cluster of article 001 from YAML, settled, with its pods' names and addresses as the article has them.
import { type StoreInput, readStore } from '../../src/apply/store-input'
import { begin } from '../../src/cluster/begin'
import type { State } from '../../src/cluster/state'
import { settle } from '../../src/control/settle'

/** The nodes and clients, with flannel's backend. */
const cluster = (backend: string) => `apiVersion: hopspec/v1
kind: Cluster
kubernetesVersion: v1.13.0
networking:
  podSubnet: 10.244.0.0/16
  serviceSubnet: 10.96.0.0/12
  kubeProxyMode: iptables
  cni: {name: flannel, backend: ${backend}}
nodes:
  - {name: master, role: control-plane, addresses: [192.168.1.200], podCIDRs: [10.244.0.0/24]}
  - {name: node01, addresses: [192.168.1.201], podCIDRs: [10.244.1.0/24]}
  - {name: node02, addresses: [192.168.1.202], podCIDRs: [10.244.2.0/24]}
externalClients:
  - {name: laptop, address: 192.168.1.50}
  - {name: phone, address: 203.0.113.7}
`

const pod = (name: string, node: string, ip: string, label: string, port: number) => `apiVersion: v1
kind: Pod
metadata: {name: ${name}, labels: {run: ${label}}}
spec:
  nodeName: ${node}
  containers: [{name: c, image: wangzan18/mytest:v1, ports: [{containerPort: ${port}}]}]
status: {podIP: ${ip}, phase: Running, conditions: [{type: Ready, status: "True"}]}
`

const service = (name: string, selector: string, more: string) => `apiVersion: v1
kind: Service
metadata: {name: ${name}}
spec: {type: NodePort, selector: {run: ${selector}}, ${more}}
`

export const MYTEST = { ntd5n: '10.244.1.2', fsmcj: '10.244.1.3', cd4zk: '10.244.2.2' } as const

const OBJECTS = [
  pod('mytest-ntd5n', 'node01', MYTEST.ntd5n, 'mytest', 8080),
  pod('mytest-fsmcj', 'node01', MYTEST.fsmcj, 'mytest', 8080),
  pod('mytest-cd4zk', 'node02', MYTEST.cd4zk, 'mytest', 8080),
  pod('busybox0', 'master', '10.244.0.9', 'busybox', 80),
  pod('busybox1', 'node01', '10.244.1.9', 'busybox', 80),
  pod('busybox2', 'node02', '10.244.2.9', 'busybox', 80),
  service('mytest-svc', 'mytest', 'clusterIP: 10.100.77.149, ports: [{port: 80, targetPort: 8080, nodePort: 31298}]'),
  service('nobody', 'nothing', 'clusterIP: 10.100.77.150, ports: [{port: 80, targetPort: 8080, nodePort: 31299}]'),
]

/** The settled cluster; flannel's backend is vxlan unless said. */
export function articleState(backend: 'vxlan' | 'host-gw' | 'udp' = 'vxlan'): State {
  const input: StoreInput = readStore([
    { name: 'cluster.yaml', text: cluster(backend) },
    { name: 'objects.yaml', text: OBJECTS.join('---\n') },
  ])
  return settle(begin(input, { seed: 1 }))
}
