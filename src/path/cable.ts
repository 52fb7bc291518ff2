// Frames on cables: out of a device, and in at the far ends.
import { BROADCAST_MAC, isGroupMac } from '../addr/mac'
import type { Device } from '../linux/program'
import { bridgeIn } from './bridge'
import { drop } from './drop'
import { receive } from './ip-in'
import type { End } from './link'
import type { Machine } from './machine'
import { arriving } from './skb'
import type { Frame, Walk } from './walk'

/** A cable lets through what would fit with a VLAN's tag (is_skb_forwardable). */
const VLAN_BYTES = 4

/** Sends a frame to every end that hears it; they take it after what is under way. */
export function transmit(walk: Walk, machine: Machine, device: Device, frame: Frame): void {
  walk.capture(machine, device.name, 'tx', frame.skb.packet)
  walk.emit(machine, frame.skb, { kind: 'transmit', device: device.name })
  const { leg, packet } = frame.skb
  for (const end of walk.links.receivers({ namespace: machine.name, device: device.name }, frame.destination)) {
    const mtuBytes = device.kind === 'veth' ? walk.links.machine(end.namespace)?.devices.get(end.device)?.mtuBytes : undefined
    if (mtuBytes !== undefined && packet.lengthBytes > mtuBytes + VLAN_BYTES)
      drop(walk, machine, frame.skb, {
        kind: 'mtu-exceeded',
        why: `${packet.lengthBytes} bytes do not fit the MTU of ${end.device} in ${end.namespace}, ${mtuBytes}`,
      })
    else walk.later(() => takeFrame(walk, end, { ...frame, skb: arriving(packet, leg) }))
  }
}

/** A frame at the far end of a cable: into a bridge, or up when it is for this machine. */
function takeFrame(walk: Walk, end: End, frame: Frame): void {
  const machine = walk.links.machine(end.namespace)
  const device = machine?.devices.get(end.device)
  if (machine === undefined || device === undefined) return
  walk.capture(machine, device.name, 'rx', frame.skb.packet)
  walk.emit(machine, frame.skb, { kind: 'receive', device: device.name })
  if (device.port) bridgeIn(walk, machine, { ...device, port: device.port }, frame)
  else if (frame.destination === device.mac) receive(walk, machine, device, frame.skb)
  else if (isGroupMac(frame.destination))
    receive(walk, machine, device, { ...frame.skb, heardAs: frame.destination === BROADCAST_MAC ? 'broadcast' : 'multicast' })
}
