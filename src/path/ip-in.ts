// The IP layer, inwards: a packet comes in, is routed, and goes up to a program or on to another device.
// Stands for net/ipv4/ip_input.c, ip_forward.c and route.c's checks of addresses. Not simulated: multicast routing, IP options.
import { familyOf, ipText } from '../addr/ip'
import type { Device } from '../linux/program'
import { isTaken, type Taken } from './fib'
import { groupWay, isEverywhere, isGroup } from './group'
import { confirm } from './tracking'
import { leave, mtuTowards, whyTooBig } from './ip-out'
import type { Machine } from './machine'
import { pass, whereIs } from './pass'
import { drop } from './drop'
import type { Skb } from './skb'
import { whyMartian, whySourceRefused } from './source-check'
import { forwards } from './sysctl'
import { reject, unroutable, whyAnycast } from './unroutable'
import { ICMP, type Walk } from './walk'

/** A packet that came in through a device (or up from a bridge, where PREROUTING was walked already). */
export function receive(walk: Walk, machine: Machine, device: Device, skb: Skb): void {
  // IPv6 looks at addresses before any rule is asked (ip6_rcv_core), IPv4 after PREROUTING.
  const six =
    typeof skb.packet.source === 'bigint' && device.kind !== 'loopback' && !skb.own ? whyMartian(machine, device, skb.packet) : undefined
  if (six) return drop(walk, machine, skb, { kind: 'dropped', why: six })
  if (!skb.prerouted) {
    if (!wholeForTracking(walk, machine, skb, 'PREROUTING')) return
    const where = whereIs('PREROUTING', { in: device.name, portIn: skb.portIn ?? '' })
    const { destination } = skb.packet
    if (!pass(walk, machine, skb, { where, nextHop: null })) return
    if (device.kind === 'loopback' && skb.packet.destination !== destination)
      return drop(walk, machine, skb, { kind: 'unknown', why: 'hopspec does not model a translation as a packet comes in by lo' })
  }
  skb.cameBy = device.name
  if (skb.astray && typeof skb.packet.destination === 'number')
    return drop(walk, machine, skb, { kind: 'dropped', why: `its route leads to ${ipText(skb.packet.destination)} by lo, where nobody is` })
  if (device.kind === 'loopback')
    skb.group = machine.fib.look({ destination: skb.packet.destination, source: null, in: null, mark: 0 }).to === 'broadcast'
  if (skb.own) skb.group = true
  if (device.kind === 'loopback' || skb.own) return deliver(walk, machine, device, skb)
  const martian = typeof skb.packet.source === 'number' ? whyMartian(machine, device, skb.packet) : undefined
  if (martian) return drop(walk, machine, skb, { kind: 'dropped', why: martian })
  const { packet } = skb
  if (typeof packet.destination === 'number' && isGroup(packet.destination)) return receiveGroup(walk, machine, device, skb)
  const anycast = whyAnycast(machine, packet.destination)
  if (anycast) return drop(walk, machine, skb, anycast)
  const answer = machine.fib.look({
    destination: packet.destination,
    source: packet.source,
    in: device.name,
    mark: skb.mark,
    about: packet,
    forwarded: true,
  })
  if (isTaken(answer) && answer.rejects) return reject(walk, machine, skb)
  const forwarded = isTaken(answer) ? answer.to === 'unicast' : typeof packet.destination === 'number'
  if (forwarded && !forwards(machine.program, familyOf(packet.destination), device.name))
    return drop(walk, machine, skb, {
      kind: 'dropped',
      why: `${machine.name} does not forward (net.ipv4.ip_forward is 0) and ${ipText(packet.destination)} is not its own`,
    })
  if (!isTaken(answer)) return unroutable(walk, machine, skb, answer)
  const source = whySourceRefused(machine, device, skb, answer)
  if (source) return drop(walk, machine, skb, { kind: 'dropped', why: source })
  if (answer.to === 'unicast' && skb.heardAs)
    return drop(walk, machine, skb, {
      kind: 'dropped',
      why: `${ipText(packet.destination)} came to everybody, and ${machine.name} does not pass that on`,
    })
  skb.group = answer.to === 'broadcast'
  if (answer.to === 'unicast') return forward(walk, machine, device, skb, answer)
  walk.emit(machine, skb, { kind: 'route', device: answer.device, gateway: null, source: null, local: true, route: answer.route })
  deliver(walk, machine, device, skb)
}

