// What the plugins do in a container's namespace: a cable to the machine, the addresses and routes of a result on it, and looking whether they are still there.
import { cidrText, networkOf } from '../../addr/cidr'
import { bitsOf, type Family, familyOf, type Ip, ipText, readIp } from '../../addr/ip'
import type { Route } from '../../linux/program'
import type { Call } from './call'
import { goIp, goNetwork, goRoute, goScope, goShortNetwork } from './go'
import { type IpamRoute, CniError, type CniResult, type ResultIp } from './result'
import { readNetwork } from './ipam'
import {
  addAddress,
  asPluginsAdd,
  type CniHost,
  deleteDevice,
  deviceIn,
  ETHERNET_BYTES,
  newDevice,
  NODE,
  setUp,
  spaceOf,
  writeSysctl,
} from './machine'
import type { CniDevice, CniSpace } from './space'
import { addRoute } from './route-table'

const PATH = '/var/run/netns/'

/** What opening a path says that is none. */
export const noPath = (netns: string): string => `failed to Statfs "${netns}": no such file or directory`

/** The namespace at a path; undefined where there is none. */
export const spaceAt = (host: CniHost, netns: string): CniSpace | undefined =>
  netns.startsWith(PATH) ? host.spaces.get(netns.slice(PATH.length)) : undefined

/** The same for a plugin that cannot do without. */
export function openSpace(host: CniHost, netns: string): CniSpace {
  const space = spaceAt(host, netns)
  if (space === undefined) throw new CniError(`failed to open netns "${netns}": ${noPath(netns)}`)
  return space
}

/** A veth pair: the machine's end is up, the container's where the version brings it up at once. */
export function connect(host: CniHost, space: CniSpace, call: Call, mtuBytes: number, mac: string | null): CniDevice {
  const node = spaceOf(host, NODE)
  const name = host.draw.veth(`${space.name}/${call.interface}`)
  if (deviceIn(space, call.interface)) throw new CniError(host.facts.nameTaken(call.interface, name))
  const common = { kind: 'veth' as const, mtuBytes: mtuBytes || ETHERNET_BYTES }
  const ownMac = mac ?? host.draw.mac(`${space.name}/${call.interface}`)
  const own = newDevice(space, { ...common, name: call.interface, mac: ownMac, peer: { space: NODE, name } })
  const farMac = host.draw.mac(`${NODE}/${name}`)
  const far = newDevice(node, { ...common, name, mac: farMac, peer: { space: space.name, name: call.interface } })
  if (host.facts.bringsUp === 'pair') setUp(host, space, own)
  setUp(host, node, far)
  writeSysctl(far, 'ipv6.accept_ra', 0)
  return far
}

const KERNEL_METRIC6 = 1024

/** Gives a container's device what a result says: addresses, then the routes, by the first gateway of their family where they name none. */
export function configure(host: CniHost, space: CniSpace, call: Call, result: CniResult): void {
  const device = deviceIn(space, call.interface)!
  if (host.facts.bringsUp === 'pair') setUp(host, space, device)
  const own = result.ips.filter(i => i.interface !== null)
  if (host.facts.writesSysctls && own.some(i => familyOf(i.ip) === 'ipv6')) writeSysctl(device, 'ipv6.keep_addr_on_down', 1)
  for (const ip of own)
    if (!addAddress(space, device, asPluginsAdd(host, ip)))
      throw new CniError(`failed to add IP addr ${goAddress(ip)} to "${call.interface}": file exists`)
  setUp(host, space, device)
  const gatewayOf = (family: Family) => own.find(i => i.gateway !== null && familyOf(i.gateway) === family)?.gateway ?? null
  for (const route of result.routes) {
    const text = result.ownDefaults?.includes(route) && !route.dst.includes(':') ? OWN_DEFAULT : goShortNetwork(readNetwork(route.dst))
    addOne(host, space, call, route, gatewayOf, text)
  }
}

const goAddress = (i: ResultIp): string => `{Interface:${i.interface} Address:${goNetwork(i)} Gateway:${goIp(i.gateway)}}`

