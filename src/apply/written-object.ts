// Documents to objects with a kind: lists are taken apart (`List`, `PodList`, …), what has no kind or apiVersion is refused.
import type { Place, Problem } from '../error'
import type { Doc } from './documents'
import type { Path } from './path'
import { otherTool } from './templates'

/** One object as it was written, not yet decoded. */
export interface WrittenObject {
  readonly apiVersion: string
  readonly kind: string
  readonly value: Record<string, unknown>
  readonly file: string
  placeOf(path: Path): Place
}

/** All objects of a document, lists taken apart. */
export function objectsOfDocument(document: Doc, problems: Problem[]): readonly WrittenObject[] {
  return take(document.value, document.file, path => document.placeOf(path), undefined, problems)
}

interface ListKind {
  readonly apiVersion: string
  readonly kind: string
}

function take(
  value: unknown,
  file: string,
  placeOf: (path: Path) => Place,
  of: ListKind | undefined,
  problems: Problem[],
): readonly WrittenObject[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    problems.push({
      code: 'NOT_AN_OBJECT',
      message: 'The document is no Kubernetes object.',
      place: placeOf([]),
      fix: "Begin it with 'apiVersion:' and 'kind:'; objects of one file stand apart by a line '---'.",
    })
    return []
  }
  const object = value as Record<string, unknown>
  const apiVersion = object.apiVersion ?? of?.apiVersion
  const kind = object.kind ?? of?.kind
  if (typeof apiVersion !== 'string' || typeof kind !== 'string' || apiVersion === '' || kind === '') {
    problems.push(missingKind(typeof kind === 'string' && kind !== '' ? 'apiVersion' : 'kind', placeOf([]), file))
    return []
  }
  if (kind === 'List' && object.items === undefined) problems.push(missingItems(placeOf([])))
  if (!/List$/.test(kind) || !Object.hasOwn(object, 'items'))
    return kind === 'List' ? [] : [{ apiVersion, kind, value: object, file, placeOf }]
  const items = object.items ?? []
  if (!Array.isArray(items)) {
    problems.push({
      code: 'WRONG_TYPE',
      message: `${kind} items must be a list.`,
      place: placeOf(['items']),
      fix: "Put '- ' before each item.",
    })
    return []
  }
  const itemKind = kind === 'List' ? undefined : { apiVersion, kind: kind.slice(0, -4) }
  return items.flatMap((item, i) => take(item, file, path => placeOf(['items', i, ...path]), itemKind, problems))
}

const missingItems = (place: Place): Problem => ({
  code: 'MISSING_FIELD',
  message: "List has no 'items', which is required.",
  place,
  fix: "Add 'items: […]' with the objects of the list.",
})

const missingKind = (name: 'kind' | 'apiVersion', place: Place, file: string): Problem => ({
  code: 'NOT_AN_OBJECT',
  message: `The document has no '${name}'.`,
  place,
  fix: otherTool(file) ?? (name === 'kind' ? "Add a line like 'kind: Service'." : "Add a line like 'apiVersion: v1'."),
})
