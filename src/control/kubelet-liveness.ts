// How a running pod fares: readiness as its probes see it, containers whose liveness fails and that start again, sooner or later.
import type { Said } from '../cluster/event'
import { put, type Change } from '../cluster/write'
import { configFact } from './container-env'
import { type Again, CONTENT, type Facts, type Sync } from './controller'
import { livenessFailed, started, unhealthy } from './kubelet-events'
import { isUnready, type Look, phaseFact, runs } from './kubelet-phase'
import { failing, restarted, running } from './kubelet-status'
import { livenessFailure, livenessSeconds, probeFailure } from './probe'

/** How long a container waits after its second failure; twice as long after each further one, up to the last. */
const [BACK_OFF_MS, LAST_BACK_OFF_MS] = [10_000, 300_000]

/** Readiness as the probes see it now (before the first probe: not ready), and liveness. */
export function refresh(at: Look, probed: boolean): Sync {
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

/** Since when it has been alive: asked only where a probe may say that it is not. */
export const aliveFact = ({ state, pod, key }: Look): Facts =>
  pod.spec.containers.some(c => c.livenessProbe !== undefined) ? { [`alive ${key}`]: state.nowMs } : {}

/** When liveness probes will have failed often enough; nothing for pods whose probes succeed. */
export function alive({ state, pod }: Look, sinceMs: number): readonly Again[] {
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
  const backOffMs = restarts === 0 ? 0 : Math.min(LAST_BACK_OFF_MS, BACK_OFF_MS * 2 ** (restarts - 1))
  const untilMs = state.nowMs + backOffMs
  return {
    facts: { [`alive ${key}`]: untilMs, ...(backOffMs > 0 ? {} : configFact(state, pod, [dead])) },
    changes: [put(restarted(state, pod, dead.name, backOffMs > 0))],
    said: livenessFailed(state, pod, dead.name, livenessFailure(state.config, pod, dead)!, backOffMs > 0),
    again: backOffMs > 0 ? [{ atMs: untilMs, patient: true }] : alive(at, untilMs),
  }
}
