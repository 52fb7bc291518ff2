// Claims of volumes that a pod names. PersistentVolumeClaims are not modelled: those of pods that came with the input are taken to be there, and a pod that is made
// by request names one that is not.
import type { Kind, KubeObject, Pod } from '../apply/object'
import { keyOf, objectOf, type State } from '../cluster/state'
import { controllerOf } from './selector'

/** The first claim that is not there. */
export function missingClaim(state: State, pod: Pod): string | undefined {
  const { volumes = [] } = pod.spec as {
    readonly volumes?: readonly { readonly persistentVolumeClaim?: { readonly claimName?: string } }[]
  }
  const claim = volumes.find(v => v.persistentVolumeClaim !== undefined)?.persistentVolumeClaim?.claimName
  return claim === undefined || isGiven(state, pod) ? undefined : claim
}

/** Whether an object, or who made it, stands in the input. */
function isGiven(state: State, object: KubeObject): boolean {
  if (state.places.has(`${object.kind} ${keyOf(object)}`)) return true
  const owner = controllerOf(object)
  const made = owner && objectOf(state, owner.kind as Kind, `${object.metadata.namespace}/${owner.name}`)
  return made !== undefined && isGiven(state, made)
}
