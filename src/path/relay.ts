// A process that holds a TUN device, as flanneld with its backend udp: bare IP packets into UDP between machines, and out again.
// Not simulated: what other programs send to its port.
import { contains } from '../addr/cidr'
import { familyOf, ipText } from '../addr/ip'
import type { Packet } from '../linux/packet'
import type { Device } from '../linux/program'
import type { Machine } from './machine'
import { drop } from './drop'
import { arriving, type Skb } from './skb'
import { defaultTtl } from './sysctl'
import { ICMP, type Walk } from './walk'

type Tun = Device & { readonly kind: 'tun' }

/** Bytes of the outer IPv4 and UDP headers. */
const RELAY_BYTES = 28
/** Those of flanneld's own ICMP errors. */
const UNREACHABLE_TTL = 8
/** An ICMP error quotes the header and eight bytes. */
const UNREACHABLE_BYTES = 56

/** The process reads a packet from its device: one hop less to live, and to the machine that has the lease. Its socket knows nothing of the packet's mark. */
export function relayOut(walk: Walk, machine: Machine, device: Tun, skb: Skb): void {
  const { relay } = device
  walk.capture(machine, device.name, 'tx', skb.packet)
  const lease = relay.leases.find(l => contains(l.network, skb.packet.destination))
  if (lease === undefined) {
    drop(walk, machine, skb, { kind: 'no-route', why: `${relay.program} knows no machine that has ${ipText(skb.packet.destination)}` })
    return netUnreachable(walk, machine, device, skb)
  }
  if (!liveOn(walk, machine, device, skb)) return
  const outer: Packet = {
    protocol: 'udp',
    source: relay.local,
    destination: lease.machine,
    sourcePort: relay.udpPort,
    destinationPort: relay.udpPort,
    ttl: defaultTtl(machine.program, 'ipv4'),
    tos: 0,
    dontFragment: true,
    lengthBytes: skb.packet.lengthBytes + RELAY_BYTES,
    inner: { vni: null, source: null, destination: null, packet: skb.packet },
  }
  walk.emit(machine, skb, { kind: 'encapsulate', device: device.name, protocol: 'udp', outer })
  walk.output(machine, { ...arriving(outer, skb.leg), local: true })
}

/** The process has a datagram for its socket and writes what is in it into its device; false when no process here takes it. */
export function relayIn(walk: Walk, machine: Machine, skb: Skb): boolean {
  const { packet } = skb
  if (packet.protocol !== 'udp') return false
  const device = machine.program.devices.find(
    (d): d is Tun => d.kind === 'tun' && d.relay.udpPort === packet.destinationPort && d.relay.local === packet.destination,
  )
  if (device === undefined) return false
  if (packet.inner === undefined || packet.inner.vni !== null) {
    drop(walk, machine, skb, { kind: 'dropped', why: `${device.relay.program} takes IP packets on its port, and this datagram holds none` })
    return true
  }
  const inside = arriving(packet.inner.packet, skb.leg)
  if (!liveOn(walk, machine, device, inside)) return true
  walk.emit(machine, inside, { kind: 'decapsulate', device: device.name, protocol: 'udp', outer: packet })
  walk.capture(machine, device.name, 'rx', inside.packet)
  walk.receive(machine, device, inside)
  return true
}

/** Takes one from the TTL; the process discards a packet that has none left, without a word. */
function liveOn(walk: Walk, machine: Machine, { relay }: Tun, skb: Skb): boolean {
  const ttl = skb.packet.ttl - 1
  skb.packet = { ...skb.packet, ttl }
  if (ttl > 0) return true
  drop(walk, machine, skb, { kind: 'ttl-exceeded', why: `its TTL ran out in ${relay.program} on ${machine.name}, which does not say so` })
  return false
}

/** flanneld answers from its device's own address, which the kernel does not let in: the sender never hears of it. */
function netUnreachable(walk: Walk, machine: Machine, device: Tun, about: Skb): void {
  const { packet } = about
  const own = device.addresses.find(a => familyOf(a.ip) === 'ipv4')
  if (own === undefined || packet.protocol === 'icmp' || familyOf(packet.source) !== 'ipv4') return
  const [type, code] = ICMP.ipv4.noRoute
  const error: Packet = {
    protocol: 'icmp',
    source: own.ip,
    destination: packet.source,
    type,
    code,
    id: 0,
    about: packet,
    ttl: UNREACHABLE_TTL,
    tos: 0,
    dontFragment: false,
    lengthBytes: UNREACHABLE_BYTES,
  }
  const skb = arriving(error, 'reply')
  walk.capture(machine, device.name, 'rx', error)
  walk.receive(machine, device, skb)
}
