// Settling: every controller in turn until none changes anything, then on to the next moment at which a kubelet has something to do. Time beyond that passes only when told.
import { advance } from '../cluster/clock'
import type { State } from '../cluster/state'
import { serviceAllocator } from './allocate'
import { garbageCollector, namespaces } from './collect'
import type { Controller } from './controller'
import { deployments } from './deployment'
import { endpointSlices } from './endpoint-slices'
import { endpoints } from './endpoints'
import { kubelets } from './kubelet'
import { replicaSets, replicationControllers } from './replicaset'
import { scheduler } from './scheduler'

/** In the order of a change's way through the control plane. */
export const CONTROLLERS: readonly Controller[] = [
  namespaces,
  serviceAllocator,
  deployments,
  replicaSets,
  replicationControllers,
  scheduler,
  kubelets,
  endpoints,
  endpointSlices,
  garbageCollector,
]

/** Rounds in one moment after which a cluster that still changes is a bug of ours. */
const MAX_ROUNDS = 100_000

/** The cluster once everything that was wanted has happened; virtual time moves on as far as starts, stops and readiness need it. */
export function settle(state: State): State {
  let now = quiet(state)
  for (let at = nextTimer(now); at !== undefined; at = nextTimer(now)) now = quiet(advance(now, Math.max(0, at - now.nowMs)))
  return now
}

/** The cluster `ms` virtual milliseconds later, with everything that happens on the way. */
export function passTime(state: State, ms: number): State {
  const end = state.nowMs + ms
  let now = quiet(state)
  for (let at = nextMoment(now, end); at !== undefined; at = nextMoment(now, end)) now = quiet(advance(now, Math.max(0, at - now.nowMs)))
  return quiet(advance(now, end - now.nowMs))
}

interface Seen {
  readonly maps: readonly unknown[]
  readonly nowMs: number
  readonly memory: State['memory']
}

/** Runs the controllers until none of them changes anything at this moment. */
function quiet(state: State): State {
  const seen = new Map<Controller, Seen>()
  let now = state
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const before = now
    for (const controller of CONTROLLERS) {
      const known = seen.get(controller)
      if (known !== undefined && isSeen(known, controller, now)) continue
      const looked = now
      now = controller.run(now)
      seen.set(controller, seenBy(controller, now === looked ? now : looked))
    }
    if (now === before || (now.objects === before.objects && now.memory === before.memory && now.pins === before.pins)) return now
  }
  throw new Error('the controllers never come to rest')
}

const seenBy = (controller: Controller, state: State): Seen => ({
  maps: controller.reads.map(kind => state.objects.get(kind)),
  nowMs: state.nowMs,
  memory: state.memory,
})

const isSeen = (seen: Seen, controller: Controller, state: State): boolean =>
  seen.nowMs === state.nowMs &&
  seen.memory === state.memory &&
  controller.reads.every((kind, i) => state.objects.get(kind) === seen.maps[i])

/** The next moment that settling waits for: a start, a stop, a readiness probe, minReadySeconds. */
function nextTimer(state: State): number | undefined {
  return earliest(state, name => name.startsWith('timer '), Number.POSITIVE_INFINITY)
}

/** The next moment until `end` at which anything can happen. */
function nextMoment(state: State, end: number): number | undefined {
  return earliest(state, name => name.startsWith('timer ') || name.startsWith('deadline '), end)
}

function earliest(state: State, wanted: (name: string) => boolean, end: number): number | undefined {
  let first: number | undefined
  for (const [name, value] of Object.entries(state.memory)) {
    if (!wanted(name)) continue
    const at = Number(value)
    if (at <= end && at > state.nowMs && (first === undefined || at < first)) first = at
  }
  return first
}
