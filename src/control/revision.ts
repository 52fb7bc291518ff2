// ControllerRevisions: a template of a StatefulSet or DaemonSet as it was, under a name with its hash. Stands for pkg/controller/history.
import { goJson } from '../apply/go-json'
import type { ControllerRevision, DaemonSet, StatefulSet } from '../apply/object-workloads'
import type { PodTemplate } from '../apply/object'
import { sameValue } from '../cluster/equal'
import { indexBy } from '../cluster/derived'
import type { State } from '../cluster/state'
import { put, type Change } from '../cluster/write'
import { podTemplateHash } from './pod-template-hash'
import { controllerOf, ownerReference } from './selector'

type Owner = StatefulSet | DaemonSet

const byOwner = indexBy<ControllerRevision>('ControllerRevision', r => [controllerOf(r)?.uid ?? ''])

/** The revisions of a workload, in their order. */
export const revisionsOf = (state: State, owner: Owner): readonly ControllerRevision[] =>
  [...byOwner(state, owner.metadata.uid ?? '')].sort((a, b) => a.revision - b.revision)

/** The letters into which digits of hashes are written. Source: apimachinery util/rand SafeEncodeString. */
const LETTERS = 'bcdfghjklmnpqrstvwxz2456789'

/** FNV-1 (not 1a) of the template as JSON and the collision count. Source: HashControllerRevision. */
function statefulHash(data: unknown, collisions: number): string {
  let hash = 0x811c9dc5
  for (const byte of new TextEncoder().encode(`${goJson(data)}${collisions}`)) hash = (Math.imul(hash, 0x01000193) ^ byte) >>> 0
  return [...String(hash)].map(digit => LETTERS[digit.charCodeAt(0) % LETTERS.length]).join('')
}

/** What a revision keeps of a template. */
function dataOf(state: State, template: PodTemplate): { readonly spec: { readonly template: object } } {
  const born = state.config.profile === 'v1.13' ? { creationTimestamp: null } : {}
  return { spec: { template: { $patch: 'replace', ...template, metadata: { ...born, ...template.metadata } } } }
}

/** The template that a revision keeps. */
export const templateOf = (revision: ControllerRevision): PodTemplate => {
  const { $patch: _, ...template } = (revision.data as { spec: { template: PodTemplate & { $patch?: string } } }).spec.template
  return template
}

export interface Revisions {
  readonly current: ControllerRevision
  readonly update: ControllerRevision
  readonly changes: readonly Change[]
}

/** The revision of the present template (made, or raised where an older one says the same), and that of the pods that still are on the way. */
export function revisions(state: State, owner: Owner, currentName: string | undefined): Revisions {
  const known = revisionsOf(state, owner)
  const collisions = owner.status?.collisionCount ?? 0
  const data = dataOf(state, owner.spec.template)
  const next = (known.at(-1)?.revision ?? 0) + 1
  const same = known.find(r => sameValue(r.data, data))
  const changes: Change[] = []
  let update: ControllerRevision
  if (same === undefined) {
    update = made(state, owner, data, next, collisions)
    changes.push(put(update))
  } else if (same.revision === next - 1) update = same
  else {
    update = { ...same, revision: next }
    changes.push(put(update))
  }
  const current = known.find(r => r.metadata.name === currentName) ?? update
  return { current: current.metadata.name === update.metadata.name ? update : current, update, changes }
}

function made(state: State, owner: Owner, data: object, revision: number, collisions: number): ControllerRevision {
  const hash =
    owner.kind === 'StatefulSet'
      ? statefulHash(data, collisions)
      : podTemplateHash(owner.spec.template, state.config.profile, owner.status?.collisionCount)
  const own: Record<string, string> =
    owner.kind === 'StatefulSet' ? { 'controller.kubernetes.io/hash': hash } : { 'controller-revision-hash': hash }
  return {
    apiVersion: 'apps/v1',
    kind: 'ControllerRevision',
    metadata: {
      name: `${owner.metadata.name}-${hash}`,
      namespace: owner.metadata.namespace!,
      labels: { ...owner.spec.template.metadata?.labels, ...own },
      ...(owner.metadata.annotations === undefined ? {} : { annotations: owner.metadata.annotations }),
      ownerReferences: [ownerReference(owner)],
    },
    data,
    revision,
  }
}
