// The IP layer of one machine: a packet comes in, is routed, goes up or on; a packet made here goes out.
// Stands for net/ipv4/ip_input.c, ip_forward.c, ip_output.c and route.c. Not simulated: fragmentation (ends as unknown), multicast routing, IP options.
import { contains } from '../addr/cidr'
import { familyOf, type Ip, ipText, isLoopback, isMulticast } from '../addr/ip'
import type { Device } from '../linux/program'
import type { Hook, RejectWith } from '../linux/rule'
import { type Answer, isTaken, primaryAddress, type Refused, type Taken } from './fib'
import { confirm, runHook, type Verdict, type Way } from './hooks'
import type { Machine } from './machine'
import type { Where } from './match'
import type { Skb } from './skb'
import { acceptsLocal, forwards, reversePathFilter, routesLocalnet, validatesMark } from './sysctl'
import { ICMP, type IcmpKind, type Loss, type Walk } from './walk'

/** A place at a hook; what is not said is none. */
export const whereIs = (hook: Hook, { in: cameBy = '', out = '', portIn = '', portOut = '', bridged = false }: Partial<Where>): Where => ({
  hook,
  in: cameBy,
  out,
  portIn,
  portOut,
  bridged,
})

/** Runs a hook; false when the packet ended there. A REJECT sends its answer. */
export function pass(walk: Walk, machine: Machine, skb: Skb, way: Way, between?: (table: string) => Verdict): boolean {
  const verdict = runHook(walk, machine, skb, way, between)
  if (verdict === 'ACCEPT') return true
  if (verdict.reject !== undefined) {
    walk.emit(machine, skb, { kind: 'reject', with: verdict.reject, why: verdict.loss.why })
    walk.lose(machine, skb, verdict.loss)
    answerReject(walk, machine, skb, verdict.reject)
  } else drop(walk, machine, skb, verdict.loss)
  return false
}

/** Ends the packet here, with the step that says so. */
export function drop(walk: Walk, machine: Machine, skb: Skb, loss: Loss): void {
  walk.emit(machine, skb, { kind: 'drop', why: loss.why })
  walk.lose(machine, skb, loss)
}

const REJECT_CODES: Readonly<Record<Exclude<RejectWith, 'tcp-reset'>, IcmpKind>> = {
  'icmp-net-unreachable': [3, 0],
  'icmp-host-unreachable': [3, 1],
  'icmp-proto-unreachable': [3, 2],
  'icmp-port-unreachable': [3, 3],
  'icmp-net-prohibited': [3, 9],
  'icmp-host-prohibited': [3, 10],
  'icmp-admin-prohibited': [3, 13],
  'icmp6-no-route': [1, 0],
  'icmp6-adm-prohibited': [1, 1],
  'icmp6-addr-unreachable': [1, 3],
  'icmp6-port-unreachable': [1, 4],
  'icmp6-policy-fail': [1, 5],
  'icmp6-reject-route': [1, 6],
} // prettier-ignore

function answerReject(walk: Walk, machine: Machine, skb: Skb, reject: RejectWith): void {
  if (reject === 'tcp-reset') walk.reset(machine, skb)
  else walk.icmpError(machine, skb, REJECT_CODES[reject])
}

/** A packet that came in through a device (or up from a bridge, where PREROUTING was walked already). */
export function receive(walk: Walk, machine: Machine, device: Device, skb: Skb): void {
  if (!skb.prerouted) {
    const where = whereIs('PREROUTING', { in: device.name, portIn: skb.portIn ?? '' })
    if (!pass(walk, machine, skb, { where, nextHop: null })) return
  }
  if (device.kind === 'loopback') return deliver(walk, machine, device, skb)
  const martian = whyMartian(machine, device, skb)
  if (martian) return drop(walk, machine, skb, { kind: 'dropped', why: martian })
  const { packet } = skb
  const answer = machine.fib.look({ destination: packet.destination, source: packet.source, in: device.name, mark: skb.mark })
  if (!(isTaken(answer) && answer.to !== 'unicast') && !forwards(machine.program, familyOf(packet.destination), device.name))
    return drop(walk, machine, skb, {
      kind: 'dropped',
      why: `${machine.name} does not forward (net.ipv4.ip_forward is 0) and ${ipText(packet.destination)} is not its own`,
    })
  const source = whySourceRefused(machine, device, skb)
  if (source) return drop(walk, machine, skb, { kind: 'dropped', why: source })
  if (!isTaken(answer)) return unroutable(walk, machine, skb, answer)
  if (answer.to === 'unicast') return forward(walk, machine, device, skb, answer)
  walk.emit(machine, skb, { kind: 'route', device: answer.device, gateway: null, source: null, local: true, route: answer.route })
  deliver(walk, machine, device, skb)
}

