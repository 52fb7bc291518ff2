// Which IP families a Service gets, and its clusterIPs beside clusterIP: what the modern API server settles when it creates a Service.
// Addresses themselves are allocated elsewhere (control/).
import { familyOf, readIpLeniently } from '../addr/ip'
import type { Loose } from './loose'
import type { ProfileName } from './profile'

type FamilyName = 'IPv4' | 'IPv6'

/** v1.13 has neither ipFamilies nor clusterIPs. */
const HAS_FAMILIES: Readonly<Record<ProfileName, boolean>> = { 'v1.13': false, 'v1.35': true }

const familyName = (address: string): FamilyName | undefined => {
  const ip = readIpLeniently(address)
  return ip === undefined ? undefined : familyOf(ip) === 'ipv4' ? 'IPv4' : 'IPv6'
}

/** Fills clusterIPs, ipFamilies and ipFamilyPolicy in place, for a cluster of this ipFamily. */
export function setServiceFamilies(spec: Loose, ipFamily: 'ipv4' | 'ipv6' | 'dual', profile: ProfileName): void {
  if (!spec.clusterIP && spec.clusterIPs?.[0]) spec.clusterIP = spec.clusterIPs[0]
  if (!HAS_FAMILIES[profile] || spec.type === 'ExternalName') return
  if (spec.clusterIP && !(spec.clusterIPs?.length > 0)) spec.clusterIPs = [spec.clusterIP]
  const selectorless = spec.clusterIP === 'None' && Object.keys(spec.selector ?? {}).length === 0
  const written = (spec.clusterIPs ?? []).map(familyName).filter(Boolean) as FamilyName[]
  const first: FamilyName = spec.ipFamilies?.[0] ?? written[0] ?? (ipFamily === 'ipv6' ? 'IPv6' : 'IPv4')
  const two = written.length > 1 || spec.ipFamilies?.length > 1
  spec.ipFamilyPolicy ??= two || (selectorless && !spec.ipFamilies) ? 'RequireDualStack' : 'SingleStack'
  const both = spec.ipFamilyPolicy !== 'SingleStack' && (ipFamily === 'dual' || selectorless || two)
  spec.ipFamilies = both ? [first, first === 'IPv4' ? 'IPv6' : 'IPv4'] : [first]
}
