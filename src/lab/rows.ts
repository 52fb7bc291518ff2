// Objects of the running cluster as the rows and lists that a step compares: endpoints, pods, events.
import type { Event } from '../apply/object'
import type { Service } from '../apply/object-service'
import { SERVICE_NAME_LABEL } from '../cluster/labels'
import { writesOf } from '../cluster/log'
import { keyOf, objectOf, objectsOf, type State } from '../cluster/state'

/** `10.244.1.2:8080`, sorted: the ready endpoints of a Service, from its Endpoints, or from its slices where it has none. */
export function endpointsOf(state: State, service: Service): readonly string[] {
  const endpoints = objectOf(state, 'Endpoints', keyOf(service))
  const written = (ip: string, port: number) => (ip.includes(':') ? `[${ip}]:${port}` : `${ip}:${port}`)
  if (endpoints !== undefined)
    return (endpoints.subsets ?? []).flatMap(s => (s.addresses ?? []).flatMap(a => (s.ports ?? []).map(p => written(a.ip, p.port)))).sort()
  const { namespace, name } = service.metadata
  return objectsOf(state, 'EndpointSlice')
    .filter(s => s.metadata.namespace === namespace && s.metadata.labels?.[SERVICE_NAME_LABEL] === name)
    .flatMap(s =>
      (s.endpoints ?? [])
        .filter(e => e.conditions?.ready !== false)
        .flatMap(e => e.addresses.flatMap(ip => (s.ports ?? []).flatMap(p => (p.port === undefined ? [] : [written(ip, p.port)])))),
    )
    .sort()
}

/** Pods as rows of a table. */
export const podRows = (state: State): readonly Readonly<Record<string, string>>[] =>
  objectsOf(state, 'Pod').map(p => ({
    name: p.metadata.name,
    namespace: p.metadata.namespace ?? 'default',
    node: p.spec.nodeName ?? '',
    address: p.status?.podIP ?? '',
    phase: p.metadata.deletionTimestamp ? 'Terminating' : (p.status?.phase ?? ''),
  }))

/** Events as rows of a table, in the order in which they were first written. */
export function eventRows(state: State): readonly Readonly<Record<string, string>>[] {
  const written = [...writesOf(state.log)].flatMap(w => (w.type === 'ADDED' && w.object.kind === 'Event' ? [w.object as Event] : []))
  return written.map(e => ({
    type: e.type,
    reason: e.reason,
    object: `${e.involvedObject.kind.toLowerCase()}/${e.involvedObject.name}`,
    message: e.message,
    from: e.source?.component ?? e.reportingComponent ?? '',
  }))
}
