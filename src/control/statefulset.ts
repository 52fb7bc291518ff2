// StatefulSets: pods with names and an order: made from the first to the last, each after the one before is ready, removed and renewed from the last to the first.
// Stands for pkg/controller/statefulset. Not simulated: volume claims, maxUnavailable of updates.
import type { StatefulSet, ControllerRevision } from '../apply/object-workloads'
import type { Pod } from '../apply/object'
import type { Said } from '../cluster/event'
import { keyOf, objectOf, type State } from '../cluster/state'
import { deletionsOf } from '../cluster/store'
import { put, type Change } from '../cluster/write'
import { CONTENT, type Controller, type Facts, type Sync } from './controller'
import { isClosed, namedPod } from './new-pod'
import { podsOwnedBy } from './pod-index'
import { type QuotaDesk, quotaDesk } from './quota'
import { isFinished, isReady } from './pod-state'
import { CONTROL_PROFILES } from './profile'
import { isAvailable } from './replicaset'
import { revisions, templateOf } from './revision'
import { controllerOf, ownerReference } from './selector'
import type { PinnedPod } from '../cluster/state'

const BY = 'statefulset-controller'
const REVISION = 'controller-revision-hash'
/** After a pod was refused. */
const RETRY_MS = 1000

export const statefulSets: Controller = {
  name: BY,
  latencyMs: 5,
  watches: ['StatefulSet', 'Pod'],
  keys: ({ event: { object } }) => {
    if (object.kind === 'StatefulSet') return [keyOf(object)]
    const owner = controllerOf(object)
    return owner?.kind === 'StatefulSet' ? [`${object.metadata.namespace}/${owner.name}`] : []
  },
  sync: (state, key) => {
    const set = objectOf(state, 'StatefulSet', key)
    return set === undefined || set.metadata.deletionTimestamp !== undefined ? CONTENT : syncSet(state, set)
  },
}

type Status = NonNullable<StatefulSet['status']>
type Open<T> = { -readonly [K in keyof T]: T[K] }

interface Work {
  readonly state: State
  readonly set: StatefulSet
  readonly current: ControllerRevision
  readonly update: ControllerRevision
  readonly status: Open<Status>
  readonly changes: Change[]
  readonly said: Said[]
  facts: Facts
  readonly desk: QuotaDesk
  pins: readonly PinnedPod[] | undefined
  /** A quota let a pod not be made. */
  refused: boolean
  /** Something was done, or has to be waited for: nothing more in this sync. */
  stopped: boolean
}

const startOf = (set: StatefulSet): number => set.spec.ordinals?.start ?? 0
const isOrdered = (set: StatefulSet): boolean => set.spec.podManagementPolicy !== 'Parallel'
const ordinalOf = (pod: Pod): number => Number(/-(\d+)$/.exec(pod.metadata.name)?.[1] ?? -1)
const isGoing = (pod: Pod): boolean => pod.metadata.deletionTimestamp !== undefined
const isHealthy = (pod: Pod): boolean => pod.status?.phase === 'Running' && isReady(pod) && !isGoing(pod)

function syncSet(state: State, set: StatefulSet): Sync {
  const { current, update, changes } = revisions(state, set, set.status?.currentRevision)
  const pods = podsOwnedBy(state, set)
  const byOrdinal = new Map(pods.map(pod => [ordinalOf(pod), pod]))
  const work: Work = {
    state,
    set,
    current,
    update,
    status: countsOf(state, set, pods, current, update),
    changes: [...changes],
    said: [],
    facts: {},
    desk: quotaDesk(state, set.metadata.namespace),
    pins: undefined,
    refused: false,
    stopped: false,
  }
  const first = startOf(set)
  const wanted = Array.from({ length: set.spec.replicas }, (_, i) => first + i)
  const condemned = pods
    .filter(p => ordinalOf(p) < first || ordinalOf(p) >= first + set.spec.replicas)
    .sort((a, b) => ordinalOf(b) - ordinalOf(a))
  for (const ordinal of wanted) if (!work.stopped) replica(work, ordinal, byOrdinal.get(ordinal))
  for (const pod of condemned) if (!work.stopped) condemn(work, pod, [...wanted.map(o => byOrdinal.get(o)), ...condemned])
  if (!work.stopped && set.spec.updateStrategy.type !== 'OnDelete')
    renew(
      work,
      wanted.map(o => byOrdinal.get(o)),
    )
  completeRollout(work)
  work.changes.push(put({ ...set, status: work.status }))
  const again = work.refused ? [{ atMs: state.nowMs + RETRY_MS, patient: true }] : []
  return { changes: work.changes, said: work.said, facts: work.facts, ...(work.pins ? { pins: work.pins } : {}), again, size: pods.length }
}

function countsOf(
  state: State,
  set: StatefulSet,
  pods: readonly Pod[],
  current: ControllerRevision,
  update: ControllerRevision,
): Open<Status> {
  const ready = pods.filter(p => p.status?.phase === 'Running' && isReady(p))
  const staying = pods.filter(p => !isGoing(p))
  const of = (revision: ControllerRevision) => staying.filter(p => p.metadata.labels?.[REVISION] === revision.metadata.name).length
  const nonZero = (name: keyof Status, n: number) => (n === 0 ? {} : { [name]: n })
  return {
    observedGeneration: set.metadata.generation ?? 1,
    replicas: pods.length,
    ...nonZero('readyReplicas', ready.length),
    ...nonZero('currentReplicas', of(current)),
    ...nonZero('updatedReplicas', of(update)),
    currentRevision: current.metadata.name,
    updateRevision: update.metadata.name,
    collisionCount: set.status?.collisionCount ?? 0,
    availableReplicas: ready.filter(p => isAvailable(state, p, set.spec.minReadySeconds ?? 0)).length,
  }
}

