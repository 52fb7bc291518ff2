// A small cluster for the tests of names: its documents, as text, and the state they give.
import { readStore } from '../../src/apply/store-input'
import { begin } from '../../src/cluster/begin'
import type { State } from '../../src/cluster/state'
import { settle } from '../../src/control/settle'
import { recordText, type RecordType } from '../../src/dns/record'
import { ask, serverOf } from '../../src/dns/server'

/** The settled cluster of some documents. */
export function clusterOf(...documents: readonly (object | string)[]): State {
  const text = documents.map(d => (typeof d === 'string' ? d : JSON.stringify(d))).join('\n---\n')
  const input = readStore([{ name: 'cluster.yaml', text }])
  return settle(begin(input, { seed: 1 }))
}

export const cluster = (more: object = {}) => ({
  apiVersion: 'hopspec/v1',
  kind: 'Cluster',
  kubernetesVersion: 'v1.35.4',
  nodes: [
    { name: 'master', role: 'control-plane', addresses: ['192.168.1.200'] },
    { name: 'node-1', addresses: ['192.168.1.201'] },
  ],
  ...more,
})

export const service = (name: string, spec: object, namespace = 'default') => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name, namespace },
  spec,
})

/** A pod that has its address already. */
export const pod = (
  name: string,
  ip: string,
  more: { readonly spec?: object; readonly labels?: object; readonly namespace?: string } = {},
) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace: more.namespace ?? 'default', labels: more.labels ?? {} },
  spec: { nodeName: 'node-1', containers: [{ name: 'c', image: 'pause' }], ...more.spec },
  status: { phase: 'Running', podIP: ip, podIPs: [{ ip }], conditions: [{ type: 'Ready', status: 'True' }] },
})

/** `NOERROR web… 30 IN A 10.96.1.10`: status and records of one question, as one line each. */
export function answerTo(state: State, name: string, type: RecordType = 'A'): readonly string[] {
  const { answer } = ask(serverOf(state), { name, type }).at(-1)!
  return [answer.rcode, ...answer.answers.map(recordText)]
}
