// vxlan: a frame into a UDP packet between machines, and out again. Stands for drivers/net/vxlan. Not simulated: learning, multicast groups.
import { familyOf, ipText } from '../addr/ip'
import { hasPorts, isIcmpError, type Packet } from '../linux/packet'
import type { Device, FdbEntry } from '../linux/program'
import { bridgeIn } from './bridge'
import { routeFromHere } from './ip-out'
import { drop } from './drop'
import type { Machine } from './machine'
import type { Skb } from './skb'
import { defaultTtl, hopLimit } from './sysctl'
import type { Frame, Walk } from './walk'

type Vxlan = Device & { readonly kind: 'vxlan' }

/** Bytes around the inner IP packet: inner Ethernet 14, vxlan 8, UDP 8, and the outer IP header. */
const overheadBytes = (outer: 'ipv4' | 'ipv6'): number => 14 + 8 + 8 + (outer === 'ipv4' ? 20 : 40)

/**
 * 32768 … 60999, from the inner flow, as the kernel spreads flows over source ports; its hash is seeded at boot, ours is fixed.
 * A connected socket has a random number of its own (sk_txhash), whatever its packets are translated to: who calls again from the same port gets another.
 */
function sourcePort({ packet: p, leg, entry, direction }: Skb, socket: number): number {
  const own = leg === 'request' ? !isIcmpError(p) : p.protocol === 'tcp' && !p.flags.includes('rst')
  const sent = own && entry !== null && direction === 0 ? entry.original : p
  // IPv6 has a flow label, which differs by type and code of ICMP (skb_get_hash_flowi6).
  const labelled = typeof p.source === 'bigint' && !hasPorts(p) ? `${p.type} ${p.code}` : ''
  const ports = 'destinationPort' in sent && hasPorts(p) ? `${sent.sourcePort} ${sent.destinationPort}` : labelled
  let hash = 0x811c9dc5
  for (const c of `${sent.source} ${sent.destination} ${p.protocol} ${ports}${own && socket > 0 ? ` ${socket}` : ''}`)
    hash = Math.imul(hash ^ c.charCodeAt(0), 0x01000193) >>> 0
  return 32768 + (hash % (61000 - 32768))
}

/** The group based policy in a vxlan header has 16 bits. */
const POLICY_BITS = 0xffff

/** Wraps a frame and sends it to the machine that the forwarding table names. The mark goes along. */
export function tunnelOut(walk: Walk, machine: Machine, tunnel: Vxlan, frame: Frame): void {
  const { skb } = frame
  walk.capture(machine, tunnel.name, 'tx', skb.packet)
  const deep = skb.tunnels?.deep ?? 0
  if (deep > DEEPEST)
    return drop(walk, machine, skb, { kind: 'dropped', why: `${tunnel.name} of ${machine.name} leads into itself: the packet is cut off` })
  if (deep > 0 && typeof tunnel.local === 'bigint')
    return drop(walk, machine, skb, { kind: 'unknown', why: 'hopspec does not model a tunnel inside a tunnel over IPv6' })
  const own = machine.program.fdb.filter(e => e.device === tunnel.name)
  const known = own.filter(e => e.mac === frame.destination)
  const entries = known.length > 0 ? known : own.filter(e => e.mac === 0)
  if (entries.length === 0)
    return drop(walk, machine, skb, {
      kind: 'host-unreachable',
      why: `${tunnel.name} of ${machine.name} has no FDB entry for its neighbour: it does not know which machine to send to`,
    })
  for (const entry of entries) wrap(walk, machine, tunnel, frame, entry, deep)
}

/** A tunnel into a tunnel of the same machine, and so on: the kernel gives up after this many (iptunnel_xmit). */
const DEEPEST = 2

