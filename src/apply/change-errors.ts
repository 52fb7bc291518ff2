// Fields that may not change, by kind: what the API server says when one object replaces another. The errors of the new object itself come from validate.ts.
import { goJson } from './go-json'
import { type FieldError, forbidden, invalid } from './field-error'
import type { Loose } from './loose'
import type { Path } from './path'
import { podSpecLines } from './pod-spec-text'
import { serviceChangeErrors } from './service-change-errors'
import { unifiedDiff } from './unified-diff'
import { bindingChanges } from './validate-access'
import { storageClassChanges } from './validate-storage'
import { printedSelector } from './validate-meta'

/** `first` stands before the errors of the object itself, `last` behind them. */
interface ChangeErrors {
  readonly first: readonly FieldError[]
  readonly last: readonly FieldError[]
}

/** What may not change when `before` becomes `after`. */
export function changeErrors(kind: string, before: Loose, after: Loose): ChangeErrors {
  return {
    first: [...metaChanges(before.metadata ?? {}, after.metadata ?? {}), ...(FIRST[kind]?.(before, after) ?? [])],
    last: LAST[kind]?.(before, after) ?? [],
  }
}

const IMMUTABLE = 'field is immutable'

/** Whether two values are the same but for the order of keys. */
export const same = (a: unknown, b: unknown): boolean => (a === undefined) === (b === undefined) && goJson(a) === goJson(b)
const unlessSame = (path: Path, before: unknown, after: unknown): FieldError[] =>
  same(before, after) ? [] : [invalid(path, after ?? null, IMMUTABLE)]

/** A uid that was given must be the object's own; the rest of metadata is the server's. */
const metaChanges = (before: Loose, after: Loose): FieldError[] =>
  after.uid !== undefined && before.uid !== undefined && after.uid !== before.uid
    ? [invalid(['metadata', 'uid'], after.uid, IMMUTABLE)]
    : []

type Changes = (before: Loose, after: Loose) => FieldError[]

/** What may not change once `immutable` is set. */
function fixedData(before: Loose, after: Loose, fields: readonly string[]): FieldError[] {
  if (before.immutable !== true) return []
  const wrong = (field: string): FieldError => forbidden([field], 'field is immutable when `immutable` is set')
  const changed = fields.filter(field => !same(before[field] ?? {}, after[field] ?? {}))
  return [...(after.immutable === true ? [] : ['immutable']), ...changed].map(wrong)
}

const FIRST: Readonly<Record<string, Changes>> = {
  Service: (before, after) => serviceChangeErrors(before.spec ?? {}, after.spec ?? {}),
  ConfigMap: (before, after) => fixedData(before, after, ['data', 'binaryData']),
  PriorityClass: (before, after) => [
    ...(before.value === after.value ? [] : [forbidden(['value'], 'may not be changed in an update.')]),
    ...unlessSame(['preemptionPolicy'], before.preemptionPolicy, after.preemptionPolicy),
  ],
  Secret: (before, after) => [...unlessSame(['type'], before.type, after.type), ...fixedData(before, after, ['data'])],
}

const selectorChange: Changes = (before, after) => unlessSame(['spec', 'selector'], before.spec?.selector, after.spec?.selector)

const LAST: Readonly<Record<string, Changes>> = {
  Deployment: selectorChange,
  ReplicaSet: selectorChange,
  DaemonSet: selectorChange,
  StatefulSet: statefulSetChanges,
  Job: jobChanges,
  Pod: podChanges,
  Node: nodeChanges,
  ServiceCIDR: cidrChanges,
  EndpointSlice: (before, after) => unlessSame(['addressType'], before.addressType, after.addressType),
  IngressClass: (before, after) =>
    before.spec?.controller === after.spec?.controller ? [] : [invalid(['spec', 'controller'], after.spec?.controller ?? '', IMMUTABLE)],
  ResourceQuota: (before, after) => {
    const [had, has] = [before.spec?.scopes ?? [], after.spec?.scopes ?? []]
    return same([...had].sort(), [...has].sort()) ? [] : [invalid(['spec', 'scopes'], has, IMMUTABLE)]
  },
  StorageClass: storageClassChanges,
  RoleBinding: bindingChanges,
  ClusterRoleBinding: bindingChanges,
  IPAddress: (before, after) =>
    same(before.spec?.parentRef, after.spec?.parentRef)
      ? []
      : [invalid(['spec', 'parentRef'], parentShape(after.spec?.parentRef ?? {}), IMMUTABLE)],
}

/** The reference as Go's internal type prints it. */
const parentShape = (parent: Loose): object => ({
  Group: parent.group ?? '',
  Resource: parent.resource ?? '',
  Namespace: parent.namespace ?? '',
  Name: parent.name ?? '',
})

const STATEFUL_MUTABLE = [
  'replicas',
  'ordinals',
  'template',
  'updateStrategy',
  'revisionHistoryLimit',
  'persistentVolumeClaimRetentionPolicy',
  'minReadySeconds',
]
const STATEFUL_TEXT =
  "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden"

