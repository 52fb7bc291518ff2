// Ports, port ranges and transport protocols as values.

/** Transport protocols, as ip(8) and iptables write them. */
export const PROTOCOLS = ['tcp', 'udp', 'sctp', 'icmp', 'icmpv6'] as const
export type Protocol = (typeof PROTOCOLS)[number]

/** IANA numbers of the protocols we speak of by name. */
export const PROTOCOL_NUMBERS = { icmp: 1, tcp: 6, udp: 17, icmpv6: 58, sctp: 132 } as const satisfies Record<Protocol, number>

/** The protocol a word names, in any case; undefined for other words. */
export const readProtocol = (text: string): Protocol | undefined => PROTOCOLS.find(p => p === text.toLowerCase())

/** A port number 1 … 65535 in decimal digits without leading zeros, or undefined. */
export function readPort(text: string): number | undefined {
  const port = /^[1-9]\d{0,4}$/.test(text) ? Number(text) : Number.NaN
  return port <= 65535 ? port : undefined
}

/** All ports from `first` to `last`, both included. */
export interface PortRange {
  readonly first: number
  readonly last: number
}

/** `80` or `80:90` (iptables' colon; others pass their own). */
export const portRangeText = (range: PortRange, separator = ':'): string =>
  range.first === range.last ? `${range.first}` : `${range.first}${separator}${range.last}`
