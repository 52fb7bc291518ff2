// PodDisruptionBudgets: what their status counts, and what an eviction and a drain say that they keep a pod from going.
import { describe, expect, test } from 'vitest'
import type { PodDisruptionBudget } from '../../src/apply/object-policy'
import { readStore } from '../../src/apply/store-input'
import { begin } from '../../src/cluster/begin'
import { objectOf, objectsOf, type State } from '../../src/cluster/state'
import { settle } from '../../src/control/settle'
import { runKubectl } from '../../src/view/kubectl/run'
import { errors } from '../apply/decoded'

const CLUSTER = (version: string): string => `
apiVersion: hopspec/v1
kind: Cluster
kubernetesVersion: ${version}
nodes:
  - {name: master, role: control-plane, addresses: [192.168.1.200]}
  - {name: node01, addresses: [192.168.1.201]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 3
  selector: {matchLabels: {app: web}}
  template: {metadata: {labels: {app: web}}, spec: {containers: [{name: c, image: i}]}}
---
apiVersion: v1
kind: Pod
metadata: {name: bare, labels: {app: bare, tier: x}}
spec: {containers: [{name: c, image: i}]}
---
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: agent}
spec:
  selector: {matchLabels: {app: agent}}
  template: {metadata: {labels: {app: agent}}, spec: {containers: [{name: c, image: i}]}}
`
const world = (budgets = '', version = 'v1.35.4'): State =>
  settle(begin(readStore([{ name: 'e.yaml', text: `${CLUSTER(version)}${budgets}` }]), { seed: 1 }))
const budget = (spec: string, name = 'b'): string =>
  `---\napiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: ${name}}\nspec: ${spec}\n`
const run = (state: State, line: string) => runKubectl(state, line.split(' '), { read: () => undefined, stdin: () => '' })
const statusOf = (state: State): PodDisruptionBudget['status'] => objectOf(state, 'PodDisruptionBudget', 'default/b')?.status
const counts = (spec: string, version?: string): readonly (number | undefined)[] => {
  const s = statusOf(world(budget(spec), version))
  return [s?.currentHealthy, s?.desiredHealthy, s?.expectedPods, s?.disruptionsAllowed]
}
const WEB = 'selector: {matchLabels: {app: web}}'

describe('what the status counts: healthy, wanted, expected, allowed', () => {
  for (const [what, spec, of] of [
    ['at least two of three', `{minAvailable: 2, ${WEB}}`, [3, 2, 3, 1]],
    ['more than there are', `{minAvailable: 4, ${WEB}}`, [3, 4, 3, 0]],
    ['half of three, rounded up', `{minAvailable: 50%, ${WEB}}`, [3, 2, 3, 1]],
    ['at most one of three', `{maxUnavailable: 1, ${WEB}}`, [3, 2, 3, 1]],
    ['at most half, rounded up', `{maxUnavailable: 50%, ${WEB}}`, [3, 1, 3, 2]],
    ['at most none', `{maxUnavailable: 0, ${WEB}}`, [3, 3, 3, 0]],
    ['no pods', '{minAvailable: 1, selector: {matchLabels: {app: nobody}}}', [0, 1, 0, 0]],
    ['no selector', '{minAvailable: 1}', [0, 1, 0, 0]],
    ['an empty selector', '{minAvailable: 1, selector: {}}', [5, 1, 5, 4]],
    ['a pod without a controller, by number', '{minAvailable: 1, selector: {matchLabels: {app: bare}}}', [1, 1, 1, 0]],
    ['a pod without a controller, by share', '{maxUnavailable: 50%, selector: {matchLabels: {app: bare}}}', [1, 0, 0, 0]],
  ] as const)
    test(what, () => expect(counts(spec)).toEqual(of))

  test('an empty selector has no pods in old releases', () =>
    expect(counts('{minAvailable: 1, selector: {}}', 'v1.13.0')).toEqual([0, 1, 0, 0]))
})

test('the condition tells whether a pod may go, and it is counted again when one is lost', () => {
  const state = world(budget(`{minAvailable: 2, ${WEB}}`))
  const conditionOf = (s: State) => statusOf(s)?.conditions?.map(c => [c.type, c.status, c.reason])
  expect(conditionOf(state)).toEqual([['DisruptionAllowed', 'True', 'SufficientPods']])
  const fewer = settle(run(state, 'scale deployment web --replicas=2').state)
  expect([statusOf(fewer)?.disruptionsAllowed, conditionOf(fewer)]).toEqual([0, [['DisruptionAllowed', 'False', 'InsufficientPods']]])
})

describe('what the controller says', () => {
  const said = (spec: string): readonly string[] =>
    objectsOf(world(budget(spec)), 'Event').flatMap(e =>
      e.involvedObject.kind === 'PodDisruptionBudget' ? [`${e.reason}: ${e.message}`] : [],
    )
  test('of a budget that has no pods', () => expect(said('{minAvailable: 1}')).toEqual(['NoPods: No matching pods found']))
  test('of pods that nobody controls', () =>
    expect(said('{maxUnavailable: 1, selector: {matchLabels: {tier: x, app: bare}}}')[0]).toBe(
      'UnmanagedPods: Pods selected by this PodDisruptionBudget (selector: &LabelSelector{MatchLabels:map[string]string{app: bare,tier: x,},MatchExpressions:[]LabelSelectorRequirement{},}) were found to be unmanaged. As a result, the status of the PDB cannot be calculated correctly, which may result in undefined behavior. To account for these pods please set ".spec.minAvailable" field of the PDB to an integer value.',
    ))
  test('of pods of a DaemonSet', () =>
    expect(said('{maxUnavailable: 1, selector: {matchLabels: {app: agent}}}')[0]).toBe(
      'CalculateExpectedPodCountFailed: Failed to calculate the number of expected pods: daemonsets.apps does not implement the scale subresource',
    ))
})

