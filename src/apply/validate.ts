// The API server's validation of a whole object, after defaulting: every error, in its order. Not admission, not allocation.
import { type FieldError, fieldErrorText, invalid } from './field-error'
import type { Loose } from './loose'
import type { ProfileName } from './profile'
import { validateEndpoints, validateEndpointSlice } from './validate-endpoints'
import { dns1123Label } from './names'
import { validateMeta } from './validate-meta'
import { validateConfigMap, validateNode } from './validate-other'
import { podWarnings, validatePod } from './validate-pod'
import { serviceWarnings, validateService } from './validate-service'
import { validateDeployment, validateReplicaSet, validateReplicationController } from './validate-workload'

const VALIDATORS: Readonly<Record<string, (object: Loose) => FieldError[]>> = {
  Pod: validatePod,
  Service: validateService,
  Deployment: validateDeployment,
  ReplicaSet: validateReplicaSet,
  ReplicationController: validateReplicationController,
  Endpoints: validateEndpoints,
  EndpointSlice: validateEndpointSlice,
  Node: validateNode,
  ConfigMap: validateConfigMap,
}

/** What the API server says when this object is created. */
export function validateCreate(kind: string, object: object): readonly FieldError[] {
  const loose = object as Loose
  return [...validateMeta(kind, loose.metadata ?? {}), ...(VALIDATORS[kind]?.(loose) ?? [])]
}

/** What it says when `before` becomes `after`: the errors of the object itself, and fields that may not change. */
export function validateUpdate(kind: string, before: object, after: object): readonly FieldError[] {
  return [...validateCreate(kind, after), ...changes(kind, before as Loose, after as Loose)]
}

const same = (a: unknown, b: unknown): boolean => JSON.stringify(sorted(a)) === JSON.stringify(sorted(b))
const sorted = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([k, v]) => [k, sorted(v)]),
  )
}

function changes(kind: string, before: Loose, after: Loose): FieldError[] {
  if ((kind === 'Deployment' || kind === 'ReplicaSet') && !same(before.spec?.selector, after.spec?.selector))
    return [invalid(['spec', 'selector'], after.spec?.selector, 'field is immutable')]
  if (kind === 'Service') return serviceChanges(before.spec ?? {}, after.spec ?? {})
  if (kind === 'EndpointSlice' && before.addressType !== after.addressType)
    return [invalid(['addressType'], after.addressType, 'field is immutable')]
  return kind === 'Pod' ? podChanges(before.spec ?? {}, after.spec ?? {}) : []
}

/** A Service keeps its first address for as long as it is not an ExternalName. */
function serviceChanges(before: Loose, after: Loose): FieldError[] {
  if (before.type === 'ExternalName' || after.type === 'ExternalName' || !before.clusterIP) return []
  if (before.clusterIP === after.clusterIP) return []
  return [invalid(['spec', 'clusterIPs', 0], after.clusterIPs ?? [after.clusterIP], 'may not change once set')]
}

const POD_TEXT =
  'pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)'

function podChanges(before: Loose, after: Loose): FieldError[] {
  const fixed = (spec: Loose): unknown => {
    const { activeDeadlineSeconds: _a, tolerations: _t, terminationGracePeriodSeconds: _g, ...rest } = spec
    const withoutImages = (list: Loose[] | undefined): unknown => list?.map(({ image: _i, ...c }) => c)
    return { ...rest, containers: withoutImages(spec.containers), initContainers: withoutImages(spec.initContainers) }
  }
  return same(fixed(before), fixed(after)) ? [] : [{ path: ['spec'], type: 'Forbidden', detail: POD_TEXT }]
}

/** `The Service "web" is invalid: …`, as kubectl prints a 422: one error on the same line, several as a list. */
export function invalidText(kind: string, name: string, errors: readonly FieldError[], profile: ProfileName): string {
  const lines = [...new Set(errors.map(e => fieldErrorText(e, profile)))]
  return lines.length === 1
    ? `The ${kind} ${JSON.stringify(name)} is invalid: ${lines[0]}`
    : `The ${kind} ${JSON.stringify(name)} is invalid: \n${lines.map(l => `* ${l}`).join('\n')}`
}

/** What a modern API server warns of with an object that it takes, without `Warning: `. v1.13 has no warnings. */
export function createWarnings(kind: string, object: object, profile: ProfileName): readonly string[] {
  return WARNS[profile] ? (WARNERS[kind]?.(object as Loose) ?? []) : []
}

const WARNS: Readonly<Record<ProfileName, boolean>> = { 'v1.13': false, 'v1.35': true }

const WARNERS: Readonly<Record<string, (object: Loose) => readonly string[]>> = {
  Service: serviceWarnings,
  Pod: object => [...podNameWarnings(object.metadata?.name ?? ''), ...podWarnings('spec', object.spec ?? {})],
  Deployment: object => podWarnings('spec.template.spec', object.spec?.template?.spec ?? {}),
  ReplicaSet: object => podWarnings('spec.template.spec', object.spec?.template?.spec ?? {}),
  ReplicationController: object => podWarnings('spec.template.spec', object.spec?.template?.spec ?? {}),
}

/** A pod's name is its hostname: it had better be a label. */
function podNameWarnings(name: string): readonly string[] {
  const wrong =
    name.length > 63 ? ['must be no more than 63 characters'] : name.includes('.') ? ['must not contain dots'] : dns1123Label(name)
  if (name === '' || wrong.length === 0) return []
  return [
    `metadata.name: this is used in the Pod's hostname, which can result in surprising behavior; a DNS label is recommended: [${wrong.join(', ')}]`,
  ]
}
