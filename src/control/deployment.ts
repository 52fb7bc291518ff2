// Deployments: one ReplicaSet for each template, revisions, rolling updates, Recreate, pausing. Stands for pkg/controller/deployment: one sync of one Deployment,
// its writes in the order of the real one. What would be refused there as a conflict is left to the next sync here too.
import type { Deployment, ReplicaSet } from '../apply/object-workloads'
import { keyOf, objectOf, type State } from '../cluster/state'
import { put, type Change } from '../cluster/write'
import { CONTENT, type Controller, type Sync } from './controller'
import { deletionOf } from '../cluster/store'
import { annotated, bySize, claimed, currentSet, newSet, REVISION, revisionOf, setAnnotations, setsOf } from './deployment-set'
import { deploymentStatus, pauseCondition, progressDueMs, withoutProgress } from './deployment-status'
import { DESIRED, limits, MAX, proportional, recreateDown, rollingStep, type Scaling, sizeOfNew } from './rollout'
import { podsOwnedBy } from './pod-index'
import { isFinished } from './pod-state'
import { CONTROL_PROFILES } from './profile'
import { controllerOf } from './selector'
import type { Said } from '../cluster/event'

const BY = 'deployment-controller'

export const deployments: Controller = {
  name: BY,
  latencyMs: 4,
  watches: ['Deployment', 'ReplicaSet', 'Pod'],
  keys: ({ event }, state) => {
    const { object } = event
    if (object.kind === 'Deployment') return [keyOf(object)]
    const owner = controllerOf(object)
    if (owner === undefined) return object.kind === 'ReplicaSet' ? orphansDeployments(state, object) : []
    if (object.kind === 'ReplicaSet') return owner.kind === 'Deployment' ? [`${object.metadata.namespace}/${owner.name}`] : []
    if (event.type !== 'DELETED' || owner.kind !== 'ReplicaSet') return []
    const above = objectOf(state, 'ReplicaSet', `${object.metadata.namespace}/${owner.name}`)
    const deployment = above && controllerOf(above)
    return deployment?.kind === 'Deployment' ? [`${object.metadata.namespace}/${deployment.name}`] : []
  },
  sync: (state, key) => {
    const d = objectOf(state, 'Deployment', key)
    return d === undefined ? CONTENT : syncDeployment(state, d)
  },
}

function orphansDeployments(state: State, object: { readonly metadata: { readonly namespace?: string } }): readonly string[] {
  const keys: string[] = []
  for (const d of state.objects.get('Deployment')?.values() ?? [])
    if (d.metadata.namespace === object.metadata.namespace) keys.push(keyOf(d))
  return keys
}

/** What one sync has written so far. */
interface Work {
  readonly state: State
  d: Deployment
  readonly changes: Change[]
  readonly said: Said[]
  /** The Deployment was written already: what follows about it would be a conflict. */
  conflicts: boolean
}

function syncDeployment(state: State, d: Deployment): Sync {
  const work: Work = { state, d, changes: [], said: [], conflicts: false }
  const owned = claimed(state, d, setsOf(state, d), work.changes)
  if (d.metadata.deletionTimestamp !== undefined) statusOnly(work, owned)
  else {
    pause(work)
    if (d.spec.paused || isScaling(work, owned)) scaleOnly(work, owned)
    else if (d.spec.strategy?.type === 'Recreate') recreate(work, owned)
    else roll(work, owned)
  }
  const dueMs = progressDueMs(state, work.d)
  return { changes: work.changes, said: work.said, again: dueMs === undefined ? [] : [{ atMs: dueMs, patient: true }] }
}

function pause(work: Work): void {
  const conditions = pauseCondition(work.state, work.d)
  if (conditions === undefined) return
  writeDeployment(work, { ...work.d, status: { ...work.d.status, conditions } })
}

function writeDeployment(work: Work, d: Deployment): void {
  if (work.conflicts) return
  work.d = d
  work.changes.push(put(d))
  work.conflicts = true
}

const isActive = (rs: ReplicaSet): boolean => rs.spec.replicas > 0

/** Whether an active set was last scaled for another number of replicas. */
function isScaling(work: Work, owned: readonly ReplicaSet[]): boolean {
  const { replicas } = work.d.spec
  return owned.some(
    rs => isActive(rs) && rs.metadata.annotations?.[DESIRED] !== undefined && Number(rs.metadata.annotations[DESIRED]) !== replicas,
  )
}

interface Sets {
  readonly current: ReplicaSet | undefined
  readonly old: readonly ReplicaSet[]
}

/** The sets, the new one with its revision; made when there is none and `create` says so. Undefined: what was written has to be read again first. */
function revised(work: Work, owned: readonly ReplicaSet[], create: boolean): Sets | undefined {
  const current = currentSet(owned, work.d)
  const old = owned.filter(rs => rs !== current)
  const revision = Math.max(0, ...old.map(revisionOf)) + 1
  if (current === undefined) return create ? made(work, old, revision) : { current, old }
  const fresh = setAnnotations(work.d, current, revision)
  if (fresh !== current) {
    work.changes.push(put(fresh))
    return undefined
  }
  noteRevision(work, current, 'FoundNewReplicaSet', `Found new replica set "${current.metadata.name}"`)
  return { current, old }
}

