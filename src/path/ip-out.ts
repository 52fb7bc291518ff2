// The IP layer, outwards: a packet made here is routed and passes OUTPUT; every packet that leaves passes POSTROUTING, finds its neighbour and its device.
// Stands for net/ipv4/ip_output.c. Not simulated: fragmentation (ends as unknown).
import { contains } from '../addr/cidr'
import { familyOf, type Ip, ipText, isLoopback } from '../addr/ip'
import type { Device } from '../linux/program'
import { type Answer, isTaken, lookFromHere, type Taken } from './fib'
import { confirm, type Verdict } from './hooks'
import type { Machine } from './machine'
import { drop, pass, whereIs } from './pass'
import type { Skb } from './skb'
import { sourceAddress } from './source-address'
import { routesLocalnet } from './sysctl'
import { unroutable, whyUnroutable } from './unroutable'
import { ICMP, type Loss, type Walk } from './walk'

/** Which route and source address a program's packet starts with; a loss when there is none. */
export function routeFromHere(machine: Machine, destination: Ip, source: Ip | null, mark: number, out?: string): { source: Ip } | Loss {
  const answer = lookFromHere(machine.fib, { destination, source, in: null, mark, ...(out === undefined ? {} : { out }) })
  if (answer.to === 'local' || answer.to === 'broadcast')
    return {
      source: source ?? (answer.to === 'local' ? localSource(destination, answer.route.source) : (answer.route.source ?? destination)),
    }
  if (isTaken(answer)) {
    const { device, route } = answer
    const chosen = source ?? route.source ?? sourceAddress(machine.program.devices, device, nextHopOf(answer, destination), destination)
    if (chosen === undefined && typeof destination === 'bigint' && [...machine.addresses].some(ip => typeof ip === 'bigint'))
      return {
        kind: 'unknown',
        why: `hopspec does not model IPv6 link-local addresses, and ${machine.name} has no other for ${ipText(destination)}`,
      }
    return chosen === undefined
      ? { kind: 'no-route', why: `${machine.name} has no ${familyOf(destination)} address to send from`, errno: 'EADDRNOTAVAIL' }
      : { source: chosen }
  }
  return whyUnroutable(machine, { packet: { destination } } as Skb, answer).loss
}

/** A packet to an address of this machine comes from the primary address of its network; IPv6 prefers the very same address. */
const localSource = (destination: Ip, primary: Ip | undefined): Ip =>
  typeof destination === 'number' ? (primary ?? destination) : destination

/** A packet made here: OUTPUT, with a new look at the routes where a rule changed what they depend on, then out. */
export function output(walk: Walk, machine: Machine, skb: Skb): void {
  const first = look(machine, skb)
  if (!isTaken(first)) return unroutable(walk, machine, skb, first)
  if (first.to === 'broadcast')
    return drop(walk, machine, skb, {
      kind: 'unknown',
      why: `hopspec does not model packets to broadcast addresses (${ipText(skb.packet.destination)})`,
    })
  let answer: Taken = first
  walk.emit(machine, skb, routeStep(first))
  let before = { mark: skb.mark, destination: skb.packet.destination, source: skb.packet.source }
  const reroute = (table: string): Verdict => {
    const { packet, mark } = skb
    const looks = table === 'mangle' || table === 'nat'
    const changed =
      packet.destination !== before.destination || (table === 'mangle' && (mark !== before.mark || packet.source !== before.source))
    before = { mark, destination: packet.destination, source: packet.source }
    if (!changed || !looks) return 'ACCEPT'
    const again = look(machine, skb)
    if (!isTaken(again)) return { loss: whyUnroutable(machine, skb, again).loss }
    const stuck = whyLoopbackStays(machine, skb, outOf(again))
    if (stuck) return { loss: stuck }
    answer = again
    walk.emit(machine, skb, routeStep(again))
    return 'ACCEPT'
  }
  const where = whereIs('OUTPUT', { out: outOf(first) })
  if (!pass(walk, machine, skb, { where, nextHop: null }, reroute)) return
  leave(walk, machine, skb, answer, null)
}

/** A packet from 127/8 may leave by a real device only with route_localnet. */
function whyLoopbackStays(machine: Machine, { packet }: Skb, out: string): Loss | undefined {
  if (typeof packet.source !== 'number' || !isLoopback(packet.source) || out === 'lo' || routesLocalnet(machine.program, out))
    return undefined
  return { kind: 'dropped', why: `${ipText(packet.source)} may not leave by ${out} (route_localnet is 0)`, errno: 'EINVAL' }
}

