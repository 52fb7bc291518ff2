// Steps in order become hops: one for each network namespace the packet was in, in turn. A trace checks itself here.
import type { Packet } from '../linux/packet'
import type { Leg } from '../path/skb'
import type { RecordedStep } from '../path/walk'
import type { HopJson } from './json'
import { stepJson } from './step-json'

/** The hops of one leg. `nodeOf` says on which node's machine a namespace is. */
export function hopsOf(steps: readonly RecordedStep[], leg: Leg, nodeOf: (namespace: string) => string | null): readonly HopJson[] {
  const hops: { in: string; node: string | null; steps: ReturnType<typeof stepJson>[] }[] = []
  const sent: Packet[] = []
  for (const { leg: of, step } of steps) {
    if (of !== leg) continue
    if (step.kind === 'transmit') sent.push(step.packet)
    if (step.kind === 'receive' && !sent.includes(step.packet))
      throw new Error(`hop ${step.in} begins with a packet that no hop before it sent`)
    let hop = hops.at(-1)
    if (hop === undefined || hop.in !== step.in) hops.push((hop = { in: step.in, node: nodeOf(step.in), steps: [] }))
    hop.steps.push(stepJson(step))
  }
  return hops
}
