// `kubectl describe` of LimitRanges, and what `describe namespace` says of them.
import type { LimitRange } from '../../apply/object-policy'
import { objectsOf, type State } from '../../cluster/state'
import { canonicalQuantity } from '../../control/quantity'

const HEAD = 'Type\tResource\tMin\tMax\tDefault Request\tDefault Limit\tMax Limit/Request Ratio\n'
const RULE = '----\t--------\t---\t---\t---------------\t-------------\t-----------------------\n'

/** A line a resource, in the order of their names; `-` where nothing is said. */
function limitRows({ spec }: LimitRange, indent: string): string {
  const rows = (spec?.limits ?? []).flatMap(item => {
    const bounds = [item.min, item.max, item.defaultRequest, item.default, item.maxLimitRequestRatio].map(b => b ?? {})
    const names = [...new Set(bounds.flatMap(Object.keys))].sort()
    return names.map(name => [item.type, name, ...bounds.map(b => (Object.hasOwn(b, name) ? canonicalQuantity(b[name]) : '-'))])
  })
  return rows.map(row => `${indent}${row.join('\t')}\n`).join('')
}

export const describeLimitRange = (_state: State, range: LimitRange): string =>
  `Name:\t${range.metadata.name}\nNamespace:\t${range.metadata.namespace}\n${HEAD}${RULE}${limitRows(range, '')}`

/** The paragraph of a namespace; empty text where there is nothing to say. */
export function limitsOf(state: State, namespace: string, none: string): string {
  const ranges = objectsOf(state, 'LimitRange').filter(r => r.metadata.namespace === namespace)
  if (ranges.length === 0) return none
  return `Resource Limits\n ${HEAD} ${RULE}${ranges.map(r => limitRows(r, ' ')).join('')}`
}
