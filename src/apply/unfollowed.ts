// Objects that are held and shown although nothing in the model acts on them: one warning a kind, at its first object.
import type { Problem } from '../error'
import type { ClusterConfig } from './cluster-config'
import type { Accepted, Kind } from './object'

/** What does not happen, by kind. */
const NOT_DONE: Readonly<Partial<Record<Kind, (config: ClusterConfig) => string | undefined>>> = {
  ...Object.fromEntries(['Role', 'RoleBinding', 'ClusterRole', 'ClusterRoleBinding'].map(kind => [kind, () => 'nobody is refused by it'])),
  HorizontalPodAutoscaler: () => 'nothing is scaled by it',
  StorageClass: () => 'no provisioner makes volumes of it',
  CronJob: () => 'no Jobs are made by it',
  Ingress: () => 'no ingress controller runs, and no request is routed by it',
  NetworkPolicy: ({ cni }) => `cni ${cni.name} enforces no policies, and no packet is held up by it`,
  ServiceCIDR: () => 'addresses are given out of networking.serviceSubnet alone',
}

/** One line for each kind whose objects the cluster takes and nothing follows. */
export function unfollowedWarnings(accepted: readonly Accepted[], config: ClusterConfig): readonly Problem[] {
  const first = new Map<string, Accepted>()
  const counts = new Map<string, number>()
  for (const a of accepted) {
    const { kind } = a.object
    if (!first.has(kind)) first.set(kind, a)
    counts.set(kind, (counts.get(kind) ?? 0) + 1)
  }
  return [...first].flatMap(([kind, { object, place }]) => {
    const undone = NOT_DONE[kind as Kind]?.(config)
    if (undone === undefined) return []
    const { namespace, name } = object.metadata
    const more = counts.get(kind)! > 1 ? ` (and ${counts.get(kind)! - 1} more)` : ''
    return [
      {
        code: 'NOT_MODELLED' as const,
        message: `${kind} ${namespace === undefined ? name : `${namespace}/${name}`}${more} is held and shown, but ${undone}.`,
        place,
      },
    ]
  })
}
