// What `kubectl apply --server-side` comes to: whose fields it takes, what it conflicts with, and what it lets go.
import { compareFields, type FieldSet, fieldPath, fieldSetOf, withoutFields } from '../../apply/field-set'
import type { KubeObject } from '../../apply/object'
import { definitionOf } from '../../apply/patched-object'
import { timeText } from '../../cluster/clock'
import type { Schema } from '../../apply/schema'
import type { State } from '../../cluster/state'
import { type Manager, managersOf, notOwn } from '../../control/managers'

export interface ServerSideApply {
  /** The object as it is to be. */
  readonly object: KubeObject
  readonly managers: readonly Manager[]
}

/** Whose fields kubectl takes over when it goes on by server-side apply, and where its last manifest stands. */
const CLIENT_SIDE = 'kubectl-client-side-apply'
const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration'

interface Applying {
  readonly manager: string
  readonly force: boolean
  /** The manifest as it was sent. */
  readonly written: KubeObject
  /** Live and manifest together. */
  readonly merged: KubeObject
  /** What the last client-side apply wrote, where there was one: kubectl takes that over without asking. */
  readonly lastApplied: unknown
  /** The manifest as that annotation would have it. */
  readonly note: string
}

/** What becomes of a live object, undefined for one that is made; or why it does not, as kubectl says it. */
export function serverSideApply(
  state: State,
  live: KubeObject | undefined,
  applying: Applying,
): ServerSideApply | { readonly wrong: string } {
  const { manager, written, merged } = applying
  const { schema, definition } = definitionOf(state.config.profile, written.apiVersion, written.kind)!
  const wanted = notOwn(fieldSetOf(schema, definition, written))
  const isOwn = (m: Manager): boolean => m.operation === 'Apply' && m.manager === manager
  const all = live === undefined ? [] : managersOf(state, live)
  const others = all.filter(m => !isOwn(m))
  const taken = all.filter(m => m.operation === 'Update' && m.manager === CLIENT_SIDE)
  const previous = [...(all.find(isOwn)?.fields ?? []), ...taken.flatMap(m => m.fields)]
  const kept = others.filter(m => !taken.includes(m))
  const held = withParents([...wanted, ...kept.flatMap(m => m.fields)])
  const gone = notOwn(previous.filter(f => !held.has(f)))
  const { added, modified } = compareFields(schema, definition, live, merged)
  const disputed = others.map(m => ({ ...m, paths: live === undefined ? [] : m.fields.filter(f => added.has(f) || modified.has(f)) }))
  const allowed: FieldSet =
    manager === 'kubectl' && applying.lastApplied !== undefined ? unchangedSince(schema, definition, applying.lastApplied, live) : new Set()
  const open = disputed.map(m => ({ ...m, paths: m.paths.filter(path => !allowed.has(path)) })).filter(m => m.paths.length > 0)
  if (open.length > 0 && !applying.force) return { wrong: conflictText(open) }
  const entry: Manager = { manager, operation: 'Apply', apiVersion: written.apiVersion, time: timeText(state), fields: [...wanted] }
  const left = disputed
    .filter(m => m.manager !== CLIENT_SIDE || m.operation !== 'Update')
    .map(({ paths, ...m }) => ({ ...m, fields: m.fields.filter(f => !paths.includes(f)) }))
  const object = withoutFields(schema, definition, merged, gone) as KubeObject
  if (manager !== 'kubectl' || applying.lastApplied === undefined) return { object, managers: [entry, ...left] }
  const note = { ...entry, manager: 'kubectl-last-applied', fields: [`f:metadata\nf:annotations\nf:${LAST_APPLIED}`] }
  const annotations = { ...object.metadata.annotations, [LAST_APPLIED]: applying.note }
  return {
    object: { ...object, metadata: { ...object.metadata, annotations } },
    managers: [entry, note, ...left.filter(m => m.manager !== note.manager)],
  }
}

/** Paths with all that they are parts of. */
function withParents(paths: Iterable<string>): FieldSet {
  const all = new Set<string>()
  for (const path of paths)
    for (let at = path; at !== '' && !all.has(at); at = at.includes('\n') ? at.slice(0, at.lastIndexOf('\n')) : '') all.add(at)
  return all
}

/** The fields of a manifest that are still as it said. */
function unchangedSince(schema: Schema, definition: string, manifest: unknown, live: unknown): FieldSet {
  const { modified, removed } = compareFields(schema, definition, manifest, live)
  return new Set([...fieldSetOf(schema, definition, manifest)].filter(path => !modified.has(path) && !removed.has(path)))
}

interface Disputed extends Manager {
  readonly paths: readonly string[]
}

const nameOf = ({ manager, subresource, operation, apiVersion }: Manager): string =>
  `${JSON.stringify(manager)}${subresource === undefined ? '' : ` with subresource ${JSON.stringify(subresource)}`}${operation === 'Update' ? ` using ${apiVersion}` : ''}`

const ADVICE = `Please review the fields above--they currently have other managers. Here
are the ways you can resolve this warning:
* If you intend to manage all of these fields, please re-run the apply
  command with the \`--force-conflicts\` flag.
* If you do not intend to manage all of the fields, please edit your
  manifest to remove references to the fields that should keep their
  current managers.
* You may co-own fields by updating your manifest to match the existing
  value; in this case, you'll become the manager if the other manager(s)
  stop managing the field (remove it from their configuration).
See https://kubernetes.io/docs/reference/using-api/server-side-apply/#conflicts`

function conflictText(disputed: readonly Disputed[]): string {
  const count = disputed.reduce((sum, m) => sum + m.paths.length, 0)
  const sorted = [...disputed].sort((a, b) => (a.manager < b.manager ? -1 : 1))
  const [first] = sorted
  if (count === 1) return `error: Apply failed with 1 conflict: conflict with ${nameOf(first!)}: ${fieldPath(first!.paths[0]!)}\n${ADVICE}`
  const each = sorted.map(m => [`conflicts with ${nameOf(m)}:`, ...[...m.paths].sort().map(p => `- ${fieldPath(p)}`)].join('\n'))
  return `error: Apply failed with ${count} conflicts: ${each.join('\n')}\n${ADVICE}`
}
