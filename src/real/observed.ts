// What can be seen of a request on the real kernel: one exchange, or the counts of many.
import type { Packet } from '../linux/packet'
import type { ClientSees } from '../path/client'
import type { Connection } from '../path/connection'
import type { Tuple } from '../path/conntrack'
import type { Answering, Asked } from './agent'
import type { Counted } from './counters'

/** Where a request arrived, and its addresses as the socket there sees them, after all translation. */
export interface Receiver {
  readonly namespace: string
  readonly destination: string
  readonly source: string
}

/** One packet at one device. */
export interface Captured {
  readonly namespace: string
  readonly device: string
  readonly way: 'rx' | 'tx'
  readonly packet: Packet
}

export interface RuleHit extends Counted {
  readonly family: 'ip' | 'ip6' | 'nft'
}

/** What the real kernel did with one request. */
export interface RealExchange {
  readonly client: ClientSees
  /** TCP: the handshake was completed, whatever came after. */
  readonly connected: boolean
  /** The port (ICMP: the id) that the client had. */
  readonly sourcePort: number
  readonly received: readonly Receiver[]
  /** TCP: a SYN that a listener took and answered, but the handshake was not completed. */
  readonly halfOpen: readonly Receiver[]
  readonly conntrack: Readonly<Record<string, readonly Connection[]>>
  /** By namespace; only namespaces whose rules can be counted. TCP's own packets all count. */
  readonly rules: Readonly<Record<string, readonly RuleHit[]>>
  readonly packets: readonly Captured[]
  readonly wire: readonly string[]
  /** What could not be observed here, in words. */
  readonly absent: readonly string[]
  /** What a question was answered with; absent where nothing came, or nothing was asked. */
  readonly data?: Uint8Array
}

/** A connection that a namespace forgets, by what was sent first. */
export interface Deleted {
  readonly namespace: string
  readonly connection: Tuple
}

/** A question to port 53, and who answers there. */
export interface Carried extends Kept {
  readonly bytes: Uint8Array
  answering(asked: Asked & { readonly namespace: string }): ReturnType<Answering>
}

/** The socket by which a request leaves: opened where none has the name, and kept until connections are forgotten. One socket, one way through a tunnel. */
export interface Kept {
  readonly socket?: string
}

/** How many of N connections each server answered, by the source that it saw (without port). */
export interface RealCounts {
  readonly answered: readonly {
    readonly namespace: string
    readonly source: string
    /** Address and port of the socket that answered. */
    readonly destination: string
    readonly count: number
  }[]
  /** By errno, or `timeout` or `closed`. */
  readonly failed: Readonly<Record<string, number>>
  /** Connections whose source port the server saw unchanged. */
  readonly portKept: number
}
