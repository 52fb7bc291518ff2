// Labels that several components read or write.

/** To which Service an EndpointSlice belongs. */
export const SERVICE_NAME_LABEL = 'kubernetes.io/service-name'

/** In which zone a node stands. */
export const ZONE_LABEL = 'topology.kubernetes.io/zone'
