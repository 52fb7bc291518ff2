// Pods that want to be near others, or away from them. Stands for the scheduler's InterPodAffinity: required terms as a filter, preferred ones as a score.
import type { LabelSelector, Node, Pod } from '../apply/object'
import { indexBy } from '../cluster/derived'
import { objectOf, type State } from '../cluster/state'
import { affinityOf } from './node-fit'
import { isFinished } from './pod-state'
import { labelOf, matchesSelector } from './selector'

/** `podAffinityTerm` as it is written. */
interface Written {
  readonly topologyKey: string
  readonly labelSelector?: LabelSelector
  readonly namespaces?: readonly string[]
  readonly namespaceSelector?: LabelSelector
  readonly matchLabelKeys?: readonly string[]
  readonly mismatchLabelKeys?: readonly string[]
}

interface Term {
  readonly key: string
  readonly matches: (pod: Pod) => boolean
}

type Part = 'podAffinity' | 'podAntiAffinity'

const writtenTerms = (pod: Pod, part: Part): readonly Written[] =>
  (affinityOf(pod)[part]?.requiredDuringSchedulingIgnoredDuringExecution ?? []) as readonly Written[]

const termsOf = (state: State, pod: Pod, part: Part): readonly Term[] => writtenTerms(pod, part).map(t => termOf(state, pod, t))

/** Of which pods a term of `pod` speaks. One without a selector speaks of none. */
function termOf(state: State, pod: Pod, written: Written): Term {
  const { labelSelector, namespaces = [], namespaceSelector, topologyKey } = written
  const own = namespaces.length === 0 && namespaceSelector === undefined
  const inNamespace = (name: string | undefined): boolean => {
    if (own) return name === pod.metadata.namespace
    if (namespaces.includes(name ?? '')) return true
    return namespaceSelector !== undefined && matchesSelector(namespaceSelector, objectOf(state, 'Namespace', name ?? '')?.metadata.labels)
  }
  const labels = pod.metadata.labels
  const same = (key: string, other: Pod) => labelOf(other.metadata.labels, key) === labelOf(labels, key)
  const known = (keys: readonly string[] | undefined) => (keys ?? []).filter(k => labelOf(labels, k) !== undefined)
  return {
    key: topologyKey,
    matches: other =>
      labelSelector !== undefined &&
      inNamespace(other.metadata.namespace) &&
      matchesSelector(labelSelector, other.metadata.labels) &&
      known(written.matchLabelKeys).every(k => same(k, other)) &&
      !known(written.mismatchLabelKeys).some(k => same(k, other)),
  }
}

const placed = indexBy<Pod>('Pod', pod => (pod.spec.nodeName && !isFinished(pod) ? ['placed'] : []))
const shy = indexBy<Pod>('Pod', pod =>
  pod.spec.nodeName && !isFinished(pod) && writtenTerms(pod, 'podAntiAffinity').length > 0 ? ['shy'] : [],
)

/** The pods on nodes, without those of which the scheduler asks what would be without them. */
const podsPlaced = (state: State, without: ReadonlySet<Pod>): readonly Pod[] =>
  without.size === 0 ? placed(state, 'placed') : placed(state, 'placed').filter(p => !without.has(p))

/** Topology key and value of a pod's node, as one text. */
const pairOf = (key: string, value: string): string => `${key}=${value}`
const valueAt = (state: State, pod: Pod, key: string): string | undefined =>
  labelOf(objectOf(state, 'Node', pod.spec.nodeName ?? '')?.metadata.labels, key)

/** What a pod's required terms, and those of the pods that are there, mean for each node. */
export interface AffinityRules {
  readonly near: readonly Term[]
  /** Where all that it wants to be near are. */
  readonly nearPairs: ReadonlySet<string>
  /** The first of pods that want to be together may be anywhere. */
  readonly first: boolean
  readonly away: readonly Term[]
  readonly awayPairs: ReadonlySet<string>
  /** Where pods are that do not want this one near. */
  readonly unwanted: ReadonlySet<string>
}

