// What flannel makes on a node so that packets reach the pods of the others: its device, routes, neighbours, FDB entries.
import { type Cidr, cidrFamily } from '../addr/cidr'
import { bitsOf, type Family } from '../addr/ip'
import type { Mac } from '../addr/mac'
import { carriedNetworks, type Flannel, vxlanMtu, vxlanName } from '../apply/flannel'
import { isStopped } from '../control/component'
import { never } from '../error'
import type { Device, FdbEntry, InterfaceAddress, Neighbour, Route } from '../linux/program'
import { type Made, madeFor, vtepMacOf } from './flannel-leases'
import { flannelRuns, type Layout, nodeAddress, podCidrOf } from './layout'
import type { NodePlace } from './places'
import { routeVia } from './routes'

const BECAUSE = 'cni flannel'
/** The TUN device of the backend udp. */
const TUN = 'flannel0'

interface Side {
  readonly flannel: Flannel
  readonly family: Family
  readonly network: Cidr
  readonly subnet: Cidr
  readonly own: InterfaceAddress
  readonly mac: Mac
  /** Worked out only where it is asked for: on a large cluster it is long. */
  readonly made: () => Made
}

/** Each family that flannel takes care of on this node. */
function sidesOf(layout: Layout, place: NodePlace): readonly Side[] {
  const flannel = layout.podNetwork?.flannel
  if (!flannel || !flannelRuns(layout, place)) return []
  // The TUN device is gone with the process that held it.
  if (flannel.backend === 'udp' && isStopped(layout.state, 'flanneld', place.node.name)) return []
  return carriedNetworks(flannel).flatMap((network): Side[] => {
    const family = cidrFamily(network)
    const subnet = podCidrOf(place, family)
    const own = nodeAddress(place, family)
    if (subnet === undefined || own === undefined) return []
    const mac = vtepMacOf(layout, flannel, place.node.name, family)
    return [{ flannel, family, network, subnet, own, mac, made: () => madeFor(layout, flannel, place, family) }]
  })
}

/** flanneld's device, for each family. */
export const overlayDevices = (layout: Layout, place: NodePlace): readonly Device[] => sidesOf(layout, place).flatMap(deviceOf)

function deviceOf({ flannel, family, subnet, own, network, mac, made }: Side): readonly Device[] {
  switch (flannel.backend) {
    case 'host-gw':
    case 'alloc':
      return []
    case 'udp': {
      const length = flannel.facts.tunAddress === 'network' ? network.length : bitsOf(family)
      const relay = { program: 'flanneld', local: own.ip, udpPort: flannel.port, leases: [...made().relays.values()] }
      return [{ kind: 'tun', name: TUN, mac: 0 as Mac, mtuBytes: flannel.mtuBytes, addresses: [{ ip: subnet.ip, length }], relay }]
    }
    case 'vxlan':
      return [
        {
          kind: 'vxlan',
          name: vxlanName(flannel, family),
          mac,
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
  const sides = sidesOf(layout, place).map(({ made, ...side }) => ({ ...side, made: made() }))
  const device = (side: Omit<Side, 'made'>) => vxlanName(side.flannel, side.family)
  return {
    routes: sides.flatMap(routesOf),
    neighbours: sides.flatMap(side => [...side.made.neighbours].map(([ip, mac]) => ({ ip, mac, device: device(side), because: BECAUSE }))),
    fdb: sides.flatMap(side =>
      [...side.made.fdb].map(([mac, destination]) => ({ mac, device: device(side), destination, because: BECAUSE })),
    ),
  }
}

function routesOf({ flannel, family, made, network }: Omit<Side, 'made'> & { readonly made: Made }): readonly Route[] {
  if (flannel.backend === 'udp')
    return flannel.facts.tunAddress === 'network' ? [] : [{ type: 'unicast', destination: network, device: TUN, because: BECAUSE }]
  return [...made.routes.values()].map(({ subnet, via, tunnel }) => ({
    ...routeVia(subnet, via, tunnel ? vxlanName(flannel, family) : 'eth0'),
    ...(tunnel && { onlink: true as const }),
    because: BECAUSE,
  }))
}
