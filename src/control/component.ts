// What a scenario does to the machinery itself: a component stops and starts, on the whole cluster or on one node; a node is lost; a link is cut.
// A stopped controller's work waits for it; what a stopped kube-proxy or flanneld had programmed stays as it was.
import { remember } from '../cluster/clock'
import { controlPlaneNode } from '../cluster/cluster-node'
import { registration } from '../cluster/flannel-node'
import type { Due, State } from '../cluster/state'
import { write } from '../cluster/write'
import { changeLease } from './flannel-lease'

const fact = (component: string, node: string | null): string => `stopped ${component}${node === null ? '' : `/${node}`}`

/** Whether a component (on one node, for those that run on each) is stopped. */
export const isStopped = (state: State, component: string, node: string | null = null): boolean =>
  state.memory[fact(component, node)] !== undefined

/** Since when a kubelet has been stopped; undefined while it runs. */
export const kubeletStoppedMs = (state: State, node: string): number | undefined => {
  const at = state.memory[fact('kubelet', node)]
  return at === undefined ? undefined : Number(at)
}

/** Components that write what a node does with packets: stopped, they leave behind what they wrote. */
const PROGRAMS: readonly string[] = ['kube-proxy', 'flanneld']

/** Stops a component; `node` null for those of the control plane. */
export function stopComponent(state: State, component: string, node: string | null): State {
  if (isStopped(state, component, node)) return state
  const stopped = remember(state, { [fact(component, node)]: state.nowMs })
  return looked(PROGRAMS.includes(component) ? freeze(stopped, state, `${component}/${node}`) : stopped, component, node)
}

/** What a program of a node goes by from now on: the cluster as it is, or as it was when it last heard of it. */
const freeze = (state: State, seen: State, program: string): State =>
  state.frozen.has(program) ? state : { ...state, frozen: new Map([...state.frozen, [program, { ...seen, frozen: new Map() }]]) }

const thaw = (state: State, program: string): State => ({
  ...state,
  frozen: new Map([...state.frozen].filter(([name]) => name !== program)),
})

/** Starts it again: it lists what there is, and does what was left. */
export function startComponent(state: State, component: string, node: string | null): State {
  if (!isStopped(state, component, node)) return state
  const prefix = `parked ${component} `
  const parked = Object.keys(state.memory).filter(name => name.startsWith(prefix))
  const forget = Object.fromEntries([fact(component, node), ...parked].map(name => [name, undefined]))
  const woken: Due[] = parked.map(name => ({ atMs: state.nowMs, by: component, key: name.slice(prefix.length) }))
  const started = remember({ ...state, agenda: [...state.agenda, ...woken] }, forget)
  const hears = node !== null && PROGRAMS.includes(component) && !isCutOff(state, node)
  const back = hears && component === 'flanneld' ? flanneldBack(started, node) : started
  return looked(hears ? thaw(back, `${component}/${node}`) : back, component, node)
}

/** While flanneld did not run, leases came and went without it: remembered by the writes between. It registers anew. */
function flanneldBack(state: State, node: string): State {
  const left = state.frozen.get(`flanneld/${node}`)?.resourceVersion ?? state.resourceVersion
  const leased = changeLease(state, node, false)
  const known = leased.memory[awayFact(node)]
  const away = `${left}-${leased.resourceVersion}`
  const now = remember(leased, { [awayFact(node)]: known === undefined ? away : `${known} ${away}` })
  return write(now, registration(now, node), 'flanneld')
}

/** Somebody deletes a node's lease in etcd: its flanneld ends at once. */
export const revokeLease = (state: State, node: string): State => stopComponent(changeLease(state, node, true), 'flanneld', node)

const awayFact = (node: string): string => `away flanneld/${node}`

/** When flanneld did not run on a node before it was started again: from the write after which it stopped to the one after which it started. */
export const awayOf = (state: State, node: string): readonly (readonly [number, number])[] =>
  [...String(state.memory[awayFact(node)] ?? '').matchAll(/(\d+)-(\d+)/g)].map(([, from, to]) => [Number(from), Number(to)])

/** The node's own controllers hear of a kubelet that stops or starts. */
function looked(state: State, component: string, node: string | null): State {
  if (component !== 'kubelet' || node === null) return state
  const look = (by: string, key: string): Due => ({ atMs: state.nowMs, by, key })
  return { ...state, agenda: [...state.agenda, look('node-controller', node), look('kubelet', `node/${node}`)] }
}

/** A machine that is gone: its kubelet, kube-proxy and flanneld with it, and nothing answers there. */
export function failNode(state: State, node: string): State {
  return remember(stopComponent(state, 'kubelet', node), { [lostFact(node)]: state.nowMs })
}

/** It comes back as it was. */
export const recoverNode = (state: State, node: string): State =>
  startComponent(remember(state, { [lostFact(node)]: undefined }), 'kubelet', node)

export const isLost = (state: State, node: string): boolean => state.memory[lostFact(node)] !== undefined

/** Since when, in virtual milliseconds. */
export const lostSinceMs = (state: State, node: string): number => Number(state.memory[lostFact(node)])

const lostFact = (node: string): string => `lost ${node}`

const linkFact = (a: string, b: string): string => (a < b ? `cut ${a} ${b}` : `cut ${b} ${a}`)

/** The wire between two machines is cut, or (`cut` false) mended. A node without its control plane reports nothing and hears of nothing. */
export function cutLink(state: State, a: string, b: string, cut: boolean): State {
  const now = remember(state, { [linkFact(a, b)]: cut ? state.nowMs : undefined })
  const master = controlPlaneOf(state)
  const far = a === master ? b : b === master ? a : undefined
  if (far === undefined) return now
  const programs = PROGRAMS.filter(program => cut || !isStopped(now, program, far)).map(program => `${program}/${far}`)
  return looked(
    programs.reduce((then, program) => (cut ? freeze(then, state, program) : thaw(then, program)), now),
    'kubelet',
    far,
  )
}

export const isCut = (state: State, a: string, b: string): boolean => state.memory[linkFact(a, b)] !== undefined

/** Whether any link is cut. */
export const hasCuts = (state: State): boolean => Object.keys(state.memory).some(name => name.startsWith('cut '))

/** The machine on which the API server runs. */
const controlPlaneOf = (state: State): string | undefined => controlPlaneNode(state.config)?.name

const isCutOff = (state: State, node: string): boolean => {
  const master = controlPlaneOf(state)
  return master !== undefined && isCut(state, master, node)
}

/** Since when a node's kubelet reports nothing, in virtual milliseconds; undefined for one that does. */
export function silentSince(state: State, node: string): number | undefined {
  const master = controlPlaneOf(state)
  const stopped = state.memory[fact('kubelet', node)]
  const cut = master === undefined ? undefined : state.memory[linkFact(master, node)]
  return stopped === undefined && cut === undefined ? undefined : Math.min(Number(stopped ?? cut), Number(cut ?? stopped))
}
