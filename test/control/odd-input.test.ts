// Input that a cluster takes and that once broke the controllers.
import { expect, test } from 'vitest'
import { readStore } from '../../src/apply/store-input'
import { begin } from '../../src/cluster/begin'
import { objectOf, type State } from '../../src/cluster/state'
import { deleteObject, isError } from '../../src/cluster/store'
import { matchesSelector } from '../../src/control/selector'
import { settle } from '../../src/control/settle'

const settled = (text: string): State => settle(begin(readStore([{ name: 'f.yaml', text }])))
const pod = (spec: string): string => `apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {${spec}containers: [{name: c, image: x}]}\n`

test('a podCIDR with leading zeros gives addresses', () => {
  const state = settled(`apiVersion: v1\nkind: Node\nmetadata: {name: a}\nspec: {podCIDR: 010.9.0.0/024}\n---\n${pod('')}`)
  expect(objectOf(state, 'Pod', 'default/p')?.status?.podIP).toBe('10.9.0.2')
})

test('a pod may ask for a grace of ages', () => {
  const answer = deleteObject(settled(pod('terminationGracePeriodSeconds: 9000000000000000000, ')), 'Pod', 'default/p', 'kubectl')
  if (isError(answer)) throw new Error(answer.error.message)
  expect(answer.object.metadata.deletionTimestamp).toBe('9999-12-31T23:59:59Z')
})

test('more replicas than can be followed are refused, by place', () => {
  const template = '{metadata: {labels: {a: b}}, spec: {containers: [{name: c, image: x}]}}'
  const text = `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: d}\nspec: {replicas: 2000000000, selector: {matchLabels: {a: b}}, template: ${template}}\n`
  expect(() => settled(text)).toThrow(
    /^f\.yaml:1:1: ReplicaSet default\/d-\w+ wants 2000000000 pods; hopspec follows up to 10000 of one workload\./,
  )
})

test('a label is there only when it is written, whatever its key', () => {
  const exists = { matchExpressions: [{ key: 'constructor', operator: 'Exists' as const }] }
  expect(matchesSelector(exists, { app: 'web' })).toBe(false)
  expect(matchesSelector(exists, { constructor: 'x' })).toBe(true)
})
