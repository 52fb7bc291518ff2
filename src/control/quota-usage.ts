// What an object takes up of a quota, and which quotas concern it. Stands for the quota evaluators of pods, Services and of counted objects.
// Not simulated: claims of volumes and devices.
import type { Kind, KubeObject, Pod } from '../apply/object'
import type { Service } from '../apply/object-service'
import type { ResourceQuota } from '../apply/object-quota'
import { timeOf } from '../cluster/clock'
import { KINDS, qualifiedResource } from '../cluster/kind'
import type { State } from '../cluster/state'
import { isFinished } from './pod-state'
import { podResources } from './pod-resources'
import { type Amount, amountOf, NOTHING, plus } from './quantity'
import { qosClass } from './template'

export type Usage = ReadonlyMap<string, Amount>

const count = (n: number): Amount => amountOf(n)

/** Kinds that a quota counts under their plain name too. */
const PLAIN = new Set<Kind>(['ReplicationController', 'ConfigMap', 'ResourceQuota'])

/** Until when a pod that is being deleted is charged: its grace after its deletionTimestamp, which is its grace after the request. */
export function chargedUntilMs(state: State, { metadata }: Pod): number | undefined {
  const deletionMs = timeOf(state, metadata.deletionTimestamp)
  if (deletionMs === undefined || metadata.deletionGracePeriodSeconds === undefined) return undefined
  return deletionMs + metadata.deletionGracePeriodSeconds * 1000
}

/** By the names of resources as quotas have them. `isStuck`: a pod whose deletion is overdue, which is only counted as an object. */
export function usageOf(object: KubeObject, isStuck = false): Usage {
  const kind = object.kind as Kind
  const usage = new Map<string, Amount>([[`count/${qualifiedResource(kind)}`, count(1)]])
  if (kind === 'Pod') return isStuck || isFinished(object as Pod) ? usage : withPod(usage, object as Pod)
  if (kind === 'Service') return withService(usage, object as Service)
  if (PLAIN.has(kind)) usage.set(KINDS[kind].resource, count(1))
  return usage
}

/** Resources of pods that a quota also names without `requests.`. */
const SHORT = new Set(['cpu', 'memory', 'ephemeral-storage'])

function withPod(usage: Map<string, Amount>, pod: Pod): Usage {
  usage.set('pods', count(1))
  for (const [name, amount] of podResources(pod, 'requests')) {
    usage.set(`requests.${name}`, amount)
    if (SHORT.has(name) || name.startsWith('hugepages-')) usage.set(name, amount)
  }
  for (const [name, amount] of podResources(pod, 'limits')) if (SHORT.has(name)) usage.set(`limits.${name}`, amount)
  return usage
}

function withService(usage: Map<string, Amount>, { spec }: Service): Usage {
  const ports = spec.ports ?? []
  const balanced = spec.allocateLoadBalancerNodePorts === false ? ports.filter(p => p.nodePort) : ports
  usage.set('services', count(1))
  if (spec.type === 'NodePort') usage.set('services.nodeports', count(ports.length))
  if (spec.type === 'LoadBalancer') {
    usage.set('services.loadbalancers', count(1))
    usage.set('services.nodeports', count(balanced.length))
  }
  return usage
}

/** The sum of two, by resource. */
export function added(a: Usage, b: Usage): Usage {
  const sum = new Map(a)
  for (const [name, amount] of b) sum.set(name, plus(sum.get(name) ?? NOTHING, amount))
  return sum
}

/** Names of resources that only pods use, whatever they ask for. */
const OF_PODS = /^(count\/)?pods$|^(requests\.|limits\.)?(cpu|memory|ephemeral-storage)$|^(requests\.)?hugepages-|^requests\..*\//

/** Whether a quota has anything to say of an object of this kind, and its scopes let it. */
export function concerns(quota: ResourceQuota, object: KubeObject, names: readonly string[]): boolean {
  const scopes = scopesOf(quota)
  if (object.kind === 'Pod') return names.some(name => OF_PODS.test(name)) && scopes.every(s => inScope(object as Pod, s))
  return scopes.length === 0 && names.some(name => usageOf(object).has(name) || (object.kind === 'Service' && name.startsWith('services.')))
}

interface Scope {
  readonly scopeName: string
  readonly operator: string
  readonly values?: readonly string[]
}

const scopesOf = ({ spec = {} }: ResourceQuota): readonly Scope[] => [
  ...(spec.scopes ?? []).map(scopeName => ({ scopeName, operator: 'Exists' })),
  ...(spec.scopeSelector?.matchExpressions ?? []),
]

function inScope(pod: Pod, { scopeName, operator, values = [] }: Scope): boolean {
  const { activeDeadlineSeconds, priorityClassName } = pod.spec as {
    readonly activeDeadlineSeconds?: number
    readonly priorityClassName?: string
  }
  switch (scopeName) {
    case 'Terminating':
      return activeDeadlineSeconds !== undefined
    case 'NotTerminating':
      return activeDeadlineSeconds === undefined
    case 'BestEffort':
      return qosClass(pod) === 'BestEffort'
    case 'NotBestEffort':
      return qosClass(pod) !== 'BestEffort'
    case 'PriorityClass':
      if (operator === 'Exists') return (priorityClassName ?? '') !== ''
      if (operator === 'DoesNotExist') return (priorityClassName ?? '') === ''
      return values.includes(priorityClassName ?? '') === (operator === 'In')
    case 'CrossNamespacePodAffinity':
      return JSON.stringify(pod.spec.affinity ?? {}).includes('"namespaces')
    default:
      return false
  }
}
