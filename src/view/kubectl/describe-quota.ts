// `kubectl describe` of ResourceQuotas, and what `describe namespace` says of them.
import type { ResourceQuota } from '../../apply/object-quota'
import { objectsOf, type State } from '../../cluster/state'
import { canonicalQuantity } from '../../control/quantity'

/** Name, used, hard, in the order of the names. */
export const quotaRows = ({ status = {} }: ResourceQuota): readonly (readonly [string, string, string])[] =>
  Object.keys(status.hard ?? {})
    .sort()
    .map(name => [name, canonicalQuantity(status.used?.[name] ?? '0'), canonicalQuantity(status.hard![name])])

const SCOPES: Readonly<Record<string, string>> = {
  Terminating:
    'Matches all pods that have an active deadline. These pods have a limited lifespan on a node before being actively terminated by the system.',
  NotTerminating:
    'Matches all pods that do not have an active deadline. These pods usually include long running pods whose container command is not expected to terminate.',
  BestEffort: 'Matches all pods that do not have resource requirements set. These pods have a best effort quality of service.',
  NotBestEffort:
    'Matches all pods that have at least one resource requirement set. These pods have a burstable or guaranteed quality of service.',
}

function scopeLines(q: ResourceQuota, indent: string, mark: string): string {
  const scopes = [...(q.spec?.scopes ?? [])].sort()
  if (scopes.length === 0) return ''
  const help = scopes.filter(s => Object.hasOwn(SCOPES, s)).map(s => `${mark}${SCOPES[s]}\n`)
  return `${indent}Scopes:\t${scopes.join(', ')}\n${help.join('')}`
}

export function describeResourceQuota(_state: State, q: ResourceQuota): string {
  const rows = quotaRows(q).map(row => `${row.join('\t')}\n`)
  return `Name:\t${q.metadata.name}\nNamespace:\t${q.metadata.namespace}\n${scopeLines(q, '', ' * ')}Resource\tUsed\tHard\n--------\t----\t----\n${rows.join('')}`
}

/** The paragraph of a namespace. */
export function quotasOf(state: State, namespace: string): string {
  const quotas = objectsOf(state, 'ResourceQuota').filter(q => q.metadata.namespace === namespace)
  if (quotas.length === 0) return 'No resource quota.\n'
  const texts = quotas.map(q => {
    const rows = quotaRows(q).map(row => `  ${row.join('\t')}\n`)
    return `  Name:\t${q.metadata.name}\n${scopeLines(q, '  ', '  * ')}  Resource\tUsed\tHard\n  --------\t---\t---\n${rows.join('')}`
  })
  return `Resource Quotas\n${texts.join('')}`
}
