// DaemonSets: one pod on each node that takes it, renewed node by node. Stands for pkg/controller/daemon. The pod is bound by the scheduler, to the node its affinity names.
import type { Node, Pod } from '../apply/object'
import type { DaemonSet } from '../apply/object-workloads'
import type { Said } from '../cluster/event'
import { keyOf, objectOf, objectsOf, type State, type PinnedPod } from '../cluster/state'
import { deletionsOf, namerOf } from '../cluster/store'
import { put, type Change } from '../cluster/write'
import { renewal, surges } from './daemon-renewal'
import { CONTENT, type Controller, type Facts, type Sync } from './controller'
import { isClosed } from './new-pod'
import { pinFacts, pinFor } from './pin'
import { podsOwnedBy } from './pod-index'
import { isFinished, isReady } from './pod-state'
import { type QuotaDesk, quotaDesk } from './quota'
import { isAvailable } from './replicaset'
import { revisions } from './revision'
import { nodeMatches, tolerates } from './node-fit'
import { controllerOf } from './selector'
import { admittedPod, podFromTemplate } from './template'

const BY = 'daemonset-controller'
const HASH = 'controller-revision-hash'
const GENERATION = 'pod-template-generation'
/** After a pod was refused. */
const RETRY_MS = 1000

export const daemonSets: Controller = {
  name: BY,
  latencyMs: 5,
  watches: ['DaemonSet', 'Pod', 'Node'],
  keys: ({ event: { object } }, state) => {
    if (object.kind === 'DaemonSet') return [keyOf(object)]
    if (object.kind === 'Node') return [...(state.objects.get('DaemonSet')?.keys() ?? [])]
    const owner = controllerOf(object)
    return owner?.kind === 'DaemonSet' ? [`${object.metadata.namespace}/${owner.name}`] : []
  },
  sync: (state, key) => {
    const set = objectOf(state, 'DaemonSet', key)
    return set === undefined || set.metadata.deletionTimestamp !== undefined ? CONTENT : syncSet(state, set)
  },
}

const isGoing = (pod: Pod): boolean => pod.metadata.deletionTimestamp !== undefined

/** The node a daemon's pod is for: where it is bound, or where its affinity sends it. */
function nodeOf(pod: Pod): string | undefined {
  if (pod.spec.nodeName) return pod.spec.nodeName
  const affinity = pod.spec.affinity as
    | {
        nodeAffinity?: {
          requiredDuringSchedulingIgnoredDuringExecution?: { nodeSelectorTerms?: { matchFields?: { values?: string[] }[] }[] }
        }
      }
    | undefined
  return affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms?.[0]?.matchFields?.[0]?.values?.[0]
}

interface Work {
  readonly state: State
  readonly set: DaemonSet
  readonly hash: string
  readonly template: Pod
  readonly changes: Change[]
  readonly said: Said[]
  readonly facts: Facts
  readonly desk: QuotaDesk
  pins: readonly PinnedPod[]
  refused: boolean
}

function syncSet(state: State, set: DaemonSet): Sync {
  const { update, changes } = revisions(state, set, undefined)
  const hash = update.metadata.labels?.[HASH] ?? ''
  const pods = podsOwnedBy(state, set)
  const byNode = new Map<string, Pod[]>()
  for (const pod of pods) byNode.set(nodeOf(pod) ?? '', [...(byNode.get(nodeOf(pod) ?? '') ?? []), pod])
  const work: Work = {
    state,
    set,
    hash,
    template: podFor(set, hash),
    changes: [...changes],
    said: [],
    facts: {},
    desk: quotaDesk(state, set.metadata.namespace),
    pins: state.pins,
    refused: false,
  }
  const nodes = objectsOf(state, 'Node')
  const names = namerOf(state)
  for (const node of nodes) manage(work, names, node, byNode.get(node.metadata.name) ?? [])
  if (set.spec.updateStrategy.type === 'RollingUpdate') renew(work, names, nodes, byNode)
  work.changes.push(put({ ...set, status: statusOf(work, nodes, byNode) }))
  const pins = work.pins === state.pins ? {} : { pins: work.pins }
  const again = work.refused ? [{ atMs: state.nowMs + RETRY_MS, patient: true }] : []
  const facts = { ...work.facts, ...names.facts() }
  return { changes: work.changes, said: work.said, facts, ...pins, again, size: pods.length + nodes.length }
}

const event = (work: Work, reason: string, message: string): void =>
  void work.said.push({ about: work.set, type: 'Normal', reason, message, component: BY })

/** Made where a node takes it and has none; removed where a node does not take it any more, or has two. */
function manage(work: Work, names: ReturnType<typeof namerOf>, node: Node, pods: readonly Pod[]): void {
  const staying = pods.filter(p => !isGoing(p))
  for (const pod of staying.filter(isFinished)) remove(work, pod)
  const running = staying.filter(p => !isFinished(p))
  if (shouldRun(work, node)) {
    if (pods.length === 0) create(work, names, node)
    for (const pod of surplus(work, running)) remove(work, pod)
  } else if (!mayStay(work, node)) for (const pod of running) remove(work, pod)
}

/** All but the oldest; while a new pod may stand beside an old one, the oldest of both. */
function surplus(work: Work, running: readonly Pod[]): readonly Pod[] {
  if (!surges(work.set)) return running.slice(1)
  const [fresh, old] = [running.filter(p => isCurrent(work, p)), running.filter(p => !isCurrent(work, p))]
  return [...fresh.slice(1), ...old.slice(1)]
}

const taintsOf = (node: Node, effects: readonly string[]) => (node.spec?.taints ?? []).filter(t => effects.includes(t.effect))

