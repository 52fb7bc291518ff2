// Validation and defaults of HorizontalPodAutoscalers; one of autoscaling/v1 becomes one of v2.
import { type FieldError, forbidden, invalid, required, unsupported } from './field-error'
import type { Loose } from './loose'
import { dns1123Label, nonNegative, pathSegment } from './names'
import type { Path } from './path'
import { quantityText, quantityValue } from './quantity-value'
import { ruled } from './validate-meta'
import { containerName } from './validate-resources'

export function validateAutoscaler(object: Loose): FieldError[] {
  const spec: Loose = object.spec ?? {}
  const { minReplicas: least, maxReplicas: most = 0 } = spec
  const at = (field: string): Path => ['spec', field]
  return [
    ...(least < 1 ? [invalid(at('minReplicas'), least, 'must be greater than or equal to 1')] : []),
    ...(most < 1 ? [invalid(at('maxReplicas'), most, 'must be greater than 0')] : []),
    ...(most < least ? [invalid(at('maxReplicas'), most, 'must be greater than or equal to `minReplicas`')] : []),
    ...validateReference(at('scaleTargetRef'), spec.scaleTargetRef ?? {}, false),
    ...((spec.metrics ?? []) as Loose[]).flatMap((metric, i) => validateMetric(['spec', 'metrics', i], metric)),
    ...(least === 0 && !((spec.metrics ?? []) as Loose[]).some(m => m.type === 'Object' || m.type === 'External')
      ? [forbidden(at('metrics'), 'must specify at least one Object or External metric to support scaling to zero replicas')]
      : []),
    ...(['scaleUp', 'scaleDown'] as const).flatMap(way => validateRules(['spec', 'behavior', way], spec.behavior?.[way])),
  ]
}

function validateReference(path: Path, ref: Loose, coreToo: boolean): FieldError[] {
  const named = (field: string): FieldError[] =>
    ref[field] ? ruled([...path, field], ref[field], pathSegment) : [required([...path, field])]
  const version: string = ref.apiVersion ?? ''
  const wrong =
    version.split('/').length > 2
      ? `unexpected GroupVersion string: ${version}`
      : !coreToo && !/^[^/]+[/]/.test(version)
        ? 'apiVersion must specify API group'
        : undefined
  return [...named('kind'), ...named('name'), ...(wrong === undefined ? [] : [invalid([...path, 'apiVersion'], version, wrong)])]
}

const TYPES = ['ContainerResource', 'External', 'Object', 'Pods', 'Resource']
const SOURCES: Readonly<Record<string, (path: Path, source: Loose) => FieldError[]>> = {
  object: (path, s) => [
    ...validateReference([...path, 'describedObject'], s.describedObject ?? {}, true),
    ...measured(path, s),
    ...(s.target?.value === undefined && s.target?.averageValue === undefined
      ? [required([...path, 'target', 'averageValue'], 'must set either a target value or averageValue')]
      : []),
  ],
  external: (path, s) => [
    ...measured(path, s),
    ...(s.target?.value === undefined && s.target?.averageValue === undefined
      ? [required([...path, 'target', 'averageValue'], 'must set either a target value for metric or a per-pod target')]
      : []),
    ...(s.target?.value !== undefined && s.target?.averageValue !== undefined
      ? [forbidden([...path, 'target', 'value'], 'may not set both a target value for metric and a per-pod target')]
      : []),
  ],
  pods: (path, s) => [
    ...measured(path, s),
    ...(s.target?.averageValue === undefined
      ? [required([...path, 'target', 'averageValue'], 'must specify a positive target averageValue')]
      : []),
  ],
  resource: (path, s) => [...(s.name ? [] : [required([...path, 'name'], 'must specify a resource name')]), ...share(path, s)],
  containerResource: (path, s) => [
    ...(s.name ? containerName([...path, 'name'], s.name) : [required([...path, 'name'], 'must specify a resource name')]),
    ...(s.container
      ? ruled([...path, 'container'], s.container, dns1123Label)
      : [required([...path, 'container'], 'must specify a container')]),
    ...share(path, s),
  ],
}

/** A metric by its name, and its target. */
const measured = (path: Path, s: Loose): FieldError[] => [
  ...(s.metric?.name
    ? ruled([...path, 'metric', 'name'], s.metric.name, pathSegment)
    : [required([...path, 'metric', 'name'], 'must specify a metric name')]),
  ...validateTarget([...path, 'target'], s.target ?? {}),
]

/** A share of what was asked for, or an amount. */
const share = (path: Path, s: Loose): FieldError[] => {
  const { averageUtilization: part, averageValue: amount } = s.target ?? {}
  return [
    ...validateTarget([...path, 'target'], s.target ?? {}),
    ...(part === undefined && amount === undefined
      ? [required([...path, 'target', 'averageUtilization'], 'must set either a target raw value or a target utilization')]
      : []),
    ...(part !== undefined && amount !== undefined
      ? [forbidden([...path, 'target', 'averageValue'], 'may not set both a target raw value and a target utilization')]
      : []),
  ]
}