const event = (work: Work, reason: string, message: string): void =>
  void work.said.push({ about: work.set, type: 'Normal', reason, message, component: BY })

/** One pod that is to be there: made where it is not; an ordered set waits for it. */
function replica(work: Work, ordinal: number, pod: Pod | undefined): void {
  if (pod !== undefined && isFinished(pod)) {
    remove(work, pod)
    work.stopped = isOrdered(work.set)
    return
  }
  if (pod === undefined && isClosed(work.state, work.set.metadata.namespace)) {
    work.stopped = true
    return
  }
  if (pod === undefined) {
    const made = namedPod({ ...work.state, pins: work.pins ?? work.state.pins }, work.set, podOf(work, ordinal), work.desk)
    work.changes.push(...made.charged, ...made.pods.map(put))
    Object.assign(work.facts, made.facts)
    if (made.pins) work.pins = made.pins
    if (made.refused.length > 0) {
      const name = `${work.set.metadata.name}-${ordinal}`
      const message = `create Pod ${name} in StatefulSet ${work.set.metadata.name} failed error: ${made.refused[0]}`
      work.said.push({ about: work.set, type: 'Warning', reason: 'FailedCreate', message, component: BY })
      work.refused = true
      work.stopped = true
      return
    }
    const { created } = CONTROL_PROFILES[work.state.config.profile].stateful
    event(work, 'SuccessfulCreate', created(`${work.set.metadata.name}-${ordinal}`, work.set.metadata.name))
    work.stopped = isOrdered(work.set)
    return
  }
  if (isOrdered(work.set) && !(isHealthy(pod) && isAvailable(work.state, pod, work.set.spec.minReadySeconds ?? 0))) work.stopped = true
}

/** Whether an ordinal is still to have the former template. */
function isOfCurrent({ set }: Work, ordinal: number): boolean {
  if (set.spec.updateStrategy.type !== 'RollingUpdate') return false
  const { rollingUpdate } = set.spec.updateStrategy
  const kept = rollingUpdate === undefined ? (set.status?.currentReplicas ?? 0) : (rollingUpdate.partition ?? 0)
  return ordinal < startOf(set) + kept
}

function podOf(work: Work, ordinal: number): Pod {
  const { set, current, update, state } = work
  const revision = isOfCurrent(work, ordinal) ? current : update
  const template = revision === update ? set.spec.template : templateOf(revision)
  const name = `${set.metadata.name}-${ordinal}`
  const index: Record<string, string> = CONTROL_PROFILES[state.config.profile].stateful.podIndex
    ? { 'apps.kubernetes.io/pod-index': String(ordinal) }
    : {}
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      generateName: `${set.metadata.name}-`,
      namespace: set.metadata.namespace!,
      labels: { ...template.metadata?.labels, ...index, [REVISION]: revision.metadata.name, 'statefulset.kubernetes.io/pod-name': name },
      ...(template.metadata?.annotations === undefined ? {} : { annotations: template.metadata.annotations }),
      ownerReferences: [ownerReference(set)],
    },
    spec: { ...template.spec, hostname: name, ...(set.spec.serviceName ? { subdomain: set.spec.serviceName } : {}) },
    status: { phase: 'Pending' },
  }
}

function remove(work: Work, pod: Pod): void {
  work.changes.push(...deletionsOf(work.state, pod))
  const { deleted } = CONTROL_PROFILES[work.state.config.profile].stateful
  event(work, 'SuccessfulDelete', deleted(pod.metadata.name, work.set.metadata.name))
}

/** One pod beyond the wanted: an ordered set removes one after the other, and only while nobody else is unwell. */
function condemn(work: Work, pod: Pod, all: readonly (Pod | undefined)[]): void {
  const ordered = isOrdered(work.set)
  if (isGoing(pod)) {
    work.stopped = ordered
    return
  }
  const unwell = all.find(p => p !== undefined && !isHealthy(p))
  if (ordered && !isHealthy(pod) && unwell !== pod) {
    work.stopped = true
    return
  }
  remove(work, pod)
  lessOf(work, pod)
  work.stopped = ordered
}

/** A pod that is being removed counts as gone at once. */
function lessOf({ status, current, update }: Work, pod: Pod): void {
  const revision = pod.metadata.labels?.[REVISION]
  const set = (name: 'currentReplicas' | 'updatedReplicas') => {
    const left = (status[name] ?? 0) - 1
    if (left > 0) status[name] = left
    else delete status[name]
  }
  if (revision === current.metadata.name) set('currentReplicas')
  if (revision === update.metadata.name) set('updatedReplicas')
}

/** Pods of a former template are removed from the last to the partition, each after the one behind is well again. */
function renew(work: Work, replicas: readonly (Pod | undefined)[]): void {
  const partition = work.set.spec.updateStrategy.rollingUpdate?.partition ?? 0
  for (let i = replicas.length - 1; i >= partition; i--) {
    const pod = replicas[i]
    if (pod === undefined) return
    if (pod.metadata.labels?.[REVISION] !== work.update.metadata.name && !isGoing(pod)) {
      remove(work, pod)
      lessOf(work, pod)
      return
    }
    if (!isHealthy(pod)) return
  }
}

/** Once every pod is of the new template, that is the current one. */
function completeRollout({ set, status, update }: Work): void {
  const all = status.updatedReplicas === status.replicas && status.readyReplicas === status.replicas
  if (set.spec.updateStrategy.type !== 'RollingUpdate' || !all || (set.spec.updateStrategy.rollingUpdate?.partition ?? 0) > 0) return
  if (status.updatedReplicas !== undefined) status.currentReplicas = status.updatedReplicas
  status.currentRevision = update.metadata.name
}
