// The scheduler: a node for each pod that has none, or an Event that says why not. Stands for kube-scheduler's filters and, simplified, its scores: even spread first.
// Not simulated: preemption, preferred affinity; required affinity between pods and DoNotSchedule spread constraints keep a pod Pending, by name.
import { contains } from '../addr/cidr'
import { readIp } from '../addr/ip'
import type { Node, Pod } from '../apply/object'
import { timeText } from '../cluster/clock'
import { recordEvents, type Said } from '../cluster/event'
import { seedOf } from '../cluster/random'
import { keyOf, objectsOf, type State } from '../cluster/state'
import { put, write, type Change } from '../cluster/write'
import type { Controller } from './controller'
import { podCidrsOf } from './ipam'
import { pinnedNode } from './pin'
import { podIPs } from './pod-state'
import { CONTROL_PROFILES } from './profile'
import { milliValue } from './quantity'
import { controllerOf, labelOf, matchesExpression } from './selector'

const BY = 'default-scheduler'

export const scheduler: Controller = {
  name: BY,
  reads: ['Pod', 'Node'],
  run: state => {
    const waiting = ([...(state.objects.get('Pod')?.values() ?? [])] as Pod[]).filter(
      p =>
        !p.spec.nodeName && p.metadata.deletionTimestamp === undefined && p.status?.phase !== 'Succeeded' && p.status?.phase !== 'Failed',
    )
    if (waiting.length === 0) return state
    const board = boardOf(state)
    const changes: Change[] = []
    const said: Said[] = []
    for (const pod of waiting) {
      const verdict = schedule(state, board, pod)
      if ('node' in verdict) {
        occupy(board, verdict.node.metadata.name, pod)
        changes.push(put(bound(state, pod, verdict.node.metadata.name)))
        const message = `Successfully assigned ${keyOf(pod)} to ${verdict.node.metadata.name}`
        said.push({
          about: pod,
          type: 'Normal',
          reason: 'Scheduled',
          message,
          component: BY,
          modern: !CONTROL_PROFILES[state.config.profile].schedulerSource,
        })
      } else if (!pod.status?.conditions?.some(c => c.type === 'PodScheduled' && c.message === verdict.why)) {
        changes.push(put(unschedulable(state, pod, verdict.why)))
        said.push({
          about: pod,
          type: 'Warning',
          reason: 'FailedScheduling',
          message: verdict.why,
          component: BY,
          modern: !CONTROL_PROFILES[state.config.profile].schedulerSource,
        })
      }
    }
    return recordEvents(write(state, changes, BY), said)
  },
}

interface Load {
  pods: number
  cpu: number
  memory: number
  readonly hostPorts: Set<string>
  readonly byOwner: Map<string, number>
}

interface Board {
  readonly nodes: readonly Node[]
  readonly loads: ReadonlyMap<string, Load>
}

function boardOf(state: State): Board {
  const nodes = objectsOf(state, 'Node')
  const loads = new Map(
    nodes.map(n => [n.metadata.name, { pods: 0, cpu: 0, memory: 0, hostPorts: new Set<string>(), byOwner: new Map<string, number>() }]),
  )
  const board = { nodes, loads }
  for (const pod of (state.objects.get('Pod')?.values() ?? []) as Iterable<Pod>)
    if (pod.spec.nodeName) occupy(board, pod.spec.nodeName, pod)
  return board
}

const requested = (pod: Pod, what: string): number =>
  pod.spec.containers.reduce((sum, c) => sum + milliValue(c.resources?.requests?.[what]), 0)
const hostPortsOf = (pod: Pod): readonly string[] =>
  pod.spec.containers.flatMap(c => (c.ports ?? []).filter(p => p.hostPort).map(p => `${p.protocol}/${p.hostPort}`))
const ownerOf = (pod: Pod): string => `${pod.metadata.namespace}/${controllerOf(pod)?.name ?? pod.metadata.name}`

function occupy(board: Board, node: string, pod: Pod): void {
  const load = board.loads.get(node)
  if (load === undefined) return
  load.pods++
  load.cpu += requested(pod, 'cpu')
  load.memory += requested(pod, 'memory')
  for (const port of hostPortsOf(pod)) load.hostPorts.add(port)
  load.byOwner.set(ownerOf(pod), (load.byOwner.get(ownerOf(pod)) ?? 0) + 1)
}

function schedule(state: State, board: Board, pod: Pod): { readonly node: Node } | { readonly why: string } {
  const wanted = pinnedNode(state, keyOf(pod)) ?? nodeOfAddress(board, pod)
  const pinned = board.nodes.find(n => n.metadata.name === wanted)
  if (pinned !== undefined) return { node: pinned }
  if (board.nodes.length === 0) return { why: 'no nodes available to schedule pods' }
  const refusals = board.nodes.map(node => ({ node, refusal: refusalOf(state, pod, node, board.loads.get(node.metadata.name)!) }))
  const fits = refusals.filter(r => r.refusal === undefined).map(r => r.node)
  if (fits.length === 0)
    return {
      why: whyNowhere(
        state,
        refusals.map(r => r.refusal!),
      ),
    }
  const scored = fits.map(node => ({ node, keys: scoreOf(state, pod, node, board.loads.get(node.metadata.name)!) }))
  scored.sort((a, b) => a.keys[0]! - b.keys[0]! || a.keys[1]! - b.keys[1]! || a.keys[2]! - b.keys[2]! || a.keys[3]! - b.keys[3]!)
  return { node: scored[0]!.node }
}

