// READY, STATUS, RESTARTS of a pod. Stands for printPod in the API server's printers.
import type { Pod } from '../../apply/object'
import type { State } from '../../cluster/state'
import { ageText } from './age'

interface ContainerState {
  readonly reason?: string
  readonly signal?: number
  readonly exitCode?: number
  readonly finishedAt?: string
}

interface Status {
  readonly name: string
  readonly ready: boolean
  readonly restartCount: number
  readonly started?: boolean
  readonly state?: { readonly waiting?: ContainerState; readonly running?: object; readonly terminated?: ContainerState }
  readonly lastState?: { readonly terminated?: ContainerState }
}

/** The cells of `get pods`, those of `-o wide` last. */
export function podCells(state: State, pod: Pod, name: string): readonly string[] {
  const { reason, ready, restarts, last } = summaryOf(pod)
  const total = pod.spec.containers.length + (pod.spec.initContainers ?? []).filter(c => c.restartPolicy === 'Always').length
  const again =
    restarts > 0 && last !== undefined && state.config.profile !== 'v1.13' ? `${restarts} (${ageText(state, last)} ago)` : String(restarts)
  const nominated = (pod.status as { nominatedNodeName?: string } | undefined)?.nominatedNodeName
  return [
    name,
    `${ready}/${total}`,
    reason,
    again,
    ageText(state, pod.metadata.creationTimestamp),
    pod.status?.podIPs?.[0]?.ip ?? (pod.status?.podIP || '<none>'),
    pod.spec.nodeName || '<none>',
    nominated || '<none>',
    readinessGates(pod),
  ]
}

function readinessGates(pod: Pod): string {
  const gates = pod.spec.readinessGates ?? []
  if (gates.length === 0) return '<none>'
  const met = gates.filter(g => pod.status?.conditions?.find(c => c.type === g.conditionType)?.status === 'True').length
  return `${met}/${gates.length}`
}

interface Summary {
  readonly reason: string
  readonly ready: number
  readonly restarts: number
  readonly last: string | undefined
}

function summaryOf(pod: Pod): Summary {
  const statuses = (pod.status?.containerStatuses ?? []) as readonly Status[]
  const inits = ((pod.status as { initContainerStatuses?: readonly Status[] } | undefined)?.initContainerStatuses ??
    []) as readonly Status[]
  let reason = pod.status?.reason || pod.status?.phase || 'Unknown'
  if (pod.status?.conditions?.some(c => c.type === 'PodScheduled' && c.reason === 'SchedulingGated')) reason = 'SchedulingGated'
  const sidecars = new Set((pod.spec.initContainers ?? []).filter(c => c.restartPolicy === 'Always').map(c => c.name))
  let ready = inits.filter(s => sidecars.has(s.name) && s.started && s.ready).length
  let restarts = inits.reduce((sum, s) => sum + s.restartCount, 0)
  const init = initReason(pod, inits, sidecars)
  let last = latest(inits)
  if (init !== undefined) reason = init
  else {
    restarts =
      inits.filter(s => sidecars.has(s.name)).reduce((sum, s) => sum + s.restartCount, 0) +
      statuses.reduce((sum, s) => sum + s.restartCount, 0)
    last = latest([...inits.filter(s => sidecars.has(s.name)), ...statuses])
    let running = false
    for (const s of [...statuses].reverse()) {
      reason = reasonOf(s) ?? reason
      if (s.ready && s.state?.running !== undefined) {
        running = true
        ready++
      }
    }
    if (reason === 'Completed' && running)
      reason = pod.status?.conditions?.some(c => c.type === 'Ready' && c.status === 'True') ? 'Running' : 'NotReady'
  }
  if (pod.metadata.deletionTimestamp !== undefined) {
    if (pod.status?.reason === 'NodeLost') reason = 'Unknown'
    else if (pod.status?.phase !== 'Succeeded' && pod.status?.phase !== 'Failed') reason = 'Terminating'
  }
  return { reason, ready, restarts, last }
}

function reasonOf(s: Status): string | undefined {
  if (s.state?.waiting?.reason) return s.state.waiting.reason
  const ended = s.state?.terminated
  if (ended === undefined) return undefined
  return ended.reason || (ended.signal ? `Signal:${ended.signal}` : `ExitCode:${ended.exitCode ?? 0}`)
}

/** What holds the pod up before its containers start. */
function initReason(pod: Pod, inits: readonly Status[], sidecars: ReadonlySet<string>): string | undefined {
  for (const [i, s] of inits.entries()) {
    const ended = s.state?.terminated
    if (ended?.exitCode === 0 && ended !== undefined) continue
    if (sidecars.has(s.name) && s.started) continue
    if (ended !== undefined) return `Init:${ended.reason || (ended.signal ? `Signal:${ended.signal}` : `ExitCode:${ended.exitCode ?? 0}`)}`
    const waiting = s.state?.waiting?.reason
    if (waiting && waiting !== 'PodInitializing') return `Init:${waiting}`
    return `Init:${i}/${(pod.spec.initContainers ?? []).length}`
  }
  return undefined
}

const latest = (statuses: readonly Status[]): string | undefined =>
  statuses
    .map(s => s.lastState?.terminated?.finishedAt)
    .filter(t => t !== undefined)
    .sort()
    .at(-1)
