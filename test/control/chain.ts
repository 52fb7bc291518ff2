// Replays a recorded command sequence: the same commands at the same moments on a simulated cluster, what fell by chance pinned to what fell.
// Compared after the recordings' own normalisation: outputs, and for each object the order of its writes.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import type { KubeObject, Pod } from '../../src/apply/object'
import type { EndpointSlice } from '../../src/apply/object-service'
import { readStore } from '../../src/apply/store-input'
import { begin } from '../../src/cluster/begin'
import { writesOf } from '../../src/cluster/log'
import { keyOf, objectsOf, type PinnedPod, type State } from '../../src/cluster/state'
import { startComponent, stopComponent } from '../../src/control/component'
import { passTime, passUntil, settle } from '../../src/control/settle'
import { atOnce } from '../../src/view/kubectl/passing'
import { rolloutStatus } from '../../src/view/kubectl/rollout-status'
import { runKubectl } from '../../src/view/kubectl/run'
import { REJECTED } from './chain-normal'
import { WORLDS } from './chain-world'

/** Other recordings of the same form can be named. */
export const CHAINS = process.env.CHAINS ?? '../shared/oracles/control-plane/chains'

interface Step {
  readonly afterRv: number
  readonly argv?: readonly string[]
  readonly stdin?: string
  readonly stdout?: string
  readonly stderr?: string
  readonly exit?: number
  readonly background?: boolean
  readonly note?: string
}

interface Write {
  readonly rv: number
  readonly t: number
  readonly event: 'ADDED' | 'MODIFIED' | 'DELETED'
  readonly kind: string
  readonly name: string
  readonly nodeName?: string | null
  readonly podIP?: string | null
  readonly generateName?: string
  readonly ports?: unknown
  readonly owners?: readonly string[]
  readonly reason?: string
  readonly message?: string
  readonly phase?: string
  readonly deleting?: number
  readonly spec?: { readonly clusterIP?: string; readonly ports?: readonly { readonly nodePort?: number }[] }
}

export interface Recording {
  readonly scenario: string
  readonly namespace: string
  /** The wall clock at its beginning, where it is known. */
  readonly begun?: string
  readonly steps: readonly Step[]
  readonly writes: readonly Write[]
}

/** Written past kubectl: 45's objects and 47's statuses were put there by the recorder. */
const BY_HAND = /^(45|47)-/

export const recordings = (): readonly string[] =>
  existsSync(CHAINS)
    ? readdirSync(CHAINS)
        .filter(f => f.endsWith('.json') && !BY_HAND.test(f))
        .sort()
    : []

export const readRecording = (file: string): Recording => JSON.parse(readFileSync(`${CHAINS}/${file}`, 'utf8')) as Recording

const CLUSTER = `
apiVersion: hopspec/v1
kind: Cluster
kubernetesVersion: v1.35.4
kubelets: {startSeconds: 0.6, stopSeconds: 1, events: false}
networking: {cni: bridge}
nodes:
  - {name: master, role: control-plane, addresses: [192.168.1.200], podCIDRs: [10.244.0.0/24]}
  - {name: node-1, addresses: [192.168.1.201], podCIDRs: [10.244.1.0/24]}
  - {name: node-2, addresses: [192.168.1.202], podCIDRs: [10.244.2.0/24]}
---
{apiVersion: v1, kind: Service, metadata: {name: kubernetes, namespace: default, labels: {component: apiserver, provider: kubernetes}}, spec: {clusterIP: 10.96.0.1, ports: [{name: https, port: 443, targetPort: 26443}]}}
---
{apiVersion: v1, kind: Endpoints, metadata: {name: kubernetes, namespace: default, labels: {endpointslice.kubernetes.io/skip-mirror: "true"}}, subsets: [{addresses: [{ip: 192.168.1.200}], ports: [{name: https, port: 26443}]}]}
---
{apiVersion: discovery.k8s.io/v1, kind: EndpointSlice, metadata: {name: kubernetes, namespace: default, labels: {kubernetes.io/service-name: kubernetes}}, addressType: IPv4, endpoints: [{addresses: [192.168.1.200], conditions: {ready: true}}], ports: [{name: https, port: 26443, protocol: TCP}]}
`

