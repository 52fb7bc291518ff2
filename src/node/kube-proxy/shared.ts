// What all nodes' kube-proxies have in common: where nothing depends on the node, one node's rules serve the others too.
import type { ProxyConfig } from '../../apply/cluster-config'
import { SERVICE_NAME_LABEL } from '../../cluster/labels'
import type { Emission } from './emission'
import type { ServicePort, Watched } from './service-port'

/** Work that was done for one node and holds for others; grows as nodes are asked for. */
export interface SharedWork {
  /** null: not looked at yet. */
  differs: boolean | null
  /** By family and kernel. */
  readonly done: Map<string, { readonly ports: readonly ServicePort[]; readonly emission: Emission }>
}

/** No work yet. */
export const noSharedWork = (): SharedWork => ({ differs: null, done: new Map() })

/** Whether two nodes of this cluster may get different rules: by policies, hints, source ranges, or settings that name a node's own addresses. */
export function differsByNode({ services, slices }: Watched, settings: ProxyConfig): boolean {
  if (settings.nodePortAddresses.length > 0 || settings.detectLocalMode === 'NodeCIDR') return true
  const local = services.some(
    ({ spec }) =>
      spec.externalTrafficPolicy === 'Local' || spec.internalTrafficPolicy === 'Local' || (spec.loadBalancerSourceRanges ?? []).length > 0,
  )
  if (local || slices.some(s => s.endpoints?.some(e => e.hints))) return true
  return hasDuplicates(slices)
}

/** Of two endpoints with one address the local one may win. */
function hasDuplicates(slices: Watched['slices']): boolean {
  const seen = new Set<string>()
  for (const slice of slices) {
    const service = `${slice.metadata.namespace}/${slice.metadata.labels?.[SERVICE_NAME_LABEL]} `
    for (const e of slice.endpoints ?? []) {
      const key = service + e.addresses[0]
      if (seen.has(key)) return true
      seen.add(key)
    }
  }
  return false
}
