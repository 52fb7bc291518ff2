// What a modern API server warns of in a pod or a template that it takes, without `Warning: `, in its order.
import { ipWarnings } from './ip-warnings'
import type { Loose } from './loose'
import { dns1123Label, labelValue } from './names'
import { quantityText, quantityValue } from './quantity-value'

/** A pod's name is its hostname: it had better be a label. */
export function podNameWarnings(name: string): readonly string[] {
  const wrong = name.length > 63 ? ['must be no more than 63 characters'] : dns1123Label(name)
  if (name === '' || wrong.length === 0) return []
  return [
    `metadata.name: this is used in the Pod's hostname, which can result in surprising behavior; a DNS label is recommended: [${wrong.join(', ')}]`,
  ]
}

/** The name of what makes pods is a part of theirs. */
export function workloadNameWarnings(name: string): readonly string[] {
  const wrong = dns1123Label(name)
  if (name === '' || wrong.length === 0) return []
  return [
    `metadata.name: this is used in Pod names and hostnames, which can result in surprising behavior; a DNS label is recommended: [${wrong.join(' ')}]`,
  ]
}

/** `path` stands before `spec`: empty for a Pod, `spec.template.` in a workload. */
export function podWarnings(path: string, template: Loose): readonly string[] {
  const spec: Loose = template.spec ?? {}
  const at = `${path}spec`
  const containers = (['initContainers', 'containers'] as const).flatMap(list =>
    ((spec[list] ?? []) as Loose[]).map((c, i) => ({ c, at: `${at}.${list}[${i}]` })),
  )
  return [
    ...labelWarnings(at, spec),
    ...annotationWarnings(path, template.metadata?.annotations ?? {}),
    ...volumeWarnings(at, spec.volumes ?? []),
    ...repeated(spec.hostAliases ?? [], 'ip', `${at}.hostAliases`),
    ...repeated(spec.imagePullSecrets ?? [], 'name', `${at}.imagePullSecrets`),
    ...((spec.imagePullSecrets ?? []) as Loose[]).flatMap((s, i) =>
      s.name ? [] : [`${at}.imagePullSecrets[${i}].name: invalid empty name ""`],
    ),
    ...fractions(`${at}.overhead`, spec.overhead ?? {}, ['memory', 'ephemeral-storage']),
    ...securityWarnings(path, template.metadata?.annotations ?? {}, spec),
    ...containers.flatMap(({ c, at }) => [...amountWarnings(at, c.resources ?? {}), ...envWarnings(at, c.env ?? [])]),
    ...portWarnings(containers),
    ...portNameWarnings(containers),
    ...(spec.terminationGracePeriodSeconds < 0
      ? [`${at}.terminationGracePeriodSeconds: must be >= 0; negative values are invalid and will be treated as 1`]
      : []),
    ...(['podAffinity', 'podAntiAffinity'] as const).flatMap(name => nullSelectors(`${at}.affinity.${name}`, spec.affinity?.[name] ?? {})),
    ...((spec.dnsConfig?.nameservers ?? []) as string[]).flatMap((server, i) => ipWarnings(`${at}.dnsConfig.nameservers[${i}]`, server)),
    ...((spec.hostAliases ?? []) as Loose[]).flatMap((alias, i) => ipWarnings(`${at}.hostAliases[${i}].ip`, alias.ip ?? '')),
  ]
}

const OLD_LABELS: Readonly<Record<string, string>> = {
  'beta.kubernetes.io/arch': 'deprecated since v1.14; use "kubernetes.io/arch" instead',
  'beta.kubernetes.io/os': 'deprecated since v1.14; use "kubernetes.io/os" instead',
  'failure-domain.beta.kubernetes.io/region': 'deprecated since v1.17; use "topology.kubernetes.io/region" instead',
  'failure-domain.beta.kubernetes.io/zone': 'deprecated since v1.17; use "topology.kubernetes.io/zone" instead',
  'beta.kubernetes.io/instance-type': 'deprecated since v1.17; use "node.kubernetes.io/instance-type" instead',
}

function labelWarnings(at: string, spec: Loose): string[] {
  const old = (label: string): string | undefined => (Object.hasOwn(OLD_LABELS, label) ? OLD_LABELS[label] : undefined)
  return [
    ...Object.keys(spec.nodeSelector ?? {})
      .sort()
      .flatMap(label => (old(label) ? [`${at}.nodeSelector[${label}]: ${old(label)}`] : [])),
    ...nodeAffinityWarnings(`${at}.affinity.nodeAffinity`, spec.affinity?.nodeAffinity ?? {}, old),
    ...((spec.topologySpreadConstraints ?? []) as Loose[]).flatMap((c, i) => [
      ...(old(c.topologyKey) ? [`${at}.topologySpreadConstraints[${i}].topologyKey: ${c.topologyKey} is ${old(c.topologyKey)}`] : []),
      ...(c.labelSelector === undefined
        ? [`${at}.topologySpreadConstraints[${i}].labelSelector: a null labelSelector results in matching no pod`]
        : []),
    ]),
  ]
}

