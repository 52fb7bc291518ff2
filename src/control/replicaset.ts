// ReplicaSets and ReplicationControllers: as many pods as wanted, made from the template, adopted when they match. Stands for pkg/controller/replicaset (RC is its adapter).
// Not simulated: slow start and back-off on refusals.
import type { Pod, ReplicaSet, ReplicationController } from '../apply/object'
import { problem } from '../error'
import { remember, timeOf } from '../cluster/clock'
import { recordEvents, type Said } from '../cluster/event'
import { keyOf, objectsOf, type State } from '../cluster/state'
import { deletionOf, namerOf, type Namer } from '../cluster/store'
import { put, write, type Change } from '../cluster/write'
import type { Controller } from './controller'
import { takePin } from './pin'
import { isActive, isReady, conditionOf } from './pod-state'
import { CONTROL_PROFILES } from './profile'
import { controllerOf, matchesMap, matchesSelector, ownerReference, podsOwnedBy, podsSelectedBy } from './selector'
import { admittedPod, podFromTemplate } from './template'
import { victims } from './victim'

type Workload = ReplicaSet | ReplicationController

const component = (w: Workload) => (w.kind === 'ReplicaSet' ? 'replicaset-controller' : 'replication-controller')

export const replicaSets: Controller = {
  name: 'replicaset-controller',
  reads: ['ReplicaSet', 'Pod', 'Namespace'],
  run: state => run(state, objectsOf(state, 'ReplicaSet')),
}

export const replicationControllers: Controller = {
  name: 'replication-controller',
  reads: ['ReplicationController', 'Pod', 'Namespace'],
  run: state => run(state, objectsOf(state, 'ReplicationController')),
}

function run(state: State, workloads: readonly Workload[]): State {
  const first = workloads[0]
  if (first === undefined) return state
  let now = state
  const changes: Change[] = []
  const namer = namerOf(state)
  const said: Said[] = []
  const waits: Record<string, number | undefined> = {}
  for (const w of workloads) {
    if (w.metadata.deletionTimestamp !== undefined) continue
    const adopted = orphansOf(state, w)
    for (const pod of adopted)
      changes.push(
        put({ ...pod, metadata: { ...pod.metadata, ownerReferences: [...(pod.metadata.ownerReferences ?? []), ownerReference(w)] } }),
      )
    const owned = [...podsOwnedBy(state, w), ...adopted]
    const active = owned.filter(isActive)
    const missing = wantedOf(state, w) - active.length
    for (let i = 0; i < missing; i++) {
      const made = newPod(now, namer, w)
      now = made.state
      changes.push(put(made.pod))
      said.push(event(w, 'SuccessfulCreate', `Created pod: ${made.pod.metadata.name}`))
    }
    for (const pod of missing < 0 ? victims(state, active, -missing) : []) {
      const change = deletionOf(state, pod)
      if (change !== undefined) changes.push(change)
      said.push(event(w, 'SuccessfulDelete', `Deleted pod: ${pod.metadata.name}`))
    }
    if (w.spec.minReadySeconds) Object.assign(waits, availabilityTimers(state, owned, w.spec.minReadySeconds))
    changes.push(put(withStatus(state, w, owned)))
  }
  return recordEvents(write(remember(now, { ...waits, ...namer.facts() }), changes, component(first)), said)
}

/** How many pods of one workload are followed; more would take minutes. */
const MAX_REPLICAS = 10_000

function wantedOf(state: State, w: Workload): number {
  const replicas = w.spec.replicas ?? 1
  if (replicas <= MAX_REPLICAS) return replicas
  const owner = controllerOf(w)
  const place = state.places.get(owner ? `${owner.kind} ${w.metadata.namespace}/${owner.name}` : `${w.kind} ${keyOf(w)}`)
  throw problem('NOT_MODELLED', `${w.kind} ${keyOf(w)} wants ${replicas} pods; hopspec follows up to ${MAX_REPLICAS} of one workload.`, {
    ...(place ? { place } : {}),
    fix: "Write fewer 'replicas'; packets go the same ways.",
  })
}

const event = (w: Workload, reason: string, message: string): Said => ({
  about: w,
  type: 'Normal',
  reason,
  message,
  component: component(w),
})

const selects = (w: Workload, pod: Pod): boolean =>
  w.kind === 'ReplicaSet' ? matchesSelector(w.spec.selector, pod.metadata.labels) : matchesMap(w.spec.selector, pod.metadata.labels)

/** Active pods that match and that nobody controls. */
function orphansOf(state: State, w: Workload): readonly Pod[] {
  const labels = w.kind === 'ReplicaSet' ? w.spec.selector.matchLabels : w.spec.selector
  return podsSelectedBy(state, w.metadata.namespace, labels).filter(
    pod => controllerOf(pod) === undefined && isActive(pod) && selects(w, pod),
  )
}

/** A new pod with its name: the one a scenario pinned, else a generated one. */
function newPod(state: State, namer: Namer, w: Workload): { readonly state: State; readonly pod: Pod } {
  const bare = podFromTemplate(w, w.spec.template)
  const pinned = takePin(state, w)
  const named = pinned.name === null ? namer.name(bare) : { ...bare, metadata: { ...bare.metadata, name: pinned.name } }
  const pod = admittedPod(state, named)
  return { state: pinned.remember(pinned.state, pod.metadata.name), pod }
}

/** status as the controller counts it: replicas, ready, available (ready for minReadySeconds). */
function withStatus<W extends Workload>(state: State, w: W, owned: readonly Pod[]): W {
  const active = owned.filter(isActive)
  const ready = active.filter(isReady)
  const available = ready.filter(pod => isAvailable(state, pod, w.spec.minReadySeconds ?? 0)).length
  const labelled = active.filter(pod => matchesMap(w.spec.template.metadata?.labels, pod.metadata.labels)).length
  const going = owned.filter(pod => pod.metadata.deletionTimestamp !== undefined).length
  const status = {
    replicas: active.length,
    ...(labelled === 0 ? {} : { fullyLabeledReplicas: labelled }),
    ...(ready.length === 0 ? {} : { readyReplicas: ready.length }),
    ...(available === 0 ? {} : { availableReplicas: available }),
    ...(CONTROL_PROFILES[state.config.profile].terminatingReplicas && w.kind === 'ReplicaSet' ? { terminatingReplicas: going } : {}),
    observedGeneration: w.metadata.generation ?? 1,
  }
  return { ...w, status }
}

/** When each ready pod has been ready long enough. */
function availabilityTimers(state: State, pods: readonly Pod[], minReadySeconds: number): Readonly<Record<string, number | undefined>> {
  const timers: Record<string, number | undefined> = {}
  for (const pod of pods) {
    const since = timeOf(state, conditionOf(pod, 'Ready')?.lastTransitionTime)
    const waiting = isReady(pod) && since !== undefined && !isAvailable(state, pod, minReadySeconds)
    timers[`timer available ${keyOf(pod)}`] = waiting ? since + minReadySeconds * 1000 : undefined
  }
  return timers
}

/** Ready for at least `minReadySeconds`. */
export function isAvailable(state: State, pod: Pod, minReadySeconds: number): boolean {
  if (!isReady(pod)) return false
  if (minReadySeconds === 0) return true
  const since = timeOf(state, conditionOf(pod, 'Ready')?.lastTransitionTime)
  return since !== undefined && since + minReadySeconds * 1000 <= state.nowMs
}
