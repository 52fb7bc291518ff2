// ConfigMaps and Secrets as a kubelet reads them: which of the two a reference means, and what is in it.
import { textOf } from '../apply/base64'
import type { Container, KeyRef, ObjectRef } from '../apply/object'
import { objectOf, type State } from '../cluster/state'

export type SourceKind = 'ConfigMap' | 'Secret'

/** A reference of a container's environment. */
export interface SourceRef {
  readonly kind: SourceKind
  readonly ref: ObjectRef | KeyRef
}

type Data = Readonly<Record<string, string>>

/** Key → text; undefined when there is no such object. Keys of a ConfigMap with bytes that are no text are not in it. */
export function sourceData(state: State, kind: SourceKind, key: string): Data | undefined {
  if (kind === 'ConfigMap') {
    const map = objectOf(state, 'ConfigMap', key)
    return map && (map.data ?? {})
  }
  const secret = objectOf(state, 'Secret', key)
  return secret && Object.fromEntries(Object.entries(secret.data ?? {}).map(([name, value]) => [name, textOf(value)]))
}

/** The keys of an object, those with bytes too; undefined when there is no such object. */
export function sourceKeys(state: State, kind: SourceKind, key: string): readonly string[] | undefined {
  if (kind === 'Secret') return objectOf(state, 'Secret', key) && Object.keys(objectOf(state, 'Secret', key)!.data ?? {})
  const map = objectOf(state, 'ConfigMap', key)
  return map && [...Object.keys(map.data ?? {}), ...Object.keys(map.binaryData ?? {})]
}

/** What `envFrom` names, in its order, with the prefix of the variables. */
export const wholeSources = (container: Container | undefined): readonly (SourceRef & { readonly prefix: string })[] =>
  (container?.envFrom ?? []).flatMap(({ prefix = '', configMapRef, secretRef }) => [
    ...(configMapRef ? [{ kind: 'ConfigMap' as const, ref: configMapRef, prefix }] : []),
    ...(secretRef ? [{ kind: 'Secret' as const, ref: secretRef, prefix }] : []),
  ])

/** What single variables name. */
export const keySources = (container: Container): readonly (SourceRef & { readonly ref: KeyRef })[] =>
  (container.env ?? []).flatMap(({ valueFrom: { configMapKeyRef, secretKeyRef } = {} }) => [
    ...(configMapKeyRef ? [{ kind: 'ConfigMap' as const, ref: configMapKeyRef }] : []),
    ...(secretKeyRef ? [{ kind: 'Secret' as const, ref: secretKeyRef }] : []),
  ])
