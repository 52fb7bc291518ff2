// The scheduler: a node for each pod that has none, or an Event that says why not; pods of higher priority make others leave. Stands for kube-scheduler. Pods that
// say what they wish are scored as there; all others are, simplified, spread evenly first.
import { contains } from '../addr/cidr'
import { readIp } from '../addr/ip'
import type { Condition, Node, Pod } from '../apply/object'
import { timeText } from '../cluster/clock'
import type { Said } from '../cluster/event'
import { extended } from '../cluster/extended'
import { beginOf, endOf } from '../cluster/random'
import { keyOf, objectOf, objectsOf, type State } from '../cluster/state'
import { deletionsOf } from '../cluster/store'
import { put } from '../cluster/write'
import { CONTENT, type Controller, type Sync } from './controller'
import { disrupted } from './disruption'
import { podCidrsOf } from './ipam'
import { counted, type Demand, demandOf, mindsOthers, refusalOf } from './node-filter'
import { tolerates } from './node-fit'
import { countOf, loadsInOrder, loadsOf, NO_LOAD, ownerKeyOf, ownerNumber } from './node-load'
import { hasWishes, scoresOf } from './node-score'
import { pinnedNode } from './pin'
import { conditionSince, podIPs } from './pod-state'
import { byPriority, preempt, preemptedBy, type Preemption, preemptionText } from './preemption'
import { CONTROL_PROFILES } from './profile'
import { claimRefusal } from './volume-claim'

const BY = 'default-scheduler'
/** The key under which everything that waits is looked at again, after a node changed or a pod left. */
const WAITING = 'waiting pods'
/** The key under which all of it is looked at again after a pod left. */
const WAITING_FOR_ROOM = 'waiting pods for room'
/** Behind a pod's key: it is tried and told again, even where nothing has changed for it. */
const AGAIN = ' again'
/** The key under which those are looked at again for which it matters where others are, after a pod got a node. */
const WAITING_FOR_OTHERS = 'waiting pods that mind others'

export const scheduler: Controller = {
  name: BY,
  latencyMs: 2,
  serialMs: 10,
  watches: ['Pod', 'Node', 'PersistentVolumeClaim'],
  keys: ({ event, old }, state) => {
    if (event.object.kind !== 'Pod') return hasUnscheduled(state) ? [WAITING] : []
    const pod = event.object as Pod
    if (event.type === 'DELETED') return pod.spec.nodeName && hasUnscheduled(state) ? [WAITING_FOR_ROOM] : []
    if (pod.spec.nodeName) return (old as Pod | undefined)?.spec.nodeName || !hasUnscheduled(state) ? [] : [WAITING_FOR_OTHERS]
    return isWaiting(pod) && sameSpec(old as Pod | undefined, pod) ? [keyOf(pod)] : []
  },
  sync: (state, key) => {
    if (key === WAITING) return { again: tryAgain(state, () => true) }
    if (key === WAITING_FOR_ROOM) return { again: tryAgain(state, () => true, lacksRoom) }
    if (key === WAITING_FOR_OTHERS) return { again: tryAgain(state, mindsOthers) }
    const isAgain = key.endsWith(AGAIN)
    const pod = objectOf(state, 'Pod', isAgain ? key.slice(0, -AGAIN.length) : key)
    return pod === undefined || !isWaiting(pod) ? CONTENT : scheduleOne(state, pod, isAgain)
  },
}

/** Pods of other schedulers wait for those. */
const isWaiting = (pod: Pod): boolean =>
  !pod.spec.nodeName &&
  pod.metadata.deletionTimestamp === undefined &&
  pod.status?.phase !== 'Succeeded' &&
  pod.status?.phase !== 'Failed' &&
  ((pod.spec as { readonly schedulerName?: string }).schedulerName ?? BY) === BY

const scheduledOf = (pod: Pod): Condition | undefined => pod.status?.conditions?.find(c => c.type === 'PodScheduled')

/** Whether it was told that a pod less could help. */
const lacksRoom = (pod: Pod): boolean => /Insufficient |Too many pods/.test(scheduledOf(pod)?.message ?? '')

/** A write of the scheduler's own condition is no reason to try again. */
const sameSpec = (old: Pod | undefined, pod: Pod): boolean =>
  old === undefined || old.spec !== pod.spec || !pod.status?.conditions?.some(c => c.type === 'PodScheduled' && c.status === 'False')

const hasUnscheduled = (state: State): boolean => Number(state.memory[UNSCHEDULED] ?? 0) > 0
const unscheduled = (state: State): readonly Pod[] => ([...(state.objects.get('Pod')?.values() ?? [])] as Pod[]).filter(isWaiting)

