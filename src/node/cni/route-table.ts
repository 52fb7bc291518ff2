// The routes of one namespace: what the kernel adds with an address, what programs add, and what it says when it will not.
import { contains, networkOf } from '../../addr/cidr'
import { bitsOf, familyOf, type Ip } from '../../addr/ip'
import type { Route } from '../../linux/program'
import { connectedRoute } from '../routes'
import type { CniAddress, CniDevice, CniSpace } from './space'

/** The kernel's word for why not, as programs print it. */
type RouteError = 'file exists' | 'network is unreachable' | 'no route to host' | 'invalid argument' | 'no such process'

const MAIN = 254
const sameKey = (a: Route, b: Route): boolean =>
  a.destination.ip === b.destination.ip &&
  a.destination.length === b.destination.length &&
  familyOf(a.destination.ip) === familyOf(b.destination.ip) &&
  (a.metric ?? 0) === (b.metric ?? 0) &&
  (a.table ?? MAIN) === (b.table ?? MAIN)
const sameHop = (a: Route, b: Route): boolean => a.gateway === b.gateway && a.device === b.device

/** What comes with a device's address. */
export function addressRoute(space: CniSpace, d: CniDevice, a: CniAddress): void {
  // Unlike IPv4's, an IPv6 address without a network has a route too.
  const six = familyOf(a.ip) === 'ipv6' && a.length === bitsOf('ipv6')
  const route: Route | null = six
    ? { type: 'unicast', destination: hostNetwork(a.ip), device: d.name, protocol: 'kernel', metric: 256 }
    : connectedRoute(d.name, a)
  if (route && !space.routes.some(r => sameKey(r, route) && r.device === route.device)) space.routes = [...space.routes, route]
}

export const dropRoutes = (space: CniSpace, meant: (r: Route) => boolean): void => void (space.routes = space.routes.filter(r => !meant(r)))

/** Whether a gateway is a neighbour: some route without a gateway leads to it. */
const isNeighbour = (space: CniSpace, gateway: Ip): boolean =>
  space.routes.some(
    r =>
      r.gateway === undefined &&
      familyOf(r.destination.ip) === familyOf(gateway) &&
      (r.table ?? MAIN) === MAIN &&
      contains(r.destination, gateway),
  )

/** `ip route add`, or as programs append one beside another with the same key; null: done. */
export function addRoute(space: CniSpace, route: Route, how: 'exclusive' | 'beside'): RouteError | null {
  const four = familyOf(route.destination.ip) === 'ipv4'
  if (route.gateway !== undefined) {
    if (route.scope === 'link') return 'network is unreachable'
    if (route.scope === 'host') return 'invalid argument'
    if (!isNeighbour(space, route.gateway)) return four ? 'network is unreachable' : 'no route to host'
  }
  const others = space.routes.filter(r => sameKey(r, route) && (four || r.device === route.device))
  if (others.length > 0 && (how === 'exclusive' || others.some(r => sameHop(r, route)))) return 'file exists'
  // IPv4 looks at the newest of equal ones first.
  const at = four && others[0] !== undefined ? space.routes.indexOf(others[0]) : space.routes.length
  space.routes = [...space.routes.slice(0, at), route, ...space.routes.slice(at)]
  return null
}

/** `ip route del` of the first that is meant. */
export function deleteRoute(space: CniSpace, meant: (r: Route) => boolean): RouteError | null {
  const gone = space.routes.find(meant)
  if (gone === undefined) return 'no such process'
  space.routes = space.routes.filter(r => r !== gone)
  return null
}

/** The route that a packet to an address would take. */
export function routeTo(space: CniSpace, ip: Ip): Route | undefined {
  const found = space.routes.filter(
    r => familyOf(r.destination.ip) === familyOf(ip) && (r.table ?? MAIN) === MAIN && contains(r.destination, ip),
  )
  return [...found].sort((a, b) => b.destination.length - a.destination.length || (a.metric ?? 0) - (b.metric ?? 0))[0]
}

/** A host's own network. */
export const hostNetwork = (ip: Ip) => networkOf(ip, bitsOf(familyOf(ip)))
