// `kubectl describe pod`, and the containers of a pod template.
import type { Container, EnvVar, Pod, PodSpec, Probe } from '../../apply/object'
import { objectOf, type State } from '../../cluster/state'
import { labelsText } from '../../control/selector'
import { qosClass } from '../../control/template'
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
  const status = pod.metadata.deletionTimestamp === undefined ? (pod.status?.phase ?? 'Pending') : `Terminating (lasts ${'<invalid>'})`
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
    `Status:\t${status}\n`,
    `IP:\t${pod.status?.podIP ?? ''}\n`,
    modernPods ? (ips.length === 0 ? 'IPs:\t<none>\n' : `IPs:\n${ips.map(i => `  IP:\t${i.ip}\n`).join('')}`) : '',
    controlledBy(pod),
  ].join('')
  const statuses = pod.status?.containerStatuses ?? []
  const containers = spec.containers
    .map(c => containerLines(state, c, '', statuses.find(s => s.name === c.name) as ContainerStatus | undefined))
    .join('')
  const conditions = pod.status?.conditions ?? []
  const conditionLines =
    conditions.length === 0 ? '' : `Conditions:\n  Type\tStatus\n${conditions.map(c => `  ${c.type} \t${c.status} \n`).join('')}`
  return `${head}Containers:\n${containers}${conditionLines}${volumeLines(spec.volumes ?? [], '')}QoS Class:\t${qosClass(pod)}\n${nodeSelectorLines(spec)}${tolerationLines(spec)}${eventLines(state, pod)}`
}

interface ContainerStatus {
  readonly containerID?: string
  readonly imageID?: string
  readonly ready: boolean
  readonly restartCount: number
  readonly state?: {
    readonly waiting?: { readonly reason?: string }
    readonly running?: { readonly startedAt?: string }
    readonly terminated?: { readonly reason?: string; readonly exitCode?: number }
  }
}

/** One container, two or three blanks deep; with a status what runs, without one what a template says. */
export function containerLines(state: State, c: Container, indent: string, status?: ContainerStatus, isTemplate = false): string {
  const ports = c.ports ?? []
  const names = KUBECTL_PROFILES[state.config.profile].modernPods
  const suffix = (name: string | undefined) => (names && name ? ` (${name})` : '')
  const i = `${indent}    `
  const many = ports.length > 1 ? 's' : ''
  const lines = [
    `${indent}  ${c.name}:\n`.replace(/^ {2}/, isTemplate ? '   ' : '  '),
    status === undefined ? '' : `${i}Container ID:\t${status.containerID ?? ''}\n`,
    `${i}Image:\t${c.image ?? ''}\n`,
    status === undefined ? '' : `${i}Image ID:\t${status.imageID ?? ''}\n`,
    `${i}Port${many}:\t${ports.length === 0 ? '<none>' : ports.map(p => `${p.containerPort}/${p.protocol}${suffix(p.name)}`).join(', ')}\n`,
    `${i}Host Port${many}:\t${ports.length === 0 ? '<none>' : ports.map(p => `${p.hostPort ?? 0}/${p.protocol}${suffix(p.name)}`).join(', ')}\n`,
    listLines(i, 'Command', c.command),
    listLines(i, 'Args', c.args),
    status === undefined ? '' : stateLines(state, i, status),
    resourceLines(i, c),
    probeLine(i, 'Liveness', c.livenessProbe),
    probeLine(i, 'Readiness', c.readinessProbe),
    environmentFrom(i, c),
    environment(i, c),
    mounts(i, c),
  ]
  return lines.join('')
}

const listLines = (i: string, title: string, words: readonly string[] | undefined): string =>
  words === undefined || words.length === 0 ? '' : `${i}${title}:\n${words.map(w => `${i}  ${w}\n`).join('')}`

