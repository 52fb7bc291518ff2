// What a modern API server warns of in a pod or a template that it takes, without `Warning: `, in its order.
import type { Loose } from './loose'
import { dns1123Label } from './names'
import { quantityText, quantityValue } from './quantity-value'

/** A pod's name is its hostname: it had better be a label. */
export function podNameWarnings(name: string): readonly string[] {
  const wrong = name.length > 63 ? ['must be no more than 63 characters'] : dns1123Label(name)
  if (name === '' || wrong.length === 0) return []
  return [
    `metadata.name: this is used in the Pod's hostname, which can result in surprising behavior; a DNS label is recommended: [${wrong.join(', ')}]`,
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
    ...containers.flatMap(({ c, at }) => [...amountWarnings(at, c.resources ?? {}), ...envWarnings(at, c.env ?? [])]),
    ...portWarnings(containers),
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
    ...((spec.topologySpreadConstraints ?? []) as Loose[]).flatMap((c, i) => [
      ...(old(c.topologyKey) ? [`${at}.topologySpreadConstraints[${i}].topologyKey: ${c.topologyKey} is ${old(c.topologyKey)}`] : []),
      ...(c.labelSelector === undefined
        ? [`${at}.topologySpreadConstraints[${i}].labelSelector: a null labelSelector results in matching no pod`]
        : []),
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
  volumes.flatMap((v, i) => OLD_VOLUMES.flatMap(([name, text]) => (v[name] === undefined ? [] : [`${at}.volumes[${i}].${name}: ${text}`])))

function repeated(items: readonly Loose[], field: string, at: string): string[] {
  const seen = new Set<unknown>()
  return items.flatMap((item, i) => {
    if (seen.has(item[field])) return [`${at}[${i}].${field}: duplicate ${field} ${JSON.stringify(item[field] ?? '')}`]
    seen.add(item[field])
    return []
  })
}

const amountWarnings = (at: string, resources: Loose): string[] =>
  (['memory', 'ephemeral-storage'] as const).flatMap(name =>
    (['limits', 'requests'] as const).flatMap(part => {
      const value = resources[part]?.[name]
      return value === undefined || Number.isInteger(quantityValue(value))
        ? []
        : [`${at}.resources.${part}[${name}]: fractional byte value ${JSON.stringify(quantityText(value))} is invalid, must be an integer`]
    }),
  )

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
  const collides = mine === 0 || theirs === 0 || (mine === theirs && (myIp === '' || theirIp === ''))
  return collides ? [`${at}: overlapping port definition with ${other.at}`] : []
}
