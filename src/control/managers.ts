// Who has written which fields of an object, by request: what metadata.managedFields says. Held beside the object, by its uid. Stands for the API server's field manager.
// Not simulated: what controllers and kubelets write.
import type { KubeObject } from '../apply/object'
import { compareFields, emptyObject, type FieldSet, fieldsV1 } from '../apply/field-set'
import { definitionOf } from '../apply/patched-object'
import { remember, timeText } from '../cluster/clock'
import type { State } from '../cluster/state'
import { REQUEST_PROFILES } from './profile'

export interface Manager {
  readonly manager: string
  readonly operation: 'Apply' | 'Update'
  readonly subresource?: string
  readonly apiVersion: string
  readonly time: string
  /** Paths of apply/field-set.ts. */
  readonly fields: readonly string[]
}

const factOf = (object: KubeObject): string => `managers ${object.metadata.uid ?? ''}`

/** Who manages fields of an object, in the order in which they are printed. */
export function managersOf(state: State, object: KubeObject): readonly Manager[] {
  const text = state.memory[factOf(object)]
  return text === undefined ? [] : (JSON.parse(String(text)) as readonly Manager[])
}

export const withManagers = (state: State, object: KubeObject, managers: readonly Manager[]): State =>
  remember(state, { [factOf(object)]: JSON.stringify(managers.filter(m => m.fields.length > 0)) })

/** The server's own fields belong to nobody. */
const OWN =
  /^f:(?:apiVersion|kind|status(?:\n.*)?|metadata(?:\nf:(?:name|namespace|creationTimestamp|uid|generation|resourceVersion|managedFields|selfLink)(?:\n.*)?)?)$/s
export const notOwn = (set: Iterable<string>): ReadonlySet<string> => new Set([...set].filter(path => path !== '' && !OWN.test(path)))

const without = (fields: Iterable<string>, ...gone: readonly FieldSet[]): string[] => [...fields].filter(f => !gone.some(set => set.has(f)))

/** `kubectl scale` writes through a subresource. */
const SCALE: Readonly<Record<string, { readonly manager: string; readonly subresource: string }>> = {
  'kubectl-scale': { manager: 'kubectl', subresource: 'scale' },
}

/** The State that knows who wrote what, after a request by kubectl. `before`: nothing for an object that was made; `sent`: as it was asked for. */
export function noteRequest(state: State, before: KubeObject | undefined, sent: KubeObject, stored: KubeObject, by: string): State {
  const { profile } = state.config
  const known = definitionOf(profile, sent.apiVersion, sent.kind)
  if (known === undefined || !REQUEST_PROFILES[profile].managesFields) return state
  const { schema, definition } = known
  const { added, modified, removed } = compareFields(schema, definition, before ?? emptyObject(schema, definition), sent)
  const taken = notOwn([...added, ...modified])
  const who = { manager: by, ...SCALE[by] }
  const isSame = (m: Manager): boolean =>
    m.operation === 'Update' && m.manager === who.manager && m.subresource === ('subresource' in who ? who.subresource : undefined)
  const all = before === undefined ? [] : managersOf(state, before)
  const own = all.find(isSame)?.fields ?? []
  const others = all.filter(m => !isSame(m)).map(m => ({ ...m, fields: without(m.fields, taken, removed) }))
  const entry: Manager = {
    ...who,
    operation: 'Update',
    apiVersion: sent.apiVersion,
    time: taken.size === 0 && all.some(isSame) ? all.find(isSame)!.time : timeText(state),
    fields: [...new Set([...without(own, removed), ...taken])],
  }
  return withManagers(state, stored, [...others, entry])
}

/** As the API writes them, in the order of its own type. */
const managedFields = (managers: readonly Manager[]): readonly object[] =>
  managers.map(({ apiVersion, fields, manager, operation, subresource, time }) => ({
    manager,
    operation,
    apiVersion,
    time,
    fieldsType: 'FieldsV1',
    fieldsV1: fieldsV1(new Set(fields)),
    ...(subresource === undefined ? {} : { subresource }),
  }))

/** The object with who wrote which of its fields, as far as that was by request. */
export function withManagedFields<O extends KubeObject>(state: State, object: O): O {
  const managers = managersOf(state, object)
  return managers.length === 0 ? object : { ...object, metadata: { ...object.metadata, managedFields: managedFields(managers) } }
}
