// Validation of Deployments, ReplicaSets and ReplicationControllers: selector and template must fit, replicas and strategy must make sense.
import { type FieldError, forbidden, invalid, required, unsupported } from './field-error'
import type { Loose } from './loose'
import type { Path } from './path'
import { selects, validateLabelSelector, validateLabels } from './validate-meta'
import { validatePodSpec } from './validate-pod'

const atLeastZero = (path: Path, value: unknown): FieldError[] =>
  typeof value === 'number' && value < 0 ? [invalid(path, value, 'must be greater than or equal to 0')] : []
const isEmpty = (selector: Loose): boolean =>
  Object.keys(selector.matchLabels ?? {}).length + (selector.matchExpressions ?? []).length === 0
const MISMATCH = '`selector` does not match template `labels`'

export function validateDeployment(object: Loose): FieldError[] {
  const spec: Loose = object.spec ?? {}
  return [
    ...atLeastZero(['spec', 'replicas'], spec.replicas),
    ...validateSelector(spec, 'empty selector is invalid for deployment'),
    ...validateTemplate(spec),
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
    ...validateSelector(spec, 'empty selector is invalid for deployment'),
    ...validateTemplate(spec),
  ]
}

export function validateReplicationController(object: Loose): FieldError[] {
  const spec: Loose = object.spec ?? {}
  const path = ['spec', 'selector']
  const labels: Loose = spec.template?.metadata?.labels ?? {}
  const errors = atLeastZero(['spec', 'minReadySeconds'], spec.minReadySeconds)
  errors.push(...(Object.keys(spec.selector ?? {}).length === 0 ? [required(path)] : validateLabels(path, spec.selector)))
  errors.push(...atLeastZero(['spec', 'replicas'], spec.replicas))
  if (!spec.template) return [...errors, required(['spec', 'template'])]
  if (spec.selector && !selects({ matchLabels: spec.selector }, labels))
    errors.push(invalid(['spec', 'template', 'metadata', 'labels'], labelsOf(spec), MISMATCH))
  return [...errors, ...validateTemplateBody(spec.template)]
}

const labelsOf = (spec: Loose): unknown => spec.template?.metadata?.labels ?? null

function validateSelector(spec: Loose, emptyText: string): FieldError[] {
  const path = ['spec', 'selector']
  if (!spec.selector) return [required(path)]
  const errors = validateLabelSelector(path, spec.selector)
  if (isEmpty(spec.selector)) errors.push(invalid(path, spec.selector, emptyText))
  else if (errors.length > 0) errors.push(invalid(path, spec.selector, 'invalid label selector'))
  return errors
}

function validateTemplate(spec: Loose): FieldError[] {
  const errors: FieldError[] = []
  const selectorFits = spec.selector && !isEmpty(spec.selector) && validateLabelSelector([], spec.selector).length === 0
  if (!spec.selector || (selectorFits && !selects(spec.selector, spec.template?.metadata?.labels ?? {})))
    errors.push(invalid(['spec', 'template', 'metadata', 'labels'], labelsOf(spec), MISMATCH))
  return [...errors, ...validateTemplateBody(spec.template ?? {})]
}

function validateTemplateBody(template: Loose): FieldError[] {
  const policy = template.spec?.restartPolicy
  return [
    ...validateLabels(['spec', 'template', 'metadata', 'labels'], template.metadata?.labels),
    ...validatePodSpec(['spec', 'template', 'spec'], template.spec ?? {}),
    ...(policy === 'OnFailure' || policy === 'Never'
      ? [unsupported(['spec', 'template', 'spec', 'restartPolicy'], policy, ['Always'])]
      : []),
  ]
}

function validateStrategy(strategy: Loose): FieldError[] {
  const path = ['spec', 'strategy']
  if (strategy.type === 'Recreate')
    return strategy.rollingUpdate ? [forbidden([...path, 'rollingUpdate'], "may not be specified when strategy `type` is 'Recreate'")] : []
  if (strategy.type !== 'RollingUpdate')
    return strategy.type === undefined
      ? []
      : [unsupported(path, { Type: strategy.type, RollingUpdate: null }, ['Recreate', 'RollingUpdate'])]
  const { maxSurge, maxUnavailable } = strategy.rollingUpdate ?? {}
  const errors = [
    ...validateCount([...path, 'rollingUpdate', 'maxUnavailable'], maxUnavailable),
    ...validateCount([...path, 'rollingUpdate', 'maxSurge'], maxSurge),
  ]
  if (isZero(maxSurge) && isZero(maxUnavailable))
    errors.push(invalid([...path, 'rollingUpdate', 'maxUnavailable'], maxUnavailable, 'may not be 0 when `maxSurge` is 0'))
  if (typeof maxUnavailable === 'string' && Number.parseInt(maxUnavailable, 10) > 100)
    errors.push(invalid([...path, 'rollingUpdate', 'maxUnavailable'], maxUnavailable, 'must not be greater than 100%'))
  return errors
}

const isZero = (value: unknown): boolean => value === 0 || value === '0%'

function validateCount(path: Path, value: unknown): FieldError[] {
  if (typeof value !== 'string') return atLeastZero(path, value)
  return /^\d+%$/.test(value)
    ? []
    : [
        invalid(
          path,
          value,
          "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')",
        ),
      ]
}
