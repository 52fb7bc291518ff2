// The IP layer, outwards: a packet made here is routed and passes OUTPUT; every packet that leaves passes POSTROUTING, finds its neighbour and its device.
// Stands for net/ipv4/ip_output.c.
import { contains, networkOf } from '../addr/cidr'
import { familyOf, type Ip, ipText, isLoopback } from '../addr/ip'
import type { Device } from '../linux/program'
import { type Answer, isTaken, type Question, type Taken } from './fib'
import { cut } from './fragment'
import { groupMac, groupWay, isGroup, keepCopy } from './group'
import { confirm } from './tracking'
import type { Verdict } from './verdict'
import type { Machine } from './machine'
import { askingAs, meet } from './neighbours'
import { settled } from './checksum'
import { pass, whereIs } from './pass'
import type { PathMtus } from './path-mtu'
import { drop } from './drop'
import type { Packet } from '../linux/packet'
import type { Skb } from './skb'
import { sourceAddress } from './source-address'
import { hopLimit, routesLocalnet } from './sysctl'
import { reject, whyAnycast, whyUnroutable } from './unroutable'
import { type Frame, ICMP, type Loss, type Walk } from './walk'

/** What is known of a packet before its route is: the socket's device and mark, and the packet itself without a source. */
interface Departure {
  readonly destination: Ip
  readonly source: Ip | null
  readonly mark: number
  readonly out?: string
  readonly about?: Packet
}

/** A route with a source address. `again`: IPv6 found none before it had the address, and looked once more with it. */
export interface Chosen {
  readonly source: Ip
  readonly answer: Taken
  readonly again?: true
}

/** Which route and source address a program's packet starts with; a loss when there is none. */
export function routeFromHere(machine: Machine, departure: Departure): Chosen | Loss {
  const { destination, source } = departure
  const anycast = whyAnycast(machine, destination)
  if (anycast) return anycast
  const answer = lookFor({ ...departure, in: null }, machine)
  if (!isTaken(answer)) {
    const lost = whyUnroutable(machine, { packet: { destination } } as Skb, answer).loss
    return (source === null && typeof destination === 'bigint' ? lookAgain(machine, departure) : undefined) ?? lost
  }
  const chosen = source ?? sourceOf(machine, answer, destination)
  if (chosen === undefined) return whyNoSource(machine, destination)
  return whyLoopbackStays(machine, chosen, outOf(answer)) ?? { source: chosen, answer }
}

/** A wrong first result counts for nothing: the look-up with the address that would be chosen decides (ip6_dst_lookup_tail). */
function lookAgain(machine: Machine, departure: Departure): Chosen | Loss | undefined {
  const source = sourceAddress(machine.program.devices, departure.out ?? '', null, departure.destination)
  if (source === undefined) return undefined
  const answer = lookFor({ ...departure, source, in: null }, machine)
  if (isTaken(answer)) return { source, answer, again: true }
  return whyUnroutable(machine, { packet: { destination: departure.destination } } as Skb, answer).loss
}

function whyNoSource(machine: Machine, destination: Ip): Loss {
  if (typeof destination === 'bigint' && [...machine.addresses].some(ip => typeof ip === 'bigint'))
    return {
      kind: 'unknown',
      why: `hopspec does not model IPv6 link-local addresses, and ${machine.name} has no other for ${ipText(destination)}`,
    }
  return { kind: 'no-route', why: `${machine.name} has no ${familyOf(destination)} address to send from`, errno: 'EADDRNOTAVAIL' }
}

function sourceOf(machine: Machine, { to, route, device }: Taken, destination: Ip): Ip | undefined {
  if (to === 'local') return localSource(destination, route.source)
  return route.source ?? sourceAddress(machine.program.devices, device, route.gateway ?? null, destination)
}

/** A packet to an address of this machine comes from the primary address of its network; IPv6 prefers the very same address. */
const localSource = (destination: Ip, primary: Ip | undefined): Ip =>
  typeof destination === 'number' ? (primary ?? destination) : destination

/** A packet made here: OUTPUT, with a new look at the routes where a rule changed what they depend on, then out. */
export function output(walk: Walk, machine: Machine, skb: Skb): void {
  const anycast = whyAnycast(machine, skb.packet.destination)
  if (anycast) return drop(walk, machine, skb, anycast)
  const first = look(machine, skb)
  if (!isTaken(first)) return drop(walk, machine, skb, whyUnroutable(machine, skb, first).loss)
  const refused = whyLoopbackStays(machine, skb.packet.source, outOf(first))
  if (refused) return drop(walk, machine, skb, refused)
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
    const again = look(machine, skb, 'anew')
    if (!isTaken(again)) return { loss: untold(skb, whyUnroutable(machine, skb, again).loss) }
    const stuck = whyLoopbackStays(machine, skb.packet.source, outOf(again))
    if (stuck) return { loss: untold(skb, stuck) }
    answer = again
    walk.emit(machine, skb, routeStep(again))
    return 'ACCEPT'
  }
  const where = whereIs('OUTPUT', { out: outOf(first) })
  if (!pass(walk, machine, skb, { where, nextHop: null }, reroute)) return
  leave(walk, machine, skb, answer, null)
}

