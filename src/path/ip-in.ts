// The IP layer, inwards: a packet comes in, is routed, and goes up to a program or on to another device.
// Stands for net/ipv4/ip_input.c, ip_forward.c and route.c's checks of addresses. Not simulated: multicast routing, IP options.
import { familyOf, ipText, isLoopback, isMulticast } from '../addr/ip'
import type { Device } from '../linux/program'
import { isTaken, type Taken } from './fib'
import { confirm } from './hooks'
import { leave } from './ip-out'
import type { Machine } from './machine'
import { drop, pass, whereIs } from './pass'
import type { Skb } from './skb'
import { acceptsLocal, forwards, reversePathFilter, routesLocalnet, validatesMark } from './sysctl'
import { unroutable } from './unroutable'
import { ICMP, type Walk } from './walk'

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
  const filter = reversePathFilter(machine.program, device.name)
  const exact = filter === 0 && machine.program.policyRules.length === 0
  if ((exact ? machine.addresses.has(source) : back.to === 'local') && !acceptsLocal(machine.program, device.name))
    return `martian source: ${ipText(source)} is an address of ${machine.name} itself`
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