const shouldRun = ({ template }: Work, node: Node): boolean =>
  nodeMatches(template, node) && taintsOf(node, ['NoSchedule', 'NoExecute']).every(t => tolerates(template, t))

const mayStay = ({ template }: Work, node: Node): boolean =>
  nodeMatches(template, node) && taintsOf(node, ['NoExecute']).every(t => tolerates(template, t))

const OF_DAEMONS = [
  { key: 'node.kubernetes.io/not-ready', effect: 'NoExecute' },
  { key: 'node.kubernetes.io/unreachable', effect: 'NoExecute' },
  { key: 'node.kubernetes.io/disk-pressure', effect: 'NoSchedule' },
  { key: 'node.kubernetes.io/memory-pressure', effect: 'NoSchedule' },
  { key: 'node.kubernetes.io/pid-pressure', effect: 'NoSchedule' },
  { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' },
]

/** A pod of the set before it is for a node: with the tolerations that daemons have. */
function podFor(set: DaemonSet, hash: string): Pod {
  const bare = podFromTemplate(set, set.spec.template)
  const network = bare.spec.hostNetwork ? [{ key: 'node.kubernetes.io/network-unavailable', effect: 'NoSchedule' }] : []
  const own = bare.spec.tolerations ?? []
  const added = [...OF_DAEMONS, ...network].map(t => ({ ...t, operator: 'Exists' }))
  const labels = { ...bare.metadata.labels, [HASH]: hash, [GENERATION]: String(set.metadata.generation ?? 1) }
  return {
    ...bare,
    metadata: { ...bare.metadata, labels },
    spec: { ...bare.spec, tolerations: [...own, ...added.filter(t => !own.some(o => o.key === t.key && o.effect === t.effect))] },
  }
}

function create(work: Work, names: ReturnType<typeof namerOf>, node: Node): void {
  const { set, template, state } = work
  if (isClosed(state, set.metadata.namespace)) return
  const { name } = node.metadata
  const pin =
    work.pins.find(p => p.node === name && pinFor([p], set) !== undefined) ??
    pinFor(
      work.pins.filter(p => p.node === null),
      set,
    )
  const named = pin?.name ? { ...template, metadata: { ...template.metadata, name: pin.name } } : names.name(template)
  const term = { matchFields: [{ key: 'metadata.name', operator: 'In', values: [name] }] }
  const affinity = { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [term] } } }
  const pod = admittedPod(state, { ...named, spec: { ...named.spec, affinity: { ...(named.spec.affinity as object), ...affinity } } })
  const refusal = work.desk.charge(pod)
  if (refusal !== undefined) {
    work.refused = true
    work.said.push({ about: set, type: 'Warning', reason: 'FailedCreate', message: `Error creating: ${refusal}`, component: BY })
    return
  }
  if (pin !== undefined) {
    work.pins = work.pins.filter(p => p !== pin)
    Object.assign(work.facts, pinFacts(pin, named.metadata.name))
  }
  work.changes.push(...work.desk.changes(), put(pod))
  event(work, 'SuccessfulCreate', `Created pod: ${named.metadata.name}`)
}

function remove(work: Work, pod: Pod): void {
  const changes = deletionsOf(work.state, pod)
  if (changes.length === 0) return
  work.changes.push(...changes)
  event(work, 'SuccessfulDelete', `Deleted pod: ${pod.metadata.name}`)
}

const isCurrent = (work: Work, pod: Pod): boolean => pod.metadata.labels?.[HASH] === work.hash

function renew(work: Work, names: ReturnType<typeof namerOf>, nodes: readonly Node[], byNode: ReadonlyMap<string, readonly Pod[]>): void {
  const isWell = (pod: Pod) => isAvailable(work.state, pod, work.set.spec.minReadySeconds ?? 0)
  const ours = nodes
    .filter(n => shouldRun(work, n))
    .map(n => {
      const pods = (byNode.get(n.metadata.name) ?? []).filter(p => !isGoing(p))
      return { node: n.metadata.name, fresh: pods.filter(p => isCurrent(work, p)), old: pods.filter(p => !isCurrent(work, p)) }
    })
  const { remove: going, create: coming } = renewal(work.set, ours, isWell)
  for (const name of coming) create(work, names, nodes.find(n => n.metadata.name === name)!)
  for (const pod of going) remove(work, pod)
}

function statusOf(work: Work, nodes: readonly Node[], byNode: ReadonlyMap<string, readonly Pod[]>): NonNullable<DaemonSet['status']> {
  const { set, state } = work
  const counts = { current: 0, misplaced: 0, desired: 0, ready: 0, updated: 0, available: 0 }
  for (const node of nodes) {
    const pods = (byNode.get(node.metadata.name) ?? []).filter(p => !isFinished(p))
    if (!shouldRun(work, node)) {
      if (pods.length > 0) counts.misplaced++
      continue
    }
    counts.desired++
    const [oldest] = pods
    if (oldest === undefined) continue
    counts.current++
    if (isReady(oldest)) counts.ready++
    if (isAvailable(state, oldest, set.spec.minReadySeconds ?? 0)) counts.available++
    if (isCurrent(work, oldest)) counts.updated++
  }
  const missing = counts.desired - counts.available
  return {
    currentNumberScheduled: counts.current,
    numberMisscheduled: counts.misplaced,
    desiredNumberScheduled: counts.desired,
    numberReady: counts.ready,
    observedGeneration: set.metadata.generation ?? 1,
    ...(counts.updated === 0 ? {} : { updatedNumberScheduled: counts.updated }),
    ...(counts.available === 0 ? {} : { numberAvailable: counts.available }),
    ...(missing === 0 ? {} : { numberUnavailable: missing }),
  }
}
