// ReplicaSets and ReplicationControllers: as many pods as wanted, made from the template, adopted when they match. Stands for pkg/controller/replicaset (RC is its adapter).
import type { Condition, KubeObject, Labels, Pod } from '../apply/object'
import type { ReplicaSet, ReplicationController } from '../apply/object-workloads'
import { problem } from '../error'
import { timeOf, timeText } from '../cluster/clock'
import type { Said } from '../cluster/event'
import { keyOf, objectOf, objectsOf, type State } from '../cluster/state'
import { deletionsOf } from '../cluster/store'
import { put, type Change } from '../cluster/write'
import { type Again, CONTENT, type Controller, type Facts, type Sync } from './controller'
import { NO_PINS_TAKEN, newPods, type NewPods } from './new-pod'
import { hasOrphans, podsOwnedBy, podsSelectedBy, remembering } from './pod-index'
import { conditionOf, countsDiffer, isActive, isReady } from './pod-state'
import { CONTROL_PROFILES } from './profile'
import { controllerOf, disowned, matchesMap, matchesSelector, ownerReference } from './selector'
import { victims } from './victim'

type Workload = ReplicaSet | ReplicationController

const component = (w: Workload) => (w.kind === 'ReplicaSet' ? 'replicaset-controller' : 'replication-controller')

const controllerFor = (kind: Workload['kind'], name: string): Controller => ({
  name,
  latencyMs: 3,
  watches: [kind, 'Pod'],
  keys: ({ event, old }, state) => {
    const { object } = event
    if (object.kind === kind) return [keyOf(object)]
    if (event.type === 'MODIFIED' && !countsDiffer(old as Pod | undefined, object as Pod)) return []
    return concerned(state, kind, object, old)
  },
  sync: (state, key) => {
    const w = objectOf(state, kind, key) as Workload | undefined
    return w === undefined ? CONTENT : syncWorkload(state, w)
  },
})

export const replicaSets = controllerFor('ReplicaSet', 'replicaset-controller')
export const replicationControllers = controllerFor('ReplicationController', 'replication-controller')

/** The workloads that a pod's write concerns: its owner, the former one, or for an orphan all that would take it. */
function concerned(state: State, kind: Workload['kind'], pod: KubeObject, old: KubeObject | undefined): readonly string[] {
  const owner = controllerOf(pod)
  const before = old && controllerOf(old)
  const keys: string[] = []
  if (owner?.kind === kind) keys.push(`${pod.metadata.namespace}/${owner.name}`)
  if (before?.kind === kind && before.uid !== owner?.uid) keys.push(`${pod.metadata.namespace}/${before.name}`)
  if (owner !== undefined) return keys
  for (const w of (state.objects.get(kind)?.values() ?? []) as Iterable<Workload>)
    if (w.metadata.namespace === pod.metadata.namespace && selects(w, pod.metadata.labels)) keys.push(keyOf(w))
  return keys
}

function syncWorkload(state: State, w: Workload): Sync {
  const changes: Change[] = []
  const said: Said[] = []
  const claimed = claimedPods(state, w, changes)
  const active = claimed.filter(isActive)
  const managed: Managed = w.metadata.deletionTimestamp === undefined ? manage(state, w, active, changes, said) : NO_PINS_TAKEN
  const fresh = withStatus(state, w, claimed, active, managed.error)
  if (fresh !== w) changes.push(put(fresh))
  const again = [...waits(state, active, w.spec.minReadySeconds ?? 0), ...(managed.retry ? [managed.retry] : [])]
  return { changes, said, facts: managed.facts, ...(managed.pins ? { pins: managed.pins } : {}), again, size: active.length }
}

interface Managed extends NewPods {
  readonly error?: Failure | undefined
  readonly retry?: Again
}

interface Failure {
  readonly reason: 'FailedCreate'
  readonly message: string
}

