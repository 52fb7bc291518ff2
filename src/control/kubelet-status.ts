// The status of a pod as its kubelet writes it: conditions, container statuses, host addresses. Stands for kubelet's status manager.
import type { Condition, Container, Node, Pod } from '../apply/object'
import { timeText } from '../cluster/clock'
import { clusterNode } from '../cluster/cluster-node'
import { extended } from '../cluster/extended'
import { uuid } from '../cluster/random'
import { sharing } from '../cluster/sharing'
import type { State } from '../cluster/state'
import { heldState } from './missing-config'
import { conditionOf, conditionSince, podIPs } from './pod-state'
import { CONTROL_PROFILES } from './profile'

type Status = NonNullable<Pod['status']>
type ContainerStatus = NonNullable<Status['containerStatuses']>[number]

const NO_STATE = {}
const waitingFor = {
  ContainerCreating: { waiting: { reason: 'ContainerCreating' } },
  PodInitializing: { waiting: { reason: 'PodInitializing' } },
}
const sharedState = sharing<{ readonly running: { readonly startedAt: string } }>()
const runningSince = (startedAt: string) => sharedState(startedAt, () => ({ running: { startedAt } }))

/** Being created: Pending, each container waiting. */
export function waiting(state: State, pod: Pod, node: Node): Pod {
  const reason = (pod.spec.initContainers ?? []).length > 0 ? 'PodInitializing' : 'ContainerCreating'
  const named = pod.spec.containers.map(c => `${c.name} ${c.image ?? ''}`).join()
  const containerStatuses = sharedWaiting(`${reason} ${named}`, () => pod.spec.containers.map(c => idleStatus(c, waitingFor[reason])))
  return {
    ...pod,
    status: extended(pod.status ?? {}, {
      phase: 'Pending',
      ...hostIPs(node, state),
      startTime: timeText(state),
      conditions: conditions(state, pod, { sandbox: false, initialized: reason === 'ContainerCreating', ready: false }),
      ...initStatuses(pod, false),
      containerStatuses,
    }) as Status,
  }
}

const sharedWaiting = sharing<readonly ContainerStatus[]>()

/** A container that has not begun. */
const idleStatus = (c: Container, state: ContainerStatus['state']): ContainerStatus =>
  ({
    name: c.name,
    ready: false,
    started: false,
    restartCount: 0,
    image: c.image ?? '',
    imageID: '',
    lastState: NO_STATE,
    state,
  }) as ContainerStatus

const initStatuses = (pod: Pod, done: boolean): object =>
  (pod.spec.initContainers ?? []).length === 0
    ? {}
    : {
        initContainerStatuses: pod.spec.initContainers!.map(c => ({
          name: c.name,
          ready: done,
          restartCount: 0,
          image: c.image ?? '',
          imageID: '',
          lastState: NO_STATE,
          state: done ? { terminated: { reason: 'Completed', exitCode: 0 } } : waitingFor.PodInitializing,
        })),
      }

/** An init container waits for a ConfigMap or Secret: the sandbox is there, those before it are done. */
export function initHeld(state: State, pod: Pod, container: string, why: string): Pod {
  const [before, after] = [initStatuses(pod, true), initStatuses(pod, false)] as readonly InitStatuses[]
  const at = (pod.spec.initContainers ?? []).findIndex(c => c.name === container)
  const initContainerStatuses = (pod.spec.initContainers ?? []).map((_, i) =>
    i < at ? before!.initContainerStatuses![i] : { ...after!.initContainerStatuses![i]!, ...(i === at ? { state: heldState(why) } : {}) },
  )
  const facts = { sandbox: true, initialized: false, ready: false }
  return { ...pod, status: { ...pod.status, conditions: conditions(state, pod, facts), initContainerStatuses } as Status }
}

interface InitStatuses {
  readonly initContainerStatuses?: readonly object[]
}

const NONE_HELD: ReadonlyMap<string, string> = new Map()

