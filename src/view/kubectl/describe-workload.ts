// `kubectl describe` of Deployments, ReplicaSets and ReplicationControllers.
import type { Condition, Container, PodTemplate } from '../../apply/object'
import type { Deployment, ReplicaSet, ReplicationController } from '../../apply/object-workloads'
import { compareText, objectsOf, type State } from '../../cluster/state'
import { sameTemplate } from '../../control/deployment-set'
import { podsOwnedBy } from '../../control/pod-index'
import { controllerOf, labelsText, selectorText } from '../../control/selector'
import { annotationLines, controlledBy, eventLines, labelLines, longTime } from './describe-parts'
import { containerLines } from './describe-container'
import { nodeSelectorLines, spreadLines, tolerationLines, volumeLines } from './describe-pod'
import { KUBECTL_PROFILES } from './profile'

export function describeDeployment(state: State, d: Deployment): string {
  const s = d.status ?? {}
  const { type, rollingUpdate } = d.spec.strategy
  const owned = objectsOf(state, 'ReplicaSet')
    .filter(rs => controllerOf(rs)?.uid === d.metadata.uid)
    .sort((a, b) => compareText(a.metadata.creationTimestamp ?? '', b.metadata.creationTimestamp ?? ''))
  const current = owned.find(rs => sameTemplate(rs, d))
  const old = owned.filter(rs => rs !== current && (!KUBECTL_PROFILES[state.config.profile].modernPods ? rs.spec.replicas > 0 : true))
  const created = (rs: ReplicaSet) => `${rs.metadata.name} (${rs.status?.replicas ?? 0}/${rs.spec.replicas} replicas created)`
  return [
    `Name:\t${d.metadata.name}\nNamespace:\t${d.metadata.namespace}\nCreationTimestamp:\t${longTime(state, d.metadata.creationTimestamp)}\n`,
    labelLines('Labels', d.metadata.labels),
    annotationLines(state, d.metadata.annotations),
    `Selector:\t${selectorText(d.spec.selector)}\n`,
    `Replicas:\t${d.spec.replicas} desired | ${s.updatedReplicas ?? 0} updated | ${s.replicas ?? 0} total | ${s.availableReplicas ?? 0} available | ${s.unavailableReplicas ?? 0} unavailable\n`,
    `StrategyType:\t${type}\nMinReadySeconds:\t${d.spec.minReadySeconds ?? 0}\n`,
    rollingUpdate === undefined
      ? ''
      : `RollingUpdateStrategy:\t${rollingUpdate.maxUnavailable} max unavailable, ${rollingUpdate.maxSurge} max surge\n`,
    templateLines(state, d.spec.template),
    conditionLines(s.conditions),
    `OldReplicaSets:\t${old.length === 0 ? '<none>' : old.map(created).join(', ')}\n`,
    `NewReplicaSet:\t${current === undefined ? '<none>' : created(current)}\n`,
    eventLines(state, d),
  ].join('')
}

export const describeReplicaSet = (state: State, rs: ReplicaSet): string => describeSet(state, rs, selectorText(rs.spec.selector))
const conditionLines = (conditions: readonly Condition[] = []): string =>
  conditions.length === 0
    ? ''
    : `Conditions:\n  Type\tStatus\tReason\n  ----\t------\t------\n${conditions.map(c => `  ${c.type} \t${c.status}\t${c.reason}\n`).join('')}`

export const describeReplicationController = (state: State, rc: ReplicationController): string =>
  describeSet(state, rc, labelsText(rc.spec.selector))

function describeSet(state: State, w: ReplicaSet | ReplicationController, selector: string): string {
  const pods = podsOwnedBy(state, w)
  const count = (phase: string) => pods.filter(p => (p.status?.phase ?? 'Pending') === phase).length
  return [
    `Name:\t${w.metadata.name}\nNamespace:\t${w.metadata.namespace}\nSelector:\t${selector}\n`,
    labelLines('Labels', w.metadata.labels),
    annotationLines(state, w.metadata.annotations),
    controlledBy(w),
    `Replicas:\t${w.status?.replicas ?? 0} current / ${w.spec.replicas} desired\n`,
    `Pods Status:\t${count('Running')} Running / ${count('Pending')} Waiting / ${count('Succeeded')} Succeeded / ${count('Failed')} Failed\n`,
    templateLines(state, w.spec.template),
    conditionLines((w.status as { readonly conditions?: readonly Condition[] } | undefined)?.conditions),
    eventLines(state, w),
  ].join('')
}

/** `Pod Template:` with its lines, tabs between the columns. */
export function templateLines(state: State, template: PodTemplate): string {
  const { spec, metadata } = template
  const account = (spec as { serviceAccountName?: string }).serviceAccountName
  const volumes = (spec as { volumes?: never[] }).volumes ?? []
  const annotations = metadata?.annotations
  const priority = (spec as { priorityClassName?: string }).priorityClassName
  const containers = (list: readonly Container[]): string => list.map(c => containerLines(state, c, '')).join('')
  const modern = KUBECTL_PROFILES[state.config.profile].modernPods
  return [
    'Pod Template:\n',
    labelLines('  Labels', metadata?.labels),
    annotations === undefined || Object.keys(annotations).length === 0 ? '' : annotationLines(state, annotations, '  Annotations'),
    account ? `  Service Account:\t${account}\n` : '',
    (spec.initContainers ?? []).length === 0 ? '' : `  Init Containers:\n${containers(spec.initContainers ?? [])}`,
    `  Containers:\n${containers(spec.containers)}`,
    volumeLines(volumes, '  '),
    modern ? spreadLines(spec, '  ') : '',
    modern && priority ? `  Priority Class Name:\t${priority}\n` : '',
    modern ? nodeSelectorLines(spec, '  ') + tolerationLines(spec, '  ') : '',
  ].join('')
}
