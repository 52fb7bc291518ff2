// The addresses of the nodes' router, which nobody declares: one in each network of the nodes, and one towards the world.
import { cidrText, networkOf, rangeOf } from '../addr/cidr'
import { addToIp, compareIps, type Family, familyOf, type Ip, parseIp } from '../addr/ip'
import type { ClusterNode } from '../apply/cluster-config'
import type { InterfaceAddress } from '../linux/program'

/** The first host address that nobody has, in each network of the nodes' first addresses; else its last one. */
export function gatewaysOf(nodes: readonly ClusterNode[], taken: ReadonlySet<Ip>): readonly InterfaceAddress[] {
  const gateways = new Map<string, InterfaceAddress>()
  for (const node of nodes)
    for (const family of ['ipv4', 'ipv6'] as const) {
      const first = node.addresses.find(a => familyOf(a.ip) === family)
      if (first === undefined) continue
      const network = networkOf(first.ip, first.length)
      if (gateways.has(cidrText(network))) continue
      const last = addToIp(rangeOf(network).last, family === 'ipv4' ? -1 : 0) ?? network.ip
      let ip = addToIp(network.ip, 1)
      while (ip !== undefined && compareIps(ip, last) < 0 && taken.has(ip)) ip = addToIp(ip, 1)
      gateways.set(cidrText(network), { ip: ip !== undefined && compareIps(ip, last) <= 0 ? ip : last, length: first.length })
    }
  return [...gateways.values()]
}

/** RFC 5737 and RFC 3849 keep these for documentation. */
const OUTSIDE = { ipv4: parseIp('192.0.2.1'), ipv6: parseIp('2001:db8:ffff::1') } as const

/** The router's own address towards the outside, in each family. */
export function outsideAddresses(families: readonly Family[], taken: ReadonlySet<Ip>): readonly Ip[] {
  return families.map(family => {
    let ip: Ip = OUTSIDE[family]
    while (taken.has(ip)) ip = addToIp(ip, 1) ?? ip
    return ip
  })
}
