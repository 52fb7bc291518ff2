// What a scenario does to the machinery itself: a component stops and starts, on the whole cluster or on one node; a node is lost; a link is cut.
// A stopped controller's work waits for it; what a stopped kube-proxy or flanneld had programmed stays as it was.
import { remember } from '../cluster/clock'
import type { Due, State } from '../cluster/state'

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
const PROGRAMS = new Set(['kube-proxy', 'flanneld'])

/** Stops a component; `node` null for those of the control plane. */
export function stopComponent(state: State, component: string, node: string | null): State {
  if (isStopped(state, component, node)) return state
  const frozen = PROGRAMS.has(component)
    ? new Map([...state.frozen, [`${component}/${node}`, { ...state, frozen: new Map() }]])
    : state.frozen
  return looked({ ...remember(state, { [fact(component, node)]: state.nowMs }), frozen }, component, node)
}

/** Starts it again: it lists what there is, and does what was left. */
export function startComponent(state: State, component: string, node: string | null): State {
  if (!isStopped(state, component, node)) return state
  const prefix = `parked ${component} `
  const parked = Object.keys(state.memory).filter(name => name.startsWith(prefix))
  const forget = Object.fromEntries([fact(component, node), ...parked].map(name => [name, undefined]))
  const woken: Due[] = parked.map(name => ({ atMs: state.nowMs, by: component, key: name.slice(prefix.length) }))
  const frozen = new Map([...state.frozen].filter(([name]) => name !== `${component}/${node}`))
  const started = { ...remember(state, forget), frozen }
  return looked({ ...started, agenda: [...started.agenda, ...woken] }, component, node)
}

/** The node's own controllers hear of a kubelet that stops or starts. */
function looked(state: State, component: string, node: string | null): State {
  if (component !== 'kubelet' || node === null) return state
  const look = (by: string, key: string): Due => ({ atMs: state.nowMs, by, key })
  return { ...state, agenda: [...state.agenda, look('node-controller', node), look('kubelet', `node/${node}`)] }
}

/** A machine that is gone: its kubelet, kube-proxy and flanneld with it, and nothing answers there. */
export function failNode(state: State, node: string): State {
  return remember(stopComponent(state, 'kubelet', node), { [`lost ${node}`]: state.nowMs })
}

/** It comes back as it was. */
export const recoverNode = (state: State, node: string): State =>
  startComponent(remember(state, { [`lost ${node}`]: undefined }), 'kubelet', node)

export const isLost = (state: State, node: string): boolean => state.memory[`lost ${node}`] !== undefined

const linkFact = (a: string, b: string): string => `cut ${[a, b].sort().join(' ')}`

/** The wire between two machines is cut, or (`cut` false) mended. A node without its control plane reports nothing and hears of nothing. */
export function cutLink(state: State, a: string, b: string, cut: boolean): State {
  const now = remember(state, { [linkFact(a, b)]: cut ? state.nowMs : undefined })
  const master = controlPlaneOf(state)
  const far = a === master ? b : b === master ? a : undefined
  if (far === undefined) return now
  const name = `kube-proxy/${far}`
  const frozen = new Map(now.frozen)
  if (cut && !frozen.has(name)) frozen.set(name, { ...state, frozen: new Map() })
  if (!cut && !isStopped(now, 'kube-proxy', far)) frozen.delete(name)
  return looked({ ...now, frozen }, 'kubelet', far)
}

export const isCut = (state: State, a: string, b: string): boolean => state.memory[linkFact(a, b)] !== undefined

/** Whether any link is cut. */
export const hasCuts = (state: State): boolean => Object.keys(state.memory).some(name => name.startsWith('cut '))

/** The machine on which the API server runs. */
const controlPlaneOf = (state: State): string | undefined =>
  (state.config.nodes.find(n => n.role === 'control-plane') ?? state.config.nodes[0])?.name

/** Since when a node's kubelet reports nothing, in virtual milliseconds; undefined for one that does. */
export function silentSince(state: State, node: string): number | undefined {
  const master = controlPlaneOf(state)
  const facts = [fact('kubelet', node), ...(master === undefined ? [] : [linkFact(master, node)])]
  const times = facts.flatMap(name => (state.memory[name] === undefined ? [] : [Number(state.memory[name])]))
  return times.length === 0 ? undefined : Math.min(...times)
}
