// The CNI of a cluster: its name, and the settings that it has, with their versions filled in.
import { readCidr } from '../addr/cidr'
import { readIp } from '../addr/ip'
import type { ClusterConfig, CniName } from './cluster-config'
import type { Complaints } from './complaints'
import { nearest } from './finding-text'
import type { Path } from './path'
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
    'network',
    'subnetLen',
    'subnetMin',
    'subnetMax',
    'ipv6SubnetLen',
    'ipv6SubnetMin',
    'ipv6SubnetMax',
  ],
  calico: ['version', 'felix'],
  canal: ['version', 'felix'],
}
const CNI_VERSIONS: Readonly<Record<ProfileName, Partial<Record<CniName, string>>>> = {
  'v1.13': { flannel: 'v0.10.0', calico: 'v3.13', canal: 'v3.13' },
  'v1.35': { flannel: 'v0.28.4', calico: 'v3.28', canal: 'v3.28' },
}

/** flannel's own network, and what it says of the subnets in it. */
function checkSubnets(complaints: Complaints, settings: Readonly<Record<string, unknown>>, path: Path): void {
  const wrong = (key: string, wanted: string, fix: string) =>
    complaints.add('INVALID_VALUE', [...path, key], `'${key}' is ${JSON.stringify(settings[key])}, not ${wanted}.`, fix)
  const { network } = settings
  if (network !== undefined && (typeof network !== 'string' || network.split(',').some(text => readCidr(text.trim()) === undefined)))
    wrong('network', 'a CIDR', 'Write one like 10.244.0.0/16, and for two families both, with a comma between them.')
  for (const key of ['subnetLen', 'ipv6SubnetLen'])
    if (settings[key] !== undefined && !Number.isInteger(settings[key])) wrong(key, 'a length', 'Write a whole number like 24.')
  for (const key of ['subnetMin', 'subnetMax', 'ipv6SubnetMin', 'ipv6SubnetMax'])
    if (settings[key] !== undefined && (typeof settings[key] !== 'string' || readIp(settings[key]) === undefined))
      wrong(key, 'an address', 'Write the address of a subnet, like 10.244.16.0.')
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
  if (known === 'flannel') checkSubnets(complaints, settings, path)
  const version = CNI_VERSIONS[profile][known]
  return { name: known, settings: { ...(version === undefined ? {} : { version }), ...settings } }
}
