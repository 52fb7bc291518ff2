// `kubectl events`: Events by the time they were last seen.
import type { Event } from '../../apply/object'
import { compareText, objectsOf, type State } from '../../cluster/state'
import { ageText } from './age'
import { type Arguments, flag, isSet } from './arguments'
import { namespaceOf } from './choose'
import { failed, printed, type Reply } from './reply'
import { kindOf } from './resource'
import { table } from './tabs'
import { jsonText, yamlText } from './yaml-text'

/** The whole command; `--for KIND/NAME` and `--types` choose. */
export function events(state: State, args: Arguments): Reply {
  const namespace = namespaceOf(args)
  const about = flag(args, 'for')
  const [kindWord = '', name] = about?.split('/') ?? []
  const kind = about === undefined ? undefined : kindOf(state, kindWord)
  if (about !== undefined && (kind === undefined || name === undefined)) return failed(state, `error: --for must be in resource/name form`)
  const types = flag(args, 'types')?.toLowerCase().split(',')
  const found = objectsOf(state, 'Event')
    .filter(e => namespace === undefined || e.metadata.namespace === namespace)
    .filter(e => kind === undefined || (e.involvedObject.kind === kind && e.involvedObject.name === name))
    .filter(e => types === undefined || types.includes(e.type.toLowerCase()))
    .sort((a, b) => compareText(lastSeen(a), lastSeen(b)) || fraction(a) - fraction(b) || compareText(a.metadata.name, b.metadata.name))
  const format = flag(args, 'output')
  if (format === 'yaml' || format === 'json')
    return printed(state, (format === 'yaml' ? yamlText : jsonText)({ apiVersion: 'v1', items: found, kind: 'List', metadata: {} }))
  if (found.length === 0)
    return printed(state, '', namespace === undefined ? 'No events found.\n' : `No events found in ${namespace} namespace.\n`)
  const everywhere = isSet(args, 'all-namespaces')
  const head = [...(everywhere ? ['NAMESPACE'] : []), 'LAST SEEN', 'TYPE', 'REASON', 'OBJECT', 'MESSAGE']
  const rows = found.map(e => [
    ...(everywhere ? [e.metadata.namespace ?? ''] : []),
    seenText(state, e),
    e.type,
    e.reason,
    `${e.involvedObject.kind}/${e.involvedObject.name}`,
    e.message.trim(),
  ])
  return printed(state, table(isSet(args, 'no-headers') ? rows : [head, ...rows]))
}

/** Newer events know parts of a second: they come after older ones of the same second. */
const fraction = (e: Event): number => (e.lastTimestamp ? 0 : 1)

const lastSeen = (e: Event): string => e.lastTimestamp ?? e.eventTime ?? ''

function seenText(state: State, e: Event): string {
  const last = ageText(state, e.lastTimestamp ?? e.eventTime)
  return (e.count ?? 1) > 1 ? `${last} (x${e.count} over ${ageText(state, e.firstTimestamp)})` : last
}
