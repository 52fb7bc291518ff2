// Which IP families a Service gets, and its clusterIPs beside clusterIP: what the modern API server settles when it creates a Service.
// Addresses themselves are allocated elsewhere (control/).
import { type FieldError, invalid } from './field-error'
import { goFamily } from './go-ip'
import type { Loose } from './loose'
import type { ProfileName } from './profile'
import { validateAddresses } from './validate-service'

type FamilyName = 'IPv4' | 'IPv6'

/** v1.13 has neither ipFamilies nor clusterIPs. */
const HAS_FAMILIES: Readonly<Record<ProfileName, boolean>> = { 'v1.13': false, 'v1.35': true }

const familyName = (address: string): FamilyName | undefined => {
  const family = goFamily(address)
  return family === undefined ? undefined : family === 'ipv4' ? 'IPv4' : 'IPv6'
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

const MUST_BE_DUAL = "must be 'RequireDualStack' or 'PreferDualStack' when multiple"

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a ?? []) === JSON.stringify(b ?? [])

/** Whether an update leaves a PreferDualStack Service as it is, also where the cluster has come to have other families. */
export const keepsPreference = (spec: Loose, old: Loose): boolean =>
  [spec, old].every(s => s.ipFamilyPolicy === 'PreferDualStack' && s.type !== 'ExternalName') &&
  same(spec.clusterIPs, old.clusterIPs) &&
  same(spec.ipFamilies, old.ipFamilies)

/** An update in place: the policy that it does not name is the stored one; a new SingleStack lets go of the second address and family. */
export function adoptFamilies(spec: Loose, old: Loose): void {
  if (spec.type === 'ExternalName') return
  if (old.ipFamilyPolicy) spec.ipFamilyPolicy ??= old.ipFamilyPolicy
  if (spec.ipFamilyPolicy !== 'SingleStack') return
  for (const list of ['clusterIPs', 'ipFamilies']) if (spec[list]?.length > 1 && same(spec[list], old[list])) spec[list] = [spec[list][0]]
}

/** Any other policy keeps both. */
function releaseErrors(spec: Loose, old: Loose): FieldError[] {
  if (spec.ipFamilyPolicy === 'SingleStack') return []
  return [
    ['clusterIPs', 'cluster IP'],
    ['ipFamilies', 'IP family'],
  ].flatMap(([list, what]) => {
    const [has, had]: readonly number[] = [spec[list!]?.length ?? 0, old[list!]?.length ?? 0]
    const released = has! > 0 && has! < had!
    return released
      ? [invalid(['spec', 'ipFamilyPolicy'], spec.ipFamilyPolicy ?? null, `must be 'SingleStack' to release the secondary ${what}`)]
      : []
  })
}

/** What the API server refuses before it allocates: addresses, families and policy that do not fit each other, or not the cluster, or not what was there before. */
export function familyErrors(spec: Loose, ipFamily: 'ipv4' | 'ipv6' | 'dual', profile: ProfileName, old?: Loose): FieldError[] {
  if (!HAS_FAMILIES[profile] || spec.type === 'ExternalName' || (old !== undefined && keepsPreference(spec, old))) return []
  const related = validateAddresses(spec)
  if (related.length > 0) return related
  const families: string[] = spec.ipFamilies ?? []
  const ips: string[] = spec.clusterIPs ?? (spec.clusterIP ? [spec.clusterIP] : [])
  const policy: string = spec.ipFamilyPolicy ?? 'SingleStack'
  const at = ['spec', 'ipFamilyPolicy']
  const errors: FieldError[] = old === undefined ? [] : releaseErrors(spec, old)
  const has = (family: string | undefined): boolean => ipFamily === 'dual' || family === (ipFamily === 'ipv4' ? 'IPv4' : 'IPv6')
  if (policy === 'SingleStack') {
    if (ips.length === 2) errors.push(invalid(at, policy, `${MUST_BE_DUAL} cluster IPs are specified`))
    if (families.length === 2) errors.push(invalid(at, policy, `${MUST_BE_DUAL} IP families are specified`))
  }
  for (const [i, ip] of ips.entries()) {
    const family = familyName(ip)
    if (family !== undefined && i >= families.length && !has(family))
      errors.push(invalid(['spec', 'clusterIPs', i], ips, `${family} is not configured on this cluster`))
  }
  const selectorless = ips[0] === 'None' && Object.keys(spec.selector ?? {}).length === 0
  if (errors.length > 0 || selectorless) return errors
  if (policy === 'RequireDualStack' && ipFamily !== 'dual')
    errors.push(invalid(at, policy, 'this cluster is not configured for dual-stack services'))
  for (const [i, family] of families.entries())
    if (!has(family)) errors.push(invalid(['spec', 'ipFamilies', i], family, 'not configured on this cluster'))
  return errors
}

/** clusterIP and clusterIPs[0] say the same; the one that an update changed wins. */
export function syncAddresses(spec: Loose, old: Loose | undefined): void {
  if (old === undefined) {
    if (spec.clusterIP && !(spec.clusterIPs?.length > 0)) spec.clusterIPs = [spec.clusterIP]
    return
  }
  const changed = spec.clusterIP !== old.clusterIP
  const listChanged = !same(spec.clusterIPs, old.clusterIPs)
  if (changed && !listChanged) {
    if (spec.clusterIP) spec.clusterIPs = [spec.clusterIP, ...(spec.clusterIPs ?? []).slice(1)]
    else delete spec.clusterIPs
  } else if (listChanged && !changed) {
    if (spec.clusterIPs?.length > 0) spec.clusterIP = spec.clusterIPs[0]
    else delete spec.clusterIP
  }
}
