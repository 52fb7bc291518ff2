// Objects that stand in the input: a part of a real cluster, whose other parts are taken to be there.
import type { Kind, KubeObject } from '../apply/object'
import { keyOf, objectOf, type State } from '../cluster/state'
import { controllerOf } from './selector'

/** Whether an object, or who made it, stands in the input. */
export function isGiven(state: State, object: KubeObject): boolean {
  if (state.places.has(`${object.kind} ${keyOf(object)}`)) return true
  const owner = controllerOf(object)
  const made = owner && objectOf(state, owner.kind as Kind, `${object.metadata.namespace}/${owner.name}`)
  return made !== undefined && isGiven(state, made)
}