/** Everything runs, each container ready or not; `held` are those that cannot start, and why. */
export function running(state: State, pod: Pod, isReady: (container: number) => boolean, held = NONE_HELD): Pod {
  const before = pod.status?.containerStatuses
  const containerStatuses = pod.spec.containers.map((c, i) =>
    held.has(c.name)
      ? idleStatus(c, heldState(held.get(c.name)!))
      : {
          name: c.name,
          ready: isReady(i),
          started: true,
          restartCount: before?.[i]?.restartCount ?? 0,
          image: c.image ?? '',
          imageID: (before?.[i] as { imageID?: string } | undefined)?.imageID ?? '',
          containerID:
            (before?.[i] as { containerID?: string } | undefined)?.containerID ??
            containerId(state, pod, c.name, before?.[i]?.restartCount ?? 0),
          lastState: (before?.[i] as { lastState?: object } | undefined)?.lastState ?? NO_STATE,
          state: runningSince(before?.[i]?.state?.running?.startedAt ?? timeText(state)),
        },
  )
  const ready = containerStatuses.every(c => c.ready)
  return {
    ...pod,
    status: {
      startTime: timeText(state),
      ...pod.status,
      phase: held.size > 0 ? 'Pending' : 'Running',
      conditions: conditions(state, pod, { sandbox: true, initialized: true, ready }),
      ...initStatuses(pod, true),
      containerStatuses,
    } as Status,
  }
}

/** 64 hex digits from the seed, as a runtime names its containers. */
export const idOf = (state: State, purpose: string): string =>
  [1, 2].map(n => uuid(state.seed, `${purpose} ${n}`).replaceAll('-', '')).join('')

function containerId(state: State, pod: Pod, container: string, restarts: number): string {
  const node = clusterNode(state.config, pod.spec.nodeName ?? '')
  return [node?.containerRuntime ?? 'containerd', idOf(state, `container ${pod.metadata.uid} ${container} ${restarts}`)].join('://')
}

/** A container was killed and started again, or waits for its next start. */
export function restarted(state: State, pod: Pod, container: string, backOff: boolean): Pod {
  const now = timeText(state)
  const containerStatuses = (pod.status?.containerStatuses ?? []).map(c => {
    if (c.name !== container) return c
    const restarts = c.restartCount + 1
    const last = { terminated: { exitCode: 137, reason: 'Error', startedAt: c.state?.running?.startedAt ?? now, finishedAt: now } }
    const reason = { reason: 'CrashLoopBackOff', message: `back-off restarting failed container=${container}` }
    return {
      ...c,
      ready: !backOff && c.ready,
      restartCount: restarts,
      containerID: containerId(state, pod, container, restarts),
      lastState: last,
      state: backOff ? { waiting: reason } : { running: { startedAt: now } },
    }
  })
  const ready = containerStatuses.every(c => c.ready)
  return {
    ...pod,
    status: { ...pod.status, containerStatuses, conditions: conditions(state, pod, { sandbox: true, initialized: true, ready }) } as Status,
  }
}

/** Whether a container of the pod waits for its next start. */
export const failing = (pod: Pod): boolean =>
  (pod.status?.containerStatuses ?? []).some(c => c.state?.waiting?.reason === 'CrashLoopBackOff')

/** Its containers have ended, the sandbox is gone. */
export function terminated(state: State, pod: Pod): Pod {
  const now = timeText(state)
  const containerStatuses = (pod.status?.containerStatuses ?? []).map(c => ({
    ...c,
    ready: false,
    started: false,
    state: {
      terminated: { exitCode: 0, reason: 'Completed', startedAt: c.state?.running?.startedAt ?? now, finishedAt: now },
    },
  })) as unknown as ContainerStatus[]
  return {
    ...pod,
    status: {
      ...pod.status,
      containerStatuses,
      conditions: conditions(state, pod, { sandbox: false, initialized: true, ready: false }),
    } as Status,
  }
}

