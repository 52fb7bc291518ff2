// What the components of a cluster wrote between two of its states, as the report shows it below a step.
import { writesOf } from '../cluster/log'
import { keyOf, type State } from '../cluster/state'
import { timelineOf } from '../control/timeline'
import type { TimelineJson } from '../view/report/probe'

/** Writes that a report keeps of one step; further ones are counted. */
const MOST_WRITES = 400

/** What the components wrote between two states, in order, and in answer to what. */
export function timelineBetween(before: State, after: State): TimelineJson {
  const moments = timelineOf(after, 0, before.resourceVersion)
  const objects = new Map([...writesOf(after.log)].map(event => [event.resourceVersion, `${event.object.kind} ${keyOf(event.object)}`]))
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
