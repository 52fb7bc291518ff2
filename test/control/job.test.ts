// Jobs: the selector that the server takes for them, and the numbers of an Indexed Job's pods.
import { expect, test } from 'vitest'
import type { Pod } from '../../src/apply/object'
import type { Job, JobSpec } from '../../src/apply/object-workloads'
import { objectsOf, type State } from '../../src/cluster/state'
import { rangesText } from '../../src/control/job-index'
import { containerEnv } from '../../src/control/container-env'
import { put, write } from '../../src/cluster/write'
import { settle } from '../../src/control/settle'
import { cluster, config, template } from './world'

const job = (spec: Partial<JobSpec>): Job => ({
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: { name: 'parts', namespace: 'default' },
  spec: { parallelism: 1, completions: 1, template: template({}, 'part', 'busybox'), ...spec },
})
const run = (spec: Partial<JobSpec>, profile: 'v1.13' | 'v1.35' = 'v1.35'): State => settle(cluster([job(spec)], {}, config(profile)))
const pods = (state: State): readonly Pod[] => objectsOf(state, 'Pod').filter(p => p.metadata.name.startsWith('parts-'))
const only = (state: State): Job => objectsOf(state, 'Job')[0]!

for (const [profile, label, labels] of [
  ['v1.13', 'controller-uid', ['controller-uid', 'job-name']],
  [
    'v1.35',
    'batch.kubernetes.io/controller-uid',
    ['batch.kubernetes.io/controller-uid', 'batch.kubernetes.io/job-name', 'controller-uid', 'job-name'],
  ],
] as const)
  test(`${profile} selects a Job's pods by its uid, and labels them with its name`, () => {
    const state = run({}, profile)
    const { metadata, spec } = only(state)
    expect(spec.selector).toEqual({ matchLabels: { [label]: metadata.uid } })
    const own = pods(state)[0]!.metadata.labels!
    expect(Object.keys(own).sort()).toEqual([...labels])
    expect([own['job-name'], own['controller-uid']]).toEqual(['parts', metadata.uid])
  })

test('a selector of its own stays', () => {
  const selector = { matchLabels: { mine: 'yes' } }
  expect(only(run({ manualSelector: true, selector, template: template({ mine: 'yes' }, 'part', 'busybox') })).spec.selector).toEqual(
    selector,
  )
})

test('each index has one pod, which knows its number', () => {
  const state = run({ completionMode: 'Indexed', completions: 3, parallelism: 2 })
  expect(
    pods(state).map(p => [p.metadata.name.slice(0, 8), p.spec.hostname, p.metadata.labels!['batch.kubernetes.io/job-completion-index']]),
  ).toEqual([
    ['parts-0-', 'parts-0', '0'],
    ['parts-1-', 'parts-1', '1'],
    ['parts-2-', 'parts-2', '2'],
  ])
  expect(containerEnv(state, pods(state)[2]!, 'part').get('JOB_COMPLETION_INDEX')).toBe('2')
  expect(only(state).status).toMatchObject({ succeeded: 3, completedIndexes: '0-2' })
})

test('a suspended Job has not begun, and says so; it goes on when it may', () => {
  const waiting = run({ suspend: true })
  expect(pods(waiting)).toEqual([])
  expect(only(waiting).status).toMatchObject({ conditions: [{ type: 'Suspended', status: 'True', reason: 'JobSuspended' }] })
  expect(only(waiting).status?.startTime).toBeUndefined()
  const going = settle(write(waiting, [put({ ...only(waiting), spec: { ...only(waiting).spec, suspend: false } })], 'kubectl'))
  expect(only(going).status).toMatchObject({ succeeded: 1, conditions: [{ type: 'Suspended', status: 'False' }, {}, { type: 'Complete' }] })
  const told = objectsOf(going, 'Event').filter(e => e.involvedObject.name === 'parts')
  expect(told.map(e => e.reason).sort()).toEqual(['Completed', 'Resumed', 'SuccessfulCreate', 'Suspended'])
})

for (const [indexes, text] of [
  [[], ''],
  [[4], '4'],
  [[1, 0], '0,1'],
  [[0, 1, 2], '0-2'],
  [[7, 0, 1, 2, 5, 6], '0-2,5-7'],
] as const)
  test(`completed indexes ${JSON.stringify(indexes)} are written ${JSON.stringify(text)}`, () => expect(rangesText(indexes)).toBe(text))
