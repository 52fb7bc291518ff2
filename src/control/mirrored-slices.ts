// Slices for Endpoints that users wrote. Stands for the endpointslicemirroring controller.
import type { Endpoints, EndpointSlice } from '../apply/object'
import { SERVICE_NAME_LABEL } from '../cluster/labels'
import { keyOf, objectOf, type State } from '../cluster/state'
import type { Namer } from '../cluster/store'
import { put, type Change } from '../cluster/write'
import { hasSelector } from './endpoint-ports'
import { ownerReference } from './selector'

export const MANAGED_BY = 'endpointslice.kubernetes.io/managed-by'
/** --mirroring-max-endpoints-per-subset. */
const MAX_MIRRORED = 1000
const MIRROR = 'endpointslicemirroring-controller.k8s.io'

/** A slice for Endpoints that a user wrote, when the input brings none. */
export function mirrorOf(state: State, namer: Namer, e: Endpoints, existing: readonly EndpointSlice[]): readonly Change[] {
  const key = keyOf(e)
  const nothing: readonly Change[] = []
  const service = objectOf(state, 'Service', key)
  const skipped = e.metadata.labels?.['endpointslice.kubernetes.io/skip-mirror'] === 'true'
  if (service === undefined || skipped || key === 'default/kubernetes') return nothing
  if (hasSelector(service) && state.memory[`given endpoints ${key}`] === undefined) return nothing
  if (existing.some(s => s.metadata.labels?.[MANAGED_BY] !== MIRROR)) return nothing
  const changes: Change[] = []
  for (const [i, subset] of (e.subsets ?? []).entries()) {
    const all = [
      ...(subset.addresses ?? []).map(a => ({ a, ready: true })),
      ...(subset.notReadyAddresses ?? []).map(a => ({ a, ready: false })),
    ].slice(0, MAX_MIRRORED)
    const endpoints = all.map(({ a, ready }) => ({
      addresses: [a.ip],
      conditions: { ready },
      ...(a.hostname ? { hostname: a.hostname } : {}),
      ...(a.nodeName ? { nodeName: a.nodeName } : {}),
      ...(a.targetRef ? { targetRef: a.targetRef } : {}),
    }))
    const old = existing[i]
    const slice = {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: {
        name: '',
        generateName: `${e.metadata.name}-`,
        namespace: e.metadata.namespace!,
        ...old?.metadata,
        labels: { ...e.metadata.labels, [MANAGED_BY]: MIRROR, [SERVICE_NAME_LABEL]: e.metadata.name },
        ownerReferences: [ownerReference(e)],
      },
      addressType: all[0]?.a.ip.includes(':') ? 'IPv6' : 'IPv4',
      endpoints,
      ports: (subset.ports ?? []).map(p => ({ name: p.name ?? '', port: p.port, protocol: p.protocol })),
    } as unknown as EndpointSlice
    changes.push(put(slice.metadata.name === '' ? namer.name(slice) : slice))
  }
  for (const surplus of existing.slice((e.subsets ?? []).length)) changes.push({ do: 'delete', kind: 'EndpointSlice', key: keyOf(surplus) })
  return changes
}
