// Validation of workloads: selector and template must fit, replicas and strategies must make sense. Jobs are in validate-job.ts.
import { type FieldError, forbidden, invalid, required, unsupported } from './field-error'
import type { Loose } from './loose'
import { dns1123Label, labelValue, nonNegative, qualifiedName } from './names'
import type { Path } from './path'
import { validateClaimSpec } from './validate-claim'
import { printedSelector, ruled, selects, validateLabelSelector } from './validate-meta'
import { validatePodTemplate } from './validate-pod'

export const atLeastZero = (path: Path, value: unknown): FieldError[] =>
  typeof value === 'number' && value < 0 ? [invalid(path, value, nonNegative)] : []
const isEmpty = (selector: Loose): boolean =>
  Object.keys(selector.matchLabels ?? {}).length + (selector.matchExpressions ?? []).length === 0
export const MISMATCH = '`selector` does not match template `labels`'

/** Whether a selector can be read at all. */
export const isReadable = (selector: Loose | undefined): boolean =>
  Object.entries(selector?.matchLabels ?? {}).every(([k, v]) => qualifiedName(k).length + labelValue(v as string).length === 0) &&
  validateLabelSelector([], { matchExpressions: selector?.matchExpressions }).length === 0

export function validateDeployment(object: Loose): FieldError[] {
  const spec: Loose = object.spec ?? {}
  return [
    ...atLeastZero(['spec', 'replicas'], spec.replicas),
    ...validateSelector(spec, 'empty selector is invalid for deployment', 'invalid label selector'),
    ...validateTemplate(spec, 'ReplicaSet'),
    ...validateStrategy(spec.strategy ?? {}),
    ...atLeastZero(['spec', 'minReadySeconds'], spec.minReadySeconds),
    ...atLeastZero(['spec', 'revisionHistoryLimit'], spec.revisionHistoryLimit),
    ...atLeastZero(['spec', 'progressDeadlineSeconds'], spec.progressDeadlineSeconds),
    ...(spec.progressDeadlineSeconds <= (spec.minReadySeconds ?? 0)
      ? [invalid(['spec', 'progressDeadlineSeconds'], spec.progressDeadlineSeconds, 'must be greater than minReadySeconds')]
      : []),
  ]
}

export function validateReplicaSet(object: Loose): FieldError[] {
  const spec: Loose = object.spec ?? {}
  return [
    ...atLeastZero(['spec', 'replicas'], spec.replicas),
    ...atLeastZero(['spec', 'minReadySeconds'], spec.minReadySeconds),
    ...validateSelector(spec, 'empty selector is invalid for deployment', 'invalid label selector'),
    ...validateTemplate(spec, 'ReplicaSet'),
  ]
}

export function validateStatefulSet(object: Loose): FieldError[] {
  const spec: Loose = object.spec ?? {}
  const retention: Loose = spec.persistentVolumeClaimRetentionPolicy ?? {}
  const policies = ['Delete', 'Retain']
  return [
    ...oneOfTwo(['spec', 'podManagementPolicy'], spec.podManagementPolicy, spec.podManagementPolicy, ['OrderedReady', 'Parallel']),
    ...validateStatefulUpdates(spec.updateStrategy ?? {}),
    ...(['whenDeleted', 'whenScaled'] as const).flatMap(when =>
      retention[when] === undefined || policies.includes(retention[when])
        ? []
        : [unsupported(['spec', 'persistentVolumeClaimRetentionPolicy', when], retention[when], ['Retain', 'Delete'])],
    ),
    ...((spec.volumeClaimTemplates ?? []) as Loose[]).flatMap((claim, i) =>
      validateClaimSpec(['spec', 'volumeClaimTemplates', i, 'spec'], claim.spec ?? {}),
    ),
    ...atLeastZero(['spec', 'replicas'], spec.replicas),
    ...atLeastZero(['spec', 'minReadySeconds'], spec.minReadySeconds),
    ...atLeastZero(['spec', 'ordinals', 'start'], spec.ordinals?.start),
    ...(spec.serviceName ? ruled(['spec', 'serviceName'], spec.serviceName, dns1123Label) : []),
    ...validateSelector(spec, 'empty selector is invalid for statefulset', ''),
    ...validateTemplate({ ...spec, template: statefulTemplate(spec) }, 'StatefulSet'),
  ]
}

