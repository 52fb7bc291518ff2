// A node's network namespace as data: devices, routes, neighbours, FDB, sysctls, rules, listeners.
import { cidrText, contains } from '../addr/cidr'
import { type Family, type Ip, addToIp, bitsOf, familyOf, parseIp } from '../addr/ip'
import type { Device, FdbEntry, InterfaceAddress, Listener, Neighbour, Program, Route } from '../linux/program'
import { adjacent, type Flannel, vxlanName } from './flannel'
import { listenersOf } from './images'
import { setsRouteLocalnet } from './kube-proxy/sync'
import { type Layout, type NodePlace, type PodPlace, familiesOf, gatewayFor, nodeAddress, podCidrOf } from './layout'
import { dockerMac, macOf, vethName } from './names'
import { nodeRules, proxyViewOf, watchedOf } from './node-rules'
import { kubeProxyFacts } from './profile'
import { healthListeners } from './kube-proxy/health-check'
import { hasHostPorts } from './portmap'
import { connectedRoute, defaultRoute, hostRoute, sortRoutes } from './routes'

/** The LAN that all nodes' cards are on. */
export const LAN = 'lan'
const ETH0_MTU_BYTES = 1500
const CNI = 'cni flannel'
/** What an IPv6 pod without a bridge uses as its gateway: IPv6 asks for neighbours by addresses of the very device. */
export const LINK_LOCAL_GATEWAY = parseIp('fe80::1')

/** `lo`, as it comes up in every namespace. */
export const loopback = (): Device => ({
  kind: 'loopback',
  name: 'lo',
  mac: 0 as Device['mac'],
  mtuBytes: 65_536,
  addresses: [
    { ip: parseIp('127.0.0.1'), length: 8 },
    { ip: parseIp('::1'), length: 128 },
  ],
})

/** Whether a pod hangs on its node's cni0, or (an address that is not of its node's pod network) on a route of its own. */
export function onBridge(layout: Layout, place: NodePlace, pod: PodPlace): boolean {
  const subnet = podCidrOf(place, familyOf(pod.ips[0]!))
  return layout.flannel !== null && subnet !== undefined && contains(subnet, pod.ips[0]!)
}

/** The address that cni0 has and pods use as their gateway: the first of the node's pod network. */
export function bridgeAddress(place: NodePlace, family: Family): InterfaceAddress | undefined {
  const subnet = podCidrOf(place, family)
  const ip = subnet && addToIp(subnet.ip, 1)
  return subnet && ip !== undefined ? { ip, length: subnet.length } : undefined
}

/** The node's devices that have addresses: all but the pods' ends. */
export function addressedDevices(layout: Layout, place: NodePlace): readonly Device[] {
  const { node } = place
  const name = `node/${node.name}`
  const devices: Device[] = [
    loopback(),
    { kind: 'ethernet', name: 'eth0', mac: macOf(`${name} eth0`), mtuBytes: ETH0_MTU_BYTES, segment: LAN, addresses: node.addresses },
  ]
  if (node.containerRuntime === 'docker' && node.bip)
    devices.push({ kind: 'bridge', name: 'docker0', mac: dockerMac(Number(node.bip.ip)), mtuBytes: 1500, addresses: [node.bip] })
  const { flannel } = layout
  if (flannel) devices.push(...flannelDevices(flannel, place, layout))
  return devices
}

/** All of a node's devices, in the order of `ip link`. */
export function nodeDevices(layout: Layout, place: NodePlace): readonly Device[] {
  const name = `node/${place.node.name}`
  const { flannel } = layout
  const port = { bridge: 'cni0', hairpin: true, isolated: false, flood: true }
  const devices = [...addressedDevices(layout, place)]
  for (const pod of place.pods) {
    const bridged = onBridge(layout, place, pod)
    devices.push({
      kind: 'veth',
      name: vethName(pod.name),
      mac: macOf(`${name} ${pod.name}`),
      mtuBytes: flannel?.mtuBytes ?? ETH0_MTU_BYTES,
      addresses: !bridged && pod.ips.some(ip => familyOf(ip) === 'ipv6') ? [{ ip: LINK_LOCAL_GATEWAY, length: 64 }] : [],
      peer: { namespace: pod.name, device: 'eth0' },
      ...(bridged && { port }),
    })
  }
  return devices
}

function flannelDevices(flannel: Flannel, place: NodePlace, layout: Layout): readonly Device[] {
  const subnet = podCidrOf(place, 'ipv4')
  const local = nodeAddress(place, 'ipv4')
  const bridge = bridgeAddress(place, 'ipv4')
  if (!subnet || !local || !bridge) return []
  const name = `node/${place.node.name}`
  const devices: Device[] = []
  if (flannel.backend === 'vxlan')
    devices.push({
      kind: 'vxlan',
      name: vxlanName(flannel),
      mac: macOf(`${name} ${vxlanName(flannel)}`),
      mtuBytes: flannel.mtuBytes,
      addresses: [{ ip: subnet.ip, length: bitsOf('ipv4') }],
      id: flannel.vni,
      local: local.ip,
      device: 'eth0',
      udpPort: flannel.port,
    })
  if (place.pods.some(p => onBridge(layout, place, p)))
    devices.push({ kind: 'bridge', name: 'cni0', mac: macOf(`${name} cni0`), mtuBytes: flannel.mtuBytes, addresses: [bridge] })
  return devices
}

