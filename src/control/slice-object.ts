// An EndpointSlice as the controller writes it: its labels, its owner, its annotations.
import type { EndpointSlice, Service } from '../apply/object-service'
import { sameValue } from '../cluster/equal'
import { SERVICE_NAME_LABEL } from '../cluster/labels'
import type { Namer } from '../cluster/store'
import type { Endpoint } from './endpoint-hints'
import type { BackendPort } from './endpoint-ports'
import { MANAGED_BY } from './mirrored-slices'
import { ownerReference } from './selector'

/** Who manages the slice, as its label says. */
export const CONTROLLER = 'endpointslice-controller.k8s.io'

const labelsOf = (service: Service) => ({
  ...service.metadata.labels,
  [MANAGED_BY]: CONTROLLER,
  [SERVICE_NAME_LABEL]: service.metadata.name,
  ...(service.spec.clusterIP === 'None' ? { 'service.kubernetes.io/headless': '' } : {}),
})

/** Whether the slice has the labels that it would be given. */
export const labelled = (service: Service, slice: EndpointSlice): boolean => sameValue(labelsOf(service), slice.metadata.labels)

/** A slice with these ports and endpoints, in the place of an old one or with a new name; null: none at all. */
export function sliceOf(
  namer: Namer,
  service: Service,
  family: 'IPv4' | 'IPv6',
  ports: readonly BackendPort[] | null,
  endpoints: readonly Endpoint[] | null,
  old: EndpointSlice | undefined,
): EndpointSlice {
  const slice = {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {
      name: '',
      generateName: `${service.metadata.name}-`,
      namespace: service.metadata.namespace!,
      ...old?.metadata,
      labels: labelsOf(service),
      ownerReferences: [ownerReference(service)],
    },
    addressType: family,
    endpoints,
    ports:
      ports === null || ports.length === 0 ? null : ports.map(({ name, protocol, port, ...app }) => ({ name, protocol, port, ...app })),
  } as unknown as EndpointSlice
  return slice.metadata.name === '' ? namer.name(slice) : slice
}

/** The slice with these annotations and no others. */
export const noted = (slice: EndpointSlice, annotations: Readonly<Record<string, string>> | undefined): EndpointSlice => {
  const { annotations: _, ...metadata } = slice.metadata
  return { ...slice, metadata: { ...metadata, ...(annotations === undefined ? {} : { annotations }) } }
}
