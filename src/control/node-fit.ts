// Whether a node suits a pod by its labels and taints. Stands for the scheduler's NodeAffinity and TaintToleration filters.
import type { Node, Pod } from '../apply/object'
import { labelOf, matchesExpression } from './selector'

/** Whether one of the pod's tolerations covers the taint. */
export const tolerates = (pod: Pod, taint: { readonly key: string; readonly value?: string; readonly effect: string }): boolean =>
  (pod.spec.tolerations ?? []).some(
    t =>
      (t.effect === undefined || t.effect === '' || t.effect === taint.effect) &&
      (t.key === undefined || t.key === '' ? t.operator === 'Exists' : t.key === taint.key) &&
      (t.operator === 'Exists' || (t.value ?? '') === (taint.value ?? '')),
  )

interface Requirement {
  readonly key: string
  readonly operator: string
  readonly values?: readonly string[]
}

/** One term of a node affinity. */
interface NodeTerm {
  readonly matchExpressions?: readonly Requirement[]
  readonly matchFields?: readonly Requirement[]
}

interface RequiredAffinity {
  readonly nodeAffinity?: {
    readonly requiredDuringSchedulingIgnoredDuringExecution?: { readonly nodeSelectorTerms?: readonly NodeTerm[] }
  }
  readonly podAffinity?: { readonly requiredDuringSchedulingIgnoredDuringExecution?: readonly unknown[] }
  readonly podAntiAffinity?: { readonly requiredDuringSchedulingIgnoredDuringExecution?: readonly unknown[] }
}

export const affinityOf = (pod: Pod) => (pod.spec.affinity ?? {}) as RequiredAffinity

/** Whether a pod's nodeSelector and required node affinity let it onto a node. */
export function nodeMatches(pod: Pod, node: Node): boolean {
  const labels = node.metadata.labels ?? {}
  if (!Object.entries(pod.spec.nodeSelector ?? {}).every(([k, v]) => labels[k] === v)) return false
  const terms = affinityOf(pod).nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms
  if (terms === undefined) return true
  return terms.some(term => nodeMatchesTerm(term, node))
}

/** A term without any requirement matches none. */
export function nodeMatchesTerm(term: NodeTerm, node: Node): boolean {
  return (
    [...(term.matchExpressions ?? []), ...(term.matchFields ?? [])].length > 0 &&
    (term.matchExpressions ?? []).every(e => matchesExpression(e, labelOf(node.metadata.labels, e.key))) &&
    (term.matchFields ?? []).every(e => matchesExpression(e, e.key === 'metadata.name' ? node.metadata.name : undefined))
  )
}
