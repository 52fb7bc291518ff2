// Which pods of a DaemonSet go and on which nodes new ones come beside them, so that its template reaches every node: within maxUnavailable, or within maxSurge.
// Stands for rollingUpdate of pkg/controller/daemon/update.go.
import type { Pod } from '../apply/object'
import type { DaemonSet } from '../apply/object-workloads'

/** The pods of one node that stay there for now, those of the present template and older ones. */
export interface OnNode {
  readonly node: string
  readonly fresh: readonly Pod[]
  readonly old: readonly Pod[]
}

export interface Renewal {
  readonly remove: readonly Pod[]
  /** Names of nodes. */
  readonly create: readonly string[]
}

/** Whether a new pod may run beside the old one. */
export const surges = (set: DaemonSet): boolean => limit(set.spec.updateStrategy.rollingUpdate?.maxSurge, 0, 100) > 0

function limit(asked: number | string | undefined, byDefault: number, nodes: number): number {
  if (asked === undefined) return byDefault
  return typeof asked === 'number' ? asked : Math.ceil((Number.parseInt(asked, 10) * nodes) / 100)
}

/** The next step of a RollingUpdate over the nodes that should run a pod. */
export function renewal(set: DaemonSet, nodes: readonly OnNode[], isWell: (pod: Pod) => boolean): Renewal {
  const { maxSurge, maxUnavailable } = set.spec.updateStrategy.rollingUpdate ?? {}
  const surge = limit(maxSurge, 0, nodes.length)
  return surge === 0 ? replaced(nodes, limit(maxUnavailable, 1, nodes.length), isWell) : surged(nodes, surge, isWell)
}

/** Old pods go, those that are unwell first, so that no more nodes than allowed are without one. */
function replaced(nodes: readonly OnNode[], allowed: number, isWell: (pod: Pod) => boolean): Renewal {
  const missing = nodes.filter(n => ![...n.old, ...n.fresh].some(isWell)).length
  const old = nodes.flatMap(n => n.old)
  const spare = Math.max(0, allowed - missing)
  return { remove: [...old.filter(p => !isWell(p)), ...old.filter(isWell).slice(0, spare)], create: [] }
}

/** New pods come beside old ones, so many at a time; an old one goes when the new one beside it is available. */
function surged(nodes: readonly OnNode[], allowed: number, isWell: (pod: Pod) => boolean): Renewal {
  const both = nodes.filter(n => n.fresh.length > 0 && n.old.length > 0)
  const onlyOld = nodes.filter(n => n.fresh.length === 0 && n.old.length > 0)
  const waiting = both.filter(n => !n.fresh.some(isWell)).length
  const unwell = onlyOld.filter(n => !n.old.some(isWell))
  const well = onlyOld.filter(n => n.old.some(isWell)).slice(0, Math.max(0, allowed - waiting))
  return { remove: both.filter(n => n.fresh.some(isWell)).flatMap(n => n.old), create: [...unwell, ...well].map(n => n.node) }
}