/** Addresses that may not come in from a wire; IPv6 has its own, shorter list. */
function whyMartian(machine: Machine, device: Device, { packet }: Skb): string | undefined {
  const localnet = typeof packet.source === 'number' && routesLocalnet(machine.program, device.name)
  if (isLoopback(packet.source) && !localnet) return `martian source: ${ipText(packet.source)} cannot come in by ${device.name}`
  if (isLoopback(packet.destination) && !localnet)
    return `martian destination: ${ipText(packet.destination)} cannot come in by ${device.name} (route_localnet is 0)`
  if (isMulticast(packet.source) || packet.source === 0xffffffff) return `martian source: ${ipText(packet.source)} is no host`
  return undefined
}

/** The reverse look-up: a source that is one of our own, or (rp_filter) that would be answered by another way. */
function whySourceRefused(machine: Machine, device: Device, skb: Skb): string | undefined {
  const { source } = skb.packet
  if (typeof source !== 'number') return undefined
  const mark = validatesMark(machine.program, device.name) ? skb.mark : 0
  const back = machine.fib.look({ destination: source, source: skb.packet.destination, in: device.name, mark })
  if (back.to === 'local' && !acceptsLocal(machine.program, device.name))
    return `martian source: ${ipText(source)} is an address of ${machine.name} itself`
  const filter = reversePathFilter(machine.program, device.name)
  if (filter === 1 && (back.to !== 'unicast' || back.device !== device.name))
    return `rp_filter: answers to ${ipText(source)} would not leave by ${device.name}`
  if (filter === 2 && back.to !== 'unicast') return `rp_filter: no route leads back to ${ipText(source)}`
  return undefined
}

function deliver(walk: Walk, machine: Machine, device: Device, skb: Skb): void {
  const where = whereIs('INPUT', { in: device.name, portIn: skb.portIn ?? '' })
  if (!pass(walk, machine, skb, { where, nextHop: null })) return
  confirm(walk, machine, skb)
  walk.arrive(machine, device, skb)
}

const nextHopOf = (answer: Taken, destination: Ip): Ip => answer.route.gateway ?? destination

