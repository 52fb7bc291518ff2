// In which order a resolver gives addresses to a program: RFC 6724 as far as it shows in a cluster, where every address is equally near.
import type { Ip } from '../addr/ip'
import type { ResolverName } from './query'

/** fc00::/7, unique local addresses: what IPv6 pods have. */
const isUniqueLocal = (ip: Ip): boolean => typeof ip === 'bigint' && ip >> 121n === 0x7en

/** Addresses of a family that the machine lacks come last; glibc puts IPv6 first, musl only where it is global. Otherwise the order stays. */
export function preferred(
  resolver: ResolverName,
  addresses: readonly Ip[],
  families: { readonly ipv4: boolean; readonly ipv6: boolean },
): readonly Ip[] {
  const rank = (ip: Ip): number => {
    if (typeof ip === 'number') return families.ipv4 ? 1 : 3
    if (!families.ipv6) return 4
    return resolver === 'musl' && isUniqueLocal(ip) ? 2 : 0
  }
  if (resolver === 'busybox') return addresses
  return [...addresses].sort((a, b) => rank(a) - rank(b))
}