/** Makes what is missing, removes what is too much. */
function manage(state: State, w: Workload, active: readonly Pod[], changes: Change[], said: Said[]): Managed {
  const missing = wantedOf(state, w) - active.length
  if (missing > 0) {
    const refused = missingAccount(state, w)
    if (refused !== undefined) return failed(state, w, refused, said)
    const made = newPods(state, w, w.spec.template, missing)
    changes.push(...made.charged, ...made.pods.map(put))
    const created = made.pods.map(pod => event(w, 'SuccessfulCreate', `Created pod: ${pod.metadata.name}`))
    const sooner = created.length - made.beside
    said.push(...created.slice(0, sooner))
    if (made.refused.length === 0) return { ...made, facts: { ...made.facts, ...forgiven(state, w) } }
    const [first, ...others] = made.refused
    const retried = failed(state, w, first!, said)
    said.push(...others.map(message => refusal(w, message)), ...created.slice(sooner))
    return { ...made, ...retried, pods: made.pods, facts: { ...made.facts, ...retried.facts } }
  }
  for (const pod of missing < 0 ? victims(state, active, -missing, relatedPods(state, w)) : []) {
    changes.push(...deletionsOf(state, pod))
    said.push(event(w, 'SuccessfulDelete', `Deleted pod: ${pod.metadata.name}`))
  }
  return NO_PINS_TAKEN
}

/** The pods of every ReplicaSet of the same owner; none where nobody owns it. Stands for getIndirectlyRelatedPods. */
function relatedPods(state: State, w: Workload): readonly Pod[] {
  const owner = controllerOf(w)
  if (owner === undefined) return []
  return objectsOf(state, w.kind)
    .filter(s => s.metadata.namespace === w.metadata.namespace && controllerOf(s)?.uid === owner.uid)
    .flatMap(s => podsOwnedBy(state, s))
}

/** A pod whose service account is not there is refused, where a user made the workload by request. */
function missingAccount(state: State, w: Workload): string | undefined {
  const account = (w.spec.template.spec as { serviceAccountName?: string }).serviceAccountName ?? 'default'
  const { namespace } = w.metadata
  if (account === 'default' || objectsOfKind(state, 'ServiceAccount')?.has(`${namespace}/${account}`)) return undefined
  const owner = controllerOf(w)
  const given = owner ? `${owner.kind} ${namespace}/${owner.name}` : `${w.kind} ${keyOf(w)}`
  if (state.places.has(given)) return undefined
  return `pods "${w.metadata.name}-" is forbidden: error looking up service account ${namespace}/${account}: serviceaccount "${account}" not found`
}

const objectsOfKind = (state: State, kind: string) => (state.objects as ReadonlyMap<string, ReadonlyMap<string, KubeObject>>).get(kind)

const failures = (w: Workload): string => `failed creates ${w.kind} ${keyOf(w)}`

/** A sync that succeeds begins anew with the waiting. */
const forgiven = (state: State, w: Workload): Facts => (state.memory[failures(w)] === undefined ? {} : { [failures(w)]: undefined })

const refusal = (w: Workload, message: string): Said => ({ ...event(w, 'FailedCreate', `Error creating: ${message}`), type: 'Warning' })

