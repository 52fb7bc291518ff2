// Which Kubernetes a cluster is: versions differ in rule texts, hashes, events and error texts. Each room keeps its own data by profile name.

/** The versions that hopspec knows in full. */
export const PROFILES = ['v1.13', 'v1.35'] as const
export type ProfileName = (typeof PROFILES)[number]

export const DEFAULT_VERSION = 'v1.35.4'

/** A version as written, and the profile that stands for it; `exact` false: no profile of its own, the nearest is taken. */
export interface ChosenProfile {
  readonly version: string
  readonly profile: ProfileName
  readonly exact: boolean
}

/** Reads `v1.13.0`; undefined for text that is no Kubernetes version. v1.13.x, v1.35.x and v1.36.x have profiles. */
export function chooseProfile(version: string): ChosenProfile | undefined {
  const parts = /^v?1\.(\d{1,3})(?:\.\d{1,3})?$/.exec(version)
  if (!parts) return undefined
  const minor = Number(parts[1])
  const exact = minor === 13 || minor === 35 || minor === 36
  return {
    version: version.startsWith('v') ? version : `v${version}`,
    profile: Math.abs(minor - 13) < Math.abs(minor - 35) ? 'v1.13' : 'v1.35',
    exact,
  }
}
