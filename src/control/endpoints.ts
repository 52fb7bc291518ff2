// Endpoints of Services with a selector: ready and not ready addresses, grouped by their ports. Stands for pkg/controller/endpoint and endpoints/subsets (repacking).
// Not simulated: the cut at 1,000 addresses.
import type { EndpointAddress, Endpoints, Service } from '../apply/object'
import { sameValue } from '../cluster/equal'
import { compareText, keyOf, objectOf, objectsOf, type State } from '../cluster/state'
import { put, write, type Change } from '../cluster/write'
import type { Controller } from './controller'
import { backendsOf, familiesOf, portsOf, type Backend, type BackendPort } from './endpoint-ports'
import { CONTROL_PROFILES } from './profile'

export const endpoints: Controller = {
  name: 'endpoint-controller',
  reads: ['Service', 'Pod', 'Endpoints'],
  run: state => {
    const changes: Change[] = []
    for (const service of objectsOf(state, 'Service')) {
      if (service.spec.selector === undefined || Object.keys(service.spec.selector).length === 0 || service.spec.type === 'ExternalName')
        continue
      const key = keyOf(service)
      if (state.memory[`given endpoints ${key}`] !== undefined) continue
      const wanted = endpointsOf(state, service)
      const old = objectOf(state, 'Endpoints', key)
      if (old === undefined || !sameValue(old.subsets ?? [], wanted.subsets ?? []))
        changes.push(put({ ...wanted, metadata: { ...old?.metadata, ...wanted.metadata } }))
    }
    for (const old of objectsOf(state, 'Endpoints'))
      if (orphaned(state, old)) changes.push({ do: 'delete', kind: 'Endpoints', key: keyOf(old) })
    return write(state, changes, 'endpoint-controller')
  },
}

/** Endpoints that a controller made for a Service that is gone. */
const orphaned = (state: State, e: Endpoints): boolean => {
  const key = keyOf(e)
  return (
    state.memory[`given endpoints ${key}`] === undefined && key !== 'default/kubernetes' && objectOf(state, 'Service', key) === undefined
  )
}

/** What the controller would write for this Service now. */
export function endpointsOf(state: State, service: Service): Endpoints {
  const headless = service.spec.clusterIP === 'None'
  const managed: Record<string, string> = CONTROL_PROFILES[state.config.profile].endpointsManagedByLabel
    ? { 'endpoints.kubernetes.io/managed-by': 'endpoint-controller' }
    : {}
  const labels: Record<string, string> = {
    ...service.metadata.labels,
    ...managed,
    ...(headless ? { 'service.kubernetes.io/headless': '' } : {}),
  }
  const backends = backendsOf(state, service, familiesOf(state, service)[0]!).filter(b => !b.terminating)
  const subsets = repacked(service, backends)
  return {
    apiVersion: 'v1',
    kind: 'Endpoints',
    metadata: {
      name: service.metadata.name,
      namespace: service.metadata.namespace!,
      ...(Object.keys(labels).length === 0 ? {} : { labels }),
    },
    ...(subsets.length === 0 ? {} : { subsets }),
  }
}

type Subset = NonNullable<Endpoints['subsets']>[number]

/** Addresses with the same ports share a subset; addresses by text, subsets by what they hold. */
function repacked(service: Service, backends: readonly Backend[]): readonly Subset[] {
  const groups = new Map<
    string,
    { readonly ports: readonly BackendPort[]; readonly ready: EndpointAddress[]; readonly waiting: EndpointAddress[] }
  >()
  for (const backend of backends) {
    const ports = portsOf(service, backend.pod)
    if (ports.length === 0 && (service.spec.ports ?? []).length > 0) continue
    const id = ports.map(p => `${p.name} ${p.protocol} ${p.port}`).join()
    const group = groups.get(id) ?? { ports, ready: [], waiting: [] }
    groups.set(id, group)
    const list = backend.ready || service.spec.publishNotReadyAddresses ? group.ready : group.waiting
    list.push(addressOf(service, backend))
  }
  return [...groups.values()].map(g => ({
    ...(g.ready.length === 0 ? {} : { addresses: g.ready.sort(byIp) }),
    ...(g.waiting.length === 0 ? {} : { notReadyAddresses: g.waiting.sort(byIp) }),
    ...(g.ports.length === 0
      ? {}
      : { ports: g.ports.map(p => ({ ...(p.name === '' ? {} : { name: p.name }), port: p.port, protocol: p.protocol })) }),
  }))
}

const byIp = (a: EndpointAddress, b: EndpointAddress): number =>
  compareText(a.ip, b.ip) || compareText(a.targetRef?.uid ?? '', b.targetRef?.uid ?? '')

function addressOf(service: Service, { pod, ip }: Backend): EndpointAddress {
  const hostname = pod.spec.hostname && pod.spec.subdomain === service.metadata.name ? { hostname: pod.spec.hostname } : {}
  return {
    ip,
    ...hostname,
    ...(pod.spec.nodeName === undefined ? {} : { nodeName: pod.spec.nodeName }),
    targetRef: { kind: 'Pod', namespace: pod.metadata.namespace!, name: pod.metadata.name, uid: pod.metadata.uid! },
  }
}