/** The refusal is told, and tried again after 5 ms, 10 ms, 20 ms … */
function failed(state: State, w: Workload, message: string, said: Said[]): Managed {
  const tries = Number(state.memory[failures(w)] ?? 0)
  said.push(refusal(w, message))
  const facts: Facts = { [failures(w)]: tries + 1 }
  const atMs = state.nowMs + Math.min(5 * 2 ** tries, 1_000_000)
  return { ...NO_PINS_TAKEN, facts, error: { reason: 'FailedCreate', message }, retry: { atMs, patient: tries >= 2 } }
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

const selects = (w: Workload, labels: Labels | undefined): boolean =>
  w.kind === 'ReplicaSet' ? matchesSelector(w.spec.selector, labels) : matchesMap(w.spec.selector, labels)

/** Its pods: those that match, orphans adopted; what does not match any more is let go. */
function claimedPods(state: State, w: Workload, changes: Change[]): readonly Pod[] {
  const isGoing = w.metadata.deletionTimestamp !== undefined
  const fits = remembering((labels: Labels | undefined) => selects(w, labels))
  const kept = podsOwnedBy(state, w).filter(pod => {
    if (fits(pod.metadata.labels) || isGoing) return true
    changes.push(put(disowned(pod, w)))
    return false
  })
  if (isGoing) return kept
  const adopted = orphansOf(state, w).map(pod => {
    const ownerReferences = [...(pod.metadata.ownerReferences ?? []), ownerReference(w)]
    return { ...pod, metadata: { ...pod.metadata, ownerReferences } }
  })
  changes.push(...adopted.map(put))
  return [...kept, ...adopted]
}

/** Active pods that match and that nobody controls. */
function orphansOf(state: State, w: Workload): readonly Pod[] {
  if (!hasOrphans(state)) return []
  const labels = w.kind === 'ReplicaSet' ? w.spec.selector.matchLabels : w.spec.selector
  return podsSelectedBy(state, w.metadata.namespace, labels).filter(
    pod => controllerOf(pod) === undefined && isActive(pod) && selects(w, pod.metadata.labels),
  )
}

/** status as the controller counts it: replicas, ready, available (ready for minReadySeconds). The same workload when nothing changes. */
function withStatus<W extends Workload>(state: State, w: W, owned: readonly Pod[], active: readonly Pod[], error: Failure | undefined): W {
  const minReadySeconds = w.spec.minReadySeconds ?? 0
  const labels = w.spec.template.metadata?.labels
  const isLabelled = remembering((of: Labels | undefined) => matchesMap(labels, of))
  let [ready, available, labelled, going] = [0, 0, 0, 0]
  for (const pod of active) {
    if (isLabelled(pod.metadata.labels)) labelled++
    if (!isReady(pod)) continue
    ready++
    if (minReadySeconds === 0 || isAvailable(state, pod, minReadySeconds)) available++
  }
  for (const pod of owned) if (pod.metadata.deletionTimestamp !== undefined) going++
  const conditions = conditionsOf(state, w, error)
  const status = {
    replicas: active.length,
    ...(labelled === 0 ? {} : { fullyLabeledReplicas: labelled }),
    ...(ready === 0 ? {} : { readyReplicas: ready }),
    ...(available === 0 ? {} : { availableReplicas: available }),
    ...(CONTROL_PROFILES[state.config.profile].terminatingReplicas && w.kind === 'ReplicaSet' ? { terminatingReplicas: going } : {}),
    observedGeneration: w.metadata.generation ?? 1,
    ...(conditions.length === 0 ? {} : { conditions }),
  }
  return { ...w, status }
}

function conditionsOf(state: State, w: Workload, error: Failure | undefined): readonly Condition[] {
  const before = (w.status as { conditions?: readonly Condition[] } | undefined)?.conditions ?? []
  const known = before.find(c => c.type === 'ReplicaFailure')
  if (error === undefined) return known === undefined ? before : before.filter(c => c !== known)
  if (known !== undefined) return before
  return [...before, { type: 'ReplicaFailure', status: 'True', ...error, lastTransitionTime: timeText(state) }]
}

/** When each ready pod has been ready long enough. */
function waits(state: State, pods: readonly Pod[], minReadySeconds: number): readonly Again[] {
  if (minReadySeconds === 0) return []
  return pods.flatMap(pod => {
    const since = timeOf(state, conditionOf(pod, 'Ready')?.lastTransitionTime)
    return isReady(pod) && since !== undefined && !isAvailable(state, pod, minReadySeconds)
      ? [{ atMs: since + minReadySeconds * 1000 }]
      : []
  })
}

/** Ready for at least `minReadySeconds`. */
export function isAvailable(state: State, pod: Pod, minReadySeconds: number): boolean {
  if (!isReady(pod)) return false
  if (minReadySeconds === 0) return true
  const since = timeOf(state, conditionOf(pod, 'Ready')?.lastTransitionTime)
  return since !== undefined && since + minReadySeconds * 1000 <= state.nowMs
}
