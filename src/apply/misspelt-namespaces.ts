// Namespaces that objects stand in and no Namespace object declares, where one under a similar name is declared: they exist all the same, with a warning each.
// Many give only the objects: a namespace that is like no other is nothing to tell.
import type { Problem } from '../error'
import { misspelt } from './finding-text'
import type { Accepted } from './object'

/** One line for each such namespace, at the first object that stands in it. */
export function misspeltNamespaces(accepted: readonly Accepted[]): readonly Problem[] {
  const declared = accepted.flatMap(a => (a.object.kind === 'Namespace' ? [a.object.metadata.name] : []))
  if (declared.length === 0) return []
  const told = new Set(declared)
  return accepted.flatMap((a): Problem[] => {
    const { namespace, name } = a.object.metadata
    if (namespace === undefined || told.has(namespace) || isBuiltIn(namespace)) return []
    told.add(namespace)
    const meant = misspelt(namespace, declared)
    if (meant === undefined) return []
    return [
      {
        code: 'UNKNOWN_NAME',
        message: `${a.object.kind} ${namespace}/${name} is in namespace '${namespace}', which nobody declares.`,
        place: a.placeOf('metadata.namespace'),
        fix: `Did you mean '${meant}'?`,
      },
    ]
  })
}

/** What every cluster has. */
const isBuiltIn = (namespace: string): boolean => namespace === 'default' || namespace.startsWith('kube-')
