// What flannel makes on a node so that packets reach the pods of the others: its device, routes, neighbours, FDB entries.
import { type Cidr, cidrFamily, contains, networkOf } from '../addr/cidr'
import { bitsOf, type Family, familyOf, type Ip, readIp } from '../addr/ip'
import type { Mac } from '../addr/mac'
import type { Device, FdbEntry, InterfaceAddress, Neighbour, Route } from '../linux/program'
import { objectOf, type State } from '../cluster/state'
import { isStopped } from '../control/component'
import { never } from '../error'
import { carriedNetworks, type Flannel, vxlanMtu, vxlanName } from './flannel'
import { type Layout, type NodePlace, nodeAddress, podCidrOf } from './layout'
import { macOf } from './names'
import { routeVia } from './routes'

const BECAUSE = 'cni flannel'
/** The TUN device of the backend udp. */
const TUN = 'flannel0'

/** Another node as a lease tells it: which network it has, and where. */
interface Lease {
  readonly node: string
  readonly subnet: Cidr
  readonly machine: InterfaceAddress
}

interface Side {
  readonly flannel: Flannel
  readonly family: Family
  readonly name: string
  readonly network: Cidr
  readonly subnet: Cidr
  readonly own: InterfaceAddress
  readonly leases: readonly Lease[]
  /** flanneld does not run here. */
  readonly stopped: boolean
}

/** Each family that flannel takes care of on this node. */
function sidesOf(layout: Layout, place: NodePlace): readonly Side[] {
  const flannel = layout.podNetwork?.flannel
  if (!flannel) return []
  const stopped = isStopped(layout.state, 'flanneld', place.node.name)
  return carriedNetworks(flannel).flatMap((network): Side[] => {
    const family = cidrFamily(network)
    const subnet = podCidrOf(place, family)
    const own = nodeAddress(place, family)
    if (subnet === undefined || own === undefined) return []
    return [{ flannel, family, name: `node/${place.node.name}`, network, subnet, own, leases: leasesFor(layout, place, family), stopped }]
  })
}

function leasesFor(layout: Layout, place: NodePlace, family: Family): readonly Lease[] {
  return [...layout.nodes.values()].flatMap((other): Lease[] => {
    const subnet = podCidrOf(other, family)
    const machine = publicAddress(layout, other, family)
    return other === place || subnet === undefined || machine === undefined ? [] : [{ node: `node/${other.node.name}`, subnet, machine }]
  })
}

const OVERWRITE: Readonly<Record<Family, string>> = {
  ipv4: 'flannel.alpha.coreos.com/public-ip-overwrite',
  ipv6: 'flannel.alpha.coreos.com/public-ipv6-overwrite',
}

/** The address that a node's annotation tells the other nodes' flannel, right or wrong, and the annotation. */
export function overwritten(state: State, node: string, family: Family): { readonly ip: Ip; readonly annotation: string } | undefined {
  const annotation = OVERWRITE[family]
  const ip = readIp(objectOf(state, 'Node', node)?.metadata.annotations?.[annotation] ?? '')
  return ip === undefined || familyOf(ip) !== family ? undefined : { ip, annotation }
}

/** Where the others send what is for a node. */
function publicAddress(layout: Layout, other: NodePlace, family: Family): InterfaceAddress | undefined {
  const own = nodeAddress(other, family)
  return own && { ...own, ip: overwritten(layout.state, other.node.name, family)?.ip ?? own.ip }
}

/** Whether two nodes are neighbours on one network, as host-gw and direct routes need it. */
export const adjacent = (a: InterfaceAddress, b: InterfaceAddress): boolean => contains(networkOf(a.ip, a.length), b.ip)
const isDirect = ({ flannel, own }: Side, { machine }: Lease): boolean => flannel.directRouting && adjacent(own, machine)

/** flanneld's device, for each family. */
export const overlayDevices = (layout: Layout, place: NodePlace): readonly Device[] => sidesOf(layout, place).flatMap(deviceOf)

function deviceOf(side: Side): readonly Device[] {
  const { flannel, family, name, subnet, own, network, stopped } = side
  switch (flannel.backend) {
    case 'host-gw':
    case 'alloc':
      return []
    case 'udp': {
      const length = flannel.facts.tunAddress === 'network' ? network.length : bitsOf(family)
      const leases = side.leases.map(l => ({ network: l.subnet, machine: l.machine.ip }))
      const relay = { program: 'flanneld', local: own.ip, udpPort: flannel.port, leases, ...(stopped ? { stopped } : {}) }
      return [{ kind: 'tun', name: TUN, mac: 0 as Mac, mtuBytes: flannel.mtuBytes, addresses: [{ ip: subnet.ip, length }], relay }]
    }
    case 'vxlan':
      return [
        {
          kind: 'vxlan',
          name: vxlanName(flannel, family),
          mac: macOf(`${name} ${vxlanName(flannel, family)}`),
          mtuBytes: vxlanMtu(flannel, family),
          addresses: [{ ip: subnet.ip, length: bitsOf(family) }],
          id: flannel.vni,
          local: own.ip,
          device: 'eth0',
          udpPort: flannel.port,
          ...(flannel.gbp && { gbp: true as const }),
        },
      ]
    default:
      return never(flannel.backend)
  }
}

export interface Overlay {
  readonly routes: readonly Route[]
  readonly neighbours: readonly Neighbour[]
  readonly fdb: readonly FdbEntry[]
}

/** How flannel reaches the pods of all other nodes. */
export function overlayOf(layout: Layout, place: NodePlace): Overlay {
  const sides = sidesOf(layout, place)
  const tunnelled = sides.flatMap(side =>
    side.flannel.backend === 'vxlan' ? side.leases.filter(l => !isDirect(side, l)).map(lease => ({ side, lease })) : [],
  )
  const device = (side: Side) => vxlanName(side.flannel, side.family)
  return {
    routes: sides.flatMap(routesOf),
    neighbours: tunnelled.map(({ side, lease }) => ({
      ip: lease.subnet.ip,
      mac: macOf(`${lease.node} ${device(side)}`),
      device: device(side),
      because: BECAUSE,
    })),
    fdb: tunnelled.map(({ side, lease }) => ({
      mac: macOf(`${lease.node} ${device(side)}`),
      device: device(side),
      destination: lease.machine.ip,
      because: BECAUSE,
    })),
  }
}

function routesOf(side: Side): readonly Route[] {
  const { flannel, family, own, leases, network } = side
  if (flannel.backend === 'udp')
    return flannel.facts.tunAddress === 'network' ? [] : [{ type: 'unicast', destination: network, device: TUN, because: BECAUSE }]
  return leases.flatMap((lease): Route[] => {
    if (flannel.backend === 'vxlan' && !isDirect(side, lease))
      return [{ ...routeVia(lease.subnet, lease.subnet.ip, vxlanName(flannel, family)), onlink: true, because: BECAUSE }]
    return adjacent(own, lease.machine) ? [{ ...routeVia(lease.subnet, lease.machine.ip, 'eth0'), because: BECAUSE }] : []
  })
}