describe('a drain', () => {
  const drained = (spec: string, more = '', version?: string) =>
    run(world(budget(spec), version), `drain node01 --ignore-daemonsets --force${more}`)

  test('goes on where the budget lets pods go one after the other', () => {
    const { stdout, stderr, exit } = run(spread(), 'drain node01 --ignore-daemonsets --force')
    expect(exit).toBe(0)
    expect(stderr).toMatch(
      /^error when evicting pods\/"web-[\w-]+" -n "default" \(will retry after 5s\): Cannot evict pod as it would violate the pod's disruption budget\.$/m,
    )
    expect(stdout).toMatch(/node\/node01 drained\n$/)
    expect(stdout.match(/^pod\/web-[\w-]+ evicted$/gm)).toHaveLength(3)
  })

  test('gives up when the time is over, and names what is left', () => {
    const { stdout, stderr, exit } = drained(`{maxUnavailable: 0, ${WEB}}`, ' --timeout=12s')
    expect(exit).toBe(1)
    expect(stdout).not.toContain('drained')
    expect(stderr.match(/Cannot evict pod as it would violate the pod's disruption budget\./g)).toHaveLength(9)
    expect(stderr).toMatch(
      /error: unable to drain node "node01" due to error: \[error when evicting pods\/"web-[\w-]+" -n "default": global timeout reached: 12s, .*\], continuing command\.\.\.\nThere are pending nodes to be drained:\n node01\nerror when evicting pods/,
    )
  })

  test('without a limit is given up too, and says so', () =>
    expect(drained(`{maxUnavailable: 0, ${WEB}}`).stderr).toContain('hopspec: without --timeout this drain would wait for ever'))

  test('with --disable-eviction asks no budget', () => {
    const { stdout, exit } = drained(`{maxUnavailable: 0, ${WEB}}`, ' --disable-eviction')
    expect([exit, stdout.match(/^pod\/web-[\w-]+ deleted$/gm)?.length]).toEqual([0, 3])
  })

  test('of a pod under two budgets fails', () => {
    const state = world(`${budget(`{minAvailable: 1, ${WEB}}`)}${budget(`{minAvailable: 1, ${WEB}}`, 'c')}`)
    expect(run(state, 'drain node01 --ignore-daemonsets --force').stderr).toContain(
      'This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.',
    )
  })

  test('in old words', () =>
    expect(drained(`{maxUnavailable: 0, ${WEB}}`, ' --timeout=2s', 'v1.13.0').stderr).toMatch(
      /^error when evicting pod "web-[\w-]+" \(will retry after 5s\): Cannot evict pod/m,
    ))
})

/** Two nodes that take pods, so that those that are evicted become ready elsewhere. */
const spread = (): State => {
  const text = CLUSTER('v1.35.4').replace('---', '  - {name: node02, addresses: [192.168.1.202]}\n---')
  const cordoned = run(
    settle(begin(readStore([{ name: 'e.yaml', text: text.replace('replicas: 3', 'replicas: 0') }]), { seed: 1 })),
    'cordon node02',
  )
  const full = settle(run(cordoned.state, 'scale deployment web --replicas=3').state)
  const free = run(run(full, 'uncordon node02').state, 'create pdb b --selector=app=web --max-unavailable=1')
  return settle(free.state)
}

describe('a budget that is wrong', () => {
  for (const [spec, says] of [
    [
      '{minAvailable: 1, maxUnavailable: 10%, selector: {matchLabels: {a: b}}}',
      'spec: Invalid value: {"MinAvailable":1,"Selector":{"matchLabels":{"a":"b"}},"MaxUnavailable":"10%","UnhealthyPodEvictionPolicy":null}: minAvailable and maxUnavailable cannot be both set',
    ],
    ['{minAvailable: -1}', 'spec.minAvailable: Invalid value: -1: must be greater than or equal to 0'],
    ['{maxUnavailable: 101%}', 'spec.maxUnavailable: Invalid value: "101%": must not be greater than 100%'],
    [
      '{unhealthyPodEvictionPolicy: Never}',
      'spec.unhealthyPodEvictionPolicy: Unsupported value: "Never": supported values: "AlwaysAllow", "IfHealthyBudget"',
    ],
  ] as const)
    test(spec, () => expect(errors('PodDisruptionBudget', `spec: ${spec}`)).toEqual([says]))
})

test('get and describe', () => {
  const state = world(budget(`{minAvailable: 2, ${WEB}}`))
  expect(run(state, 'get pdb').stdout).toMatch(/^NAME +MIN AVAILABLE +MAX UNAVAILABLE +ALLOWED DISRUPTIONS +AGE\nb +2 +N\/A +1 /)
  expect(run(state, 'describe pdb b --show-events=false').stdout).toBe(
    'Name:           b\nNamespace:      default\nMin available:  2\nSelector:       app=web\nStatus:\n    Allowed disruptions:  1\n    Current:              3\n    Desired:              2\n    Total:                3\n',
  )
})
