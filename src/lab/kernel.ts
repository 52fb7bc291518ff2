// The same request on this machine's kernel: one beside every way that the simulator says, many beside the exact shares. What steps and the report show of it.
import type { Protocol } from '../addr/port'
import type { State } from '../cluster/state'
import { check, distribution, whyNotCompared } from '../real/check'
import { clientText, differenceText, waysOf } from '../real/compare'
import type { KernelSession } from '../real/session'
import { prepare } from '../trace/prepare'
import { type Finding, finding } from '../verify/finding'
import { ALPHA, chiSquareTail } from '../verify/sample'
import type { ProbeRequest } from './probe'

/** What the kernel did with a probe. */
export type KernelProbe =
  /** Counted apart, never as passed. */
  | { readonly compared: false; readonly why: string }
  | {
      readonly compared: true
      /** What the sender saw, and who received it; of many: how many of them. */
      readonly saw: readonly string[]
      /** Empty where both dataplanes agree. */
      readonly differences: readonly string[]
    }

/** Sends the probe on the kernel. Throws when the kernel refuses the cluster. */
export function probeOnKernel(state: State, { from, to, protocol, times }: ProbeRequest, session: KernelSession): KernelProbe {
  const { scene, flows } = prepare({ state }, [{ from, to, protocol: protocol as Protocol }])
  const { network } = scene
  const { request } = flows[0]!
  const why = whyNotCompared(request, waysOf(network, request))
  if (why !== undefined) return { compared: false, why }
  const eyes = session.on(network)
  if (times > 1 && (protocol === 'tcp' || protocol === 'udp')) {
    const d = distribution(network, eyes, request, times, chiSquareTail, ALPHA)
    const saw = d.shares.map(s => `${s.count} of ${times}: ${s.end} (expected ${s.expected.toFixed(1)})`)
    return {
      compared: true,
      saw,
      differences: d.agrees ? [] : [`shares: ${saw.join(', ')}${d.p === null ? '' : `; p = ${d.p.toExponential(1)}`}`],
    }
  }
  const checked = check(network, eyes, request)
  if (!checked.compared) return checked
  const { real, comparison } = checked
  const received = real.received.map(r => `${r.namespace} at ${r.destination} sees ${r.source}`)
  return { compared: true, saw: [clientText(real.client), ...received], differences: comparison.differences.map(differenceText) }
}

/** Both dataplanes agree: a finding for each request that was compared. */
export const kernelFindings = (k: KernelProbe): readonly Finding[] =>
  k.compared
    ? [finding(k.differences.length === 0, 'the kernel of this machine does the same', `it differs: ${k.differences.join('; ')}`)]
    : []
