// `kubectl describe pod`, and what a pod template has in common with it.
import type { LabelSelector, Pod, PodSpec } from '../../apply/object'
import { compareText, objectOf, type State } from '../../cluster/state'
import { labelsText, selectorText } from '../../control/selector'
import { qosClass } from '../../control/template'
import { ageText } from './age'
import { type ContainerStatus, containersLines } from './describe-container'
import { annotationLines, controlledBy, eventLines, labelLines, longTime } from './describe-parts'
import { KUBECTL_PROFILES } from './profile'

interface Spec extends PodSpec {
  readonly volumes?: readonly Volume[]
  readonly priority?: number
  readonly priorityClassName?: string
  readonly serviceAccountName?: string
}
type Volume = { readonly name: string } & Readonly<Record<string, Readonly<Record<string, unknown>> | string>>

export function describePod(state: State, pod: Pod): string {
  const { modernPods } = KUBECTL_PROFILES[state.config.profile]
  const spec = pod.spec as Spec
  const told = pod.status as { readonly reason?: string; readonly message?: string; readonly nominatedNodeName?: string } | undefined
  const line = (name: string, value: string | undefined) => (value ? `${name}:\t${value}\n` : '')
  const nodeIP = pod.status?.hostIP ?? (spec.nodeName ? objectOf(state, 'Node', spec.nodeName)?.status?.addresses?.[0]?.address : undefined)
  const ips = pod.status?.podIPs ?? []
  const head = [
    `Name:\t${pod.metadata.name}\n`,
    `Namespace:\t${pod.metadata.namespace}\n`,
    `Priority:\t${spec.priority ?? 0}\n`,
    spec.priorityClassName ? `Priority Class Name:\t${spec.priorityClassName}\n` : modernPods ? '' : 'PriorityClassName:\t<none>\n',
    modernPods ? `Service Account:\t${spec.serviceAccountName ?? 'default'}\n` : '',
    `Node:\t${spec.nodeName ? `${spec.nodeName}/${nodeIP ?? ''}` : '<none>'}\n`,
    pod.status?.startTime ? `Start Time:\t${longTime(state, pod.status.startTime)}\n` : '',
    labelLines('Labels', pod.metadata.labels),
    annotationLines(state, pod.metadata.annotations),
    statusLines(state, pod),
    line('Reason', told?.reason),
    line('Message', told?.message),
    `IP:\t${pod.status?.podIP ?? ''}\n`,
    modernPods ? (ips.length === 0 ? 'IPs:\t<none>\n' : `IPs:\n${ips.map(i => `  IP:\t${i.ip}\n`).join('')}`) : '',
    controlledBy(pod),
    line('NominatedNodeName', told?.nominatedNodeName),
  ].join('')
  const { containerStatuses = [], initContainerStatuses = [] } = (pod.status ?? {}) as {
    readonly containerStatuses?: readonly ContainerStatus[]
    readonly initContainerStatuses?: readonly ContainerStatus[]
  }
  const inits = containersLines(state, 'Init Containers', spec.initContainers ?? [], initContainerStatuses, pod)
  const containers = containersLines(state, 'Containers', spec.containers, containerStatuses, pod)
  const conditions = pod.status?.conditions ?? []
  const conditionLines =
    conditions.length === 0 ? '' : `Conditions:\n  Type\tStatus\n${conditions.map(c => `  ${c.type} \t${c.status} \n`).join('')}`
  return [
    `${head}${inits}${containers}${gateLines(pod)}${conditionLines}${volumeLines(spec.volumes ?? [], '')}QoS Class:\t${qosClass(pod)}\n`,
    nodeSelectorLines(spec),
    tolerationLines(spec),
    spreadLines(spec),
    eventLines(state, pod),
  ].join('')
}

function statusLines(state: State, { metadata, status }: Pod): string {
  const isOver = status?.phase === 'Failed' || status?.phase === 'Succeeded'
  if (metadata.deletionTimestamp === undefined || isOver) return `Status:\t${status?.phase ?? 'Pending'}\n`
  const lasts = `Status:\tTerminating (lasts ${ageText(state, metadata.deletionTimestamp)})\n`
  return `${lasts}Termination Grace Period:\t${metadata.deletionGracePeriodSeconds ?? 0}s\n`
}

function gateLines({ spec, status }: Pod): string {
  const gates = (spec.readinessGates ?? []).map(g => {
    const met = status?.conditions?.find(c => c.type === g.conditionType)?.status ?? '<none>'
    return `  ${g.conditionType} \t${met} \n`
  })
  return gates.length === 0 ? '' : `Readiness Gates:\n  Type\tStatus\n${gates.join('')}`
}

