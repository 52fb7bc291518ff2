// A node's network namespace as data: devices, routes, neighbours, FDB, sysctls, rules, listeners.
import { cidrText } from '../addr/cidr'
import { type Ip, familyOf, parseIp } from '../addr/ip'
import { macOf } from '../addr/mac'
import { ETH0_MTU_BYTES } from '../apply/cluster-config'
import type { Device, InterfaceAddress, Listener, Program, Route } from '../linux/program'
import { type Overlay, overlayDevices, overlayOf } from './flannel-overlay'
import { listenersOf } from './images'
import { setsRouteLocalnet } from './kube-proxy/sync'
import { adjacent, type Layout, bridgeAddress, familiesOf, gatewayFor, nodeAddress, onBridge, podCidrOf } from './layout'
import type { NodePlace } from './places'
import { dockerMac, dockerVethName, vethName } from './names'
import { nodeNft, nodeRules, proxyViewOf, watchedOf } from './node-rules'
import type { PodNetwork } from './pod-network'
import { kubeProxyFacts } from './profile'
import { healthListeners } from './kube-proxy/health-check'
import { hasHostPorts } from './pod-plugins'
import { connectedRoute, defaultRoute, hostRoute, routeVia, sortRoutes } from './routes'

/** The LAN that all nodes' cards are on. */
export const LAN = 'lan'
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

/** The node's devices that have addresses: all but the pods' ends. */
export function addressedDevices(layout: Layout, place: NodePlace): readonly Device[] {
  const { node } = place
  const name = `node/${node.name}`
  const devices: Device[] = [
    loopback(),
    { kind: 'ethernet', name: 'eth0', mac: macOf(`${name} eth0`), mtuBytes: ETH0_MTU_BYTES, segment: LAN, addresses: node.addresses },
  ]
  const docker0 = dockerAddress(layout, place)
  if (docker0)
    devices.push({
      kind: 'bridge',
      name: 'docker0',
      mac: dockerMac(Number(docker0.ip)),
      mtuBytes: layout.podNetwork?.runsOnDocker ? layout.podNetwork.mtuBytes : ETH0_MTU_BYTES,
      addresses: [docker0],
    })
  devices.push(...overlayDevices(layout, place), ...bridgeDevice(layout, place))
  return devices
}

/** docker0's own address: what its daemon was told, or the first of the pod network that hangs on it. */
export function dockerAddress({ podNetwork }: Layout, place: NodePlace): InterfaceAddress | undefined {
  if (place.node.containerRuntime !== 'docker' || !place.node.bip) return undefined
  return podNetwork?.runsOnDocker ? (bridgeAddress(place, 'ipv4') ?? place.node.bip) : place.node.bip
}

/** The plugin's bridge, from the first pod on. */
function bridgeDevice(layout: Layout, place: NodePlace): readonly Device[] {
  const { podNetwork } = layout
  if (!podNetwork || podNetwork.runsOnDocker || !place.pods.some(p => onBridge(layout, place, p))) return []
  const { bridge, mtuBytes } = podNetwork
  const own = podNetwork.isGateway ? familiesOf(layout.state).flatMap(family => bridgeAddress(place, family) ?? []) : []
  return [{ kind: 'bridge', name: bridge, mac: macOf(`node/${place.node.name} ${bridge}`), mtuBytes, addresses: own }]
}

/** The node's end of a pod's veth pair. */
export const podDevice = (podNetwork: PodNetwork | null, pod: string): string =>
  podNetwork?.runsOnDocker ? dockerVethName(pod) : vethName(pod)

/** All of a node's devices, in the order of `ip link`. */
function nodeDevices(layout: Layout, place: NodePlace): readonly Device[] {
  const name = `node/${place.node.name}`
  const { podNetwork } = layout
  const port = { bridge: podNetwork?.bridge ?? '', hairpin: podNetwork?.hairpin ?? false, isolated: false, flood: true }
  const devices = [...addressedDevices(layout, place)]
  for (const pod of place.pods) {
    const bridged = onBridge(layout, place, pod)
    devices.push({
      kind: 'veth',
      name: podDevice(podNetwork, pod.name),
      mac: macOf(`${name} ${pod.name}`),
      mtuBytes: podNetwork?.mtuBytes ?? ETH0_MTU_BYTES,
      addresses: !bridged && pod.ips.some(ip => familyOf(ip) === 'ipv6') ? [{ ip: LINK_LOCAL_GATEWAY, length: 64 }] : [],
      peer: { namespace: pod.name, device: 'eth0' },
      ...(bridged && { port }),
    })
  }
  return devices
}

