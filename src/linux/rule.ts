// iptables' rules as data: Rule = what it matches + what it does. Text is a view, both ways: iptables-save.ts.
import type { Cidr, IpRange } from '../addr/cidr'
import type { Ip } from '../addr/ip'
import type { PortRange, Protocol } from '../addr/port'
import type { Place } from '../error'
import type { ConnbytesMatch } from './connbytes'
import type { MeterMatch } from './meter'
import type { Masked, Not } from './rule-values'
import type { SenderMatch } from './sender'
import type { SetChange } from './set-target'
import type { U32Match } from './u32'

export const TABLES = ['raw', 'mangle', 'nat', 'filter', 'security'] as const
export type TableName = (typeof TABLES)[number]
export const HOOKS = ['PREROUTING', 'INPUT', 'FORWARD', 'OUTPUT', 'POSTROUTING'] as const
export type Hook = (typeof HOOKS)[number]

/** The built-in chains of each table, in the order in which iptables-save prints them. */
export const BUILT_IN: Readonly<Record<TableName, readonly Hook[]>> = {
  raw: ['PREROUTING', 'OUTPUT'],
  mangle: ['PREROUTING', 'INPUT', 'FORWARD', 'OUTPUT', 'POSTROUTING'],
  nat: ['PREROUTING', 'INPUT', 'OUTPUT', 'POSTROUTING'],
  filter: ['INPUT', 'FORWARD', 'OUTPUT'],
  security: ['INPUT', 'FORWARD', 'OUTPUT'],
}

/** What every rule can match of a packet before its modules do (`-s -d -i -o -p -f`). An interface name ending in `+` is a prefix. */
export interface Header {
  readonly source?: Not<Cidr>
  readonly destination?: Not<Cidr>
  readonly in?: Not<string>
  readonly out?: Not<string>
  readonly protocol?: Not<Protocol | number>
  readonly fragment?: Not<true>
}

export const CT_STATES = ['INVALID', 'NEW', 'RELATED', 'ESTABLISHED', 'UNTRACKED', 'SNAT', 'DNAT'] as const
export type CtState = (typeof CT_STATES)[number]
export const ADDRESS_TYPES = [
  'UNSPEC',
  'UNICAST',
  'LOCAL',
  'BROADCAST',
  'ANYCAST',
  'MULTICAST',
  'BLACKHOLE',
  'UNREACHABLE',
  'PROHIBIT',
] as const
export type AddressType = (typeof ADDRESS_TYPES)[number]

export const CT_STATUSES = ['EXPECTED', 'SEEN_REPLY', 'ASSURED', 'CONFIRMED'] as const
type CtStatus = (typeof CT_STATUSES)[number]

/** What `-m conntrack` can ask of a packet's connection. Ports are those of one direction's tuple. */
export interface ConntrackAsked {
  readonly states?: Not<readonly CtState[]>
  readonly protocol?: Not<Protocol | number>
  readonly originalSource?: Not<Cidr>
  readonly originalDestination?: Not<Cidr>
  readonly replySource?: Not<Cidr>
  readonly replyDestination?: Not<Cidr>
  readonly originalSourcePort?: Not<PortRange>
  readonly originalDestinationPort?: Not<PortRange>
  readonly replySourcePort?: Not<PortRange>
  readonly replyDestinationPort?: Not<PortRange>
  readonly statuses?: Not<readonly CtStatus[]>
  readonly direction?: 'ORIGINAL' | 'REPLY'
}

/** One `-m` module with its options, in the order written. */
export type Match =
  | { readonly match: 'comment'; readonly text: string }
  | {
      readonly match: 'tcp' | 'udp' | 'sctp'
      readonly sourcePorts?: Not<PortRange>
      readonly destinationPorts?: Not<PortRange>
      readonly flags?: Not<{ readonly mask: readonly string[]; readonly set: readonly string[] }>
    }
  | { readonly match: 'icmp' | 'icmp6'; readonly type: Not<{ readonly type: number; readonly code: number | null }> }
  | { readonly match: 'mark'; readonly mark: Not<Masked> }
  | ({ readonly match: 'conntrack' } & ConntrackAsked)
  | { readonly match: 'connmark'; readonly mark: Not<Masked> }
  | { readonly match: 'iprange'; readonly source?: Not<IpRange>; readonly destination?: Not<IpRange> }
  /** `hl` is IPv6's name for it. */
  | { readonly match: 'ttl' | 'hl'; readonly compare: 'eq' | 'lt' | 'gt'; readonly not: boolean; readonly value: number }
  | { readonly match: 'tos'; readonly tos: Not<Masked> }
  | { readonly match: 'dscp'; readonly dscp: Not<number> }
  | { readonly match: 'length'; readonly bytes: Not<PortRange> }
  /** The MSS option of a TCP packet; without the option it does not match, nor does its opposite. */
  | { readonly match: 'tcpmss'; readonly mss: Not<PortRange> }
  | { readonly match: 'pkttype'; readonly type: Not<'unicast' | 'broadcast' | 'multicast'> }
  | SenderMatch
  | MeterMatch
  | ConnbytesMatch
  | U32Match
  | { readonly match: 'state'; readonly states: Not<readonly CtState[]> }
  | {
      readonly match: 'statistic'
      readonly mode: 'random'
      readonly not: boolean /** 0 … 2³¹: matches when 31 random bits are below it. */
      readonly threshold: number
    }
  | { readonly match: 'statistic'; readonly mode: 'nth'; readonly not: boolean; readonly every: number; readonly packet: number }
  | {
      readonly match: 'addrtype'
      readonly source?: Not<readonly AddressType[]>
      readonly destination?: Not<readonly AddressType[]>
      readonly limit?: 'in' | 'out'
    }
  | {
      readonly match: 'recent'
      readonly not: boolean
      readonly action: 'set' | 'rcheck' | 'update' | 'remove'
      readonly seconds?: number
      readonly reap: boolean
      readonly hitcount?: number
      readonly name: string
      readonly mask: Ip
      readonly side: 'rsource' | 'rdest'
    }
  | {
      readonly match: 'physdev'
      readonly in?: Not<string>
      readonly out?: Not<string>
      readonly isIn?: boolean
      readonly isOut?: boolean
      readonly isBridged?: boolean
    }
  | {
      readonly match: 'multiport'
      readonly side: 'sports' | 'dports' | 'ports'
      readonly not: boolean
      readonly ports: readonly PortRange[]
    }
  | { readonly match: 'nfacct'; readonly name: string }
  /** `src,dst` per dimension of the set; with returnNomatch only members marked nomatch count. */
  | { readonly match: 'set'; readonly set: Not<string>; readonly directions: readonly ('src' | 'dst')[]; readonly returnNomatch: boolean }
  /** A module that hopspec reads and prints but does not evaluate: a packet that reaches it ends as `unknown`. */
  | { readonly match: 'unmodelled'; readonly module: string; readonly words: readonly string[] }

