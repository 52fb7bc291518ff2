// Why an outcome is not good, in the words of the user's objects.
import type { Scene } from '../trace/trace'
import type { World } from '../trace/prepare'

/** What explains outcomes in this world. */
export function explainer(_world: World): Pick<Scene, 'explain'> {
  return {}
}
