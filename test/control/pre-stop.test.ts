// How long a deleted pod stays: its preStop hook, then its processes, within the grace.
import { describe, expect, test } from 'vitest'
import type { Pod } from '../../src/apply/object'
import { readStore } from '../../src/apply/store-input'
import { begin } from '../../src/cluster/begin'
import { objectOf, objectsOf } from '../../src/cluster/state'
import { slicesOf } from '../../src/control/endpoint-slices'
import { endingSeconds } from '../../src/control/pre-stop'
import { passTime, settle } from '../../src/control/settle'
import { atOnce } from '../../src/view/kubectl/passing'
import { runKubectl } from '../../src/view/kubectl/run'

const pod = (...hooks: readonly (object | undefined)[]): Pod =>
  ({
    spec: { containers: hooks.map((preStop, i) => ({ name: `c${i}`, ...(preStop ? { lifecycle: { preStop } } : {}) })) },
  }) as unknown as Pod
const exec = (...command: readonly string[]) => ({ exec: { command } })

describe('seconds from the deletion to the end', () => {
  const rows = [
    { name: 'without a hook', of: pod(undefined), grace: 30, stop: 1, ends: 1 },
    { name: 'processes that take longer than the grace', of: pod(undefined), grace: 5, stop: 9, ends: 5 },
    { name: 'a sleep before', of: pod({ sleep: { seconds: 10 } }), grace: 30, stop: 1, ends: 11 },
    { name: 'the sleep of a command', of: pod(exec('sleep', '7')), grace: 30, stop: 1, ends: 8 },
    { name: 'the sleep in a shell', of: pod(exec('/bin/sh', '-c', 'nginx -s quit; sleep 15')), grace: 30, stop: 1, ends: 16 },
    { name: 'any other command', of: pod(exec('/drain.sh', '--sleeping')), grace: 30, stop: 1, ends: 1 },
    { name: 'a hook as long as the grace: two more seconds at most', of: pod({ sleep: { seconds: 30 } }), grace: 30, stop: 9, ends: 32 },
    { name: 'a hook that is longer than the grace', of: pod(exec('sleep', '99')), grace: 20, stop: 1, ends: 21 },
    {
      name: 'the slowest container',
      of: pod({ sleep: { seconds: 3 } }, undefined, { sleep: { seconds: 8 } }),
      grace: 30,
      stop: 1,
      ends: 9,
    },
    { name: 'no grace, no hook', of: pod({ sleep: { seconds: 3 } }), grace: 0, stop: 1, ends: 0 },
  ]
  for (const { name, of, grace, stop, ends } of rows) test(name, () => expect(endingSeconds(of, grace, stop)).toBe(ends))
})

test('while its hook sleeps a pod is no endpoint for new connections, serves the old ones, and is said to be killed once', () => {
  const text = `
apiVersion: hopspec/v1
kind: Cluster
kubernetesVersion: v1.35.4
nodes: [{name: node01, addresses: [192.168.1.201]}]
---
{apiVersion: v1, kind: Pod, metadata: {name: web, labels: {app: web}}, spec: {nodeName: node01, containers: [{name: web, image: web, lifecycle: {preStop: {sleep: {seconds: 10}}}}]}}
---
{apiVersion: v1, kind: Service, metadata: {name: web}, spec: {selector: {app: web}, ports: [{port: 80}]}}
`
  const state = settle(begin(readStore([{ name: 'a.yaml', text }]), { seed: 1 }))
  const deleted = runKubectl(state, ['delete', 'pod', 'web', '--wait=false'], { read: () => undefined, stdin: () => '' }, atOnce).state
  const during = passTime(deleted, 9000)
  expect(slicesOf(during, 'default/web')[0]!.endpoints![0]!.conditions).toEqual({ ready: false, serving: true, terminating: true })
  expect(objectsOf(during, 'Event').filter(e => e.reason === 'Killing')).toHaveLength(1)
  expect(objectOf(passTime(during, 4000), 'Pod', 'default/web')).toBeUndefined()
})
