// All kubelets: a pod bound to a node waits for its sandbox and containers, gets its address, runs, becomes ready, restarts where its liveness fails, and goes
// after its grace. Stands for kubelet + CNI ADD. A pod that comes with an address is left as it is. Not simulated: image pulls that fail, volumes other than ConfigMaps and Secrets that are missing.
import type { Pod } from '../apply/object'
import { remember } from '../cluster/clock'
import { keyOf, objectOf, type State, type WatchEvent } from '../cluster/state'
import { put } from '../cluster/write'
import { never } from '../error'
import { silentSince } from './component'
import { CONTENT, type Controller, type Sync } from './controller'
import { killed } from './kubelet-events'
import { refresh } from './kubelet-liveness'
import { annotated, forgotten, isUnready, type Look, type Phase, phaseFact, phaseOf } from './kubelet-phase'
import { accept, isStuck, start } from './kubelet-start'
import { atRest, completed, given, terminated, waiting } from './kubelet-status'
import { unmountable } from './missing-config'
import { podsOn } from './pod-index'
import { isFinished, podIPs } from './pod-state'
import { endingSeconds } from './pre-stop'

/** From the end of the containers to the end of the pod, in milliseconds. */
const TEARDOWN_MS = 110
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
    case 'running':
    case 'stop':
    case 'gone':
      return refresh(at, true)
    default:
      return never(phase)
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
    const isHeld = (pod.metadata.finalizers ?? []).length > 0
    return { facts: forgotten(state, key), changes: [put(last), ...(isHeld ? [] : [{ do: 'delete', kind: 'Pod', key } as const])] }
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
