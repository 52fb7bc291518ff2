// The scheduler: a node for each pod that has none, or an Event that says why not. Stands for kube-scheduler's filters and, simplified, its scores: even spread first.
// Not simulated: preemption, preferred affinity; required affinity between pods and DoNotSchedule spread constraints keep a pod Pending, by name.
import { contains } from '../addr/cidr'
import { readIp } from '../addr/ip'
import type { Node, Pod } from '../apply/object'
import { timeText } from '../cluster/clock'
import type { Said } from '../cluster/event'
import { seedOf } from '../cluster/random'
import { keyOf, objectOf, objectsOf, type State } from '../cluster/state'
import { put } from '../cluster/write'
import { CONTENT, type Controller, type Sync } from './controller'
import { podCidrsOf } from './ipam'
import { type HostPort, hostPortsOf, type Load, loadsOf, NO_LOAD, ownerKeyOf, portTaken, requested } from './node-load'
import { pinnedNode } from './pin'
import { podIPs } from './pod-state'
import { CONTROL_PROFILES, type ControlProfile } from './profile'
import { affinityOf, nodeMatches, tolerates } from './node-fit'
import { milliValue } from './quantity'

const BY = 'default-scheduler'
/** The key under which everything that waits is looked at again, after a node changed or a pod left. */
const WAITING = 'waiting pods'

export const scheduler: Controller = {
  name: BY,
  latencyMs: 2,
  serialMs: 10,
  watches: ['Pod', 'Node'],
  keys: ({ event, old }, state) => {
    if (event.object.kind === 'Node') return hasUnscheduled(state) ? [WAITING] : []
    const pod = event.object as Pod
    if (event.type === 'DELETED') return pod.spec.nodeName && hasUnscheduled(state) ? [WAITING] : []
    return isWaiting(pod) && sameSpec(old as Pod | undefined, pod) ? [keyOf(pod)] : []
  },
  sync: (state, key) => {
    if (key === WAITING) return { again: unscheduled(state).map(pod => ({ key: keyOf(pod), atMs: state.nowMs })) }
    const pod = objectOf(state, 'Pod', key)
    return pod === undefined || !isWaiting(pod) ? CONTENT : scheduleOne(state, pod)
  },
}

const isWaiting = (pod: Pod): boolean =>
  !pod.spec.nodeName && pod.metadata.deletionTimestamp === undefined && pod.status?.phase !== 'Succeeded' && pod.status?.phase !== 'Failed'

/** A write of the scheduler's own condition is no reason to try again. */
const sameSpec = (old: Pod | undefined, pod: Pod): boolean =>
  old === undefined || old.spec !== pod.spec || !pod.status?.conditions?.some(c => c.type === 'PodScheduled' && c.status === 'False')

const hasUnscheduled = (state: State): boolean => Number(state.memory[UNSCHEDULED] ?? 0) > 0
const unscheduled = (state: State): readonly Pod[] => ([...(state.objects.get('Pod')?.values() ?? [])] as Pod[]).filter(isWaiting)

/** How many pods were found to fit nowhere: whether it is worth looking for them. */
const UNSCHEDULED = 'pods without a node'

function scheduleOne(state: State, pod: Pod): Sync {
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
      said: [say('Normal', 'Scheduled', `Successfully assigned ${keyOf(pod)} to ${name}`, 'Binding')],
    }
  }
  if (pod.status?.conditions?.some(c => c.type === 'PodScheduled' && c.message === verdict.why)) return CONTENT
  return {
    facts: { [UNSCHEDULED]: Number(state.memory[UNSCHEDULED] ?? 0) + 1 },
    changes: [put(unschedulable(state, pod, verdict.why))],
    said: [say('Warning', 'FailedScheduling', verdict.why, 'Scheduling')],
  }
}

function schedule(state: State, pod: Pod): { readonly node: Node } | { readonly why: string } {
  const nodes = objectsOf(state, 'Node')
  const wanted = pinnedNode(state, keyOf(pod)) ?? nodeOfAddress(nodes, pod)
  const pinned = wanted === undefined ? undefined : nodes.find(n => n.metadata.name === wanted)
  if (pinned !== undefined) return { node: pinned }
  if (nodes.length === 0) return { why: 'no nodes available to schedule pods' }
  const demand = demandOf(state, pod)
  const best = bestOf(state, nodes, demand)
  if (best !== undefined) return { node: best.node }
  return {
    why: whyNowhere(
      state,
      nodes.map(node => refusalOf(demand, node, loadsOf(state).get(node.metadata.name) ?? NO_LOAD)!),
    ),
  }
}