/** A packet to 255.255.255.255 or a multicast group: for this machine, or for nobody here. */
function receiveGroup(walk: Walk, machine: Machine, device: Device, skb: Skb): void {
  const { destination } = skb.packet
  const way = groupWay(destination, device.name)
  if (way.to === 'multicast' && !isEverywhere(destination))
    return drop(walk, machine, skb, { kind: 'dropped', why: `${machine.name} has not joined ${ipText(destination)}` })
  const refused = whySourceRefused(machine, device, skb, way)
  if (refused) return drop(walk, machine, skb, { kind: 'dropped', why: refused })
  skb.group = true
  walk.emit(machine, skb, { kind: 'route', device: device.name, gateway: null, source: null, local: true, route: way.route })
  deliver(walk, machine, device, skb)
}

/** Where connections are tracked, hooks see whole packets only: false while pieces are missing. */
export function wholeForTracking(walk: Walk, machine: Machine, skb: Skb, place: string): boolean {
  return skb.packet.fragment === undefined || !machine.tracks[familyOf(skb.packet.source)] || putTogether(walk, machine, skb, place)
}

function putTogether(walk: Walk, machine: Machine, skb: Skb, place: string): boolean {
  const gathered = walk.waiting.gather(`${machine.name} ${place}`, skb.packet)
  if (gathered === undefined) return false
  skb.packet = gathered.packet
  skb.longestPieceBytes = gathered.longestBytes
  return true
}

function deliver(walk: Walk, machine: Machine, device: Device, skb: Skb): void {
  if (skb.packet.fragment && !putTogether(walk, machine, skb, 'INPUT')) return
  const where = whereIs('INPUT', { in: device.name, portIn: skb.portIn ?? '' })
  if (!pass(walk, machine, skb, { where, nextHop: null })) return
  if (!confirm(walk, machine, skb)) return
  walk.arrive(machine, device, skb)
}

function forward(walk: Walk, machine: Machine, device: Device, skb: Skb, answer: Taken): void {
  const icmp = ICMP[familyOf(skb.packet.destination)]
  const { packet } = skb
  if (packet.ttl <= 1) {
    drop(walk, machine, skb, { kind: 'ttl-exceeded', why: `its TTL ran out in ${machine.name}` })
    return walk.icmpError(machine, skb, icmp.ttlExceeded)
  }
  const out = machine.devices.get(answer.device)!
  const mtuBytes = mtuTowards(machine, answer)
  if ((skb.longestPieceBytes ?? packet.lengthBytes) > mtuBytes && (packet.dontFragment || typeof packet.source === 'bigint')) {
    drop(walk, machine, skb, whyTooBig(packet, mtuBytes))
    return walk.icmpError(machine, skb, icmp.tooBig, mtuBytes)
  }
  walk.emit(machine, skb, {
    kind: 'route',
    device: answer.device,
    gateway: answer.route.gateway ?? null,
    source: null,
    local: false,
    route: answer.route,
  })
  skb.packet = { ...packet, ttl: packet.ttl - 1 }
  walk.emit(machine, skb, { kind: 'forward', from: device.name, to: out.name })
  const where = whereIs('FORWARD', { in: device.name, out: out.name, portIn: skb.portIn ?? '' })
  if (!pass(walk, machine, skb, { where, nextHop: null })) return
  leave(walk, machine, skb, answer, device.name)
}