function forward(walk: Walk, machine: Machine, device: Device, skb: Skb, answer: Taken): void {
  const icmp = ICMP[familyOf(skb.packet.destination)]
  const { packet } = skb
  if (packet.ttl <= 1) {
    drop(walk, machine, skb, { kind: 'ttl-exceeded', why: `its TTL ran out in ${machine.name}` })
    return walk.icmpError(machine, skb, icmp.ttlExceeded)
  }
  const out = machine.devices.get(answer.device)!
  const mtuBytes = Math.min(answer.route.mtuBytes ?? out.mtuBytes, out.mtuBytes)
  if (packet.lengthBytes > mtuBytes && (packet.dontFragment || typeof packet.source === 'bigint')) {
    drop(walk, machine, skb, {
      kind: 'mtu-exceeded',
      why: `${packet.lengthBytes} bytes do not fit the MTU of ${out.name}, ${mtuBytes}, and the packet may not be cut`,
    })
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

/** A packet that no route takes on. */
function unroutable(walk: Walk, machine: Machine, skb: Skb, answer: Refused): void {
  const { loss, code } = whyUnroutable(machine, skb, answer)
  drop(walk, machine, skb, loss)
  if (code && !skb.local) walk.icmpError(machine, skb, code)
}

function whyUnroutable(machine: Machine, skb: Skb, answer: Refused): { loss: Loss; code: IcmpKind | null } {
  const icmp = ICMP[familyOf(skb.packet.destination)]
  const to = ipText(skb.packet.destination)
  switch (answer.to) {
    case 'blackhole':
      return { loss: { kind: 'dropped', why: `a blackhole route takes ${to}`, errno: 'EINVAL' }, code: null }
    case 'prohibit':
      return { loss: { kind: 'rejected', why: `a prohibit route takes ${to}`, errno: 'EACCES' }, code: icmp.prohibited }
    case 'unreachable':
      return answer.byPolicyRule
        ? { loss: { kind: 'no-route', why: `a policy rule makes ${to} unreachable`, errno: 'ENETUNREACH' }, code: icmp.noRoute }
        : {
            loss: { kind: 'host-unreachable', why: `an unreachable route takes ${to}`, errno: 'EHOSTUNREACH' },
            code: familyOf(skb.packet.destination) === 'ipv4' ? icmp.hostUnreachable : icmp.noRoute,
          }
    default:
      return { loss: { kind: 'no-route', why: `${machine.name} has no route to ${to}`, errno: 'ENETUNREACH' }, code: icmp.noRoute }
  }
}

/** Which route and source address a program's packet starts with; a loss when there is none. */
export function routeFromHere(machine: Machine, destination: Ip, source: Ip | null, mark: number, out?: string): { source: Ip } | Loss {
  const answer = machine.fib.look({ destination, source, in: null, mark, ...(out === undefined ? {} : { out }) })
  if (answer.to === 'local' || answer.to === 'broadcast')
    return {
      source: source ?? (answer.to === 'local' ? localSource(destination, answer.route.source) : (answer.route.source ?? destination)),
    }
  if (isTaken(answer)) {
    const chosen = source ?? answer.route.source ?? primaryAddress(machine.program.devices, answer.device, nextHopOf(answer, destination))
    return chosen === undefined
      ? { kind: 'no-route', why: `${machine.name} has no ${familyOf(destination)} address to send from`, errno: 'EADDRNOTAVAIL' }
      : { source: chosen }
  }
  return whyUnroutable(machine, { packet: { destination } } as Skb, answer).loss
}

/** A packet to an address of this machine comes from that address; one to 127/8 from itself too. */
const localSource = (destination: Ip, own: Ip | undefined): Ip => (isLoopback(destination) ? (own ?? destination) : destination)

/** A packet made here: OUTPUT, with a new look at the routes where a rule changed what they depend on, then out. */
export function output(walk: Walk, machine: Machine, skb: Skb): void {
  const first = look(machine, skb)
  if (!isTaken(first)) return unroutable(walk, machine, skb, first)
  let answer: Taken = first
  walk.emit(machine, skb, routeStep(first))
  let before = { mark: skb.mark, destination: skb.packet.destination, source: skb.packet.source }
  const reroute = (table: string): Verdict => {
    if (table !== 'mangle' && table !== 'nat') return 'ACCEPT'
    const { packet, mark } = skb
    const changed =
      packet.destination !== before.destination || (table === 'mangle' && (mark !== before.mark || packet.source !== before.source))
    before = { mark, destination: packet.destination, source: packet.source }
    if (!changed) return 'ACCEPT'
    const again = look(machine, skb)
    if (!isTaken(again)) return { loss: whyUnroutable(machine, skb, again).loss }
    answer = again
    walk.emit(machine, skb, routeStep(again))
    return 'ACCEPT'
  }
  const where = whereIs('OUTPUT', { out: outOf(first) })
  if (!pass(walk, machine, skb, { where, nextHop: null }, reroute)) return
  leave(walk, machine, skb, answer, null)
}

const look = (machine: Machine, skb: Skb): Answer =>
  machine.fib.look({ destination: skb.packet.destination, source: skb.packet.source, in: null, mark: skb.mark })
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
function leave(walk: Walk, machine: Machine, skb: Skb, answer: Taken, cameBy: string | null): void {
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
    return receive(walk, machine, device, skb)
  }
  toNeighbour(walk, machine, device, skb, nextHop)
}

/** Finds the next hop's MAC and hands the frame to the device. */
function toNeighbour(walk: Walk, machine: Machine, device: Device, skb: Skb, nextHop: Ip): void {
  const permanent = machine.program.neighbours.find(n => n.device === device.name && n.ip === nextHop)
  const found =
    permanent?.mac ??
    (device.kind === 'vxlan' ? undefined : walk.links.whoHas({ namespace: machine.name, device: device.name }, nextHop)?.mac)
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
    errno: 'EHOSTUNREACH',
  })
  if (!skb.local) walk.icmpError(machine, skb, ICMP[familyOf(nextHop)].hostUnreachable)
}

const isKnown = (walk: Walk, ip: Ip): boolean => walk.links.network.outside.known.some(network => contains(network, ip))
