// One container in `kubectl describe`, of a running pod or of a template.
import type { Container, EnvVar, Pod, Probe } from '../../apply/object'
import type { State } from '../../cluster/state'
import { milliValue } from '../../control/quantity'
import { longTime } from './describe-parts'
import { KUBECTL_PROFILES } from './profile'

interface ContainerState {
  readonly waiting?: { readonly reason?: string }
  readonly running?: { readonly startedAt?: string }
  readonly terminated?: {
    readonly reason?: string
    readonly message?: string
    readonly exitCode?: number
    readonly startedAt?: string
    readonly finishedAt?: string
  }
}

export interface ContainerStatus {
  readonly name: string
  readonly containerID?: string
  readonly imageID?: string
  readonly ready: boolean
  readonly restartCount: number
  readonly state?: ContainerState
  readonly lastState?: ContainerState
}

/** `Containers:` or `Init Containers:` of a running pod; nothing where there are none. */
export function containersLines(
  state: State,
  title: string,
  containers: readonly Container[],
  statuses: readonly ContainerStatus[],
  pod: Pod,
): string {
  const lines = containers.map(c =>
    containerLines(
      state,
      c,
      '',
      statuses.find(s => s.name === c.name),
      pod,
    ),
  )
  return lines.length === 0 ? '' : `${title}:\n${lines.join('')}`
}

/** One container, two or three blanks deep; with a status what runs, without one what a template says. */
export function containerLines(state: State, c: Container, indent: string, status?: ContainerStatus, pod?: Pod): string {
  const ports = c.ports ?? []
  const names = KUBECTL_PROFILES[state.config.profile].modernPods
  const suffix = (name: string | undefined) => (names && name ? ` (${name})` : '')
  const i = `${indent}    `
  const many = ports.length > 1 ? 's' : ''
  const lines = [
    `${indent}  ${c.name}:\n`.replace(/^ {2}/, pod === undefined ? '   ' : '  '),
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
    probeLine(i, 'Startup', c.startupProbe),
    environmentFrom(i, c),
    environment(i, c, pod),
    mounts(i, c),
  ]
  return lines.join('')
}

const listLines = (i: string, title: string, words: readonly string[] | undefined): string =>
  words === undefined || words.length === 0 ? '' : `${i}${title}:\n${words.map(w => `${i}  ${w}\n`).join('')}`

function stateLines(state: State, i: string, s: ContainerStatus): string {
  const last = s.lastState?.terminated === undefined ? '' : stateLine(state, i, 'Last State', s.lastState)
  const now = stateLine(state, i, 'State', s.state ?? {})
  return `${now}${last}${i}Ready:\t${s.ready ? 'True' : 'False'}\n${i}Restart Count:\t${s.restartCount}\n`
}

function stateLine(state: State, i: string, title: string, { waiting, running, terminated }: ContainerState): string {
  const line = (name: string, value: string | number | undefined) =>
    value === undefined || value === '' ? '' : `${i}  ${name}:\t${value}\n`
  if (running !== undefined) return `${i}${title}:\tRunning\n${line('Started', longTime(state, running.startedAt))}`
  if (terminated === undefined) return `${i}${title}:\tWaiting\n${line('Reason', waiting?.reason)}`
  const { reason, message, exitCode = 0, startedAt, finishedAt } = terminated
  const times = line('Started', longTime(state, startedAt)) + line('Finished', longTime(state, finishedAt))
  return `${i}${title}:\tTerminated\n${line('Reason', reason)}${line('Message', message)}${line('Exit Code', exitCode)}${times}`
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

function environment(i: string, c: Container, pod: Pod | undefined): string {
  const env = c.env ?? []
  if (env.length === 0) return `${i}Environment:\t<none>\n`
  const lines = env.map(e => `${i}  ${e.name}:\t${sourceText(e, c, pod)}\n`)
  return `${i}Environment:\n${lines.join('')}`
}

/** A variable's value, or where it comes from. */
function sourceText({ value, valueFrom = {} }: EnvVar, container: Container, pod: Pod | undefined): string {
  const { fieldRef, resourceFieldRef, configMapKeyRef: map, secretKeyRef: secret } = valueFrom
  if (fieldRef) {
    const known = pod === undefined ? undefined : podField(pod, fieldRef.fieldPath)
    return `${known ?? ''} (${(fieldRef as { apiVersion?: string }).apiVersion ?? 'v1'}:${fieldRef.fieldPath})`
  }
  if (resourceFieldRef) return resourceText(container, resourceFieldRef.resource)
  if (map) return `<set to the key '${map.key}' of config map '${map.name ?? ''}'>\tOptional: ${map.optional ?? false}`
  if (secret) return `<set to the key '${secret.key}' in secret '${secret.name ?? ''}'>\tOptional: ${secret.optional ?? false}`
  return value ?? ''
}

/** What kubectl itself reads of a pod; addresses are left to the kubelet. */
function podField({ metadata }: Pod, path: string): string | undefined {
  const field = /^metadata\.(name|namespace|uid)$/.exec(path)?.[1] as 'name' | 'namespace' | 'uid' | undefined
  return field === undefined ? undefined : metadata[field]
}

/** `1 (limits.cpu)`: rounded up to whole cores or bytes. */
function resourceText(container: Container, resource: string): string {
  const [list = '', name = ''] = resource.split(/\.(.*)/)
  const amount = container.resources?.[list as 'limits' | 'requests']?.[name]
  const text = amount === undefined ? '0' : String(Math.ceil(milliValue(amount) / 1000))
  return `${text === '0' && list === 'limits' ? 'node allocatable' : text} (${resource})`
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
