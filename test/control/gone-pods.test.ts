// A pod that is gone leaves the endpoints of its Services, whichever way it went.
import { describe, expect, test } from 'vitest'
import { readStore } from '../../src/apply/store-input'
import { begin } from '../../src/cluster/begin'
import { writesOf } from '../../src/cluster/log'
import { objectOf, objectsOf, type State } from '../../src/cluster/state'
import { passTime, settle } from '../../src/control/settle'
import { runKubectl } from '../../src/view/kubectl/run'

const INPUT = `
apiVersion: hopspec/v1
kind: Cluster
kubernetesVersion: v1.35.4
nodes:
  - {name: master, role: control-plane, addresses: [192.168.1.200], podCIDRs: [10.244.0.0/24]}
  - {name: node-1, addresses: [192.168.1.201], podCIDRs: [10.244.1.0/24]}
---
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: default, labels: {app: web}}
spec: {containers: [{name: c, image: nginx, ports: [{containerPort: 80}]}]}
---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: default}
spec: {selector: {app: web}, ports: [{port: 80}]}
`

const beginning = (): State => passTime(settle(begin(readStore([{ name: 'lab.yaml', text: INPUT }]))), 2000)
const slices = (state: State) => objectsOf(state, 'EndpointSlice').filter(s => s.metadata.name !== 'kubernetes')
const addresses = (state: State): readonly string[] => slices(state).flatMap(s => (s.endpoints ?? []).flatMap(e => e.addresses))
const subsets = (state: State) => objectOf(state, 'Endpoints', 'default/web')?.subsets ?? []

describe('a pod leaves Endpoints and EndpointSlices', () => {
  test.for(['delete pod web', 'delete pod web --force', 'delete pod web --now'])('after `kubectl %s`', words => {
    const before = beginning()
    expect([addresses(before).length, subsets(before).length]).toEqual([1, 1])
    const { state } = runKubectl(before, words.split(' '), { read: () => undefined, stdin: () => '' })
    const after = passTime(state, 5000)
    expect([addresses(after), subsets(after)]).toEqual([[], []])
  })

  test('a forced deletion marks the pod before it removes it', () => {
    const before = beginning()
    const { state } = runKubectl(before, ['delete', 'pod', 'web', '--force'], { read: () => undefined, stdin: () => '' })
    const pod = [...writesOf(state.log, before.log.length)].filter(e => e.object.kind === 'Pod')
    expect(pod.map(e => [e.type, e.object.metadata.deletionGracePeriodSeconds])).toEqual([
      ['MODIFIED', 0],
      ['DELETED', 0],
    ])
  })
})