/** Names, nodes and addresses as they fell, in the order in which the pods were made. */
function pinsOf({ writes, namespace }: Recording): readonly PinnedPod[] {
  return writes
    .filter(w => w.kind === 'Pod' && w.event === 'ADDED')
    .map(w => {
      const end = writes.findIndex(l => l.rv > w.rv && l.kind === 'Pod' && l.name === w.name && l.event === 'DELETED')
      const life = writes.filter((l, i) => l.rv >= w.rv && l.kind === 'Pod' && l.name === w.name && (end < 0 || i <= end))
      const [kind, owner] = (w.owners?.[0]?.split(' ')[0] ?? `Pod/${w.name}`).split('/')
      return {
        namespace,
        of: `${kind!.toLowerCase()}/${owner}`,
        name: w.name,
        node: life.find(l => l.nodeName)?.nodeName ?? null,
        ip: life.find(l => l.podIP)?.podIP ?? null,
      }
    })
}

function beginning(recording: Recording): State {
  const namespace =
    recording.namespace === 'default' ? '' : `---\n{apiVersion: v1, kind: Namespace, metadata: {name: ${recording.namespace}}}\n`
  const world = (WORLDS[recording.scenario] ?? []).map(o => `---\n${JSON.stringify(o)}\n`).join('')
  const input = readStore([{ name: 'lab.yaml', text: CLUSTER + namespace + world }])
  const state = settle(begin(input, { seed: 1, pins: pinsOf(recording) }))
  const memory: Record<string, string | number> = { ...state.memory, 'kubelet annotations': 'lab' }
  // All but the first recordings began when the Events of the nodes' registration were gone.
  const fresh = recording.steps.some(s => s.stdout?.includes('RegisteredNode'))
  const objects = new Map([...state.objects].filter(([kind]) => fresh || kind !== 'Event'))
  for (const w of recording.writes) {
    if (w.kind !== 'Service') continue
    const key = `${recording.namespace}/${w.name}`
    if (w.event === 'ADDED' && w.spec?.clusterIP) memory[`pinned clusterIP ${key}`] = w.spec.clusterIP
    for (const [i, port] of (w.spec?.ports ?? []).entries()) if (port.nodePort) memory[`pinned nodePort ${key} ${i}`] ??= port.nodePort
  }
  const made = recording.writes.filter(w => w.kind === 'Pod' && w.event === 'ADDED')
  for (const w of made) memory[`pinned start ${recording.namespace}/${w.name}`] = startOf(recording, w)
  for (const w of made)
    if (made.filter(m => m.name === w.name).length === 1) memory[`pinned uid Pod ${recording.namespace}/${w.name}`] = uidOf(recording, w)
  return { ...state, objects, memory }
}

/** Milliseconds from the moment at which the kubelet saw a pod until it ran; a pod may have waited for a node before. */
function startOf({ writes }: Recording, { name, rv, t }: Write): number {
  const later = writes.filter(w => w.kind === 'Pod' && w.name === name && w.rv > rv)
  const [bound, ran] = [later.find(w => w.nodeName), later.find(w => w.podIP)]
  const seen = bound !== undefined && bound.t - t > 1 ? bound.t : t
  return ran === undefined ? 600 : Math.max(1, Math.round((ran.t - seen) * 1000) - 20)
}

/** Among equal pods the smallest uid goes first: uids in the order in which the pods went. */
function uidOf({ writes }: Recording, { name, rv }: Write): string {
  const gone = writes.find(w => w.kind === 'Pod' && w.name === name && w.rv > rv && w.deleting !== undefined)
  return `00000000-0000-0000-0000-${String(gone?.rv ?? 1_000_000_000 + rv).padStart(12, '0')}`
}

/** The address that the next written Service got. */
function nextAddress({ writes, namespace }: Recording, afterRv: number): Readonly<Record<string, string>> {
  const next = writes.find(w => w.kind === 'Service' && w.rv > afterRv && w.spec?.clusterIP)
  return next === undefined ? {} : { [`pinned clusterIP ${namespace}/${next.name}`]: next.spec!.clusterIP! }
}