interface Candidate {
  readonly node: Node
  /** Pods of the same owner there. */
  readonly same: number
  /** PreferNoSchedule taints that the pod does not tolerate. */
  readonly unwished: number
  readonly pods: number
  readonly toss: number
}

/** How many nodes that fit are enough to choose from, part by part in turn. The real one looks at 5 to 50 % of them, and at a hundred at least. */
const ENOUGH = 100

/** Of the nodes that fit: the fewest pods of the same owner, then what a node would rather not have, then its pods, then a seeded toss. */
function bestOf(state: State, nodes: readonly Node[], demand: Demand): Candidate | undefined {
  const owner = ownerKeyOf(demand.pod)
  const loads = loadsOf(state)
  const enough = Math.min(ENOUGH, nodes.length)
  const start = enough < nodes.length ? (Number(state.memory[TURN] ?? 0) * enough) % nodes.length : 0
  let best: Candidate | undefined
  for (let i = 0, fit = 0; i < nodes.length && fit < enough; i++) {
    const node = nodes[(start + i) % nodes.length]!
    const load = loads.get(node.metadata.name) ?? NO_LOAD
    const same = load.byOwner.get(owner) ?? 0
    if (best !== undefined && (same > best.same || (same === best.same && load.pods > best.pods && best.unwished === 0))) {
      fit++
      continue
    }
    if (refusalOf(demand, node, load) !== undefined) continue
    fit++
    const toss = seedOf(state.seed, `schedule ${owner} ${load.pods} ${node.metadata.name}`)
    const candidate = { node, same, unwished: unwished(demand.pod, node), pods: load.pods, toss }
    if (best === undefined || isBetter(candidate, best)) best = candidate
  }
  return best
}

const isBetter = (a: Candidate, b: Candidate): boolean =>
  (a.same - b.same || a.unwished - b.unwished || a.pods - b.pods || a.toss - b.toss) < 0

/** Which part of a large cluster is looked at next. */
const TURN = 'nodes looked at by the scheduler'

const unwished = (pod: Pod, node: Node): number =>
  (node.spec?.taints ?? []).filter(t => t.effect === 'PreferNoSchedule' && !tolerates(pod, t)).length

/** A pod that comes with an address belongs where that address is. */
function nodeOfAddress(nodes: readonly Node[], pod: Pod): string | undefined {
  const ip = readIp(podIPs(pod)[0] ?? '')
  if (ip === undefined) return undefined
  return nodes.find(n => podCidrsOf(n).some(c => contains(c, ip)))?.metadata.name
}

interface Refusal {
  readonly text: string
  /** Whether evicting other pods could help: what the preemption sentence tells apart. */
  readonly resolvable: boolean
}

/** What a pod asks of a node, read once. */
interface Demand {
  readonly pod: Pod
  readonly texts: ControlProfile
  readonly cpu: number
  readonly memory: number
  readonly hostPorts: readonly HostPort[]
  /** A filter that is not modelled, in words. */
  readonly unmodelled: string | undefined
  readonly picky: boolean
}

function demandOf(state: State, pod: Pod): Demand {
  return {
    pod,
    texts: CONTROL_PROFILES[state.config.profile],
    cpu: requested(pod, 'cpu'),
    memory: requested(pod, 'memory'),
    hostPorts: hostPortsOf(pod),
    unmodelled: needsPodAffinity(pod)
      ? 'node(s): hopspec does not model required podAffinity or podAntiAffinity'
      : needsSpread(pod)
        ? 'node(s): hopspec does not model topologySpreadConstraints with DoNotSchedule'
        : undefined,
    picky: pod.spec.nodeSelector !== undefined || affinityOf(pod).nodeAffinity !== undefined,
  }
}

/** What a node has to give; read once for each version of it. */
interface Capacity {
  readonly pods: number
  readonly cpu: number
  readonly memory: number
}

const CAPACITIES = new WeakMap<Node, Capacity>()

