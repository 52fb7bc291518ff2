// What the recorder counts together, and what it holds back: its keys are those of client-go's events_cache.go.
import { expect, test } from 'vitest'
import { readStore } from '../../src/apply/store-input'
import { begin } from '../../src/cluster/begin'
import { eventChange, type Said } from '../../src/cluster/event'
import { objectOf, objectsOf, type State } from '../../src/cluster/state'
import { write } from '../../src/cluster/write'

const TEXT = (version: string) => `
{apiVersion: hopspec/v1, kind: Cluster, kubernetesVersion: ${version}, nodes: [{name: a, addresses: [192.168.1.200]}]}
---
{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {nodeName: a, containers: [{name: c, image: i}]}}
`
const begun = (version = 'v1.35.4'): State => begin(readStore([{ name: 'p.yaml', text: TEXT(version) }]), { seed: 1 })

/** The cluster after the kubelet said all this of the pod. */
function after(state: State, said: readonly Partial<Said>[]): State {
  const about = objectOf(state, 'Pod', 'default/p')!
  return said.reduce((now, one) => {
    const change = eventChange(now, {
      about,
      type: 'Normal',
      reason: 'Started',
      message: 'Container started',
      component: 'kubelet',
      host: 'a',
      ...one,
    })
    return change === undefined ? now : write(now, [change], 'kubelet/a')
  }, state)
}
const counts = (state: State) => objectsOf(state, 'Event').map(e => e.count)

test('the same words about two containers are two Events', () => {
  const [one, other] = ['spec.containers{one}', 'spec.containers{other}'].map(fieldPath => ({ fieldPath }))
  expect(counts(after(begun(), [one!, other!, one!])).sort()).toEqual([1, 2])
})

test('ten different messages are combined; one message about ten containers is not', () => {
  const messages = Array.from({ length: 10 }, (_, i) => ({ message: `Container ${i} started` }))
  const containers = Array.from({ length: 10 }, (_, i) => ({ fieldPath: `spec.containers{${i}}` }))
  const combined = (state: State) => objectsOf(state, 'Event').filter(e => e.message.startsWith('(combined')).length
  expect([combined(after(begun(), messages)), combined(after(begun(), containers))]).toEqual([1, 0])
})

for (const [version, told] of [
  ['v1.13.0', 25],
  ['v1.35.4', 26],
] as const)
  test(`${version}: who said 25 times what is normal ${told > 25 ? 'may still' : 'may no longer'} warn`, () => {
    const said = [...Array.from({ length: 25 }, () => ({})), {}, { type: 'Warning' as const, reason: 'Failed', message: 'Error' }]
    expect(counts(after(begun(version), said)).reduce((sum: number, n) => sum + (n ?? 1), 0)).toBe(told)
  })
