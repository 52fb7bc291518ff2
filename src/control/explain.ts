// Why a Service has no endpoints, in words an engineer would say: no pod matches, pods are not ready, a port name is unknown. What listens in a pod
// that was reached: verify/explain.ts.
import type { Pod } from '../apply/object'
import type { Service, ServicePort } from '../apply/object-service'
import { keyOf, objectOf, objectsOf, type State } from '../cluster/state'
import { backendsOf, familiesOf, targetPortOf } from './endpoint-ports'
import { slicesOf } from './endpoint-slices'
import { heldBy, unmountable } from './missing-config'
import { conditionOf } from './pod-state'
import { neverReady } from './probe'
import { podsSelectedBy } from './pod-index'
import { controllerOf, labelsText, matchesMap } from './selector'

/** Why the Service (by `namespace/name`) has no ready endpoint; null when it has one. */
export function whyNoEndpoints(state: State, serviceKey: string): string | null {
  const service = objectOf(state, 'Service', serviceKey)
  if (service === undefined) return `There is no Service ${serviceKey}.`
  if (service.spec.type === 'ExternalName')
    return `Service ${serviceKey} is of type ExternalName: it is only a name for ${service.spec.externalName}.`
  if (hasReadyEndpoint(state, serviceKey)) return null
  const selector = service.spec.selector ?? {}
  if (Object.keys(selector).length === 0) return `Service ${serviceKey} has no selector: nobody but you writes its endpoints.`
  const pods = podsSelectedBy(state, service.metadata.namespace, selector)
  if (pods.length === 0) return noMatch(state, service)
  const backends = backendsOf(state, service, familiesOf(state, service)[0]!)
  const unknown = (service.spec.ports ?? []).find(
    p => typeof p.targetPort === 'string' && backends.length > 0 && backends.every(b => targetPortOf(p, b.pod) === undefined),
  )
  if (unknown !== undefined) return noSuchPort(service, String(unknown.targetPort), unknown.protocol, backends[0]!.pod)
  const whys = pods.slice(0, 3).map(pod => whyNotReady(state, pod).replace(/\.$/, ''))
  return `Service ${serviceKey} selects ${labelsText(selector)}: ${whys.join('; ')}${pods.length > 3 ? `; and ${pods.length - 3} more` : ''}.`
}

/** Why one port of a Service has no endpoints although others may have some: no pod that it selects has a port of its target's name and protocol. */
export function whyPortLeadsNowhere(state: State, service: Service, port: ServicePort): string | null {
  if (typeof port.targetPort !== 'string') return null
  const backends = backendsOf(state, service, familiesOf(state, service)[0]!)
  if (backends.length === 0 || backends.some(b => targetPortOf(port, b.pod) !== undefined)) return null
  return noSuchPort(service, port.targetPort, port.protocol, backends[0]!.pod)
}

function hasReadyEndpoint(state: State, key: string): boolean {
  const subsets = objectOf(state, 'Endpoints', key)?.subsets ?? []
  if (subsets.some(s => (s.addresses ?? []).length > 0)) return true
  return slicesOf(state, key).some(s => (s.endpoints ?? []).some(e => e.conditions?.ready !== false))
}

/** No pod has the labels; the nearest pods and what they have instead. */
function noMatch(state: State, service: Service): string {
  const selector = service.spec.selector ?? {}
  const idle = objectsOf(state, 'Deployment').find(
    d =>
      d.metadata.namespace === service.metadata.namespace &&
      d.spec.replicas === 0 &&
      matchesMap(selector, d.spec.template.metadata?.labels),
  )
  if (idle !== undefined)
    return `Service ${keyOf(service)} selects the pods of deployment ${keyOf(idle)}, which has 0 replicas. Scale it up.`
  const head = `Service ${keyOf(service)} selects ${labelsText(selector)}, and no pod in namespace ${service.metadata.namespace} has ${Object.keys(selector).length === 1 ? 'that label' : 'these labels'}.`
  const refused = podsRefused(state, service)
  if (refused !== null) return `${head} ${refused}`
  const nearest = nearestPod(state, service)
  if (nearest === undefined) {
    const elsewhere = objectsOf(state, 'Pod').find(
      p => p.metadata.namespace !== service.metadata.namespace && Object.entries(selector).every(([k, v]) => p.metadata.labels?.[k] === v),
    )
    return elsewhere === undefined ? head : `${head} Pod ${keyOf(elsewhere)} has, in another namespace.`
  }
  return `${head} Nearest: pod ${keyOf(nearest)} with ${labelsText(nearest.metadata.labels)}.`
}

