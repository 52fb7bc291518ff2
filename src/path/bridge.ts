// A bridge: frames come in by a port, pass the IP hooks where br_netfilter says so, go up or to another port. Stands for net/bridge/.
// Not simulated: VLANs, spanning tree, ageing; the forwarding table knows every station already.
import { familyOf, ipText } from '../addr/ip'
import { BROADCAST_MAC, isGroupMac, type Mac } from '../addr/mac'
import type { Device } from '../linux/program'
import { type Answer, isTaken } from './fib'
import { settled } from './checksum'
import { cut } from './fragment'
import { confirm } from './tracking'
import { wholeForTracking } from './ip-in'
import { noNeighbour } from './ip-out'
import { pass, whereIs } from './pass'
import { drop } from './drop'
import type { Machine } from './machine'
import { askingAs, meet } from './neighbours'
import type { Skb } from './skb'
import { whyMartian, whySourceRefused } from './source-check'
import { bridgeCallsIptables, forwards } from './sysctl'
import { whyUnroutable } from './unroutable'
import type { Frame, Walk } from './walk'

/** A frame that came in by a port. */
export function bridgeIn(walk: Walk, machine: Machine, port: Port, frame: Frame): void {
  const bridge = machine.devices.get(port.port.bridge)
  if (bridge === undefined) return
  const { skb } = frame
  const asIp = bridgeCallsIptables(machine.program, familyOf(skb.packet.source))
  // Without br_netfilter nothing remembers the port.
  skb.portIn = asIp ? port.name : null
  skb.sentBy = frame.source
  let destination = frame.destination
  if (isGroupMac(destination)) skb.heardAs = destination === BROADCAST_MAC ? 'broadcast' : 'multicast'
  if (asIp) {
    if (!wholeForTracking(walk, machine, skb, 'bridge')) return
    const before = skb.packet.destination
    if (!pass(walk, machine, skb, { where: whereIs('PREROUTING', { in: bridge.name, portIn: port.name }), nextHop: null })) return
    skb.prerouted = true
    if (skb.packet.destination !== before) {
      const turned = afterDnat(walk, machine, bridge, frame)
      if (turned === undefined) return
      destination = turned
    }
  }
  const own = destination === bridge.mac || machine.ports(bridge.name).some(p => p.mac === destination)
  if (own) {
    delete skb.longestPieceBytes
    return walk.receive(machine, bridge, skb)
  }
  const moved = { ...frame, destination }
  const name = isGroupMac(destination) ? undefined : walk.links.portTowards(machine.name, bridge.name, destination)
  const known = name === undefined ? undefined : machine.devices.get(name)
  if (known !== undefined) return forwardFrame(walk, machine, bridge, port, known, moved, asIp)
  for (const to of floodPorts(machine, bridge, port, destination))
    forwardFrame(walk, machine, bridge, port, to, { ...moved, skb: { ...skb } }, asIp)
  if (isGroupMac(destination)) walk.receive(machine, bridge, skb)
}

/** The ports that a frame to everybody, or to a MAC that is behind no port, goes out by. */
function floodPorts(machine: Machine, bridge: Device, from: Port | null, destination: Mac): readonly Device[] {
  const all = machine.ports(bridge.name)
  return all.filter(
    to =>
      (to.port!.flood || isGroupMac(destination)) &&
      (to.name !== from?.name || from.port.hairpin) &&
      !(to.port!.isolated && from?.port.isolated),
  )
}

/** A port lets through what would fit with a VLAN's tag. */
const VLAN_BYTES = 4

type Port = Device & { readonly port: NonNullable<Device['port']> }

/**
 * Where a frame goes whose destination address was translated on the bridge: to a peer of the same bridge, or up into routing.
 * A neighbour that the machine has not yet asked for itself is reached through the bridge device, which is seen there (br_nf_pre_routing_finish_bridge).
 */
