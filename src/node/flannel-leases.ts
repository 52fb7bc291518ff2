// What the flanneld of one node has heard of the others' leases, and what it has put into its kernel for them: devices and entries stay when it stops, and when a lease
// goes that it does not hear of. Stands for flannel's subnet watch and the event handlers of its backends.
import { type Cidr, cidrFamily, cidrText } from '../addr/cidr'
import type { Family, Ip } from '../addr/ip'
import { type Mac, macOf } from '../addr/mac'
import { type Flannel, leaseBackend, vxlanName } from '../apply/flannel'
import type { Node } from '../apply/object'
import { nodeObject } from '../cluster/builtins'
import { isManaged, type Lease, type LeaseSide, leaseOfNode, registeredNode } from '../cluster/flannel-node'
import { writesOf } from '../cluster/log'
import { objectOf, type State } from '../cluster/state'
import { never } from '../error'
import { awayOf } from '../control/component'
import { leaseChanges } from '../control/flannel-lease'
import { adjacent, type Layout, nodeAddress, podCidrOf } from './layout'
import type { NodePlace } from './places'

/** A lease that comes or changes, or goes: every flanneld that runs hears of it. `at`: with which write. */
interface LeaseEvent {
  readonly at: number
  readonly gone: boolean
  readonly lease: Lease
}

interface Told {
  readonly events: readonly LeaseEvent[]
  /** Each node's first lease. */
  readonly first: ReadonlyMap<string, Lease>
}
const TOLD = new WeakMap<State, Told>()

/** All changes of leases so far, in their order. */
function toldOf(layout: Layout, flannel: Flannel): Told {
  const known = TOLD.get(layout.state)
  if (known) return known
  const events = flannel.inEtcd ? etcdEvents(layout, flannel) : nodeEvents(layout, flannel)
  const told = { events, first: new Map(events.map(e => [e.lease.node, e.lease] as const).reverse()) }
  TOLD.set(layout.state, told)
  return told
}

function etcdEvents(layout: Layout, flannel: Flannel): readonly LeaseEvent[] {
  const leases = new Map([...layout.nodes.values()].flatMap(p => etcdLease(flannel, p) ?? []).map(lease => [lease.node, lease]))
  const first = [...leases.values()].map(lease => ({ at: 0, gone: false, lease }))
  const later = leaseChanges(layout.state).flatMap(({ at, node, gone }) => {
    const lease = leases.get(node)
    return lease === undefined ? [] : [{ at, gone, lease }]
  })
  return [...first, ...later]
}

function etcdLease(flannel: Flannel, place: NodePlace): Lease | undefined {
  const sides: Partial<Record<Family, LeaseSide>> = {}
  for (const network of flannel.networks) {
    const family = cidrFamily(network)
    const [subnet, own] = [podCidrOf(place, family), nodeAddress(place, family)]
    if (subnet === undefined || own === undefined) return undefined
    sides[family] = { subnet, machine: own.ip, mac: ownMac(flannel, place.node.name, family) }
  }
  return { node: place.node.name, backend: leaseBackend(flannel), sides }
}

const ownMac = (flannel: Flannel, node: string, family: Family): Mac => macOf(`node/${node} ${vxlanName(flannel, family)}`)

/** What watching the Nodes tells: an update counts where the annotations of each family that flannel carries have changed. */
function nodeEvents({ state }: Layout, flannel: Flannel): readonly LeaseEvent[] {
  const last = new Map<string, Lease>()
  const written = [...writesOf(state.log)].filter(e => e.object.kind === 'Node')
  const told = new Set(written.map(e => e.object.metadata.name))
  const events: LeaseEvent[] = []
  for (const machine of state.config.nodes) {
    if (told.has(machine.name)) continue
    const node = objectOf(state, 'Node', machine.name) ?? nodeObject(state.config, machine)
    const lease = leaseOfNode(flannel, registeredNode(flannel, machine, node))
    if (lease) events.push({ at: 0, gone: false, lease })
  }
  for (const { object, type, resourceVersion: at } of written) {
    const { name } = object.metadata
    const lease = leaseOfNode(flannel, object as Node)
    const before = last.get(name)
    const gone = type === 'DELETED'
    if (lease !== undefined && (gone || before === undefined || isOther(before, lease))) events.push({ at, gone, lease })
    if (gone || !isManaged(object as Node)) last.delete(name)
    else if (lease !== undefined) last.set(name, lease)
  }
  return events
}

const isOther = (a: Lease, b: Lease): boolean =>
  (Object.keys(b.sides) as Family[]).every(
    f => a.backend !== b.backend || a.sides[f]?.machine !== b.sides[f]?.machine || a.sides[f]?.mac !== b.sides[f]?.mac,
  )

