// Nodes that pods and endpoints name although the nodes of the cluster are declared without them: a warning each. Beside a Cluster's `nodes` they are not there,
// beside Node objects alone they are.
import type { Problem } from '../error'
import { nearest } from './finding-text'
import type { Accepted, KubeObject } from './object'
import type { RawCluster } from './raw-cluster'

/** More names than these are told as a number. */
const MOST_TOLD = 20

/** One line for each such name, at the first object that has it; none where nobody declares any node. */
export function undeclaredNodes(
  accepted: readonly Accepted[],
  cluster: RawCluster | undefined,
  nodeNamesOf: (object: KubeObject) => readonly string[],
): readonly Problem[] {
  const objects = accepted.flatMap(a => (a.object.kind === 'Node' ? [a.object.metadata.name] : []))
  const declared = [...new Set([...(cluster?.nodes ?? []).map(n => n.name), ...objects])]
  if (declared.length === 0) return []
  const told = new Set(declared)
  const found: { readonly a: Accepted; readonly name: string }[] = []
  for (const a of accepted)
    for (const name of nodeNamesOf(a.object)) {
      if (told.has(name)) continue
      told.add(name)
      found.push({ a, name })
    }
  const rest = found.length - MOST_TOLD
  return found.slice(0, MOST_TOLD).map(({ a, name }, i) => warningOf(a, name, declared, i === MOST_TOLD - 1 ? rest : 0))
}

function warningOf(a: Accepted, name: string, declared: readonly string[], rest: number): Problem {
  const { kind, metadata } = a.object
  const object = `${kind === 'Pod' ? 'pod' : kind} ${metadata.namespace}/${metadata.name}`
  const near = nearest(name, declared)
  const more = rest > 0 ? ` (and ${rest} more such nodes)` : ''
  return {
    code: 'UNKNOWN_NAME',
    message: `${object} ${kind === 'Pod' ? 'is on' : 'names'} node '${name}', which nobody declares${more}.`,
    place: kind === 'Pod' ? a.placeOf('spec.nodeName') : a.place,
    fix: near === undefined ? 'Declare it, as a Node or in the Cluster document.' : `Did you mean '${near}'?`,
  }
}
