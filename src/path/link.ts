// The wires between namespaces: who hears whom, who answers for an address, behind which port of a bridge a MAC is.
// Answers are worked out when first asked and kept per Network. Not simulated: spanning tree, learning that has not happened yet.
import { familyOf, type Ip } from '../addr/ip'
import { isGroupMac, type Mac } from '../addr/mac'
import type { Device, Network } from '../linux/program'
import { isTaken } from './fib'
import { type Machine, machineOf } from './machine'
import { whyMartian, whySourceRefused } from './source-check'
import { forwards, ignoresArp, proxiesArp } from './sysctl'

/** One end of a link: a device in a namespace. */
export interface End {
  readonly namespace: string
  readonly device: string
}

/** A device whose machine takes the frames itself (it is no bridge port), as neighbours see it. */
export interface EndStation extends End {
  readonly mac: Mac
}

const made = new WeakMap<Network, Links>()

/** The links of a network; the same ones every time. */
export function linksOf(network: Network): Links {
  let links = made.get(network)
  if (links === undefined) made.set(network, (links = new Links(network)))
  return links
}

export class Links {
  private readonly heard = new Map<string, readonly EndStation[]>()
  private readonly answers = new Map<string, EndStation | null>()
  private readonly cards = new Map<Mac, End>()
  private readonly macs = new Map<string, ReadonlyMap<Mac, string>>()
  constructor(readonly network: Network) {}

  /** Ready to walk; undefined for a name that is no namespace. */
  machine(namespace: string): Machine | undefined {
    const program = this.network.program(namespace)
    return program && machineOf(program)
  }

  private device(end: End): Device | undefined {
    return this.machine(end.namespace)?.devices.get(end.device)
  }

  /** The devices at the other side of this one's cable: one for veth, all the others of its LAN for a network card, a tunnel's other ends where it floods. */
  farEnds(end: End): readonly End[] {
    const device = this.device(end)
    if (device?.kind === 'veth') return [device.peer]
    if (device?.kind === 'ethernet') {
      const cut = (other: string) => this.network.isCut?.(end.namespace, other) ?? false
      return this.network
        .segment(device.segment)
        .filter(e => (e.namespace !== end.namespace || e.device !== end.device) && !cut(e.namespace))
    }
    return device?.kind === 'vxlan' ? this.tunnelEnds(end.namespace, device) : []
  }

  /** The tunnels of the same number on the machines to which this one sends what it has no entry for. */
  private tunnelEnds(namespace: string, tunnel: Device & { readonly kind: 'vxlan' }): readonly End[] {
    const floods = this.machine(namespace)!.program.fdb.filter(e => e.device === tunnel.name && e.mac === 0)
    return floods.flatMap(({ destination }) => {
      const far = this.machine(this.network.owner(destination) ?? '')
      const same = far?.program.devices.find(d => d.kind === 'vxlan' && d.id === tunnel.id && d.local === destination)
      return far && same ? [{ namespace: far.name, device: same.name }] : []
    })
  }

  /** Those of the far ends that take a frame to this MAC: on a LAN the one card that has it, if it is known. */
  receivers(end: End, mac: Mac): readonly End[] {
    const ends = this.farEnds(end)
    if (ends.length < 2 || isGroupMac(mac)) return ends
    const known = this.cards.get(mac)
    const card = known && ends.find(e => e.namespace === known.namespace && e.device === known.device)
    return card ? [card] : ends.filter(e => this.device(e)?.mac === mac)
  }

  /** Every machine that hears a broadcast sent through this device. */
  hears(end: End): readonly EndStation[] {
    const key = `${end.namespace} ${end.device}`
    let stations = this.heard.get(key)
    if (stations === undefined) {
      const found = new Map<string, EndStation>()
      this.spread(end, found, new Set([key]))
      this.heard.set(key, (stations = [...found.values()]))
    }
    return stations
  }

