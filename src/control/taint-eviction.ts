// NoExecute taints: a pod that does not tolerate one is deleted at once, one that tolerates it for a while after that while. Stands for the taint-eviction-controller.
import type { Node, Pod } from '../apply/object'
import type { Said } from '../cluster/event'
import { keyOf, objectOf, type State } from '../cluster/state'
import { deletionsOf } from '../cluster/store'
import { put } from '../cluster/write'
import { CONTENT, type Controller, type Sync } from './controller'
import { disrupted } from './disruption'
import { tolerates } from './node-fit'
import { podsOn } from './pod-index'
import { CONTROL_PROFILES } from './profile'

const BY = 'taint-eviction-controller'

export const taintEviction: Controller = {
  name: BY,
  latencyMs: 10,
  watches: ['Node', 'Pod'],
  keys: ({ event, old }, state) => {
    if (event.type === 'DELETED') return []
    if (event.object.kind === 'Pod') {
      const { nodeName } = (event.object as Pod).spec
      const node = nodeName && (old as Pod | undefined)?.spec.nodeName !== nodeName ? objectOf(state, 'Node', nodeName) : undefined
      return node !== undefined && executing(node).length > 0 ? [keyOf(event.object)] : []
    }
    const before = old === undefined ? [] : executing(old as Node)
    return executing(event.object as Node).length + before.length === 0 ? [] : podsOn(state, event.object.metadata.name).map(keyOf)
  },
  sync: (state, key) => {
    const pod = objectOf(state, 'Pod', key)
    const node = pod && objectOf(state, 'Node', pod.spec.nodeName ?? '')
    return pod === undefined || node === undefined ? CONTENT : judge(state, pod, node, key)
  },
}

const executing = (node: Node) => (node.spec?.taints ?? []).filter(t => t.effect === 'NoExecute')

function judge(state: State, pod: Pod, node: Node, key: string): Sync {
  const fact = `evicted at ${key}`
  const known = state.memory[fact]
  const taints = executing(node)
  if (taints.length === 0) {
    if (known === undefined || pod.metadata.deletionTimestamp !== undefined) return { facts: { [fact]: undefined } }
    return { facts: { [fact]: undefined }, said: [event(pod, `Cancelling deletion of Pod ${key}`)] }
  }
  if (pod.metadata.deletionTimestamp !== undefined) return CONTENT
  const seconds = toleratedSeconds(pod, taints)
  if (seconds === Number.POSITIVE_INFINITY) return CONTENT
  const atMs = known === undefined ? state.nowMs + seconds * 1000 : Number(known)
  if (atMs > state.nowMs) return { facts: { [fact]: atMs }, again: [{ atMs, patient: true }] }
  return evict(state, pod, key)
}

/** How long the pod may stay: 0 where it does not tolerate a taint, the least of its tolerations' seconds where all are tolerated. */
function toleratedSeconds(pod: Pod, taints: readonly { readonly key: string; readonly value?: string; readonly effect: string }[]): number {
  let least = Number.POSITIVE_INFINITY
  for (const taint of taints) {
    const covering = (pod.spec.tolerations ?? []).filter(t => tolerates({ ...pod, spec: { ...pod.spec, tolerations: [t] } }, taint))
    if (covering.length === 0) return 0
    for (const t of covering) if (t.tolerationSeconds !== undefined) least = Math.min(least, Math.max(0, t.tolerationSeconds))
  }
  return least
}

const event = (pod: Pod, message: string): Said => ({ about: pod, type: 'Normal', reason: 'TaintManagerEviction', message, component: BY })

const TAINTED = { reason: 'DeletionByTaintManager', message: 'Taint manager: deleting due to NoExecute taint' }

function evict(state: State, pod: Pod, key: string): Sync {
  const marked = CONTROL_PROFILES[state.config.profile].readyToStart ? disrupted(state, pod, TAINTED) : pod
  return {
    said: [event(pod, `Marking for deletion Pod ${key}`)],
    changes: [...(marked === pod ? [] : [put(marked)]), ...deletionsOf(state, marked)],
  }
}
