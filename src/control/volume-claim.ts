// Claims of volumes that a pod names. PersistentVolumeClaims are not modelled: those of pods that came with the input are taken to be there, and a pod that is made
// by request names one that is not.
import type { Pod } from '../apply/object'
import type { State } from '../cluster/state'
import { isGiven } from './given'

/** The first claim that is not there. */
export function missingClaim(state: State, pod: Pod): string | undefined {
  const { volumes = [] } = pod.spec as {
    readonly volumes?: readonly { readonly persistentVolumeClaim?: { readonly claimName?: string } }[]
  }
  const claim = volumes.find(v => v.persistentVolumeClaim !== undefined)?.persistentVolumeClaim?.claimName
  return claim === undefined || isGiven(state, pod) ? undefined : claim
}
