// A pod of the input is admitted as one of kubectl apply is: it stays on a lost node for five minutes. A stored pod keeps what it has.
import { strict as assert } from 'node:assert'
import { test } from 'vitest'
import type { Pod } from '../../src/apply/object'
import { tolerantPod } from '../../src/cluster/default-tolerations'
import { objectOf } from '../../src/cluster/state'
import { emptyLab, given, running } from '../../src/lab/lab'
import { DEFAULT_CLUSTER } from '../../src/lab/replicas'

const pod = (metadata: object = {}, spec: object = {}) =>
  JSON.stringify({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'web', ...metadata },
    spec: { containers: [{ name: 'web', image: 'nginx' }], ...spec },
  })

function tolerationsOf(text: string): readonly string[] {
  const files = [
    { name: 'cluster.json', text: DEFAULT_CLUSTER },
    { name: 'pod.json', text },
  ]
  const found = objectOf(running(given(emptyLab(1, null), { files })).state, 'Pod', 'default/web')!
  return (found.spec.tolerations ?? []).map(t => `${t.key ?? '*'}:${t.effect ?? '*'} for ${t.tolerationSeconds ?? 'ever'}`)
}

const BOTH = ['node.kubernetes.io/not-ready:NoExecute for 300', 'node.kubernetes.io/unreachable:NoExecute for 300']

test('a pod of a file stays on a lost node for 300 s', () => assert.deepEqual(tolerationsOf(pod()), BOTH))

test("its own word on one of the two taints stands, and the other's default is added", () => {
  const own = { key: 'node.kubernetes.io/not-ready', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 5 }
  assert.deepEqual(tolerationsOf(pod({}, { tolerations: [own] })), ['node.kubernetes.io/not-ready:NoExecute for 5', BOTH[1]])
})

test('a pod that tolerates everything gets nothing more', () =>
  assert.deepEqual(tolerationsOf(pod({}, { tolerations: [{ operator: 'Exists' }] })), ['*:* for ever']))

test('a pod that a cluster has stored keeps what it has', () =>
  assert.deepEqual(tolerationsOf(pod({ uid: '6f1c0b52-0000-4000-8000-000000000001', namespace: 'default' })), []))

test('admitting twice is admitting once', () => {
  const once = tolerantPod(JSON.parse(pod()) as Pod)
  assert.deepEqual(tolerantPod(once), once)
})