interface Overlay {
  readonly routes: readonly Route[]
  readonly neighbours: readonly Neighbour[]
  readonly fdb: readonly FdbEntry[]
}

/** How flannel reaches the pods of all other nodes. */
function overlayOf(layout: Layout, place: NodePlace): Overlay {
  const { flannel } = layout
  const own = nodeAddress(place, 'ipv4')
  const routes: Route[] = []
  const neighbours: Neighbour[] = []
  const fdb: FdbEntry[] = []
  if (!flannel || !own || !podCidrOf(place, 'ipv4')) return { routes, neighbours, fdb }
  const device = vxlanName(flannel)
  for (const other of layout.nodes.values()) {
    const subnet = podCidrOf(other, 'ipv4')
    const there = nodeAddress(other, 'ipv4')
    if (other === place || !subnet || !there) continue
    const route = { type: 'unicast' as const, destination: subnet, because: CNI }
    if (flannel.backend === 'host-gw') {
      if (adjacent(own, there)) routes.push({ ...route, gateway: there.ip, device: 'eth0' })
      continue
    }
    const mac = macOf(`node/${other.node.name} ${device}`)
    routes.push({ ...route, gateway: subnet.ip, device, onlink: true })
    neighbours.push({ ip: subnet.ip, mac, device, because: CNI })
    fdb.push({ mac, device, destination: there.ip, because: CNI })
  }
  return { routes, neighbours, fdb }
}

function routesOf(layout: Layout, place: NodePlace, devices: readonly Device[], overlay: Overlay): readonly Route[] {
  const routes = new Map<string, Route>()
  for (const d of devices)
    for (const a of d.kind === 'loopback' ? [] : d.addresses) {
      const route = connectedRoute(d.name, a)
      const key = route && `${cidrText(route.destination)} ${d.name}`
      const because = d.name === 'cni0' ? { because: CNI } : {}
      if (route && key && !routes.has(key)) routes.set(key, { ...route, ...because })
    }
  const defaults = familiesOf(layout.state).flatMap(family => {
    const first = nodeAddress(place, family)
    const gateway = first && gatewayFor(layout, first)
    return gateway === undefined ? [] : [defaultRoute(gateway, 'eth0')]
  })
  const loose = place.pods.filter(p => !onBridge(layout, place, p)).flatMap(p => p.ips.map(ip => hostRoute(ip, vethName(p.name))))
  return sortRoutes([...defaults, ...routes.values(), ...overlay.routes, ...loose])
}

const KUBELET_PORT = 10_250
const API_SERVER_PORT = 6443

function nodeListeners(layout: Layout, place: NodePlace): readonly Listener[] {
  const system = (port: number, because: string): Listener => ({ protocol: 'tcp', port, address: null, answer: `${because}\n`, because })
  const own = [system(KUBELET_PORT, 'kubelet')]
  if (place.node.role === 'control-plane') own.push(system(API_SERVER_PORT, 'kube-apiserver'))
  const ip = nodeAddress(place, familiesOf(layout.state)[0]!)?.ip ?? place.node.addresses[0]!.ip
  return [...own, ...healthChecks(layout, place), ...place.hostPods.flatMap(pod => listenersOf(pod, ip, layout.state.config))]
}

function healthChecks({ state }: Layout, place: NodePlace): readonly Listener[] {
  if (state.config.proxy.mode === 'none') return []
  const watched = watchedOf(state)
  return familiesOf(state).flatMap(family => healthListeners(watched, family, place.node.name, kubeProxyFacts(state.config)))
}

/** What a node's kube-proxy, kubelet and CNI have set; what is absent has the kernel's default. */
function sysctlsOf(layout: Layout, place: NodePlace, addresses: readonly Ip[]): Readonly<Record<string, number>> {
  const families = familiesOf(layout.state)
  const four = families.includes('ipv4')
  const proxied = layout.state.config.proxy.mode !== 'none'
  const localnet = proxied && families.some(f => setsRouteLocalnet(proxyViewOf(layout, place, f, addresses, [])))
  return {
    ...(four && { 'net.ipv4.ip_forward': 1, 'net.bridge.bridge-nf-call-iptables': 1 }),
    ...(families.includes('ipv6') && { 'net.ipv6.conf.all.forwarding': 1, 'net.bridge.bridge-nf-call-ip6tables': 1 }),
    ...(localnet && { 'net.ipv4.conf.all.route_localnet': 1 }),
    ...(layout.flannel && place.pods.some(hasHostPorts) && { 'net.ipv4.conf.cni0.route_localnet': 1 }),
  }
}

/** A node as pure data. */
export function nodeProgram(layout: Layout, place: NodePlace): Program {
  const devices = nodeDevices(layout, place)
  const addresses = devices.flatMap(d => d.addresses.map(a => a.ip))
  const overlay = overlayOf(layout, place)
  const families = familiesOf(layout.state)
  return {
    name: `node/${place.node.name}`,
    devices,
    routes: routesOf(layout, place, devices, overlay),
    policyRules: [],
    neighbours: overlay.neighbours,
    fdb: overlay.fdb,
    sysctls: sysctlsOf(layout, place, addresses),
    iptables: families.includes('ipv4') ? nodeRules(layout, place, 'ipv4', addresses) : null,
    ip6tables: families.includes('ipv6') ? nodeRules(layout, place, 'ipv6', addresses) : null,
    nftables: null,
    listeners: nodeListeners(layout, place),
  }
}
