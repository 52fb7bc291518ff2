// Deployments: one ReplicaSet for each template, revisions, rolling updates. Stands for pkg/controller/deployment: one action per run, like one sync.
// Not simulated: proportional scaling in the middle of a rollout.
import type { Deployment, PodTemplate, ReplicaSet } from '../apply/object'
import { remember } from '../cluster/clock'
import { sameValue } from '../cluster/equal'
import { recordEvents, type Said } from '../cluster/event'
import { objectOf, objectsOf, type State } from '../cluster/state'
import { put, write, type Change } from '../cluster/write'
import type { Controller } from './controller'
import { deploymentStatus } from './deployment-status'
import { podTemplateHash } from './pod-template-hash'
import { CONTROL_PROFILES } from './profile'
import { limits, recreateStep, rollingStep, type Scaling } from './rollout'
import { controllerOf, matchesSelector, ownerReference, podsOwnedBy } from './selector'

export const HASH_LABEL = 'pod-template-hash'
export const REVISION = 'deployment.kubernetes.io/revision'
const DESIRED = 'deployment.kubernetes.io/desired-replicas'
const MAX = 'deployment.kubernetes.io/max-replicas'
const BY = 'deployment-controller'

export const deployments: Controller = {
  name: BY,
  reads: ['Deployment', 'ReplicaSet', 'Pod'],
  run: state => {
    const byOwner = setsByDeployment(state)
    const work: Work = { changes: [], said: [], facts: {} }
    for (const d of objectsOf(state, 'Deployment')) {
      if (d.metadata.deletionTimestamp === undefined) sync(state, work, d, byOwner.get(`${d.metadata.namespace}/${d.metadata.name}`) ?? [])
    }
    return recordEvents(write(remember(state, work.facts), work.changes, BY), work.said)
  },
}

interface Work {
  readonly changes: Change[]
  readonly said: Said[]
  readonly facts: Record<string, number | string | undefined>
}

/** The ReplicaSets of each Deployment, by its key, oldest first. */
function setsByDeployment(state: State): ReadonlyMap<string, readonly ReplicaSet[]> {
  const sets = new Map<string, ReplicaSet[]>()
  for (const rs of (state.objects.get('ReplicaSet')?.values() ?? []) as Iterable<ReplicaSet>) {
    const owner = controllerOf(rs)
    if (owner?.kind !== 'Deployment') continue
    const key = `${rs.metadata.namespace}/${owner.name}`
    const deployment = objectOf(state, 'Deployment', key)
    if (deployment === undefined || deployment.metadata.uid !== owner.uid) continue
    sets.set(key, [...(sets.get(key) ?? []), rs])
  }
  for (const list of sets.values())
    list.sort((a, b) => (a.metadata.creationTimestamp ?? '').localeCompare(b.metadata.creationTimestamp ?? '', 'en'))
  return sets
}

function sync(state: State, work: Work, d: Deployment, owned: readonly ReplicaSet[]): void {
  const current = owned.find(rs => sameTemplate(rs, d))
  const old = owned.filter(rs => rs !== current)
  const recreate = d.spec.strategy?.type === 'Recreate'
  if (d.spec.paused) {
    work.changes.push(...scalePaused(d, owned).map(put))
    finish(state, work, d, current, old)
  } else if (recreate && (old.some(rs => rs.spec.replicas > 0) || hasPods(state, old))) {
    finish(state, work, d, current, apply(state, work, d, old, recreateStep(d, undefined, old)))
  } else if (current === undefined) {
    createSet(state, work, d, old)
  } else {
    const revised = withRevision(current, old)
    const scalings = recreate ? recreateStep(d, revised, old) : rollingStep(d, revised, old)
    const [newest, ...rest] = apply(state, work, d, [revised, ...old], scalings)
    finish(state, work, d, newest, rest)
    cleanUp(work, d, rest)
  }
}

const hasPods = (state: State, old: readonly ReplicaSet[]) => old.some(rs => podsOwnedBy(state, rs).length > 0)

/** Whether a ReplicaSet was made from the Deployment's present template. */
export const sameTemplate = (rs: ReplicaSet, d: Deployment): boolean =>
  sameValue(withoutHash(rs.spec.template), withoutHash(d.spec.template))

function withoutHash(template: PodTemplate): PodTemplate {
  const { [HASH_LABEL]: _, ...labels } = template.metadata?.labels ?? {}
  return { metadata: { ...withoutEmpty(template.metadata?.annotations), labels }, spec: template.spec }
}

const withoutEmpty = (annotations: Readonly<Record<string, string>> | undefined) =>
  annotations === undefined || Object.keys(annotations).length === 0 ? {} : { annotations }

const revisionOf = (rs: ReplicaSet): number => Number(rs.metadata.annotations?.[REVISION] ?? 0)

/** The new ReplicaSet with the highest revision number of all, as a roll-back gives it. */
function withRevision(current: ReplicaSet, old: readonly ReplicaSet[]): ReplicaSet {
  const next = Math.max(0, ...old.map(revisionOf)) + 1
  if (revisionOf(current) >= next) return current
  return annotated(current, { [REVISION]: String(next) })
}

const annotated = (rs: ReplicaSet, more: Readonly<Record<string, string>>): ReplicaSet => ({
  ...rs,
  metadata: { ...rs.metadata, annotations: { ...rs.metadata.annotations, ...more } },
})

