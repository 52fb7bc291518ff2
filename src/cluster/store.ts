// The API server's verbs on the store, with its refusals as data. Stands for registry/generic Store. Validation and allocation come before (apply/, control/).
import type { Kind, KubeObject } from '../apply/object'
import { remember, timeText } from './clock'
import { KINDS, qualifiedResource } from './kind'
import { seedOf, suffix } from './random'
import { keyOf, objectOf, type State } from './state'
import { put, write, type Change } from './write'

/** A Status of kind Failure, as the API server answers. */
export interface ApiError {
  readonly code: 400 | 401 | 403 | 404 | 405 | 409 | 415 | 422 | 429 | 500
  readonly reason:
    | 'BadRequest'
    | 'Forbidden'
    | 'NotFound'
    | 'AlreadyExists'
    | 'Conflict'
    | 'Invalid'
    | 'InternalError'
    | 'UnsupportedMediaType'
    | 'TooManyRequests'
  readonly message: string
  /** The single field errors of an Invalid, each as `path: Type: value: detail`. */
  readonly causes?: readonly string[]
  /** Of the object that is Invalid, where the server made it up. */
  readonly name?: string
}

/** What a verb did: the next State and the object as stored, or the refusal. */
export type Answer = { readonly state: State; readonly object: KubeObject } | { readonly error: ApiError }

export const isError = (answer: object): answer is { readonly error: ApiError } => 'error' in answer

/** What the API server says of an object that is not there. */
export const notFound = (kind: Kind, name: string): ApiError => ({
  code: 404,
  reason: 'NotFound',
  message: `${qualifiedResource(kind)} "${name}" not found`,
})

/** POST: an object that must not exist yet; `generateName` becomes a name. */
export function createObject(state: State, object: KubeObject, by: string): Answer {
  const kind = object.kind as Kind
  const { namespace } = object.metadata
  if (KINDS[kind].namespaced) {
    const room = objectOf(state, 'Namespace', namespace ?? '')
    if (room === undefined) return { error: notFound('Namespace', namespace ?? '') }
    if (room.metadata.deletionTimestamp !== undefined) return { error: terminating(object) }
  }
  const named = object.metadata.name ? { state, object } : withGeneratedName(state, object)
  const key = keyOf(named.object)
  if (objectOf(named.state, kind, key)) {
    return {
      error: { code: 409, reason: 'AlreadyExists', message: `${qualifiedResource(kind)} "${named.object.metadata.name}" already exists` },
    }
  }
  const after = write(named.state, [put(named.object)], by)
  return { state: after, object: objectOf(after, kind, key)! }
}

/** The longest beginning of a generated name; five letters follow. Source: apiserver storage/names. */
const GENERATED_BASE_LENGTH = 58

/** Gives generated names to many objects of one batch. */
export interface Namer {
  /** The object with a name after its `generateName` that nothing of the kind has, nor had in this cluster. */
  readonly name: <O extends KubeObject>(object: O) => O
  /** What has to be remembered so that no name comes twice. */
  readonly facts: () => Readonly<Record<string, number>>
}

/** A namer for one batch over this State. */
export function namerOf(state: State): Namer {
  const counts: Record<string, number> = {}
  return {
    facts: () => counts,
    name: object => {
      const base = (object.metadata.generateName ?? '').slice(0, GENERATED_BASE_LENGTH)
      const counter = `names ${object.kind} ${object.metadata.namespace ?? ''}/${base}`
      const taken = state.objects.get(object.kind as Kind)
      for (;;) {
        const count = counts[counter] ?? Number(state.memory[counter] ?? 0)
        counts[counter] = count + 1
        const name = [base, suffix(seedOf(state.seed, `${counter} ${count}`))].join('')
        const named = { ...object, metadata: { ...object.metadata, name } }
        if (!taken?.has(keyOf(named))) return named
      }
    },
  }
}

/** One object with its generated name, and the State that remembers it. */
export function withGeneratedName(state: State, object: KubeObject): { readonly state: State; readonly object: KubeObject } {
  const namer = namerOf(state)
  const named = namer.name(object)
  return { state: remember(state, namer.facts()), object: named }
}

/** PUT: an object that exists; a resourceVersion in it must be the present one. */
export function updateObject(state: State, object: KubeObject, by: string): Answer {
  const kind = object.kind as Kind
  const key = keyOf(object)
  const old = objectOf(state, kind, key)
  if (old === undefined) return { error: notFound(kind, object.metadata.name) }
  const { resourceVersion } = object.metadata
  if (resourceVersion !== undefined && resourceVersion !== '' && resourceVersion !== old.metadata.resourceVersion) {
    return {
      error: {
        code: 409,
        reason: 'Conflict',
        message: `Operation cannot be fulfilled on ${qualifiedResource(kind)} "${object.metadata.name}": the object has been modified; please apply your changes to the latest version and try again`,
      },
    }
  }
  const after = write(state, [isReleased(old, object) ? { do: 'delete', kind, key } : put(object)], by)
  return { state: after, object: objectOf(after, kind, key) ?? object }
}

