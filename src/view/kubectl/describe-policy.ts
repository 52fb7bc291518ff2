// `kubectl describe` of PodDisruptionBudgets and PriorityClasses.
import type { PodDisruptionBudget, PriorityClass } from '../../apply/object-policy'
import type { State } from '../../cluster/state'
import { labelsText, selectorText } from '../../control/selector'
import { eventLines } from './describe-parts'

export function describeBudget(state: State, budget: PodDisruptionBudget): string {
  const { metadata, spec = {}, status } = budget
  const bound =
    spec.minAvailable !== undefined
      ? `Min available:\t${spec.minAvailable}\n`
      : spec.maxUnavailable !== undefined
        ? `Max unavailable:\t${spec.maxUnavailable}\n`
        : ''
  const counts: readonly (readonly [string, number | undefined])[] = [
    ['Allowed disruptions', status?.disruptionsAllowed],
    ['Current', status?.currentHealthy],
    ['Desired', status?.desiredHealthy],
    ['Total', status?.expectedPods],
  ]
  return [
    `Name:\t${metadata.name}\nNamespace:\t${metadata.namespace}\n${bound}`,
    `Selector:\t${spec.selector === undefined ? '<unset>' : selectorText(spec.selector)}\nStatus:\n`,
    ...counts.map(([name, count]) => `    ${name}:\t${count ?? 0}\n`),
    eventLines(state, budget),
  ].join('')
}

export const describePriorityClass = (state: State, c: PriorityClass): string =>
  [
    `Name:\t${c.metadata.name}\nValue:\t${c.value}\nGlobalDefault:\t${c.globalDefault ?? false}\n`,
    ...(c.preemptionPolicy === undefined ? [] : [`PreemptionPolicy:\t${c.preemptionPolicy}\n`]),
    `Description:\t${c.description ?? ''}\nAnnotations:\t${labelsText(c.metadata.annotations)}\n${eventLines(state, c)}`,
  ].join('')
