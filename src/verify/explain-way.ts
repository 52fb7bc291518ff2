// Why a packet for a pod of another machine went astray: its machine has no route to that pod, and which pod network would have made one.
import { cidrText, contains } from '../addr/cidr'
import { familyOf, type Ip, ipText, readIp } from '../addr/ip'
import { backendOf, isManaged } from '../cluster/flannel-node'
import { objectOf, objectsOf, type State } from '../cluster/state'
import { isStopped } from '../control/component'
import { isLeaseGone } from '../control/flannel-lease'
import { podIPs } from '../control/pod-state'
import { carriedNetworks, type Flannel, leaseBackend, refusedLease } from '../apply/flannel'
import { type Layout, layoutOf, nodeAddress, podCidrOf } from '../node/layout'
import type { NodePlace } from '../node/places'
import { networkOf } from '../node/network'
import type { OutcomeJson } from '../trace/json'

const ASTRAY: readonly OutcomeJson['fate'][] = ['host-unreachable', 'no-route']

/** One sentence about the route that is missing; null where it is there, or where no pod was meant. */
export function explainWay(state: State, outcome: OutcomeJson): string | null {
  if (!ASTRAY.includes(outcome.fate)) return null
  const ip = readIp(outcome.destination.replace(/^\[(.*)\]:\d+$/, '$1').replace(/^([\d.]+):\d+$/, '$1'))
  const pod = ip && objectsOf(state, 'Pod').find(p => podIPs(p).some(text => readIp(text) === ip))
  const from = outcome.hops.findLast(h => h.node !== null && state.config.nodes.some(n => n.name === h.node))?.node
  if (ip === undefined || pod === undefined || !from || from === pod.spec.nodeName || pod.spec.hostNetwork) return null
  const layout = layoutOf(state)
  const [here, there] = [layout.nodes.get(from), layout.nodes.get(pod.spec.nodeName ?? '')]
  const routes = networkOf(state).program(`node/${from}`)?.routes ?? []
  const known = routes.some(r => r.destination.length > 0 && familyOf(r.destination.ip) === familyOf(ip) && contains(r.destination, ip))
  return known || !here || !there ? null : whyNoRoute(layout, here, there, ip)
}

function whyNoRoute({ podNetwork, state }: Layout, here: NodePlace, there: NodePlace, ip: Ip): string | null {
  if (podNetwork === null) return null
  const family = familyOf(ip)
  const subnet = podCidrOf(there, family)
  const [own, other] = [nodeAddress(here, family), nodeAddress(there, family)]
  const [from, to] = [here.node.name, `the pods of ${there.node.name}${subnet ? ` (${cidrText(subnet)})` : ''}`]
  const { flannel, nodeRoutes } = podNetwork
  if (flannel?.backend === 'alloc')
    return `flannel's backend alloc makes no way from ${from} to ${to}. Write another backend, or give the machines routes.`
  if (flannel && !carriedNetworks(flannel).some(n => contains(n, ip) && familyOf(n.ip) === family))
    return `this flannel carries ${carriedNetworks(flannel).map(cidrText).join(', ')} alone, and nothing to ${to}. Write version v0.28.4 and backend vxlan or host-gw.`
  const untold = flannel && whyUntold(state, flannel, here.node.name, there)
  if (untold) return `${untold} So ${from} has no way to ${to}.`
  if (!flannel && !nodeRoutes)
    return `nobody told ${from} the way to ${to}. Write nodeRoutes: true, as an administrator would say ip route add${subnet ? ` ${cidrText(subnet)}` : ''}${other ? ` via ${ipText(other.ip)}` : ''}.`
  if (!own || !other) return null
  const what = flannel ? "flannel's host-gw" : 'a route of its own'
  return `${from} (${ipText(own.ip)}/${own.length}) and ${there.node.name} (${ipText(other.ip)}) are on different networks, so ${what} cannot lead ${from} to ${to}: its gateway would have to be next door. ${flannel ? 'Write backend: vxlan.' : 'Put both machines on one network, or use a tunnel.'}`
}

/** Why the flanneld of one node was never told of another's pods, or has been told to forget them; null where it was told. */
function whyUntold(state: State, flannel: Flannel, here: string, there: NodePlace): string | null {
  const { name } = there.node
  const start = `Start flanneld on ${name} again.`
  if (flannel.inEtcd && isLeaseGone(state, name)) return `etcd holds no lease of ${name}. ${start}`
  if (!flannel.inEtcd) {
    const node = objectOf(state, 'Node', name)
    if (node === undefined) return `There is no Node ${name}, and flannel goes by the Nodes.`
    const ends = refusedLease(flannel, name, there.podCIDRs)
    if (ends !== null) return `flanneld ends on ${name}: Error registering network: failed to acquire lease: ${ends}.`
    if (!isManaged(node)) return `Node ${name} has none of flannel's annotations. ${start}`
    const backend = backendOf(node)
    if (backend !== leaseBackend(flannel)) return `Node ${name} is annotated with the backend '${backend}', which ${here} ignores. ${start}`
  }
  return isStopped(state, 'flanneld', here) ? `flanneld does not run on ${here}, and has not heard of ${name}.` : null
}
