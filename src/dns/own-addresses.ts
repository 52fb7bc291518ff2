// Where CoreDNS answers: the addresses of its pods, and the Service that leads to them.
import { type Ip, readIp } from '../addr/ip'
import type { Pod } from '../apply/object'
import { serviceAddress } from '../cluster/builtins'
import { keyOf, objectOf, objectsOf, type State } from '../cluster/state'

const SERVICE = 'kube-system/kube-dns'

/** A pod that runs CoreDNS: of its image, or with the label of kubeadm's in kube-system. */
export const isDnsPod = (pod: Pod): boolean =>
  pod.spec.containers.some(c => /(?:^|\/)(?:coredns|kube-dns|k8s-dns-kube-dns)(?::|@|$)/.test(c.image ?? '')) ||
  (pod.metadata.namespace === 'kube-system' && pod.metadata.labels?.['k8s-app'] === 'kube-dns')

const OWN = new WeakMap<State['objects'], readonly Ip[]>()

/** Addresses of the CoreDNS pods, in the order of their names. */
export function ownAddresses(state: State): readonly Ip[] {
  const known = OWN.get(state.objects)
  if (known) return known
  const own = objectsOf(state, 'Pod')
    .filter(isDnsPod)
    .flatMap(p => (p.status?.podIPs ?? []).map(i => i.ip).concat(p.status?.podIP ?? []))
    .flatMap(text => readIp(text) ?? [])
  const addresses = [...new Set(own)]
  OWN.set(state.objects, addresses)
  return addresses
}

/** The address that kubelets write into pods: of Service kube-dns, or the tenth of the service network, which is kubeadm's. */
export function clusterDnsAddress(state: State): Ip | undefined {
  const given = readIp(objectOf(state, 'Service', SERVICE)?.spec.clusterIP ?? '')
  return given ?? serviceAddress(state.config, 10)
}

/** Whether an address leads to CoreDNS where nothing is broken: its Service's, the tenth of the network, or a pod's. */
export function leadsToCoreDns(state: State, address: Ip): boolean {
  if (address === clusterDnsAddress(state) || address === serviceAddress(state.config, 10)) return true
  return ownAddresses(state).includes(address) || servicesOf(state).has(address)
}

const SERVICES = new WeakMap<State['objects'], ReadonlySet<Ip>>()

/** ClusterIPs of Services that select CoreDNS pods. */
function servicesOf(state: State): ReadonlySet<Ip> {
  const known = SERVICES.get(state.objects)
  if (known) return known
  const own = objectsOf(state, 'Service').filter(s => keyOf(s) === SERVICE || s.spec.selector?.['k8s-app'] === 'kube-dns')
  const addresses = new Set(own.flatMap(s => (s.spec.clusterIPs ?? [s.spec.clusterIP ?? '']).flatMap(text => readIp(text) ?? [])))
  SERVICES.set(state.objects, addresses)
  return addresses
}
