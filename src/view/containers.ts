// The containers of a node as `docker ps`, `crictl ps` and `crictl pods` list them: youngest first, so that a pod's pause container, made first, stands below its others.
import type { Container, Pod } from '../apply/object'
import { timeOf } from '../cluster/clock'
import { compareText, type State } from '../cluster/state'
import { commandOf } from '../control/image'
import { idOf } from '../control/kubelet-status'
import { podsOn } from '../control/pod-index'
import { pauseImage } from '../control/pause'
import { aligned } from './kubectl/tabs'

interface Shown {
  readonly pod: Pod
  readonly id: string
  readonly image: string
  readonly command: string
  readonly name: string
  readonly sinceMs: number
  readonly attempt: number
  readonly sandbox: boolean
}

function shownOn(state: State, node: string): readonly Shown[] {
  const all = podsOn(state, node).flatMap(pod => shownOf(state, pod))
  return all.sort(
    (a, b) => b.sinceMs - a.sinceMs || Number(a.sandbox) - Number(b.sandbox) || compareText(a.pod.metadata.name, b.pod.metadata.name),
  )
}

function shownOf(state: State, pod: Pod): readonly Shown[] {
  const running = (pod.status?.containerStatuses ?? []).filter(s => s.state?.running !== undefined)
  if (running.length === 0 && pod.status?.podIP === undefined) return []
  const sinceMs = timeOf(state, pod.status?.startTime) ?? 0
  const pause = { image: pauseImage(state.config.kubernetesVersion), command: '/pause', name: 'POD', sinceMs, attempt: 0, sandbox: true }
  const sandbox = { pod, id: sandboxId(state, pod), ...pause }
  const containers = running.map(s => {
    const spec = pod.spec.containers.find(c => c.name === s.name)
    return {
      pod,
      id: idIn(s as { containerID?: string }) ?? idOf(state, `container ${pod.metadata.uid} ${s.name} ${s.restartCount}`),
      image: spec?.image ?? '',
      command: commandText(spec),
      name: s.name,
      sinceMs: timeOf(state, s.state?.running?.startedAt) ?? sinceMs,
      attempt: s.restartCount,
      sandbox: false,
    }
  })
  return [...containers, sandbox]
}

const idIn = (status: { readonly containerID?: string }): string | undefined => status.containerID?.replace(/^\w+:\/\//, '')
const sandboxId = (state: State, pod: Pod): string => idOf(state, `sandbox ${pod.metadata.uid}`)
const commandText = (c: Container | undefined): string => [...(c?.command ?? []), ...(c?.args ?? [])].join(' ') || commandOf(c?.image)

/** `40 seconds ago`, without the `ago`. */
function ago(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000))
  if (seconds < 1) return 'Less than a second'
  if (seconds === 1) return '1 second'
  if (seconds < 60) return `${seconds} seconds`
  const minutes = Math.floor(seconds / 60)
  if (minutes === 1) return 'About a minute'
  if (minutes < 60) return `${minutes} minutes`
  const hours = Math.round(minutes / 60)
  if (hours === 1) return 'About an hour'
  if (hours < 48) return `${hours} hours`
  return hours < 24 * 14 ? `${Math.floor(hours / 24)} days` : `${Math.floor(hours / 24 / 7)} weeks`
}

const shortened = (text: string, most: number): string => (text.length > most ? `${text.slice(0, most - 1)}…` : text)

/** A node's pause containers, named as dockershim does. */
export const sandboxesOn = (state: State, node: string): readonly { readonly id: string; readonly name: string; readonly pod: Pod }[] =>
  shownOn(state, node).flatMap(c => (c.sandbox ? [{ id: c.id, name: dockerName(c), pod: c.pod }] : []))

const dockerName = ({ name, pod: { metadata }, attempt }: Shown): string =>
  `k8s_${name}_${metadata.name}_${metadata.namespace}_${metadata.uid}_${attempt}`

/** What the docker CLI prints; names as dockershim gives them. */
export function dockerPs(state: State, node: string, full = false): string {
  const rows = shownOn(state, node).map(c => {
    const age = ago(state.nowMs - c.sinceMs)
    const command = `"${full ? c.command : shortened(c.command, 20)}"`
    const id = full ? c.id : c.id.slice(0, 12)
    return [id, c.image, command, `${age} ago`, `Up ${age}`, '', dockerName(c)]
  })
  return lines([['CONTAINER ID', 'IMAGE', 'COMMAND', 'CREATED', 'STATUS', 'PORTS', 'NAMES'], ...rows])
}

/** What crictl prints of containers; sandboxes are pods to it: `crictl pods`. */
export function crictlPs(state: State, node: string): string {
  const rows = shownOn(state, node)
    .filter(c => !c.sandbox)
    .map(c => {
      const { name, namespace } = c.pod.metadata
      return [
        c.id.slice(0, 13),
        c.image,
        `${ago(state.nowMs - c.sinceMs)} ago`,
        'Running',
        c.name,
        String(c.attempt),
        sandboxId(state, c.pod).slice(0, 13),
        name,
        namespace ?? '',
      ]
    })
  return lines([['CONTAINER', 'IMAGE', 'CREATED', 'STATE', 'NAME', 'ATTEMPT', 'POD ID', 'POD', 'NAMESPACE'], ...rows])
}

/** What `crictl pods` prints: the sandboxes. */
export function crictlPods(state: State, node: string): string {
  const rows = shownOn(state, node)
    .filter(c => c.sandbox)
    .map(c => [
      c.id.slice(0, 13),
      `${ago(state.nowMs - c.sinceMs)} ago`,
      'Ready',
      c.pod.metadata.name,
      c.pod.metadata.namespace ?? '',
      '0',
      '(default)',
    ])
  return lines([['POD ID', 'CREATED', 'STATE', 'NAME', 'NAMESPACE', 'ATTEMPT', 'RUNTIME'], ...rows])
}

const lines = (rows: readonly (readonly string[])[]): string =>
  `${aligned(rows.map(r => r.join('\t')).join('\n'), { minWidth: 8, padding: 3 })}\n`
