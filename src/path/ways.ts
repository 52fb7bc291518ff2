// Every way in which one exchange can go, each with its exact probability. In: a network, what is sent, what the kernels remember. Out: exchanges in rule order.
import type { Fraction } from '../addr/fraction'
import { ipText } from '../addr/ip'
import { problem } from '../error'
import type { Network } from '../linux/program'
import { type Script, ScriptedChooser } from './chooser'
import type { Request } from './client'
import { type Exchange, exchange } from './exchange'
import { freshKernels, type KernelState } from './kernels'

export interface Way {
  readonly probability: Fraction
  readonly exchange: Exchange
}

/** More ways than anyone can read: a Service with more endpoints is refused rather than for ever walked. */
const MOST_WAYS = 10_000

/** The probabilities sum to exactly 1. Throws NOT_MODELLED when there are more than MOST_WAYS. */
export function* eachWay(network: Network, request: Request, kernels: KernelState = freshKernels): Generator<Way, void> {
  let ways = 0
  for (let script: Script | undefined = []; script !== undefined; ) {
    const chooser: ScriptedChooser = new ScriptedChooser(script)
    const walked = exchange(network, request, chooser, kernels)
    if (++ways > MOST_WAYS)
      throw problem(
        'NOT_MODELLED',
        `the packet from ${request.namespace} to ${ipText(request.destination)} can go more than ${MOST_WAYS} ways.`,
        {
          fix: 'Trace a Service with fewer endpoints, or the rule set of one node.',
        },
      )
    yield { probability: chooser.probability, exchange: walked }
    script = chooser.next()
  }
}

export const waysOf = (network: Network, request: Request, kernels: KernelState = freshKernels): readonly Way[] => [
  ...eachWay(network, request, kernels),
]
