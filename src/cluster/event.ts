// Events as objects: what a component says about an object, counted when it says the same again. Stands for client-go's event recorder. Not simulated: spam filter, TTL.
import type { Event, KubeObject } from '../apply/object'
import { epochMs, timeText } from './clock'
import { objectOf, type State } from './state'
import { put, write } from './write'

export interface Said {
  readonly about: KubeObject
  readonly type: 'Normal' | 'Warning'
  readonly reason: string
  readonly message: string
  readonly component: string
  readonly host?: string
  readonly fieldPath?: string
  /** Written through events.k8s.io, as newer schedulers do: no source, no first and last time. */
  readonly modern?: boolean
}

/** Writes all that was said; a repetition keeps its name and counts. */
export function recordEvents(state: State, said: readonly Said[]): State {
  if (said.length === 0) return state
  const objects = new Map<string, Event>()
  let order = Number(state.log.length)
  const facts: Record<string, string> = {}
  for (const one of said) {
    const memory = `event ${identity(one)}`
    const known = facts[memory] ?? state.memory[memory]
    const old = known === undefined ? undefined : (objects.get(String(known)) ?? objectOf(state, 'Event', String(known)))
    const event = old === undefined ? firstEvent(state, one, order++) : again(state, old)
    const key = `${event.metadata.namespace}/${event.metadata.name}`
    objects.set(key, event)
    facts[memory] = key
  }
  const after = write(state, [...objects.values()].map(put), said[0]!.component)
  return { ...after, memory: { ...after.memory, ...facts } }
}

const identity = (said: Said): string =>
  [
    said.about.kind,
    said.about.metadata.namespace,
    said.about.metadata.name,
    said.about.metadata.uid,
    said.type,
    said.reason,
    said.message,
    said.component,
  ].join(' ')

/** `<object>.<hex of the nanoseconds of the first time>`; nanoseconds count up within one moment so that names differ and sort. */
function firstEvent(state: State, said: Said, order: number): Event {
  const { about } = said
  const nanos = BigInt(epochMs(state) + state.nowMs) * 1_000_000n + BigInt(order % 1_000_000)
  const now = timeText(state)
  const namespace = about.metadata.namespace ?? 'default'
  return {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: `${about.metadata.name}.${nanos.toString(16)}`, namespace },
    involvedObject: {
      kind: about.kind,
      ...(about.metadata.namespace === undefined ? {} : { namespace: about.metadata.namespace }),
      name: about.metadata.name,
      ...(about.metadata.uid === undefined ? {} : { uid: about.metadata.uid }),
      apiVersion: about.apiVersion,
      ...(said.fieldPath === undefined ? {} : { fieldPath: said.fieldPath }),
    } as Event['involvedObject'],
    type: said.type,
    reason: said.reason,
    message: said.message,
    ...(said.modern
      ? { source: {}, reportingComponent: said.component, firstTimestamp: null, lastTimestamp: null, eventTime: now }
      : {
          source: { component: said.component, ...(said.host === undefined ? {} : { host: said.host }) },
          reportingComponent: said.component,
          count: 1,
          firstTimestamp: now,
          lastTimestamp: now,
        }),
  }
}

const again = (state: State, event: Event): Event => ({ ...event, count: (event.count ?? 1) + 1, lastTimestamp: timeText(state) })