function statefulSetChanges(before: Loose, after: Loose): FieldError[] {
  const fixed = (spec: Loose = {}): Loose => Object.fromEntries(Object.entries(spec).filter(([key]) => !STATEFUL_MUTABLE.includes(key)))
  return same(fixed(before.spec), fixed(after.spec)) ? [] : [forbidden(['spec'], STATEFUL_TEXT)]
}

function jobChanges(before: Loose, after: Loose): FieldError[] {
  const [b, a]: readonly Loose[] = [before.spec ?? {}, after.spec ?? {}]
  const fields = [
    'completions',
    'selector',
    'template',
    'completionMode',
    'podFailurePolicy',
    'backoffLimitPerIndex',
    'managedBy',
    'successPolicy',
  ]
  return fields.flatMap(field => {
    const now = field === 'selector' && a!.selector ? printedSelector(a!.selector) : a![field]
    return unlessSame(['spec', field], b![field], now)
  })
}

const POD_TEXT =
  'pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)'

function podChanges(before: Loose, after: Loose): FieldError[] {
  const [old, next]: readonly Loose[] = [before.spec ?? {}, after.spec ?? {}]
  for (const list of ['containers', 'initContainers'] as const) {
    const [had, has]: readonly Loose[][] = [old![list] ?? [], next![list] ?? []]
    if (had!.length !== has!.length) return [forbidden(['spec', list], 'pod updates may not add or remove containers')]
    const empty = has!.findIndex(c => !c.image)
    if (empty >= 0) return [{ path: ['spec', list, empty, 'image'], type: 'Required value', detail: '' }]
  }
  const errors = deadlineChanges(old!, next!)
  errors.push(...tolerationChanges(old!.tolerations ?? [], next!.tolerations ?? []))
  const munged = { ...next!, ...settled(old!, next!) }
  if (same(munged, old)) return errors
  return [...errors, forbidden(['spec'], `${POD_TEXT}\n${unifiedDiff(podSpecLines(old!), podSpecLines(munged))}`)]
}

/** What may change of a pod's spec, as it was. */
function settled(old: Loose, next: Loose): Loose {
  const withImages = (list: Loose[] | undefined, before: Loose[] | undefined) => list?.map((c, i) => ({ ...c, image: before?.[i]?.image }))
  const grace = old.terminationGracePeriodSeconds < 0 && next.terminationGracePeriodSeconds === 1
  const kept = ['activeDeadlineSeconds', 'tolerations', 'schedulingGates', ...(grace ? ['terminationGracePeriodSeconds'] : [])]
  return {
    ...Object.fromEntries(kept.map(name => [name, old[name]])),
    containers: withImages(next.containers, old.containers),
    ...(next.initContainers === undefined ? {} : { initContainers: withImages(next.initContainers, old.initContainers) }),
  }
}

function deadlineChanges(old: Loose, next: Loose): FieldError[] {
  const [had, has] = [old.activeDeadlineSeconds, next.activeDeadlineSeconds]
  const path = ['spec', 'activeDeadlineSeconds']
  if (has !== undefined && had !== undefined && has > had) return [invalid(path, has, 'must be less than or equal to previous value')]
  return had !== undefined && has === undefined ? [invalid(path, null, 'must not update from a positive integer to nil value')] : []
}

/** Tolerations may be added, and their seconds changed. */
function tolerationChanges(old: readonly Loose[], next: readonly Loose[]): FieldError[] {
  const bare = ({ tolerationSeconds: _, ...rest }: Loose): Loose => rest
  const kept = old.every(t => next.some(n => same(bare(t), bare(n))))
  return kept ? [] : [forbidden(['spec', 'tolerations'], 'existing toleration can not be modified except its tolerationSeconds')]
}

/** A second network may be added, of the other family. */
function cidrChanges(before: Loose, after: Loose): FieldError[] {
  const [had, has]: readonly string[][] = [before.spec?.cidrs ?? [], after.spec?.cidrs ?? []]
  const at = ['spec', 'cidrs']
  if (has!.length !== had!.length && !(had!.length === 1 && has!.length === 2)) return [invalid(at, has, IMMUTABLE)]
  return had!.flatMap((cidr, i) => (cidr === has![i] ? [] : [invalid([...at, i], has![i], IMMUTABLE)]))
}

function nodeChanges(before: Loose, after: Loose): FieldError[] {
  const had: string[] = before.spec?.podCIDRs ?? []
  const has: string[] = after.spec?.podCIDRs ?? []
  const changed = had.length > 0 && !same(had, has)
  const [provider, now]: readonly string[] = [before.spec?.providerID ?? '', after.spec?.providerID ?? '']
  const moved = provider !== '' && provider !== now
  const text = (what: string): string => `node updates may not change ${what} except from "" to valid`
  return [
    ...(changed ? [forbidden(['spec', 'podCIDRs'], text('podCIDR'))] : []),
    ...(moved ? [forbidden(['spec', 'providerID'], text('providerID'))] : []),
  ]
}