/** The routes to other nodes' pods that an administrator or a cloud gives a node, as far as they are neighbours. */
function otherNodes(layout: Layout, place: NodePlace): readonly Route[] {
  if (!layout.podNetwork?.nodeRoutes) return []
  return familiesOf(layout.state).flatMap(family =>
    [...layout.nodes.values()].flatMap((other): Route[] => {
      const subnet = podCidrOf(other, family)
      const [here, there] = [nodeAddress(place, family), nodeAddress(other, family)]
      if (other === place || subnet === undefined || here === undefined || there === undefined) return []
      // Another one the kernel refuses: Nexthop has invalid gateway.
      if (!adjacent(here, there)) return []
      return [{ ...routeVia(subnet, there.ip, 'eth0'), because: 'node routes' }]
    }),
  )
}

function routesOf(layout: Layout, place: NodePlace, devices: readonly Device[], overlay: Overlay): readonly Route[] {
  const routes = new Map<string, Route>()
  for (const d of devices)
    for (const a of d.kind === 'loopback' ? [] : d.addresses) {
      const route = connectedRoute(d.name, a)
      const key = route && `${cidrText(route.destination)} ${d.name}`
      const because = becauseOf(layout, d)
      if (route && key && !routes.has(key)) routes.set(key, { ...route, ...because })
    }
  const defaults = familiesOf(layout.state).flatMap(family => {
    const first = nodeAddress(place, family)
    const gateway = first && gatewayFor(layout, first)
    return gateway === undefined ? [] : [defaultRoute(gateway, 'eth0')]
  })
  const loose = place.pods
    .filter(p => !onBridge(layout, place, p))
    .flatMap(p => p.ips.map(ip => hostRoute(ip, podDevice(layout.podNetwork, p.name))))
  return sortRoutes([...defaults, ...routes.values(), ...overlay.routes, ...otherNodes(layout, place), ...loose])
}

/** Whose doing a device's own route is, where that is a CNI's. */
function becauseOf({ podNetwork }: Layout, d: Device): { readonly because?: string } {
  const flannels = podNetwork?.flannel && (d.kind === 'vxlan' || d.kind === 'tun')
  const bridges = podNetwork && !podNetwork.runsOnDocker && d.name === podNetwork.bridge
  return flannels || bridges ? { because: podNetwork.because } : {}
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
  const { portmap = null, bridge = '' } = layout.podNetwork ?? {}
  const localnet = proxied && families.some(f => setsRouteLocalnet(proxyViewOf(layout, place, f, addresses, [])))
  return {
    ...(four && { 'net.ipv4.ip_forward': 1, 'net.bridge.bridge-nf-call-iptables': 1 }),
    ...(families.includes('ipv6') && { 'net.ipv6.conf.all.forwarding': 1, 'net.bridge.bridge-nf-call-ip6tables': 1 }),
    ...(localnet && { 'net.ipv4.conf.all.route_localnet': 1 }),
    ...(four && portmap && place.pods.some(hasHostPorts) && { [`net.ipv4.conf.${bridge}.route_localnet`]: 1 }),
  }
}

/** A node as pure data. What grows with the number of nodes and Services is made when it is first asked for: a broadcast asks each node for its devices alone. */
export function nodeProgram(layout: Layout, place: NodePlace): Program {
  const devices = nodeDevices(layout, place)
  const addresses = devices.flatMap(d => d.addresses.map(a => a.ip))
  const families = familiesOf(layout.state)
  const overlay = once(() => overlayOf(layout, place))
  const routes = once(() => routesOf(layout, place, devices, overlay()))
  const iptables = once(() => (families.includes('ipv4') ? nodeRules(layout, place, 'ipv4', addresses) : null))
  const ip6tables = once(() => (families.includes('ipv6') ? nodeRules(layout, place, 'ipv6', addresses) : null))
  const nftables = once(() => nodeNft(layout, place))
  return {
    name: `node/${place.node.name}`,
    devices,
    get routes() {
      return routes()
    },
    policyRules: [],
    get neighbours() {
      return overlay().neighbours
    },
    get fdb() {
      return overlay().fdb
    },
    sysctls: sysctlsOf(layout, place, addresses),
    get iptables() {
      return iptables()
    },
    get ip6tables() {
      return ip6tables()
    },
    get nftables() {
      return nftables()
    },
    listeners: nodeListeners(layout, place),
  }
}

/** The same value each time, made the first time. */
function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined
  return () => (made ??= { value: make() }).value
}
