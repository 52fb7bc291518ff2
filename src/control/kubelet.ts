// All kubelets: a pod bound to a node waits for its sandbox and containers, gets its address, runs, becomes ready, restarts where its liveness fails, and goes
// after its grace. Stands for kubelet + CNI ADD. A pod that comes with an address is left as it is. Not simulated: image pulls that fail, volumes other than ConfigMaps and Secrets that are missing.
import type { Container, Node, Pod } from '../apply/object'
import { remember } from '../cluster/clock'
import { keyOf, objectOf, type State, type WatchEvent } from '../cluster/state'
import { put, type Change } from '../cluster/write'
import type { Said } from '../cluster/event'
import { silentSince } from './component'
import { CONTENT, type Again, type Controller, type Facts, type Sync } from './controller'
import { configFact } from './container-env'
import { failedMount, failedSandbox, initDone, initFailed, killed, livenessFailed, started, unhealthy } from './kubelet-events'
import { controllerOf } from './selector'
import { atRest, completed, failing, given, initHeld, restarted, running, terminated, waiting } from './kubelet-status'
import { missingConfig, unmountable } from './missing-config'
import { addressesFor } from './pod-address'
import { podsOn } from './pod-index'
import { isFinished, podIPs } from './pod-state'
import { endingSeconds } from './pre-stop'
import { livenessFailure, livenessSeconds, probeFailure } from './probe'

/** From the end of the containers to the end of the pod, in milliseconds. */
const TEARDOWN_MS = 110
/** A pod for which there is no address tries again. */
const SANDBOX_RETRY_MS = 15_000
/** A container whose ConfigMap or Secret is missing tries again; a volume twice as long after each time, from the first to the last. */
const CONFIG_RETRY_MS = 10_000
const [MOUNT_RETRY_MS, LAST_MOUNT_RETRY_MS] = [500, 122_000]
/** How long the process of a Job runs. */
const JOB_MS = 1000

export const kubelets: Controller = {
  name: 'kubelet',
  latencyMs: 8,
  watches: ['Pod', 'ConfigMap', 'Secret'],
  keys: ({ event }, state) => {
    if (event.object.kind !== 'Pod') return waitingForConfig(state, event.object.metadata.namespace)
    return (event.object as Pod).spec.nodeName && !isOwnWord(state, event) ? [keyOf(event.object)] : []
  },
  sync: (state, key) => {
    if (key.startsWith('node/')) return { again: podsOn(state, key.slice(5)).map(pod => ({ key: keyOf(pod), atMs: state.nowMs })) }
    const pod = objectOf(state, 'Pod', key)
    if (pod === undefined) return state.memory[`kubelet ${key}`] === undefined ? CONTENT : { facts: forgotten(state, key) }
    const node = objectOf(state, 'Node', pod.spec.nodeName ?? '')
    if (node === undefined || silentSince(state, node.metadata.name) !== undefined) return CONTENT
    const quiet = look({ state, pod, node, key })
    return state.config.kubelets.events ? quiet : { ...quiet, said: [] }
  },
}

/** Pods of a namespace that cannot start because some ConfigMap or Secret is missing. */
const waitingForConfig = (state: State, namespace: string | undefined): readonly string[] =>
  [...(state.objects.get('Pod')?.keys() ?? [])].filter(
    key => key.startsWith(`${namespace}/`) && /^(mount|config) /.test(String(state.memory[`kubelet ${key}`])),
  )

/** Whether a write says what the kubelet has just found out, about a pod that has no probe to ask again. */
function isOwnWord(state: State, event: WatchEvent): boolean {
  const pod = event.object as Pod
  if (event.by !== 'kubelet' || event.type !== 'MODIFIED' || pod.metadata.deletionTimestamp !== undefined) return false
  const key = keyOf(pod)
  if (state.memory[`kubelet ${key}`] !== 'running' || isUnready(state, pod)) return false
  return !pod.spec.containers.some(c => c.readinessProbe !== undefined || c.livenessProbe !== undefined)
}

