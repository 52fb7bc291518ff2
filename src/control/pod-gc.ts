// Pods whose node is not there (any more) are removed after a while, without asking a kubelet. Stands for the pod-garbage-collector.
import type { Pod } from '../apply/object'
import { keyOf, objectOf } from '../cluster/state'
import { deletionsOf } from '../cluster/store'
import { put } from '../cluster/write'
import type { Controller } from './controller'
import { disrupted } from './disruption'
import { podsOn } from './pod-index'

/** A node may come back for 40 s, and is looked for every 20 s. */
const GONE_MS = 50_000
const ORPHANED = { reason: 'DeletionByPodGC', message: 'PodGC: node no longer exists' }

export const podGarbage: Controller = {
  name: 'pod-garbage-collector',
  latencyMs: 10,
  watches: ['Pod', 'Node'],
  keys: ({ event }, state) => {
    const { object, type } = event
    if (object.kind === 'Node') return type === 'MODIFIED' ? [] : podsOn(state, object.metadata.name).map(keyOf)
    const { nodeName } = (object as Pod).spec
    const isNowhere = nodeName !== undefined && nodeName !== '' && objectOf(state, 'Node', nodeName) === undefined
    return isNowhere || state.memory[since(keyOf(object))] !== undefined ? [keyOf(object)] : []
  },
  sync: (state, key) => {
    const fact = since(key)
    const pod = objectOf(state, 'Pod', key)
    const nodeName = pod?.spec.nodeName
    if (pod === undefined || !nodeName || objectOf(state, 'Node', nodeName) !== undefined) return { facts: { [fact]: undefined } }
    const atMs = Number(state.memory[fact] ?? state.nowMs) + GONE_MS
    if (atMs > state.nowMs) return { facts: { [fact]: atMs - GONE_MS }, again: [{ atMs, patient: true }] }
    const marked = disrupted(state, pod, ORPHANED)
    const failed = { ...marked, status: { ...marked.status, phase: 'Failed' as const } }
    return { facts: { [fact]: undefined }, changes: [put(failed), ...deletionsOf(state, failed)] }
  },
}

const since = (key: string): string => `without node ${key}`
