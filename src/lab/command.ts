// kubectl for the steps of a scenario: a command line over the scenario's cluster, and time that passes.
import type { State } from '../cluster/state'
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

/** What the components wrote between two states, in order, and in answer to what. */
export function timelineOf(before: State, after: State): TimelineJson {
  const moments = timeline(after, 0, before.resourceVersion)
  const objects = new Map(moments.map(m => [m.resourceVersion, m.object]))
  return {
    events: moments.map(m => {
      const cause = m.cause === null ? undefined : objects.get(m.cause)
      return {
        atMs: m.atMs,
        by: cause === undefined ? m.by : `${m.by}, after ${cause}`,
        what: m.what === '' ? m.did : m.did === 'said' ? m.what : `${m.did}: ${m.what}`,
        object: m.object,
      }
    }),
  }
}
