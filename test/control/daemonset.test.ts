// A DaemonSet's new template reaches its nodes: within maxUnavailable or, with maxSurge, beside the old pods.
import { describe, expect, test } from 'vitest'
import { renewal } from '../../src/control/daemon-renewal'
import type { DaemonSet } from '../../src/apply/object-workloads'
import { rows, typing } from '../view/kubectl/sequence'

const daemons = (strategy: string): string => `
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: agent}
spec:
  updateStrategy: ${strategy}
  selector: {matchLabels: {app: agent}}
  template:
    metadata: {labels: {app: agent}}
    spec: {containers: [{name: c, image: "agent:1"}]}
`
for (const strategy of ['{rollingUpdate: {maxSurge: 1, maxUnavailable: 0}}', '{rollingUpdate: {maxUnavailable: 1}}'])
  test(`${strategy}: every node has one pod of the new template at the end`, () => {
    const at = typing(daemons(strategy))
    at.kubectl('set image ds/agent c=agent:2')
    expect(rows(at.kubectl('get ds'), 6)).toEqual(['agent 2 2 2 2 2'])
    expect(at.kubectl(`get pods -o 'jsonpath={.items[*].spec.containers[0].image}'`)).toBe('agent:2 agent:2')
  })

describe('one step of a renewal', () => {
  const set = (rollingUpdate: object) => ({ spec: { updateStrategy: { type: 'RollingUpdate', rollingUpdate } } }) as unknown as DaemonSet
  const pod = (name: string) => ({ metadata: { name } }) as never
  const node = (name: string, fresh: readonly string[], old: readonly string[]) => ({
    node: name,
    fresh: fresh.map(pod),
    old: old.map(pod),
  })
  const isWell = (p: { metadata: { name: string } }) => !p.metadata.name.endsWith('ill')
  const names = (pods: readonly { metadata: { name: string } }[]) => pods.map(p => p.metadata.name)

  for (const { says, limits, nodes, remove, create } of [
    {
      says: 'a pod at a time goes',
      limits: { maxUnavailable: 1 },
      nodes: [node('a', [], ['o1']), node('b', [], ['o2'])],
      remove: ['o1'],
      create: [],
    },
    {
      says: 'one that is ill goes whatever the limit',
      limits: { maxUnavailable: 1 },
      nodes: [node('a', [], ['o1-ill']), node('b', [], ['o2'])],
      remove: ['o1-ill'],
      create: [],
    },
    {
      says: 'a new pod comes beside one old one',
      limits: { maxSurge: 1 },
      nodes: [node('a', [], ['o1']), node('b', [], ['o2'])],
      remove: [],
      create: ['a'],
    },
    {
      says: 'none comes while the last one is not ready',
      limits: { maxSurge: 1 },
      nodes: [node('a', ['n1-ill'], ['o1']), node('b', [], ['o2'])],
      remove: [],
      create: [],
    },
    {
      says: 'the old one goes when the new one is ready, and the next comes',
      limits: { maxSurge: '50%' },
      nodes: [node('a', ['n1'], ['o1']), node('b', [], ['o2'])],
      remove: ['o1'],
      create: ['b'],
    },
  ])
    test(says, () => {
      const step = renewal(set(limits), nodes, isWell)
      expect({ remove: names(step.remove), create: step.create }).toEqual({ remove, create })
    })
})
