// What a kernel carries along with a packet: mark, conntrack entry, the devices it came by. Lives only inside one walk.
import type { Mac } from '../addr/mac'
import type { Packet } from '../linux/packet'
import type { Entry, Zone } from './conntrack'

/** NONE: no connection tracking here; INVALID: tracked, but belongs to no connection. */
type Tracking = 'NONE' | 'NEW' | 'ESTABLISHED' | 'RELATED' | 'INVALID' | 'UNTRACKED'

/** Which half of the exchange a packet belongs to: what the client sent, or anything sent in answer to it. */
export type Leg = 'request' | 'reply'

/** A socket buffer: mutable, owned by the one packet that travels. */
export interface Skb {
  packet: Packet
  mark: number
  tracking: Tracking
  /** A rule has said how its connection is to be tracked: in which zone, by the direction of the packet that looks for it. */
  zone?: Zone
  entry: Entry | null
  /** 0: in the direction of the connection's first packet, 1: against it. */
  direction: 0 | 1
  readonly leg: Leg
  /** The bridge port it came in by, while it is in this namespace. */
  portIn: string | null
  /** Who sent the frame that came in by that port. */
  sentBy?: Mac
  /** PREROUTING was walked already, on the bridge. */
  prerouted: boolean
  /** Sent by a program or kernel of this namespace, not received. */
  local: boolean
  /** The device that the sender's socket is bound to, while it is in the sender's namespace. */
  readonly boundTo?: string
  /** Of routes to one network, those by this device come first: IPv6 answers an echo request by the device that it came by (icmpv6_echo_reply). */
  readonly prefers?: string
  /** Rejected before it was routed: an IPv4 error about it does not come from its destination, even where that is ours. */
  readonly unrouted?: true
  /** Who in this namespace sends it: a program, or the kernel by a socket of its own. */
  readonly sender?: 'program' | 'kernel'
  /** A program sends it: what it sends next waits until nothing of this is under way. */
  readonly byProgram?: true
  /** May be cut although it says otherwise: the program had it say so only as long as it fits. */
  readonly mayBeCut?: boolean
  /** Put together from pieces of at most this length. */
  longestPieceBytes?: number
  /** How many tunnels it has gone into here, one inside the other, and the source port that its flow has in them. */
  readonly tunnels?: { readonly deep: number; readonly port: number | undefined }
  /** The device that it came in by. */
  cameBy?: string
  /** The tunnel of this machine that has just wrapped it: rules after OUTPUT see it as come in by that. */
  readonly outOf?: string
  /** How the frame was addressed; absent: to this machine alone. */
  heardAs?: 'broadcast' | 'multicast'
  /** Its route leads out by lo to somebody who is not there: it comes in again, and is thrown away (dst_discard). */
  astray?: true
  /** Its source was chosen when its route was known already, which is not looked for again (icmp_route_lookup). */
  readonly routedFirst?: true
  /** Its route leads to everybody on a network. */
  group?: boolean
  /** The sender's own copy of a packet to a group, which is routed already. */
  own?: true
}

/** A fresh one for a packet that enters a kernel: nothing but the packet survives the wire. */
export const arriving = (packet: Packet, leg: Leg): Skb => ({
  packet,
  mark: 0,
  tracking: 'NONE',
  entry: null,
  direction: 0,
  leg,
  portIn: null,
  prerouted: false,
  local: false,
})
