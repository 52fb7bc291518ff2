// Packets to everybody: broadcasts and multicasts. Which way they go, with which MAC, and the copy that stays here.
// Stands for __mkroute_output's flags and ip_mc_output. Not simulated: joined groups (every machine is in 224.0.0.1 and in no other), multicast routing.
import { bitsOf, type Ip, isMulticast } from '../addr/ip'
import type { Cidr } from '../addr/cidr'
import { BROADCAST_MAC, type Mac } from '../addr/mac'
import { never } from '../error'
import type { Packet } from '../linux/packet'
import type { Device, Listener } from '../linux/program'
import { confirm } from './tracking'
import type { Taken } from './fib'
import type { Machine } from './machine'
import { pass, whereIs } from './pass'
import type { Skb } from './skb'
import { ignoresBroadcastEcho } from './sysctl'
import type { Walk } from './walk'

const EVERYBODY = 0xffffffff
const ALL_HOSTS = 0xe0000001

/** Whether the address alone says so: multicast, or 255.255.255.255. */
export const isGroup = (ip: Ip): boolean => ip === EVERYBODY || isMulticast(ip)

/** Whether machines take multicasts to this address without having joined anything. */
export const isEverywhere = (ip: Ip): boolean => ip === ALL_HOSTS

/** The way of a packet to a group: by the device that is given, and into this machine too. */
export const groupWay = (ip: Ip, device: string): Taken => ({
  to: isMulticast(ip) ? 'multicast' : 'broadcast',
  device,
  route: { type: 'broadcast', destination: { ip, length: bitsOf('ipv4') } as Cidr, device, scope: 'link' },
})

/** The MAC that stands for the group on a wire. */
export function groupMac(to: 'broadcast' | 'multicast', ip: Ip): Mac {
  switch (to) {
    case 'broadcast':
      return BROADCAST_MAC
    case 'multicast':
      return (0x01005e000000 + (Number(ip) & 0x7fffff)) as Mac
    default:
      return never(to)
  }
}

/** Why nobody on a machine takes a packet to a group, and nobody says so. */
export function whyUnheard(machine: Machine, p: Packet, listener: Listener | undefined): string | undefined {
  switch (p.protocol) {
    case 'udp':
      return listener ? undefined : `nobody listens on udp port ${p.destinationPort} in ${machine.name}, and broadcasts are not refused`
    case 'icmp':
    case 'icmpv6':
      return ignoresBroadcastEcho(machine.program) ? `${machine.name} does not answer echo requests to everybody` : undefined
    default:
      return `${p.protocol} is not for everybody`
  }
}

/** The sender's own copy: it passes POSTROUTING by itself and comes in again by the device that it left by, already routed. */
export function keepCopy(walk: Walk, machine: Machine, device: Device, skb: Skb, way: Taken): void {
  if (way.to === 'multicast' && !isEverywhere(skb.packet.destination)) return
  const copy: Skb = { ...skb }
  const where = whereIs('POSTROUTING', { out: device.name })
  if (!pass(walk, machine, copy, { where, nextHop: copy.packet.destination })) return
  if (!confirm(walk, machine, copy)) return
  walk.later(() =>
    walk.receive(machine, device, { ...copy, local: false, heardAs: way.to === 'multicast' ? 'multicast' : 'broadcast', own: true }),
  )
}
