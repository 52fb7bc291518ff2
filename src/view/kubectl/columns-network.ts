// The cells of `kubectl get` for the kinds of networking.k8s.io and for service accounts. Stands for the API server's printers/internalversion.
import type { Kinds } from '../../apply/object'
import type { Ingress, IngressClass } from '../../apply/object-network'
import type { State } from '../../cluster/state'
import { compareText } from '../../cluster/state'
import { selectorText } from '../../control/selector'
import { age } from './age'

type Network = 'Ingress' | 'IngressClass' | 'NetworkPolicy' | 'IPAddress' | 'ServiceCIDR' | 'ServiceAccount'

export const NETWORK_CELLS: { readonly [K in Network]: (state: State, object: Kinds[K], name: string) => readonly string[] } = {
  Ingress: (state, i, name) => [
    name,
    i.spec.ingressClassName ?? '<none>',
    hostsText(i),
    addressText(i),
    (i.spec.tls ?? []).length > 0 ? '80, 443' : '80',
    age(state, i),
  ],
  IngressClass: (state, c, name) => [name, c.spec?.controller ?? '', parametersText(c), age(state, c)],
  NetworkPolicy: (state, p, name) => [name, selectorText(p.spec.podSelector), age(state, p)],
  IPAddress: (_state, a, name) => {
    const { group, resource, namespace, name: parent } = a.spec.parentRef
    return [name, [group ? `${resource}.${group}` : resource, namespace, parent].filter(Boolean).join('/')]
  },
  ServiceCIDR: (state, c, name) => [name, (c.spec.cidrs ?? []).join(','), age(state, c)],
  ServiceAccount: (state, a, name) => [name, String(a.secrets?.length ?? 0), age(state, a)],
}

/** At most three hosts; `*` when no rule names one. */
function hostsText(i: Ingress): string {
  const rules = i.spec.rules ?? []
  const hosts = rules.flatMap(r => (r.host ? [r.host] : []))
  if (hosts.length === 0) return '*'
  return hosts.length > 3 ? `${hosts.slice(0, 3).join(',')} + ${rules.length - 3} more...` : hosts.join(',')
}

/** A table's cell has room for 16 letters. */
function addressText(i: Ingress): string {
  const all = (i.status?.loadBalancer?.ingress ?? []).flatMap(a => a.ip || a.hostname || [])
  const text = [...new Set(all)].sort(compareText).join(',')
  return text.length > 16 ? `${text.slice(0, 13)}...` : text
}

function parametersText(c: IngressClass): string {
  const of = c.spec?.parameters
  if (of === undefined) return '<none>'
  return `${of.kind}${of.apiGroup ? `.${of.apiGroup}` : ''}/${of.name}`
}
