// What can happen to a packet in one network namespace, as a closed list of values. path/ emits them in order, trace/ makes hops of them.
import type { Ip } from '../addr/ip'
import type { Place } from '../error'
import type { Packet, Socket } from './packet'
import type { Listener, Route } from './program'
import type { Hook, Rule } from './rule'

/** The namespace and the packet as it is after the step; `mark` is the kernel's mark on it. */
interface StepCommon {
  readonly in: string
  readonly packet: Packet
  readonly mark: number
}

export type StepDetail =
  /** A program in this namespace sends the packet. */
  | { readonly kind: 'send' }
  /** The packet comes in through a device. */
  | { readonly kind: 'receive'; readonly device: string }
  /** A rule matched, with or without a target. `text` is the line as the tool prints it. */
  | {
      readonly kind: 'rule'
      readonly family: 'ip' | 'ip6' | 'nft'
      readonly table: string
      readonly chain: string
      readonly hook: Hook
      readonly text: string
      readonly because: string | null
      readonly rule: Rule | null
      /** Where the rule, or the object it was made for, stands in the input. */
      readonly place: Place | null
    }
  /** The destination was rewritten; `by` a rule, or by conntrack on later packets and answers. */
  | { readonly kind: 'dnat'; readonly before: Socket; readonly after: Socket; readonly by: 'rule' | 'conntrack' }
  | { readonly kind: 'snat'; readonly before: Socket; readonly after: Socket; readonly by: 'rule' | 'conntrack' }
  | {
      readonly kind: 'route'
      readonly device: string
      readonly gateway: Ip | null
      readonly source: Ip | null
      readonly local: boolean
      readonly route: Route | null
    }
  /** A bridge switches the frame: to one port, or (unknown destination) to several. */
  | { readonly kind: 'bridge'; readonly bridge: string; readonly from: string; readonly to: readonly string[] }
  | { readonly kind: 'encapsulate'; readonly device: string; readonly protocol: 'vxlan' | 'udp'; readonly outer: Packet }
  | { readonly kind: 'decapsulate'; readonly device: string; readonly protocol: 'vxlan' | 'udp'; readonly outer: Packet }
  | { readonly kind: 'conntrack'; readonly state: 'NEW' | 'ESTABLISHED' | 'RELATED' | 'INVALID' | 'UNTRACKED' }
  /** A built-in chain's policy, or a network policy, decided. */
  | { readonly kind: 'policy'; readonly table: string; readonly chain: string; readonly policy: 'ACCEPT' | 'DROP' }
  /** Routed on from one device to another: TTL is one less. */
  | { readonly kind: 'forward'; readonly from: string; readonly to: string }
  /** Leaves through a device for the next namespace. */
  | { readonly kind: 'transmit'; readonly device: string }
  /** A program here takes it; `listener` null: the kernel itself, or the program that had sent the request. */
  | { readonly kind: 'deliver'; readonly listener: Listener | null }
  /** Refused with an answer: by a rule (`with` iptables' word), or because nobody listens. */
  | { readonly kind: 'reject'; readonly with: string; readonly why: string }
  /** Lost without an answer. */
  | { readonly kind: 'drop'; readonly why: string }

export type Step = StepCommon & StepDetail
export type StepKind = Step['kind']
