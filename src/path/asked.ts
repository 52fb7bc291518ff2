// What a rule may look at: the place where the packet is, and everything of its kernel, gathered for one packet at one hook.
import type { IpSet } from '../linux/ipset'
import type { Packet } from '../linux/packet'
import type { Hook } from '../linux/rule'
import type { Chooser } from './chooser'
import type { Fib } from './fib'
import type { Machine } from './machine'
import type { Memory } from './memory'
import type { Skb } from './skb'
import type { Walk } from './walk'

/** Where in the kernel the packet is when a rule looks at it. Empty device names: none here. */
export interface Where {
  readonly hook: Hook
  readonly in: string
  readonly out: string
  /** Bridge ports, where the packet came or leaves by one. */
  readonly portIn: string
  readonly portOut: string
  readonly bridged: boolean
}

/** What a question may look at beside the packet. */
export interface Asked {
  readonly skb: Skb
  readonly where: Where
  readonly fib: Fib
  readonly ipsets: ReadonlyMap<string, IpSet>
  readonly chooser: Chooser
  readonly memory: Memory
  readonly machine: Machine
  /** Whether the chain is shown every packet; nat's are shown a connection's first alone. */
  readonly everyPacket: boolean
  /** The socket of the program that asks, where it is in this namespace: what it sent, and the mark it puts on packets. */
  readonly client: { readonly sent: Packet; readonly mark: number; readonly boundTo: string | undefined } | null
  /** The TCP connection that a listener of this namespace has been asked for: its first packet, and whether it stands. */
  readonly served: { readonly asked: Packet; readonly stands: boolean } | null
}

/** Something in a rule that hopspec does not model was reached: the walk ends as `unknown`, naming it. */
export class Unmodelled extends Error {}

/** Gathers it. */
export const whatIsAsked = (walk: Walk, machine: Machine, skb: Skb, where: Where, everyPacket: boolean): Asked => ({
  skb,
  everyPacket,
  where,
  fib: machine.fib,
  ipsets: machine.ipsets,
  chooser: walk.chooser,
  memory: walk.memory(machine.name),
  machine,
  client: walk.client(machine),
  served: walk.served(machine),
})
