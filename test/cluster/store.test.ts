// The store: what a cluster begins with, what a write changes, what the verbs refuse.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { ConfigMap, Pod } from '../../src/apply/object'
import { writesOf } from '../../src/cluster/log'
import { next, NAME_LETTERS, suffix, uuid } from '../../src/cluster/random'
import { objectOf, objectsOf, type State } from '../../src/cluster/state'
import { createObject, deleteObject, isError, updateObject } from '../../src/cluster/store'
import { put, write } from '../../src/cluster/write'
import { cluster, config, service } from '../control/world'

const configMap = (name: string, data: Record<string, string> = {}, namespace = 'default'): ConfigMap => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace },
  data,
})
const must = (answer: ReturnType<typeof createObject>): State => {
  if (isError(answer)) throw new Error(answer.error.message)
  return answer.state
}
const refusal = (answer: ReturnType<typeof createObject>) => (isError(answer) ? `${answer.error.reason} ${answer.error.message}` : 'done')

describe('a cluster begins with', () => {
  test('kubeadm: four namespaces, its nodes, Service kubernetes at the first address', () => {
    const state = cluster([])
    expect(objectsOf(state, 'Namespace').map(n => n.metadata.name)).toEqual(['default', 'kube-node-lease', 'kube-public', 'kube-system'])
    expect(objectsOf(state, 'Node').map(n => [n.metadata.name, n.spec?.podCIDR, n.status?.addresses?.[0]?.address])).toEqual([
      ['master', '10.244.0.0/24', '192.168.1.200'],
      ['node01', '10.244.1.0/24', '192.168.1.201'],
      ['node02', '10.244.2.0/24', '192.168.1.202'],
    ])
    expect(objectOf(state, 'Service', 'default/kubernetes')?.spec.clusterIP).toBe('10.96.0.1')
    expect(objectOf(state, 'Endpoints', 'default/kubernetes')?.subsets).toEqual([
      { addresses: [{ ip: '192.168.1.200' }], ports: [{ name: 'https', port: 6443, protocol: 'TCP' }] },
    ])
  })
  test('none: nothing but its nodes', () => {
    const state = cluster([], {}, config('v1.35', { builtins: 'none' }))
    expect([...state.objects.keys()]).toEqual(['Node'])
  })
  test('the given object where a built-in has the same name', () => {
    const own = service('kubernetes', { clusterIP: '10.96.0.99' })
    const state = cluster([own])
    expect(objectOf(state, 'Service', 'default/kubernetes')?.spec.clusterIP).toBe('10.96.0.99')
    expect(objectOf(state, 'Endpoints', 'default/kubernetes')).toBeUndefined()
  })
  test('every namespace that an object names', () => {
    expect(objectOf(cluster([configMap('a', {}, 'shop')]), 'Namespace', 'shop')?.metadata.labels).toEqual({
      'kubernetes.io/metadata.name': 'shop',
    })
  })
})

describe('a write', () => {
  test('gives uid, time and a higher resourceVersion, and logs what happened', () => {
    const before = cluster([])
    const after = write(before, [put(configMap('a'))], 'kubectl')
    const { metadata } = objectOf(after, 'ConfigMap', 'default/a')!
    expect(metadata.uid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
    expect(metadata.creationTimestamp).toBe('2026-01-01T00:00:00Z')
    expect(Number(metadata.resourceVersion)).toBe(before.resourceVersion + 1)
    expect([...writesOf(after.log)].at(-1)).toMatchObject({ type: 'ADDED', by: 'kubectl', atMs: 0 })
  })
  test('of what is there already is none', () => {
    const state = write(cluster([]), [put(configMap('a', { k: 'v' }))], 'kubectl')
    expect(write(state, [put(configMap('a', { k: 'v' }))], 'kubectl')).toBe(state)
  })
  test('leaves the State before it as it was', () => {
    const before = cluster([])
    write(before, [put(configMap('a'))], 'kubectl')
    expect(objectOf(before, 'ConfigMap', 'default/a')).toBeUndefined()
  })
})

describe('a verb refuses', () => {
  const state = must(createObject(cluster([]), configMap('a'), 'kubectl'))
  const rows = [
    {
      name: 'to create what exists',
      answer: () => createObject(state, configMap('a'), 'kubectl'),
      says: 'AlreadyExists configmaps "a" already exists',
    },
    {
      name: 'a namespace that does not exist',
      answer: () => createObject(state, configMap('b', {}, 'nosuch'), 'kubectl'),
      says: 'NotFound namespaces "nosuch" not found',
    },
    {
      name: 'to update what does not exist',
      answer: () => updateObject(state, configMap('b'), 'kubectl'),
      says: 'NotFound configmaps "b" not found',
    },
    {
      name: 'to delete what does not exist',
      answer: () => deleteObject(state, 'ConfigMap', 'default/b', 'kubectl'),
      says: 'NotFound configmaps "b" not found',
    },
  ]
  for (const { name, answer, says } of rows) test(name, () => expect(refusal(answer())).toBe(says))
  test('an update of an older version', () => {
    const stale = { ...configMap('a'), metadata: { name: 'a', namespace: 'default', resourceVersion: '1' } }
    expect(refusal(updateObject(state, stale, 'kubectl'))).toMatch(
      /^Conflict Operation cannot be fulfilled on configmaps "a": the object has been modified;/,
    )
  })
})

test('generateName cuts the base at 58 letters and never gives a name twice', () => {
  let state = cluster([])
  const names = new Set<string>()
  for (let i = 0; i < 200; i++) {
    const answer = createObject(
      state,
      { ...configMap(''), metadata: { name: '', generateName: `${'x'.repeat(70)}-`, namespace: 'default' } },
      'kubectl',
    )
    if (isError(answer)) throw new Error(answer.error.message)
    names.add(answer.object.metadata.name)
    state = answer.state
  }
  expect(names.size).toBe(200)
  for (const name of names) expect(name).toMatch(/^x{58}[bcdfghjklmnpqrstvwxz2456789]{5}$/)
})

test('a pod on a node is only marked by DELETE; one on no node goes at once', () => {
  const pod = (name: string, nodeName?: string): Pod => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'default' },
    spec: { ...(nodeName ? { nodeName } : {}), containers: [{ name: 'c' }] },
  })
  const state = cluster([pod('here', 'node01'), pod('nowhere')])
  expect(objectOf(must(deleteObject(state, 'Pod', 'default/here', 'kubectl')), 'Pod', 'default/here')?.metadata).toMatchObject({
    deletionGracePeriodSeconds: 30,
    deletionTimestamp: '2026-01-01T00:00:30Z',
  })
  expect(objectOf(must(deleteObject(state, 'Pod', 'default/nowhere', 'kubectl')), 'Pod', 'default/nowhere')).toBeUndefined()
})

describe('the generator', () => {
  test('gives the same from the same seed, and only letters of names', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 32 - 1 }), seed => {
        expect(next(seed)).toEqual(next(seed))
        expect(suffix(seed)).toHaveLength(5)
        expect([...suffix(seed)].every(letter => NAME_LETTERS.includes(letter))).toBe(true)
      }),
      { seed: 7 },
    )
  })
  test('gives other identities for other purposes', () => {
    expect(new Set(Array.from({ length: 1000 }, (_, i) => uuid(1, `Pod ${i}`))).size).toBe(1000)
  })
})