/** Recorded seconds at which a command was given: just before the write that it made, or when the cluster had come to rest after the last one that it saw. */
function moments({ steps, writes }: Recording): readonly number[] {
  return steps.map(step => {
    const next = writes.find(w => w.rv > step.afterRv)
    const last = writes.filter(w => w.rv <= step.afterRv).at(-1)
    const changes = step.argv !== undefined && CHANGING.test(step.argv.join(' ').replace(/^kubectl( -n \S+)? /, ''))
    if (changes && step.exit === 0 && next !== undefined) return Math.max(0, next.t - 0.02)
    if (last === undefined) return 0
    const quiet = (next?.t ?? Number.POSITIVE_INFINITY) - last.t
    return last.t + (quiet > 2 ? 1.2 : 0.03)
  })
}

const CHANGING = /^(create|apply|replace|patch|delete|scale|expose|run|label|annotate|taint|set|rollout (undo|restart|pause|resume))\b/

export interface Replayed {
  readonly state: State
  /** The last write before the first command. */
  readonly begunRv: number
  /** When the recorder stopped, in our virtual time. */
  readonly endMs: number
  readonly answers: readonly { readonly step: Step; readonly stdout: string; readonly stderr: string; readonly exit: number }[]
  readonly left: number
}

/** Runs every command of the recording but those that ran in the background, at its moment. */
export function replay(recording: Recording): Replayed {
  const times = moments(recording)
  const begun = beginning(recording)
  const startMs = begun.nowMs - (times[0] ?? 0) * 1000
  let state = dated(recording, begun, startMs, times)
  const answers: Replayed['answers'][number][] = []
  let left = 0
  for (const [i, step] of recording.steps.entries()) {
    if (step.background || step.argv === undefined) {
      if (step.note !== undefined && !step.background) state = acted(passed(state, startMs + times[i]! * 1000), step.note)
      continue
    }
    const atMs = startMs + times[i]! * 1000
    state = step.argv.includes('status') ? looking(step, state, atMs) : passed(state, atMs)
    state = { ...state, memory: { ...state.memory, ...nextAddress(recording, step.afterRv) } }
    const reply = runKubectl(
      state,
      step.argv.slice(1),
      { read: () => undefined, list: path => (path === '.' ? [] : undefined), stdin: () => step.stdin ?? '' },
      atOnce,
    )
    if (/hopspec: .*not modelled/.test(reply.stderr)) left++
    else answers.push({ step, stdout: reply.stdout, stderr: reply.stderr, exit: reply.exit })
    state = reply.state
  }
  return {
    state: settle(state),
    begunRv: begun.resourceVersion,
    endMs: startMs + ((recording.writes.at(-1)?.t ?? 0) + 0.15) * 1000,
    answers,
    left,
  }
}

/** `rollout restart` writes the time into the template, and the hash of the template tells which second it was. */
const RESTARTED: Readonly<Record<string, string>> = { '03-rolling-update': '2026-11-21T06:45:07Z' }

/** The same beginning on the day of the recording, where that is known. */
function dated({ scenario, begun, steps }: Recording, state: State, startMs: number, times: readonly number[]): State {
  if (begun !== undefined) return { ...state, memory: { ...state.memory, epochMs: Date.parse(begun) - startMs } }
  const restart = steps.findIndex(s => s.argv?.includes('restart'))
  const at = RESTARTED[scenario]
  if (at === undefined) return state
  return { ...state, memory: { ...state.memory, epochMs: Date.parse(at) + 500 - startMs - times[restart]! * 1000 } }
}

/** `rollout status` began when its first line was true: kubectl takes a while to start. */
function looking(step: Step, state: State, atMs: number): State {
  const [, word = '', name = ''] = / (deploy|ds|sts)\/(\S+)/.exec(step.argv!.join(' ')) ?? []
  const kind = ({ deploy: 'Deployment', ds: 'DaemonSet', sts: 'StatefulSet' } as const)[word]
  const first = `${step.stdout?.split('\n')[0]}\n`
  const isTold = (s: State): boolean =>
    [...((kind && s.objects.get(kind)?.values()) ?? [])].some(o => o.metadata.name === name && rolloutStatus(o)?.text === first)
  return kind === undefined ? passed(state, atMs) : passUntil(state, isTold, Math.max(0, atMs - state.nowMs))
}

const passed = (state: State, atMs: number): State => (atMs > state.nowMs ? passTime(state, atMs - state.nowMs) : state)

