// The cells of `kubectl get` for workloads: what makes pods from a template. Stands for the API server's printers/internalversion.
import type { Kinds, PodSpec } from '../../apply/object'
import type { Deployment, CronJob, Job } from '../../apply/object-workloads'
import { timeOf } from '../../cluster/clock'
import type { State } from '../../cluster/state'
import { labelsText, selectorText } from '../../control/selector'
import { age, ageText, durationText } from './age'

type Workload =
  | 'Deployment'
  | 'ReplicaSet'
  | 'ReplicationController'
  | 'StatefulSet'
  | 'DaemonSet'
  | 'ControllerRevision'
  | 'Job'
  | 'CronJob'
  | 'PodTemplate'

export const WORKLOAD_CELLS: { readonly [K in Workload]: (state: State, object: Kinds[K], name: string) => readonly string[] } = {
  Deployment: deploymentCells,
  ReplicaSet: (state, rs, name) => [...counts(name, rs), age(state, rs), ...images(rs.spec.template.spec), selectorText(rs.spec.selector)],
  ReplicationController: (state, rc, name) => [
    ...counts(name, rc),
    age(state, rc),
    ...images(rc.spec.template.spec),
    labelsText(rc.spec.selector),
  ],
  StatefulSet: (state, s, name) => [
    name,
    `${s.status?.readyReplicas ?? 0}/${s.spec.replicas}`,
    age(state, s),
    ...images(s.spec.template.spec),
  ],
  DaemonSet: (state, d, name) => [
    name,
    ...[
      d.status?.desiredNumberScheduled,
      d.status?.currentNumberScheduled,
      d.status?.numberReady,
      d.status?.updatedNumberScheduled,
      d.status?.numberAvailable,
    ].map(n => String(n ?? 0)),
    labelsText(d.spec.template.spec.nodeSelector),
    age(state, d),
    ...images(d.spec.template.spec),
    selectorText(d.spec.selector),
  ],
  ControllerRevision: (state, r, name) => {
    const owner = r.metadata.ownerReferences?.find(o => o.controller)
    const group = owner?.apiVersion.includes('/') ? `.${owner.apiVersion.split('/')[0]}` : ''
    return [name, owner === undefined ? '<none>' : `${owner.kind.toLowerCase()}${group}/${owner.name}`, String(r.revision), age(state, r)]
  },
  Job: jobCells,
  CronJob: cronJobCells,
  PodTemplate: (_state, t, name) => [name, ...images(t.template.spec), labelsText(t.template.metadata?.labels)],
}

const counts = (
  name: string,
  w: { readonly spec: { readonly replicas: number }; readonly status?: { readonly replicas: number; readonly readyReplicas?: number } },
): readonly string[] => [name, String(w.spec.replicas), String(w.status?.replicas ?? 0), String(w.status?.readyReplicas ?? 0)]

const images = (spec: PodSpec): readonly string[] => [
  spec.containers.map(c => c.name).join(','),
  spec.containers.map(c => c.image ?? '').join(','),
]

function deploymentCells(state: State, d: Deployment, name: string): readonly string[] {
  const { status } = d
  return [
    name,
    `${status?.readyReplicas ?? 0}/${d.spec.replicas}`,
    String(status?.updatedReplicas ?? 0),
    String(status?.availableReplicas ?? 0),
    age(state, d),
    ...images(d.spec.template.spec),
    selectorText(d.spec.selector),
  ]
}

function jobCells(state: State, j: Job, name: string): readonly string[] {
  const { completions, parallelism = 0 } = j.spec
  const succeeded = j.status?.succeeded ?? 0
  const done =
    completions !== undefined ? `${succeeded}/${completions}` : parallelism > 1 ? `${succeeded}/1 of ${parallelism}` : `${succeeded}/1`
  return [name, jobStatus(j), done, jobDuration(state, j), age(state, j), ...images(j.spec.template.spec), selectorText(j.spec.selector)]
}

/** The first condition that holds, of these; `Running` when none does. */
function jobStatus(j: Job): string {
  const has = (type: string) => j.status?.conditions?.some(c => c.type === type && c.status === 'True')
  if (has('Complete')) return 'Complete'
  if (has('Failed')) return 'Failed'
  if (j.metadata.deletionTimestamp !== undefined) return 'Terminating'
  if (has('Suspended')) return 'Suspended'
  if (has('FailureTarget')) return 'FailureTarget'
  return has('SuccessCriteriaMet') ? 'SuccessCriteriaMet' : 'Running'
}

function jobDuration(state: State, j: Job): string {
  const from = timeOf(state, j.status?.startTime)
  if (from === undefined) return ''
  return durationText((timeOf(state, j.status?.completionTime) ?? state.nowMs) - from)
}

function cronJobCells(state: State, c: CronJob, name: string): readonly string[] {
  const { spec, status } = c
  return [
    name,
    spec.schedule,
    spec.timeZone ?? '<none>',
    spec.suspend ? 'True' : 'False',
    String(status?.active?.length ?? 0),
    status?.lastScheduleTime === undefined ? '<none>' : ageText(state, status.lastScheduleTime),
    age(state, c),
    ...images(spec.jobTemplate.spec.template.spec),
    selectorText(spec.jobTemplate.spec.selector),
  ]
}
