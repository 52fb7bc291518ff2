// Even spreading over zones, hosts or any label of nodes. Stands for the scheduler's PodTopologySpread: DoNotSchedule as a filter, ScheduleAnyway as a score.
import type { LabelSelector, Node, Pod } from '../apply/object'
import { ZONE_LABEL } from '../cluster/labels'
import { objectsOf, type State } from '../cluster/state'
import { nodeMatches, tolerates } from './node-fit'
import { podsOn } from './pod-index'
import { isFinished } from './pod-state'
import { controllerOf, labelOf, matchesSelector } from './selector'

interface Constraint {
  readonly maxSkew: number
  readonly topologyKey: string
  readonly whenUnsatisfiable: 'DoNotSchedule' | 'ScheduleAnyway'
  readonly labelSelector?: LabelSelector
  readonly matchLabelKeys?: readonly string[]
  readonly minDomains?: number
  readonly nodeAffinityPolicy?: 'Honor' | 'Ignore'
  readonly nodeTaintsPolicy?: 'Honor' | 'Ignore'
}

const constraintsOf = (pod: Pod, when: Constraint['whenUnsatisfiable']): readonly Constraint[] =>
  ((pod.spec as { readonly topologySpreadConstraints?: readonly Constraint[] }).topologySpreadConstraints ?? []).filter(
    c => c.whenUnsatisfiable === when,
  )

export const mustSpread = (pod: Pod): boolean => constraintsOf(pod, 'DoNotSchedule').length > 0
export const prefersSpread = (pod: Pod): boolean => constraintsOf(pod, 'ScheduleAnyway').length > 0

/** Whether a constraint counts another pod. One without a selector counts none. */
function counts(pod: Pod, { labelSelector, matchLabelKeys = [] }: Constraint): (other: Pod) => boolean {
  const keys = matchLabelKeys.filter(k => labelOf(pod.metadata.labels, k) !== undefined)
  return other =>
    labelSelector !== undefined &&
    other.metadata.namespace === pod.metadata.namespace &&
    matchesSelector(labelSelector, other.metadata.labels) &&
    keys.every(k => labelOf(other.metadata.labels, k) === labelOf(pod.metadata.labels, k))
}

const countOn = (state: State, node: Node, counted: (pod: Pod) => boolean, without: ReadonlySet<Pod>): number =>
  podsOn(state, node.metadata.name).filter(
    p => p.metadata.deletionTimestamp === undefined && !isFinished(p) && !without.has(p) && counted(p),
  ).length

/** Whether a node is one over which the pod is to be spread. */
function isIncluded(pod: Pod, node: Node, c: Constraint): boolean {
  if (c.nodeAffinityPolicy !== 'Ignore' && !nodeMatches(pod, node)) return false
  if (c.nodeTaintsPolicy !== 'Honor') return true
  return (node.spec?.taints ?? []).every(t => t.effect === 'PreferNoSchedule' || tolerates(pod, t))
}

/** A constraint with what there is: how many pods it counts under each value of its label. */
export interface SpreadRule {
  readonly key: string
  readonly maxSkew: number
  /** 1 where the pod itself would be counted. */
  readonly self: number
  readonly byValue: ReadonlyMap<string, number>
  readonly least: number
}

export function spreadRules(state: State, pod: Pod, without: ReadonlySet<Pod>): readonly SpreadRule[] {
  const constraints = constraintsOf(pod, 'DoNotSchedule')
  if (constraints.length === 0) return []
  const nodes = objectsOf(state, 'Node').filter(n => constraints.every(c => labelOf(n.metadata.labels, c.topologyKey) !== undefined))
  return constraints.map(c => {
    const counted = counts(pod, c)
    const byValue = new Map<string, number>()
    for (const node of nodes.filter(n => isIncluded(pod, n, c))) {
      const value = labelOf(node.metadata.labels, c.topologyKey)!
      byValue.set(value, (byValue.get(value) ?? 0) + countOn(state, node, counted, without))
    }
    const least = byValue.size < (c.minDomains ?? 1) ? 0 : Math.min(...byValue.values())
    return { key: c.topologyKey, maxSkew: c.maxSkew, self: counted(pod) ? 1 : 0, byValue, least }
  })
}

/** What keeps a pod off a node: its label is missing, or it would become too crowded; undefined: nothing. */
export function brokenSpread(rules: readonly SpreadRule[], node: Node): 'label' | 'skew' | undefined {
  for (const { key, maxSkew, self, byValue, least } of rules) {
    const value = labelOf(node.metadata.labels, key)
    if (value === undefined) return 'label'
    if ((byValue.get(value) ?? 0) + self - least > maxSkew) return 'skew'
  }
  return undefined
}

const HOST = 'kubernetes.io/hostname'
/** What the scheduler wishes for pods that say nothing: spread over hosts, then over zones. */
const DEFAULTS = [
  { topologyKey: HOST, maxSkew: 3 },
  { topologyKey: ZONE_LABEL, maxSkew: 5 },
]

/** 100 for the emptiest, less the more are there: the counts of all soft constraints, weighted by the number of their values. */
export function spreadScores(state: State, pod: Pod, nodes: readonly Node[]): readonly number[] {
  const own = constraintsOf(pod, 'ScheduleAnyway')
  const owner = controllerOf(pod)?.uid
  const given = (pod.spec as { readonly topologySpreadConstraints?: readonly Constraint[] }).topologySpreadConstraints ?? []
  if (given.length === 0 && owner === undefined) return nodes.map(() => 0)
  const wishes: readonly Pick<Constraint, 'topologyKey' | 'maxSkew'>[] = given.length === 0 ? DEFAULTS : own
  if (wishes.length === 0) return nodes.map(() => 0)
  const countedBy = (c: Pick<Constraint, 'topologyKey' | 'maxSkew'>): ((p: Pod) => boolean) =>
    owner === undefined ? counts(pod, c as Constraint) : p => controllerOf(p)?.uid === owner
  const ignored = (n: Node): boolean => given.length > 0 && wishes.some(c => labelOf(n.metadata.labels, c.topologyKey) === undefined)
  const scored = nodes.filter(n => !ignored(n))
  const raw = new Map(scored.map(n => [n, 0]))
  for (const wish of wishes) {
    const counted = countedBy(wish)
    const here = (n: Node): number => countOn(state, n, counted, new Set())
    const value = (n: Node) => labelOf(n.metadata.labels, wish.topologyKey)
    const sums = new Map<string, number>()
    if (wish.topologyKey !== HOST)
      for (const node of objectsOf(state, 'Node')) {
        const v = value(node)
        if (v !== undefined && (given.length === 0 || nodeMatches(pod, node))) sums.set(v, (sums.get(v) ?? 0) + here(node))
      }
    const size = wish.topologyKey === HOST ? scored.length : new Set(scored.map(value)).size
    for (const n of scored) {
      const v = value(n)
      if (v === undefined) continue
      const count = wish.topologyKey === HOST ? here(n) : (sums.get(v) ?? 0)
      raw.set(n, raw.get(n)! + count * Math.log(size + 2) + wish.maxSkew - 1)
    }
  }
  const rounded = new Map([...raw].map(([n, score]) => [n, Math.round(score)]))
  const [least, most] = [Math.min(...rounded.values()), Math.max(...rounded.values())]
  return nodes.map(n => {
    const score = rounded.get(n)
    if (score === undefined) return 0
    return most === 0 ? 100 : Math.trunc((100 * (most + least - score)) / most)
  })
}
