// What each machine has learned of its neighbours, as far as a bridge cares. Stands for net/core/neighbour.c and net/ipv4/arp.c.
// A machine that asked knows its neighbour as reachable and keeps the frame header ready after the first packet; one that was asked has heard of the
// asker, and stays unsure (stale) while nothing makes it ask itself. Not simulated: ageing, and what machines without a bridge know.
import type { Ip } from '../addr/ip'
import type { Device } from '../linux/program'
import type { EndStation } from './link'
import type { Machine } from './machine'
import type { Packet } from '../linux/packet'
import { sourceAddress } from './source-address'
import type { Walk } from './walk'

export type Known = 'stale' | 'ready'

/** By `namespace device address`. Every walk has its own, on top of what was known before it. */
export class Neighbours {
  private readonly learned = new Map<string, Known>()
  constructor(private readonly before?: ReadonlyMap<string, Known>) {}

  get(namespace: string, device: string, ip: Ip): Known | undefined {
    const key = keyOf(namespace, device, ip)
    return this.learned.get(key) ?? this.before?.get(key)
  }

  learn(namespace: string, device: string, ip: Ip, known: Known): void {
    this.learned.set(keyOf(namespace, device, ip), known)
  }

  /** Everything known now; the same map as before where nothing was learned. */
  get all(): ReadonlyMap<string, Known> {
    if (this.before === undefined || this.before.size === 0) return this.learned
    return this.learned.size === 0 ? this.before : new Map([...this.before, ...this.learned])
  }
}

const keyOf = (namespace: string, device: string, ip: Ip): string => `${namespace} ${device} ${ip}`

/** The machine sends to a neighbour: it asks for it if it must, and who is asked hears of the asker. */
export function meet(walk: Walk, machine: Machine, device: Device, nextHop: Ip, station: EndStation | null, packet: Packet): void {
  const own = device.kind === 'bridge'
  if (own) {
    const known = walk.neighbours.get(machine.name, device.name, nextHop)
    if (known !== undefined) return
    walk.neighbours.learn(machine.name, device.name, nextHop, 'ready')
  }
  if (station === null) return
  const peer = walk.links.machine(station.namespace)?.devices.get(station.device)
  if (peer?.kind !== 'bridge') return
  const asker = askingAs(machine, device, nextHop, packet)
  const permanent = walk.links.machine(station.namespace)!.program.neighbours.some(n => n.device === station.device && n.ip === asker)
  if (asker !== undefined && !permanent && walk.neighbours.get(station.namespace, station.device, asker) === undefined)
    walk.neighbours.learn(station.namespace, station.device, asker, 'stale')
}

/** The address that a machine asks with: the packet's own source, if it is one of the machine's. IPv6 asks for others with its link-local address. */
export function askingAs(machine: Machine, device: Device, nextHop: Ip, { source }: Packet): Ip | undefined {
  if (typeof source === 'bigint') return device.addresses.some(a => a.ip === source) ? source : undefined
  return machine.addresses.has(source) ? source : sourceAddress(machine.program.devices, device.name, nextHop, nextHop)
}