/** `Topology Spread Constraints:`, one a line; nothing where there are none. */
export function spreadLines(spec: PodSpec, indent = ''): string {
  const rules = (spec as { readonly topologySpreadConstraints?: readonly Spread[] }).topologySpreadConstraints ?? []
  const lines = [...rules]
    .sort((a, b) => compareText(a.topologyKey, b.topologyKey))
    .map(r => {
      const selector = r.labelSelector === undefined ? '' : ` for selector ${selectorText(r.labelSelector)}`
      return `${r.topologyKey}:${r.whenUnsatisfiable} when max skew ${r.maxSkew} is exceeded${selector}\n`
    })
  return lines.length === 0 ? '' : `${indent}Topology Spread Constraints:\t${lines.join(`${indent}\t`)}`
}

interface Spread {
  readonly topologyKey: string
  readonly whenUnsatisfiable: string
  readonly maxSkew: number
  readonly labelSelector?: LabelSelector
}

/** `Volumes:` of a pod or template. */
export function volumeLines(volumes: readonly Volume[], indent: string): string {
  if (volumes.length === 0) return `${indent}Volumes:\t<none>\n`
  return `${indent}Volumes:\n${volumes.map(v => `${indent}  ${v.name}:\n${volumeBody(v, `${indent}    `)}`).join('')}`
}

function volumeBody(v: Volume, i: string): string {
  const of = (name: string) => v[name] as Readonly<Record<string, unknown>> | undefined
  const {
    secret,
    configMap,
    emptyDir,
    hostPath,
    persistentVolumeClaim: claim,
    projected,
  } = {
    secret: of('secret'),
    configMap: of('configMap'),
    emptyDir: of('emptyDir'),
    hostPath: of('hostPath'),
    persistentVolumeClaim: of('persistentVolumeClaim'),
    projected: of('projected'),
  }
  const line = (name: string, value: unknown) => `${i}${name}:\t${value}\n`
  if (secret)
    return (
      line('Type', 'Secret (a volume populated by a Secret)') +
      line('SecretName', secret.secretName) +
      line('Optional', secret.optional ?? false)
    )
  if (configMap)
    return (
      line('Type', 'ConfigMap (a volume populated by a ConfigMap)') +
      line('Name', configMap.name) +
      line('Optional', configMap.optional ?? false)
    )
  if (emptyDir)
    return (
      line('Type', "EmptyDir (a temporary directory that shares a pod's lifetime)") +
      line('Medium', emptyDir.medium ?? '') +
      line('SizeLimit', emptyDir.sizeLimit ?? '<unset>')
    )
  if (hostPath)
    return line('Type', 'HostPath (bare host directory volume)') + line('Path', hostPath.path) + line('HostPathType', hostPath.type ?? '')
  if (claim)
    return (
      line('Type', 'PersistentVolumeClaim (a reference to a PersistentVolumeClaim in the same namespace)') +
      line('ClaimName', claim.claimName) +
      line('ReadOnly', claim.readOnly ?? false)
    )
  if (projected)
    return (
      line('Type', 'Projected (a volume that contains injected data from multiple sources)') +
      (projected.sources as readonly Readonly<Record<string, Readonly<Record<string, unknown>>>>[])
        .map(s => projectedSource(s, line))
        .join('')
    )
  return line('Type', '<unknown>')
}

function projectedSource(
  s: Readonly<Record<string, Readonly<Record<string, unknown>>>>,
  line: (name: string, value: unknown) => string,
): string {
  if (s.serviceAccountToken) return line('TokenExpirationSeconds', s.serviceAccountToken.expirationSeconds)
  if (s.configMap) return line('ConfigMapName', s.configMap.name) + line('Optional', s.configMap.optional ?? false)
  if (s.secret) return line('SecretName', s.secret.name) + line('Optional', s.secret.optional ?? false)
  return s.downwardAPI ? line('DownwardAPI', true) : ''
}

/** `Node-Selectors:`, one a line. */
export function nodeSelectorLines(spec: PodSpec, indent = ''): string {
  const text = labelsText(spec.nodeSelector).split(',')
  return `${indent}Node-Selectors:\t${text.join(`\n${indent}\t`)}\n`
}

/** `Tolerations:`, one a line. */
export function tolerationLines(spec: PodSpec, indent = ''): string {
  const all = (spec.tolerations ?? []).map(t => {
    const value = t.value ? `=${t.value}` : ''
    const effect = t.effect ? `:${t.effect}` : ''
    const exists = t.operator === 'Exists' && !t.value ? (t.key || t.effect ? ' op=Exists' : 'op=Exists') : ''
    return `${t.key ?? ''}${value}${effect}${exists}${t.tolerationSeconds === undefined ? '' : ` for ${t.tolerationSeconds}s`}`
  })
  return `${indent}Tolerations:\t${all.length === 0 ? '<none>' : all.sort().join(`\n${indent}\t`)}\n`
}
