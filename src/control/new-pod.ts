// New pods of a workload, with their names: those that a scenario pinned first, else generated ones; as far as quotas let them be made.
import type { KubeObject, Pod, PodTemplate } from '../apply/object'
import { objectOf, type PinnedPod, type State } from '../cluster/state'
import { namerOf } from '../cluster/store'
import type { Change } from '../cluster/write'
import type { Facts } from './controller'
import { pinFacts, pinFor } from './pin'
import { type QuotaDesk, quotaDesk } from './quota'
import { admittedPod, podFromTemplate } from './template'

export interface NewPods {
  readonly pods: readonly Pod[]
  readonly facts: Facts
  /** The pins that are left, where some were taken. */
  readonly pins?: readonly PinnedPod[]
  /** The quotas that the pods were charged to, to be written before them. */
  readonly charged: readonly Change[]
  /** Why others may not be made, one reason for each that was tried. */
  readonly refused: readonly string[]
  /** How many of the pods were made at the same time as others were refused; a refusal is known sooner. */
  readonly beside: number
}

export const NO_PINS_TAKEN: NewPods = { pods: [], facts: {}, charged: [], refused: [], beside: 0 }

/** Whether nothing new may be made in a namespace, because it goes. */
export const isClosed = (state: State, namespace: string | undefined): boolean =>
  objectOf(state, 'Namespace', namespace ?? '')?.metadata.deletionTimestamp !== undefined

/** `count` pods for `owner`, as admission leaves them; `shaped` gives the nth its own marks before it is named.
 * They are tried in batches of 1, 2, 4 …; the one in which one is refused is the last. */
export function newPods(
  state: State,
  owner: KubeObject,
  template: PodTemplate,
  count: number,
  shaped: (pod: Pod, n: number) => Pod = pod => pod,
): NewPods {
  if (isClosed(state, owner.metadata.namespace)) return NO_PINS_TAKEN
  const namer = namerOf(state)
  const bare = podFromTemplate(owner, template)
  const desk = quotaDesk(state, owner.metadata.namespace)
  const facts: Facts = {}
  const pods: Pod[] = []
  const refused: string[] = []
  let { pins } = state
  const unnamed = admittedPod(state, bare)
  const tryOne = (): void => {
    if (desk.charge(unnamed) !== undefined) {
      refused.push(desk.charge(namer.name(unnamed))!)
      return
    }
    const pin = pinFor(pins, owner)
    const own = shaped(bare, pods.length)
    const named = pin?.name ? { ...own, metadata: { ...own.metadata, name: pin.name } } : namer.name(own)
    if (pin !== undefined) {
      pins = pins.filter(p => p !== pin)
      Object.assign(facts, pinFacts(pin, named.metadata.name))
    }
    pods.push(admittedPod(state, named))
  }
  let beside = 0
  for (let done = 0, batch = 1; done < count && refused.length === 0; done += batch, batch *= 2) {
    const before = pods.length
    for (let i = 0; i < Math.min(batch, count - done); i++) tryOne()
    if (refused.length > 0) beside = pods.length - before
  }
  const left = pins === state.pins ? {} : { pins }
  return { pods, facts: { ...facts, ...namer.facts() }, ...left, charged: desk.changes(), refused, beside }
}

/** One pod with a name of its own (StatefulSet), which takes a pin for node and address. */
export function namedPod(state: State, owner: KubeObject, pod: Pod, desk: QuotaDesk): NewPods {
  const pin =
    state.pins.find(p => p.namespace === owner.metadata.namespace && p.name === pod.metadata.name) ?? pinFor(state.pins, owner, true)
  const admitted = admittedPod(state, pod)
  const refusal = desk.charge(admitted)
  if (refusal !== undefined) return { ...NO_PINS_TAKEN, refused: [refusal] }
  const made = { ...NO_PINS_TAKEN, pods: [admitted], charged: desk.changes() }
  if (pin === undefined) return made
  return { ...made, facts: pinFacts(pin, pod.metadata.name), pins: state.pins.filter(p => p !== pin) }
}
