// Pins: names, nodes and addresses that a scenario gives to pods to come, used up in the order in which the pods are created.
import type { KubeObject } from '../apply/object'
import type { PinnedPod, State } from '../cluster/state'
import { controllerOf } from './selector'

const SHORT: Readonly<Record<string, string>> = { deploy: 'deployment', rs: 'replicaset', rc: 'replicationcontroller' }

/** `deployment/mytest`, `replicaset/…`: every name under which a workload's pods can be pinned. */
function workloadNames(owner: KubeObject): readonly string[] {
  const above = controllerOf(owner)
  const names = [`${owner.kind.toLowerCase()}/${owner.metadata.name}`]
  return above === undefined ? names : [...names, `${above.kind.toLowerCase()}/${above.name}`]
}

const longForm = (of: string): string =>
  of.toLowerCase().replace(/^([^/]+)\//, (whole, kind: string) => (SHORT[kind] ? `${SHORT[kind]}/` : whole))

/** The first pin for a pod of this workload; `nameless`: only one that leaves the name open. */
export function pinFor(pins: readonly PinnedPod[], owner: KubeObject, nameless = false): PinnedPod | undefined {
  if (pins.length === 0) return undefined
  const names = workloadNames(owner)
  return pins.find(
    p => p.namespace === owner.metadata.namespace && (!nameless || p.name === null) && (p.of === null || names.includes(longForm(p.of))),
  )
}

/** Node and address of a pin, noted for the pod that got this name. */
export function pinFacts(pin: PinnedPod, name: string): Readonly<Record<string, string>> {
  const key = `${pin.namespace}/${name}`
  return {
    ...(pin.node === null ? {} : { [`pinned node ${key}`]: pin.node }),
    ...(pin.ip === null ? {} : { [`pinned ip ${key}`]: pin.ip, [`reserved ${pin.ip}`]: key }),
  }
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

/** Whether a pin keeps an address for a pod to come, or for one that is not there yet. */
export const isReserved = (state: State, ip: string): boolean =>
  state.memory[`reserved ${ip}`] !== undefined || state.pins.some(p => p.ip === ip)
