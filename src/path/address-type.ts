// What kind of address the routes say an address is: `-m addrtype` and nftables' `fib … type`.
// Stands for inet_dev_addr_type, match_type6 of xt_addrtype and __nft_fib6_eval_type. Not simulated: anycast addresses.
import { type Ip, type Ip6, isMulticast } from '../addr/ip'
import { type Fib, isTaken, type Question } from './fib'

export type AddressType = 'UNSPEC' | 'UNICAST' | 'LOCAL' | 'BROADCAST' | 'MULTICAST' | 'BLACKHOLE' | 'UNREACHABLE' | 'PROHIBIT'

const FIRST_OF_HOSTS = 0x01000000
const EVERYBODY = 0xffffffff

/** Of IPv4 addresses only the kernel's own table is asked: no other route, and no policy rule, has a word in it. `only`: this device's alone. */
export function typeOfFour(fib: Fib, ip: number & Ip, only: string | null): AddressType {
  if (ip < FIRST_OF_HOSTS || ip === EVERYBODY) return 'BROADCAST'
  if (isMulticast(ip)) return 'MULTICAST'
  const route = fib.lookLocal(ip)
  if (route === undefined || (only !== null && route.device !== only)) return 'UNICAST'
  return route.type === 'broadcast' ? 'BROADCAST' : 'LOCAL'
}

/** What nftables calls an IPv6 address: the whole look-up counts, with its policy rules. */
export function typeOfSix(fib: Fib, about: Question & { readonly destination: Ip6 }, only: string | null): AddressType {
  const ip = about.destination
  if (ip === 0n) return 'UNSPEC'
  if (isMulticast(ip)) return 'MULTICAST'
  const found = fib.look(about)
  if (!isTaken(found)) return found.to === 'blackhole' ? 'BLACKHOLE' : found.to === 'prohibit' ? 'PROHIBIT' : 'UNREACHABLE'
  if (found.rejects) return 'UNREACHABLE'
  return found.to === 'local' && (only === null || found.device === only) ? 'LOCAL' : 'UNICAST'
}

/** `only`: routes by this device alone. iptables asks for all of what an IPv6 address itself is (UNICAST, MULTICAST, UNSPEC), and for any of what routes say of it. */
export function fitsSix(fib: Fib, ip: Ip6, only: string | null, wanted: readonly string[]): boolean {
  const own = { MULTICAST: isMulticast(ip), UNICAST: !isMulticast(ip) && ip !== 0n, UNSPEC: ip === 0n }
  if (Object.entries(own).some(([type, is]) => wanted.includes(type) && !is)) return false
  if (!['LOCAL', 'ANYCAST', 'UNREACHABLE'].some(type => wanted.includes(type))) return true
  const found = fib.look({ destination: ip, source: null, in: null, mark: 0, ...(only !== null && { out: only }) })
  if (!isTaken(found) || found.rejects) return wanted.includes('UNREACHABLE')
  return wanted.includes('LOCAL') && found.to === 'local' && (only === null || found.device === only)
}
