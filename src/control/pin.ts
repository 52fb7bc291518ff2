// Pins: names, nodes and addresses that a scenario gives to pods to come, used up in the order in which the pods are created.
import type { KubeObject } from '../apply/object'
import { remember } from '../cluster/clock'
import type { PinnedPod, State } from '../cluster/state'
import { controllerOf } from './selector'

export interface TakenPin {
  readonly state: State
  readonly name: string | null
  /** Notes node and address for the pod that got this name. */
  readonly remember: (state: State, name: string) => State
}

const SHORT: Readonly<Record<string, string>> = { deploy: 'deployment', rs: 'replicaset', rc: 'replicationcontroller' }

/** `deployment/mytest`, `replicaset/…`: every name under which a workload's pods can be pinned. */
function workloadNames(owner: KubeObject): readonly string[] {
  const above = controllerOf(owner)
  const names = [`${owner.kind.toLowerCase()}/${owner.metadata.name}`]
  return above === undefined ? names : [...names, `${above.kind.toLowerCase()}/${above.name}`]
}

const longForm = (of: string): string =>
  of.toLowerCase().replace(/^([^/]+)\//, (whole, kind: string) => (SHORT[kind] ? `${SHORT[kind]}/` : whole))

/** Takes the first pin for a pod of this workload off the list. */
export function takePin(state: State, owner: KubeObject): TakenPin {
  const names = workloadNames(owner)
  const at = state.pins.findIndex(p => p.namespace === owner.metadata.namespace && (p.of === null || names.includes(longForm(p.of))))
  const pin = state.pins[at]
  if (pin === undefined) return { state, name: null, remember: s => s }
  const rest = { ...state, pins: state.pins.filter((_, i) => i !== at) }
  return { state: rest, name: pin.name, remember: (s, name) => noted(s, pin, name) }
}

function noted(state: State, pin: PinnedPod, name: string): State {
  const key = `${pin.namespace}/${name}`
  return remember(state, {
    ...(pin.node === null ? {} : { [`pinned node ${key}`]: pin.node }),
    ...(pin.ip === null ? {} : { [`pinned ip ${key}`]: pin.ip }),
  })
}

/** The node a pod is pinned to: noted when it was made, or by its own name in the list. */
export const pinnedNode = (state: State, key: string): string | undefined => fact(state, 'node', key)

/** The address a pod is pinned to. */
export const pinnedIP = (state: State, key: string): string | undefined => fact(state, 'ip', key)

function fact(state: State, what: 'node' | 'ip', key: string): string | undefined {
  const known = state.memory[`pinned ${what} ${key}`]
  if (known !== undefined) return String(known)
  return state.pins.find(p => `${p.namespace}/${p.name}` === key)?.[what] ?? undefined
}

/** Every address that a pin keeps for a pod to come. */
export const reservedIPs = (state: State): ReadonlySet<string> =>
  new Set([
    ...state.pins.map(p => p.ip).filter(ip => ip !== null),
    ...Object.entries(state.memory)
      .filter(([name]) => name.startsWith('pinned ip '))
      .map(([, ip]) => String(ip)),
  ])