/** The mask of the bridge's own default route is an address of 16 bytes. */
const OWN_DEFAULT = '{0.0.0.0 00000000000000000000ffff00000000}'

function addOne(host: CniHost, space: CniSpace, call: Call, r: IpamRoute, gatewayOf: (family: Family) => Ip | null, text: string): void {
  const destination = readNetwork(r.dst)
  const family = familyOf(destination.ip)
  const gateway = r.gw ? readIp(r.gw)! : gatewayOf(family)
  const { routeDetails } = host.facts
  const scope = routeDetails ? scopeOf(r.scope) : undefined
  const metric = (routeDetails ? r.priority : undefined) || (family === 'ipv6' ? KERNEL_METRIC6 : undefined)
  const route: Route = {
    type: 'unicast',
    destination: networkOf(destination.ip, destination.length),
    device: call.interface,
    ...(gateway !== null && { gateway }),
    ...(scope === undefined || family === 'ipv6' ? {} : { scope }),
    ...(metric ? { metric } : {}),
    ...(routeDetails && r.table !== undefined && r.table !== 0 ? { table: r.table } : {}),
  }
  const hostBits = family === 'ipv4' && route.destination.ip !== destination.ip
  const error = hostBits ? 'invalid argument' : addRoute(space, route, routeDetails ? 'beside' : 'exclusive')
  if (error === null || (error === 'file exists' && !routeDetails)) return
  const details = routeDetails ? ` metric ${r.priority ?? 0} (Scope: ${goScope(r.scope)}, Table: ${r.table ?? 0})` : ''
  const by = `failed to add route '${text} via ${goIp(gateway)} dev ${call.interface}${details}'`
  throw new CniError(`${by}: ${error}`)
}

const [LINK, HOST] = [253, 254]
const scopeOf = (scope: number | undefined): Route['scope'] => (scope === LINK ? 'link' : scope === HOST ? 'host' : undefined)

/** Takes a container's device away; the addresses of the world that it had, null where it was not there. */
export function disconnect(host: CniHost, space: CniSpace, call: Call): readonly ResultIp[] | null {
  const device = deviceIn(space, call.interface)
  if (!device) return null
  deleteDevice(host, space.name, call.interface)
  return device.addresses.filter(a => a.ofMac === undefined).map(a => ({ ip: a.ip, length: a.length, gateway: null, interface: null }))
}

/** Whether a container still has a result's addresses, networks and routes; throws what is missing. */
export function checkContainer(host: CniHost, space: CniSpace, call: Call, result: CniResult): void {
  const { routes } = space
  for (const i of result.ips) {
    const text = `${ipText(i.ip)}/${i.length}`
    const device = deviceIn(space, call.interface)
    if (!device?.addresses.some(a => a.ip === i.ip && a.length === i.length))
      throw new CniError(`Failed to match addr ${text} on interface ${call.interface}`)
    const network = networkOf(i.ip, i.length)
    if (!routes.some(r => isMain(r) && cidrText(r.destination) === cidrText(network)))
      throw new CniError(`Failed to find Gateway ${goIp(i.gateway)} for interface ${call.interface}`)
  }
  const sameGateway = (r: Route, gw: string | undefined) =>
    gw ? r.gateway === readIp(gw) : !host.facts.checksNoGateway || r.gateway === undefined
  for (const route of result.routes) {
    const destination = readNetwork(route.dst)
    const everywhere = destination.length === 0
    const found = routes.some(
      r =>
        isMain(r) &&
        familyOf(r.destination.ip) === familyOf(destination.ip) &&
        r.destination.ip === destination.ip &&
        r.destination.length === destination.length &&
        (everywhere || sameGateway(r, route.gw)),
    )
    if (!found) throw new CniError(`Expected Route ${goRoute(route, host.facts)} not found in routing table`)
  }
}

const isMain = (r: Route): boolean => (r.table ?? 254) === 254

/** How long a host's own address is. */
export const hostLength = (ip: Ip): number => bitsOf(familyOf(ip))
