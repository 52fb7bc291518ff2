// Server-side apply: who writes which field, conflicts in kubectl's words, fields that are let go, and what --show-managed-fields prints.
import { describe, expect, test } from 'vitest'
import { readStore } from '../../../src/apply/store-input'
import { begin } from '../../../src/cluster/begin'
import { objectOf, type State } from '../../../src/cluster/state'
import { settle } from '../../../src/control/settle'
import { atOnce } from '../../../src/view/kubectl/passing'
import { runKubectl } from '../../../src/view/kubectl/run'

const empty = settle(begin(readStore([]), { seed: 1 }))
const run = (state: State, line: string, stdin = '') =>
  runKubectl(state, line.split(' '), { read: () => undefined, stdin: () => stdin }, atOnce)
const map = (data: string, more = ''): string => `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c${more}}\ndata: {${data}}\n`
const dataOf = (state: State): unknown => objectOf(state, 'ConfigMap', 'default/c')?.data
const apply = (state: State, data: string, flags = '', more = '') => run(state, `apply --server-side${flags} -f -`, map(data, more))
const conflict = (text: string): string => text.slice(0, text.indexOf('\nPlease review'))
interface Entry {
  readonly manager: string
  readonly operation: string
  readonly fieldsV1: unknown
}
const managers = (state: State, what: string): readonly Entry[] =>
  (JSON.parse(run(state, `get ${what} -o json --show-managed-fields`).stdout) as { metadata: { managedFields: Entry[] } }).metadata
    .managedFields
const created = run(empty, 'create configmap c --from-literal=a=1 --from-literal=b=2').state

describe('a conflict', () => {
  test('of one field', () =>
    expect(conflict(apply(created, 'a: "9"').stderr)).toBe(
      'error: Apply failed with 1 conflict: conflict with "kubectl-create" using v1: .data.a',
    ))
  test('of several fields', () =>
    expect(conflict(apply(created, 'a: "9", b: "8"').stderr)).toBe(
      'error: Apply failed with 2 conflicts: conflicts with "kubectl-create" using v1:\n- .data.a\n- .data.b',
    ))
  test('of several managers, and of one that applies', () => {
    const both = apply(created, 'z: "1"', ' --field-manager=other').state
    expect(conflict(apply(both, 'a: "9", z: "2"').stderr)).toBe(
      'error: Apply failed with 2 conflicts: conflicts with "kubectl-create" using v1:\n- .data.a\nconflicts with "other":\n- .data.z',
    )
  })
  test('is none where the value is the same', () => expect(apply(created, 'a: "1"').stdout).toBe('configmap/c serverside-applied\n'))
  test('changes nothing, and is overridden by force', () => {
    expect(dataOf(apply(created, 'a: "9"').state)).toEqual({ a: '1', b: '2' })
    expect(dataOf(apply(created, 'a: "9"', ' --force-conflicts').state)).toEqual({ a: '9', b: '2' })
  })
  test('with what kubectl scale has set', () => {
    const manifest = (replicas: number): string =>
      `{apiVersion: apps/v1, kind: Deployment, metadata: {name: web}, spec: {replicas: ${replicas}, selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}, spec: {containers: [{name: c, image: i}]}}}}`
    const scaled = run(run(empty, 'apply -f -', manifest(2)).state, 'scale deployment web --replicas=5').state
    expect(conflict(run(scaled, 'apply --server-side -f -', manifest(3)).stderr)).toBe(
      'error: Apply failed with 1 conflict: conflict with "kubectl" with subresource "scale" using apps/v1: .spec.replicas',
    )
  })
})

describe('a field that is applied no more', () => {
  test('goes with the manager that wrote it', () => {
    const first = apply(empty, 'a: "1", b: "2"').state
    expect(dataOf(apply(first, 'a: "1"').state)).toEqual({ a: '1' })
  })
  test('stays where another has it too', () => {
    const shared = apply(apply(empty, 'a: "1", b: "2"').state, 'b: "2"', ' --field-manager=other').state
    expect(dataOf(apply(shared, 'a: "1"').state)).toEqual({ a: '1', b: '2' })
  })
  test('stays where nobody of ours wrote it', () => expect(dataOf(apply(created, 'z: "1"').state)).toEqual({ a: '1', b: '2', z: '1' }))
})

test('kubectl takes over what it applied from its own side', () => {
  const before = run(empty, 'apply -f -', map('a: "1", b: "2"')).state
  const after = apply(before, 'a: "9"')
  expect([after.stderr, dataOf(after.state)]).toEqual(['', { a: '9' }])
  expect(managers(after.state, 'configmap c').map(m => `${m.manager} ${m.operation}`)).toEqual([
    'kubectl Apply',
    'kubectl-last-applied Apply',
  ])
})

describe('what --show-managed-fields prints', () => {
  test('of an object that was created', () =>
    expect(managers(created, 'configmap c')).toMatchObject([
      { manager: 'kubectl-create', operation: 'Update', fieldsV1: { 'f:data': { '.': {}, 'f:a': {}, 'f:b': {} } } },
    ]))
  test('of lists by their keys, and of a field that somebody else has changed', () => {
    const service = run(empty, 'create service clusterip web --tcp=80').state
    const patched = runKubectl(service, ['patch', 'svc', 'web', '-p', '{"spec":{"ports":[{"port":80,"targetPort":8080}]}}'], {
      read: () => undefined,
      stdin: () => '',
    }).state
    const [create, patch] = managers(patched, 'service web')
    const port = 'k:{"port":80,"protocol":"TCP"}'
    expect(create?.fieldsV1).toMatchObject({ 'f:spec': { 'f:ports': { '.': {}, [port]: { '.': {}, 'f:name': {} } }, 'f:selector': {} } })
    expect(patch).toMatchObject({ manager: 'kubectl-patch', fieldsV1: { 'f:spec': { 'f:ports': { [port]: { 'f:targetPort': {} } } } } })
  })
  test('is hidden without it', () => expect(run(created, 'get configmap c -o yaml').stdout).not.toContain('managedFields'))
})
