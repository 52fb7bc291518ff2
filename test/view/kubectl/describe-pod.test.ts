// `kubectl describe pod`: what stands there besides containers that run.
import { expect, test } from 'vitest'
import { put, write } from '../../../src/cluster/write'
import type { Pod } from '../../../src/apply/object'
import { objectOf } from '../../../src/cluster/state'
import { describePod } from '../../../src/view/kubectl/describe-pod'
import { typing } from './sequence'

const POD = `
apiVersion: v1
kind: Pod
metadata: {name: full, labels: {app: x}}
spec:
  readinessGates: [{conditionType: example.com/gate}]
  topologySpreadConstraints:
  - {maxSkew: 1, topologyKey: zone, whenUnsatisfiable: ScheduleAnyway, labelSelector: {matchLabels: {app: x}}}
  initContainers: [{name: first, image: busybox}]
  containers:
  - name: main
    image: nginx
    resources: {limits: {cpu: 500m}}
    startupProbe: {exec: {command: [cat, /x]}, failureThreshold: 30}
    env:
    - {name: ME, valueFrom: {fieldRef: {fieldPath: metadata.name}}}
    - {name: APP, valueFrom: {fieldRef: {fieldPath: "metadata.labels['app']"}}}
    - {name: CPUS, valueFrom: {resourceFieldRef: {resource: limits.cpu}}}
`
const at = typing(POD)
const text = at.kubectl('describe pod full').replace(/[ \t]+/g, ' ')

for (const [says, part] of [
  ['init containers stand before the others', /Init Containers:\n first:\n(.*\n)*?Containers:\n main:/],
  ['gates and whether they are met', 'Readiness Gates:\n Type Status\n example.com/gate <none> \n'],
  [
    'rules of spreading behind tolerations',
    'Topology Spread Constraints: zone:ScheduleAnyway when max skew 1 is exceeded for selector app=x\n',
  ],
  ['a startup probe', ' Startup: exec [cat /x] delay=0s timeout=1s period=10s #success=1 #failure=30\n'],
  ['fields that kubectl knows by itself', " ME: full (v1:metadata.name)\n APP: (v1:metadata.labels['app'])\n"],
  ['cores, rounded up', ' CPUS: 1 (limits.cpu)\n'],
] as const)
  test(says, () => (typeof part === 'string' ? expect(text).toContain(part) : expect(text).toMatch(part)))

test('a pod that goes says how long it may take', () => {
  const state = at.state()
  const pod = objectOf(state, 'Pod', 'default/full')!
  const going = { ...pod, metadata: { ...pod.metadata, deletionTimestamp: '2030-01-01T00:00:30Z', deletionGracePeriodSeconds: 30 } }
  const after = write(state, [put(going)], 'kubectl')
  expect(describePod(after, objectOf(after, 'Pod', 'default/full') as Pod)).toContain('Termination Grace Period:\t30s\n')
})

test('a container that ended tells how, when, and what ended before it', () => {
  const state = at.state()
  const pod = objectOf(state, 'Pod', 'default/full')!
  const terminated = {
    exitCode: 137,
    reason: 'OOMKilled',
    message: 'too much',
    startedAt: '2026-01-01T00:00:00Z',
    finishedAt: '2026-01-01T00:00:05Z',
  }
  const containerStatuses = [
    { name: 'main', ready: false, restartCount: 2, state: { waiting: { reason: 'CrashLoopBackOff' } }, lastState: { terminated } },
  ]
  const text = describePod(state, {
    ...pod,
    status: { ...pod.status, reason: 'Evicted', containerStatuses } as unknown as NonNullable<Pod['status']>,
  })
  expect(text).toContain('Reason:\tEvicted\n')
  expect(text.replace(/[ \t]+/g, ' ')).toMatch(
    / State: Waiting\n Reason: CrashLoopBackOff\n Last State: Terminated\n Reason: OOMKilled\n Message: too much\n Exit Code: 137\n Started: .*\n Finished: .*\n Ready: False\n Restart Count: 2\n/,
  )
})
