// LimitRanges: what containers get, what is refused, in the words of a v1.35.4 API server, and what a ReplicaSet says that may make no pods.
import { describe, expect, test } from 'vitest'
import type { Pod } from '../../src/apply/object'
import { readStore } from '../../src/apply/store-input'
import { begin } from '../../src/cluster/begin'
import { objectOf, objectsOf } from '../../src/cluster/state'
import { settle } from '../../src/control/settle'
import { runKubectl } from '../../src/view/kubectl/run'
import { errors, object } from '../apply/decoded'

const RANGE = `
apiVersion: v1
kind: LimitRange
metadata: {name: lr}
spec:
  limits:
    - {type: Container, max: {cpu: "2", memory: 1Gi}, min: {cpu: 100m}, default: {cpu: 500m, memory: 256Mi}, defaultRequest: {cpu: 200m}, maxLimitRequestRatio: {cpu: "4"}}
    - {type: Pod, max: {cpu: "3"}, min: {memory: 10Mi}}
`
const worldOf = (version: string) =>
  settle(
    begin(readStore([{ name: 'e.yaml', text: `apiVersion: hopspec/v1\nkind: Cluster\nkubernetesVersion: ${version}\n---${RANGE}` }]), {
      seed: 1,
    }),
  )
const world = worldOf('v1.35.4')
const create = (state: typeof world, manifest: object) =>
  runKubectl(state, ['create', '-f', '-'], { read: () => undefined, stdin: () => JSON.stringify(manifest) })
const podOf = (containers: readonly object[], more = {}): object => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'p' },
  spec: { containers: containers.map((resources, i) => ({ name: `c${i}`, image: 'i', resources })), ...more },
})

test('a container that says nothing gets the defaults, and the pod tells which', () => {
  const { state } = create(world, podOf([{}, { limits: { cpu: '800m' } }], { initContainers: [{ name: 'i0', image: 'i' }] }))
  const { spec, metadata } = objectOf(state, 'Pod', 'default/p') as Pod
  const given = { limits: { cpu: '500m', memory: '256Mi' }, requests: { cpu: '200m', memory: '256Mi' } }
  expect(spec.initContainers?.[0]?.resources).toEqual(given)
  expect(spec.containers.map(c => c.resources)).toEqual([
    given,
    { limits: { cpu: '800m', memory: '256Mi' }, requests: { cpu: '800m', memory: '256Mi' } },
  ])
  expect(metadata.annotations?.['kubernetes.io/limit-ranger']).toBe(
    'LimitRanger plugin set: cpu, memory request for container c0; cpu, memory limit for container c0; memory request for container c1; memory limit for container c1; cpu, memory request for init container i0; cpu, memory limit for init container i0',
  )
})

describe('what does not fit is refused', () => {
  const forbidden = (why: string): string => `Error from server (Forbidden): error when creating "STDIN": pods "p" is forbidden: ${why}\n`
  for (const [what, containers, says] of [
    ['too much', [{ limits: { cpu: '3' } }], forbidden('maximum cpu usage per Container is 2, but limit is 3')],
    ['too little', [{ limits: { cpu: '50m' } }], forbidden('minimum cpu usage per Container is 100m, but request is 50m')],
    [
      'a request of nothing',
      [{ requests: { cpu: '0' } }],
      forbidden(
        '[minimum cpu usage per Container is 100m, but request is 0, cpu max limit to request ratio per Container is 4, but no request is specified or request is 0]',
      ),
    ],
    [
      'a limit far above the request',
      [{ requests: { cpu: '100m' }, limits: { cpu: '1' } }],
      forbidden('cpu max limit to request ratio per Container is 4, but provided ratio is 10.000000'),
    ],
    [
      'two resources',
      [{ limits: { memory: '2Gi', cpu: '3' } }],
      forbidden('[maximum cpu usage per Container is 2, but limit is 3, maximum memory usage per Container is 1Gi, but limit is 2Gi]'),
    ],
    ['a pod of several', [{ limits: { cpu: '2' } }, { limits: { cpu: '2' } }], forbidden('maximum cpu usage per Pod is 3, but limit is 4')],
    ['a small pod', [{ limits: { memory: '1Mi' } }], forbidden('minimum memory usage per Pod is 10Mi, but request is 1Mi')],
    [
      'more than the default limit',
      [{ requests: { cpu: '3' } }],
      'The Pod "p" is invalid: spec.containers[0].resources.requests: Invalid value: "3": must be less than or equal to cpu limit of 500m\n',
    ],
  ] as const)
    test(what, () => expect(create(world, podOf(containers)).stderr).toBe(says))

  test('with a full stop in old releases', () =>
    expect(create(worldOf('v1.13.0'), podOf([{ limits: { cpu: '3' } }])).stderr).toBe(
      forbidden('maximum cpu usage per Container is 2, but limit is 3.'),
    ))
})