function wrap(walk: Walk, machine: Machine, tunnel: Vxlan, frame: Frame, entry: FdbEntry, deep: number): void {
  const { skb } = frame
  const port = skb.tunnels?.port ?? sourcePort(skb, walk.socket)
  const outer: Packet = {
    protocol: 'udp',
    source: tunnel.local,
    destination: entry.destination,
    sourcePort: port,
    destinationPort: tunnel.udpPort,
    ttl: typeof tunnel.local === 'number' ? defaultTtl(machine.program, 'ipv4') : hopLimit(machine.program, tunnel.device),
    tos: 0,
    dontFragment: false,
    lengthBytes: skb.packet.lengthBytes + overheadBytes(familyOf(tunnel.local)),
    inner: {
      vni: tunnel.id,
      source: frame.source,
      destination: frame.destination,
      packet: skb.packet,
      ...(tunnel.gbp && { mark: skb.mark & POLICY_BITS }),
    },
  }
  const { source, destination } = outer
  const way = routeFromHere(machine, { destination, source, mark: skb.mark, about: outer })
  if ('answer' in way && way.answer.device === tunnel.name)
    return drop(walk, machine, skb, { kind: 'dropped', why: `the way of ${tunnel.name} to ${ipText(destination)} leads into itself` })
  walk.emit(machine, skb, { kind: 'encapsulate', device: tunnel.name, protocol: 'vxlan', outer })
  walk.output(machine, {
    packet: outer,
    mark: skb.mark,
    tracking: 'NONE',
    entry: null,
    direction: 0,
    leg: skb.leg,
    portIn: null,
    prerouted: false,
    local: false,
    mayBeCut: true,
    ...(skb.sender && { sender: skb.sender }),
    outOf: tunnel.name,
    // It stays the packet of the program that sent what is inside (skb_scrub_packet).
    ...(skb.sender === undefined ? {} : { sender: skb.sender }),
    tunnels: { deep: deep + 1, port: skb.tunnels?.port ?? (hasPorts(skb.packet) ? port : undefined) },
  })
}

/** Unwraps what came to a tunnel's port; false when no tunnel of this machine takes it. Each family has a socket of its own (vxlan_sock_add): a tunnel between IPv6 addresses does not hear IPv4. */
export function tunnelIn(walk: Walk, machine: Machine, skb: Skb): boolean {
  const { packet } = skb
  if (packet.protocol !== 'udp' || packet.inner === undefined) return false
  const { inner } = packet
  const family = familyOf(packet.destination)
  const listens = (d: Device): d is Vxlan => d.kind === 'vxlan' && d.udpPort === packet.destinationPort && familyOf(d.local) === family
  const tunnels = machine.program.devices.filter(listens)
  if (tunnels.length === 0) return false
  const tunnel = tunnels.find(d => d.id === inner.vni)
  if (tunnel === undefined) {
    drop(walk, machine, skb, { kind: 'dropped', why: `no tunnel of ${machine.name} has the VNI ${inner.vni}` })
    return true
  }
  if (inner.source === tunnel.mac) {
    drop(walk, machine, skb, { kind: 'dropped', why: `the frame that came back to ${tunnel.name} of ${machine.name} is its own` })
    return true
  }
  const inside: Skb = {
    packet: inner.packet,
    // What was marked here stays so, unless the sender tells of another mark (vxlan_parse_gbp_hdr).
    mark: (tunnel.gbp && inner.mark) || skb.mark,
    tracking: 'NONE',
    entry: null,
    direction: 0,
    leg: skb.leg,
    portIn: null,
    prerouted: false,
    local: false,
  }
  walk.emit(machine, inside, { kind: 'decapsulate', device: tunnel.name, protocol: 'vxlan', outer: packet })
  walk.capture(machine, tunnel.name, 'rx', inner.packet)
  if (tunnel.port && inner.source !== null && inner.destination !== null)
    bridgeIn(walk, machine, { ...tunnel, port: tunnel.port }, { source: inner.source, destination: inner.destination, skb: inside })
  else if (inner.destination === tunnel.mac) walk.receive(machine, tunnel, inside)
  else
    drop(walk, machine, inside, {
      kind: 'dropped',
      why: `the frame from ${ipText(packet.source)} is for another machine than ${tunnel.name} of ${machine.name}`,
    })
  return true
}
