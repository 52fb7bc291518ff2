// What kubelet writes for a pod's resolver: its hostname, /etc/hosts and resolv.conf. In: a State and a Pod. Upstream: pkg/kubelet/network/dns, kubelet_pods.go.
import { ipText, parseIp, readIp } from '../addr/ip'
import type { Pod } from '../apply/object'
import type { ProfileName } from '../apply/profile'
import type { State } from '../cluster/state'
import { clusterDnsAddress } from './own-addresses'
import { type LineOrder, printResolvConf, type ResolvConf } from './resolv-conf'

/** kubelet's clusterDomain, as kubeadm sets it. */
export const CLUSTER_DOMAIN = 'cluster.local'

/** What a node's own resolv.conf says: a server outside the cluster, which knows what the Cluster document's dns.upstream says. */
export const NODE_RESOLV_CONF: ResolvConf = { nameservers: [parseIp('192.0.2.53')], search: [], options: [] }

/** What kubelet cuts a resolv.conf to, by version. */
const LIMITS: Readonly<Record<ProfileName, { readonly nameservers: number; readonly searches: number; readonly characters: number }>> = {
  'v1.13': { nameservers: 3, searches: 6, characters: 256 },
  'v1.35': { nameservers: 3, searches: 32, characters: 2048 },
}

const namespaceOf = (pod: Pod): string => pod.metadata.namespace ?? 'default'

/** Names longer than this are cut by kubelet. */
const MOST_HOSTNAME = 63

/** What `hostname` prints in the pod, and the domain that its /etc/hosts adds to it. */
export function hostnameOf(pod: Pod): { readonly hostname: string; readonly short: string; readonly domain: string | null } {
  const { spec, metadata } = pod
  if (spec.hostNetwork === true) return { hostname: spec.nodeName ?? '', short: spec.nodeName ?? '', domain: null }
  const short = (spec.hostname ?? metadata.name).slice(0, MOST_HOSTNAME).replace(/[-.]+$/, '')
  const domain = spec.subdomain ? `${spec.subdomain}.${namespaceOf(pod)}.svc.${CLUSTER_DOMAIN}` : null
  return { hostname: spec.setHostnameAsFQDN === true && domain !== null ? `${short}.${domain}` : short, short, domain }
}

const FIXED_HOSTS = `127.0.0.1\tlocalhost
::1\tlocalhost ip6-localhost ip6-loopback
fe00::0\tip6-localnet
fe00::0\tip6-mcastprefix
fe00::1\tip6-allnodes
fe00::2\tip6-allrouters
`

/** /etc/hosts of the pod's containers; null where a container brings its own. */
export function etcHostsOf(pod: Pod): string | null {
  if (pod.spec.containers.every(bringsHosts)) return null
  const aliases = (pod.spec.hostAliases ?? []).map(a => `${[a.ip, ...(a.hostnames ?? [])].join('\t')}\n`)
  const added = aliases.length === 0 ? '' : `\n# Entries added by HostAliases.\n${aliases.join('')}`
  if (pod.spec.hostNetwork === true) return `# Kubernetes-managed hosts file (host network).\n${nodeHosts(pod.spec.nodeName ?? '')}${added}`
  const { short, domain } = hostnameOf(pod)
  const ips = pod.status?.podIPs?.map(p => p.ip) ?? [pod.status?.podIP ?? '']
  const own = ips.filter(ip => ip !== '').map(ip => `${ip}\t${domain === null ? '' : `${short}.${domain}\t`}${short}\n`)
  return `# Kubernetes-managed hosts file.\n${FIXED_HOSTS}${own.join('')}${added}`
}

const bringsHosts = (container: object): boolean =>
  ((container as { volumeMounts?: readonly { mountPath?: string }[] }).volumeMounts ?? []).some(m => m.mountPath === '/etc/hosts')

/** A machine's own /etc/hosts. */
export const nodeHosts = (node: string): string => `127.0.0.1\tlocalhost\n::1\tlocalhost\n127.0.1.1\t${node}\n`

/** The pod's resolv.conf, by its dnsPolicy and dnsConfig. */
export function resolvConfOf(state: State, pod: Pod): ResolvConf {
  const { dnsConfig, hostNetwork = false, dnsPolicy = 'ClusterFirst' } = pod.spec
  const base = baseOf(state, namespaceOf(pod), hostNetwork && dnsPolicy === 'ClusterFirst' ? 'Default' : dnsPolicy)
  const wanted = {
    nameservers: unique([...base.nameservers, ...(dnsConfig?.nameservers ?? []).flatMap(text => readIp(text) ?? [])]),
    search: unique([...base.search, ...(dnsConfig?.searches ?? [])]),
    options: mergedOptions(base.options, dnsConfig?.options ?? []),
  }
  const { nameservers, searches, characters } = LIMITS[state.config.profile]
  return { ...wanted, nameservers: wanted.nameservers.slice(0, nameservers), search: cut(wanted.search.slice(0, searches), characters) }
}

const unique = <T>(list: readonly T[]): readonly T[] => [...new Set(list)]

/** As many as fit in the line. */
function cut(search: readonly string[], characters: number): readonly string[] {
  let end = search.length
  while (end > 0 && search.slice(0, end).join(' ').length > characters) end--
  return search.slice(0, end)
}

function baseOf(state: State, namespace: string, policy: string): ResolvConf {
  const server = clusterDnsAddress(state)
  if (policy === 'None') return { nameservers: [], search: [], options: [] }
  if (policy === 'Default' || server === undefined) return NODE_RESOLV_CONF
  const own = [`${namespace}.svc.${CLUSTER_DOMAIN}`, `svc.${CLUSTER_DOMAIN}`, CLUSTER_DOMAIN]
  return { nameservers: [server], search: unique([...own, ...NODE_RESOLV_CONF.search]), options: ['ndots:5'] }
}

/** One value for each name: dnsConfig's wins. */
function mergedOptions(base: readonly string[], given: readonly { readonly name?: string; readonly value?: string }[]): readonly string[] {
  const options = new Map(base.map(o => [o.split(':')[0]!, o]))
  for (const { name = '', value } of given) if (name !== '') options.set(name, value ? `${name}:${value}` : name)
  return [...options.values()]
}

/** The text of the pod's resolv.conf, as its node's container runtime writes it. */
export function resolvConfText(state: State, pod: Pod): string {
  const node = state.config.nodes.find(n => n.name === pod.spec.nodeName)
  const order: LineOrder = node?.containerRuntime === 'docker' ? 'nameservers-first' : 'search-first'
  return printResolvConf(resolvConfOf(state, pod), order)
}

/** The addresses that the pod has, for what its resolver prefers. */
export const podAddresses = (pod: Pod): readonly string[] => [
  ...(pod.status?.podIPs ?? []).map(p => p.ip),
  ...(pod.status?.podIP === undefined ? [] : [ipText(parseIp(pod.status.podIP))]),
]
