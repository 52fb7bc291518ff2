// Why a packet for a pod of another machine went astray: its machine has no route to that pod, and which pod network would have made one.
import { cidrText, contains } from '../addr/cidr'
import { familyOf, type Ip, ipText, readIp } from '../addr/ip'
import { objectsOf, type State } from '../cluster/state'
import { podIPs } from '../control/pod-state'
import { carriedNetworks } from '../node/flannel'
import { type Layout, layoutOf, type NodePlace, nodeAddress, podCidrOf } from '../node/layout'
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

function whyNoRoute({ podNetwork }: Layout, here: NodePlace, there: NodePlace, ip: Ip): string | null {
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
  if (!flannel && !nodeRoutes)
    return `nobody told ${from} the way to ${to}. Write nodeRoutes: true, as an administrator would say ip route add${subnet ? ` ${cidrText(subnet)}` : ''}${other ? ` via ${ipText(other.ip)}` : ''}.`
  if (!own || !other) return null
  const what = flannel ? "flannel's host-gw" : 'a route of its own'
  return `${from} (${ipText(own.ip)}/${own.length}) and ${there.node.name} (${ipText(other.ip)}) are on different networks, so ${what} cannot lead ${from} to ${to}: its gateway would have to be next door. ${flannel ? 'Write backend: vxlan.' : 'Put both machines on one network, or use a tunnel.'}`
}
