// The machines that the Cluster names, read once: they are asked for with every pod, of which a large cluster has 30 for each machine.
import type { ClusterConfig, ClusterNode } from '../apply/cluster-config'

interface Machines {
  readonly byName: ReadonlyMap<string, ClusterNode>
  readonly controlPlane: ClusterNode | undefined
}

const READ = new WeakMap<ClusterConfig['nodes'], Machines>()

function machinesOf({ nodes }: ClusterConfig): Machines {
  const known = READ.get(nodes)
  if (known !== undefined) return known
  const byName = new Map(nodes.toReversed().map(node => [node.name, node]))
  const machines = { byName, controlPlane: nodes.find(n => n.role === 'control-plane') ?? nodes[0] }
  READ.set(nodes, machines)
  return machines
}

/** The machine of that name. */
export const clusterNode = (config: ClusterConfig, name: string): ClusterNode | undefined => machinesOf(config).byName.get(name)

/** The machine on which the API server runs: the first that says so, else the first. */
export const controlPlaneNode = (config: ClusterConfig): ClusterNode | undefined => machinesOf(config).controlPlane
