// What a Linux machine is made of, as far as packets care: one network namespace as pure data.
// path/ walks it, real/ builds it; nothing here knows of Services or policies.
import type { Cidr } from '../addr/cidr'
import type { Ip } from '../addr/ip'
import type { Mac } from '../addr/mac'
import type { PortRange, Protocol } from '../addr/port'
import type { IpSet } from './ipset'
import type { NftRuleSet } from './nft-rules'
import type { RuleSet } from './rule'

/** An address on a device with its network's length: 10.244.1.1/24. */
export interface InterfaceAddress {
  readonly ip: Ip
  readonly length: number
}

interface DeviceCommon {
  readonly name: string
  readonly mac: Mac
  readonly mtuBytes: number
  /** In the order in which they were added: the first of a network is its primary one. */
  readonly addresses: readonly InterfaceAddress[]
  /** The bridge this device is a port of, with the port's settings. */
  readonly port?: { readonly bridge: string; readonly hairpin: boolean; readonly isolated: boolean; readonly flood: boolean }
}

export type Device = DeviceCommon &
  (
    | { readonly kind: 'loopback' }
    /** A network card on a LAN; all cards of one segment hear each other. */
    | { readonly kind: 'ethernet'; readonly segment: string }
    | { readonly kind: 'veth'; readonly peer: { readonly namespace: string; readonly device: string } }
    | { readonly kind: 'bridge' }
    /** `gbp`: the mark's lower 16 bits travel in the vxlan header. */
    | {
        readonly kind: 'vxlan'
        readonly id: number
        readonly local: Ip
        readonly device: string
        readonly udpPort: number
        readonly gbp?: true
      }
    /** Point to point, without ARP: what leaves by it, a process reads. */
    | { readonly kind: 'tun'; readonly relay: Relay }
  )

/** The process that holds a TUN device: it carries bare IP packets between machines in UDP, as flanneld's backend udp does. */
interface Relay {
  /** `flanneld`. */
  readonly program: string
  /** Where its socket is bound; the datagrams that it sends come from there. */
  readonly local: Ip
  readonly udpPort: number
  /** Which machine has which network. */
  readonly leases: readonly { readonly network: Cidr; readonly machine: Ip }[]
}

export type RouteType = 'unicast' | 'local' | 'broadcast' | 'blackhole' | 'unreachable' | 'prohibit' | 'throw'

/** One line of `ip route`. Connected routes are written here too; the local table follows from the devices' addresses. */
export interface Route {
  readonly type: RouteType
  readonly destination: Cidr
  readonly gateway?: Ip
  readonly device?: string
  /** The address to use as source (`src`). */
  readonly source?: Ip
  readonly protocol?: 'kernel' | 'boot' | 'static' | 'dhcp' | 'ra' | string
  readonly scope?: 'global' | 'link' | 'host'
  readonly metric?: number
  readonly onlink?: boolean
  readonly mtuBytes?: number
  /** 254 (main) when absent. */
  readonly table?: number
  readonly because?: string
}

/** A permanent neighbour: `10.244.2.0 lladdr 02:… dev flannel.1`. */
export interface Neighbour {
  readonly ip: Ip
  readonly mac: Mac
  readonly device: string
  readonly because?: string
}

/** An entry of a vxlan device's forwarding table: frames to `mac` go to the machine at `destination`. */
export interface FdbEntry {
  readonly mac: Mac
  readonly device: string
  readonly destination: Ip
  readonly because?: string
}

/** A program that waits for connections or datagrams. `address` null: on every address. */
export interface Listener {
  readonly protocol: Exclude<Protocol, 'icmp' | 'icmpv6'>
  readonly port: number
  readonly address: Ip | null
  /** What it answers to a request, one line or more; null: its namespace's name. */
  readonly answer: string | null
  readonly because?: string
}

/** `ip rule`: which table decides for which packets. Without any, Linux' own three: local, main, default. */
export interface PolicyRule {
  readonly family: 'ipv4' | 'ipv6'
  readonly priority: number
  readonly from?: Cidr
  readonly to?: Cidr
  readonly in?: string
  /** The device that a socket is bound to. */
  readonly out?: string
  readonly mark?: { readonly value: number; readonly mask: number }
  readonly tos?: number
  /** An IP protocol's number. */
  readonly protocol?: number
  readonly sourcePorts?: PortRange
  readonly destinationPorts?: PortRange
  /** Users whose programs send: every program of hopspec is root's, forwarded packets are nobody's. */
  readonly users?: { readonly first: number; readonly last: number }
  readonly not: boolean
  readonly action: PolicyAction
}

/** `suppressPrefixLength`: routes of that length or shorter do not count. `goto`: on with the rule of that priority. */
export type PolicyAction =
  | { readonly lookup: number; readonly suppressPrefixLength?: number }
  | { readonly goto: number }
  | 'nop'
  | 'blackhole'
  | 'unreachable'
  | 'prohibit'

export interface Program {
  /** `node/master`, `pod/default/web-1`, `client/laptop`, `namespace/a`. */
  readonly name: string
  /** In the order of `ip link`: lo first. */
  readonly devices: readonly Device[]
  readonly routes: readonly Route[]
  readonly policyRules: readonly PolicyRule[]
  readonly neighbours: readonly Neighbour[]
  readonly fdb: readonly FdbEntry[]
  /** Dotted names; what is absent has the kernel's default. */
  readonly sysctls: Readonly<Record<string, number>>
  readonly iptables: RuleSet | null
  readonly ip6tables: RuleSet | null
  readonly nftables: NftRuleSet | null
  readonly ipsets?: readonly IpSet[]
  readonly listeners: readonly Listener[]
  /** Why nothing listens here, where that can be said: told when a packet finds no listener. */
  readonly silent?: string
}

/** Machines and what connects them. Programs may be made on demand, so ask by name; `names` is every name, in a decided order. */
export interface Network {
  readonly names: readonly string[]
  program(name: string): Program | undefined
  /** The namespaces with a card on this LAN. */
  segment(name: string): readonly { readonly namespace: string; readonly device: string }[]
  /** Whether frames between these two machines of a LAN are lost; absent: none are. */
  isCut?(a: string, b: string): boolean
  /** The namespace that has this address on a device of its own (not loopback addresses), if any is known. */
  owner(ip: Ip): string | undefined
  /** The LAN behind which the world lies: a packet that leaves there for an address nobody has is gone. `known`: the pods' and nodes' own networks. */
  readonly outside: { readonly segment: string | null; readonly known: readonly Cidr[] }
}
