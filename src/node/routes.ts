// Routes as `ip route` of a node or pod would list them.
import { bitsOf, compareIps, type Family, familyOf, type Ip, parseIp } from '../addr/ip'
import { networkOf } from '../addr/cidr'
import type { InterfaceAddress, Route } from '../linux/program'

/** The whole family: 0.0.0.0/0, ::/0. */
const everything = (family: Family) => ({ ip: parseIp(family === 'ipv4' ? '0.0.0.0' : '::'), length: 0 })

/** The metrics of IPv6 routes: those that the kernel adds itself, and those that programs add. */
const KERNEL_METRIC6 = 256
const METRIC6 = 1024
const metricOf = (ip: Ip) => (typeof ip === 'number' ? {} : { metric: METRIC6 })

/** What the kernel adds for a device's address; null for a host's own /32. */
export function connectedRoute(device: string, a: InterfaceAddress): Route | null {
  const family = familyOf(a.ip)
  if (a.length === bitsOf(family)) return null
  return {
    type: 'unicast',
    destination: networkOf(a.ip, a.length),
    device,
    protocol: 'kernel',
    ...(family === 'ipv4' ? { scope: 'link' as const, source: a.ip } : { metric: KERNEL_METRIC6 }),
  }
}

/** `NETWORK via GATEWAY dev DEVICE`. */
export const routeVia = (destination: Route['destination'], gateway: Ip, device: string): Route => ({
  type: 'unicast',
  destination,
  gateway,
  device,
  ...metricOf(gateway),
})

/** `default via GATEWAY dev DEVICE`, on link or not. */
export const defaultRoute = (gateway: Ip, device: string, onlink = false): Route => ({
  type: 'unicast',
  destination: everything(familyOf(gateway)),
  gateway,
  device,
  ...metricOf(gateway),
  ...(onlink && { onlink }),
})
/** `default dev DEVICE scope link`. */
export const defaultDevice = (family: Family, device: string): Route => ({
  type: 'unicast',
  destination: everything(family),
  device,
  ...(family === 'ipv4' ? { scope: 'link' as const } : { metric: METRIC6 }),
})
/** `10.244.1.9 dev veth… scope link`. */
export const hostRoute = (ip: Ip, device: string): Route => ({
  type: 'unicast',
  destination: { ip, length: bitsOf(familyOf(ip)) },
  device,
  ...(typeof ip === 'number' ? { scope: 'link' as const } : metricOf(ip)),
})

/** In the kernel's order: by family, then destination, wider ones first. */
export const sortRoutes = (routes: readonly Route[]): readonly Route[] =>
  [...routes].sort(
    (a, b) =>
      compareIps(a.destination.ip, b.destination.ip) || a.destination.length - b.destination.length || (a.metric ?? 0) - (b.metric ?? 0),
  )
