// A lookup alone as a trace: its outcomes are those of the last question that it sent.
import { decimal, fractionText } from '../addr/fraction'
import type { OutcomeJson, TraceJson, DnsWayJson } from './json'
import { lookupWays, type NameQuery } from './lookup'
import { questionSender } from './question'
import { traceAll } from './trace'
import type { Scene } from './flow'

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
    if (!outcome) return []
    const answer = outcome.answer === null ? null : answerText(json)
    return [{ ...outcome, answer, probability: { fraction: fractionText(share), decimal: decimal(share) }, dnsWay }]
  })
  return { flow, outcomes, dns: ways.map(w => w.json) }
}

/** What the resolver was told: `10.96.1.10`, or the last server's words. */
export function answerText({ lookup }: Pick<DnsWayJson, 'lookup'>): string {
  if (lookup.failure === null) return lookup.result.join(', ')
  const last = lookup.queries.findLast(q => q.askedBy === 'client')!
  return `${last.rcode === 'NOERROR' ? 'no data' : last.rcode} for ${last.name} ${last.type}`
}
