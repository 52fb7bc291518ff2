// How flanneld comes to its subnet where its leases are kept in etcd: its configuration in flanneld's words, and which subnet a machine gets.
// Stands for flannel's subnet/config.go and subnet/etcd/local_manager.go. Not simulated: expiry, reservations.
import { type Cidr, cidrText, contains, networkOf, overlaps, rangeOf, readCidr } from '../addr/cidr'
import { bitsOf, compareIps, familyOf, type Ip, ipText, parseIp, readIp } from '../addr/ip'
import type { SubnetWords } from './flannel-facts'

/** The configuration under /coreos.com/network/config, as far as subnets of one family follow from it: the words of IPv6 without their prefix. */
export interface SubnetConfig extends SubnetWish {
  readonly Network?: string
}

export interface SubnetWish {
  readonly SubnetLen?: number
  readonly SubnetMin?: string
  readonly SubnetMax?: string
}

/** Where subnets are drawn: from `min` to `max`, each `length` long. */
export interface SubnetRange {
  readonly network: Cidr
  readonly length: number
  readonly min: Ip
  readonly max: Ip
}

/** Subnets along, or back, from a subnet; undefined beyond the last address. */
function stepped(ip: Ip, length: number, steps: 1 | -1): Ip | undefined {
  const bits = bitsOf(familyOf(ip))
  const next = BigInt(ip) + BigInt(steps) * 2n ** BigInt(bits - length)
  if (next < 0n || next >= 2n ** BigInt(bits)) return undefined
  return (typeof ip === 'number' ? Number(next) : next) as Ip
}

/** Every node's subnet has at least four addresses, and the network room for four such; the first of them is left free. */
export function readSubnetRange(config: SubnetConfig, words: SubnetWords): SubnetRange | string {
  const { prefix, bits, usual } = words
  if (config.Network === undefined && words.noNetwork !== null) return words.noNetwork
  const read = config.Network === undefined ? { ip: parseIp('0.0.0.0'), length: 0 } : readCidr(config.Network)
  if (read === undefined || bitsOf(familyOf(read.ip)) !== bits) return `invalid CIDR address: ${config.Network}`
  const network = networkOf(read.ip, read.length)
  if (!config.SubnetLen && network.length > bits - 4) return words.tooSmall
  const length = config.SubnetLen || (network.length <= usual - 2 ? usual : network.length + 2)
  if (length >= bits - 1) return `SubnetLen must be less than /${bits - 1}`
  if (length < network.length + 2) return words.tooFew
  const { first, last } = rangeOf(network)
  const min = config.SubnetMin === undefined ? stepped(first, length, 1)! : readIp(config.SubnetMin)
  const max = config.SubnetMax === undefined ? networkOf(last, length).ip : readIp(config.SubnetMax)
  const ends = [
    [`${prefix}SubnetMin`, min],
    [`${prefix}SubnetMax`, max],
  ] as const
  for (const [name, ip] of ends)
    if (ip === undefined || bitsOf(familyOf(ip)) !== bits || !contains(network, ip))
      return `${name} is not in the range of the ${prefix}Network`
  for (const [name, ip] of ends) if (networkOf(ip!, length).ip !== ip) return `${name} is not on a SubnetLen boundary: ${ipText(ip!)}`
  return { network, length, min: min!, max: max! }
}

/** flanneld looks at so many free subnets and takes one of them by chance. */
const MOST_CANDIDATES = 100

/** The free subnets that flanneld would choose from, from the lowest on: those that share no address with one that is taken. */
export function candidates(range: SubnetRange, taken: readonly Cidr[]): readonly Cidr[] {
  const used = new Set(taken.map(cidrText))
  const others = taken.filter(t => t.length !== range.length)
  const free: Cidr[] = []
  for (let ip: Ip | undefined = range.min; ip !== undefined && compareIps(ip, range.max) <= 0; ip = stepped(ip, range.length, 1)) {
    const subnet = { ip, length: range.length }
    if (!used.has(cidrText(subnet)) && !others.some(other => overlaps(other, subnet))) free.push(subnet)
    if (free.length === MOST_CANDIDATES) break
  }
  return free
}

export interface Lease {
  readonly subnet: Cidr
  readonly publicIP: Ip
}

const fits = (range: SubnetRange, subnet: Cidr): boolean =>
  subnet.length === range.length && compareIps(subnet.ip, range.min) >= 0 && compareIps(subnet.ip, range.max) <= 0

/**
 * The subnet of a machine: that of its own lease, else the one that its subnet.env still has, else one that is drawn. null: `out of subnets`, and flanneld ends.
 * `draw` gives a number below the one it is given.
 */
export function acquire(
  range: SubnetRange,
  leases: readonly Lease[],
  machine: { readonly publicIP: Ip; readonly previous?: Cidr },
  draw: (below: number) => number,
): Cidr | null {
  const own = leases.find(l => l.publicIP === machine.publicIP)
  if (own && fits(range, own.subnet)) return own.subnet
  const others = leases.filter(l => l !== own).map(l => l.subnet)
  const { previous } = machine
  if (previous && fits(range, previous) && !others.some(s => s.ip === previous.ip)) return previous
  const free = candidates(range, others)
  return free.length === 0 ? null : free[draw(free.length)]!
}
