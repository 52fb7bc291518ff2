// The plugin ptp: a cable without a bridge. The machine's end has the gateway's address for itself and a route to the container, which asks the gateway for everything.
import { networkOf } from '../../addr/cidr'
import { FAMILIES, familyOf, type Ip } from '../../addr/ip'
import type { Route } from '../../linux/program'
import type { AskIpam } from './bridge'
import type { Call } from './call'
import { dnsOf, readCheckedResult } from './conf'
import { checkContainer, configure, connect, hostLength, noPath, spaceAt } from './container'
import { addAddress, asPluginsAdd, type CniHost, deviceIn, enableForwarding, NODE, spaceOf } from './machine'
import type { CniSpace } from './space'
import { masquerade } from './masquerade'
import { CniError, type CniResult, type ResultIp } from './result'
import { addRoute, deleteRoute } from './route-table'

const CONTAINER = 1
const METRIC6 = 1024
const ipamOf = (call: Call): string => ((call.conf.ipam ?? {}) as { type?: string }).type ?? ''

export function addPtp(host: CniHost, call: Call, ask: AskIpam): CniResult {
  const ipam = ipamOf(call)
  const given = ask(ipam, 'ADD')!
  try {
    return connectPtp(host, call, given)
  } catch (error) {
    ask(ipam, 'DEL')
    throw error
  }
}

function connectPtp(host: CniHost, call: Call, given: CniResult): CniResult {
  if (given.ips.length === 0) throw new CniError('IPAM plugin returned missing IP config')
  const node = spaceOf(host, NODE)
  for (const family of FAMILIES) if (given.ips.some(i => familyOf(i.ip) === family)) enableForwarding(node, family)
  const space = spaceAt(host, call.netns)
  if (space === undefined) throw new CniError(`failed to open netns "${call.netns}": ${noPath(call.netns)}`)
  const far = connect(host, space, call, (call.conf.mtu as number | undefined) ?? 0, null)
  const ips = given.ips.map((i): ResultIp => ({ ...i, interface: CONTAINER }))
  const own = deviceIn(space, call.interface)!
  const interfaces = [
    { name: far.name, mac: far.mac },
    { name: call.interface, mac: own.mac, sandbox: call.netns },
  ]
  const result: CniResult = { ...given, ips, interfaces }
  configure(host, space, call, result)
  for (const i of ips) askTheGateway(space, call, i)
  for (const { ip, gateway } of ips) {
    addAddress(node, far, asPluginsAdd(host, { ip: gateway!, length: hostLength(gateway!) }))
    addRoute(node, { type: 'unicast', destination: { ip, length: hostLength(ip) }, device: far.name, ...hostScope(ip) }, 'exclusive')
  }
  masquerade(host, call, ips)
  return { ...result, dns: dnsOf(call, given.dns) }
}

const hostScope = (ip: Ip): Partial<Route> => (familyOf(ip) === 'ipv4' ? { scope: 'host' } : { metric: METRIC6 })

/** Instead of the network's own route: one to the gateway, and one to the network by it. */
function askTheGateway(space: CniSpace, call: Call, { ip, length, gateway }: ResultIp): void {
  const network = networkOf(ip, length)
  const device = call.interface
  deleteRoute(
    space,
    r => r.device === device && r.protocol === 'kernel' && r.destination.ip === network.ip && r.destination.length === length,
  )
  const source = { source: ip }
  const six = familyOf(ip) === 'ipv6' ? { metric: METRIC6 } : {}
  const link = familyOf(ip) === 'ipv4' ? { scope: 'link' as const } : {}
  const common = { type: 'unicast' as const, device, ...source, ...six }
  addRoute(space, { ...common, destination: { ip: gateway!, length: hostLength(gateway!) }, ...link }, 'exclusive')
  addRoute(space, { ...common, destination: network, gateway: gateway! }, 'exclusive')
}

export function checkPtp(host: CniHost, call: Call, ask: AskIpam): void {
  const space = spaceAt(host, call.netns)
  if (space === undefined) throw new CniError(`failed to open netns "${call.netns}": ${noPath(call.netns)}`)
  ask(ipamOf(call), 'CHECK')
  const result = readCheckedResult(call, 'ptp: Required prevResult missing')
  const inside = result.interfaces.find(i => i.name === call.interface && i.sandbox === call.netns)
  if (inside === undefined) throw new CniError(`Sandbox in prevResult  doesn't match configured netns: ${call.netns}`)
  const own = deviceIn(space, inside.name)
  if (own === undefined) throw new CniError(`ptp: Container Interface name in prevResult: ${inside.name} not found`)
  if (own.kind !== 'veth') throw new CniError(`Error: Container interface ${own.name} not of type veth/p2p`)
  if (inside.mac && inside.mac !== own.mac)
    throw new CniError(`ptp: Interface ${own.name} Mac ${inside.mac} doesn't match container Mac: ${own.mac}`)
  checkContainer(host, space, call, result)
}