/** Its process did what it had to do. */
export function completed(state: State, pod: Pod): Pod {
  const ended = terminated(state, pod)
  const reason = { reason: 'PodCompleted' }
  const conditions = (ended.status?.conditions ?? []).map(c =>
    ['Ready', 'ContainersReady', 'Initialized'].includes(c.type)
      ? { type: c.type, status: c.status, ...reason, ...(c.lastTransitionTime ? { lastTransitionTime: c.lastTransitionTime } : {}) }
      : c,
  )
  return { ...ended, status: { ...ended.status, phase: 'Succeeded', conditions } as Status }
}

/** Whether a given pod tells all that others need to know. */
export const atRest = (pod: Pod): boolean =>
  pod.status?.phase !== undefined && Boolean(pod.status.conditions?.some(c => c.type === 'Ready'))

/** A pod that came with an address, completed: what it said itself stays. */
export function given(state: State, pod: Pod, node: Node): Pod {
  const { status } = pod
  const isReady = status?.phase === undefined || status.phase === 'Running'
  const full = running(state, pod, () => isReady)
  const own = Object.fromEntries(Object.entries(status ?? {}).filter(([name]) => name !== 'conditions'))
  return { ...pod, status: { ...full.status, ...hostIPs(node, state), ...own, podIPs: podIPs(pod).map(ip => ({ ip })) } as Status }
}

interface Facts {
  readonly sandbox: boolean
  readonly initialized: boolean
  readonly ready: boolean
}

/** The five (in old releases four) conditions, each with the time of its last change. */
function conditions(state: State, pod: Pod, { sandbox, initialized, ready }: Facts): readonly Condition[] {
  const names = pod.spec.containers.map(c => c.name).join(' ')
  const notReady = { reason: 'ContainersNotReady', message: `containers with unready status: [${names}]` }
  const inits = (pod.spec.initContainers ?? []).map(c => c.name).join(' ')
  const notInitialized = { reason: 'ContainersNotInitialized', message: `containers with incomplete status: [${inits}]` }
  const gates = (pod.spec.readinessGates ?? []).filter(
    g => pod.status?.conditions?.find(c => c.type === g.conditionType)?.status !== 'True',
  )
  const gated = {
    reason: 'ReadinessGatesNotReady',
    message: gates.map(g => `corresponding condition of pod readiness gate "${g.conditionType}" does not exist.`).join(' '),
  }
  const wanted: Condition[] = [
    ...(CONTROL_PROFILES[state.config.profile].readyToStart
      ? [{ type: 'PodReadyToStartContainers', status: sandbox ? ('True' as const) : ('False' as const) }]
      : []),
    { type: 'Initialized', ...(initialized ? { status: 'True' as const } : { status: 'False' as const, ...notInitialized }) },
    !ready
      ? { type: 'Ready', status: 'False', ...notReady }
      : gates.length > 0
        ? { type: 'Ready', status: 'False', ...gated }
        : { type: 'Ready', status: 'True' },
    { type: 'ContainersReady', status: ready ? 'True' : 'False', ...(ready ? {} : notReady) },
    { type: 'PodScheduled', status: 'True' },
  ]
  const others = (pod.status?.conditions ?? []).filter(c => !wanted.some(w => w.type === c.type))
  return wanted.map(c => stamped(state, c, pod)).concat(others)
}

function stamped(state: State, condition: Condition, pod: Pod): Condition {
  const old = conditionOf(pod, condition.type)
  return conditionSince(condition, old?.status === condition.status ? (old.lastTransitionTime ?? timeText(state)) : timeText(state))
}

export const internalIPs = (node: Node): readonly string[] =>
  (node.status?.addresses ?? []).filter(a => a.type === 'InternalIP').map(a => a.address)

const sharedIPs = sharing<readonly { readonly ip: string }[]>()

function hostIPs(node: Node, state: State): object {
  const ips = internalIPs(node)
  if (ips[0] === undefined) return {}
  const all = sharedIPs(ips.join(), () => ips.map(ip => ({ ip })))
  return { hostIP: ips[0], ...(CONTROL_PROFILES[state.config.profile].hostIPs ? { hostIPs: all } : {}) }
}
