// Given Endpoints and EndpointSlices are kept as written, also where the given pods say otherwise: one warning for each such Service.
// Silent where no pod of the namespace is given (a snapshot of Services and slices says nothing of pods).
import type { Pod } from '../apply/object'
import type { Service } from '../apply/object-service'
import { keepsGiven } from '../cluster/given-endpoints'
import { keyOf, objectOf, objectsOf, type State } from '../cluster/state'
import { never, type Problem } from '../error'
import { type Difference, differences, givenByEndpoints, givenBySlices, type GivenEndpoints } from './endpoint-differences'
import { ownSlices, slicesOf } from './endpoint-slices'
import { isFinished, podIPs } from './pod-state'
import { podsSelectedBy } from './pod-index'
import { labelsText } from './selector'

/** `begun` is the store as it was given, `settled` what became of it: endpoints that the controllers took over meanwhile are not kept. */
export function keptEndpoints(begun: State, settled: State): readonly Problem[] {
  const pods = givenPods(begun)
  return objectsOf(begun, 'Service').flatMap(service => {
    const key = keyOf(service)
    const selects = Object.keys(service.spec.selector ?? {}).length > 0 && service.spec.type !== 'ExternalName'
    if (!selects || !keepsGiven(settled, key) || !pods.namespaces.has(service.metadata.namespace!)) return []
    const endpoints = objectOf(begun, 'Endpoints', key)
    const own = ownSlices(begun, slicesOf(begun, key))
    const kept: Kept[] = []
    if (own.length > 0) kept.push({ kind: 'EndpointSlice', key: keyOf(own[0]!), given: givenBySlices(own) })
    if (endpoints !== undefined) kept.push({ kind: 'Endpoints', key, given: givenByEndpoints(endpoints) })
    const state = allHaveAddresses(begun, service) ? begun : settled
    for (const k of kept) {
      const why = whyOf(state, service, k.given, pods)
      if (why !== undefined) return [warningOf(begun, service, k, why)]
    }
    return []
  })
}

interface Kept {
  readonly kind: 'EndpointSlice' | 'Endpoints'
  readonly key: string
  readonly given: GivenEndpoints
}

interface GivenPods {
  readonly namespaces: ReadonlySet<string>
  /** By `namespace address`. */
  readonly byAddress: ReadonlyMap<string, Pod>
}

function givenPods(begun: State): GivenPods {
  const namespaces = new Set<string>()
  const byAddress = new Map<string, Pod>()
  for (const pod of objectsOf(begun, 'Pod')) {
    namespaces.add(pod.metadata.namespace!)
    for (const ip of podIPs(pod)) byAddress.set(`${pod.metadata.namespace} ${ip}`, pod)
  }
  return { namespaces, byAddress }
}

/** Whether the pods that a Service selects are there and complete, so that they can be compared before anything has run. */
function allHaveAddresses(state: State, service: Service): boolean {
  const selected = podsSelectedBy(state, service.metadata.namespace, service.spec.selector)
  return selected.length > 0 && selected.every(pod => isFinished(pod) || podIPs(pod).length > 0)
}

/** How many differences one line names. */
const MOST_NAMED = 3

function whyOf(state: State, service: Service, given: GivenEndpoints, pods: GivenPods): string | undefined {
  const found = differences(state, service, given)
  if (found.length === 0) return undefined
  const selected = podsSelectedBy(state, service.metadata.namespace, service.spec.selector)
  if (selected.length === 0) return `selects ${labelsText(service.spec.selector)}, which no pod has`
  const more = found.length > MOST_NAMED ? `; and ${found.length - MOST_NAMED} more` : ''
  const named = found.slice(0, MOST_NAMED).map(d => differenceText(d, service, pods))
  return `selects ${labelsText(service.spec.selector)}: ${named.join('; ')}${more}`
}

function differenceText(difference: Difference, service: Service, pods: GivenPods): string {
  switch (difference.is) {
    case 'not selected':
      return strangerText(difference.ip, pods.byAddress.get(`${service.metadata.namespace} ${difference.ip}`))
    case 'terminating':
    case 'not ready':
      return `${difference.ip} is pod ${difference.pod.metadata.name}, which is ${difference.is}`
    case 'ready':
      return `${difference.ip} stands as not ready, but pod ${difference.pod.metadata.name} is ready`
    case 'missing':
      return `${difference.ip}, the ready pod ${difference.pod.metadata.name}, is missing`
    case 'ports':
      return `its ports are ${listText(difference.given)}, those of the Service's pods ${listText(difference.wanted)}`
    default:
      return never(difference)
  }
}

const listText = (ports: readonly string[]): string => ports.join(', ') || 'none'

function strangerText(ip: string, pod: Pod | undefined): string {
  if (pod === undefined) return `no pod here has ${ip}`
  if (isFinished(pod)) return `${ip} is pod ${pod.metadata.name}, which is ${pod.status!.phase}`
  return `${ip} is pod ${pod.metadata.name} (${labelsText(pod.metadata.labels)}), which is not behind it`
}

function warningOf(begun: State, service: Service, kept: Kept, why: string): Problem {
  const place = begun.places.get(`${kept.kind} ${kept.key}`)
  return {
    code: 'CONTRADICTION',
    message: `${kept.kind} ${kept.key} is kept as written, but Service ${keyOf(service)} ${why}.`,
    ...(place === undefined ? {} : { place }),
    fix: 'Correct one of the two, or leave the Endpoints and EndpointSlices out, so that hopspec writes them from the pods.',
  }
}