/** In the order of the scheduling queue: the most important first, then the oldest. */
const tryAgain = (state: State, concerned: (pod: Pod) => boolean, toldAgain: (pod: Pod) => boolean = () => false) =>
  unscheduled(state)
    .filter(concerned)
    .sort(byPriority)
    .map(pod => ({ key: `${keyOf(pod)}${toldAgain(pod) ? AGAIN : ''}`, atMs: state.nowMs }))

/** How many pods were found to fit nowhere: whether it is worth looking for them. */
const UNSCHEDULED = 'pods without a node'

function scheduleOne(state: State, pod: Pod, isAgain: boolean): Sync {
  const verdict = schedule(state, pod)
  const modern = !CONTROL_PROFILES[state.config.profile].schedulerSource
  const say = (type: Said['type'], reason: string, message: string, action: string): Said => ({
    about: pod,
    type,
    reason,
    message,
    component: BY,
    ...(modern ? { modern, action } : {}),
  })
  if ('node' in verdict) {
    const { name } = verdict.node.metadata
    return {
      facts: { [TURN]: (Number(state.memory[TURN] ?? 0) + 1) % 1_000_000 },
      changes: [put(bound(state, pod, name))],
      said: [say('Normal', 'Scheduled', ['Successfully assigned', keyOf(pod), 'to', name].join(' '), 'Binding')],
    }
  }
  const { why, preemption } = verdict
  const told = !isAgain && scheduledOf(pod)?.message === why
  if (told && preemption === undefined) return CONTENT
  const evicted = (preemption?.victims ?? []).flatMap(victim => {
    const marked = disrupted(state, victim, PREEMPTED)
    return [put(marked), ...deletionsOf(state, marked)]
  })
  return {
    facts: { [UNSCHEDULED]: Number(state.memory[UNSCHEDULED] ?? 0) + 1 },
    changes: [...evicted, put(unschedulable(state, pod, why, preemption?.node.metadata.name))],
    said: [
      ...(preemption?.victims ?? []).map(about => ({
        ...say('Normal', 'Preempted', preemptedBy(pod, preemption!.node), 'Preempting'),
        about,
      })),
      ...(told ? [] : [say('Warning', 'FailedScheduling', why, 'Scheduling')]),
    ],
  }
}

const PREEMPTED = { reason: 'PreemptionByScheduler', message: `${BY}: preempting to accommodate a higher priority pod` }

interface Unfit {
  readonly why: string
  readonly preemption?: Preemption
}

/** A pin says which node it is, where some node would take the pod; one with an address belongs where that is. */
function schedule(state: State, pod: Pod): { readonly node: Node } | Unfit {
  const nodes = objectsOf(state, 'Node')
  const wanted = pinnedNode(state, keyOf(pod)) ?? nodeOfAddress(nodes, pod)
  const pinned = wanted === undefined ? undefined : nodes.find(n => n.metadata.name === wanted)
  if (pinned !== undefined && podIPs(pod).length > 0) return { node: pinned }
  if (nodes.length === 0) return { why: 'no nodes available to schedule pods' }
  const unclaimed = claimRefusal(state, pod, nodes.length)
  if (unclaimed !== undefined) return { why: unclaimed }
  const demand = demandOf(state, pod)
  const best = bestOf(state, nodes, demand)
  if (best !== undefined) return { node: pinned ?? best.node }
  const refused = nodes.map(node => ({ node, refusal: refusalOf(demand, node, loadsOf(state).byNode.get(node.metadata.name) ?? NO_LOAD)! }))
  const first = `0/${nodes.length} nodes are available: ${counted(refused.flatMap(r => r.refusal.texts))}.`
  const answer = preempt(state, pod, refused)
  return typeof answer === 'string' ? { why: `${first}${preemptionText(state, answer)}` } : { why: first, preemption: answer }
}

interface Candidate {
  readonly node: Node
  /** Pods of the same owner there. */
  readonly same: number
  /** PreferNoSchedule taints that the pod does not tolerate. */
  readonly unwished: number
  readonly pods: number
  /** Thrown when it has to be. */
  toss: number | undefined
}

/** How many nodes that fit are enough to choose from, part by part in turn. The real one looks at 5 to 50 % of them, and at a hundred at least. */
const ENOUGH = 100