/** undefined: nobody minds. */
export function affinityRules(state: State, pod: Pod, without: ReadonlySet<Pod>): AffinityRules | undefined {
  const near = termsOf(state, pod, 'podAffinity')
  const away = termsOf(state, pod, 'podAntiAffinity')
  const unwanted = unwantedPairs(state, pod, without)
  if (near.length === 0 && away.length === 0 && unwanted.size === 0) return undefined
  const nearPairs = new Set<string>()
  const awayPairs = new Set<string>()
  const add = (pairs: Set<string>, key: string, other: Pod) => {
    const value = valueAt(state, other, key)
    if (value !== undefined) pairs.add(pairOf(key, value))
  }
  for (const other of near.length + away.length === 0 ? [] : podsPlaced(state, without)) {
    if (near.length > 0 && near.every(t => t.matches(other))) for (const { key } of near) add(nearPairs, key, other)
    for (const term of away) if (term.matches(other)) add(awayPairs, term.key, other)
  }
  const first = nearPairs.size === 0 && near.every(t => t.matches(pod))
  return { near, nearPairs, first, away, awayPairs, unwanted }
}

function unwantedPairs(state: State, pod: Pod, without: ReadonlySet<Pod>): ReadonlySet<string> {
  const pairs = new Set<string>()
  for (const other of shy(state, 'shy')) {
    if (without.has(other)) continue
    for (const term of termsOf(state, other, 'podAntiAffinity')) {
      const value = term.matches(pod) ? valueAt(state, other, term.key) : undefined
      if (value !== undefined) pairs.add(pairOf(term.key, value))
    }
  }
  return pairs
}

type AffinityRule = 'existing' | 'affinity' | 'antiAffinity'

/** Which rule a node breaks, the first in this order; undefined: none. */
export function brokenAffinity(rules: AffinityRules, node: Node, order: readonly AffinityRule[]): AffinityRule | undefined {
  const labels = node.metadata.labels ?? {}
  const holds = (pairs: ReadonlySet<string>, key: string): boolean => Object.hasOwn(labels, key) && pairs.has(pairOf(key, labels[key]!))
  const known = rules.near.every(t => Object.hasOwn(labels, t.key))
  const broken: Readonly<Record<AffinityRule, boolean>> = {
    existing: rules.unwanted.size > 0 && Object.keys(labels).some(key => holds(rules.unwanted, key)),
    affinity: !known || !(rules.first || rules.near.every(t => holds(rules.nearPairs, t.key))),
    antiAffinity: rules.away.some(t => holds(rules.awayPairs, t.key)),
  }
  return order.find(rule => broken[rule])
}

interface Weighted {
  readonly weight: number
  readonly podAffinityTerm: Written
}

const preferred = (pod: Pod, part: Part): readonly Weighted[] =>
  ((affinityOf(pod)[part] as { readonly preferredDuringSchedulingIgnoredDuringExecution?: readonly Weighted[] } | undefined)
    ?.preferredDuringSchedulingIgnoredDuringExecution ?? []) as readonly Weighted[]

export const prefersPods = (pod: Pod): boolean => preferred(pod, 'podAffinity').length + preferred(pod, 'podAntiAffinity').length > 0

/** The weights of the pod's preferred terms, added up for each node; 0 … 100 between the worst and the best. Not simulated: what others prefer of it. */
export function affinityScores(state: State, pod: Pod, nodes: readonly Node[]): readonly number[] {
  const terms = [
    ...preferred(pod, 'podAffinity').map(t => ({ ...termOf(state, pod, t.podAffinityTerm), weight: t.weight })),
    ...preferred(pod, 'podAntiAffinity').map(t => ({ ...termOf(state, pod, t.podAffinityTerm), weight: -t.weight })),
  ]
  const sums = new Map<string, number>()
  for (const other of podsPlaced(state, new Set()))
    for (const term of terms) {
      const value = term.matches(other) ? valueAt(state, other, term.key) : undefined
      if (value !== undefined) sums.set(pairOf(term.key, value), (sums.get(pairOf(term.key, value)) ?? 0) + term.weight)
    }
  const raw = nodes.map(n => Object.entries(n.metadata.labels ?? {}).reduce((sum, [k, v]) => sum + (sums.get(pairOf(k, v)) ?? 0), 0))
  const [least, most] = [Math.min(...raw), Math.max(...raw)]
  return raw.map(n => (most === least ? 0 : Math.trunc((100 * (n - least)) / (most - least))))
}