interface Look {
  readonly state: State
  readonly pod: Pod
  readonly node: Node
  readonly key: string
}

/** Where a pod is on its way: a word and, for what has a time, when. Remembered as `kubelet default/web-1` → `start 610`. */
type Phase =
  | { readonly is: 'unseen' | 'running' }
  | { readonly is: 'mount' | 'config' | 'start' | 'ready' | 'finish' | 'stop' | 'gone'; readonly atMs: number }

function phaseOf({ state, key }: Look): Phase {
  const [is, at] = String(state.memory[`kubelet ${key}`] ?? 'unseen').split(' ')
  return { is, atMs: Number(at) } as Phase
}

const phaseFact = (key: string, phase: string): Facts => ({ [`kubelet ${key}`]: phase })

function forgotten(state: State, key: string): Facts {
  const reserved = state.memory[`pinned ip ${key}`]
  const names = [
    `kubelet ${key}`,
    `pinned node ${key}`,
    `pinned ip ${key}`,
    `unready ${key}`,
    `alive ${key}`,
    `config ${key}`,
    `mounting ${key}`,
  ]
  return Object.fromEntries([...names, ...(reserved === undefined ? [] : [`reserved ${reserved}`])].map(name => [name, undefined]))
}

function look(at: Look): Sync {
  const phase = phaseOf(at)
  if (at.pod.metadata.deletionTimestamp !== undefined) return stop(at, phase)
  if (isFinished(at.pod)) return CONTENT
  switch (phase.is) {
    case 'unseen':
      return podIPs(at.pod).length === 0 ? accept(at) : completeGiven(at)
    case 'mount':
      if (phase.atMs <= at.state.nowMs) return accept(at)
      return { again: [{ atMs: phase.atMs, patient: unmountable(at.state, at.pod) !== undefined }] }
    case 'config':
      if (phase.atMs <= at.state.nowMs) return start(at)
      return { again: [{ atMs: phase.atMs, patient: isStuck(at) }] }
    case 'start':
      return phase.atMs > at.state.nowMs ? { again: [{ atMs: phase.atMs }] } : start(at)
    case 'ready':
      return phase.atMs > at.state.nowMs ? { ...refresh(at, false), again: [{ atMs: phase.atMs }] } : refresh(at, true)
    case 'finish':
      return phase.atMs > at.state.nowMs ? { again: [{ atMs: phase.atMs }] } : { changes: [put(completed(at.state, at.pod))] }
    default:
      return refresh(at, true)
  }
}

/** First sight: the sandbox is made, images are pulled. A pod with init containers starts with the first of them. What a recording took may be pinned. */
function accept(at: Look): Sync {
  const { state, pod, key } = at
  const unmounted = unmountable(state, pod)
  if (unmounted !== undefined) return awaitVolume(at, unmounted)
  const pinned = state.memory[`pinned start ${key}`]
  const startMs = state.nowMs + Number(pinned ?? state.config.kubelets.startSeconds * 1000 * (1 + (pod.spec.initContainers ?? []).length))
  return {
    facts: phaseFact(key, `start ${startMs}`),
    changes: phaseOf(at).is === 'mount' ? [] : [put(waiting(state, pod, at.node))],
    again: [{ atMs: startMs }],
  }
}

/** A volume is not there: no sandbox is made, and the kubelet tries again, each time after twice as long. */
function awaitVolume(at: Look, why: string): Sync {
  const { state, pod, key } = at
  const firstMs = Number(state.memory[`mounting ${key}`] ?? state.nowMs)
  const atMs = state.nowMs + Math.min(LAST_MOUNT_RETRY_MS, state.nowMs - firstMs + MOUNT_RETRY_MS)
  return {
    facts: { ...phaseFact(key, `mount ${atMs}`), [`mounting ${key}`]: firstMs },
    changes: phaseOf(at).is === 'mount' ? [] : [put(waiting(state, pod, at.node))],
    said: [failedMount(pod, why)],
    again: [{ atMs, patient: true }],
  }
}

