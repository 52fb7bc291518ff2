// How a pod starts: volumes, the sandbox and its address, init containers, then containers, each as soon as its ConfigMaps and Secrets are there.
import type { Container, Pod } from '../apply/object'
import type { Said } from '../cluster/event'
import { put } from '../cluster/write'
import { configFact } from './container-env'
import type { Facts, Sync } from './controller'
import { failedMount, failedSandbox, initDone, initFailed, started } from './kubelet-events'
import { alive, aliveFact } from './kubelet-liveness'
import { isUnready, type Look, phaseFact, phaseOf, runs } from './kubelet-phase'
import { initHeld, running, waiting } from './kubelet-status'
import { missingConfig, unmountable } from './missing-config'
import { addressesFor, missingNetwork } from './pod-address'
import { podIPs } from './pod-state'
import { controllerOf } from './selector'

/** A pod for which there is no address tries again. */
const SANDBOX_RETRY_MS = 15_000
/** A container whose ConfigMap or Secret is missing tries again; a volume twice as long after each time, from the first to the last. */
const CONFIG_RETRY_MS = 10_000
const [MOUNT_RETRY_MS, LAST_MOUNT_RETRY_MS] = [500, 122_000]
/** How long the process of a Job runs. */
const JOB_MS = 1000

/** First sight: the sandbox is made, images are pulled. A pod with init containers starts with the first of them. What a recording took may be pinned. */
export function accept(at: Look): Sync {
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
export const isStuck = ({ state, pod }: Look): boolean =>
  [...(pod.spec.initContainers ?? []), ...pod.spec.containers].some(c => missingConfig(state, pod, c) !== undefined)

/** The containers run: address, phase Running, ready unless a probe still has to say so. */
export function start(at: Look): Sync {
  const { state, pod, node, key } = at
  const given = podIPs(pod).length > 0 ? { ips: podIPs(pod), facts: {} } : addressesFor(state, pod, node)
  if (given.ips.length === 0) {
    return {
      said: [failedSandbox(pod, node, missingNetwork(state, node))],
      again: [{ atMs: state.nowMs + SANDBOX_RETRY_MS, patient: true }],
    }
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
    facts: { ...given.facts, ...phaseFact(key, phase), ...startedFacts(at, NOTHING_HELD), ...aliveFact(at) },
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