test('a Deployment gets no pod that is too large, and its ReplicaSet says why', () => {
  const made = (resources: object): readonly string[] => {
    const spec = { containers: [{ name: 'c', image: 'i', resources }] }
    const template = { metadata: { labels: { a: 'b' } }, spec }
    const { state } = create(world, {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'web' },
      spec: { selector: { matchLabels: { a: 'b' } }, template },
    })
    return objectsOf(settle(state), 'Event').flatMap(e =>
      e.reason === 'FailedCreate' ? [e.message.replace(/web-[a-z0-9-]+/, 'web-x')] : [],
    )
  }
  expect(made({ limits: { cpu: '3' }, requests: { cpu: '1' } })[0]).toBe(
    'Error creating: pods "web-x" is forbidden: maximum cpu usage per Container is 2, but limit is 3',
  )
  expect(made({ requests: { cpu: '1' } })[0]).toBe(
    'Error creating: Pod "web-x" is invalid: spec.containers[0].resources.requests: Invalid value: "1": must be less than or equal to cpu limit of 500m',
  )
  expect(made({})).toEqual([])
})

test('a limit that is not said is the most, a request is the limit, else the least', () => {
  const { spec } = object('LimitRange', 'spec: {limits: [{type: Container, max: {memory: 1024Mi}, min: {cpu: 50m}, default: {pods: 1}}]}')
  expect(spec).toEqual({
    limits: [
      {
        type: 'Container',
        max: { memory: '1Gi' },
        min: { cpu: '50m' },
        default: { memory: '1Gi', pods: '1' },
        defaultRequest: { cpu: '50m', memory: '1Gi', pods: '1' },
      },
    ],
  })
})

describe('a LimitRange that contradicts itself', () => {
  const at = 'spec.limits[0]'
  for (const [limit, says] of [
    ['type: container', [`${at}.type: Invalid value: "container": must be a standard limit type or fully qualified`]],
    ['type: Pod, default: {cpu: 1}', [`${at}.default: Forbidden: may not be specified when \`type\` is 'Pod'`]],
    [
      'type: PersistentVolumeClaim',
      [`${at}.limits: Required value: either minimum or maximum storage value is required, but neither was provided`],
    ],
    ['type: Pod, min: {cpu: 2}, max: {cpu: 1}', [`${at}.min[cpu]: Invalid value: "2": min value 2 is greater than max value 1`]],
    ['type: Pod, maxLimitRequestRatio: {cpu: 500m}', [`${at}.maxLimitRequestRatio[cpu]: Invalid value: "500m": ratio 500m is less than 1`]],
    [
      'type: Pod, min: {cpu: 1}, max: {cpu: 2}, maxLimitRequestRatio: {cpu: 3}',
      [`${at}.maxLimitRequestRatio[cpu]: Invalid value: "3": ratio 3 is greater than max/min = 2.000000`],
    ],
    [
      'type: Container, max: {pods: 1}',
      ['max', 'default', 'defaultRequest'].map(f => `${at}.${f}[pods]: Invalid value: "pods": must be a standard resource for containers`),
    ],
    [
      'type: Container, default: {a.b/gpu: 2}, defaultRequest: {a.b/gpu: 1}',
      [`${at}.defaultRequest[a.b/gpu]: Invalid value: "1": default value 2 must equal to defaultRequest value 1 in a.b/gpu`],
    ],
  ] as const)
    test(limit, () => expect(errors('LimitRange', `spec: {limits: [{${limit}}]}`)).toEqual(says))
})

test('describe shows the bounds, also with the namespace', () => {
  const run = (line: string) => runKubectl(world, line.split(' '), { read: () => undefined, stdin: () => '' }).stdout
  const rows = [
    'Container   cpu       100m  2    200m             500m           4',
    'Container   memory    -     1Gi  256Mi            256Mi          -',
    'Pod         cpu       -     3    -                -              -',
    'Pod         memory    10Mi  -    -                -              -',
  ]
  expect(run('describe limits lr')).toContain(`${rows.join('\n')}\n`)
  expect(run('describe namespace default').replace(/^ /gm, '').replace(/ +/g, ' ')).toContain(rows.join('\n').replace(/ +/g, ' '))
  expect(run('describe namespace kube-public')).toContain('No LimitRange resource.')
})