/** An object that was only kept by its finalizers goes with the last of them. */
const isReleased = (old: KubeObject, object: KubeObject): boolean =>
  old.metadata.deletionTimestamp !== undefined &&
  (old.metadata.finalizers ?? []).length > 0 &&
  (object.metadata.finalizers ?? []).length === 0 &&
  (old.metadata.deletionGracePeriodSeconds ?? 0) === 0 &&
  old.kind !== 'Namespace'

/** What happens to what belongs to a deleted object: it goes afterwards, goes first, or is let go. */
export type Propagation = 'Background' | 'Foreground' | 'Orphan'
const FINALIZERS: Readonly<Record<Propagation, string | undefined>> = {
  Background: undefined,
  Foreground: 'foregroundDeletion',
  Orphan: 'orphan',
}

/** DELETE: pods on a node, namespaces and objects with finalizers are only marked; controllers remove them later. `graceSeconds` 0: at once. */
export function deleteObject(
  state: State,
  kind: Kind,
  key: string,
  by: string,
  graceSeconds?: number,
  propagation: Propagation = 'Background',
): Answer {
  const old = objectOf(state, kind, key)
  if (old === undefined) return { error: notFound(kind, key.slice(key.indexOf('/') + 1)) }
  const change = deletionOf(state, withFinalizer(old, FINALIZERS[propagation]), graceSeconds)
  if (change === undefined) return { state, object: old }
  const after = write(change.do === 'delete' ? marked(state, old, by) : state, [change], by)
  return { state: after, object: objectOf(after, kind, key) ?? old }
}

/** A pod is marked even where no grace is left to it. */
const marked = (state: State, old: KubeObject, by: string): State => (isMarked(old) ? write(state, [markedNow(state, old)], by) : state)

const isMarked = (old: KubeObject): boolean => old.kind === 'Pod' && old.metadata.deletionTimestamp === undefined

const markedNow = (state: State, old: KubeObject): Change =>
  put({ ...old, metadata: { ...old.metadata, deletionTimestamp: timeText(state), deletionGracePeriodSeconds: 0 } })

function withFinalizer(object: KubeObject, finalizer: string | undefined): KubeObject {
  const known = object.metadata.finalizers ?? []
  if (finalizer === undefined || known.includes(finalizer)) return object
  return { ...object, metadata: { ...object.metadata, finalizers: [...known, finalizer] } }
}

/** The changes that DELETE makes to a stored object: a pod on a node that goes at once is marked before. */
export function deletionsOf(state: State, old: KubeObject, graceSeconds?: number): readonly Change[] {
  const change = deletionOf(state, old, graceSeconds)
  if (change === undefined) return []
  return change.do === 'delete' && isMarked(old) ? [markedNow(state, old), change] : [change]
}

/** The change that DELETE makes to a stored object; undefined when it is marked already. */
export function deletionOf(state: State, old: KubeObject, graceSeconds?: number): Change | undefined {
  const grace = graceOf(old, graceSeconds)
  if (grace === 0) return { do: 'delete', kind: old.kind as Kind, key: keyOf(old) }
  if (old.metadata.deletionTimestamp !== undefined) return undefined
  const seconds = grace === 'until-removed' ? 0 : grace
  return put({
    ...old,
    metadata: { ...old.metadata, deletionTimestamp: timeText(state, state.nowMs + seconds * 1000), deletionGracePeriodSeconds: seconds },
    ...(old.kind === 'Namespace' ? { status: { phase: 'Terminating' } } : {}),
  })
}

/** How long an object stays after DELETE: seconds for a pod on a node, until a controller removes it, or not at all. */
function graceOf(object: KubeObject, asked: number | undefined): number | 'until-removed' {
  if (object.kind === 'Namespace') return 'until-removed'
  const isHeld = (object.metadata.finalizers ?? []).length > 0
  if (object.kind !== 'Pod') return isHeld ? 'until-removed' : 0
  const pod = object as KubeObject & { spec: { nodeName?: string; terminationGracePeriodSeconds?: number }; status?: { phase?: string } }
  const isOver = !pod.spec.nodeName || pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed'
  const seconds = isOver ? 0 : (asked ?? pod.spec.terminationGracePeriodSeconds ?? 30)
  return seconds === 0 && isHeld ? 'until-removed' : seconds
}

const terminating = (object: KubeObject): ApiError => ({
  code: 403,
  reason: 'Forbidden',
  message: `${qualifiedResource(object.kind as Kind)} "${object.metadata.name}" is forbidden: unable to create new content in namespace ${object.metadata.namespace} because it is being terminated`,
})
