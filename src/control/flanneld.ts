// flanneld as a writer: what it puts on its Node when it starts there. What it does to its machine: ../node/flannel-leases.ts.
import type { Node } from '../apply/object'
import { flannelByNodes, isManaged, networksOf, registration } from '../cluster/flannel-node'
import { latestWrites } from '../cluster/log'
import type { State } from '../cluster/state'
import { isStopped } from './component'
import { CONTENT, type Controller } from './controller'

/** A Node that comes, or gets its podCIDR: its flanneld starts. Annotations that somebody takes away stay away until it starts again. */
export const flannelds: Controller = {
  name: 'flanneld',
  latencyMs: 10,
  watches: ['Node'],
  keys: ({ event: { object, type } }) => (type === 'DELETED' || isManaged(object as Node) ? [] : [object.metadata.name]),
  sync: (state, name) => {
    if (flannelByNodes(state.config) === null || isStopped(state, 'flanneld', name) || hasStarted(state, name)) return CONTENT
    return { changes: registration(state, name) }
  },
}

/** Whether it has written on this Node since the Node came and had a podCIDR. */
function hasStarted(state: State, name: string): boolean {
  for (const { object, type } of latestWrites(state.log)) {
    if (object.kind !== 'Node' || object.metadata.name !== name) continue
    if (isManaged(object as Node)) return type !== 'DELETED'
    if (type === 'DELETED' || networksOf(object as Node).length === 0) return false
  }
  return false
}
