// Deployments: one ReplicaSet for each template, revisions, rolling updates. Stands for pkg/controller/deployment: one action per run, like one sync.
// Not simulated: proportional scaling in the middle of a rollout.
import type { Deployment, PodTemplate, ReplicaSet } from '../apply/object'
import { sameValue } from '../cluster/equal'
import { recordEvents, type Said } from '../cluster/event'
import { objectOf, objectsOf, type State } from '../cluster/state'
import { put, write } from '../cluster/write'
import type { Controller } from './controller'
import { deploymentStatus } from './deployment-status'
import { podTemplateHash } from './pod-template-hash'
import { CONTROL_PROFILES } from './profile'
import { limits, recreateStep, rollingStep, type Scaling } from './rollout'
import { controllerOf, matchesSelector, ownerReference } from './selector'

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
    let now = state
    for (const d of objectsOf(state, 'Deployment')) {
      if (d.metadata.deletionTimestamp !== undefined) continue
      now = sync(now, d, byOwner.get(`${d.metadata.namespace}/${d.metadata.name}`) ?? [])
    }
    return now
  },
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

function sync(state: State, d: Deployment, owned: readonly ReplicaSet[]): State {
  const current = owned.find(rs => sameTemplate(rs, d))
  const old = owned.filter(rs => rs !== current)
  if (d.spec.paused) return deploymentStatus(write(state, scalePaused(d, owned).map(put), BY), d, current, old)
  const recreate = d.spec.strategy?.type === 'Recreate'
  if (recreate && current === undefined && old.some(rs => rs.spec.replicas > 0 || (rs.status?.replicas ?? 0) > 0)) {
    return deploymentStatus(apply(state, d, undefined, recreateStep(d, undefined, old)), d, undefined, old)
  }
  const revised = withRevision(current, old)
  if (revised === undefined) return recreate && hasPods(state, old) ? deploymentStatus(state, d, undefined, old) : createSet(state, d, old)
  if (!sameValue(revised.metadata.annotations, current!.metadata.annotations)) return write(state, [put(revised)], BY)
  const scaling = recreate
    ? hasPods(state, old)
      ? recreateStep(d, undefined, old)
      : recreateStep(d, revised, old)
    : rollingStep(d, revised, old)
  const after = apply(revisedDeployment(state, d, revised), d, revised, scaling)
  const fresh = objectOf(after, 'ReplicaSet', `${revised.metadata.namespace}/${revised.metadata.name}`)
  return cleaned(deploymentStatus(after, d, fresh, old), d, old)
}

const hasPods = (state: State, old: readonly ReplicaSet[]) =>
  old.some(rs => [...(state.objects.get('Pod')?.values() ?? [])].some(pod => controllerOf(pod)?.uid === rs.metadata.uid))

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
function withRevision(current: ReplicaSet | undefined, old: readonly ReplicaSet[]): ReplicaSet | undefined {
  if (current === undefined) return undefined
  const next = Math.max(0, ...old.map(revisionOf)) + 1
  if (revisionOf(current) >= next) return current
  return annotated(current, { [REVISION]: String(next) })
}

const annotated = (rs: ReplicaSet, more: Readonly<Record<string, string>>): ReplicaSet => ({
  ...rs,
  metadata: { ...rs.metadata, annotations: { ...rs.metadata.annotations, ...more } },
})

/** The Deployment carries the revision of its new ReplicaSet. */
function revisedDeployment(state: State, d: Deployment, rs: ReplicaSet): State {
  const latest = objectOf(state, 'Deployment', `${d.metadata.namespace}/${d.metadata.name}`) ?? d
  const revision = String(revisionOf(rs))
  if (latest.metadata.annotations?.[REVISION] === revision) return state
  const annotations = { ...latest.metadata.annotations, [REVISION]: revision }
  return write(state, [put({ ...latest, metadata: { ...latest.metadata, annotations } })], BY)
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
function createSet(state: State, d: Deployment, old: readonly ReplicaSet[]): State {
  const { profile } = state.config
  const hash = podTemplateHash(withoutHash(d.spec.template) as PodTemplate, profile, d.status?.collisionCount)
  const name = `${d.metadata.name}-${hash}`
  const taken = objectOf(state, 'ReplicaSet', `${d.metadata.namespace}/${name}`)
  if (taken !== undefined) return collided(state, d, taken)
  const { surge } = limits(d)
  const already = old.reduce((sum, rs) => sum + rs.spec.replicas, 0)
  const replicas =
    d.spec.strategy?.type === 'Recreate' ? d.spec.replicas : Math.max(0, Math.min(d.spec.replicas, d.spec.replicas + surge - already))
  const rs = newSet(d, name, hash, replicas, Math.max(0, ...old.map(revisionOf)) + 1)
  const made = write(state, [put(rs)], BY)
  const text = CONTROL_PROFILES[profile].scaled('up', name, 0, replicas)
  const told = replicas === 0 ? made : recordEvents(made, [said(d, text)])
  const stored = objectOf(told, 'ReplicaSet', `${d.metadata.namespace}/${name}`)!
  return deploymentStatus(revisedDeployment(told, d, stored), d, stored, old)
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
function collided(state: State, d: Deployment, taken: ReplicaSet): State {
  if (controllerOf(taken) === undefined && sameTemplate(taken, d) && matchesSelector(d.spec.selector, taken.metadata.labels)) {
    return write(state, [put({ ...taken, metadata: { ...taken.metadata, ownerReferences: [ownerReference(d)] } })], BY)
  }
  const status = { ...d.status, collisionCount: (d.status?.collisionCount ?? 0) + 1 }
  return write(state, [put({ ...d, status })], BY)
}

/** Writes the scaled sets, with the notes that scaling refreshes, and says so. */
function apply(state: State, d: Deployment, current: ReplicaSet | undefined, scalings: readonly Scaling[]): State {
  const notes = replicaNotes(d)
  const changed = new Set(scalings.map(s => s.rs))
  const stale =
    current !== undefined && !changed.has(current) && Object.entries(notes).some(([k, v]) => current.metadata.annotations?.[k] !== v)
  const sets = scalings.map(s => annotated({ ...s.rs, spec: { ...s.rs.spec, replicas: s.to } }, notes))
  const after = write(state, [...sets, ...(stale ? [annotated(current, notes)] : [])].map(put), BY)
  const { scaled } = CONTROL_PROFILES[state.config.profile]
  return recordEvents(
    after,
    scalings.map(s => said(d, scaled(s.to > s.rs.spec.replicas ? 'up' : 'down', s.rs.metadata.name, s.rs.spec.replicas, s.to))),
  )
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
function cleaned(state: State, d: Deployment, old: readonly ReplicaSet[]): State {
  const limit = d.spec.revisionHistoryLimit ?? 10
  const empty = old.filter(rs => rs.spec.replicas === 0 && (rs.status?.replicas ?? 0) === 0).sort((a, b) => revisionOf(a) - revisionOf(b))
  const surplus = empty.slice(0, Math.max(0, old.length - limit))
  return write(
    state,
    surplus.map(rs => ({ do: 'delete', kind: 'ReplicaSet', key: `${rs.metadata.namespace}/${rs.metadata.name}` }) as const),
    BY,
  )
}
