// Why a name gave no address, in the user's own objects: the hop that broke on the way to the DNS server, the Service that was meant, the pod's dnsPolicy.
import { readIp } from '../addr/ip'
import { nearest } from '../cluster/nearest'
import { keyOf, objectOf, objectsOf, type State } from '../cluster/state'
import { leadsToCoreDns } from '../dns/own-addresses'
import type { OutcomeJson } from '../trace/json'
import type { DnsWayJson } from '../trace/name-json'

const SERVICE = 'kube-system/kube-dns'

/** One sentence or two about a lookup without an address. */
export function explainName(state: State, namespace: string, outcome: OutcomeJson, dns: DnsWayJson): string | null {
  const { name, lookup } = dns
  if (outcome.fate === 'unknown') return null
  if (dns.nameservers.length === 0) return `${namespace} has no name server in its resolv.conf. Write nameservers under dnsConfig.`
  if (lookup.failure === 'try-again' && dns.sent.length > 0) return unanswered(state, dns)
  return foreignServer(state, namespace, dns) ?? noSuchName(state, name, dns)
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
function foreignServer(state: State, namespace: string, dns: DnsWayJson): string | null {
  const asksCluster = dns.nameservers.some(text => leadsToCoreDns(state, readIp(text)!))
  const pod = namespace.startsWith('pod/') ? objectOf(state, 'Pod', namespace.slice('pod/'.length)) : undefined
  const meant = serviceMeant(state, dns.name)
  if (asksCluster || meant === null) return null
  if (pod === undefined)
    return `${namespace} does not ask the cluster's DNS, and so does not know Service ${meant}. Send from a pod, or to an address.`
  const { hostNetwork, dnsPolicy = 'ClusterFirst' } = pod.spec
  const write = hostNetwork === true ? 'ClusterFirstWithHostNet' : 'ClusterFirst'
  return `pod ${keyOf(pod)} has dnsPolicy ${dnsPolicy}${hostNetwork === true ? ' and hostNetwork' : ''}, so it asks ${dns.nameservers.join(', ')}, which knows no Services. Write dnsPolicy: ${write}.`
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
  const [service = '', given] = name.split('.')
  const others = objectsOf(state, 'Service').filter(s => s.metadata.name === service)
  const here = others.find(s => asked[0]?.name.startsWith(`${service}.${s.metadata.namespace}.svc.`))
  if (here) {
    const own = asked.find(q => q.name.startsWith(`${service}.${here.metadata.namespace}.svc.`))!
    return `Service ${keyOf(here)} has no name: ${own.because.replace(/^\w+: /, '')}.`
  }
  const elsewhere = others.find(s => given === undefined || s.metadata.namespace !== given)
  if (elsewhere)
    return `there is no Service ${service} there; Service ${keyOf(elsewhere)} exists. Write ${service}.${elsewhere.metadata.namespace}.`
  const near = nearest(
    service,
    objectsOf(state, 'Service').map(s => s.metadata.name),
  )
  if (near !== undefined && (given === undefined || state.objects.get('Namespace')?.has(given)))
    return `there is no Service ${service}${given === undefined ? '' : ` in namespace ${given}`}. Did you mean ${near}?`
  const outside = asked.at(-1)?.because.includes('dns.upstream') === true
  const upstream = outside ? ' If it is a name of the world outside, list it under dns.upstream of the Cluster document.' : ''
  return `no server knows ${name}: ${new Set(asked.map(q => q.name)).size} names were asked for, and none exists.${upstream}`
}
