// The UDP checksum of a vxlan packet that holds TCP or UDP. The kernel writes it for the whole packet and leaves the inner one to a device; translation takes it
// for one that is left to a device, too, and spoils it. Stands for local checksum offload, nf_nat's inet_proto_csum_replace and skb_checksum_help.
import type { Packet } from '../linux/packet'
import type { Device } from '../linux/program'

/** Whether an inner checksum is still to be completed; a socket's RST comes with its own. */
function isLeft(p: Packet): p is Packet & { protocol: 'udp' } {
  if (p.protocol !== 'udp' || p.inner === undefined || p.inner.vni === null || p.inner.checksum === 'whole' || p.inner.checksum === 'wrong')
    return false
  const { packet } = p.inner
  return packet.protocol === 'udp'
    ? packet.inner === undefined || isLeft(packet)
    : packet.protocol === 'tcp' && !packet.flags.includes('rst')
}

/** A packet that was translated. */
export const shifted = (p: Packet): Packet => (isLeft(p) ? { ...p, inner: { ...p.inner!, checksum: 'shifted' } } : p)

/** A packet that leaves by a device, or is cut: what does not complete inner checksums has the kernel do it, and from then on receivers look at the outer one. */
export function settled(p: Packet, { kind }: Device, isCut = false): Packet {
  if ((!isCut && (kind === 'veth' || kind === 'ethernet')) || !isLeft(p)) return p
  return { ...p, inner: { ...p.inner!, checksum: p.inner!.checksum === 'shifted' ? 'wrong' : 'whole' } }
}

/** No socket takes such a packet, and no connection has it. */
export const isSpoilt = (p: Packet): boolean => p.protocol === 'udp' && p.inner?.checksum === 'wrong'