function afterDnat(walk: Walk, machine: Machine, bridge: Device, { skb }: Frame): Mac | undefined {
  const { packet } = skb
  const { source, destination } = packet
  const answer = machine.fib.look({ destination, source, in: bridge.name, mark: skb.mark, about: packet, forwarded: true })
  if (typeof destination === 'bigint' && !isTaken(answer)) {
    drop(walk, machine, skb, {
      ...whyUnroutable(machine, skb, answer).loss,
      why: `${machine.name} has no way to ${ipText(destination)}: its bridge says nothing`,
    })
    return undefined
  }
  const astray = whyTakenAstray(machine, bridge, skb, answer)
  if (astray) {
    drop(walk, machine, skb, { kind: 'dropped', why: astray })
    return undefined
  }
  if (answer.to !== 'unicast' || answer.device !== bridge.name) return bridge.mac
  // Up to where it is thrown away, because the machine does not forward.
  if (typeof destination === 'number' && !forwards(machine.program, 'ipv4', bridge.name)) return bridge.mac
  const nextHop = answer.route.gateway ?? packet.destination
  const permanent = machine.program.neighbours.find(n => n.device === bridge.name && n.ip === nextHop)
  const station = permanent
    ? null
    : walk.links.whoHas({ namespace: machine.name, device: bridge.name }, nextHop, askingAs(machine, bridge, nextHop, packet))
  if (station === undefined) {
    noNeighbour(walk, machine, bridge, skb, nextHop)
    return undefined
  }
  const ready = walk.neighbours.get(machine.name, bridge.name, nextHop) === 'ready'
  meet(walk, machine, bridge, nextHop, station, packet)
  if (!ready) {
    walk.capture(machine, bridge.name, 'tx', packet)
    skb.packet = settled(packet, bridge)
  }
  return permanent?.mac ?? station!.mac
}

/** An IPv4 packet's addresses are judged before it goes up; its source where it is for this machine, or may be passed on. */
function whyTakenAstray(machine: Machine, bridge: Device, skb: Skb, answer: Answer): string | undefined {
  if (typeof skb.packet.source !== 'number') return undefined
  const martian = whyMartian(machine, bridge, skb.packet)
  if (martian || !isTaken(answer) || (answer.to === 'unicast' && !forwards(machine.program, 'ipv4', bridge.name))) return martian
  return whySourceRefused(machine, bridge, skb, answer)
}

function forwardFrame(walk: Walk, machine: Machine, bridge: Device, from: Port, to: Device, frame: Frame, asIp: boolean): void {
  const { skb } = frame
  if (to.port?.isolated && from.port.isolated)
    return drop(walk, machine, skb, {
      kind: 'dropped',
      why: `ports ${from.name} and ${to.name} of ${bridge.name} are isolated from each other`,
    })
  if (to.name === from.name && !from.port.hairpin)
    return drop(walk, machine, skb, {
      kind: 'dropped',
      why: `the frame would leave ${bridge.name} by the port it came in by, ${from.name}, which is not in hairpin mode`,
    })
  walk.emit(machine, skb, { kind: 'bridge', bridge: bridge.name, from: from.name, to: [to.name] })
  if (asIp) {
    const sides = { portIn: from.name, portOut: to.name, bridged: true }
    if (!pass(walk, machine, skb, { where: whereIs('FORWARD', { in: bridge.name, out: bridge.name, ...sides }), nextHop: null })) return
    if (!pass(walk, machine, skb, { where: whereIs('POSTROUTING', { out: bridge.name, ...sides }), nextHop: skb.packet.destination }))
      return
  }
  if (asIp && !confirm(walk, machine, skb)) return
  const longest = Math.min(to.mtuBytes, skb.longestPieceBytes ?? to.mtuBytes)
  const whole = skb.packet.lengthBytes <= longest || !asIp
  const pieces =
    whole || skb.packet.dontFragment
      ? [skb.packet]
      : cut(skb.packet, Math.min(bridge.mtuBytes, skb.longestPieceBytes ?? bridge.mtuBytes), walk.nextId())
  if (pieces[0]!.lengthBytes > (whole ? to.mtuBytes + VLAN_BYTES : longest))
    return drop(walk, machine, skb, {
      kind: 'mtu-exceeded',
      why: `${skb.packet.lengthBytes} bytes do not fit port ${to.name} of ${bridge.name}, MTU ${to.mtuBytes}`,
    })
  for (const packet of pieces) walk.transmit(machine, to, { ...frame, skb: { ...skb, packet } })
}

/** A frame of the machine itself, out of its bridge device. */
export function bridgeOut(walk: Walk, machine: Machine, bridge: Device, frame: Frame): void {
  walk.capture(machine, bridge.name, 'tx', frame.skb.packet)
  const name = isGroupMac(frame.destination) ? undefined : walk.links.portTowards(machine.name, bridge.name, frame.destination)
  const port = name === undefined ? undefined : machine.devices.get(name)
  const ports = port ? [port] : floodPorts(machine, bridge, null, frame.destination)
  if (ports.length === 0)
    return drop(walk, machine, frame.skb, { kind: 'host-unreachable', why: `no port of ${bridge.name} leads to the frame's destination` })
  for (const to of ports) walk.transmit(machine, to, frame)
}
