// The CNI of a cluster: its name, and the settings that it has, with their versions filled in.
import type { ClusterConfig, CniName } from './cluster-config'
import type { Complaints } from './complaints'
import { nearest } from './finding-text'
import type { ProfileName } from './profile'

/** The words under `cni` that each has beside its name. */
export const CNI_SETTINGS: Readonly<Record<CniName, readonly string[]>> = {
  none: [],
  docker0: ['ipMasq', 'nodeRoutes', 'forwardPolicy'],
  bridge: [
    'version',
    'bridge',
    'ipMasq',
    'ipMasqBackend',
    'hairpinMode',
    'isGateway',
    'isDefaultGateway',
    'forceAddress',
    'mtu',
    'promiscMode',
    'portmap',
    'nodeRoutes',
    'vlan',
  ],
  flannel: [
    'version',
    'backend',
    'bridge',
    'ipMasq',
    'forwardRules',
    'nftables',
    'portmap',
    'port',
    'vni',
    'directRouting',
    'mtu',
    'gbp',
    'leases',
  ],
  calico: ['version', 'felix'],
  canal: ['version', 'felix'],
}
const CNI_VERSIONS: Readonly<Record<ProfileName, Partial<Record<CniName, string>>>> = {
  'v1.13': { flannel: 'v0.10.0', calico: 'v3.13', canal: 'v3.13' },
  'v1.35': { flannel: 'v0.28.4', calico: 'v3.28', canal: 'v3.28' },
}

/** A name, or a mapping with one; flannel where nothing is said. */
export function readCni(complaints: Complaints, raw: unknown, profile: ProfileName): ClusterConfig['cni'] {
  const path = ['networking', 'cni']
  const isMap = typeof raw === 'object' && raw !== null && !Array.isArray(raw)
  if (Array.isArray(raw))
    complaints.add('WRONG_TYPE', path, "'cni' must be a name or a mapping, not a list.", 'Write one, like cni: flannel.')
  const { name = 'flannel', ...settings } = isMap ? (raw as { name?: unknown }) : { name: raw ?? 'flannel' }
  const known = complaints.oneOf<CniName>(isMap ? [...path, 'name'] : path, String(name), [
    'flannel',
    'docker0',
    'bridge',
    'calico',
    'canal',
    'none',
  ])
  for (const key of Object.keys(settings)) {
    if (CNI_SETTINGS[known].includes(key)) continue
    const near = nearest(key, CNI_SETTINGS[known])
    complaints.add(
      'UNKNOWN_FIELD',
      [...path, key],
      `The CNI ${known} has no setting '${key}'.`,
      near ? `Did you mean '${near}'?` : `It has: ${CNI_SETTINGS[known].join(', ') || 'none'}.`,
    )
  }
  const version = CNI_VERSIONS[profile][known]
  return { name: known, settings: { ...(version === undefined ? {} : { version }), ...settings } }
}
