// Pods by label, owner and node, found without looking at every pod each time.
import type { KubeObject, Labels, Pod } from '../apply/object'
import { indexBy } from '../cluster/derived'
import type { State } from '../cluster/state'
import { controllerOf, matchesMap } from './selector'

const byLabel = indexBy<Pod>(
  'Pod',
  pod => Object.entries(pod.metadata.labels ?? {}).map(([key, value]) => `${pod.metadata.namespace}/${key}=${value}`),
  pod => pod.metadata.labels,
)

/** The pods that nobody controls. */
const orphans = indexBy<Pod>(
  'Pod',
  pod => (controllerOf(pod) === undefined ? [ORPHAN] : []),
  pod => pod.metadata.ownerReferences,
)
const ORPHAN = 'orphan'

/** Whether there is a pod that nobody controls: mostly there is none, and nobody has to look for one. */
export const hasOrphans = (state: State): boolean => orphans(state, ORPHAN).length > 0

const byOwner = indexBy<Pod>(
  'Pod',
  pod => {
    const owner = controllerOf(pod)
    return owner === undefined ? [] : [`${pod.metadata.namespace}/${owner.kind}/${owner.name}`]
  },
  pod => pod.metadata.ownerReferences,
)

const byNode = indexBy<Pod>(
  'Pod',
  pod => (pod.spec.nodeName ? [pod.spec.nodeName] : []),
  pod => pod.spec.nodeName,
)

/** The pods of a namespace with these labels, in the order of their creation; none for an empty map. */
export function podsSelectedBy(state: State, namespace: string | undefined, selector: Labels | undefined): readonly Pod[] {
  const wanted = Object.entries(selector ?? {})
  if (wanted.length === 0) return []
  let fewest: readonly Pod[] | undefined
  for (const [key, value] of wanted) {
    const pods = byLabel(state, `${namespace}/${key}=${value}`)
    if (pods.length === 0) return pods
    if (fewest === undefined || pods.length < fewest.length) fewest = pods
  }
  return wanted.length === 1 ? fewest! : fewest!.filter(pod => matchesMap(selector, pod.metadata.labels))
}

/** The pods that an object controls, in the order of their creation. */
export function podsOwnedBy(state: State, owner: KubeObject): readonly Pod[] {
  const pods = byOwner(state, `${owner.metadata.namespace}/${owner.kind}/${owner.metadata.name}`)
  const isOwned = remembering((of: Pod['metadata']['ownerReferences']) => of?.find(o => o.controller)?.uid === owner.metadata.uid)
  return pods.filter(pod => isOwned(pod.metadata.ownerReferences))
}

/** An answer about values of which many in a row are the same: given once for each. */
export function remembering<T, A>(ask: (value: T) => A): (value: T) => A {
  let last: { readonly value: T; readonly answer: A } | undefined
  return value => {
    if (last === undefined || last.value !== value) last = { value, answer: ask(value) }
    return last.answer
  }
}

/** The pods bound to a node, in the order of their creation. */
export const podsOn = (state: State, node: string): readonly Pod[] => byNode(state, node)
