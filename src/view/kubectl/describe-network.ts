// `kubectl describe` of NetworkPolicies, Ingresses, IngressClasses, IPAddresses, ServiceCIDRs and ServiceAccounts.
import type { KubeObject } from '../../apply/object'
import type { EndpointSlice, Service } from '../../apply/object-service'
import type {
  Ingress,
  IngressBackend,
  IngressClass,
  IPAddress,
  NetworkPolicy,
  NetworkPolicyPeer,
  NetworkPolicyPort,
  ServiceAccount,
  ServiceCIDR,
} from '../../apply/object-network'
import { objectOf, type State } from '../../cluster/state'
import { slicesOf } from '../../control/endpoint-slices'
import { selectorText } from '../../control/selector'
import { annotationLines, eventLines, labelLines, longTime } from './describe-parts'
import { KUBECTL_PROFILES } from './profile'
import { sliceBackends } from './slice-backends'

const head = (o: KubeObject): string =>
  `Name:\t${o.metadata.name}\n${o.metadata.namespace === undefined ? '' : `Namespace:\t${o.metadata.namespace}\n`}`
const notes = (state: State, o: KubeObject): string =>
  `${labelLines('Labels', o.metadata.labels)}${annotationLines(state, o.metadata.annotations)}`

export function describeNetworkPolicy(state: State, p: NetworkPolicy): string {
  const { podSelector, policyTypes = [], ingress = [], egress = [] } = p.spec
  const empty = Object.keys(podSelector.matchLabels ?? {}).length + (podSelector.matchExpressions ?? []).length === 0
  const selector = empty ? '<none> (Allowing the specific traffic to all pods in this namespace)' : selectorText(podSelector)
  const part = (type: 'Ingress' | 'Egress', word: string, lines: string): string =>
    policyTypes.includes(type) ? `  Allowing ${word} traffic:\n${lines}` : `  Not affecting ${word} traffic\n`
  return [
    head(p),
    `Created on:\t${longTime(state, p.metadata.creationTimestamp)}\n`,
    notes(state, p),
    `Spec:\n  PodSelector:     ${selector}\n`,
    part(
      'Ingress',
      'ingress',
      rules(
        ingress.map(r => ({ ports: r.ports, peers: r.from })),
        'ingress',
        'From',
        'source',
      ),
    ),
    part(
      'Egress',
      'egress',
      rules(
        egress.map(r => ({ ports: r.ports, peers: r.to })),
        'egress',
        'To',
        'destination',
      ),
    ),
    `  Policy Types: ${policyTypes.join(', ')}\n`,
  ].join('')
}

interface Rule {
  readonly ports: readonly NetworkPolicyPort[] | undefined
  readonly peers: readonly NetworkPolicyPeer[] | undefined
}

function rules(list: readonly Rule[], word: string, side: string, what: string): string {
  if (list.length === 0) return `    <none> (Selected pods are isolated for ${word} connectivity)\n`
  return list
    .map(({ ports = [], peers = [] }) => {
      const to = ports.length === 0 ? '    To Port: <any> (traffic allowed to all ports)\n' : ports.map(portLine).join('')
      return peers.length === 0
        ? `${to}    ${side}: <any> (traffic not restricted by ${what})\n`
        : `${to}${peers.map(peer => `    ${side}:\n${peerLines(peer)}`).join('')}`
    })
    .join('    ----------\n')
}

function portLine({ port, endPort, protocol = 'TCP' }: NetworkPolicyPort): string {
  return endPort === undefined ? `    To Port: ${port ?? '<nil>'}/${protocol}\n` : `    To Port Range: ${port}-${endPort}/${protocol}\n`
}

function peerLines({ podSelector, namespaceSelector, ipBlock }: NetworkPolicyPeer): string {
  return [
    namespaceSelector === undefined ? '' : `      NamespaceSelector: ${selectorText(namespaceSelector)}\n`,
    podSelector === undefined ? '' : `      PodSelector: ${selectorText(podSelector)}\n`,
    ipBlock === undefined ? '' : `      IPBlock:\n        CIDR: ${ipBlock.cidr}\n        Except: ${(ipBlock.except ?? []).join(', ')}\n`,
  ].join('')
}

