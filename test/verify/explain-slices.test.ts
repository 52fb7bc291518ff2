// Endpoints that somebody wrote for a Service without a selector, and that serve nobody.
import { expect, test } from 'vitest'
import { readStore } from '../../src/apply/store-input'
import { begin } from '../../src/cluster/begin'
import { settle } from '../../src/control/settle'
import { prepare } from '../../src/trace/prepare'
import { traceAll } from '../../src/trace/trace'
import { explainIn } from '../../src/verify/explain'

const written = (addressType: string, address: string, ports: string) => `
apiVersion: hopspec/v1
kind: Cluster
nodes: [{name: w1, addresses: [192.168.1.201]}]
externalClients: [{name: store, address: 192.168.1.50, listens: [{port: 5432}]}]
---
apiVersion: v1
kind: Service
metadata: {name: db}
spec: {clusterIP: 10.96.0.30, ports: [{name: sql, port: 5432}]}
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: db-1, labels: {kubernetes.io/service-name: db}}
addressType: ${addressType}
endpoints: [{addresses: ["${address}"]}]
ports: ${ports}
`

function explanation(text: string): string | null {
  const state = settle(begin(readStore([{ name: 'db.yaml', text }]), { seed: 1 }))
  const { scene, flows } = prepare({ state }, [{ from: 'node/w1', to: '10.96.0.30:5432', protocol: 'tcp' }])
  return traceAll({ ...scene, explain: explainIn(state) }, flows[0]!).outcomes[0]!.explanation
}

for (const [name, text, says] of [
  ['the right port', written('IPv4', '192.168.1.50', '[{name: sql, port: 5432}]'), null],
  [
    'a port without a name',
    written('IPv4', '192.168.1.50', '[{port: 5432}]'),
    /^EndpointSlice default\/db-1 \(db\.yaml:\d+:1\) has a port without a name \(TCP 5432\), and port 5432 of the Service is the port sql .* Write name: sql/,
  ],
  [
    'a port of another protocol',
    written('IPv4', '192.168.1.50', '[{name: sql, port: 5432, protocol: UDP}]'),
    /has the port sql \(UDP 5432\), and .* is the port sql \(TCP\)/,
  ],
  [
    'names instead of addresses',
    written('FQDN', 'db.example.com', '[{name: sql, port: 5432}]'),
    /has the addressType FQDN, .* Write .* IPv4/,
  ],
  ['addresses of the other family', written('IPv6', 'fd00::9', '[{name: sql, port: 5432}]'), /has the addressType IPv6/],
  [
    'a port on which the client does not listen',
    written('IPv4', '192.168.1.50', '[{name: sql, port: 5433}]'),
    /sends port 5432 of the Service to 192\.168\.1\.50:5433, and store listens on tcp 5432/,
  ],
] as const)
  test(`a request to a Service whose EndpointSlice has ${name}`, () => {
    if (says === null) expect(explanation(text)).toBeNull()
    else expect(explanation(text)).toMatch(says)
  })
