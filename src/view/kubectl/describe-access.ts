// `kubectl describe` of Roles, ClusterRoles and their bindings, and of HorizontalPodAutoscalers.
import type { ClusterRole, ClusterRoleBinding, PolicyRule, Role, RoleBinding } from '../../apply/object-access'
import type { HorizontalPodAutoscaler, MetricSpec, ScalingRules } from '../../apply/object-autoscaling'
import { compareText, type State } from '../../cluster/state'
import { canonicalQuantity } from '../../control/quantity'
import { annotationLines, eventLines, labelLines, longTime } from './describe-parts'

interface Row {
  readonly group: string
  readonly resource: string
  readonly urls: readonly string[]
  readonly names: readonly string[]
  readonly verbs: string[]
}

/** Rules taken apart, and those of one resource put together again. */
function rowsOf(rules: readonly PolicyRule[]): readonly Row[] {
  const rows = new Map<string, Row>()
  const others: Row[] = []
  for (const rule of rules) {
    for (const group of rule.apiGroups ?? [])
      for (const resource of rule.resources ?? [])
        for (const verb of rule.verbs ?? [])
          for (const name of rule.resourceNames?.length ? rule.resourceNames : [undefined]) {
            const key = JSON.stringify([group, resource, name])
            const names = name === undefined ? [] : [name]
            const row = rows.get(key) ?? rows.set(key, { group, resource, urls: [], names, verbs: [] }).get(key)!
            if (!row.verbs.includes(verb)) row.verbs.push(verb)
          }
    for (const url of rule.nonResourceURLs ?? [])
      for (const verb of rule.verbs ?? []) others.push({ group: '', resource: '', urls: [url], names: [], verbs: [verb] })
  }
  return [...others, ...rows.values()]
}

/** `deployments.apps/scale` */
function resourceText(resource: string, group: string): string {
  const [name = '', sub] = resource.split('/', 2)
  return `${name}${group === '' ? '' : `.${group}`}${sub === undefined ? '' : `/${sub}`}`
}

const listed = (items: readonly string[]): string => `[${items.join(' ')}]`
/** In the order of Go's printing of a rule. */
const rowKey = ({ verbs, group, resource, names, urls }: Row): string =>
  `${listed(verbs)},APIGroups:[${group}],Resources:[${resource}],ResourceNames:${listed(names)},NonResourceURLs:${listed(urls)},}`

export function describeRole(state: State, { metadata, rules }: Role | ClusterRole): string {
  const rows = [...rowsOf(rules ?? [])].sort((a, b) => compareText(rowKey(a), rowKey(b)))
  return [
    `Name:\t${metadata.name}\n`,
    labelLines('Labels', metadata.labels),
    annotationLines(state, metadata.annotations),
    'PolicyRule:\n  Resources\tNon-Resource URLs\tResource Names\tVerbs\n  ---------\t-----------------\t--------------\t-----\n',
    ...rows.map(row => `  ${resourceText(row.resource, row.group)}\t${listed(row.urls)}\t${listed(row.names)}\t${listed(row.verbs)}\n`),
  ].join('')
}

export const describeBinding = (state: State, { metadata, roleRef, subjects = [] }: RoleBinding | ClusterRoleBinding): string =>
  [
    `Name:\t${metadata.name}\n`,
    labelLines('Labels', metadata.labels),
    annotationLines(state, metadata.annotations),
    `Role:\n  Kind:\t${roleRef.kind}\n  Name:\t${roleRef.name}\nSubjects:\n  Kind\tName\tNamespace\n  ----\t----\t---------\n`,
    ...subjects.map(s => `  ${s.kind}\t${s.name}\t${s.namespace ?? ''}\n`),
  ].join('')

function metricLine({ resource, containerResource, pods, object, external }: MetricSpec): string {
  const amount = (value: string | undefined): string => canonicalQuantity(value ?? '0')
  const of = (text: string): string => `<unknown> / ${text}`
  const share = resource ?? containerResource
  if (share !== undefined) {
    const whose = containerResource === undefined ? '' : ` of container "${containerResource.container}"`
    const { averageValue, averageUtilization: part } = share.target
    if (averageValue !== undefined) return `  resource ${share.name}${whose} on pods:\t${of(amount(averageValue))}\n`
    return `  resource ${share.name}${whose} on pods  (as a percentage of request):\t${of(part === undefined ? '<auto>' : `${part}%`)}\n`
  }
  if (pods !== undefined) return `  "${pods.metric.name}" on pods:\t${of(amount(pods.target.averageValue))}\n`
  if (object !== undefined) {
    const { describedObject: d, target } = object
    const average = target.type === 'AverageValue'
    return `  "${object.metric.name}" on ${d.kind}/${d.name} (target ${average ? 'average ' : ''}value):\t${of(amount(average ? target.averageValue : target.value))}\n`
  }
  if (external === undefined) return ''
  const { averageValue, value } = external.target
  return `  "${external.metric.name}" (target ${averageValue === undefined ? '' : 'average '}value):\t${of(amount(averageValue ?? value))}\n`
}

function rulesLines(way: string, rules: ScalingRules | undefined): string {
  if (rules === undefined) return ''
  const { stabilizationWindowSeconds: seconds, policies = [], selectPolicy = 'Max' } = rules
  return [
    `  ${way}:\n`,
    seconds === undefined ? '' : `    Stabilization Window: ${seconds} seconds\n`,
    policies.length === 0 ? '' : `    Select Policy: ${selectPolicy}\n    Policies:\n`,
    ...policies.map(p => `      - Type: ${p.type}\tValue: ${p.value}\tPeriod: ${p.periodSeconds} seconds\n`),
  ].join('')
}

export function describeAutoscaler(state: State, h: HorizontalPodAutoscaler): string {
  const { metadata, spec, status } = h
  const { scaleTargetRef: of, behavior } = spec
  return [
    `Name:\t${metadata.name}\nNamespace:\t${metadata.namespace}\n`,
    labelLines('Labels', metadata.labels),
    annotationLines(state, metadata.annotations),
    `CreationTimestamp:\t${longTime(state, metadata.creationTimestamp)}\nReference:\t${of.kind}/${of.name}\nMetrics:\t( current / target )\n`,
    ...(spec.metrics ?? []).map(metricLine),
    `Min replicas:\t${spec.minReplicas ?? '<unset>'}\nMax replicas:\t${spec.maxReplicas}\n`,
    behavior === undefined ? '' : `Behavior:\n${rulesLines('Scale Up', behavior.scaleUp)}${rulesLines('Scale Down', behavior.scaleDown)}`,
    `${of.kind} pods:\t${status?.currentReplicas ?? 0} current / ${status?.desiredReplicas ?? 0} desired\n`,
    eventLines(state, h),
  ].join('')
}