/** A pod that comes with an address belongs where that address is. */
function nodeOfAddress(board: Board, pod: Pod): string | undefined {
  const ip = readIp(podIPs(pod)[0] ?? '')
  if (ip === undefined) return undefined
  return board.nodes.find(n => podCidrsOf(n).some(c => contains(c, ip)))?.metadata.name
}

/** Smaller is better: pods of the same owner, PreferNoSchedule taints, load, then a seeded toss. */
const scoreOf = (state: State, pod: Pod, node: Node, load: Load): readonly number[] => [
  load.byOwner.get(ownerOf(pod)) ?? 0,
  (node.spec?.taints ?? []).filter(t => t.effect === 'PreferNoSchedule' && !tolerates(pod, t)).length,
  load.pods,
  seedOf(state.seed, `schedule ${ownerOf(pod)} ${load.pods} ${node.metadata.name}`),
]

interface Refusal {
  readonly text: string
  /** Whether evicting other pods could help: what the preemption sentence tells apart. */
  readonly resolvable: boolean
}

const tolerates = (pod: Pod, taint: { readonly key: string; readonly value?: string; readonly effect: string }): boolean =>
  (pod.spec.tolerations ?? []).some(
    t =>
      (t.effect === undefined || t.effect === '' || t.effect === taint.effect) &&
      (t.key === undefined || t.key === '' ? t.operator === 'Exists' : t.key === taint.key) &&
      (t.operator === 'Exists' || (t.value ?? '') === (taint.value ?? '')),
  )

function refusalOf(state: State, pod: Pod, node: Node, load: Load): Refusal | undefined {
  const no = (text: string, resolvable = false): Refusal => ({ text, resolvable })
  if (node.spec?.unschedulable && !tolerates(pod, { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' }))
    return no('node(s) were unschedulable')
  const taint = (node.spec?.taints ?? []).find(t => t.effect !== 'PreferNoSchedule' && !tolerates(pod, t))
  if (taint !== undefined) return no(CONTROL_PROFILES[state.config.profile].untolerated)
  if (!nodeMatches(pod, node)) return no(CONTROL_PROFILES[state.config.profile].unmatched)
  if (needsPodAffinity(pod)) return no('node(s): hopspec does not model required podAffinity or podAntiAffinity')
  if (needsSpread(pod)) return no('node(s): hopspec does not model topologySpreadConstraints with DoNotSchedule')
  if (hostPortsOf(pod).some(p => load.hostPorts.has(p))) return no("node(s) didn't have free ports for the requested pod ports", true)
  const capacity = node.status?.allocatable ?? {}
  if (capacity.pods !== undefined && load.pods + 1 > Number(capacity.pods)) return no('Too many pods', true)
  for (const what of ['cpu', 'memory'] as const) {
    const need = requested(pod, what)
    const all = capacity[what] === undefined ? Number.POSITIVE_INFINITY : milliValue(capacity[what])
    if (need > 0 && load[what] + need > all) return no(`Insufficient ${what}`, need <= all)
  }
  return undefined
}

interface RequiredAffinity {
  readonly nodeAffinity?: {
    readonly requiredDuringSchedulingIgnoredDuringExecution?: {
      readonly nodeSelectorTerms?: readonly {
        readonly matchExpressions?: readonly { readonly key: string; readonly operator: string; readonly values?: readonly string[] }[]
        readonly matchFields?: readonly { readonly key: string; readonly operator: string; readonly values?: readonly string[] }[]
      }[]
    }
  }
  readonly podAffinity?: { readonly requiredDuringSchedulingIgnoredDuringExecution?: readonly unknown[] }
  readonly podAntiAffinity?: { readonly requiredDuringSchedulingIgnoredDuringExecution?: readonly unknown[] }
}

const affinityOf = (pod: Pod) => (pod.spec.affinity ?? {}) as RequiredAffinity

function nodeMatches(pod: Pod, node: Node): boolean {
  const labels = node.metadata.labels ?? {}
  if (!Object.entries(pod.spec.nodeSelector ?? {}).every(([k, v]) => labels[k] === v)) return false
  const terms = affinityOf(pod).nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms
  if (terms === undefined) return true
  return terms.some(
    term =>
      (term.matchExpressions ?? []).every(e => matchesExpression(e, labelOf(labels, e.key))) &&
      (term.matchFields ?? []).every(e => matchesExpression(e, e.key === 'metadata.name' ? node.metadata.name : undefined)),
  )
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
