// Values that say the same are one value; which of them that is, nobody can tell from what they say.
import { expect, test } from 'vitest'
import { readStore } from '../../src/apply/store-input'
import { begin } from '../../src/cluster/begin'
import { sharing } from '../../src/cluster/sharing'
import { objectsOf } from '../../src/cluster/state'
import { settle } from '../../src/control/settle'

test('the same name gets the same value, another name another one', () => {
  const shared = sharing<{ readonly says: string }>()
  const make = (says: string) => shared(says, () => ({ says }))
  expect(make('a')).toBe(make('a'))
  expect(make('b')).toEqual({ says: 'b' })
  for (let i = 0; i < 5_000; i++) expect(make(`other ${i}`).says).toBe(`other ${i}`)
  expect(make('a')).toEqual({ says: 'a' })
})

const CLUSTER = `
apiVersion: hopspec/v1
kind: Cluster
nodes: [{ name: a, addresses: [192.168.0.1] }, { name: b, addresses: [192.168.0.2] }]
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: 4
  selector: { matchLabels: { app: web } }
  template: { metadata: { labels: { app: web } }, spec: { containers: [{ name: web, image: nginx }] } }
`

test('the pods of one ReplicaSet share what is the same in all of them', () => {
  const state = settle(begin(readStore([{ name: 'cluster.yaml', text: CLUSTER }])))
  const [first, ...others] = objectsOf(state, 'Pod').filter(p => p.metadata.namespace === 'default')
  expect(others).toHaveLength(3)
  for (const pod of others) {
    expect(pod.metadata.labels).toBe(first!.metadata.labels)
    expect(pod.metadata.ownerReferences).toBe(first!.metadata.ownerReferences)
    expect(pod.spec.tolerations).toBe(first!.spec.tolerations)
    for (const [i, condition] of pod.status!.conditions!.entries()) expect(condition).toBe(first!.status!.conditions![i])
  }
})

test('the Events about one container share what they are about', () => {
  const state = settle(begin(readStore([{ name: 'cluster.yaml', text: CLUSTER }])))
  const [pod] = objectsOf(state, 'Pod').filter(p => p.metadata.namespace === 'default')
  const about = objectsOf(state, 'Event').filter(e => e.involvedObject.uid === pod!.metadata.uid && e.involvedObject.fieldPath)
  expect(about.map(e => e.reason).sort()).toEqual(['Created', 'Pulled', 'Pulling', 'Started'])
  expect(new Set(about.map(e => e.involvedObject)).size).toBe(1)
  expect(new Set(about.map(e => e.source)).size).toBe(1)
})