const look = (machine: Machine, { packet: { destination, source }, mark, boundTo }: Skb): Answer =>
  lookFromHere(machine.fib, { destination, source, in: null, mark, ...(boundTo === undefined ? {} : { out: boundTo }) })
const outOf = (answer: Taken): string => (answer.to === 'local' ? 'lo' : answer.device)
const routeStep = (answer: Taken) =>
  ({
    kind: 'route',
    device: outOf(answer),
    gateway: answer.to === 'unicast' ? (answer.route.gateway ?? null) : null,
    source: null,
    local: answer.to !== 'unicast',
    route: answer.route,
  }) as const

/** POSTROUTING, then the neighbour, then the device. `cameBy` is the device it came in by, when it is forwarded. */
export function leave(walk: Walk, machine: Machine, skb: Skb, answer: Taken, cameBy: string | null): void {
  const device = machine.devices.get(outOf(answer))
  if (device === undefined)
    return drop(walk, machine, skb, {
      kind: 'no-route',
      why: `the route names ${outOf(answer)}, which ${machine.name} does not have`,
      errno: 'ENETUNREACH',
    })
  const nextHop = answer.to === 'unicast' ? nextHopOf(answer, skb.packet.destination) : skb.packet.destination
  const where = whereIs('POSTROUTING', { out: device.name, portIn: cameBy === null ? '' : (skb.portIn ?? '') })
  if (!pass(walk, machine, skb, { where, nextHop })) return
  if (device.kind !== 'loopback' && skb.packet.lengthBytes > device.mtuBytes) {
    if (skb.local && skb.packet.dontFragment)
      return drop(walk, machine, skb, {
        kind: 'mtu-exceeded',
        why: `${skb.packet.lengthBytes} bytes do not fit the MTU of ${device.name}, ${device.mtuBytes}`,
        errno: 'EMSGSIZE',
      })
    return drop(walk, machine, skb, {
      kind: 'unknown',
      why: `hopspec does not model fragmentation (${skb.packet.lengthBytes} bytes over ${device.name}, MTU ${device.mtuBytes})`,
    })
  }
  confirm(walk, machine, skb)
  if (device.kind === 'loopback') {
    walk.capture(machine, 'lo', 'tx', skb.packet)
    walk.capture(machine, 'lo', 'rx', skb.packet)
    skb.local = false
    return walk.receive(machine, device, skb)
  }
  toNeighbour(walk, machine, device, skb, nextHop)
}

/** Finds the next hop's MAC and hands the frame to the device. */
function toNeighbour(walk: Walk, machine: Machine, device: Device, skb: Skb, nextHop: Ip): void {
  if (device.kind === 'tun') return walk.relayOut(machine, device, skb)
  const permanent = machine.program.neighbours.find(n => n.device === device.name && n.ip === nextHop)
  const found = permanent?.mac ?? walk.links.whoHas({ namespace: machine.name, device: device.name }, nextHop)?.mac
  if (found === undefined) return noNeighbour(walk, machine, device, skb, nextHop)
  const frame = { source: device.mac, destination: found, skb }
  if (device.kind === 'bridge') walk.bridgeOut(machine, device, frame)
  else if (device.kind === 'vxlan') walk.tunnelOut(machine, device, frame)
  else walk.transmit(machine, device, frame)
}

function noNeighbour(walk: Walk, machine: Machine, device: Device, skb: Skb, nextHop: Ip): void {
  const { outside } = walk.links.network
  const who = ipText(nextHop)
  if (device.kind === 'ethernet' && device.segment === outside.segment)
    return drop(
      walk,
      machine,
      skb,
      isKnown(walk, skb.packet.destination)
        ? { kind: 'host-unreachable', why: `nobody has ${who}: the packet is lost outside the cluster` }
        : { kind: 'left-the-cluster', why: `${who} lies outside, where hopspec knows nobody` },
    )
  drop(walk, machine, skb, {
    kind: 'host-unreachable',
    why: `nobody answers on ${device.name} of ${machine.name} for ${who}`,
  })
  walk.icmpError(machine, skb, ICMP[familyOf(nextHop)].hostUnreachable)
}

const isKnown = (walk: Walk, ip: Ip): boolean => walk.links.network.outside.known.some(network => contains(network, ip))

const nextHopOf = (answer: Taken, destination: Ip): Ip => answer.route.gateway ?? destination