  private spread(from: End, found: Map<string, EndStation>, seen: Set<string>): void {
    const device = this.device(from)
    if (device?.kind === 'bridge') {
      for (const port of this.machine(from.namespace)!.ports(device.name))
        this.spread({ namespace: from.namespace, device: port.name }, found, seen)
      return
    }
    for (const far of this.farEnds(from)) {
      const key = `${far.namespace} ${far.device}`
      if (seen.has(key)) continue
      seen.add(key)
      const machine = this.machine(far.namespace)
      const other = machine?.devices.get(far.device)
      if (machine === undefined || other === undefined) continue
      if (other.port === undefined) {
        found.set(key, { ...far, mac: other.mac })
        continue
      }
      const bridge = machine.devices.get(other.port.bridge)
      if (bridge) found.set(`${far.namespace} ${bridge.name}`, { namespace: far.namespace, device: bridge.name, mac: bridge.mac })
      for (const port of machine.ports(other.port.bridge)) {
        const next = { namespace: far.namespace, device: port.name }
        if (port.name !== other.name && !seen.has(`${next.namespace} ${next.device} out`)) {
          seen.add(`${next.namespace} ${next.device} out`)
          this.spread(next, found, seen)
        }
      }
    }
  }

  /** Who answers when this device asks for an address (ARP, neighbour discovery), `asker` being the IPv4 address it asks with; undefined when nobody does. */
  whoHas(end: End, ip: Ip, asker?: Ip): EndStation | undefined {
    const from = typeof asker === 'number' ? asker : undefined
    const key = `${end.namespace} ${end.device} ${ip} ${from}`
    let answer = this.answers.get(key)
    if (answer === undefined) {
      this.answers.set(key, (answer = this.ask(end, ip, from) ?? null))
      if (answer) this.cards.set(answer.mac, answer)
    }
    return answer ?? undefined
  }

  private ask(end: End, ip: Ip, asker: Ip | undefined): EndStation | undefined {
    const stations = this.hears(end)
    const owner = this.network.owner(ip)
    const likely = owner === undefined ? [] : stations.filter(s => s.namespace === owner)
    return likely.find(s => this.answersFor(s, ip, asker)) ?? stations.find(s => s.namespace !== owner && this.answersFor(s, ip, asker))
  }

  /** Those of one link know each other's addresses there. For others ARP asks, and is judged and routed like a packet from who asks (arp_process). */
  private answersFor(station: EndStation, ip: Ip, asker: Ip | undefined): boolean {
    const machine = this.machine(station.namespace)!
    const device = machine.devices.get(station.device)!
    const own = device.addresses.some(a => a.ip === ip)
    if (own || familyOf(ip) === 'ipv6') return own
    const packet = { source: asker ?? ip, destination: ip }
    if (whyMartian(machine, device, packet)) return false
    const way = machine.fib.look({ destination: ip, source: packet.source, in: device.name, mark: 0, forwarded: true })
    if (!isTaken(way) || (asker !== undefined && whySourceRefused(machine, device, { packet, mark: 0 }, way))) return false
    if (way.to === 'local') return ignoresArp(machine.program, device.name) === 0
    if (way.to !== 'unicast' || way.device === device.name) return false
    return proxiesArp(machine.program, device.name) && forwards(machine.program, 'ipv4', device.name)
  }

  /** The port of a bridge behind which a MAC is; undefined when no port knows it. */
  portTowards(namespace: string, bridge: string, mac: Mac): string | undefined {
    const key = `${namespace} ${bridge}`
    let table = this.macs.get(key)
    if (table === undefined) {
      const learned = new Map<Mac, string>()
      for (const port of this.machine(namespace)!.ports(bridge))
        for (const station of this.hears({ namespace, device: port.name }))
          if (!learned.has(station.mac)) learned.set(station.mac, port.name)
      this.macs.set(key, (table = learned))
    }
    return table.get(mac)
  }
}