/** The Deployment with the revision of its new ReplicaSet and the status that its sets give. */
function finish(state: State, work: Work, d: Deployment, current: ReplicaSet | undefined, old: readonly ReplicaSet[]): void {
  const { status, facts } = deploymentStatus(state, d, current, old)
  Object.assign(work.facts, facts)
  const revision = current && { [REVISION]: String(revisionOf(current)) }
  work.changes.push(
    put({ ...d, metadata: { ...d.metadata, ...(revision && { annotations: { ...d.metadata.annotations, ...revision } }) }, status }),
  )
}

/** Annotations of a Deployment that its ReplicaSets do not get. */
const OWN_ANNOTATIONS = new Set([
  'kubectl.kubernetes.io/last-applied-configuration',
  REVISION,
  'deployment.kubernetes.io/revision-history',
  DESIRED,
  MAX,
])

/** A ReplicaSet for a template that has none yet; a name that is taken by another counts as a collision. */
function createSet(state: State, work: Work, d: Deployment, old: readonly ReplicaSet[]): void {
  const { profile } = state.config
  const hash = podTemplateHash(withoutHash(d.spec.template) as PodTemplate, profile, d.status?.collisionCount)
  const name = `${d.metadata.name}-${hash}`
  const taken = objectOf(state, 'ReplicaSet', `${d.metadata.namespace}/${name}`)
  if (taken !== undefined) {
    work.changes.push(collided(d, taken))
    return
  }
  const { surge } = limits(d)
  const already = old.reduce((sum, rs) => sum + rs.spec.replicas, 0)
  const replicas =
    d.spec.strategy?.type === 'Recreate' ? d.spec.replicas : Math.max(0, Math.min(d.spec.replicas, d.spec.replicas + surge - already))
  const rs = newSet(d, name, hash, replicas, Math.max(0, ...old.map(revisionOf)) + 1)
  work.changes.push(put(rs))
  if (replicas > 0) work.said.push(said(d, CONTROL_PROFILES[profile].scaled('up', name, 0, replicas)))
  finish(state, work, d, rs, old)
}

function newSet(d: Deployment, name: string, hash: string, replicas: number, revision: number): ReplicaSet {
  const labels = { ...d.spec.template.metadata?.labels, [HASH_LABEL]: hash }
  const inherited = Object.entries(d.metadata.annotations ?? {}).filter(([key]) => !OWN_ANNOTATIONS.has(key))
  return {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      name,
      namespace: d.metadata.namespace!,
      labels,
      annotations: { ...Object.fromEntries(inherited), ...replicaNotes(d), [REVISION]: String(revision) },
      ownerReferences: [ownerReference(d)],
    },
    spec: {
      replicas,
      ...(d.spec.minReadySeconds ? { minReadySeconds: d.spec.minReadySeconds } : {}),
      selector: { ...d.spec.selector, matchLabels: { ...d.spec.selector.matchLabels, [HASH_LABEL]: hash } },
      template: { ...d.spec.template, metadata: { ...d.spec.template.metadata, labels } },
    },
    status: { replicas: 0 },
  }
}

const replicaNotes = (d: Deployment) => ({ [DESIRED]: String(d.spec.replicas), [MAX]: String(d.spec.replicas + limits(d).surge) })

/** An orphan with the same template is adopted; a foreign one costs a collision. */
function collided(d: Deployment, taken: ReplicaSet): Change {
  if (controllerOf(taken) === undefined && sameTemplate(taken, d) && matchesSelector(d.spec.selector, taken.metadata.labels)) {
    return put({ ...taken, metadata: { ...taken.metadata, ownerReferences: [ownerReference(d)] } })
  }
  return put({ ...d, status: { ...d.status, collisionCount: (d.status?.collisionCount ?? 0) + 1 } })
}

/** The sets as scaled, with the notes that scaling refreshes; it is said what was scaled. */
function apply(state: State, work: Work, d: Deployment, sets: readonly ReplicaSet[], scalings: readonly Scaling[]): readonly ReplicaSet[] {
  const { scaled } = CONTROL_PROFILES[state.config.profile]
  return sets.map((rs, i) => {
    const to = scalings.find(s => s.rs === rs)?.to ?? rs.spec.replicas
    const from = rs.spec.replicas
    if (to !== from) work.said.push(said(d, scaled(to > from ? 'up' : 'down', rs.metadata.name, from, to)))
    const after = i === 0 || to !== from ? annotated({ ...rs, spec: { ...rs.spec, replicas: to } }, replicaNotes(d)) : rs
    work.changes.push(put(after))
    return after
  })
}

const said = (d: Deployment, message: string): Said => ({ about: d, type: 'Normal', reason: 'ScalingReplicaSet', message, component: BY })

/** A paused Deployment only follows its number of replicas, in its only active set. */
function scalePaused(d: Deployment, owned: readonly ReplicaSet[]): readonly ReplicaSet[] {
  const active = owned.filter(rs => rs.spec.replicas > 0)
  const only = active.length <= 1 ? (active[0] ?? owned.at(-1)) : undefined
  return only === undefined || only.spec.replicas === d.spec.replicas
    ? []
    : [{ ...only, spec: { ...only.spec, replicas: d.spec.replicas } }]
}

/** Drops the oldest empty ReplicaSets beyond revisionHistoryLimit. */
function cleanUp(work: Work, d: Deployment, old: readonly ReplicaSet[]): void {
  const limit = d.spec.revisionHistoryLimit ?? 10
  const empty = old.filter(rs => rs.spec.replicas === 0 && (rs.status?.replicas ?? 0) === 0).sort((a, b) => revisionOf(a) - revisionOf(b))
  for (const rs of empty.slice(0, Math.max(0, old.length - limit))) {
    work.changes.push({ do: 'delete', kind: 'ReplicaSet', key: `${rs.metadata.namespace}/${rs.metadata.name}` })
  }
}
