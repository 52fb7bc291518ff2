// Nodes that stop reporting: after a grace Ready becomes Unknown, the node is tainted, its pods are marked not ready; all this is taken back when it reports again.
// Also tells that a node was registered. Stands for kube-controller-manager's node-lifecycle-controller; the kubelet's own heartbeats are not objects here.
import type { Condition, Node, Pod } from '../apply/object'
import { timeText } from '../cluster/clock'
import type { Said } from '../cluster/event'
import { objectOf, type State } from '../cluster/state'
import { put, type Change } from '../cluster/write'
import { silentSince } from './component'
import { CONTENT, type Controller, type Sync } from './controller'
import { podsOn } from './pod-index'
import { conditionOf } from './pod-state'
import { CONTROL_PROFILES } from './profile'

const BY = 'node-controller'
const UNREACHABLE = 'node.kubernetes.io/unreachable'
const UNSCHEDULABLE = 'node.kubernetes.io/unschedulable'

export const nodeLifecycle: Controller = {
  name: BY,
  latencyMs: 10,
  watches: ['Node'],
  keys: ({ event: { object, type } }) => (type === 'DELETED' ? [] : [object.metadata.name]),
  sync: (state, name) => {
    const node = objectOf(state, 'Node', name)
    if (node === undefined) return CONTENT
    if (state.memory[`registered ${name}`] === undefined) return registered(node)
    const since = silentSince(state, name)
    const sync = since === undefined ? reporting(state, node) : silent(state, node, since)
    return (sync.changes ?? []).length > 0 ? sync : { ...sync, ...cordonTaint(state, node) }
  },
}

/** A node that takes no new pods has a taint that says so. */
function cordonTaint(state: State, node: Node): Sync {
  const taints = node.spec?.taints ?? []
  const others = taints.filter(t => t.key !== UNSCHEDULABLE)
  if ((node.spec?.unschedulable === true) === others.length < taints.length) return CONTENT
  const taint = { key: UNSCHEDULABLE, effect: 'NoSchedule', timeAdded: timeText(state) }
  return { changes: [put(tainted(node, node.spec?.unschedulable ? [...taints, taint] : others))] }
}

type Taints = NonNullable<NonNullable<Node['spec']>['taints']>

function tainted(node: Node, taints: Taints): Node {
  const { taints: _, ...spec } = node.spec ?? {}
  return { ...node, spec: { ...spec, ...(taints.length === 0 ? {} : { taints }) } }
}

/** A node that the controller sees for the first time. */
const registered = (node: Node): Sync => ({
  facts: { [`registered ${node.metadata.name}`]: 1 },
  said: [
    {
      about: node,
      type: 'Normal',
      reason: 'RegisteredNode',
      message: `Node ${node.metadata.name} event: Registered Node ${node.metadata.name} in Controller`,
      component: BY,
    },
  ],
})

const readyOf = (node: Node): Condition | undefined => node.status?.conditions?.find(c => c.type === 'Ready')

/** A node that was written without conditions of its own is one that runs. */
const isUnknown = (node: Node): boolean => readyOf(node)?.status === 'Unknown'

function silent(state: State, node: Node, since: number): Sync {
  const lostMs = since + CONTROL_PROFILES[state.config.profile].nodeGraceSeconds * 1000
  if (state.nowMs < lostMs) return { again: [{ atMs: lostMs, patient: true }] }
  if (!isUnknown(node)) return lost(state, node)
  return taint(node, true)
}

/** The conditions become Unknown, and every pod there not ready. */
function lost(state: State, node: Node): Sync {
  const now = timeText(state)
  const conditions = (node.status?.conditions ?? [{ type: 'Ready', status: 'True' as const }]).map(c =>
    c.type === 'NetworkUnavailable'
      ? c
      : {
          ...c,
          status: 'Unknown' as const,
          reason: 'NodeStatusUnknown',
          message: 'Kubelet stopped posting node status.',
          lastTransitionTime: now,
        },
  )
  const said: Said[] = [event(node, 'Normal', `Node ${node.metadata.name} status is now: NodeNotReady`)]
  const changes: Change[] = [put({ ...node, status: { ...node.status, conditions } })]
  for (const pod of podsOn(state, node.metadata.name)) {
    if (conditionOf(pod, 'Ready')?.status !== 'True') continue
    changes.push(put(notReady(pod, now)))
    said.push({ ...event(pod, 'Warning', 'Node is not ready') })
  }
  return { changes, said }
}

const event = (about: Node | Pod, type: Said['type'], message: string): Said => ({
  about,
  type,
  reason: 'NodeNotReady',
  message,
  component: BY,
})

const notReady = (pod: Pod, now: string): Pod => ({
  ...pod,
  status: {
    ...pod.status,
    conditions: (pod.status?.conditions ?? []).map(c =>
      c.type === 'Ready' ? { type: 'Ready', status: 'False', lastTransitionTime: now } : c,
    ),
  },
})

/** Both taints of an unreachable node, one write after the other; or both taken off. */
function taint(node: Node, on: boolean): Sync {
  const taints = node.spec?.taints ?? []
  const wrong = ['NoSchedule', 'NoExecute'].find(effect => taints.some(t => t.key === UNREACHABLE && t.effect === effect) !== on)
  if (wrong === undefined) return CONTENT
  const fresh = on ? [...taints, { key: UNREACHABLE, effect: wrong }] : taints.filter(t => t.key !== UNREACHABLE || t.effect !== wrong)
  return { changes: [put(tainted(node, fresh))] }
}

/** A node that reports again is Ready, and loses the taints. */
function reporting(state: State, node: Node): Sync {
  const lostHere = readyOf(node)?.reason === 'NodeStatusUnknown'
  if (!lostHere) return taint(node, false)
  const now = timeText(state)
  const conditions = (node.status?.conditions ?? []).map(c => {
    const known = RECOVERED[c.type]
    return known === undefined ? c : { ...c, ...known, lastTransitionTime: now }
  })
  return {
    changes: [put({ ...node, status: { ...node.status, conditions } })],
    again: podsOn(state, node.metadata.name).length > 0 ? [{ atMs: state.nowMs }] : [],
  }
}

const RECOVERED: Readonly<Record<string, Pick<Condition, 'status' | 'reason' | 'message'>>> = {
  Ready: { status: 'True', reason: 'KubeletReady', message: 'kubelet is posting ready status' },
  MemoryPressure: { status: 'False', reason: 'KubeletHasSufficientMemory', message: 'kubelet has sufficient memory available' },
  DiskPressure: { status: 'False', reason: 'KubeletHasNoDiskPressure', message: 'kubelet has no disk pressure' },
  PIDPressure: { status: 'False', reason: 'KubeletHasSufficientPID', message: 'kubelet has sufficient PID available' },
}