function validateTarget(path: Path, target: Loose): FieldError[] {
  const type: string = target.type ?? ''
  const positive = (field: string): FieldError[] =>
    target[field] !== undefined && quantityValue(target[field]) <= 0
      ? [invalid([...path, field], quantityText(target[field]), 'must be positive')]
      : []
  return [
    ...(type === '' ? [required([...path, 'type'], 'must specify a metric target type')] : []),
    ...(['Utilization', 'Value', 'AverageValue'].includes(type)
      ? []
      : [invalid([...path, 'type'], type, 'must be either Utilization, Value, or AverageValue')]),
    ...positive('value'),
    ...positive('averageValue'),
    ...(target.averageUtilization < 1
      ? [invalid([...path, 'averageUtilization'], target.averageUtilization, 'must be greater than 0')]
      : []),
  ]
}

function validateMetric(path: Path, metric: Loose): FieldError[] {
  const type: string = metric.type ?? ''
  const unknown = TYPES.includes(type) ? [] : [unsupported([...path, 'type'], type, TYPES)]
  const given = Object.keys(SOURCES).filter(source => metric[source] !== undefined)
  const expected = TYPES.includes(type) ? `${type[0]!.toLowerCase()}${type.slice(1)}` : ''
  const lacks = expected !== '' && metric[expected] === undefined
  return [
    ...(type === '' ? [required([...path, 'type'], 'must specify a metric source type')] : []),
    ...unknown,
    ...given.slice(0, 1).flatMap(source => SOURCES[source]!([...path, source], metric[source])),
    ...(lacks ? [required([...path, expected], 'must populate information for the given metric source')] : []),
    ...unknown,
    ...(given.length === 1
      ? []
      : given
          .filter(source => source !== expected)
          .map(source => forbidden([...path, source], 'must populate the given metric source only'))),
  ]
}

const SELECTS = ['Disabled', 'Max', 'Min']
const MOST_SECONDS = 3600
const MOST_PERIOD = 1800

function validateRules(path: Path, rules: Loose | undefined): FieldError[] {
  if (rules === undefined) return []
  const { stabilizationWindowSeconds: seconds, selectPolicy, policies = [], tolerance } = rules
  const at = [...path, 'stabilizationWindowSeconds']
  return [
    ...(seconds < 0 ? [invalid(at, seconds, 'must be greater than or equal to zero')] : []),
    ...(seconds > MOST_SECONDS ? [invalid(at, seconds, `must be less than or equal to ${MOST_SECONDS}`)] : []),
    ...(selectPolicy === undefined || SELECTS.includes(selectPolicy)
      ? []
      : [unsupported([...path, 'selectPolicy'], selectPolicy, SELECTS)]),
    ...(policies.length === 0 ? [required([...path, 'policies'], 'must specify at least one Policy')] : []),
    ...(policies as Loose[]).flatMap((policy, i) => validatePolicy([...path, 'policies', i], policy)),
    ...(tolerance !== undefined && quantityValue(tolerance) < 0
      ? [invalid([...path, 'tolerance'], quantityText(tolerance), nonNegative)]
      : []),
  ]
}

function validatePolicy(path: Path, policy: Loose): FieldError[] {
  const { type = '', value = 0, periodSeconds: period = 0 } = policy
  return [
    ...(['Percent', 'Pods'].includes(type) ? [] : [unsupported([...path, 'type'], type, ['Percent', 'Pods'])]),
    ...(value <= 0 ? [invalid([...path, 'value'], value, 'must be greater than zero')] : []),
    ...(period <= 0 ? [invalid([...path, 'periodSeconds'], period, 'must be greater than zero')] : []),
    ...(period > MOST_PERIOD ? [invalid([...path, 'periodSeconds'], period, `must be less than or equal to ${MOST_PERIOD}`)] : []),
  ]
}

const byCpu = (averageUtilization: number): object => ({
  type: 'Resource',
  resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization } },
})
const rule = (type: string, value: number): object => ({ type, value, periodSeconds: 15 })

/** What an autoscaler does that says nothing: one pod at least, 80 % of the CPU. */
export function autoscalerDefaults(object: Loose): void {
  const spec: Loose = (object.spec ??= {})
  spec.minReplicas ??= 1
  if (spec.targetCPUUtilizationPercentage !== undefined) spec.metrics = [byCpu(spec.targetCPUUtilizationPercentage)]
  delete spec.targetCPUUtilizationPercentage
  if (!(spec.metrics?.length > 0)) spec.metrics = [byCpu(80)]
  if (spec.behavior === undefined) return
  const { scaleUp, scaleDown } = spec.behavior
  spec.behavior.scaleUp = {
    stabilizationWindowSeconds: 0,
    selectPolicy: 'Max',
    policies: [rule('Pods', 4), rule('Percent', 100)],
    ...scaleUp,
  }
  spec.behavior.scaleDown = { selectPolicy: 'Max', policies: [rule('Percent', 100)], ...scaleDown }
}