/** A template as the controller makes pods of it: with a volume for each claim, and names of its own. */
function statefulTemplate(spec: Loose): Loose {
  const template: Loose = spec.template ?? {}
  const { subdomain: _s, hostname: _h, ...rest }: Loose = template.spec ?? {}
  const claims: Loose[] = spec.volumeClaimTemplates ?? []
  if (claims.length === 0) return { ...template, spec: rest }
  const names = new Set(claims.map(claim => claim.metadata?.name ?? ''))
  const claimed = [...names].map(name => ({ name, persistentVolumeClaim: { claimName: name } }))
  const volumes = [...claimed, ...((rest.volumes ?? []) as Loose[]).filter(v => !names.has(v.name ?? ''))]
  return { ...template, spec: { ...rest, volumes } }
}

export function validateDaemonSet(object: Loose): FieldError[] {
  const spec: Loose = object.spec ?? {}
  const path = ['spec', 'selector']
  const errors = validateLabelSelector(path, spec.selector)
  if (isReadable(spec.selector) && !(spec.selector && selects(spec.selector, labelsOf(spec) ?? {})))
    errors.push(invalid(['spec', 'template', 'metadata', 'labels'], labelsOf(spec), MISMATCH))
  if (spec.selector && isEmpty(spec.selector)) errors.push(invalid(path, spec.selector, 'empty selector is invalid for daemonset'))
  return [
    ...errors,
    ...validatePodTemplate(['spec', 'template'], spec.template ?? {}),
    ...alwaysRestarts(spec, 'DaemonSet'),
    ...atLeastZero(['spec', 'minReadySeconds'], spec.minReadySeconds),
    ...validateDaemonUpdates(spec.updateStrategy ?? {}),
    ...atLeastZero(['spec', 'revisionHistoryLimit'], spec.revisionHistoryLimit),
  ]
}

export function validateReplicationController(object: Loose): FieldError[] {
  const spec: Loose = object.spec ?? {}
  const errors = atLeastZero(['spec', 'minReadySeconds'], spec.minReadySeconds)
  const hasSelector = Object.keys(spec.selector ?? {}).length > 0
  if (!hasSelector) errors.push(required(['spec', 'selector']))
  errors.push(...atLeastZero(['spec', 'replicas'], spec.replicas))
  if (!spec.template) return [...errors, required(['spec', 'template'])]
  if (hasSelector && !selects({ matchLabels: spec.selector }, labelsOf(spec) ?? {}))
    errors.push(invalid(['spec', 'template', 'metadata', 'labels'], labelsOf(spec), MISMATCH))
  return [...errors, ...validatePodTemplate(['spec', 'template'], spec.template), ...alwaysRestarts(spec, 'ReplicationController')]
}

const labelsOf = (spec: Loose): Loose | null => spec.template?.metadata?.labels ?? null

function validateSelector(spec: Loose, emptyText: string, unreadableText: string): FieldError[] {
  const path = ['spec', 'selector']
  if (!spec.selector) return [required(path)]
  const errors = validateLabelSelector(path, spec.selector)
  if (isEmpty(spec.selector)) errors.push(invalid(path, printedSelector(spec.selector), emptyText))
  return isReadable(spec.selector) ? errors : [...errors, invalid(path, printedSelector(spec.selector), unreadableText)]
}

/** A template behind a selector that cannot be read is not looked at. */
function validateTemplate(spec: Loose, of: string): FieldError[] {
  if (!isReadable(spec.selector)) return []
  const fits = spec.selector && (isEmpty(spec.selector) || selects(spec.selector, labelsOf(spec) ?? {}))
  return [
    ...(fits ? [] : [invalid(['spec', 'template', 'metadata', 'labels'], labelsOf(spec), MISMATCH)]),
    ...validatePodTemplate(['spec', 'template'], spec.template ?? {}),
    ...alwaysRestarts(spec, of),
  ]
}

function alwaysRestarts(spec: Loose, of: string): FieldError[] {
  const { restartPolicy, activeDeadlineSeconds } = spec.template?.spec ?? {}
  const path = ['spec', 'template', 'spec']
  return [
    ...(restartPolicy === undefined || restartPolicy === 'Always'
      ? []
      : [unsupported([...path, 'restartPolicy'], restartPolicy, ['Always'])]),
    ...(activeDeadlineSeconds === undefined
      ? []
      : [forbidden([...path, 'activeDeadlineSeconds'], `activeDeadlineSeconds in ${of} is not Supported`)]),
  ]
}

