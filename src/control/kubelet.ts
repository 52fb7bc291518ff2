// All kubelets: a pod bound to a node waits for its containers, gets its address, runs, becomes ready, and goes after its grace. Stands for kubelet + CNI ADD.
// A pod that comes with an address is left as it is. Not simulated: image pull failures, restarts, init containers' own time, volumes.
import { familyOf, ipText, readIp, type Ip } from '../addr/ip'
import type { Condition, Node, Pod } from '../apply/object'
import { remember, timeText } from '../cluster/clock'
import { recordEvents } from '../cluster/event'
import { keyOf, objectOf, type State } from '../cluster/state'
import { put, write, type Change } from '../cluster/write'
import type { Controller } from './controller'
import { nextAddress, podCidrsOf } from './ipam'
import { killed, started, unhealthy } from './kubelet-events'
import { pinnedIP, reservedIPs } from './pin'
import { isFinished, podIPs } from './pod-state'
import { probeFailure } from './probe'
import { CONTROL_PROFILES } from './profile'

type Facts = Record<string, number | string | undefined>

export const kubelets: Controller = {
  name: 'kubelet',
  reads: ['Pod', 'Node'],
  run: state => {
    const work: Work = { changes: [], facts: {}, said: [], taken: undefined }
    for (const pod of (state.objects.get('Pod')?.values() ?? []) as Iterable<Pod>) if (pod.spec.nodeName) look(state, pod, work)
    const written = write(remember(state, work.facts), work.changes, 'kubelet')
    return state.config.kubelets.events ? recordEvents(written, work.said) : written
  },
}

interface Work {
  readonly changes: Change[]
  readonly facts: Facts
  readonly said: Parameters<typeof recordEvents>[1][number][]
  /** Addresses in use or kept for others; read when first needed. */
  taken: Set<string> | undefined
}

/** The timers of a pod, in memory: `timer start default/web-1` → virtual milliseconds. */
const timer = (what: 'start' | 'ready' | 'stop', key: string): string => `timer ${what} ${key}`

function look(state: State, pod: Pod, work: Work): void {
  const key = keyOf(pod)
  const due = (what: 'start' | 'ready' | 'stop') => {
    const at = state.memory[timer(what, key)]
    return at === undefined ? undefined : Number(at) <= state.nowMs
  }
  const begun = due('start')
  if (pod.metadata.deletionTimestamp !== undefined) stop(state, pod, key, due('stop'), work)
  else if (isFinished(pod) || begun === false) return
  else if (begun === true) start(state, pod, key, work)
  else if (state.memory[`run by kubelet ${key}`] !== undefined) ready(state, pod, key, due('ready'), work)
  else if (podIPs(pod).length === 0) accept(state, pod, key, work)
  else completeGiven(state, pod, work)
}

/** First sight: containers are being created. */
function accept(state: State, pod: Pod, key: string, work: Work): void {
  const node = objectOf(state, 'Node', pod.spec.nodeName!)
  if (node === undefined) return
  work.facts[timer('start', key)] = state.nowMs + state.config.kubelets.startSeconds * 1000
  const waiting = pod.spec.containers.map(c => ({
    name: c.name,
    ready: false,
    started: false,
    restartCount: 0,
    image: c.image ?? '',
    imageID: '',
    lastState: {},
    state: { waiting: { reason: 'ContainerCreating' } },
  }))
  work.changes.push(
    put({
      ...pod,
      status: {
        ...pod.status,
        phase: 'Pending',
        ...hostIPs(node, state),
        startTime: timeText(state),
        conditions: conditions(state, pod, false, false),
        containerStatuses: waiting,
      } as Pod['status'],
    }),
  )
}

