// The next hops of a `kind: Network` namespace's routes: the device towards each gateway, found and checked as `ip route add` does.
import { contains, networkOf } from '../addr/cidr'
import { familyOf, type Ip, ipText, isLinkLocal } from '../addr/ip'
import { routeText } from '../linux/ip-route'
import type { Device, Route } from '../linux/program'
import type { Complaints } from './complaints'
import type { Path } from './path'

/** A route as it was read, with its place; null where it could not be read. */
interface WrittenRoute {
  readonly path: Path
  readonly route: Route | null
}

/** The routes with their devices; a complaint for each that the kernel refuses. */
export function withNexthops(
  complaints: Complaints,
  devices: readonly Device[],
  connected: readonly Route[],
  written: readonly WrittenRoute[],
): readonly Route[] {
  const direct = [...connected, ...loopbackNetworks(devices), ...written.flatMap(w => w.route ?? [])].filter(
    r => r.type === 'unicast' && r.gateway === undefined && r.device !== undefined,
  )
  return written.flatMap(({ path, route }): Route[] => {
    if (route === null) return []
    const why = refusal(devices, direct, route)
    if (why !== undefined)
      complaints.add('INVALID_VALUE', path, `The kernel refuses the route '${routeText(route)}': ${why.message}.`, why.fix)
    const device = route.device ?? (route.gateway === undefined ? undefined : deviceTowards(direct, route.gateway))
    return [device === undefined ? route : { ...route, device }]
  })
}

/** The whole IPv4 network of an address on lo is the machine's own, and serves for a gateway as a link would. */
const loopbackNetworks = (devices: readonly Device[]): readonly Route[] =>
  devices
    .filter(d => d.kind === 'loopback')
    .flatMap(d => d.addresses.filter(a => familyOf(a.ip) === 'ipv4').map(a => ({ device: d.name, ...a })))
    .map(({ ip, length, device }) => ({ type: 'unicast', destination: networkOf(ip, length), device }))

/** What the kernel says to a route, and what to write instead. */
function refusal(devices: readonly Device[], direct: readonly Route[], route: Route): { message: string; fix: string } | undefined {
  const { device, gateway, onlink } = route
  if (route.type !== 'unicast') return undefined
  if (device !== undefined && !devices.some(d => d.name === device))
    return {
      message: `Cannot find device "${device}"`,
      fix: `Name one of the namespace's devices: ${devices.map(d => d.name).join(', ')}.`,
    }
  if (gateway === undefined)
    return device === undefined
      ? { message: 'No such device', fix: 'Write via GATEWAY, or dev DEVICE for a network that is on a link.' }
      : undefined
  if (onlink)
    return device === undefined ? { message: 'Nexthop device required for onlink', fix: 'Write dev DEVICE beside onlink.' } : undefined
  if (isReached(devices, direct, gateway, device)) return undefined
  const message = familyOf(gateway) === 'ipv4' ? 'Nexthop has invalid gateway' : 'No route to host'
  const text = ipText(gateway)
  return {
    message: `${message}, for ${text} is on no link${device === undefined ? '' : ` of ${device}`}`,
    fix: `Give a device an address in the network of ${text}, or write 'dev DEVICE onlink'.`,
  }
}

/** Whether a route without a gateway leads there; one of the namespace's own IPv4 addresses does too, and a device towards a link-local one. IPv6 has nobody behind lo. */
function isReached(devices: readonly Device[], direct: readonly Route[], gateway: Ip, device: string | undefined): boolean {
  if (typeof gateway === 'bigint' && isLinkLocal(gateway)) return device !== undefined
  if (typeof gateway === 'number' && devices.some(d => d.addresses.some(a => a.ip === gateway))) return true
  const towards = device ?? deviceTowards(direct, gateway)
  if (typeof gateway === 'bigint' && devices.some(d => d.kind === 'loopback' && d.name === towards)) return false
  return direct.some(r => contains(r.destination, gateway) && r.device === towards)
}

/** Of the longest prefix that holds the gateway, the first one written. */
function deviceTowards(direct: readonly Route[], gateway: Ip): string | undefined {
  const found = direct.filter(r => contains(r.destination, gateway))
  return found.sort((a, b) => b.destination.length - a.destination.length)[0]?.device
}