/** TCP and IPv6's ping hear of the first route alone: what hooks send astray is lost in silence (ping_v6_sendmsg). */
function untold(skb: Skb, loss: Loss): Loss {
  const { errno: _, ...rest } = loss
  return skb.packet.protocol === 'tcp' || skb.packet.protocol === 'icmpv6' ? rest : loss
}

/** A packet from 127/8 may leave by a real device only with route_localnet. */
function whyLoopbackStays(machine: Machine, source: Ip, out: string): Loss | undefined {
  if (typeof source !== 'number' || !isLoopback(source) || out === 'lo' || routesLocalnet(machine.program, out)) return undefined
  return { kind: 'dropped', why: `${ipText(source)} may not leave by ${out} (route_localnet is 0)`, errno: 'EINVAL' }
}

/** `anew`: netfilter asks again. */
const look = (machine: Machine, { packet, mark, boundTo, prefers, routedFirst }: Skb, sees?: 'anew'): Answer =>
  lookFor(
    {
      destination: packet.destination,
      source: routedFirst && sees === undefined ? null : packet.source,
      in: null,
      mark,
      about: packet,
      ...(boundTo === undefined ? {} : { out: boundTo }),
      ...(prefers === undefined ? {} : { prefers }),
      ...(sees === undefined ? {} : { sees }),
    },
    machine,
  )

/** An IPv6 packet with the hop limit of the device that it leaves by. */
export function withHopLimit(machine: Machine, skb: Skb): Skb {
  if (typeof skb.packet.source === 'number') return skb
  const answer = look(machine, skb)
  return isTaken(answer) ? { ...skb, packet: { ...skb.packet, ttl: hopLimit(machine.program, outOf(answer)) } } : skb
}

/** The way of a packet that starts here. A group is everywhere: by the socket's device, by that of its address, or where the routes say. */
function lookFor(q: Question, machine: Machine): Answer {
  if (!isGroup(q.destination) || typeof q.destination === 'bigint') return machine.fib.look(q)
  const own = q.out ?? (q.source === null ? undefined : machine.program.devices.find(d => d.addresses.some(a => a.ip === q.source))?.name)
  if (own !== undefined) return groupWay(q.destination, own)
  const answer = machine.fib.look(q)
  return isTaken(answer) ? { ...groupWay(q.destination, answer.device), route: answer.route } : answer
}

