// Jobs: as many pods at a time as parallelism says, until enough have succeeded. Stands for pkg/controller/job. What a Job's process does is not known here:
// it runs for a second and succeeds. Not simulated: failures, finalizers, deadlines.
import type { Condition } from '../apply/object'
import type { Job } from '../apply/object-workloads'
import { timeText } from '../cluster/clock'
import type { Said } from '../cluster/event'
import { keyOf, objectOf, type State } from '../cluster/state'
import { deletionsOf } from '../cluster/store'
import { put, type Change } from '../cluster/write'
import { CONTENT, type Controller, type Sync } from './controller'
import { NO_PINS_TAKEN, newPods } from './new-pod'
import { podsOwnedBy } from './pod-index'
import { isActive, isReady } from './pod-state'
import { indexedPod, indexesLeft, indexOf, rangesText } from './job-index'
import { controllerOf } from './selector'

const BY = 'job-controller'
/** After pods were refused. */
const RETRY_MS = 1000

export const jobs: Controller = {
  name: BY,
  latencyMs: 5,
  watches: ['Job', 'Pod'],
  keys: ({ event: { object } }) => {
    if (object.kind === 'Job') return [keyOf(object)]
    const owner = controllerOf(object)
    return owner?.kind === 'Job' ? [`${object.metadata.namespace}/${owner.name}`] : []
  },
  sync: (state, key) => {
    const job = objectOf(state, 'Job', key)
    return job === undefined || job.metadata.deletionTimestamp !== undefined || isOver(job) ? CONTENT : syncJob(state, job)
  },
}

const isOver = (job: Job): boolean =>
  (job.status?.conditions ?? []).some(c => (c.type === 'Complete' || c.type === 'Failed') && c.status === 'True')

function syncJob(state: State, job: Job): Sync {
  const pods = podsOwnedBy(state, job)
  const active = pods.filter(isActive)
  const succeeded = pods.filter(p => p.status?.phase === 'Succeeded').length
  const wanted = job.spec.completions ?? 1
  const changes: Change[] = []
  const said: Said[] = []
  const event = (reason: string, message: string) => said.push({ about: job, type: 'Normal', reason, message, component: BY })
  const running = job.spec.suspend ? 0 : Math.min(job.spec.parallelism ?? 1, Math.max(0, wanted - succeeded))
  const indexes = job.spec.completionMode === 'Indexed' ? indexesLeft(pods, wanted) : undefined
  const missing = Math.min(running - active.length, indexes?.length ?? wanted)
  const made =
    missing > 0
      ? newPods(state, job, job.spec.template, missing, (pod, n) => (indexes === undefined ? pod : indexedPod(job, pod, indexes[n]!)))
      : NO_PINS_TAKEN
  changes.push(...made.charged)
  for (const message of made.refused)
    said.push({ about: job, type: 'Warning', reason: 'FailedCreate', message: `Error creating: ${message}`, component: BY })
  for (const pod of made.pods) {
    changes.push(put(pod))
    event('SuccessfulCreate', `Created pod: ${pod.metadata.name}`)
  }
  for (const pod of active.slice(running)) {
    changes.push(...deletionsOf(state, pod))
    event('SuccessfulDelete', `Deleted pod: ${pod.metadata.name}`)
  }
  const done = succeeded >= wanted
  if (done) event('Completed', 'Job completed')
  const now = timeText(state)
  const suspension = suspensionOf(job, now)
  if (suspension !== undefined) event(suspension.status === 'True' ? 'Suspended' : 'Resumed', suspension.message!)
  const others = (job.status?.conditions ?? []).filter(c => suspension === undefined || c.type !== suspension.type)
  const conditions = [...others, ...(suspension ? [suspension] : []), ...(done ? completeConditions(now) : [])]
  const status: Job['status'] = {
    ...(active.length === 0 ? {} : { active: active.length }),
    ready: active.filter(isReady).length,
    ...(succeeded === 0 ? {} : { succeeded }),
    ...(indexes === undefined ? {} : { completedIndexes: rangesText(pods.filter(p => p.status?.phase === 'Succeeded').map(indexOf)) }),
    terminating: pods.filter(p => p.metadata.deletionTimestamp !== undefined).length,
    uncountedTerminatedPods: {},
    ...(job.spec.suspend ? {} : { startTime: job.status?.startTime ?? now }),
    ...(done ? { completionTime: now } : {}),
    ...(conditions.length === 0 ? {} : { conditions }),
  }
  changes.push(put({ ...job, status }))
  const again = made.refused.length === 0 ? [] : [{ atMs: state.nowMs + RETRY_MS, patient: true }]
  return { changes, said, facts: made.facts, ...(made.pins ? { pins: made.pins } : {}), again, size: pods.length }
}

/** The condition of a Job that has just been suspended, or goes on. */
function suspensionOf(job: Job, now: string): Condition | undefined {
  const isSuspended = job.spec.suspend === true
  const known = job.status?.conditions?.find(c => c.type === 'Suspended')
  if ((known?.status === 'True') === isSuspended) return undefined
  const why = isSuspended
    ? { status: 'True' as const, reason: 'JobSuspended', message: 'Job suspended' }
    : { status: 'False' as const, reason: 'JobResumed', message: 'Job resumed' }
  const times = { lastTransitionTime: now, lastProbeTime: now }
  return { type: 'Suspended', ...why, ...times }
}

const completeConditions = (now: string): readonly Condition[] =>
  ['SuccessCriteriaMet', 'Complete'].map(type => ({
    type,
    status: 'True',
    reason: 'CompletionsReached',
    message: 'Reached expected number of succeeded pods',
    lastTransitionTime: now,
    lastProbeTime: now,
  }))
