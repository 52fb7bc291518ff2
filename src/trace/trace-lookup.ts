// A lookup alone as a trace: its outcomes are those of the last question that it sent.
import { decimal, fractionText } from '../addr/fraction'
import type { OutcomeJson, TraceJson } from './json'
import { lookupWays, type NameQuery } from './lookup'
import { questionSender } from './question'
import { type Scene, traceAll } from './trace'

/** Looks a name up and sends nothing else. */
export function traceLookup(scene: Scene, query: NameQuery): TraceJson {
  const { names } = scene
  const flow = { from: query.place, to: query.name, protocol: 'udp' }
  if (names === undefined) return { flow, outcomes: [] }
  const ways = lookupWays(
    names,
    query,
    questionSender(scene, flow, query.namespace, (s, f) => traceAll(s, f)),
  )
  const outcomes = ways.flatMap(({ json, share }, dnsWay): OutcomeJson[] => {
    const last = json.sent.at(-1)
    const outcome = last && json.paths[last.path]!.outcomes[last.outcome]
    return outcome ? [{ ...outcome, probability: { fraction: fractionText(share), decimal: decimal(share) }, dnsWay }] : []
  })
  return { flow, outcomes, dns: ways.map(w => w.json) }
}