/** What a node's flanneld has made for the leases of others, of one family. */
export interface Made {
  /** By the network it leads to: through the tunnel, or by a machine next door. */
  readonly routes: Map<string, { readonly subnet: Cidr; readonly via: Ip; readonly tunnel: boolean }>
  readonly neighbours: Map<Ip, Mac>
  readonly fdb: Map<Mac, Ip>
  /** Of udp: what flanneld itself knows; it forgets it when it ends. */
  readonly relays: Map<string, { readonly network: Cidr; readonly machine: Ip }>
}

/** The vxlan device's address as a node first made it; its Node may since tell another. */
export function vtepMacOf(layout: Layout, flannel: Flannel, node: string, family: Family): Mac {
  return toldOf(layout, flannel).first.get(node)?.sides[family]?.mac ?? ownMac(flannel, node, family)
}

/** Everything of one family that lies in a node's kernel for others, after all that its flanneld heard. */
export function madeFor(layout: Layout, flannel: Flannel, place: NodePlace, family: Family): Made {
  const made: Made = { routes: new Map(), neighbours: new Map(), fdb: new Map(), relays: new Map() }
  const own = nodeAddress(place, family)
  const { name } = place.node
  const { events, first } = toldOf(layout, flannel)
  if (own === undefined || !first.has(name)) return made
  const here: Here = { made, flannel, family, isNear: ip => adjacent(own, { ...own, ip }) }
  for (const [from, to] of runsOf(layout.state, name)) {
    made.relays.clear()
    const known = new Map<string, Lease>()
    const hear = ({ gone, lease }: LeaseEvent) => {
      if (lease.node === name) return
      change(here, gone, gone ? (known.get(lease.node) ?? lease) : lease)
      if (gone) known.delete(lease.node)
      else known.set(lease.node, lease)
    }
    for (const lease of thereAt(events, from)) hear({ at: from, gone: false, lease })
    for (const event of events) if (event.at > from && event.at <= to) hear(event)
  }
  return made
}

/** From which write to which flanneld has run on a node. */
function runsOf(state: State, node: string): readonly (readonly [number, number])[] {
  const away = awayOf(state, node)
  const until = state.frozen.get(`flanneld/${node}`)?.resourceVersion ?? Number.POSITIVE_INFINITY
  return [...away.map(([from]) => from), until].map((to, i) => [i === 0 ? 0 : away[i - 1]![1], to])
}

/** The leases that a flanneld finds when it starts after a write. */
function thereAt(events: readonly LeaseEvent[], at: number): Iterable<Lease> {
  const there = new Map<string, Lease>()
  for (const event of events) {
    if (event.at > at) break
    if (event.gone) there.delete(event.lease.node)
    else there.set(event.lease.node, event.lease)
  }
  return there.values()
}

interface Here {
  readonly made: Made
  readonly flannel: Flannel
  readonly family: Family
  /** Whether a machine is on this one's own network. */
  readonly isNear: (machine: Ip) => boolean
}

/** One event in the words of the backend. Leases of another one are ignored, whether they come or go. */
function change(here: Here, gone: boolean, lease: Lease): void {
  const { made, flannel, family, isNear } = here
  const side = lease.sides[family]
  if (side === undefined) return
  const key = cidrText(side.subnet)
  switch (flannel.backend) {
    case 'alloc':
      return
    case 'udp':
      if (gone) made.relays.delete(key)
      else made.relays.set(key, { network: side.subnet, machine: side.machine })
      return
    case 'host-gw':
      if (lease.backend !== 'host-gw') return
      if (!gone) made.routes.delete(key)
      if (gone || isNear(side.machine)) route(made, side, side.machine, gone)
      return
    case 'vxlan':
      if (lease.backend !== 'vxlan' || side.mac === undefined) return
      if (flannel.directRouting && isNear(side.machine)) return route(made, side, side.machine, gone)
      if (!gone) {
        made.neighbours.set(side.subnet.ip, side.mac)
        made.fdb.set(side.mac, side.machine)
      } else {
        made.neighbours.delete(side.subnet.ip)
        if (made.fdb.get(side.mac) === side.machine) made.fdb.delete(side.mac)
      }
      return route(made, side, side.subnet.ip, gone)
    default:
      return never(flannel.backend)
  }
}

/** Adds or replaces the route to a node's pods, or takes it away: that only where it has the gateway that is named. */
function route(made: Made, { subnet, machine }: LeaseSide, via: Ip, gone: boolean): void {
  const key = cidrText(subnet)
  if (!gone) made.routes.set(key, { subnet, via, tunnel: via !== machine })
  else if (made.routes.get(key)?.via === via) made.routes.delete(key)
}
