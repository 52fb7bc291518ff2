// Label selectors and owner references. Stands for apimachinery labels and metav1.OwnerReference.
import type { KubeObject, Labels, LabelSelector, OwnerReference } from '../apply/object'
import { compareText } from '../cluster/state'

/** A label's value; undefined when there is none, whatever its key (`constructor` is a key like any other). */
export const labelOf = (labels: Labels | undefined, key: string): string | undefined =>
  labels !== undefined && Object.hasOwn(labels, key) ? labels[key] : undefined

/** Whether labels satisfy an equality map; an empty map selects nothing here (a Service's or RC's meaning). */
export function matchesMap(selector: Labels | undefined, labels: Labels | undefined): boolean {
  const wanted = Object.entries(selector ?? {})
  return wanted.length > 0 && wanted.every(([key, value]) => labelOf(labels, key) === value)
}

/** Whether labels satisfy a LabelSelector; an empty one selects everything. */
export function matchesSelector(selector: LabelSelector, labels: Labels | undefined): boolean {
  const equal = Object.entries(selector.matchLabels ?? {}).every(([key, value]) => labelOf(labels, key) === value)
  return equal && (selector.matchExpressions ?? []).every(e => matchesExpression(e, labelOf(labels, e.key)))
}

/** One requirement against the label's value, undefined when there is no such label. */
export function matchesExpression(
  e: { readonly operator: string; readonly values?: readonly string[] },
  value: string | undefined,
): boolean {
  switch (e.operator) {
    case 'In':
      return value !== undefined && (e.values ?? []).includes(value)
    case 'NotIn':
      return value === undefined || !(e.values ?? []).includes(value)
    case 'Exists':
      return value !== undefined
    case 'DoesNotExist':
      return value === undefined
    case 'Gt':
      return Number(value) > Number(e.values?.[0])
    case 'Lt':
      return Number(value) < Number(e.values?.[0])
    default:
      return false
  }
}

/** `app=web,tier=a`, sorted by key; `<none>` when empty. */
export function labelsText(labels: Labels | undefined): string {
  const entries = Object.entries(labels ?? {}).sort(([a], [b]) => compareText(a, b))
  return entries.length === 0 ? '<none>' : entries.map(([k, v]) => `${k}=${v}`).join(',')
}

/** A LabelSelector in the words of `kubectl`: `app=web,env in (a,b),!old`. */
export function selectorText(selector: LabelSelector | undefined): string {
  const parts = Object.entries(selector?.matchLabels ?? {}).map(([k, v]) => ({ key: k, text: `${k}=${v}` }))
  for (const e of selector?.matchExpressions ?? []) {
    const values = [...(e.values ?? [])].sort(compareText).join(',')
    const texts: Record<string, string> = {
      In: `${e.key} in (${values})`,
      NotIn: `${e.key} notin (${values})`,
      Exists: e.key,
      DoesNotExist: `!${e.key}`,
    }
    parts.push({ key: e.key, text: texts[e.operator] ?? e.key })
  }
  if (parts.length === 0) return '<none>'
  return parts
    .sort((a, b) => compareText(a.key, b.key))
    .map(p => p.text)
    .join(',')
}

/** The owner that manages an object, if any. */
export const controllerOf = (object: KubeObject): OwnerReference | undefined =>
  object.metadata.ownerReferences?.find(r => r.controller === true)

/** The reference by which an object owns another. */
export const ownerReference = (owner: KubeObject): OwnerReference => ({
  apiVersion: owner.apiVersion,
  kind: owner.kind,
  name: owner.metadata.name,
  uid: owner.metadata.uid ?? '',
  controller: true,
  blockOwnerDeletion: true,
})

/** The object without that owner; without the field where it was the only one. */
export function disowned<T extends KubeObject>(object: T, owner: KubeObject): T {
  const { ownerReferences = [], ...metadata } = object.metadata
  const left = ownerReferences.filter(o => o.uid !== owner.metadata.uid)
  return { ...object, metadata: left.length === 0 ? metadata : { ...metadata, ownerReferences: left } }
}