/** The containers run: address, phase Running, ready unless a probe still has to say so. */
function start(state: State, pod: Pod, key: string, work: Work): void {
  const node = objectOf(state, 'Node', pod.spec.nodeName!)
  if (node === undefined) return
  const ips = addressesFor(state, pod, node, key, work)
  if (ips.length === 0) return
  const probed = pod.spec.containers.filter(c => c.readinessProbe !== undefined)
  const delay = Math.max(0, ...probed.map(c => 1 + (c.readinessProbe!.initialDelaySeconds ?? 0)))
  work.facts[timer('start', key)] = undefined
  work.facts[`run by kubelet ${key}`] = 1
  if (probed.length > 0) work.facts[timer('ready', key)] = state.nowMs + delay * 1000
  const addresses = { podIP: ips[0], podIPs: ips.map(ip => ({ ip })) }
  const bare = { ...pod, status: { ...pod.status, ...addresses } } as Pod
  const isReady = probed.length === 0 && state.memory[`unready ${key}`] === undefined
  work.changes.push(put(running(state, bare, () => isReady)))
  work.said.push(...started(state, pod))
}

/** Readiness as the probes see it now. */
function ready(state: State, pod: Pod, key: string, due: boolean | undefined, work: Work): void {
  if (due === false) return
  if (due === true) work.facts[timer('ready', key)] = undefined
  const forced = state.memory[`unready ${key}`] !== undefined
  const failures = pod.spec.containers.map(c => (forced ? 'HTTP probe failed with statuscode: 503' : probeFailure(state.config, pod, c)))
  const after = running(state, pod, i => failures[i] === undefined)
  work.changes.push(put(after))
  for (const [i, failure] of failures.entries()) {
    if (failure === undefined || state.memory[`unhealthy ${key} ${i}`] === failure) continue
    work.facts[`unhealthy ${key} ${i}`] = failure
    work.said.push(unhealthy(pod, pod.spec.containers[i]!.name, failure))
  }
}

/** The end: SIGTERM at once, the object goes when the containers have stopped. */
function stop(state: State, pod: Pod, key: string, due: boolean | undefined, work: Work): void {
  if (due === undefined) {
    const grace = pod.metadata.deletionGracePeriodSeconds ?? 30
    work.facts[timer('stop', key)] = state.nowMs + Math.min(grace, state.config.kubelets.stopSeconds) * 1000
    if (pod.status?.phase === 'Running') work.said.push(...killed(state, pod))
  } else if (due) {
    const gone = [
      timer('start', key),
      timer('ready', key),
      timer('stop', key),
      `run by kubelet ${key}`,
      `pinned node ${key}`,
      `pinned ip ${key}`,
      `unready ${key}`,
    ]
    for (const name of gone) work.facts[name] = undefined
    work.changes.push({ do: 'delete', kind: 'Pod', key })
  }
}

/** A pod that came with an address and without a status runs and is ready. */
function completeGiven(state: State, pod: Pod, work: Work): void {
  const node = objectOf(state, 'Node', pod.spec.nodeName!)
  const { status } = pod
  if (status?.conditions?.some(c => c.type === 'Ready') && status.phase !== undefined) return
  const isReady = status?.phase === undefined || status.phase === 'Running'
  const full = running(state, pod, () => isReady)
  const given = Object.fromEntries(Object.entries(status ?? {}).filter(([name]) => name !== 'conditions'))
  const merged = { ...full.status, ...(node === undefined ? {} : hostIPs(node, state)), ...given, podIPs: podIPs(pod).map(ip => ({ ip })) }
  work.changes.push(put({ ...pod, status: merged as Pod['status'] }))
}

function running(state: State, pod: Pod, isReady: (container: number) => boolean): Pod {
  const before = pod.status?.containerStatuses
  const startedAt = before?.[0]?.state?.running?.startedAt ?? timeText(state)
  const containerStatuses = pod.spec.containers.map((c, i) => ({
    name: c.name,
    ready: isReady(i),
    started: true,
    restartCount: before?.[i]?.restartCount ?? 0,
    image: c.image ?? '',
    imageID: '',
    lastState: {},
    state: { running: { startedAt: before?.[i]?.state?.running?.startedAt ?? startedAt } },
  }))
  const all = containerStatuses.every(c => c.ready)
  return {
    ...pod,
    status: {
      startTime: timeText(state),
      ...pod.status,
      phase: 'Running',
      conditions: conditions(state, pod, true, all),
      containerStatuses,
    } as Pod['status'],
  }
}

