// A pod's spec as the API server prints its own form of it: JSON with Go's field names, one space an indent. What refused changes of pods are shown in.
// Stands for json.MarshalIndent of the internal core.PodSpec. Source: kubernetes pkg/apis/core/types.go, 1.35.
import { fieldsOf, type GoField } from './go-fields'
import type { Loose } from './loose'

const PROFILE = 'v1.35'

/** What the internal type declares in another order than the public one. */
const INTERNAL_ORDER: Readonly<Record<string, readonly string[]>> = {
  PodSpec:
    'Volumes InitContainers Containers EphemeralContainers RestartPolicy TerminationGracePeriodSeconds ActiveDeadlineSeconds DNSPolicy NodeSelector ServiceAccountName AutomountServiceAccountToken NodeName SecurityContext ImagePullSecrets Hostname Subdomain SetHostnameAsFQDN Affinity SchedulerName Tolerations HostAliases PriorityClassName Priority PreemptionPolicy DNSConfig ReadinessGates RuntimeClassName Overhead EnableServiceLinks TopologySpreadConstraints OS SchedulingGates ResourceClaims Resources HostnameOverride WorkloadRef'.split(
      ' ',
    ),
  PodSecurityContext:
    'HostNetwork HostPID HostIPC ShareProcessNamespace HostUsers SELinuxOptions WindowsOptions RunAsUser RunAsGroup RunAsNonRoot SupplementalGroups SupplementalGroupsPolicy FSGroup FSGroupChangePolicy Sysctls SeccompProfile AppArmorProfile SELinuxChangePolicy'.split(
      ' ',
    ),
}
/** Fields of the spec that the internal form keeps in its security context. */
const HOST_FIELDS = ['hostNetwork', 'hostPID', 'hostIPC', 'shareProcessNamespace', 'hostUsers'] as const

/** The lines of a spec. */
export function podSpecLines(spec: Loose): readonly string[] {
  const host = Object.fromEntries(HOST_FIELDS.map(name => [name, spec[name]]))
  const inner = { ...spec, securityContext: { ...spec.securityContext, ...host } }
  return JSON.stringify(goValue('PodSpec', inner), null, 1)
    .replace(/[<>&]/g, c => `\\u00${c.charCodeAt(0).toString(16)}`)
    .split('\n')
}

function goValue(type: string, value: unknown): unknown {
  const missing = value === undefined || value === null
  if (type.startsWith('*')) return missing ? null : goValue(type.slice(1), value)
  if (type.startsWith('[]')) return Array.isArray(value) ? value.map(item => goValue(type.slice(2), item)) : null
  if (fieldsOf(type, PROFILE) !== undefined) return structOf(type, (value ?? {}) as Loose)
  if (!missing) return value
  if (type === 'map' || type === 'ResourceList') return null
  return type === 'bool' ? false : /^int\d+$/.test(type) ? 0 : type === 'intstr.IntOrString' ? 0 : ''
}

function structOf(type: string, value: Loose): object {
  const fields = new Map(declared(type).map(f => [f.name, f]))
  const order = INTERNAL_ORDER[type] ?? [...fields.keys()]
  const entries = order.flatMap(name => {
    const field = fields.get(name)!
    const json = field.json
    if (field.inline) return Object.entries(structOf(field.type, value))
    return [[name, goValue(field.type, value[json])] as const]
  })
  return Object.fromEntries(entries)
}

const HOST_TYPES: readonly GoField[] = [
  'HostNetwork bool',
  'HostPID bool',
  'HostIPC bool',
  'ShareProcessNamespace *bool',
  'HostUsers *bool',
].map(line => {
  const [name = '', type = ''] = line.split(' ')
  return { name, type, json: name.replace(/^./, c => c.toLowerCase()), inline: false }
})

const declared = (type: string): readonly GoField[] => [...fieldsOf(type, PROFILE)!, ...(type === 'PodSecurityContext' ? HOST_TYPES : [])]