/** The device that a packet leaves by; what is for this machine itself leaves by lo. */
export const outOf = (answer: Taken): string => (answer.to === 'local' ? 'lo' : answer.device)
const routeStep = (answer: Taken) =>
  ({
    kind: 'route',
    device: outOf(answer),
    gateway: answer.to === 'unicast' ? (answer.route.gateway ?? null) : null,
    source: null,
    local: answer.to === 'local',
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
  if (answer.rejects) return reject(walk, machine, skb)
  const nextHop = answer.to === 'unicast' ? nextHopOf(answer, skb.packet.destination) : skb.packet.destination
  const group = answer.to === 'broadcast' || answer.to === 'multicast' ? answer.to : null
  if (group && device.kind !== 'loopback') keepCopy(walk, machine, device, skb, answer)
  const where = whereIs('POSTROUTING', {
    in: cameBy ?? skb.outOf ?? '',
    out: device.name,
    portIn: cameBy === null ? '' : (skb.portIn ?? ''),
  })
  if (!pass(walk, machine, skb, { where, nextHop })) return
  if (!confirm(walk, machine, skb)) return
  skb.packet = settled(skb.packet, device)
  if (device.kind === 'loopback') {
    if (answer.to === 'unicast') skb.astray = true
    walk.capture(machine, 'lo', 'tx', skb.packet)
    walk.capture(machine, 'lo', 'rx', skb.packet)
    skb.local = false
    // What belongs to no connection is looked at anew as it comes in.
    if (skb.tracking === 'INVALID') Object.assign(skb, { tracking: 'NONE', zone: undefined })
    return walk.receive(machine, device, skb)
  }
  const send = (piece: Skb) => {
    if (group) toDevice(walk, machine, device, { source: device.mac, destination: groupMac(group, piece.packet.destination), skb: piece })
    else toNeighbour(walk, machine, device, piece, nextHop)
  }
  // What an IPv4 machine was told of a way is for its own packets alone (ip_dst_mtu_maybe_forward).
  const own = cameBy === null || typeof skb.packet.source === 'bigint'
  const mtuBytes = own ? mtuFromHere(machine, answer, skb.packet.destination, walk.pathMtus) : mtuTowards(machine, answer)
  if (skb.packet.lengthBytes <= mtuBytes && skb.longestPieceBytes === undefined) return send(skb)
  skb.packet = settled(skb.packet, device, true)
  inPieces(walk, machine, skb, mtuBytes, send)
}

/** The most that may leave by a route: its own limit, or its device's. */
export function mtuTowards(machine: Machine, answer: Taken): number {
  const out = machine.devices.get(outOf(answer))
  if (answer.to === 'local' || out === undefined || out.kind === 'loopback') return LOOPBACK_MTU
  return answer.route.mtuBytes ?? out.mtuBytes
}

/** The same, with what the machine has been told of the way. */
export const mtuFromHere = (machine: Machine, answer: Taken, destination: Ip, known: PathMtus): number =>
  Math.min(mtuTowards(machine, answer), known.of(machine, answer, destination))

const LOOPBACK_MTU = 65536

/** What a packet that may not be cut comes to. */
export const whyTooBig = (p: Packet, mtuBytes: number): Loss => ({
  kind: 'mtu-exceeded',
  why: `${p.lengthBytes} bytes do not fit the MTU of its way, ${mtuBytes}, and the packet may not be cut`,
  errno: 'EMSGSIZE',
})

/** Cuts a packet that is too long, or that was put together here. What a program sends goes piece after piece. */
function inPieces(walk: Walk, machine: Machine, skb: Skb, mtuBytes: number, send: (piece: Skb) => void): void {
  const { packet, longestPieceBytes = Number.POSITIVE_INFINITY } = skb
  const six = typeof packet.source === 'bigint'
  const uncut = packet.dontFragment && !skb.mayBeCut && skb.longestPieceBytes === undefined
  if (uncut || (six && !skb.local && skb.longestPieceBytes === undefined)) {
    drop(walk, machine, skb, untold(skb, whyTooBig(packet, mtuBytes)))
    return walk.icmpError(machine, skb, ICMP[familyOf(packet.source)].tooBig, mtuBytes)
  }
  const most = Math.min(mtuBytes, six ? Math.max(longestPieceBytes, SMALLEST_MTU6) : longestPieceBytes)
  if (six && packet.lengthBytes <= most) return send(skb)
  const [first, ...rest] = cut(packet, most, walk.nextId())
  const sendPiece = (piece: Packet) => send({ ...skb, packet: piece })
  if (skb.byProgram) for (const piece of rest) walk.whenQuiet(() => sendPiece(piece))
  sendPiece(first!)
  if (!skb.byProgram) for (const piece of rest) sendPiece(piece)
}

const SMALLEST_MTU6 = 1280

/** Finds the next hop's MAC and hands the frame to the device. */
function toNeighbour(walk: Walk, machine: Machine, device: Device, skb: Skb, nextHop: Ip): void {
  if (device.kind === 'tun') return walk.relayOut(machine, device, skb)
  const permanent = machine.program.neighbours.find(n => n.device === device.name && n.ip === nextHop)
  const station = permanent
    ? null
    : walk.links.whoHas({ namespace: machine.name, device: device.name }, nextHop, askingAs(machine, device, nextHop, skb.packet))
  if (station === undefined) return noNeighbour(walk, machine, device, skb, nextHop)
  meet(walk, machine, device, nextHop, station, skb.packet)
  toDevice(walk, machine, device, { source: device.mac, destination: permanent?.mac ?? station!.mac, skb })
}

function toDevice(walk: Walk, machine: Machine, device: Device, frame: Frame): void {
  if (device.kind === 'bridge') walk.bridgeOut(machine, device, frame)
  else if (device.kind === 'vxlan') walk.tunnelOut(machine, device, frame)
  else walk.transmit(machine, device, frame)
}

/** Nobody has the address of the next hop: the kernel tells the sender once it has asked in vain. */
export function noNeighbour(walk: Walk, machine: Machine, device: Device, skb: Skb, nextHop: Ip): void {
  const { outside } = walk.links.network
  const who = ipText(nextHop)
  if (device.kind === 'ethernet' && device.segment === outside.segment)
    return drop(
      walk,
      machine,
      skb,
      isKnown(walk, skb.packet.destination)
        ? { kind: 'host-unreachable', why: `nobody has ${who}: the packet is lost outside the cluster`, outside: true }
        : { kind: 'left-the-cluster', why: `${who} lies outside, where hopspec knows nobody` },
    )
  if (typeof nextHop === 'bigint' && device.addresses.some(a => a.length < 127 && networkOf(nextHop, a.length).ip === nextHop))
    return drop(walk, machine, skb, {
      kind: 'unknown',
      why: `hopspec does not model the anycast address that all routers of a network have (${who})`,
    })
  drop(walk, machine, skb, {
    kind: 'host-unreachable',
    why: `nobody answers on ${device.name} of ${machine.name} for ${who}`,
  })
  if (typeof nextHop === 'bigint') walk.memory(machine.name).disturbed = true
  walk.whenQuiet(() => walk.icmpError(machine, { ...skb, unrouted: true }, ICMP[familyOf(nextHop)].hostUnreachable))
}

const isKnown = (walk: Walk, ip: Ip): boolean => walk.links.network.outside.known.some(network => contains(network, ip))

const nextHopOf = (answer: Taken, destination: Ip): Ip => answer.route.gateway ?? destination