/** The five (in old releases four) conditions, each with the time of its last change. */
function conditions(state: State, pod: Pod, hasSandbox: boolean, allReady: boolean): readonly Condition[] {
  const names = pod.spec.containers.map(c => c.name).join(' ')
  const notReady = { reason: 'ContainersNotReady', message: `containers with unready status: [${names}]` }
  const gates = (pod.spec.readinessGates ?? []).filter(
    g => pod.status?.conditions?.find(c => c.type === g.conditionType)?.status !== 'True',
  )
  const gated = {
    reason: 'ReadinessGatesNotReady',
    message: gates.map(g => `corresponding condition of pod readiness gate "${g.conditionType}" does not exist.`).join(' '),
  }
  const wanted: Condition[] = [
    ...(CONTROL_PROFILES[state.config.profile].readyToStart
      ? [{ type: 'PodReadyToStartContainers', status: hasSandbox ? ('True' as const) : ('False' as const) }]
      : []),
    { type: 'Initialized', status: 'True' },
    !allReady
      ? { type: 'Ready', status: 'False', ...notReady }
      : gates.length > 0
        ? { type: 'Ready', status: 'False', ...gated }
        : { type: 'Ready', status: 'True' },
    { type: 'ContainersReady', status: allReady ? 'True' : 'False', ...(allReady ? {} : notReady) },
    { type: 'PodScheduled', status: 'True' },
  ]
  const others = (pod.status?.conditions ?? []).filter(c => !wanted.some(w => w.type === c.type))
  return [...wanted.map(c => stamped(state, c, pod)), ...others]
}

function stamped(state: State, condition: Condition, pod: Pod): Condition {
  const old = pod.status?.conditions?.find(c => c.type === condition.type)
  return {
    ...condition,
    lastTransitionTime: old?.status === condition.status ? (old.lastTransitionTime ?? timeText(state)) : timeText(state),
  }
}

const internalIPs = (node: Node): readonly string[] =>
  (node.status?.addresses ?? []).filter(a => a.type === 'InternalIP').map(a => a.address)

function hostIPs(node: Node, state: State): object {
  const ips = internalIPs(node)
  if (ips[0] === undefined) return {}
  return { hostIP: ips[0], ...(CONTROL_PROFILES[state.config.profile].hostIPs ? { hostIPs: ips.map(ip => ({ ip })) } : {}) }
}

/** The node's own for hostNetwork, the pinned one, or the next free of each of the node's ranges. Empty: nothing left, the pod waits. */
function addressesFor(state: State, pod: Pod, node: Node, key: string, work: Work): readonly string[] {
  if (pod.spec.hostNetwork) return internalIPs(node)
  work.taken ??= addressesInUse(state)
  const pinned = pinnedIP(state, key)
  const ips: string[] = []
  for (const range of podCidrsOf(node)) {
    const cursor = `ipam ${node.metadata.name} ${familyOf(range.ip)}`
    const wanted = pinned === undefined ? undefined : readIp(pinned)
    const last = readIp(String(work.facts[cursor] ?? state.memory[cursor] ?? ''))
    const ip: Ip | undefined =
      wanted !== undefined && familyOf(wanted) === familyOf(range.ip) ? wanted : nextAddress(range, last, text => work.taken!.has(text))
    if (ip === undefined) return []
    work.taken.add(ipText(ip))
    work.facts[cursor] = ipText(ip)
    ips.push(ipText(ip))
  }
  return ips.length === 0 && pinned !== undefined ? [pinned] : ips
}

function addressesInUse(state: State): Set<string> {
  const taken = new Set(reservedIPs(state))
  for (const pod of (state.objects.get('Pod')?.values() ?? []) as Iterable<Pod>) for (const ip of podIPs(pod)) taken.add(ip)
  for (const slice of state.objects.get('EndpointSlice')?.values() ?? []) {
    for (const endpoint of (slice as unknown as { endpoints?: readonly { addresses?: readonly string[] }[] | null }).endpoints ?? [])
      for (const ip of endpoint.addresses ?? []) taken.add(ip)
  }
  return taken
}

/** A scenario's word: the pod's readiness fails (or no longer does), whatever its probes would say. */
export const setReadiness = (state: State, podKey: string, isReady: boolean): State =>
  remember(state, {
    [`unready ${podKey}`]: isReady ? undefined : 1,
    ...(isReady || state.memory[`run by kubelet ${podKey}`] !== undefined ? {} : { [`run by kubelet ${podKey}`]: 1 }),
  })