function stateLines(state: State, i: string, s: ContainerStatus): string {
  const { waiting, running, terminated } = s.state ?? {}
  const now =
    running !== undefined
      ? `Running\n${i}  Started:\t${longTime(state, running.startedAt)}`
      : terminated !== undefined
        ? `Terminated\n${terminated.reason ? `${i}  Reason:\t${terminated.reason}\n` : ''}${i}  Exit Code:\t${terminated.exitCode ?? 0}`
        : `Waiting${waiting?.reason ? `\n${i}  Reason:\t${waiting.reason}` : ''}`
  return `${i}State:\t${now}\n${i}Ready:\t${s.ready ? 'True' : 'False'}\n${i}Restart Count:\t${s.restartCount}\n`
}

function resourceLines(i: string, c: Container): string {
  const part = (title: string, values: Readonly<Record<string, string>> | undefined) =>
    values === undefined || Object.keys(values).length === 0
      ? ''
      : `${i}${title}:\n${Object.entries(values)
          .sort()
          .map(([k, v]) => `${i}  ${k}:\t${v}\n`)
          .join('')}`
  return part('Limits', c.resources?.limits) + part('Requests', c.resources?.requests)
}

function probeLine(i: string, title: string, probe: Probe | undefined): string {
  if (probe === undefined) return ''
  const times = `delay=${probe.initialDelaySeconds ?? 0}s timeout=${probe.timeoutSeconds ?? 1}s period=${probe.periodSeconds ?? 10}s #success=${probe.successThreshold ?? 1} #failure=${probe.failureThreshold ?? 3}`
  const { httpGet, tcpSocket, exec, grpc } = probe
  const what =
    httpGet !== undefined
      ? `http-get ${(httpGet.scheme ?? 'HTTP').toLowerCase()}://${httpGet.host ?? ''}:${httpGet.port}${httpGet.path ?? '/'}`
      : tcpSocket !== undefined
        ? `tcp-socket ${tcpSocket.host ?? ''}:${tcpSocket.port}`
        : exec !== undefined
          ? `exec [${(exec.command ?? []).join(' ')}]`
          : `grpc <pod>:${grpc?.port}`
  return `${i}${title}:\t${what} ${times}\n`
}

function environment(i: string, c: Container): string {
  const env = c.env ?? []
  if (env.length === 0) return `${i}Environment:\t<none>\n`
  const lines = env.map(e => `${i}  ${e.name}:\t${sourceText(e)}\n`)
  return `${i}Environment:\n${lines.join('')}`
}

/** A variable's value, or where it comes from. */
function sourceText({ value, valueFrom = {} }: EnvVar): string {
  const { fieldRef, configMapKeyRef: map, secretKeyRef: secret } = valueFrom
  if (fieldRef) return ` (${(fieldRef as { apiVersion?: string }).apiVersion ?? 'v1'}:${fieldRef.fieldPath})`
  if (map) return `<set to the key '${map.key}' of config map '${map.name ?? ''}'>\tOptional: ${map.optional ?? false}`
  if (secret) return `<set to the key '${secret.key}' in secret '${secret.name ?? ''}'>\tOptional: ${secret.optional ?? false}`
  return value ?? ''
}

/** Whole ConfigMaps and Secrets; nothing where there are none. */
function environmentFrom(i: string, { envFrom = [] }: Container): string {
  const lines = envFrom.map(({ prefix, configMapRef, secretRef }) => {
    const ref = configMapRef ?? secretRef
    const kind = `${configMapRef ? 'ConfigMap' : 'Secret'}${prefix ? ` with prefix '${prefix}'` : ''}`
    return `${i}  ${ref?.name ?? ''}\t${kind}\tOptional: ${ref?.optional ?? false}\n`
  })
  return lines.length === 0 ? '' : `${i}Environment Variables from:\n${lines.join('')}`
}

function mounts(i: string, c: Container): string {
  const all =
    (c as { volumeMounts?: readonly { name: string; mountPath: string; readOnly?: boolean; subPath?: string }[] }).volumeMounts ?? []
  if (all.length === 0) return `${i}Mounts:\t<none>\n`
  const lines = all.map(
    m => `${i}  ${m.mountPath} from ${m.name} (${m.readOnly ? 'ro' : 'rw'}${m.subPath ? `,path="${m.subPath}"` : ''})\n`,
  )
  return `${i}Mounts:\n${lines.sort().join('')}`
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
