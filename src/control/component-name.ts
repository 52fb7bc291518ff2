// Components by the names that people use for them: of the control plane, or of one node.
import { didYouMean } from '../cluster/nearest'
import type { State } from '../cluster/state'
import { problem } from '../error'

/** What runs once, by the name it is stopped with. */
const OF_THE_CLUSTER: Readonly<Record<string, readonly string[]>> = {
  'deployment controller': ['deployment-controller'],
  'replicaset controller': ['replicaset-controller'],
  'statefulset controller': ['statefulset-controller'],
  'daemonset controller': ['daemonset-controller'],
  'job controller': ['job-controller'],
  'endpoints controller': ['endpoint-controller'],
  'endpoint controller': ['endpoint-controller'],
  'endpointslice controller': ['endpointslice-controller'],
  'node controller': ['node-controller'],
  'resourcequota controller': ['resourcequota-controller'],
  'garbage collector': ['generic-garbage-collector'],
  scheduler: ['default-scheduler'],
}
/** What runs on every node. */
const OF_A_NODE = ['kubelet', 'kube-proxy', 'flanneld']

/** The component as the event loop and the nodes know it; a problem for names of nothing, and for nodes where none belongs. */
export function readComponent(state: State, written: string, node: string | null): readonly [string, string | null] {
  const name = written
    .replace(/^the /, '')
    .replaceAll('-controller', ' controller')
    .replace('kube-scheduler', 'scheduler')
    .replace('default-scheduler', 'scheduler')
  const names = [...OF_A_NODE, ...Object.keys(OF_THE_CLUSTER)]
  if (OF_A_NODE.includes(name)) {
    if (node === null)
      throw problem('STEP_VALUE', `${name} runs on every node.`, { fix: `Say where: ${name} on ${state.config.nodes[0]?.name ?? 'NODE'}.` })
    return [name, node]
  }
  const known = Object.hasOwn(OF_THE_CLUSTER, name) ? OF_THE_CLUSTER[name] : undefined
  if (known === undefined) throw problem('UNKNOWN_NAME', `there is no component '${written}'.`, { fix: didYouMean(name, names) })
  if (node !== null) throw problem('STEP_VALUE', `the ${name} runs once for the cluster, not on ${node}.`, { fix: 'Leave the node out.' })
  return [known[0]!, null]
}
