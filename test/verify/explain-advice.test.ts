// What is advised about a request that got no answer fits the mistake: where it stands, and who was asked.
import { expect, test } from 'vitest'
import { readStore } from '../../src/apply/store-input'
import { begin } from '../../src/cluster/begin'
import { settle } from '../../src/control/settle'
import { beginSession } from '../../src/lab/shell/session'
import { runLine } from '../../src/lab/shell/run'

const SHOP = `
apiVersion: hopspec/v1
kind: Cluster
addons: [coredns]
nodes:
- {name: master, role: control-plane, addresses: [192.168.1.200]}
- {name: node01, addresses: [192.168.1.201]}
externalClients: [{name: laptop, address: 192.168.1.50}]
---
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop, labels: {app: web}}
spec: {nodeName: node01, containers: [{name: web, image: web, ports: [{name: dns, containerPort: 5353, protocol: UDP}, {containerPort: 8080}]}]}
---
apiVersion: v1
kind: Pod
metadata: {name: ingress, namespace: shop, labels: {app: ingress}}
spec:
  nodeName: node01
  containers:
  - {name: nginx, image: ingress, ports: [{containerPort: 80}], readinessProbe: {httpGet: {port: 10254}}}
---
apiVersion: v1
kind: Service
metadata: {name: ingress, namespace: shop}
spec: {selector: {app: ingress}, ports: [{port: 80}]}
---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec:
  type: LoadBalancer
  externalTrafficPolicy: Local
  selector: {app: web}
  ports: [{port: 80, targetPort: 8080, nodePort: 30080}]
status: {loadBalancer: {ingress: [{ip: 192.168.10.240}]}}
---
apiVersion: v1
kind: Service
metadata: {name: names, namespace: shop}
spec:
  selector: {app: web}
  ports: [{name: u, port: 53, protocol: UDP, targetPort: dns}, {name: t, port: 53, targetPort: dns}]
---
apiVersion: v1
kind: Service
metadata: {name: outside, namespace: shop}
spec: {type: ExternalName, externalName: db.example.com}
---
apiVersion: v1
kind: Service
metadata: {name: legacy, namespace: shop}
spec: {ports: [{port: 5432}]}
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: legacy-1, namespace: shop, labels: {kubernetes.io/service-name: legacy}}
addressType: IPv4
endpoints: [{addresses: [192.168.1.50]}]
ports: [{port: 5432}]
`
const session = beginSession({ state: settle(begin(readStore([{ name: 'shop.yaml', text: SHOP }]), { seed: 1 })) })
const why = (line: string): string =>
  runLine(session, line, { stdin: '', read: () => undefined }).answer.stderr.replace(/^(?!hopspec: ).*\n/gm, '')

for (const [mistake, line, says] of [
  [
    'a probe asks a port that nobody declares',
    'in pod/shop/web curl http://ingress',
    /pod ingress is not ready, its readiness probe asks port 10254, on which nothing in it listens: declare the port, or write under `images` what its image listens on\.$/m,
  ],
  [
    'the target has the name of a port of another protocol',
    'in pod/shop/web nc -zv names 53',
    /^hopspec: Service shop\/names \(shop\.yaml:\d+:1\) sends to targetPort "dns" \(TCP\), and no selected pod/,
  ],
  [
    'a load balancer that keeps to nodes with pods',
    'from client/laptop curl http://192.168.10.240',
    /Send to NODE:nodePort, as in 192\.168\.1\.201:30080/,
  ],
  [
    'the wrong port of a pod itself',
    'on node/node01 nc -zv 10.244.1.2 81',
    /^hopspec: pod shop\/\w+ listens on .* not on 81\. Ask port \d+\.$/m,
  ],
  [
    'a client that is an endpoint, and listens nowhere',
    'in pod/shop/web nc -zv legacy 5432',
    /and laptop listens on no port at all\. Write the port on which it listens, or list this port under `listens` of it in the Cluster document\.$/m,
  ],
  [
    'a Service of another namespace',
    'in pod/shop/web curl http://kubernetes',
    /^hopspec: there is no Service kubernetes there; Service default\/kubernetes exists\. Write kubernetes\.default\.$/m,
  ],
  [
    'a Service asked for by a node',
    'on node/node01 curl http://web',
    /^hopspec: node\/node01 does not ask the cluster's DNS, and so does not know Service shop\/web\./,
  ],
  [
    'a name for a name that nobody has',
    'in pod/shop/web curl http://outside',
    /^hopspec: Service shop\/outside is only a name for db\.example\.com, which no server knows\. List that under dns\.upstream/,
  ],
] as const)
  test(mistake, () => expect(why(line)).toMatch(says))
