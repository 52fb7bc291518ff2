// Settling and passing time: the event loop over every component of the control plane and every kubelet.
import type { State } from '../cluster/state'
import { serviceAllocator } from './allocate'
import { garbageCollector, namespaces } from './collect'
import type { Controller } from './controller'
import { disruption } from './disruption-budget'
import { daemonSets } from './daemonset'
import { deployments } from './deployment'
import { endpointSlices } from './endpoint-slices'
import { endpoints } from './endpoints'
import { flannelds } from './flanneld'
import { jobs } from './job'
import { kubelets } from './kubelet'
import { run } from './loop'
import { resourceQuotas } from './quota'
import { nodeLifecycle } from './node-lifecycle'
import { ownService } from './own-service'
import { podGarbage } from './pod-gc'
import { replicaSets, replicationControllers } from './replicaset'
import { scheduler } from './scheduler'
import { statefulSets } from './statefulset'
import { volumes } from './volumes'
import { taintEviction } from './taint-eviction'

/** In the order of a change's way through the control plane. */
const CONTROLLERS: readonly Controller[] = [
  namespaces,
  serviceAllocator,
  resourceQuotas,
  volumes,
  deployments,
  statefulSets,
  daemonSets,
  jobs,
  replicaSets,
  replicationControllers,
  scheduler,
  kubelets,
  disruption,
  nodeLifecycle,
  flannelds,
  taintEviction,
  endpoints,
  endpointSlices,
  garbageCollector,
  podGarbage,
  ownService,
]

/** The cluster once everything that was wanted has happened; virtual time moves on as far as starts, stops and readiness need it. */
export const settle = (state: State): State => run(state, CONTROLLERS, { endMs: Number.POSITIVE_INFINITY, quiet: true })

/** The cluster `ms` virtual milliseconds later, with everything that happens on the way. */
export const passTime = (state: State, ms: number): State => run(state, CONTROLLERS, { endMs: state.nowMs + ms, quiet: false })

/** The cluster as soon as `done` holds, or after `limitMs` of virtual time. */
export const passUntil = (state: State, done: (state: State) => boolean, limitMs: number): State =>
  done(state) ? state : run(state, CONTROLLERS, { endMs: state.nowMs + limitMs, quiet: false, done })
