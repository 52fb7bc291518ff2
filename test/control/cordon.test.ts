// Nodes that take no new pods, pods that no node takes, and what is told of both.
import { expect, test } from 'vitest'
import type { Pod } from '../../src/apply/object'
import { writesOf } from '../../src/cluster/log'
import { objectOf, objectsOf } from '../../src/cluster/state'
import { put, write } from '../../src/cluster/write'
import { settle } from '../../src/control/settle'
import { cluster, config, deployment, template } from './world'
import { rows, type Typed, typing } from '../view/kubectl/sequence'

const pod = (name: string, spec: string): string =>
  `{apiVersion: v1, kind: Pod, metadata: {name: ${name}}, spec: {${spec}, containers: [{name: c, image: nginx}]}}`
const taints = (at: Typed, node: string) => (objectOf(at.state(), 'Node', node)!.spec?.taints ?? []).map(t => `${t.key}:${t.effect}`)

test('a cordoned node has a taint, which goes with the cordon', () => {
  const at = typing()
  at.kubectl('cordon node-1')
  expect(taints(at, 'node-1')).toEqual(['node.kubernetes.io/unschedulable:NoSchedule'])
  at.kubectl('uncordon node-1')
  expect(taints(at, 'node-1')).toEqual([])
})

test('a drained pod says that the API evicted it', () => {
  const at = typing(pod('one', 'nodeName: node-1'))
  at.kubectl('drain node-1 --force')
  const said = [...writesOf(at.state().log)].flatMap(e => (e.object.kind === 'Pod' ? ((e.object as Pod).status?.conditions ?? []) : []))
  expect(said.find(c => c.type === 'DisruptionTarget')).toMatchObject({
    reason: 'EvictionByEvictionAPI',
    message: 'Eviction API: evicting',
  })
})

test('a pod of another scheduler waits for that one, and nothing is told of it', () => {
  const at = typing()
  at.kubectl('create -f -', pod('other', 'schedulerName: mine'))
  expect(rows(at.kubectl('get pods'), 3)).toEqual(['other 0/1 Pending'])
  expect(at.kubectl('describe pod other')).toContain('Events:                      <none>')
})

test('a pin does not place a pod that no node takes', () => {
  const world = cluster([deployment('web', 1, template({ app: 'web' }, 'web', 'nginx:1'))], { pins: [PIN] }, config('v1.35'))
  const closed = write(
    world,
    objectsOf(world, 'Node').map(n => put({ ...n, spec: { ...n.spec, unschedulable: true } })),
    'kubectl',
  )
  const waiting = settle(closed)
  expect(objectsOf(waiting, 'Pod').map(p => p.spec.nodeName)).toEqual([undefined])
  const open = write(
    waiting,
    objectsOf(waiting, 'Node').map(n => put({ ...n, spec: { ...n.spec, unschedulable: false } })),
    'kubectl',
  )
  expect(objectsOf(settle(open), 'Pod').map(p => p.spec.nodeName)).toEqual(['node02'])
})
const PIN = { namespace: 'default', of: 'deployment/web', name: null, node: 'node02', ip: null }

test('a pod for which there is no room is told so again when another one leaves', () => {
  const at = typing(pod('there', 'nodeName: node-1'))
  at.kubectl(
    'create -f -',
    pod('big', 'x: 1').replace('image: nginx', 'image: nginx, resources: {requests: {cpu: "400"}}').replace('x: 1, ', ''),
  )
  const told = () => objectsOf(at.state(), 'Event').filter(e => (e as unknown as { reason: string }).reason === 'FailedScheduling').length
  expect(told()).toBe(1)
  at.kubectl('delete pod there')
  expect(told()).toBe(2)
})

test('a Deployment that has the name of one before is not told what happened to that one', () => {
  const web =
    '{apiVersion: apps/v1, kind: Deployment, metadata: {name: web}, spec: {selector: {matchLabels: {app: web}}, template: {metadata: {labels: {app: web}}, spec: {containers: [{name: c, image: nginx}]}}}}'
  const at = typing()
  at.kubectl('create -f -', web)
  at.kubectl('delete deploy web --cascade=orphan')
  at.kubectl('create -f -', web)
  expect(at.kubectl('describe deploy web')).toContain('Events:          <none>')
})
