// What is around the cluster: external clients, and the router that is the nodes' gateway. The router knows nothing of pod networks and translates nothing.
import { bitsOf, familyOf } from '../addr/ip'
import { macOf } from '../addr/mac'
import { ETH0_MTU_BYTES } from '../apply/cluster-config'
import type { Device, InterfaceAddress, Program, Route } from '../linux/program'
import { type Layout, familiesOf, gatewayFor, nodeAddress } from './layout'
import type { ClientPlace } from './places'
import { serving } from './images'
import { LAN, loopback } from './node-program'
import { connectedRoute, defaultDevice, defaultRoute, hostRoute, sortRoutes } from './routes'

export const ROUTER = 'router'
/** The LAN behind the router: the world. */
export const OUTSIDE = 'outside'

const card = (namespace: string, name: string, segment: string, addresses: readonly InterfaceAddress[]): Device => ({
  kind: 'ethernet',
  name,
  mac: macOf(`${namespace} ${name}`),
  mtuBytes: ETH0_MTU_BYTES,
  segment,
  addresses,
})

const machine = (name: string, devices: readonly Device[], routes: readonly Route[], sysctls: Program['sysctls'] = {}): Program => ({
  name,
  devices: [loopback(), ...devices],
  routes: sortRoutes(routes),
  policyRules: [],
  neighbours: [],
  fdb: [],
  sysctls,
  iptables: null,
  ip6tables: null,
  nftables: null,
  listeners: [],
  silent: 'hopspec knows of no program that listens there.',
})

/** The segment a client's card is on. */
export const segmentOf = (client: ClientPlace): string => (client.network || client.via !== null ? LAN : OUTSIDE)

/** An external client with what it serves. */
export function clientProgram(layout: Layout, client: ClientPlace): Program {
  const { silent, ...alone } = clientMachine(layout, client)
  const name = client.name.replace('client/', '')
  const listeners = serving(client.serves, name, client.address, `external client ${name}`)
  return listeners.length > 0
    ? { ...alone, listeners }
    : { ...alone, silent: `${silent} Write it under externalClients, as in listens: [{port: 80}].` }
}

/** Its devices and routes; one that enters by a node of its choice sends everything there. */
function clientMachine(layout: Layout, client: ClientPlace): Program {
  const { name, address, network, via, foreign } = client
  const family = familyOf(address)
  const host = { ip: address, length: bitsOf(family) }
  const node = via === null ? undefined : layout.nodes.get(via)
  const entry = node && nodeAddress(node, family)
  if (entry) return machine(name, [card(name, 'eth0', LAN, foreign ? [] : [host])], [defaultRoute(entry.ip, 'eth0', true)])
  if (!network) {
    const router = layout.outsideAddresses.find(ip => familyOf(ip) === family)
    return machine(name, [card(name, 'eth0', OUTSIDE, [host])], router === undefined ? [] : [defaultRoute(router, 'eth0', true)])
  }
  const own = { ip: address, length: network.length }
  const connected = connectedRoute('eth0', own)
  const gateway = gatewayFor(layout, own)
  const routes = [...(connected ? [connected] : []), ...(gateway === undefined ? [] : [defaultRoute(gateway, 'eth0')])]
  return machine(name, [card(name, 'eth0', LAN, [own])], routes)
}

/** The nodes' gateway. */
export function routerProgram(layout: Layout): Program {
  const families = familiesOf(layout.state)
  const own = layout.outsideAddresses.map(ip => ({ ip, length: bitsOf(familyOf(ip)) }))
  const connected = layout.gateways.map(g => connectedRoute('eth0', g)).filter((r): r is Route => r !== null)
  const clients = [...layout.clients.values()].filter(c => !c.network)
  const routes = [
    ...connected,
    ...families.map(f => defaultDevice(f, 'eth1')),
    ...clients.map(c => hostRoute(c.address, segmentOf(c) === LAN ? 'eth0' : 'eth1')),
  ]
  return machine(ROUTER, [card(ROUTER, 'eth0', LAN, layout.gateways), card(ROUTER, 'eth1', OUTSIDE, own)], routes, {
    'net.ipv4.ip_forward': 1,
    ...(families.includes('ipv6') && { 'net.ipv6.conf.all.forwarding': 1 }),
  })
}
