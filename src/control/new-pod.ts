// New pods of a workload, with their names: those that a scenario pinned first, else generated ones.
import type { KubeObject, Pod, PodTemplate } from '../apply/object'
import type { PinnedPod, State } from '../cluster/state'
import { namerOf } from '../cluster/store'
import type { Facts } from './controller'
import { pinFacts, pinFor } from './pin'
import { admittedPod, podFromTemplate } from './template'

export interface NewPods {
  readonly pods: readonly Pod[]
  readonly facts: Facts
  /** The pins that are left, where some were taken. */
  readonly pins?: readonly PinnedPod[]
}

export const NO_PINS_TAKEN: NewPods = { pods: [], facts: {} }

/** `count` pods for `owner`, as admission leaves them; `shaped` gives the nth its own marks before it is named. */
export function newPods(
  state: State,
  owner: KubeObject,
  template: PodTemplate,
  count: number,
  shaped: (pod: Pod, n: number) => Pod = pod => pod,
): NewPods {
  const namer = namerOf(state)
  const bare = podFromTemplate(owner, template)
  const facts: Facts = {}
  const pods: Pod[] = []
  let { pins } = state
  for (let i = 0; i < count; i++) {
    const pin = pinFor(pins, owner)
    const own = shaped(bare, i)
    const named = pin?.name ? { ...own, metadata: { ...own.metadata, name: pin.name } } : namer.name(own)
    if (pin !== undefined) {
      pins = pins.filter(p => p !== pin)
      Object.assign(facts, pinFacts(pin, named.metadata.name))
    }
    pods.push(admittedPod(state, named))
  }
  return { pods, facts: { ...facts, ...namer.facts() }, ...(pins === state.pins ? {} : { pins }) }
}

/** One pod with a name of its own (StatefulSet), which takes a pin for node and address. */
export function namedPod(state: State, owner: KubeObject, pod: Pod): NewPods {
  const pin =
    state.pins.find(p => p.namespace === owner.metadata.namespace && p.name === pod.metadata.name) ?? pinFor(state.pins, owner, true)
  const admitted = admittedPod(state, pod)
  if (pin === undefined) return { pods: [admitted], facts: {} }
  return { pods: [admitted], facts: pinFacts(pin, pod.metadata.name), pins: state.pins.filter(p => p !== pin) }
}
