// Whether a packet's addresses may come in by a device. Stands for fib_validate_source and the checks of ip_route_input_slow; ARP requests pass them, too.
import { type Ip, ipText, isLoopback, isMulticast } from '../addr/ip'
import type { Packet } from '../linux/packet'
import type { Device } from '../linux/program'
import { isTaken, type Taken } from './fib'
import type { Machine } from './machine'
import { acceptsLocal, reversePathFilter, routesLocalnet, validatesMark } from './sysctl'

/** All that ARP has of a packet. */
interface Addresses {
  readonly source: Ip
  readonly destination: Ip
}

interface Judged {
  readonly packet: Packet | Addresses
  readonly mark: number
}

/** Addresses that may not come in from a wire; IPv6 has its own, shorter list. */
export function whyMartian(machine: Machine, device: Device, packet: Addresses): string | undefined {
  const localnet = typeof packet.source === 'number' && routesLocalnet(machine.program, device.name)
  if (isLoopback(packet.source) && !localnet) return `martian source: ${ipText(packet.source)} cannot come in by ${device.name}`
  if (isLoopback(packet.destination) && !localnet)
    return `martian destination: ${ipText(packet.destination)} cannot come in by ${device.name} (route_localnet is 0)`
  if (isMulticast(packet.source) || packet.source === 0xffffffff) return `martian source: ${ipText(packet.source)} is no host`
  return undefined
}

/**
 * The reverse look-up: a source that is one of our own, or (rp_filter) that would be answered by another way.
 * The answer is looked for as if it came in by the device that the packet is to leave by, or from a program here.
 */
export function whySourceRefused(machine: Machine, device: Device, { packet, mark }: Judged, way: Taken): string | undefined {
  const { source, destination } = packet
  if (typeof source !== 'number') return undefined
  const filter = reversePathFilter(machine.program, device.name)
  const own = `martian source: ${ipText(source)} is an address of ${machine.name} itself`
  if (filter === 0 && !machine.fib.hasOwnRules('ipv4'))
    return machine.addresses.has(source) && !acceptsLocal(machine.program, device.name) ? own : undefined
  if (filter === 0 && acceptsLocal(machine.program, device.name)) return undefined
  const back = machine.fib.look({
    destination: source,
    source: destination,
    in: way.to === 'unicast' ? way.device : 'lo',
    mark: validatesMark(machine.program, device.name) ? mark : 0,
    ...('protocol' in packet && { about: packet }),
    sees: 'reverse',
  })
  if (!isTaken(back)) return filter === 0 ? undefined : `rp_filter: no route leads back to ${ipText(source)}`
  if (back.to === 'broadcast') return `martian source: ${ipText(source)} is a broadcast address`
  if (back.to === 'local' && !acceptsLocal(machine.program, device.name)) return own
  if (filter === 0 || back.device === device.name) return undefined
  const nameless = device.addresses.every(a => typeof a.ip !== 'number')
  return filter === 1 || nameless ? `rp_filter: answers to ${ipText(source)} would not leave by ${device.name}` : undefined
}
