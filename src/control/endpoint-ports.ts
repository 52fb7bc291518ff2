// Which pods stand behind a Service, at which addresses and ports: the common ground of the endpoints and endpointslice controllers.
import type { Pod } from '../apply/object'
import type { Service, ServicePort } from '../apply/object-service'
import { timeOf } from '../cluster/clock'
import { indexBy } from '../cluster/derived'
import { keyOf, type State, type WatchEvent } from '../cluster/state'
import { lastingContainers } from './image'
import { conditionOf, countsDiffer, isFinished, isReady, podIPs } from './pod-state'
import { podsSelectedBy } from './pod-index'
import { CONTROL_PROFILES } from './profile'
import { matchesMap } from './selector'

/** A pod as a Service sees it. */
export interface Backend {
  readonly pod: Pod
  readonly ip: string
  readonly ready: boolean
  readonly terminating: boolean
}

export interface BackendPort {
  readonly name: string
  readonly port: number
  readonly protocol: ServicePort['protocol']
  readonly appProtocol?: string
}

/** The selected pods that have an address of the family and are not finished, in the order of their creation. */
export function backendsOf(state: State, service: Service, family: 'IPv4' | 'IPv6'): readonly Backend[] {
  const backends: Backend[] = []
  for (const pod of podsSelectedBy(state, service.metadata.namespace, service.spec.selector)) {
    const ip = podIPs(pod).find(text => text.includes(':') === (family === 'IPv6'))
    if (ip !== undefined && !isFinished(pod))
      backends.push({ pod, ip, ready: isReady(pod), terminating: pod.metadata.deletionTimestamp !== undefined })
  }
  return backends
}

/** The port number behind a Service port in one pod; undefined when the pod has no container port of that name and protocol. */
export function targetPortOf(port: ServicePort, pod: Pod): number | undefined {
  if (typeof port.targetPort === 'number') return port.targetPort === 0 ? port.port : port.targetPort
  for (const container of lastingContainers(pod)) {
    const found = container.ports?.find(p => p.name === port.targetPort && p.protocol === port.protocol)
    if (found) return found.containerPort
  }
  return undefined
}

/** A pod's ports behind a Service, in the Service's order; those it does not have are left out. */
export function portsOf(service: Service, pod: Pod): readonly BackendPort[] {
  const ports: BackendPort[] = []
  for (const p of service.spec.ports ?? []) {
    const port = targetPortOf(p, pod)
    if (port === undefined) continue
    const appProtocol = p.appProtocol === undefined ? {} : { appProtocol: p.appProtocol }
    ports.push({ name: p.name ?? '', port, protocol: p.protocol, ...appProtocol })
  }
  return ports
}

/** Ports as texts, in whatever order they came. */
export const portIds = (
  ports: readonly { readonly name?: string; readonly port?: number; readonly protocol?: string; readonly appProtocol?: string }[],
): readonly string[] => ports.map(p => `${p.name ?? ''} ${p.port} ${p.protocol ?? 'TCP'} ${p.appProtocol ?? ''}`).sort()

/** The families of a Service's endpoints, the primary one first. */
export function familiesOf(state: State, service: Service): readonly ('IPv4' | 'IPv6')[] {
  if (service.spec.ipFamilies !== undefined && service.spec.ipFamilies.length > 0) return service.spec.ipFamilies
  const ip = service.spec.clusterIP
  if (ip !== undefined && ip !== '' && ip !== 'None') return [ip.includes(':') ? 'IPv6' : 'IPv4']
  return [state.config.ipFamily === 'ipv6' ? 'IPv6' : 'IPv4']
}

/** Whether a controller writes its endpoints. */
export const hasSelector = (service: Service): boolean =>
  Object.keys(service.spec.selector ?? {}).length > 0 && service.spec.type !== 'ExternalName'

/** Services by the first pair of their selector. */
const bySelector = indexBy<Service>('Service', service => {
  const [first] = Object.entries(service.spec.selector ?? {})
  return first === undefined || !hasSelector(service) ? [] : [`${service.metadata.namespace}/${first[0]}=${first[1]}`]
})

/** The keys of the Services that a pod's write concerns: those that select it, or did before; none while it has no address. A pod that is gone concerns them all the same. */
export function servicesOf(state: State, event: WatchEvent, old: Pod | undefined): readonly string[] {
  const pod = event.object as Pod
  const same = event.type === 'MODIFIED' && old !== undefined && !countsDiffer(old, pod) && old.spec === pod.spec
  if (podIPs(pod).length === 0 || same) return []
  const now = selecting(state, pod)
  if (old === undefined || old.metadata.labels === pod.metadata.labels) return now
  return [...new Set([...now, ...selecting(state, old)])]
}

const selecting = (state: State, pod: Pod): readonly string[] =>
  Object.entries(pod.metadata.labels ?? {}).flatMap(([key, value]) =>
    bySelector(state, `${pod.metadata.namespace}/${key}=${value}`)
      .filter(s => matchesMap(s.spec.selector, pod.metadata.labels))
      .map(keyOf),
  )

const TRIGGER = 'endpoints.kubernetes.io/last-change-trigger-time'

/** What is known when endpoints are written again: who stood there, and when the last write was. */
export interface Before {
  readonly readiness: ReadonlyMap<string, boolean>
  readonly writtenMs: number | undefined
}

/**
 * The annotations of endpoints after a write: with the time of what caused it, where that was the Service itself (its creation) or pods that came or changed
 * their readiness since the last write (the first of them). Stands for TriggerTimeTracker.
 */
export function triggerNotes(
  cause: string | undefined,
  known: Readonly<Record<string, string>> | undefined,
): Readonly<Record<string, string>> | undefined {
  const { [TRIGGER]: _, ...others } = known ?? {}
  const all = cause === undefined ? others : { ...others, [TRIGGER]: cause }
  return Object.keys(all).length === 0 ? undefined : all
}

/** When what causes a write of endpoints happened; undefined where nobody says. All backends are looked at: ask once for each sync. */
export function triggerText(state: State, service: Service, before: Before | undefined, backends: readonly Backend[]): string | undefined {
  if (!CONTROL_PROFILES[state.config.profile].endpointsManagedByLabel) return undefined
  if (before === undefined) return service.metadata.creationTimestamp
  let first: { readonly ms: number; readonly text: string } | undefined
  for (const { pod, ip } of backends) {
    if (before.readiness.get(ip) === isReady(pod)) continue
    const text = conditionOf(pod, 'Ready')?.lastTransitionTime
    const ms = timeOf(state, text)
    if (ms === undefined || (before.readiness.has(ip) && before.writtenMs !== undefined && ms + 1000 <= before.writtenMs)) continue
    if (first === undefined || ms < first.ms) first = { ms, text: text! }
  }
  return first?.text
}
