// `kubectl describe` of StatefulSets, DaemonSets, Jobs and CronJobs.
import type { KubeObject } from '../../apply/object'
import type { CronJob, DaemonSet, Job, StatefulSet } from '../../apply/object-workloads'
import { timeOf } from '../../cluster/clock'
import type { State } from '../../cluster/state'
import { podsOwnedBy } from '../../control/pod-index'
import { labelsText, selectorText } from '../../control/selector'
import { durationText } from './age'
import { annotationLines, controlledBy, eventLines, labelLines, longTime } from './describe-parts'
import { templateLines } from './describe-workload'

/** `3 Running / 0 Waiting / 0 Succeeded / 0 Failed`. */
function podCounts(state: State, owner: KubeObject): string {
  const pods = podsOwnedBy(state, owner)
  const count = (phase: string) => pods.filter(p => (p.status?.phase ?? 'Pending') === phase).length
  return `${count('Running')} Running / ${count('Pending')} Waiting / ${count('Succeeded')} Succeeded / ${count('Failed')} Failed`
}

const head = (o: KubeObject): string => `Name:\t${o.metadata.name}\nNamespace:\t${o.metadata.namespace}\n`
const notes = (state: State, o: KubeObject): string =>
  `${labelLines('Labels', o.metadata.labels)}${annotationLines(state, o.metadata.annotations)}`

export function describeStatefulSet(state: State, s: StatefulSet): string {
  const { updateStrategy, replicas, selector } = s.spec
  const partition = updateStrategy.rollingUpdate?.partition
  const claims = s.spec.volumeClaimTemplates ?? []
  return [
    head(s),
    `CreationTimestamp:\t${longTime(state, s.metadata.creationTimestamp)}\nSelector:\t${selectorText(selector)}\n`,
    notes(state, s),
    `Replicas:\t${replicas} desired | ${s.status?.replicas ?? 0} total\nUpdate Strategy:\t${updateStrategy.type}\n`,
    partition === undefined ? '' : `  Partition:\t${partition}\n`,
    `Pods Status:\t${podCounts(state, s)}\n`,
    templateLines(state, s.spec.template),
    claims.length === 0 ? 'Volume Claims:\t<none>\n' : `Volume Claims:\n${claims.map(c => claimLines(state, c)).join('')}`,
    eventLines(state, s),
  ].join('')
}

function claimLines(state: State, claim: { readonly metadata: KubeObject['metadata']; readonly spec?: unknown }): string {
  const spec = (claim.spec ?? {}) as {
    storageClassName?: string
    accessModes?: readonly string[]
    resources?: { requests?: { storage?: string } }
  }
  const { labels, annotations } = claim.metadata
  return [
    `  Name:\t${claim.metadata.name}\n  StorageClass:\t${spec.storageClassName ?? ''}\n`,
    labelLines('  Labels', labels),
    annotationLines(state, annotations, '  Annotations'),
    `  Capacity:\t${spec.resources?.requests?.storage ?? '<default>'}\n  Access Modes:\t[${(spec.accessModes ?? []).join(' ')}]\n`,
  ].join('')
}

export function describeDaemonSet(state: State, d: DaemonSet): string {
  const s = d.status
  return [
    head(d),
    `Selector:\t${selectorText(d.spec.selector)}\nNode-Selector:\t${labelsText(d.spec.template.spec.nodeSelector)}\n`,
    notes(state, d),
    `Desired Number of Nodes Scheduled: ${s?.desiredNumberScheduled ?? 0}\nCurrent Number of Nodes Scheduled: ${s?.currentNumberScheduled ?? 0}\n`,
    `Number of Nodes Scheduled with Up-to-date Pods: ${s?.updatedNumberScheduled ?? 0}\n`,
    `Number of Nodes Scheduled with Available Pods: ${s?.numberAvailable ?? 0}\nNumber of Nodes Misscheduled: ${s?.numberMisscheduled ?? 0}\n`,
    `Pods Status:\t${podCounts(state, d)}\n`,
    templateLines(state, d.spec.template),
    eventLines(state, d),
  ].join('')
}

export function describeJob(state: State, j: Job): string {
  const { spec, status = {} } = j
  const started = timeOf(state, status.startTime)
  const ended = timeOf(state, status.completionTime)
  return [
    head(j),
    `Selector:\t${selectorText(spec.selector)}\n`,
    notes(state, j),
    controlledBy(j),
    `Parallelism:\t${spec.parallelism ?? 1}\nCompletions:\t${spec.completions ?? '<unset>'}\nCompletion Mode:\t${spec.completionMode ?? 'NonIndexed'}\n`,
    `Suspend:\t${spec.suspend ?? false}\nBackoff Limit:\t${spec.backoffLimit ?? 6}\n`,
    spec.ttlSecondsAfterFinished === undefined ? '' : `TTL Seconds After Finished:\t${spec.ttlSecondsAfterFinished}\n`,
    started === undefined ? '' : `Start Time:\t${longTime(state, status.startTime)}\n`,
    ended === undefined ? '' : `Completed At:\t${longTime(state, status.completionTime)}\n`,
    started === undefined || ended === undefined ? '' : `Duration:\t${durationText(ended - started)}\n`,
    spec.activeDeadlineSeconds === undefined ? '' : `Active Deadline Seconds:\t${spec.activeDeadlineSeconds}s\n`,
    `Pods Statuses:\t${status.active ?? 0} Active (${status.ready ?? 0} Ready) / ${status.succeeded ?? 0} Succeeded / ${status.failed ?? 0} Failed\n`,
    spec.completionMode === 'Indexed' ? `Completed Indexes:\t${status.completedIndexes || '<none>'}\n` : '',
    templateLines(state, spec.template),
    eventLines(state, j),
  ].join('')
}

export function describeCronJob(state: State, c: CronJob): string {
  const { spec, status } = c
  const jobs = spec.jobTemplate.spec
  const active = (status?.active ?? []).map(r => r.name).join(', ')
  return [
    head(c),
    notes(state, c),
    `Schedule:\t${spec.schedule}\nConcurrency Policy:\t${spec.concurrencyPolicy}\nSuspend:\t${spec.suspend ? 'True' : 'False'}\n`,
    `Successful Job History Limit:\t${spec.successfulJobsHistoryLimit ?? '<unset>'}\nFailed Job History Limit:\t${spec.failedJobsHistoryLimit ?? '<unset>'}\n`,
    `Starting Deadline Seconds:\t${spec.startingDeadlineSeconds === undefined ? '<unset>' : `${spec.startingDeadlineSeconds}s`}\n`,
    `Selector:\t${jobs.selector === undefined ? '<unset>' : selectorText(jobs.selector)}\n`,
    `Parallelism:\t${jobs.parallelism ?? '<unset>'}\nCompletions:\t${jobs.completions ?? '<unset>'}\n`,
    templateLines(state, jobs.template),
    `Last Schedule Time:\t${status?.lastScheduleTime === undefined ? '<unset>' : longTime(state, status.lastScheduleTime)}\n`,
    `Active Jobs:\t${active === '' ? '<none>' : active}\n`,
    eventLines(state, c),
  ].join('')
}