/** What the recorder did to its imitated kubelets. */
function acted(state: State, note: string): State {
  const [, node, what] = /^heartbeats of (\S+) (stop|start)/.exec(note) ?? []
  if (node === undefined) return state
  return what === 'stop' ? stopComponent(state, 'kubelet', node) : startComponent(state, 'kubelet', node)
}

/** Our generated names of slices → the recorded ones: those with the same ports first, then in the order in which each Service got them. */
export function sliceNames(recording: Recording, state: State): ReadonlyMap<string, string> {
  const theirs = recording.writes.filter(w => w.kind === 'EndpointSlice' && w.event === 'ADDED')
  const ours = [...writesOf(state.log)].flatMap(({ type, object }) =>
    object.kind === 'EndpointSlice' && type === 'ADDED' && object.metadata.namespace === recording.namespace
      ? [object as EndpointSlice]
      : [],
  )
  const names = new Map<string, string>()
  const taken = new Set<string>()
  for (const isLike of [(w: Write, o: EndpointSlice) => JSON.stringify(w.ports) === JSON.stringify(o.ports), () => true])
    for (const w of theirs) {
      if (!w.generateName || taken.has(w.name)) continue
      const found = ours.find(o => o.metadata.generateName === w.generateName && !names.has(o.metadata.name) && isLike(w, o))
      if (found === undefined) continue
      names.set(found.metadata.name, w.name)
      taken.add(w.name)
    }
  return names
}

/** One line for each write of an object, without counts that depend on the moment. */
export function historyOf(recording: Recording): ReadonlyMap<string, readonly string[]> {
  return grouped(recording.writes.map(w => [`${w.kind} ${w.kind === 'Event' ? '' : w.name}`, lineOf(w)]))
}

const lineOf = (w: Write): string =>
  w.kind === 'Event'
    ? `${w.event} ${w.reason} ${(w.message ?? '').replace('(combined from similar events): ', '').replace(REJECTED, '$1<rnd>$2')}`
    : w.kind === 'Pod'
      ? `${w.event} ${w.phase} ${w.nodeName ?? ''} ${w.podIP ?? ''} ${w.deleting === undefined ? '' : 'deleting'}`
      : w.event

export function ourHistory(recording: Recording, { state, begunRv, endMs }: Replayed): ReadonlyMap<string, readonly string[]> {
  const names = sliceNames(recording, state)
  const kinds = new Set(recording.writes.map(w => w.kind))
  const own = [...writesOf(state.log)].filter(
    e =>
      e.resourceVersion > begunRv &&
      e.atMs <= endMs &&
      (e.object as { reason?: string }).reason !== 'RegisteredNode' &&
      kinds.has(e.object.kind) &&
      (e.object.metadata.namespace ?? recording.namespace) === recording.namespace,
  )
  return grouped(
    own.map(e => [
      `${e.object.kind} ${e.object.kind === 'Event' ? '' : (names.get(e.object.metadata.name) ?? e.object.metadata.name)}`,
      ourLine(e.type, e.object),
    ]),
  )
}

function ourLine(type: string, object: KubeObject): string {
  if (object.kind === 'Event') {
    const { reason, message } = object as unknown as { reason: string; message: string }
    return `${type} ${reason} ${message.replace('(combined from similar events): ', '').replace(REJECTED, '$1<rnd>$2')}`
  }
  if (object.kind !== 'Pod') return type
  const { spec, status, metadata } = object as Pod
  return `${type} ${status?.phase} ${spec.nodeName ?? ''} ${status?.podIP ?? ''} ${metadata.deletionTimestamp === undefined ? '' : 'deleting'}`
}

function grouped(pairs: readonly (readonly [string, string])[]): ReadonlyMap<string, readonly string[]> {
  const groups = new Map<string, string[]>()
  for (const [key, line] of pairs) {
    const known = groups.get(key) ?? []
    // How often a status is counted in between depends on the moment: one MODIFIED stands for several.
    if (line !== 'MODIFIED' || known.at(-1) !== line) groups.set(key, [...known, line])
  }
  return groups
}

export const podsOf = (state: State): readonly string[] => objectsOf(state, 'Pod').map(keyOf)
