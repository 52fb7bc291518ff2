// What the parts of the walk share: the state of one exchange, what happened so far, and the ways on. exchange.ts makes one and runs it.
import type { Family } from '../addr/ip'
import type { Mac } from '../addr/mac'
import type { Packet } from '../linux/packet'
import type { Device } from '../linux/program'
import type { Rule } from '../linux/rule'
import type { Step, StepDetail } from '../linux/step'
import type { Chooser } from './chooser'
import type { Conntrack } from './conntrack'
import type { Waiting } from './fragment'
import type { Links } from './link'
import type { Machine } from './machine'
import type { Asked } from './asked'
import type { Memory } from './memory'
import type { Neighbours } from './neighbours'
import type { PathMtus } from './path-mtu'
import type { Leg, Skb } from './skb'

/** A frame on a link. */
export interface Frame {
  readonly source: Mac
  readonly destination: Mac
  readonly skb: Skb
}

/** How a packet can end without reaching a program. */
type LossKind =
  | 'refused'
  | 'rejected'
  | 'dropped'
  | 'no-route'
  | 'host-unreachable'
  | 'left-the-cluster'
  | 'mtu-exceeded'
  | 'ttl-exceeded'
  | 'unknown'

/** Why a packet ended: in words, and by which rule where a rule did it. `errno` is what the sender's own kernel says. */
export interface Loss {
  readonly kind: LossKind
  readonly why: string
  readonly rule?: { readonly text: string; readonly rule: Pick<Rule, 'because' | 'place'>; readonly table: string; readonly chain: string }
  readonly errno?: string
  /** Nobody was there to take it beyond the cluster's own machines. */
  readonly outside?: true
}

/** One packet's end, as recorded. */
export interface Lost extends Loss {
  readonly leg: Leg
  readonly in: string
  readonly packet: Packet
  /** Sent from the namespace it was lost in. */
  readonly local: boolean
}

export interface RecordedStep {
  readonly leg: Leg
  readonly step: Step
}

/** The one exchange that is being walked. Its parts call each other through it, so that they need not import each other. */
export interface Walk {
  readonly links: Links
  readonly chooser: Chooser
  readonly neighbours: Neighbours
  readonly pathMtus: PathMtus
  /** The number of the client's socket. */
  readonly socket: number
  conntrack(namespace: string): Conntrack
  memory(namespace: string): Memory
  /** The client's socket, in the namespace where it is: what it sent, and its mark. */
  client(machine: Machine): Asked['client']
  served(machine: Machine): Asked['served']
  emit(machine: Machine, skb: Skb, detail: StepDetail): void
  lose(machine: Machine, skb: Skb, loss: Loss): void
  /** A line of what a capture on the device would show. */
  capture(machine: Machine, device: string, way: 'rx' | 'tx', packet: Packet): void
  /** Pieces of packets that wait for the others. */
  readonly waiting: Waiting
  /** A number for the pieces of one packet. */
  nextId(): number
  /** Runs after what is under way. */
  later(what: () => void): void
  /** Runs when nothing is under way any more. */
  whenQuiet(what: () => void): void
  /** Through a device's cable to the other side; runs after what is under way. */
  transmit(machine: Machine, device: Device, frame: Frame): void
  /** Into the IP layer from a device. */
  receive(machine: Machine, device: Device, skb: Skb): void
  /** Out of a bridge device, as a frame to a MAC. */
  bridgeOut(machine: Machine, bridge: Device, frame: Frame): void
  tunnelOut(machine: Machine, tunnel: Device & { readonly kind: 'vxlan' }, frame: Frame): void
  /** Out of a TUN device, to the process that holds it. */
  relayOut(machine: Machine, device: Device & { readonly kind: 'tun' }, skb: Skb): void
  /** To the programs of this machine, after all hooks. */
  arrive(machine: Machine, device: Device, skb: Skb): void
  /** A packet made in this machine, with its source already chosen. */
  output(machine: Machine, skb: Skb): void
  /** A kernel says one thing in ICMP at a time (icmp_xmit_lock): until `what` is done, nothing more in this family. null: it says nothing, and may. */
  saying(family: Family | null, what: () => void): void
  /** An ICMP error about a packet that this machine cannot pass on. */
  icmpError(machine: Machine, about: Skb, kind: IcmpKind, mtuBytes?: number): void
  /** A RST about a packet (REJECT --reject-with tcp-reset). */
  reset(machine: Machine, about: Skb): void
}

/** Type and code of an ICMP message. */
export type IcmpKind = readonly [type: number, code: number]

/** The messages that a kernel makes, by family. */
interface IcmpMessages {
  readonly protocol: 'icmp' | 'icmpv6'
  readonly noRoute: IcmpKind
  readonly hostUnreachable: IcmpKind
  readonly portUnreachable: IcmpKind
  readonly tooBig: IcmpKind
  readonly prohibited: IcmpKind
  readonly ttlExceeded: IcmpKind
  readonly echo: number
  readonly echoReply: number
}

export const ICMP: Readonly<Record<'ipv4' | 'ipv6', IcmpMessages>> = {
  ipv4: {
    protocol: 'icmp',
    noRoute: [3, 0],
    hostUnreachable: [3, 1],
    portUnreachable: [3, 3],
    tooBig: [3, 4],
    prohibited: [3, 13],
    ttlExceeded: [11, 0],
    echo: 8,
    echoReply: 0,
  },
  ipv6: {
    protocol: 'icmpv6',
    noRoute: [1, 0],
    hostUnreachable: [1, 3],
    portUnreachable: [1, 4],
    tooBig: [2, 0],
    prohibited: [1, 1],
    ttlExceeded: [3, 0],
    echo: 128,
    echoReply: 129,
  },
}
