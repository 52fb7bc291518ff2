// The ReplicaSets of one Deployment: which are its own, which has its present template, what a new one looks like, revisions. Stands for deployment/util.
import type { PodTemplate } from '../apply/object'
import type { Deployment, ReplicaSet } from '../apply/object-workloads'
import { sameValue } from '../cluster/equal'
import { compareText, type State } from '../cluster/state'
import { put, type Change } from '../cluster/write'
import { podTemplateHash } from './pod-template-hash'
import { DESIRED, limits, MAX } from './rollout'
import { controllerOf, matchesSelector, ownerReference } from './selector'

const HASH_LABEL = 'pod-template-hash'
export const REVISION = 'deployment.kubernetes.io/revision'
const HISTORY = 'deployment.kubernetes.io/revision-history'

/** Annotations of a Deployment that its ReplicaSets do not get. */
export const OWN_ANNOTATIONS = new Set([
  'kubectl.kubernetes.io/last-applied-configuration',
  REVISION,
  HISTORY,
  DESIRED,
  MAX,
  'deprecated.deployment.rollback.to',
])

/** The sets of its namespace that it owns or could own, oldest first. */
export function setsOf(state: State, d: Deployment): readonly ReplicaSet[] {
  const sets: ReplicaSet[] = []
  for (const rs of (state.objects.get('ReplicaSet')?.values() ?? []) as Iterable<ReplicaSet>) {
    if (rs.metadata.namespace !== d.metadata.namespace) continue
    const owner = controllerOf(rs)
    if (owner === undefined ? matchesSelector(d.spec.selector, rs.metadata.labels) : owner.uid === d.metadata.uid) sets.push(rs)
  }
  return sets.sort(
    (a, b) =>
      compareText(a.metadata.creationTimestamp ?? '', b.metadata.creationTimestamp ?? '') || compareText(a.metadata.name, b.metadata.name),
  )
}

/** Adopts orphans that match and lets go of sets that do not match any more; gives those it owns then. */
export function claimed(state: State, d: Deployment, sets: readonly ReplicaSet[], changes: Change[]): readonly ReplicaSet[] {
  if (state.objects.get('ReplicaSet') === undefined) return []
  return sets.flatMap(rs => {
    const matches = matchesSelector(d.spec.selector, rs.metadata.labels)
    if (controllerOf(rs) !== undefined && matches) return [rs]
    if (controllerOf(rs) === undefined) {
      if (d.metadata.deletionTimestamp !== undefined || rs.metadata.deletionTimestamp !== undefined) return []
      const adopted = { ...rs, metadata: { ...rs.metadata, ownerReferences: [...(rs.metadata.ownerReferences ?? []), ownerReference(d)] } }
      changes.push(put(adopted))
      return [adopted]
    }
    const kept = (rs.metadata.ownerReferences ?? []).filter(o => o.uid !== d.metadata.uid)
    changes.push(put({ ...rs, metadata: { ...rs.metadata, ownerReferences: kept } }))
    return []
  })
}

/** The oldest set that was made from the Deployment's present template. */
export const currentSet = (sets: readonly ReplicaSet[], d: Deployment): ReplicaSet | undefined => sets.find(rs => sameTemplate(rs, d))

/** Whether a ReplicaSet was made from the Deployment's present template. */
export const sameTemplate = (rs: ReplicaSet, d: Deployment): boolean =>
  sameValue(withoutHash(rs.spec.template), withoutHash(d.spec.template))

export function withoutHash(template: PodTemplate): PodTemplate {
  const { [HASH_LABEL]: _, ...labels } = template.metadata?.labels ?? {}
  return { metadata: { ...withoutEmpty(template.metadata?.annotations), labels }, spec: template.spec }
}

const withoutEmpty = (annotations: Readonly<Record<string, string>> | undefined) =>
  annotations === undefined || Object.keys(annotations).length === 0 ? {} : { annotations }

export const revisionOf = (rs: ReplicaSet): number => Number(rs.metadata.annotations?.[REVISION] ?? 0)
export const bySize = (a: ReplicaSet, b: ReplicaSet): number => b.spec.replicas - a.spec.replicas

export const annotated = (rs: ReplicaSet, more: Readonly<Record<string, string>>): ReplicaSet => ({
  ...rs,
  metadata: { ...rs.metadata, annotations: { ...rs.metadata.annotations, ...more } },
})

const inherited = (d: Deployment): Record<string, string> =>
  Object.fromEntries(Object.entries(d.metadata.annotations ?? {}).filter(([key]) => !OWN_ANNOTATIONS.has(key)))

/** An existing new set with the Deployment's annotations and the highest revision; the former one goes into its history. The same set when nothing changes. */
export function setAnnotations(d: Deployment, rs: ReplicaSet, revision: number): ReplicaSet {
  const before = revisionOf(rs)
  const { [HISTORY]: past } = rs.metadata.annotations ?? {}
  const notes: Record<string, string> = inherited(d)
  if (before < revision) notes[REVISION] = String(revision)
  if (before < revision && before > 0) notes[HISTORY] = past === undefined ? String(before) : `${past},${before}`
  const fresh = annotated(rs, notes)
  const minReady = d.spec.minReadySeconds ?? 0
  const same = sameValue(fresh.metadata.annotations, rs.metadata.annotations ?? {}) && (rs.spec.minReadySeconds ?? 0) === minReady
  return same ? rs : { ...fresh, spec: { ...fresh.spec, ...(minReady === 0 ? {} : { minReadySeconds: minReady }) } }
}

/** A set for the Deployment's template, with its hash in name, labels and selector. */
export function newSet(state: State, d: Deployment, replicas: number, revision: number): ReplicaSet {
  const hash = podTemplateHash(withoutHash(d.spec.template), state.config.profile, d.status?.collisionCount)
  const labels = { ...d.spec.template.metadata?.labels, [HASH_LABEL]: hash }
  const notes = { [DESIRED]: String(d.spec.replicas), [MAX]: String(d.spec.replicas + limits(d).surge) }
  return {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      name: `${d.metadata.name}-${hash}`,
      namespace: d.metadata.namespace!,
      labels,
      annotations: { ...inherited(d), ...notes, [REVISION]: String(revision) },
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