function capacityOf(node: Node): Capacity {
  const known = CAPACITIES.get(node)
  if (known) return known
  const { pods, cpu, memory } = node.status?.allocatable ?? {}
  const amount = (text: string | undefined) => (text === undefined ? Number.POSITIVE_INFINITY : milliValue(text))
  const capacity = { pods: pods === undefined ? Number.POSITIVE_INFINITY : Number(pods), cpu: amount(cpu), memory: amount(memory) }
  CAPACITIES.set(node, capacity)
  return capacity
}

function refusalOf(demand: Demand, node: Node, load: Load): Refusal | undefined {
  const { pod, texts } = demand
  const no = (text: string, resolvable = false): Refusal => ({ text, resolvable })
  if (node.spec?.unschedulable && !tolerates(pod, { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' }))
    return no('node(s) were unschedulable')
  const taint = node.spec?.taints?.find(t => t.effect !== 'PreferNoSchedule' && !tolerates(pod, t))
  if (taint !== undefined) return no(texts.untolerated)
  if (demand.picky && !nodeMatches(pod, node)) return no(texts.unmatched)
  if (demand.unmodelled !== undefined) return no(demand.unmodelled)
  if (demand.hostPorts.some(wanted => portTaken(load, wanted)))
    return no("node(s) didn't have free ports for the requested pod ports", true)
  const capacity = capacityOf(node)
  if (load.pods + 1 > capacity.pods) return no('Too many pods', true)
  if (demand.cpu > 0 && load.cpu + demand.cpu > capacity.cpu) return no('Insufficient cpu', demand.cpu <= capacity.cpu)
  if (demand.memory > 0 && load.memory + demand.memory > capacity.memory) return no('Insufficient memory', demand.memory <= capacity.memory)
  return undefined
}

const needsPodAffinity = (pod: Pod): boolean => {
  const { podAffinity, podAntiAffinity } = affinityOf(pod)
  return [podAffinity, podAntiAffinity].some(a => (a?.requiredDuringSchedulingIgnoredDuringExecution ?? []).length > 0)
}

/** Spreading that the real scheduler insists on; ScheduleAnyway is only a wish, and evenness is what we do anyway. */
function needsSpread(pod: Pod): boolean {
  const { topologySpreadConstraints } = pod.spec as {
    readonly topologySpreadConstraints?: readonly { readonly whenUnsatisfiable?: string }[]
  }
  return (topologySpreadConstraints ?? []).some(c => c.whenUnsatisfiable !== 'ScheduleAnyway')
}

/** `0/3 nodes are available: 1 node(s) had …, 2 Insufficient cpu.` and, in newer releases, why preemption does not help. */
function whyNowhere(state: State, refusals: readonly Refusal[]): string {
  const counted = (texts: readonly string[]) => {
    const counts = new Map<string, number>()
    for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1)
    return [...counts]
      .map(([text, n]) => `${n} ${text}`)
      .sort()
      .join(', ')
  }
  const head = `0/${refusals.length} nodes are available: `
  const first = `${head}${counted(refusals.map(r => r.text))}.`
  if (!CONTROL_PROFILES[state.config.profile].preemption) return first
  const second = counted(
    refusals.map(r => (r.resolvable ? 'No preemption victims found for incoming pod' : 'Preemption is not helpful for scheduling')),
  )
  return `${first} no new claims to deallocate, preemption: ${head}${second}.`
}

function bound(state: State, pod: Pod, nodeName: string): Pod {
  const others = (pod.status?.conditions ?? []).filter(c => c.type !== 'PodScheduled')
  const conditions = [...others, { type: 'PodScheduled', status: 'True' as const, lastTransitionTime: timeText(state) }]
  return { ...pod, spec: { ...pod.spec, nodeName }, status: { ...pod.status, conditions } }
}

function unschedulable(state: State, pod: Pod, message: string): Pod {
  const others = (pod.status?.conditions ?? []).filter(c => c.type !== 'PodScheduled')
  const condition = {
    type: 'PodScheduled',
    status: 'False' as const,
    reason: 'Unschedulable',
    message,
    lastTransitionTime: timeText(state),
  }
  return { ...pod, status: { phase: 'Pending', ...pod.status, conditions: [...others, condition] } }
}
