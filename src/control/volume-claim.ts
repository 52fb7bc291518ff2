// Claims of volumes that a pod names: what keeps the pod from a node. Claims of pods that came with the input, and are not in it, are taken to be there.
import type { Pod } from '../apply/object'
import { objectOf, type State } from '../cluster/state'
import { isGiven } from './given'
import { CONTROL_PROFILES } from './profile'
import { claimsOf, isBound } from './volumes'

/** What the scheduler says of the first claim that is not there, or has no volume. */
export function claimRefusal(state: State, pod: Pod, nodes: number): string | undefined {
  const { claimRefused } = CONTROL_PROFILES[state.config.profile]
  for (const key of claimsOf(pod)) {
    const claim = objectOf(state, 'PersistentVolumeClaim', key)
    if (claim === undefined && !isGiven(state, pod))
      return claimRefused(nodes, `persistentvolumeclaim "${key.slice(key.indexOf('/') + 1)}" not found`)
    if (claim !== undefined && !isBound(claim)) return claimRefused(nodes, 'pod has unbound immediate PersistentVolumeClaims')
  }
  return undefined
}