const REQUIRED = 'requiredDuringSchedulingIgnoredDuringExecution'
const PREFERRED = 'preferredDuringSchedulingIgnoredDuringExecution'

/** Old labels, and values of preferences that no node can have. */
function nodeAffinityWarnings(at: string, affinity: Loose, old: (label: string) => string | undefined): string[] {
  const term = (place: string, t: Loose, checksValues: boolean): string[] =>
    ((t.matchExpressions ?? []) as Loose[]).flatMap((e, i) => [
      ...(old(e.key) ? [`${place}.matchExpressions[${i}].key: ${e.key} is ${old(e.key)}`] : []),
      ...(checksValues ? ((e.values ?? []) as string[]) : []).flatMap((value, j) =>
        labelValue(value).map(wrong => `${place}.matchExpressions[${i}].values[${j}]: ${value} is invalid, ${wrong}`),
      ),
    ])
  return [
    ...((affinity[REQUIRED]?.nodeSelectorTerms ?? []) as Loose[]).flatMap((t, i) =>
      term(`${at}.${REQUIRED}.nodeSelectorTerms[${i}]`, t, false),
    ),
    ...((affinity[PREFERRED] ?? []) as Loose[]).flatMap((t, i) => term(`${at}.${PREFERRED}[${i}].preference`, t.preference ?? {}, true)),
  ]
}

const NULL_SELECTOR = 'a null labelSelector results in matching no pod'
const nullSelectors = (at: string, affinity: Loose): string[] => [
  ...((affinity[REQUIRED] ?? []) as Loose[]).flatMap((t, i) =>
    t.labelSelector === undefined ? [`${at}.${REQUIRED}[${i}].labelSelector: ${NULL_SELECTOR}`] : [],
  ),
  ...((affinity[PREFERRED] ?? []) as Loose[]).flatMap((t, i) =>
    t.podAffinityTerm?.labelSelector === undefined ? [`${at}.${PREFERRED}[${i}].podAffinityTerm.labelSelector: ${NULL_SELECTOR}`] : [],
  ),
]

const SECCOMP = 'non-functional in v1.27+; use the "seccompProfile" field instead'
const APPARMOR = 'deprecated since v1.30; use the "appArmorProfile" field instead'

/** Annotations about security without the field that replaced them. */
function securityWarnings(path: string, annotations: Loose, spec: Loose): string[] {
  const warn = (key: string, without: unknown, text: string): string[] =>
    annotations[key] === undefined || without !== undefined ? [] : [`${path}metadata.annotations[${key}]: ${text}`]
  const containers: Loose[] = [...(spec.initContainers ?? []), ...(spec.containers ?? [])]
  return [
    ...warn('seccomp.security.alpha.kubernetes.io/pod', spec.securityContext?.seccompProfile, SECCOMP),
    ...containers.flatMap(c => [
      ...warn(`container.seccomp.security.alpha.kubernetes.io/${c.name}`, c.securityContext?.seccompProfile, SECCOMP),
      ...(path === ''
        ? []
        : warn(
            `container.apparmor.security.beta.kubernetes.io/${c.name}`,
            c.securityContext?.appArmorProfile ?? spec.securityContext?.appArmorProfile,
            APPARMOR,
          )),
    ]),
  ]
}

const OLD_ANNOTATIONS: readonly (readonly [string, string])[] = [
  ['scheduler.alpha.kubernetes.io/critical-pod', 'non-functional in v1.16+; use the "priorityClassName" field instead'],
  ['security.alpha.kubernetes.io/sysctls', 'non-functional in v1.11+; use the "sysctls" field instead'],
  ['security.alpha.kubernetes.io/unsafe-sysctls', 'non-functional in v1.11+; use the "sysctls" field instead'],
]
const annotationWarnings = (path: string, annotations: Loose): string[] =>
  OLD_ANNOTATIONS.flatMap(([key, text]) => (annotations[key] === undefined ? [] : [`${path}metadata.annotations[${key}]: ${text}`]))

const OLD_VOLUMES: readonly (readonly [string, string])[] = [
  ['photonPersistentDisk', 'deprecated in v1.11, non-functional in v1.16+'],
  ['gitRepo', 'deprecated in v1.11, and disabled by default in v1.33+'],
  ['scaleIO', 'deprecated in v1.16, non-functional in v1.22+'],
  ['flocker', 'deprecated in v1.22, non-functional in v1.25+'],
  ['storageos', 'deprecated in v1.22, non-functional in v1.25+'],
  ['quobyte', 'deprecated in v1.22, non-functional in v1.25+'],
  ['glusterfs', 'deprecated in v1.25, non-functional in v1.26+'],
  ['cephfs', 'deprecated in v1.28, non-functional in v1.31+'],
  ['rbd', 'deprecated in v1.28, non-functional in v1.31+'],
]
const volumeWarnings = (at: string, volumes: readonly Loose[]): string[] =>
  volumes.flatMap((v, i) => [
    ...OLD_VOLUMES.flatMap(([name, text]) =>
      v[name] === undefined ? [] : [`${at}.volumes[${i}].${name === 'storageos' ? 'storageOS' : name}: ${text}`],
    ),
    ...(v.ephemeral?.volumeClaimTemplate
      ? claimWarnings(`${at}.volumes[${i}].ephemeral.volumeClaimTemplate.spec`, v.ephemeral.volumeClaimTemplate.spec ?? {})
      : []),
  ])

