// kubectl for the steps of a scenario: a command line over the scenario's cluster, and time that passes.
import type { Event } from '../apply/object'
import type { State } from '../cluster/state'
import { passTime } from '../control/settle'
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

export interface KubectlInput {
  readonly stdin: string
  read(file: string): Uint8Array | undefined
}

/** The words of a command line, quotes as a shell takes them. */
export function words(command: string): readonly string[] {
  return [...command.matchAll(/(?:[^\s"']|"[^"]*"|'[^']*')+/g)].map(m =>
    m[0].replace(/"([^"]*)"|'([^']*)'/g, (_all, a?: string, b?: string) => a ?? b ?? ''),
  )
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

/** What the components wrote between two states, in order. */
export const timelineOf = (before: State, after: State): TimelineJson => ({
  events: after.log.slice(before.log.length).map(w => ({
    atMs: w.atMs,
    by: w.by,
    what: w.object.kind === 'Event' ? (w.object as Event).reason : w.type.toLowerCase(),
    object: `${w.object.kind.toLowerCase()}/${w.object.metadata.name}`,
  })),
})