/** What DNAT and SNAT write; a family's address and ports, each optional. */
export interface Translation {
  readonly first?: Ip
  readonly last?: Ip
  readonly ports?: PortRange
  readonly random?: 'random' | 'random-fully'
  readonly persistent?: boolean
}

export type RejectWith =
  | 'icmp-net-unreachable'
  | 'icmp-host-unreachable'
  | 'icmp-port-unreachable'
  | 'icmp-proto-unreachable'
  | 'icmp-net-prohibited'
  | 'icmp-host-prohibited'
  | 'icmp-admin-prohibited'
  | 'tcp-reset'
  | 'icmp6-no-route'
  | 'icmp6-adm-prohibited'
  | 'icmp6-addr-unreachable'
  | 'icmp6-port-unreachable'
  | 'icmp6-policy-fail'
  | 'icmp6-reject-route'

export interface CtZone {
  readonly id: number | 'mark'
  readonly only?: 'orig' | 'reply'
}

export type Target =
  | { readonly do: 'ACCEPT' }
  | { readonly do: 'DROP' }
  | { readonly do: 'RETURN' }
  | { readonly do: 'jump'; readonly chain: string }
  | { readonly do: 'goto'; readonly chain: string }
  /** `mark = (mark & ~mask) ^ value`. */
  | { readonly do: 'MARK'; readonly value: number; readonly mask: number }
  | { readonly do: 'MASQUERADE'; readonly ports?: PortRange; readonly random?: 'random' | 'random-fully' }
  | { readonly do: 'DNAT'; readonly to: Translation }
  | { readonly do: 'SNAT'; readonly to: Translation }
  | { readonly do: 'REDIRECT'; readonly ports?: PortRange; readonly random?: 'random' }
  | { readonly do: 'REJECT'; readonly with: RejectWith }
  | { readonly do: 'NOTRACK' }
  /** How connections are tracked: in a zone of their own (`mark`: the packet's), for one direction or both. `options`: helpers, events, timeouts, as written. */
  | { readonly do: 'CT'; readonly options: readonly string[]; readonly zone?: CtZone }
  /** To a transparent socket of this machine, whatever the packet's address. Without one the packet is lost. */
  | { readonly do: 'TPROXY'; readonly port: number; readonly ip: Ip; readonly mark: Masked }
  /** The whole network part is rewritten, the host part stays. */
  | { readonly do: 'NETMAP'; readonly to: Cidr }
  /** `ctmark = (ctmark & ~mask) ^ value`; save: the packet's mark into the connection's; restore: back. */
  | { readonly do: 'CONNMARK'; readonly set: Masked }
  | { readonly do: 'CONNMARK'; readonly copy: 'save' | 'restore'; readonly packetMask: number; readonly connectionMask: number }
  | { readonly do: 'DSCP'; readonly dscp: number }
  | { readonly do: 'TOS'; readonly value: number; readonly mask: number }
  | { readonly do: 'TTL' | 'HL'; readonly change: 'set' | 'inc' | 'dec'; readonly by: number }
  /** Writes the MSS option of SYNs, never raising it; `clamp`: to the MTU of the ways there and back. */
  | { readonly do: 'TCPMSS'; readonly mss: number | 'clamp' }
  /** Writes to a log and changes nothing; the options are kept as written. */
  | { readonly do: 'LOG' | 'NFLOG'; readonly words: readonly string[] }
  | SetChange
  /** A target that hopspec reads and prints but does not carry out. */
  | { readonly do: 'unmodelled'; readonly target: string; readonly words: readonly string[] }

export interface Rule {
  readonly header: Header
  readonly matches: readonly Match[]
  readonly target: Target | null
  /** The object it was made for, as `service default/mytest-svc`; absent for rules from a dump. */
  readonly because?: string
  /** Where that object, or the rule itself, stands in the input. */
  readonly place?: Place
}

export interface Chain {
  readonly name: string
  /** Built-in chains have a policy, user chains null. */
  readonly policy: 'ACCEPT' | 'DROP' | null
  readonly rules: readonly Rule[]
}

export interface Table {
  readonly name: TableName
  readonly chains: readonly Chain[]
}

/** All that iptables (or ip6tables) holds in one network namespace. Tables in the order in which they are to be printed. */
export interface RuleSet {
  readonly family: 'ipv4' | 'ipv6'
  readonly tables: readonly Table[]
}
