// Which endpoints a service port uses on this node: cluster, local, and all that may be reached. Upstream: CategorizeEndpoints (KEP-1669, KEP-2433).
import { compareText } from '../../cluster/state'
import type { Endpoint, ServicePort } from './service-port'

export interface Choice {
  readonly cluster: readonly Endpoint[]
  readonly local: readonly Endpoint[]
  /** Every endpoint that some chain of this node may name, in the order of `ip:port`. */
  readonly reachable: readonly Endpoint[]
  readonly any: boolean
}

/** The node as topology sees it. */
export interface Topology {
  readonly nodeName: string
  readonly zone: string | undefined
  /** Feature gate PreferSameTrafficDistribution: node hints count. */
  readonly nodeHints: boolean
}

/** Reachable from outside: a nodePort, a load balancer's address or an external one. */
export const externallyAccessible = (s: ServicePort): boolean =>
  s.nodePort !== 0 || s.loadBalancerIPs.length > 0 || s.externalIPs.length > 0
export const usesCluster = (s: ServicePort): boolean => !s.internalLocal || externallyAccessible(s)
export const usesLocal = (s: ServicePort): boolean => s.internalLocal || (s.externalLocal && externallyAccessible(s))

const stillServing = (e: Endpoint): boolean => e.serving && e.terminating
const usable = (e: Endpoint): boolean => e.ready || stillServing(e)

/** The endpoints of a service port, in the categories of its traffic policies. */
export function chooseEndpoints(s: ServicePort, topology: Topology): Choice {
  let cluster: readonly Endpoint[] = []
  let local: readonly Endpoint[] = []
  let any = false
  let near = false
  let localLeaves = false
  if (usesCluster(s)) {
    const available = nearEndpoints(s, topology)
    near = available !== null
    cluster = s.endpoints.filter(e => e.ready && (available === null || available(e)))
    if (cluster.length === 0) cluster = s.endpoints.filter(stillServing)
    any = cluster.length > 0
  }
  if (usesLocal(s)) {
    any ||= s.endpoints.some(usable)
    local = s.endpoints.filter(e => e.isLocal && e.ready)
    if (local.length === 0) {
      local = s.endpoints.filter(e => e.isLocal && stillServing(e))
      localLeaves = local.length > 0
    }
  }
  if (!usesLocal(s)) return { cluster, local, reachable: cluster, any }
  if (!usesCluster(s)) return { cluster, local, reachable: local, any }
  return { cluster, local, reachable: near || localLeaves ? union(cluster, local) : cluster, any }
}

function union(a: readonly Endpoint[], b: readonly Endpoint[]): readonly Endpoint[] {
  const all = new Map([...a, ...b].map(e => [e.text, e]))
  return [...all.values()].sort((x, y) => compareText(x.text, y.text))
}

/** Which endpoints hints keep near this node; null: hints do not apply, every endpoint is available. */
function nearEndpoints(s: ServicePort, topology: Topology): ((e: Endpoint) => boolean) | null {
  const ready = s.endpoints.filter(e => e.ready)
  if (ready.length === 0) return null
  const { nodeName, zone } = topology
  const onNode = (e: Endpoint) => e.nodeHints.includes(nodeName)
  if (topology.nodeHints && ready.every(e => e.nodeHints.length > 0) && ready.some(onNode)) return onNode
  const inZone = (e: Endpoint) => zone !== undefined && e.zoneHints.includes(zone)
  if (zone && ready.every(e => e.zoneHints.length > 0) && ready.some(inZone)) return inZone
  return null
}
