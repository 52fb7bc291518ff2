// kubectl for the steps of a scenario: a command line over the scenario's cluster, and time that passes.
import { keyOf, type State } from '../cluster/state'
import { passTime } from '../control/settle'
import { timelineOf as timeline } from '../control/timeline'
import { atOnce, settling } from '../view/kubectl/passing'
import { runKubectl } from '../view/kubectl/run'
import type { TimelineJson } from '../view/report/probe'
import { type Lab, running } from './lab'

export interface Said {
  readonly command: string
  readonly stdout: string
  readonly stderr: string
  readonly exit: number
}

interface KubectlInput {
  readonly stdin: string
  read(file: string): Uint8Array | undefined
}

/** Runs kubectl; the next state has what its controllers made of the change (with `--wait=false`: only what happens at once). */
export function kubectl(state: State, args: readonly string[], input: KubectlInput): { readonly said: Said; readonly state: State } {
  const passing = args.includes('--wait=false') ? atOnce : settling
  const { state: after, ...said } = runKubectl(state, args, { read: input.read, stdin: () => input.stdin }, passing)
  return { said: { command: `kubectl ${args.join(' ')}`, ...said }, state: after }
}

/** The cluster later on its virtual clock. */
export const later = (lab: Lab, ms: number): Lab => {
  const now = running(lab)
  return { ...now, state: passTime(now.state, ms) }
}

/** Writes that a report keeps of one step; further ones are counted. */
const MOST_WRITES = 400

/** What the components wrote between two states, in order, and in answer to what. */
export function timelineOf(before: State, after: State): TimelineJson {
  const moments = timeline(after, 0, before.resourceVersion)
  const objects = new Map(after.log.map(event => [event.resourceVersion, `${event.object.kind} ${keyOf(event.object)}`]))
  return {
    events: moments.slice(0, MOST_WRITES).map(({ resourceVersion: id, ...m }) => ({
      id,
      ...m,
      by: m.by.startsWith('kubectl') ? 'kubectl' : m.by,
      after: m.cause === null ? null : (objects.get(m.cause) ?? null),
    })),
    more: Math.max(0, moments.length - MOST_WRITES),
  }
}