/** Whether a container that does not run yet misses something. */
const isStuck = ({ state, pod }: Look): boolean =>
  [...(pod.spec.initContainers ?? []), ...pod.spec.containers].some(c => missingConfig(state, pod, c) !== undefined)

/** The containers run: address, phase Running, ready unless a probe still has to say so. */
function start(at: Look): Sync {
  const { state, pod, node, key } = at
  const given = podIPs(pod).length > 0 ? { ips: podIPs(pod), facts: {} } : addressesFor(state, pod, node)
  if (given.ips.length === 0) {
    return { said: [failedSandbox(pod, node)], again: [{ atMs: state.nowMs + SANDBOX_RETRY_MS, patient: true }] }
  }
  const probed = pod.spec.containers.filter(c => c.readinessProbe !== undefined)
  const delay = Math.max(0, ...probed.map(c => 1 + (c.readinessProbe!.initialDelaySeconds ?? 0)))
  const addresses = { podIP: given.ips[0], podIPs: given.ips.map(ip => ({ ip })) }
  const bare = { ...pod, status: { ...pod.status, ...addresses } } as Pod
  const held = awaitConfig(at, bare, given.facts)
  if (held !== undefined) return held
  const isReady = probed.length === 0 && !isUnready(state, pod)
  const readyMs = state.nowMs + delay * 1000
  const endMs = state.nowMs + JOB_MS
  const isJob = controllerOf(pod)?.kind === 'Job'
  const phase = isJob ? `finish ${endMs}` : probed.length > 0 ? `ready ${readyMs}` : 'running'
  return {
    facts: { ...given.facts, ...phaseFact(key, phase), ...startedFacts(at, NOTHING_HELD), [`alive ${key}`]: state.nowMs },
    changes: [put(running(state, bare, () => isReady))],
    said: said(at, NOTHING_HELD),
    again: [...(isJob ? [{ atMs: endMs }] : probed.length > 0 ? [{ atMs: readyMs }] : []), ...alive(at, state.nowMs)],
  }
}

const NOTHING_HELD: ReadonlyMap<string, string> = new Map()

/** A ConfigMap or Secret is missing: its container waits, the others run, and the pod is Pending; while an init container waits, nothing else runs. */
function awaitConfig(at: Look, pod: Pod, facts: Facts): Sync | undefined {
  const { state, key } = at
  const atMs = state.nowMs + CONFIG_RETRY_MS
  const again = [{ atMs, patient: true }]
  const phase = phaseFact(key, `config ${atMs}`)
  const missing = (c: Container): readonly (readonly [string, string])[] => {
    const why = runs(pod, c) ? undefined : missingConfig(state, pod, c)
    return why === undefined ? [] : [[c.name, why]]
  }
  const [init] = areInitsDone(pod) ? [] : (pod.spec.initContainers ?? []).flatMap(missing)
  if (init !== undefined) {
    const changes = [put(initHeld(state, pod, ...init))]
    return { facts: { ...facts, ...phase }, changes, said: initFailed(state, pod, ...init), again }
  }
  const held = new Map(pod.spec.containers.flatMap(missing))
  if (held.size === 0) return undefined
  const isReadyAt = (i: number) => pod.spec.containers[i]!.readinessProbe === undefined && !isUnready(state, pod)
  return {
    facts: { ...facts, ...phase, ...startedFacts(at, held) },
    changes: [put(running(state, pod, isReadyAt, held))],
    said: said(at, held),
    again,
  }
}

const runs = (pod: Pod, { name }: Container): boolean =>
  (pod.status?.containerStatuses ?? []).some(s => s.name === name && s.state?.running !== undefined)

const areInitsDone = (pod: Pod): boolean =>
  ((pod.status as { initContainerStatuses?: readonly { ready: boolean }[] } | undefined)?.initContainerStatuses ?? []).every(s => s.ready)

