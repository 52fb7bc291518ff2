// Why a name gave no address, where the name is of a Service that is there.
import { expect, test } from 'vitest'
import { readStore } from '../../src/apply/store-input'
import { begin } from '../../src/cluster/begin'
import { settle } from '../../src/control/settle'
import { beginSession } from '../../src/lab/shell/session'
import { runLine } from '../../src/lab/shell/run'
import { prepare } from '../../src/trace/prepare'
import { traceAll } from '../../src/trace/trace'
import { explainIn } from '../../src/verify/explain'

const SHOP = `
apiVersion: hopspec/v1
kind: Cluster
nodes: [{name: w1, addresses: [192.168.1.201]}]
addons: [coredns]
---
apiVersion: v1
kind: Namespace
metadata: {name: shop}
---
apiVersion: v1
kind: Pod
metadata: {name: client, namespace: shop}
spec: {containers: [{name: c, image: web}]}
---
apiVersion: v1
kind: Service
metadata: {name: db, namespace: shop}
spec: {clusterIP: None, selector: {app: db}, ports: [{port: 5432}]}
---
apiVersion: v1
kind: Service
metadata: {name: bare, namespace: shop}
spec: {clusterIP: None, ports: [{port: 5432}]}
---
apiVersion: v1
kind: Service
metadata: {name: idle, namespace: shop}
spec: {clusterIP: None, selector: {app: idle}, ports: [{port: 5432}]}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db, namespace: shop}
spec:
  serviceName: dbb
  selector: {matchLabels: {app: db}}
  template:
    metadata: {labels: {app: db}}
    spec: {containers: [{name: c, image: db, ports: [{containerPort: 5432}]}]}
`
const state = settle(begin(readStore([{ name: 'shop.yaml', text: SHOP }]), { seed: 1 }))

function explanation(to: string): string | null {
  const { scene, flows } = prepare({ state }, [{ from: 'pod/shop/client', to, protocol: 'tcp' }])
  return traceAll({ ...scene, explain: explainIn(state) }, flows[0]!).outcomes[0]!.explanation
}

for (const [name, says] of [
  ['bare', /^Service shop\/bare has no name: .* no ready endpoints\. .* has no selector/],
  ['bare.shop', /^Service shop\/bare has no name: .* no ready endpoints\. .* has no selector/],
  ['bare.shop.svc.cluster.local', /^Service shop\/bare has no name: .* no ready endpoints\. .* has no selector/],
  ['idle.shop', /^Service shop\/idle has no name: .* no ready endpoints\. .* selects app=idle, and no pod/],
  ['db-0.db', /^pod shop\/db-0 has the subdomain dbb, so .* Service shop\/db\. Write serviceName: db in StatefulSet shop\/db\.$/],
  ['db-0.db.shop', /^pod shop\/db-0 has the subdomain dbb/],
  ['client.db.shop', /^pod shop\/client has no subdomain, so .* Write subdomain: db in the pod\.$/],
  ['bar.shop', /^there is no Service bar in namespace shop\. Did you mean bare\?$/],
  ['db-9.db.shop', /^no server knows db-9\.db\.shop/],
] as const) {
  test(`no address for ${name}`, () => {
    expect(explanation(`${name}:5432`)).toMatch(says)
  })
}

test('the shell tells the same cause, not that of the last question', () => {
  const session = { ...beginSession({ state }), place: 'pod/shop/client' }
  const { answer } = runLine(session, 'curl http://idle.shop:5432', { stdin: '', read: () => undefined })
  expect(answer.stderr).toMatch(/hopspec: Service shop\/idle has no name: .* selects app=idle/)
})
