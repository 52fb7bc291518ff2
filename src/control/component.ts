// What a scenario does to the machinery itself: a component stops and starts, on the whole cluster or on one node; a node is lost; a link is cut.
// A stopped controller's work waits for it; what a stopped kube-proxy or flanneld had programmed stays as it was.
import { remember } from '../cluster/clock'
import type { Due, State } from '../cluster/state'

const fact = (component: string, node: string | null): string => `stopped ${component}${node === null ? '' : `/${node}`}`

/** Whether a component (on one node, for those that run on each) is stopped. */
export const isStopped = (state: State, component: string, node: string | null = null): boolean =>
  state.memory[fact(component, node)] !== undefined

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

/** The wire between two machines is cut, or (`cut` false) mended. */
export const cutLink = (state: State, a: string, b: string, cut: boolean): State =>
  remember(state, { [linkFact(a, b)]: cut ? state.nowMs : undefined })

export const isCut = (state: State, a: string, b: string): boolean => state.memory[linkFact(a, b)] !== undefined
