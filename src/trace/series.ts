// Requests that one program sends one after another: connections and `recent` lists live on from one to the next, the source port counts up.
// Exact: every way of the first request is followed; of each later one all ways are told, and the first of them goes on. No time passes in between.
import { decimal, type Fraction, fraction, fractionText, ONE, plus, times as product, ZERO } from '../addr/fraction'
import type { KernelState } from '../path/kernels'
import { waysOf } from '../path/ways'
import { readPort } from '../addr/port'
import { problem } from '../error'
import { exactFraction } from '../addr/fraction'
import type { OutcomeJson, TraceJson } from './json'
import { traceAll, traceWithMemory } from './trace'
import type { Flow, Scene } from './flow'

/** The outcomes of all requests that follow one way of the first; in their order. */
export type Chain = readonly OutcomeJson[]

interface Series {
  /** One trace over all requests, each counting alike; outcomes of one chain that went alike are told once. */
  readonly trace: TraceJson
  readonly chains: readonly Chain[]
}

/** So that what a report holds can still be read. */
const MOST_REQUESTS = 100

/** Sends a flow so many times, 2 to 100. */
export function traceSeries(scene: Scene, flow: Flow, requests: number): Series {
  if (requests < 2 || requests > MOST_REQUESTS)
    throw problem('STEP_VALUE', `${requests} requests one after another are not followed.`, {
      fix: `Write 2 to ${MOST_REQUESTS}, or leave out \`one after another\` for independent clients.`,
    })
  const first = traceAll(scene, flow)
  const chains = kernelsAfter(scene, flow).map((kernels, i) => chainFrom(scene, flow, requests, first.outcomes[i]!, kernels))
  return { trace: { flow: flow.words, outcomes: chains.flatMap(told) }, chains }
}

/** What the kernels remember after each way of the flow, in the order of its outcomes. */
const kernelsAfter = (scene: Scene, flow: Flow): readonly KernelState[] =>
  waysOf(scene.network, flow.request).map(way => way.exchange.kernels)

function chainFrom(scene: Scene, flow: Flow, requests: number, first: OutcomeJson, after: KernelState): Chain {
  const weight = (o: OutcomeJson, of: Fraction) => weighed(o, product(of, fraction(1, requests)))
  const share = shareOf(first)
  const chain = [weight(first, ONE)]
  let kernels = after
  for (let i = 1; i < requests; i++) {
    const next = traceWithMemory(
      scene,
      { ...flow, request: { ...flow.request, sourcePort: portAfter(flow.request.sourcePort, i) } },
      kernels,
    )
    chain.push(...next.trace.outcomes.map(o => weight(o, share)))
    kernels = next.kernels
  }
  return chain
}

/** The i-th port after it, 1024 after the last one. */
export const portAfter = (port: number, i: number): number => readPort(String(port + i)) ?? port + i - 64_512

const shareOf = (o: OutcomeJson): Fraction => exactFraction(o.probability.fraction)

const weighed = (o: OutcomeJson, by: Fraction): OutcomeJson => {
  const share = product(shareOf(o), by)
  return { ...o, probability: { fraction: fractionText(share), decimal: decimal(share) } }
}

/** Outcomes that visited the same rules and ended alike as one, with the sum of their shares. */
function told(chain: Chain): readonly OutcomeJson[] {
  const groups = new Map<string, OutcomeJson[]>()
  for (const o of chain) groups.set(wayOf(o), [...(groups.get(wayOf(o)) ?? []), o])
  return [...groups.values()].map(([first, ...same]) => {
    const share = [first!, ...same].map(shareOf).reduce(plus, ZERO)
    return { ...first!, probability: { fraction: fractionText(share), decimal: decimal(share) } }
  })
}

const wayOf = (o: OutcomeJson): string =>
  JSON.stringify([
    o.fate,
    o.answeredBy,
    o.destination,
    o.client,
    o.reply?.fate,
    o.hops.map(h => [h.in, h.steps.map(s => (s.kind === 'rule' ? s.rule : s.kind))]),
  ])
