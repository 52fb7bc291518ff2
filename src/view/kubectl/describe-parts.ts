// The parts that several descriptions share: labels, annotations, events, times. Tabs are aligned at the end.
import type { Event, KubeObject, Labels } from '../../apply/object'
import { timeOf, epochMs } from '../../cluster/clock'
import { compareText, objectsOf, type State } from '../../cluster/state'
import { ageText } from './age'
import { KUBECTL_PROFILES } from './profile'

/** Longest annotation on one line. Source: kubectl's maxAnnotationLen. */
const MAX_ANNOTATION = 140
const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration'

/** `Labels:⇥a=1`, one a line; `<none>`. */
export function labelLines(title: string, labels: Labels | undefined): string {
  const lines = Object.entries(labels ?? {})
    .sort(([a], [b]) => compareText(a, b))
    .map(([k, v]) => `${k}=${v}`)
  return `${title}:\t${lines.length === 0 ? '<none>' : lines.join('\n\t')}\n`
}

/** Annotations, long ones on a line of their own and cut; newer kubectl hides what apply keeps there. */
export function annotationLines(state: State, annotations: Readonly<Record<string, string>> | undefined, title = 'Annotations'): string {
  const shown = Object.entries(annotations ?? {})
    .filter(([key]) => key !== LAST_APPLIED || KUBECTL_PROFILES[state.config.profile].showsLastApplied)
    .sort(([a], [b]) => compareText(a, b))
  if (shown.length === 0) return `${title}:\t<none>\n`
  const lines = shown.flatMap(([key, raw]) => {
    const value = raw.replace(/\n$/, '')
    if (key.length + value.length + 2 <= MAX_ANNOTATION && !value.includes('\n')) return [`${key}: ${value}`]
    return [
      `${key}:`,
      ...value.split('\n').map(line => `  ${line.length > MAX_ANNOTATION - 2 ? `${line.slice(0, MAX_ANNOTATION - 2)}...` : line}`),
    ]
  })
  return `${title}:\t${lines.join('\n\t')}\n`
}

/** Events of an object that had the name before are not about this one; nodes are known by their names. */
const isAbout = ({ uid }: Event['involvedObject'], object: KubeObject): boolean =>
  uid === undefined || object.metadata.uid === undefined || object.kind === 'Node' || uid === object.metadata.uid

/** The Events about an object, oldest first. */
export function eventsAbout(state: State, object: KubeObject): readonly Event[] {
  return objectsOf(state, 'Event')
    .filter(
      e =>
        e.involvedObject.kind === object.kind &&
        e.involvedObject.name === object.metadata.name &&
        isAbout(e.involvedObject, object) &&
        (e.involvedObject.namespace ?? '') === (object.metadata.namespace ?? ''),
    )
    .sort(
      (a, b) =>
        compareText(a.lastTimestamp ?? a.eventTime ?? '', b.lastTimestamp ?? b.eventTime ?? '') ||
        compareText(a.metadata.name, b.metadata.name),
    )
}

/** `Events:` with its table. */
export function eventLines(state: State, object: KubeObject): string {
  const events = eventsAbout(state, object)
  if (events.length === 0) return 'Events:\t<none>\n'
  const rows = events.map(e => ['', e.type, e.reason, eventAge(state, e), eventFrom(state, e), eventMessage(state, e)])
  const all = [['', 'Type', 'Reason', 'Age', 'From', 'Message'], ['', '----', '------', '----', '----', '-------'], ...rows]
  return `Events:\n${all.map(([, first, ...rest]) => `  ${[first, ...rest].join('\t')}\n`).join('')}`
}

function eventAge(state: State, e: Event): string {
  const last = ageText(state, e.lastTimestamp ?? e.eventTime)
  return (e.count ?? 1) > 1 ? `${last} (x${e.count} over ${ageText(state, e.firstTimestamp)})` : last
}

function eventFrom(state: State, e: Event): string {
  const component = e.source?.component || e.reportingComponent || ''
  return KUBECTL_PROFILES[state.config.profile].fromHost && e.source?.host ? `${component}, ${e.source.host}` : component
}

function eventMessage(state: State, e: Event): string {
  const { fieldPath } = e.involvedObject
  return KUBECTL_PROFILES[state.config.profile].fromHost || fieldPath === undefined ? e.message.trim() : `${fieldPath}: ${e.message.trim()}`
}

/** `Thu, 01 Jan 2026 00:00:05 +0000`. */
export function longTime(state: State, time: string | undefined): string {
  const at = timeOf(state, time)
  return at === undefined ? '<unset>' : new Date(epochMs(state) + at).toUTCString().replace('GMT', '+0000')
}

/** The object that controls this one, as `Controlled By:⇥ReplicaSet/web`, or nothing. */
export const controlledBy = (object: KubeObject): string => {
  const owner = object.metadata.ownerReferences?.find(r => r.controller)
  return owner === undefined ? '' : `Controlled By:\t${owner.kind}/${owner.name}\n`
}
