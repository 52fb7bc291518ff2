// The word after --dataplane: the simulator, this machine's kernel, or both.
import { problem } from '../error'

export const DATAPLANES = ['simulated', 'real', 'both'] as const
export type Dataplane = (typeof DATAPLANES)[number]

/** The simulator where nothing is said. */
export function readDataplane(word: string | undefined): Dataplane {
  const found = DATAPLANES.find(d => d === (word ?? 'simulated'))
  if (found) return found
  throw problem('USAGE', `There is no dataplane '${word}'.`, { fix: 'Write --dataplane simulated, real or both.' })
}