/** The Deployment takes over the revision of its new set; a first condition of progress where it has none. */
function noteRevision(work: Work, current: ReplicaSet, reason: string, message: string, always = false): void {
  const revision = String(revisionOf(current))
  const { d } = work
  const stale = d.metadata.annotations?.[REVISION] !== revision
  const conditions = withoutProgress(work.state, d, reason, message, always)
  if (!stale && conditions === undefined) return
  writeDeployment(work, {
    ...d,
    metadata: { ...d.metadata, annotations: { ...d.metadata.annotations, [REVISION]: revision } },
    ...(conditions === undefined ? {} : { status: { ...d.status, conditions } }),
  })
}

/** A new set for a template that has none; a name that is taken by a foreign one costs a collision. */
function made(work: Work, old: readonly ReplicaSet[], revision: number): Sets | undefined {
  const { state, d } = work
  const rs = newSet(state, d, sizeOfNew(d, undefined, old), revision)
  if (objectOf(state, 'ReplicaSet', keyOf(rs)) !== undefined) {
    writeDeployment(work, { ...d, status: { ...d.status, collisionCount: (d.status?.collisionCount ?? 0) + 1 } })
    return undefined
  }
  work.changes.push(put(rs))
  if (rs.spec.replicas > 0) say(work, CONTROL_PROFILES[state.config.profile].scaled('up', rs.metadata.name, 0, rs.spec.replicas))
  noteRevision(work, rs, 'NewReplicaSetCreated', `Created new replica set "${rs.metadata.name}"`, true)
  return { current: rs, old }
}

const say = (work: Work, message: string): void =>
  void work.said.push({ about: work.d, type: 'Normal', reason: 'ScalingReplicaSet', message, component: BY })

function roll(work: Work, owned: readonly ReplicaSet[]): void {
  const sets = revised(work, owned, true)
  if (sets?.current === undefined) return
  finish(work, scaled(work, sets, rollingStep(work.d, sets.current, sets.old)))
}

function recreate(work: Work, owned: readonly ReplicaSet[]): void {
  const sets = revised(work, owned, false)
  if (sets === undefined) return
  const down = recreateDown(sets.old)
  if (down.length > 0) return finish(work, scaled(work, sets, down))
  const leftovers = sets.old.some(rs => podsOwnedBy(work.state, rs).some(pod => !isFinished(pod)))
  if (leftovers) return finish(work, sets)
  const all = sets.current === undefined ? revised(work, owned, true) : sets
  if (all?.current === undefined) return
  const up = all.current.spec.replicas === work.d.spec.replicas ? [] : [{ rs: all.current, to: work.d.spec.replicas }]
  finish(work, scaled(work, all, up))
}

/** Paused, or the number of replicas changed: sizes only, in proportion. */
function scaleOnly(work: Work, owned: readonly ReplicaSet[]): void {
  const sets = revised(work, owned, false)
  if (sets === undefined) return
  const after = scaled(work, sets, proportional(work.d, sets.current, sets.old))
  if (work.d.spec.paused) cleanUp(work, after.old)
  statusOnly(work, [...(after.current ? [after.current] : []), ...after.old], after.current)
}

/** Every scaling is a write of its own; sets not scaled keep their notes. */
function scaled(work: Work, sets: Sets, scalings: readonly Scaling[]): Sets {
  const { scaled: text } = CONTROL_PROFILES[work.state.config.profile]
  const now = new Map<string, ReplicaSet>()
  for (const { rs, to } of scalings) {
    const before = now.get(rs.metadata.name) ?? rs
    const from = before.spec.replicas
    const after = annotated({ ...before, spec: { ...before.spec, replicas: to } }, notesFor(work.d))
    now.set(rs.metadata.name, after)
    work.changes.push(put(after))
    if (to !== from) say(work, text(to > from ? 'up' : 'down', rs.metadata.name, from, to))
  }
  const fresh = (rs: ReplicaSet): ReplicaSet => now.get(rs.metadata.name) ?? rs
  return { current: sets.current && fresh(sets.current), old: sets.old.map(fresh) }
}

const notesFor = (d: Deployment) => ({ [DESIRED]: String(d.spec.replicas), [MAX]: String(d.spec.replicas + limits(d).surge) })

/** The status with its progress; a complete Deployment drops what is beyond its history. */
function finish(work: Work, { current, old }: Sets): void {
  const { d } = work
  const done =
    d.status?.updatedReplicas === d.spec.replicas && d.status.replicas === d.spec.replicas && d.status.availableReplicas === d.spec.replicas
  if (done && (d.status?.observedGeneration ?? 0) >= (d.metadata.generation ?? 1)) cleanUp(work, old)
  writeDeployment(work, { ...d, status: deploymentStatus(work.state, d, current, old, true) })
}

function statusOnly(work: Work, owned: readonly ReplicaSet[], known?: ReplicaSet): void {
  const current = known ?? currentSet(owned, work.d)
  const old = owned.filter(rs => rs !== current)
  writeDeployment(work, { ...work.d, status: deploymentStatus(work.state, work.d, current, old, false) })
}

/** Drops the oldest empty ReplicaSets beyond revisionHistoryLimit. */
function cleanUp(work: Work, old: readonly ReplicaSet[]): void {
  const surplus = old.length - (work.d.spec.revisionHistoryLimit ?? 10)
  for (const rs of [...old].sort((a, b) => revisionOf(a) - revisionOf(b) || bySize(a, b)).slice(0, Math.max(0, surplus))) {
    const observed = (rs.metadata.generation ?? 1) <= (rs.status?.observedGeneration ?? 1)
    if (rs.spec.replicas !== 0 || (rs.status?.replicas ?? 0) !== 0 || !observed) continue
    const change = deletionOf(work.state, rs)
    if (change !== undefined) work.changes.push(change)
  }
}
