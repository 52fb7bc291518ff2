// The parts of nftables rules that pod network programs write, by name: what a rule asks, what it does.
import type { Cidr } from '../addr/cidr'
import { bitsOf, type Ip } from '../addr/ip'
import type { NftBase, NftChain, NftPart, NftRule, NftStatement } from '../linux/nft-rules'
import type { FieldKey, NftHeader } from '../linux/nft-types'

const value = (v: number | bigint | string): NftPart => ({ is: 'value', value: v })

/** An address or a network as nft holds it: a whole host is a value. */
function addressPart({ ip, length }: Cidr): NftPart {
  return length === bitsOf(typeof ip === 'number' ? 'ipv4' : 'ipv6') ? value(ip) : { is: 'prefix', first: ip, length }
}

const asks = (of: FieldKey, part: NftPart, not = false): NftStatement => ({
  do: 'match',
  of,
  compare: not ? '!=' : '==',
  with: { is: 'value', value: [part] },
})
const header = (network: Cidr): NftHeader => (typeof network.ip === 'number' ? 'ip' : 'ip6')

/** `ip saddr 10.244.0.0/16`. */
export const saddr = (network: Cidr, not = false): NftStatement =>
  asks({ read: 'payload', header: header(network), field: 'saddr' }, addressPart(network), not)
export const daddr = (network: Cidr, not = false): NftStatement =>
  asks({ read: 'payload', header: header(network), field: 'daddr' }, addressPart(network), not)
/** `meta mark 0x00004000`: the whole mark. */
export const metaMark = (mark: number): NftStatement => asks({ read: 'meta', key: 'mark' }, value(mark))
/** `tcp dport 8080`. */
export const dport = (protocol: 'tcp' | 'udp' | 'sctp', port: number): NftStatement =>
  asks({ read: 'payload', header: protocol, field: 'dport' }, value(port))

export const verdict = (is: 'accept' | 'drop' | 'return'): NftStatement => ({ do: 'verdict', verdict: { is } })
export const jumpTo = (chain: string): NftStatement => ({ do: 'verdict', verdict: { is: 'jump', chain } })
export const goTo = (chain: string): NftStatement => ({ do: 'verdict', verdict: { is: 'goto', chain } })
export const nftMasquerade = (fully = false): NftStatement => ({ do: 'nat', kind: 'masquerade', flags: fully ? ['fully-random'] : [] })
/** `dnat to 10.22.0.2:80`. */
export const dnatTo = (ip: Ip, port: number): NftStatement => ({
  do: 'nat',
  kind: 'dnat',
  to: { is: 'written', address: value(ip), ports: value(port) },
  flags: [],
})

export const nftRule = (because: string, statements: readonly NftStatement[], comment?: string): NftRule => ({
  statements,
  because,
  ...(comment === undefined ? {} : { comment }),
})
export const nftChain = (name: string, rules: readonly NftRule[], base?: Omit<NftBase, 'policy'>, comment?: string): NftChain => ({
  name,
  rules,
  ...(base && { base: { ...base, policy: 'accept' } }),
  ...(comment === undefined ? {} : { comment }),
})