/** Of the nodes that fit: the fewest pods of the same owner, then what a node would rather not have, then its pods, then a seeded toss. */
function bestOf(state: State, nodes: readonly Node[], demand: Demand): Candidate | undefined {
  const wishes = hasWishes(demand.pod)
  const all: Candidate[] = []
  const loads = loadsOf(state)
  const key = ownerKeyOf(demand.pod)
  const [owner, inOrder] = [ownerNumber(loads, key), loadsInOrder(loads, nodes)]
  const enough = Math.min(ENOUGH, nodes.length)
  const start = enough < nodes.length ? (Number(state.memory[TURN] ?? 0) * enough) % nodes.length : 0
  let best: Candidate | undefined
  for (let i = 0, fit = 0; i < nodes.length && fit < enough; i++) {
    const at = start + i < nodes.length ? start + i : start + i - nodes.length
    const node = nodes[at]!
    const load = inOrder[at] ?? (inOrder[at] = loads.byNode.get(node.metadata.name)) ?? NO_LOAD
    const same = countOf(load, owner)
    if (!wishes && best !== undefined && (same > best.same || (same === best.same && load.pods > best.pods && best.unwished === 0))) {
      fit++
      continue
    }
    if (refusalOf(demand, node, load) !== undefined) continue
    fit++
    const candidate: Candidate = { node, same, unwished: unwished(demand.pod, node), pods: load.pods, toss: undefined }
    if (wishes) all.push(candidate)
    if (best === undefined || isBetter(candidate, best, state.seed, key)) best = candidate
  }
  return wishes ? bestWished(state, demand.pod, key, all) : best
}

/** The highest score; among equals as without wishes. */
function bestWished(state: State, pod: Pod, owner: string, all: readonly Candidate[]): Candidate | undefined {
  const scores = scoresOf(
    state,
    pod,
    all.map(c => c.node),
  )
  const most = Math.max(...scores)
  return all
    .filter((_, i) => scores[i] === most)
    .reduce<Candidate | undefined>((a, b) => (a === undefined || isBetter(b, a, state.seed, owner) ? b : a), undefined)
}

function isBetter(a: Candidate, b: Candidate, seed: number, owner: string): boolean {
  const known = a.same - b.same || a.unwished - b.unwished || a.pods - b.pods
  if (known !== 0) return known < 0
  const begun = tossBegin(seed, owner, a.pods)
  b.toss ??= endOf(begun, b.node.metadata.name)
  a.toss ??= endOf(begun, a.node.metadata.name)
  return a.toss < b.toss
}

/** The tosses of one pod begin alike. */
let lastBegin = { seed: 0, owner: '', pods: -1, begun: 0 }
function tossBegin(seed: number, owner: string, pods: number): number {
  if (lastBegin.pods !== pods || lastBegin.owner !== owner || lastBegin.seed !== seed)
    lastBegin = { seed, owner, pods, begun: beginOf(seed, `schedule ${owner} ${pods} `) }
  return lastBegin.begun
}

/** Which part of a large cluster is looked at next. */
const TURN = 'nodes looked at by the scheduler'

const unwished = (pod: Pod, node: Node): number => {
  let count = 0
  for (const taint of node.spec?.taints ?? NO_TAINTS) if (taint.effect === 'PreferNoSchedule' && !tolerates(pod, taint)) count++
  return count
}
const NO_TAINTS: NonNullable<NonNullable<Node['spec']>['taints']> = []

/** A pod that comes with an address belongs where that address is. */
function nodeOfAddress(nodes: readonly Node[], pod: Pod): string | undefined {
  const ip = readIp(podIPs(pod)[0] ?? '')
  if (ip === undefined) return undefined
  return nodes.find(n => podCidrsOf(n).some(c => contains(c, ip)))?.metadata.name
}

function bound(state: State, pod: Pod, nodeName: string): Pod {
  const others = (pod.status?.conditions ?? []).filter(c => c.type !== 'PodScheduled')
  const conditions = others.concat(conditionSince({ type: 'PodScheduled', status: 'True' }, timeText(state)))
  const { nominatedNodeName: _, ...status } = (pod.status ?? {}) as NonNullable<Pod['status']> & { readonly nominatedNodeName?: string }
  return { ...pod, spec: extended(pod.spec, { nodeName }), status: extended(status, { conditions }) }
}

/** `nominated`: the node on which others make room. */
function unschedulable(state: State, pod: Pod, message: string, nominated: string | undefined): Pod {
  const others = (pod.status?.conditions ?? []).filter(c => c.type !== 'PodScheduled')
  const known = scheduledOf(pod)
  const observed = CONTROL_PROFILES[state.config.profile].readyToStart ? { observedGeneration: pod.metadata.generation ?? 1 } : {}
  const condition = {
    type: 'PodScheduled',
    status: 'False' as const,
    reason: 'Unschedulable',
    message,
    ...observed,
    lastTransitionTime: known?.status === 'False' ? known.lastTransitionTime! : timeText(state),
  }
  const promised = nominated === undefined ? {} : { nominatedNodeName: nominated }
  return { ...pod, status: { phase: 'Pending', ...pod.status, ...promised, conditions: [...others, condition] } as Pod['status'] & object }
}