export function describeIngress(state: State, i: Ingress): string {
  const addresses = (i.status?.loadBalancer?.ingress ?? []).flatMap(a => a.ip || a.hostname || [])
  const namespace = i.metadata.namespace ?? 'default'
  const fallback = i.spec.defaultBackend
  const rows = (i.spec.rules ?? []).flatMap(rule => [
    `  ${rule.host || '*'}\t\n`,
    ...(rule.http?.paths ?? []).map(
      p => `  \t${p.path ?? ''} \t${backendText(p.backend)} (${describedBackend(state, namespace, p.backend)})\n`,
    ),
  ])
  const tls = (i.spec.tls ?? []).map(t =>
    t.secretName ? `  ${t.secretName} terminates ${(t.hosts ?? []).join(',')}\n` : `  SNI routes ${(t.hosts ?? []).join(',')}\n`,
  )
  const shown = fallback ?? { service: { name: 'default-http-backend', port: { number: 80 } } }
  return [
    `Name:\t${i.metadata.name}\n`,
    labelLines('Labels', i.metadata.labels),
    `Namespace:\t${namespace}\nAddress:\t${addresses.join(',')}\nIngress Class:\t${i.spec.ingressClassName ?? '<none>'}\n`,
    fallback === undefined
      ? 'Default backend:\t<default>\n'
      : `Default backend:\t${backendText(shown)} (${describedBackend(state, namespace, shown)})\n`,
    tls.length === 0 ? '' : `TLS:\n${tls.join('')}`,
    'Rules:\n  Host\tPath\tBackends\n  ----\t----\t--------\n',
    rows.length === 0
      ? `  *\t*\t${fallback === undefined ? '<default>' : `${backendText(shown)} (${describedBackend(state, namespace, shown)})`}\n`
      : rows.join(''),
    annotationLines(state, i.metadata.annotations),
    eventLines(state, i),
  ].join('')
}

function backendText({ service, resource }: IngressBackend): string {
  if (service !== undefined) return `${service.name}:${service.port?.number ?? service.port?.name ?? ''}`
  return resource === undefined ? '' : `APIGroup: ${resource.apiGroup ?? '<none>'}, Kind: ${resource.kind}, Name: ${resource.name}`
}

/** The endpoints behind a backend, or why there are none. */
function describedBackend(state: State, namespace: string, { service }: IngressBackend): string {
  if (service === undefined) return '<none>'
  const key = `${namespace}/${service.name}`
  const found = objectOf(state, 'Service', key) as Service | undefined
  if (found === undefined) return `<error: services ${JSON.stringify(service.name)} not found>`
  const port = found.spec.ports?.find(p => p.port === service.port?.number || (p.name !== undefined && p.name === service.port?.name))
  const slices: readonly EndpointSlice[] = slicesOf(state, key) ?? []
  return sliceBackends(slices, port?.name ?? '')
}

export function describeIngressClass(state: State, c: IngressClass): string {
  const of = c.spec?.parameters
  const lines =
    of === undefined
      ? ''
      : `Parameters:\n${of.apiGroup === undefined ? '' : `  APIGroup:\t${of.apiGroup}\n`}  Kind:\t${of.kind}\n  Name:\t${of.name}\n`
  return `Name:\t${c.metadata.name}\n${notes(state, c)}Controller:\t${c.spec?.controller ?? ''}\n${lines}${eventLines(state, c)}`
}

export function describeIpAddress(state: State, a: IPAddress): string {
  const { group = '', resource, namespace = '', name } = a.spec.parentRef
  return [
    `Name:\t${a.metadata.name}\n`,
    notes(state, a),
    `Parent Reference:\n  Group:\t${group}\n  Resource:\t${resource}\n  Namespace:\t${namespace}\n  Name:\t${name}\n`,
    eventLines(state, a),
  ].join('')
}

export function describeServiceCidr(state: State, c: ServiceCIDR): string {
  const conditions = c.status?.conditions ?? []
  const lines = conditions.map(
    x => `  ${x.type}\t${x.status}\t${longTime(state, x.lastTransitionTime)}\t${x.reason ?? ''}\t${x.message ?? ''}\n`,
  )
  return [
    `Name:\t${c.metadata.name}\n`,
    notes(state, c),
    `CIDRs:\t${(c.spec.cidrs ?? []).join(', ')}\n`,
    lines.length === 0
      ? ''
      : `Status:\nConditions:\n  Type\tStatus\tLastTransitionTime\tReason\tMessage\n  ----\t------\t------------------\t------\t-------\n${lines.join('')}`,
    eventLines(state, c),
  ].join('')
}

export function describeServiceAccount(state: State, a: ServiceAccount): string {
  const list = (names: readonly { readonly name?: string }[] | undefined): string =>
    names === undefined || names.length === 0 ? '<none>' : names.map(n => n.name ?? '').join('\n\t')
  return [
    head(a),
    notes(state, a),
    `Image pull secrets:\t${list(a.imagePullSecrets)}\n`,
    KUBECTL_PROFILES[state.config.profile].modernPods ? '' : `Mountable secrets:\t${list(a.secrets)}\nTokens:\t${list(a.secrets)}\n`,
    eventLines(state, a),
  ].join('')
}
