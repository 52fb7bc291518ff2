// Why a request was not answered: each cause in the user's own objects, with what to write instead.
import { strict as assert } from 'node:assert'
import { describe, test } from 'vitest'
import { readStore } from '../../src/apply/store-input'
import { begin } from '../../src/cluster/begin'
import { settle } from '../../src/control/settle'
import type { FlowSpec } from '../../src/trace/flow-spec'
import { prepare } from '../../src/trace/prepare'
import { traceAll } from '../../src/trace/trace'
import { explainIn } from '../../src/verify/explain'

const SHOP = `
apiVersion: hopspec/v1
kind: Cluster
nodes:
- {name: master, role: control-plane, addresses: [192.168.1.200]}
- {name: node01, addresses: [192.168.1.201]}
externalClients: [{name: laptop, address: 192.168.1.50}]
---
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop, labels: {app: web}}
spec: {nodeName: node01, containers: [{name: web, image: web, ports: [{containerPort: 8080}]}]}
---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec:
  type: LoadBalancer
  clusterIP: 10.96.0.30
  externalIPs: [203.0.113.7]
  selector: {app: web}
  ports: [{port: 80, targetPort: 8080, nodePort: 30080}]
status: {loadBalancer: {ingress: [{ip: 192.168.10.240}]}}
---
apiVersion: v1
kind: Service
metadata: {name: near, namespace: shop}
spec:
  type: LoadBalancer
  clusterIP: 10.96.0.31
  selector: {app: nobody}
  ports: [{port: 80, nodePort: 30081}]
status: {loadBalancer: {ingress: [{ip: 192.168.1.200}]}}
---
apiVersion: v1
kind: Service
metadata: {name: inner, namespace: shop}
spec: {clusterIP: 10.96.0.32, selector: {app: web}, ports: [{port: 80, targetPort: 8080}]}
---
apiVersion: v1
kind: Service
metadata: {name: db, namespace: shop}
spec: {type: ExternalName, externalName: db.example.com}
---
apiVersion: v1
kind: Service
metadata: {name: headless, namespace: shop}
spec: {clusterIP: None, selector: {app: web}, ports: [{port: 80, targetPort: 8080}]}
`
const state = settle(begin(readStore([{ name: 'shop.yaml', text: SHOP }]), { seed: 1 }))

function outcome(from: string, to: string, protocol: FlowSpec['protocol'] = 'tcp') {
  const { scene, flows } = prepare({ state }, [{ from, to, protocol }])
  return traceAll({ ...scene, explain: explainIn(state) }, flows[0]!).outcomes[0]!
}

interface Row {
  readonly name: string
  readonly from: string
  readonly to: string
  readonly protocol?: FlowSpec['protocol']
  readonly says: RegExp | null
}

const rows: readonly Row[] = [
  {
    name: 'the address of a load balancer, asked from outside',
    from: 'client/laptop',
    to: '192.168.10.240:80',
    says: /^no load balancer is modelled: 192\.168\.10\.240 is an address of Service shop\/web \(shop\.yaml:\d+:1\), .* Send to NODE:nodePort, as in 192\.168\.1\.200:30080/,
  },
  { name: 'the same address, asked from a pod, is answered', from: 'pod/shop/web', to: '192.168.10.240:80', says: null },
  {
    name: 'an external IP, asked from outside',
    from: 'client/laptop',
    to: '203.0.113.7:80',
    says: /^203\.0\.113\.7 is an external IP of Service shop\/web .* as in 192\.168\.1\.200:30080/,
  },
  {
    name: 'a ClusterIP with a nodePort beside it, asked from outside',
    from: 'client/laptop',
    to: '10.96.0.30:80',
    says: /^a ClusterIP is known on nodes only, and 10\.96\.0\.30 is that of Service shop\/web .* as in 192\.168\.1\.200:30080/,
  },
  {
    name: 'a ClusterIP without a nodePort, asked from outside',
    from: 'client/laptop',
    to: '10.96.0.32:80',
    says: /^a ClusterIP is known on nodes only, .* give the Service type: NodePort/,
  },
  { name: 'a ClusterIP asked from a node is answered', from: 'node/master', to: '10.96.0.32:80', says: null },
  {
    name: 'an address of the nodes’ network that nobody has',
    from: 'client/laptop',
    to: '192.168.1.77:80',
    says: /^no node and no client has the address 192\.168\.1\.77 .* list it under externalClients/,
  },
  {
    name: 'the same from a node',
    from: 'node/master',
    to: '192.168.1.77:80',
    says: /list it under externalClients/,
  },
  {
    name: 'a client that is there and does not answer',
    from: 'node/master',
    to: '192.168.1.50:80',
    says: null,
  },
  {
    name: 'a ping of a ClusterIP',
    from: 'pod/shop/web',
    to: '10.96.0.30',
    protocol: 'icmp',
    says: /^Service shop\/web .* answers no ping: kube-proxy translates only its ports \(tcp 80\)/,
  },
  {
    name: 'a ping of a load balancer’s address from outside',
    from: 'client/laptop',
    to: '192.168.10.240',
    protocol: 'icmp',
    says: /answers no ping/,
  },
  {
    name: 'a Service without endpoints at the address of a node',
    from: 'client/laptop',
    to: '192.168.1.200:80',
    says: /^Service shop\/near .* selects app=nobody/,
  },
  {
    name: 'a port of a node that only looks like that Service',
    from: 'client/laptop',
    to: '192.168.1.200:81',
    says: /^no Service has the nodePort 81/,
  },
  {
    name: 'a port that the Service does not have',
    from: 'node/master',
    to: '10.96.0.30:81',
    says: /has the ports tcp 80; tcp 81 is none of them/,
  },
]

describe('explains', () => {
  for (const { name, from, to, protocol, says } of rows)
    test(name, () => {
      const { explanation } = outcome(from, to, protocol)
      if (says === null) assert.equal(explanation, null)
      else assert.match(explanation ?? 'nothing', says)
    })
})

test('a request to an ExternalName asks for the name, and says who does not know it', () => {
  const { fate, explanation } = outcome('pod/shop/web', 'service/shop/db:80')
  assert.equal(fate, 'name-not-found')
  assert.match(explanation!, /no answer: this cluster has no DNS server\. Write addons: \[coredns\]/)
})
