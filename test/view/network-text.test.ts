// A cluster printed as a Network document is the same network: every flow goes the same ways through both.
import { strict as assert } from 'node:assert'
import { describe, test } from 'vitest'
import { readDocuments } from '../../src/apply/documents'
import { readNetwork } from '../../src/apply/network-document'
import { readStore } from '../../src/apply/store-input'
import { begin } from '../../src/cluster/begin'
import { settle } from '../../src/control/settle'
import { networkOf } from '../../src/node/network'
import type { TraceJson } from '../../src/trace/json'
import { prepare } from '../../src/trace/prepare'
import { traceAll } from '../../src/trace/trace'
import { networkDocument, plainName } from '../../src/view/network-text'

const CLUSTER = `
{apiVersion: hopspec/v1, kind: Cluster, kubernetesVersion: v1.13.0, networking: {podSubnet: 10.244.0.0/16, kubeProxyMode: iptables, cni: flannel},
 nodes: [{name: master, role: control-plane, addresses: [192.168.1.200]}, {name: node01, addresses: [192.168.1.201]}, {name: node02, addresses: [192.168.1.202]}],
 externalClients: [{name: laptop, address: 192.168.1.50}]}
---
{apiVersion: apps/v1, kind: Deployment, metadata: {name: web}, spec: {replicas: 3, selector: {matchLabels: {app: web}},
 template: {metadata: {labels: {app: web}}, spec: {containers: [{name: web, image: web, ports: [{containerPort: 8080}]}]}}}}
---
{apiVersion: v1, kind: Service, metadata: {name: web}, spec: {type: NodePort, clusterIP: 10.96.0.20, selector: {app: web}, ports: [{port: 80, targetPort: 8080, nodePort: 30080}]}}
`
const state = settle(begin(readStore([{ name: 'cluster.yaml', text: CLUSTER }]), { seed: 1 }))
const printed = JSON.stringify(networkDocument(networkOf(state)))
const network = readNetwork(readDocuments([{ name: 'network.json', text: printed }]).documents[0]!)

/** What of a trace does not name its namespaces or where its rules stand. */
const ways = (trace: TraceJson) =>
  trace.outcomes.map(o => ({
    share: o.probability.fraction,
    fate: o.fate,
    by: o.answeredBy && plainName(o.answeredBy),
    source: o.source,
    destination: o.destination,
    rules: o.hops.flatMap(h => h.steps.flatMap(s => (s.kind === 'rule' ? [`${plainName(h.in)} ${s.rule}`] : []))),
    client: o.client.result,
  }))

describe('a cluster and its document', () => {
  const pod = [...state.objects.get('Pod')!.keys()].sort()[0]!
  const flows = [
    { says: 'a client to a nodePort', from: 'client/laptop', to: '192.168.1.200:30080' },
    { says: 'a node to the ClusterIP', from: 'node/node01', to: '10.96.0.20:80' },
    { says: 'a pod to the ClusterIP, itself included', from: `pod/${pod}`, to: '10.96.0.20:80' },
    { says: 'a port where nobody listens', from: 'client/laptop', to: '192.168.1.201:81' },
    { says: 'an address that nobody has', from: 'node/node02', to: '192.168.1.99:80' },
  ]
  for (const { says, from, to } of flows)
    test(says, () => {
      const one = prepare({ state }, [{ from, to, protocol: 'tcp' }])
      const two = prepare({ network }, [{ from: `namespace/${plainName(from)}`, to, protocol: 'tcp' }])
      assert.deepEqual(ways(traceAll(two.scene, two.flows[0]!)), ways(traceAll(one.scene, one.flows[0]!)))
    })
})
