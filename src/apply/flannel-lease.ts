// How flanneld comes to its subnet where its leases are kept in etcd: its configuration in flanneld's words, and which subnet a machine gets.
// Stands for flannel's subnet/config.go and subnet/etcd/local_manager.go. Not simulated: expiry, reservations, IPv6.
import { type Cidr, cidrText, contains, networkOf, rangeOf, readCidr } from '../addr/cidr'
import { addToIp, compareIps, familyOf, type Ip, readIp } from '../addr/ip'

/** The configuration under /coreos.com/network/config, as far as subnets follow from it. */
export interface SubnetConfig {
  readonly Network?: string
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

const SHORTEST_FOR_24 = 22
const LONGEST_NETWORK = 28
const LONGEST_SUBNET = 31

/** The range, or what flanneld says each second instead of starting. */
export function readSubnetRange(config: SubnetConfig): SubnetRange | string {
  const read = readCidr(config.Network ?? '')
  if (read === undefined || familyOf(read.ip) !== 'ipv4') return `invalid CIDR address: ${config.Network ?? ''}`
  const network = networkOf(read.ip, read.length)
  if (config.SubnetLen === undefined && network.length > LONGEST_NETWORK)
    return 'Network is too small. Minimum useful network prefix is /28'
  const length = config.SubnetLen ?? (network.length <= SHORTEST_FOR_24 ? 24 : network.length + 2)
  if (length >= LONGEST_SUBNET) return 'SubnetLen must be less than /31'
  if (length < network.length + 2) return 'Network must be able to accommodate at least four subnets'
  const { first, last } = rangeOf(network)
  const min = config.SubnetMin === undefined ? addToIp(first, 2 ** (32 - length))! : readIp(config.SubnetMin)
  const max = config.SubnetMax === undefined ? networkOf(last, length).ip : readIp(config.SubnetMax)
  for (const [name, ip] of [
    ['SubnetMin', min],
    ['SubnetMax', max],
  ] as const) {
    if (ip === undefined || !contains(network, ip)) return `${name} is not in the range of the Network`
    if (networkOf(ip, length).ip !== ip) return `${name} is not on a SubnetLen boundary: ${config[name]}`
  }
  return { network, length, min: min!, max: max! }
}

/** flanneld looks at so many free subnets and takes one of them by chance. */
const MOST_CANDIDATES = 100

/** The free subnets that flanneld would choose from, from the lowest on. */
export function candidates(range: SubnetRange, taken: readonly Cidr[]): readonly Cidr[] {
  const used = new Set(taken.map(cidrText))
  const free: Cidr[] = []
  for (let ip: Ip | undefined = range.min; ip !== undefined && compareIps(ip, range.max) <= 0; ip = addToIp(ip, 2 ** (32 - range.length))) {
    const subnet = { ip, length: range.length }
    if (!used.has(cidrText(subnet))) free.push(subnet)
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