function validateStrategy(strategy: Loose): FieldError[] {
  const path = ['spec', 'strategy']
  if (strategy.type === 'Recreate')
    return strategy.rollingUpdate ? [forbidden([...path, 'rollingUpdate'], "may not be specified when strategy `type` is 'Recreate'")] : []
  if (strategy.type !== 'RollingUpdate')
    return strategy.type === undefined ? [] : [unsupported(path, strategyShape(strategy), ['Recreate', 'RollingUpdate'])]
  const { maxSurge, maxUnavailable } = strategy.rollingUpdate ?? {}
  const at = [...path, 'rollingUpdate', 'maxUnavailable']
  const errors = [...validateCount(at, maxUnavailable), ...validateCount([...path, 'rollingUpdate', 'maxSurge'], maxSurge)]
  if (countOf(maxSurge) === 0 && countOf(maxUnavailable) === 0)
    errors.push(invalid(at, maxUnavailable, 'may not be 0 when `maxSurge` is 0'))
  return [...errors, ...notOverAll(at, maxUnavailable)]
}

/** A strategy as Go prints its internal type. */
const strategyShape = ({ type, rollingUpdate }: Loose): object => ({
  Type: type,
  RollingUpdate: rollingUpdate ? { MaxUnavailable: rollingUpdate.maxUnavailable ?? 0, MaxSurge: rollingUpdate.maxSurge ?? 0 } : null,
})

/** A number, or the number of a percentage. */
const countOf = (value: unknown): number => (typeof value === 'string' ? Number.parseInt(value, 10) || 0 : Number(value ?? 0))

/** No more than all of them. */
export const notOverAll = (path: Path, value: unknown): FieldError[] =>
  typeof value === 'string' && /^\d+%$/.test(value) && Number.parseInt(value, 10) > 100
    ? [invalid(path, value, 'must not be greater than 100%')]
    : []

const PERCENT_TEXT =
  "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')"

export function validateCount(path: Path, value: unknown): FieldError[] {
  if (typeof value !== 'string') return atLeastZero(path, value)
  return /^\d+%$/.test(value) ? [] : [invalid(path, value, PERCENT_TEXT)]
}

function validateDaemonUpdates(strategy: Loose): FieldError[] {
  const path = ['spec', 'updateStrategy']
  if (strategy.type === 'OnDelete') return []
  if (strategy.type !== 'RollingUpdate') return [unsupported(path, strategyShape(strategy), ['RollingUpdate', 'OnDelete'])]
  const { maxSurge, maxUnavailable } = strategy.rollingUpdate ?? {}
  const [surgeAt, unavailableAt] = [
    [...path, 'rollingUpdate', 'maxSurge'],
    [...path, 'rollingUpdate', 'maxUnavailable'],
  ] as const
  const errors = [
    ...validateCount(unavailableAt, maxUnavailable),
    ...validateCount(surgeAt, maxSurge),
    ...notOverAll(unavailableAt, maxUnavailable),
    ...notOverAll(surgeAt, maxSurge),
  ]
  const [surge, unavailable] = [countOf(maxSurge), countOf(maxUnavailable)]
  if (surge !== 0 && unavailable !== 0) errors.push(invalid(surgeAt, maxSurge, 'may not be set when maxUnavailable is non-zero'))
  if (surge === 0 && unavailable === 0) errors.push(required(unavailableAt, 'cannot be 0 when maxSurge is 0'))
  return errors
}

function validateStatefulUpdates(strategy: Loose): FieldError[] {
  const path = ['spec', 'updateStrategy']
  const { type, rollingUpdate } = strategy
  const shape = {
    Type: type,
    RollingUpdate: rollingUpdate ? { Partition: rollingUpdate.partition ?? 0, MaxUnavailable: null } : null,
  }
  if (type === 'OnDelete')
    return rollingUpdate
      ? [invalid([...path, 'rollingUpdate'], shape.RollingUpdate, "only allowed for updateStrategy 'RollingUpdate'")]
      : []
  if (type !== 'RollingUpdate') return oneOfTwo(path, type, shape, ['RollingUpdate', 'OnDelete'])
  return atLeastZero([...path, 'rollingUpdate', 'partition'], rollingUpdate?.partition)
}

/** `must be 'A' or 'B'`. */
function oneOfTwo(path: Path, word: string | undefined, shown: unknown, words: readonly [string, string]): FieldError[] {
  if (!word) return [required(path)]
  return words.includes(word) ? [] : [invalid(path, shown, `must be '${words[0]}' or '${words[1]}'`)]
}
