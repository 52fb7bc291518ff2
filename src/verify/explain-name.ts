// Why a name gave no address, in the user's own objects: the hop that broke on the way to the DNS server, the Service that was meant, the pod's dnsPolicy.
import { type Ip, ipText, readIp } from '../addr/ip'
import type { Service } from '../apply/object-service'
import { nearest } from '../cluster/nearest'
import { keyOf, objectOf, objectsOf, type State } from '../cluster/state'
import { whyNoEndpoints } from '../control/explain'
import { leadsToCoreDns } from '../dns/own-addresses'
import type { OutcomeJson, DnsWayJson } from '../trace/json'

const SERVICE = 'kube-system/kube-dns'

/** One sentence or two about a lookup without an address. */
export function explainName(state: State, namespace: string, outcome: OutcomeJson, dns: DnsWayJson): string | null {
  const { name, lookup } = dns
  if (outcome.fate === 'unknown') return null
  if (dns.nameservers.length === 0) return `${namespace} has no name server in its resolv.conf. Write nameservers under dnsConfig.`
  if (lookup.failure === 'try-again' && dns.sent.length > 0) return unanswered(state, dns)
  return (
    foreignServer(
      state,
      namespace,
      name,
      dns.nameservers.flatMap(text => readIp(text) ?? []),
    ) ?? noSuchName(state, name, dns)
  )
}

/** The question or its answer was lost: what it met, which the path to the server tells. */
function unanswered(state: State, dns: DnsWayJson): string {
  const last = dns.sent.at(-1)!
  const path = dns.paths[last.path]!
  const outcome = path.outcomes[last.outcome]!
  const servfail = dns.lookup.queries.some(q => q.rcode === 'SERVFAIL')
  if (servfail) return `${path.server} answered SERVFAIL for ${dns.name}: ${dns.lookup.queries.find(q => q.rcode === 'SERVFAIL')!.because}.`
  const what = `the question for ${dns.name} to ${path.server} got no answer`
  if (!objectOf(state, 'Service', SERVICE))
    return `${what}: this cluster has no DNS server. Write addons: [coredns] in the Cluster document, or give a Service ${SERVICE} with its pods.`
  const why = outcome.explanation ?? lostReply(outcome) ?? outcome.decidedBy
  return why === null ? `${what}.` : `${what}: ${why}`
}

const lostReply = (outcome: OutcomeJson): string | null =>
  outcome.fate === 'delivered' && outcome.reply !== null && outcome.reply.fate !== 'delivered'
    ? `the server's answer was lost (${outcome.reply.fate}${outcome.reply.decidedBy === null ? '' : ` by ${outcome.reply.decidedBy}`})`
    : null

/** A pod that asks the world outside for a name of the cluster. */
function foreignServer(state: State, namespace: string, name: string, servers: readonly Ip[]): string | null {
  const asksCluster = servers.some(ip => leadsToCoreDns(state, ip))
  const pod = namespace.startsWith('pod/') ? objectOf(state, 'Pod', namespace.slice('pod/'.length)) : undefined
  const meant = serviceMeant(state, name)
  if (asksCluster || meant === null) return null
  if (pod === undefined)
    return `${namespace} does not ask the cluster's DNS, and so does not know Service ${meant}. Send from a pod, or to an address.`
  const { hostNetwork, dnsPolicy = 'ClusterFirst' } = pod.spec
  const write = hostNetwork === true ? 'ClusterFirstWithHostNet' : 'ClusterFirst'
  return `pod ${keyOf(pod)} has dnsPolicy ${dnsPolicy}${hostNetwork === true ? ' and hostNetwork' : ''}, so it asks ${servers.map(ipText).join(', ')}, which knows no Services. Write dnsPolicy: ${write}.`
}

/** `namespace/name` of a Service that the first labels of a name could mean. */
function serviceMeant(state: State, name: string): string | null {
  const [service = '', namespace] = name.split('.')
  const found = objectsOf(state, 'Service').find(s => s.metadata.name === service && (!namespace || s.metadata.namespace === namespace))
  return found ? keyOf(found) : null
}

