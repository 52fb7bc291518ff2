// The trace as JSON: the contract of the command line (`trace -o json`), and all that the report and the steps know of a probe.
// Addresses are text here: `10.244.1.2:8080`, `[fd00::1]:80`, bare for ICMP. Fields may be added, never changed.
import type { DnsLookupJson } from '../dns/json'
import type { Connection } from '../path/connection'
import type { Fate } from './fate'

export interface FlowJson {
  readonly name?: string
  readonly from: string
  readonly to: string
  readonly protocol: string
  readonly via?: string
  readonly sourcePort?: number
}

/** A packet as the steps show it. */
export interface PacketJson {
  readonly protocol: string
  readonly source: string
  readonly destination: string
  readonly ttl: number
  readonly lengthBytes: number
  /** 0 when the kernel carries no mark. */
  readonly mark: number
  /** `syn`, `syn ack`, `rst`; `type 3 code 1` for ICMP; empty for datagrams. */
  readonly detail: string
}

interface StepCommonJson {
  /** The packet after the step. */
  readonly packet: PacketJson
}

export type StepJson = StepCommonJson &
  (
    | { readonly kind: 'send' }
    | { readonly kind: 'receive'; readonly device: string }
    | {
        readonly kind: 'rule'
        readonly family: 'ip' | 'ip6' | 'nft'
        readonly table: string
        readonly chain: string
        readonly hook: string
        readonly rule: string
        /** What it does and why in one phrase, `→ KUBE-SEP-A, by chance 0.33333`; null for rules that are only text. */
        readonly says: string | null
        readonly because: string | null
        /** Where the object that made the rule stands, `svc.yaml:3:1`; null when it has no place in the input. */
        readonly place: string | null
      }
    | { readonly kind: 'dnat' | 'snat'; readonly before: string; readonly after: string; readonly by: 'rule' | 'conntrack' }
    | {
        readonly kind: 'route'
        readonly device: string
        readonly gateway: string | null
        readonly source: string | null
        readonly local: boolean
        readonly route: string | null
      }
    | { readonly kind: 'bridge'; readonly bridge: string; readonly from: string; readonly to: readonly string[] }
    | {
        readonly kind: 'encapsulate' | 'decapsulate'
        readonly device: string
        readonly protocol: 'udp'
        readonly tunnel: 'vxlan' | 'udp'
        readonly outer: string
      }
    | { readonly kind: 'conntrack'; readonly state: string }
    | { readonly kind: 'policy'; readonly table: string; readonly chain: string; readonly policy: string }
    | { readonly kind: 'forward'; readonly from: string; readonly to: string }
    | { readonly kind: 'transmit'; readonly device: string }
    | { readonly kind: 'deliver'; readonly listener: string | null }
    | { readonly kind: 'reject'; readonly with: string; readonly why: string }
    | { readonly kind: 'drop'; readonly why: string }
  )

/** One Linux network namespace that the packet was in. */
export interface HopJson {
  /** `node/master`, `pod/default/web-1`, `client/laptop`, `namespace/a`. */
  readonly in: string
  /** The node whose machine this namespace is on; null for clients and networks without Kubernetes. */
  readonly node: string | null
  readonly steps: readonly StepJson[]
}

export interface ClientJson {
  /** `closed` and `reset`, after a connection was made, only real kernels show. */
  readonly result: 'answered' | 'refused' | 'timeout' | 'icmp' | 'error' | 'closed' | 'reset'
  readonly icmp?: { readonly type: number; readonly code: number; readonly from: string; readonly mtu?: number }
  readonly errno?: string
  /** What curl prints, and its exit code; null for protocols that curl does not speak. */
  readonly curl?: { readonly exit: number; readonly text: string } | null
}

export interface OutcomeJson {
  readonly probability: { readonly fraction: string; readonly decimal: number }
  readonly fate: Fate
  /** The place that answered; null when nobody is known there. */
  readonly answeredBy: string | null
  /** What it answered: the body that curl prints; null where nothing was answered. */
  readonly answer: string | null
  /** Source and destination as the receiver sees them; of the packet's last moment where nobody received it. */
  readonly destination: string
  readonly source: string
  readonly translated: { readonly destination: boolean; readonly source: boolean }
  /** For drops, rejects and unknowns: the rule, route or missing listener, with its place. */
  readonly decidedBy: string | null
  /** One sentence for people: why it ended so, and what to change; null where nothing is wrong. */
  readonly explanation: string | null
  readonly hops: readonly HopJson[]
  readonly reply: { readonly fate: Fate; readonly decidedBy: string | null; readonly hops: readonly HopJson[] } | null
  readonly client: ClientJson
  /** By namespace (without its `node/` prefix only in networks without Kubernetes), sorted. */
  readonly conntrack: Readonly<Record<string, readonly Connection[]>>
  readonly wire: readonly string[]
  /** Of a request to a name: which way of the trace's `dns` the lookup before it took. */
  readonly dnsWay?: number
}

/** The ways of packets to one name server, over one transport. */
export interface DnsPathJson {
  /** `10.96.0.10:53`. */
  readonly server: string
  readonly transport: 'udp' | 'tcp'
  /** Every way that a question of a fresh socket can go. */
  readonly outcomes: readonly OutcomeJson[]
}

/** One way that a lookup can go. */
export interface DnsWayJson {
  readonly probability: { readonly fraction: string; readonly decimal: number }
  /** As the program said it. */
  readonly name: string
  readonly lookup: DnsLookupJson
  readonly nameservers: readonly string[]
  /** For each question that the client sent, in order: its path, and which outcome of it this way took. */
  readonly sent: readonly { readonly path: number; readonly outcome: number }[]
  readonly paths: readonly DnsPathJson[]
  /** Time lost to timeouts, in milliseconds. */
  readonly tookMs: number
}

export interface TraceJson {
  readonly flow: FlowJson
  readonly outcomes: readonly OutcomeJson[]
  /** Of a request to a name: every way that the lookup can go. */
  readonly dns?: readonly DnsWayJson[]
}