/** What is said of the containers that start now, and of those that cannot. */
function said({ state, pod }: Look, held: ReadonlyMap<string, string>): readonly Said[] {
  const before = new Set(pod.spec.containers.filter(c => runs(pod, c)).map(c => `spec.containers{${c.name}}`))
  const containers = started(state, pod, held).filter(s => !before.has(s.fieldPath ?? ''))
  return [...(areInitsDone(pod) ? [] : initDone(state, pod)), ...containers]
}

/** Images that are on the node from now on, and what the containers that start now read of ConfigMaps and Secrets. */
function startedFacts({ state, pod }: Look, held: ReadonlyMap<string, string>): Facts {
  const images = state.config.kubelets.events ? pod.spec.containers.map(c => [`image ${pod.spec.nodeName} ${c.image ?? ''}`, 1]) : []
  const starting = pod.spec.containers.filter(c => !runs(pod, c) && !held.has(c.name))
  return { ...Object.fromEntries(images), ...configFact(state, pod, starting) }
}

/** A scenario's word, or the pod's own annotation. */
const isUnready = (state: State, pod: Pod): boolean =>
  state.memory[`unready ${keyOf(pod)}`] !== undefined || annotated(state, pod, 'ready') === 'false'

/** `hopspec/ready: "false"` keeps a pod unready, `hopspec/stop-seconds: "3"` is how long it takes to stop; a recording may have used another prefix. */
function annotated(state: State, pod: Pod, what: 'ready' | 'stop-seconds'): string | undefined {
  const prefix = String(state.memory['kubelet annotations'] ?? 'hopspec')
  return pod.metadata.annotations?.[`${prefix}/${what}`]
}

/** Readiness as the probes see it now (before the first probe: not ready), and liveness. */
function refresh(at: Look, probed: boolean): Sync {
  const { state, pod, key } = at
  if (restFailing(at)) return CONTENT
  const forced = isUnready(state, pod)
  const failures = pod.spec.containers.map(c => {
    if (forced) return 'failed: HTTP probe failed with statuscode: 503'
    if (!probed) return c.readinessProbe === undefined ? undefined : ''
    return probeFailure(state.config, pod, c)
  })
  const said: Said[] = []
  const facts: Facts = probed ? phaseFact(key, 'running') : {}
  for (const [i, failure] of failures.entries()) {
    if (!failure || pod.spec.containers[i]!.readinessProbe === undefined || state.memory[`unhealthy ${key} ${i}`] === failure) continue
    facts[`unhealthy ${key} ${i}`] = failure
    said.push(unhealthy(pod, pod.spec.containers[i]!.name, failure))
  }
  const lives = liveness(at)
  const changes: Change[] = lives?.changes ? [...lives.changes] : [put(running(state, pod, i => failures[i] === undefined))]
  return {
    facts: { ...facts, ...lives?.facts },
    changes,
    said: [...said, ...(lives?.said ?? [])],
    again: lives?.again ?? alive(at, Number(state.memory[`alive ${key}`] ?? state.nowMs)),
  }
}

/** A container in back-off stays so until its time. */
const restFailing = ({ state, pod, key }: Look): boolean => failing(pod) && Number(state.memory[`alive ${key}`] ?? 0) > state.nowMs

/** When liveness probes will have failed often enough; nothing for pods whose probes succeed. */
function alive({ state, pod }: Look, sinceMs: number): readonly Again[] {
  const failing = pod.spec.containers.filter(c => livenessFailure(state.config, pod, c) !== undefined)
  if (failing.length === 0) return []
  return [{ atMs: sinceMs + Math.min(...failing.map(livenessSeconds)) * 1000, patient: true }]
}