function noSuchName(state: State, name: string, dns: DnsWayJson): string {
  const asked = dns.lookup.queries.filter(q => q.askedBy === 'client')
  const known = asked.find(q => q.rcode === 'NOERROR')
  if (known) return `${known.name} exists, but has no address: ${known.because.replace(/^\w+: /, '')}.`
  const here = whyNoServiceName(state, asked)
  if (here !== null) return here
  const meant = whyNotThere(state, name)
  if (meant !== null) return meant
  const outside = asked.at(-1)?.because.includes('dns.upstream') === true
  const upstream = outside ? ' If it is a name of the world outside, list it under dns.upstream of the Cluster document.' : ''
  return `no server knows ${name}: ${new Set(asked.map(q => q.name)).size} names were asked for, and none exists.${upstream}`
}

/** Why a name that nobody has is no Service's there: the place asks another server, or the Service that was meant has another name. */
export const notAskedOrNotThere = (state: State, place: string, name: string, servers: readonly Ip[]): string | null =>
  servers.some(ip => leadsToCoreDns(state, ip)) ? whyNotThere(state, name) : foreignServer(state, place, name, servers)

/** The Service that a name was probably meant for: one of another namespace, or one whose name is alike; null where there is none. */
function whyNotThere(state: State, name: string): string | null {
  const [service = '', given] = name.split('.')
  const others = objectsOf(state, 'Service').filter(s => s.metadata.name === service)
  const elsewhere = others.find(s => given === undefined || s.metadata.namespace !== given)
  if (elsewhere)
    return `there is no Service ${service} there; Service ${keyOf(elsewhere)} exists. Write ${service}.${elsewhere.metadata.namespace}.`
  const near = nearest(
    service,
    objectsOf(state, 'Service').map(s => s.metadata.name),
  )
  return near !== undefined && near !== service && (given === undefined || state.objects.get('Namespace')?.has(given))
    ? `there is no Service ${service}${given === undefined ? '' : ` in namespace ${given}`}. Did you mean ${near}?`
    : null
}

/** Why a Service that is there has none of the names that were asked for; null where none of them is a Service's. */
export function whyNoServiceName(state: State, asked: readonly { readonly name: string; readonly because: string }[]): string | null {
  const found = asked.flatMap(({ name, because }) => {
    const [, pod, service, namespace] = /^(?:(.+)\.)?([^.]+)\.([^.]+)\.svc\./.exec(name) ?? []
    const own = objectOf(state, 'Service', `${namespace}/${service}`)
    return own === undefined ? [] : [{ own, pod, because: because.replace(/^\w+: /, '') }]
  })
  const named = found.filter(f => f.pod === undefined)
  const whole = named.find(f => f.because.includes(keyOf(f.own))) ?? named[0]
  if (whole !== undefined) {
    const { own, because } = whole
    if (own.spec.type === 'ExternalName')
      return `Service ${keyOf(own)} is only a name for ${own.spec.externalName}, which no server knows. List that under dns.upstream of the Cluster document.`
    const why = because.endsWith('has no ready endpoints') ? whyNoEndpoints(state, keyOf(own)) : null
    return `Service ${keyOf(own)} has no name: ${because}.${why === null ? '' : ` ${why}`}`
  }
  for (const { own, pod } of found) {
    const why = whyNoPodName(state, own, pod ?? '')
    if (why !== null) return why
  }
  return null
}

/** `db-0.db`: a pod has a name below a Service where it is a ready endpoint of it and has it as its subdomain. */
function whyNoPodName(state: State, service: Service, host: string): string | null {
  const { name, namespace } = service.metadata
  const pod = objectsOf(state, 'Pod').find(p => p.metadata.namespace === namespace && (p.spec.hostname ?? p.metadata.name) === host)
  if (pod === undefined) return null
  const subdomain = pod.spec.subdomain
  if (subdomain === name) return `Service ${keyOf(service)} has no name for pod ${keyOf(pod)}, which is not a ready endpoint of it.`
  const has = subdomain === undefined ? 'no subdomain' : `the subdomain ${subdomain}`
  const set = pod.metadata.ownerReferences?.find(o => o.kind === 'StatefulSet')
  const write = set === undefined ? `subdomain: ${name} in the pod` : `serviceName: ${name} in StatefulSet ${namespace}/${set.name}`
  return `pod ${keyOf(pod)} has ${has}, so it has no name below Service ${keyOf(service)}. Write ${write}.`
}
