// What a kubelet remembers of a pod between two looks: how far it is on its way, and what a scenario or an annotation says of it.
import type { Container, Node, Pod } from '../apply/object'
import { keyOf, type State } from '../cluster/state'
import type { Facts } from './controller'

/** A kubelet looks at one of its pods. */
export interface Look {
  readonly state: State
  readonly pod: Pod
  readonly node: Node
  readonly key: string
}

/** Where a pod is on its way: a word and, for what has a time, when. Remembered as `kubelet default/web-1` → `start 610`. */
export type Phase =
  | { readonly is: 'unseen' | 'running' }
  | { readonly is: 'mount' | 'config' | 'start' | 'ready' | 'finish' | 'stop' | 'gone'; readonly atMs: number }

export function phaseOf({ state, key }: Look): Phase {
  const [is, at] = String(state.memory[`kubelet ${key}`] ?? 'unseen').split(' ')
  return { is, atMs: Number(at) } as Phase
}

/** The word, and its time after a blank, as it is remembered. */
export const phaseFact = (key: string, phase: string): Facts => ({ [`kubelet ${key}`]: phase })

/** All that is forgotten of a pod that is gone. */
export function forgotten(state: State, key: string): Facts {
  const reserved = state.memory[`pinned ip ${key}`]
  const names = [
    `kubelet ${key}`,
    `pinned node ${key}`,
    `pinned ip ${key}`,
    `unready ${key}`,
    `alive ${key}`,
    `config ${key}`,
    `mounting ${key}`,
  ]
  return Object.fromEntries([...names, ...(reserved === undefined ? [] : [`reserved ${reserved}`])].map(name => [name, undefined]))
}

/** A scenario's word, or the pod's own annotation. */
export const isUnready = (state: State, pod: Pod): boolean =>
  state.memory[`unready ${keyOf(pod)}`] !== undefined || annotated(state, pod, 'ready') === 'false'

/** `hopspec/ready: "false"` keeps a pod unready, `hopspec/stop-seconds: "3"` is how long it takes to stop; a recording may have used another prefix. */
export function annotated(state: State, pod: Pod, what: 'ready' | 'stop-seconds'): string | undefined {
  const prefix = String(state.memory['kubelet annotations'] ?? 'hopspec')
  return pod.metadata.annotations?.[`${prefix}/${what}`]
}

/** Whether a container of the pod runs. */
export const runs = (pod: Pod, { name }: Container): boolean =>
  (pod.status?.containerStatuses ?? []).some(s => s.name === name && s.state?.running !== undefined)
