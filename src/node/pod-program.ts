// A pod's network namespace as data, as docker or the bridge plugin with host-local leaves it.
import { cidrFamily } from '../addr/cidr'
import { bitsOf, familyOf } from '../addr/ip'
import { macOf } from '../addr/mac'
import { ETH0_MTU_BYTES } from '../apply/cluster-config'
import { problem } from '../error'
import type { InterfaceAddress, Program, Route } from '../linux/program'
import { listenersOf, silentText } from './images'
import { bridgeAddress, type Layout, nodeAddress, onBridge } from './layout'
import type { PodPlace } from './places'
import { LINK_LOCAL_GATEWAY, loopback, podDevice } from './node-program'
import { connectedRoute, defaultRoute, routeVia, sortRoutes } from './routes'

/** A pod as pure data; an address of which only that is known listens nowhere. */
export function podProgram(layout: Layout, place: PodPlace): Program {
  const node = layout.nodes.get(place.node)
  if (!node) throw problem('UNKNOWN_NAME', `${place.name} is on node '${place.node}', which does not exist.`)
  const { pod, name } = place
  const bridged = onBridge(layout, node, place)
  const routes: Route[] = []
  const addresses: InterfaceAddress[] = []
  for (const ip of place.ips) {
    const family = familyOf(ip)
    const gateway = bridged ? bridgeAddress(node, family) : undefined
    if (gateway) {
      const address = { ip, length: gateway.length }
      const connected = connectedRoute('eth0', address)
      addresses.push(address)
      if (connected) routes.push(connected)
      const { isDefaultGateway, routes: further } = layout.podNetwork!
      if (isDefaultGateway) routes.push(defaultRoute(gateway.ip, 'eth0'))
      for (const network of further) if (cidrFamily(network) === family) routes.push(routeVia(network, gateway.ip, 'eth0'))
    } else {
      const host = nodeAddress(node, family)
      addresses.push({ ip, length: bitsOf(family) })
      if (host) routes.push(defaultRoute(family === 'ipv4' ? host.ip : LINK_LOCAL_GATEWAY, 'eth0', true))
    }
  }
  const listeners = pod ? listenersOf(pod, place.ips[0]!, layout.state.config) : []
  return {
    name,
    devices: [
      loopback(),
      {
        kind: 'veth',
        name: 'eth0',
        mac: macOf(`${name} eth0`),
        mtuBytes: layout.podNetwork?.mtuBytes ?? ETH0_MTU_BYTES,
        addresses,
        peer: { namespace: `node/${place.node}`, device: podDevice(layout.podNetwork, name) },
      },
    ],
    routes: sortRoutes(routes),
    policyRules: [],
    neighbours: [],
    fdb: [],
    sysctls: {},
    iptables: null,
    ip6tables: null,
    nftables: null,
    listeners,
    ...(listeners.length === 0 && {
      silent: pod ? silentText(pod) : `Nothing is known of the pod at this address; give its Pod object.`,
    }),
  }
}