/** A container whose liveness failed long enough is killed and started again; from the second time on it waits, longer each time. */
function liveness(at: Look): Sync | undefined {
  const { state, pod, key } = at
  const since = Number(state.memory[`alive ${key}`] ?? Number.NaN)
  if (failing(pod)) {
    return {
      facts: {
        [`alive ${key}`]: state.nowMs,
        ...configFact(
          state,
          pod,
          pod.spec.containers.filter(c => !runs(pod, c)),
        ),
      },
      changes: [put(running(state, pod, () => true))],
      said: started(state, pod),
      again: alive(at, state.nowMs),
    }
  }
  const dead = pod.spec.containers.find(c => {
    const seconds = livenessFailure(state.config, pod, c) === undefined ? Number.POSITIVE_INFINITY : livenessSeconds(c)
    return since + seconds * 1000 <= state.nowMs
  })
  if (dead === undefined) return undefined
  const restarts = pod.status?.containerStatuses?.find(c => c.name === dead.name)?.restartCount ?? 0
  const backOffMs = restarts === 0 ? 0 : Math.min(300_000, 10_000 * 2 ** (restarts - 1))
  const untilMs = state.nowMs + backOffMs
  return {
    facts: { [`alive ${key}`]: untilMs, ...(backOffMs > 0 ? {} : configFact(state, pod, [dead])) },
    changes: [put(restarted(state, pod, dead.name, backOffMs > 0))],
    said: livenessFailed(state, pod, dead.name, livenessFailure(state.config, pod, dead)!, backOffMs > 0),
    again: backOffMs > 0 ? [{ atMs: untilMs, patient: true }] : alive(at, untilMs),
  }
}

/** The end: SIGTERM at once, the containers stop, then the object goes. */
function stop(at: Look, phase: Phase): Sync {
  const { state, pod, key } = at
  if (phase.is === 'stop') {
    if (phase.atMs > state.nowMs) return { again: [{ atMs: phase.atMs }] }
    const goneMs = state.nowMs + TEARDOWN_MS
    const changes = podIPs(pod).length === 0 ? [] : [put(terminated(state, pod))]
    return { facts: phaseFact(key, `gone ${goneMs}`), changes, again: [{ atMs: goneMs }] }
  }
  if (phase.is === 'gone') {
    if (phase.atMs > state.nowMs) return { again: [{ atMs: phase.atMs }] }
    const last = { ...pod, metadata: { ...pod.metadata, deletionGracePeriodSeconds: 0 } }
    return { facts: forgotten(state, key), changes: [put(last), { do: 'delete', kind: 'Pod', key }] }
  }
  const grace = pod.metadata.deletionGracePeriodSeconds ?? 30
  const seconds = Number(annotated(state, pod, 'stop-seconds') ?? state.config.kubelets.stopSeconds)
  const stopMs = state.nowMs + endingSeconds(pod, grace, seconds) * 1000
  const changes = phase.is === 'unseen' && podIPs(pod).length === 0 ? [put(waiting(state, pod, at.node))] : []
  return {
    facts: phaseFact(key, `stop ${stopMs}`),
    changes,
    said: pod.status?.phase === 'Running' ? killed(state, pod) : [],
    again: [{ atMs: stopMs }],
  }
}

/** A pod that came with an address and without a status runs and is ready. */
function completeGiven(at: Look): Sync {
  const { state, pod, key } = at
  if (state.memory[`unready ${key}`] !== undefined || annotated(state, pod, 'ready') !== undefined) return refresh(at, true)
  if (atRest(pod)) return CONTENT
  return { changes: [put(given(state, pod, at.node))] }
}

/** A scenario's word: the pod's readiness fails (or no longer does), whatever its probes would say. */
export function setReadiness(state: State, podKey: string, isReady: boolean): State {
  const phase = state.memory[`kubelet ${podKey}`] ?? 'running'
  const noted = remember(state, { [`unready ${podKey}`]: isReady ? undefined : 1, [`kubelet ${podKey}`]: phase })
  return { ...noted, agenda: [...noted.agenda, { atMs: state.nowMs, by: 'kubelet', key: podKey }] }
}
