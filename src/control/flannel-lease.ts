// flanneld's leases where they are keys in etcd: one that is deleted there, and comes back when its flanneld starts again. Not simulated: leases that run out.
import { remember } from '../cluster/clock'
import type { State } from '../cluster/state'

const FACT = 'flannel leases'

/** A lease that went, or came back, and after which write. */
export interface LeaseChange {
  readonly at: number
  readonly node: string
  readonly gone: boolean
}

/** All such changes, in their order. */
export const leaseChanges = (state: State): readonly LeaseChange[] =>
  [...String(state.memory[FACT] ?? '').matchAll(/(\d+)([-+])(\S+)/g)].map(([, at, sign, node]) => ({
    at: Number(at),
    node: node!,
    gone: sign === '-',
  }))

/** Whether a node's lease is not there. */
export const isLeaseGone = (state: State, node: string): boolean => leaseChanges(state).findLast(c => c.node === node)?.gone === true

/** A node's lease goes, or comes back: etcd counts it as a write. */
export function changeLease(state: State, node: string, gone: boolean): State {
  if (isLeaseGone(state, node) === gone) return state
  const at = state.resourceVersion + 1
  const before = state.memory[FACT]
  const entry = `${at}${gone ? '-' : '+'}${node}`
  return remember({ ...state, resourceVersion: at }, { [FACT]: before === undefined ? entry : `${before} ${entry}` })
}