function repeated(items: readonly Loose[], field: string, at: string): string[] {
  const seen = new Set<unknown>()
  return items.flatMap((item, i) => {
    if (seen.has(item[field])) return [`${at}[${i}].${field}: duplicate ${field} ${JSON.stringify(item[field] ?? '')}`]
    seen.add(item[field])
    return []
  })
}

const fractions = (at: string, amounts: Loose, names: readonly string[]): string[] =>
  names.flatMap(name =>
    amounts[name] === undefined || Number.isInteger(quantityValue(amounts[name]))
      ? []
      : [`${at}[${name}]: fractional byte value ${JSON.stringify(quantityText(amounts[name]))} is invalid, must be an integer`],
  )

const amountWarnings = (at: string, resources: Loose): string[] =>
  ['memory', 'ephemeral-storage'].flatMap(name =>
    (['limits', 'requests'] as const).flatMap(part => fractions(`${at}.resources.${part}`, resources[part] ?? {}, [name])),
  )

/** Storage that is asked for in parts of a byte. */
export const claimWarnings = (at: string, spec: Loose): readonly string[] =>
  (['requests', 'limits'] as const).flatMap(part => fractions(`${at}.resources.${part}`, spec.resources?.[part] ?? {}, ['storage']))

/** A second variable of one name, unless it builds on the first. */
function envWarnings(at: string, env: readonly Loose[]): string[] {
  const seen = new Set<string>()
  return env.flatMap((e, i) => {
    const reference = `$(${e.name})`
    const builds = e.valueFrom === undefined && e.value !== reference && (e.value ?? '').includes(reference)
    const hides = seen.has(e.name) && !builds
    seen.add(e.name)
    return hides ? [`${at}.env[${i}]: hides previous definition of ${JSON.stringify(e.name)}, which may be dropped when using apply`] : []
  })
}

function portWarnings(containers: readonly { readonly c: Loose; readonly at: string }[]): string[] {
  const seen = new Map<string, { readonly at: string; readonly port: Loose }[]>()
  return containers.flatMap(({ c, at }) =>
    ((c.ports ?? []) as Loose[]).flatMap((port, j) => {
      const key = `${port.containerPort}/${port.protocol}`
      const place = `${at}.ports[${j}]`
      const others = seen.get(key) ?? []
      seen.set(key, [...others, { at: place, port }])
      return [...hostIpWarning(place, port), ...others.flatMap(other => overlap(place, port, other))]
    }),
  )
}

const hostIpWarning = (at: string, port: Loose): string[] =>
  port.hostIP && !port.hostPort
    ? [
        `${at}: hostIP set without hostPort: {Name:${port.name ?? ''} HostPort:0 ContainerPort:${port.containerPort} Protocol:${port.protocol} HostIP:${port.hostIP}}`,
      ]
    : []

function overlap(at: string, port: Loose, other: { readonly at: string; readonly port: Loose }): string[] {
  const [mine, theirs] = [port.hostPort ?? 0, other.port.hostPort ?? 0]
  const [myIp, theirIp] = [port.hostIP ?? '', other.port.hostIP ?? '']
  if (mine === theirs && myIp === theirIp) return [`${at}: duplicate port definition with ${other.at}`]
  if (mine === 0 || theirs === 0) return [`${at}: overlapping port definition with ${other.at}`]
  const ambiguous = mine === theirs && (myIp === '') !== (theirIp === '')
  return ambiguous ? [`${at}: dangerously ambiguous port definition with ${other.at}`] : []
}

/** Who asks for a port by name gets the first of them. */
function portNameWarnings(containers: readonly { readonly c: Loose; readonly at: string }[]): string[] {
  const first = new Map<string, string>()
  return containers.flatMap(({ c, at }) =>
    ((c.ports ?? []) as Loose[]).flatMap((port, i) => {
      const place = `${at}.ports[${i}]`
      const other = first.get(port.name)
      if (port.name && other === undefined) first.set(port.name, place)
      if (!port.name || other === undefined) return []
      return [
        `${place}: duplicate port name ${JSON.stringify(port.name)} with ${other}, services and probes that select ports by name will use ${other}`,
      ]
    }),
  )
}