const WORKLOADS = ['ReplicaSet', 'ReplicationController', 'StatefulSet', 'DaemonSet', 'Job'] as const

/** What the workload that would make the pods was told last, when it could not. */
function podsRefused(state: State, service: Service): string | null {
  const { namespace } = service.metadata
  const makers = WORKLOADS.flatMap(kind => objectsOf(state, kind)).filter(
    w =>
      w.metadata.namespace === namespace &&
      (w.spec as { replicas?: number }).replicas !== 0 &&
      matchesMap(service.spec.selector ?? {}, w.spec.template?.metadata?.labels),
  )
  for (const maker of makers) {
    const { kind, metadata } = maker
    const about = objectsOf(state, 'Event').filter(
      ({ involvedObject: o, reason }) =>
        reason === 'FailedCreate' && o.kind === kind && o.name === metadata.name && (o.namespace ?? '') === namespace,
    )
    const last = about.reduce((a, e) => (a && (a.lastTimestamp ?? '') > (e.lastTimestamp ?? '') ? a : e), about[0])
    if (last === undefined) continue
    const owner = controllerOf(maker)
    const named = `${kind} ${keyOf(maker)}`
    const who = owner ? `${owner.kind} ${namespace}/${owner.name} (${named})` : named
    return `${who} could not create its pods. FailedCreate: ${last.message}`
  }
  return null
}

/** The pod that shares most of the selector: whole labels first, then keys. */
function nearestPod(state: State, service: Service): Pod | undefined {
  const selector = Object.entries(service.spec.selector ?? {})
  let best: { readonly pod: Pod; readonly score: number } | undefined
  for (const pod of objectsOf(state, 'Pod')) {
    if (pod.metadata.namespace !== service.metadata.namespace) continue
    const labels = pod.metadata.labels ?? {}
    const score = selector.reduce(
      (sum, [k, v]) => sum + (labels[k] === v ? 4 : labels[k] !== undefined ? 2 : Object.values(labels).includes(v) ? 1 : 0),
      0,
    )
    if (score > 0 && (best === undefined || score > best.score)) best = { pod, score }
  }
  return best?.pod
}

function noSuchPort(service: Service, name: string, protocol: string, pod: Pod): string {
  const names = pod.spec.containers.flatMap(c =>
    (c.ports ?? []).filter(p => p.name).map(p => `${p.name} (${p.containerPort}/${p.protocol})`),
  )
  const has = names.length === 0 ? 'names no port' : `has ${names.join(', ')}`
  return `Service ${keyOf(service)} sends to targetPort "${name}" (${protocol}), and no selected pod has a container port of that name: pod ${pod.metadata.name} ${has}.`
}

function whyNotReady(state: State, pod: Pod): string {
  const name = `pod ${pod.metadata.name}`
  if (pod.metadata.deletionTimestamp !== undefined) return `${name} is terminating`
  const scheduled = conditionOf(pod, 'PodScheduled')
  if (scheduled?.status === 'False') return `${name} is not on any node: ${scheduled.message ?? scheduled.reason ?? 'not scheduled'}`
  if (pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed') return `${name} has ended (${pod.status.phase})`
  const unmounted = pod.status?.podIP ? undefined : unmountable(state, pod)
  if (unmounted !== undefined) return `${name} does not start: ${unmounted}`
  if (!pod.status?.podIP) return `${name} has no address yet (${pod.status?.phase ?? 'Pending'})`
  const held = heldBy(pod)
  if (held !== undefined) return `${name} is not ready, a container of it does not start: ${held}`
  const never = neverReady(state.config, pod)
  if (never !== undefined) return `${name} is not ready, ${never}`
  const ready = conditionOf(pod, 'Ready')
  return `${name} is not ready${ready?.message ? `: ${ready.message}` : ''}`
}
