// A request to a name: the lookup first, then the request to the address that it gave, as one trace.
// A program that connects tries the next address when one refuses; which comes first is the DNS server's shuffle.
import { decimal, type Fraction, fraction, fractionText, times } from '../addr/fraction'
import { familyOf } from '../addr/ip'
import { curlSees } from './curl'
import { exactFraction } from '../addr/fraction'
import type { ClientJson, OutcomeJson, TraceJson } from './json'
import { type LookupWay, lookupWays, type NameQuery, type NameSource } from './lookup'
import { questionSender, type TraceFlow } from './question'
import type { Flow, Scene } from './flow'

/** Every way of the lookup, and of the request after it. */
export function traceNamed(scene: Scene & { readonly names: NameSource }, flow: Flow, query: NameQuery, trace: TraceFlow): TraceJson {
  const ways = lookupWays(scene.names, query, questionSender(scene, flow.words, query.namespace, trace))
  const outcomes = ways.flatMap((way, index) => outcomesAfter(scene, flow, way, trace).map(o => shared(o, way.share, index)))
  return { flow: flow.words, outcomes, dns: ways.map(w => w.json) }
}

function shared(outcome: OutcomeJson, by: Fraction, dnsWay: number): OutcomeJson {
  const share = times(exactFraction(outcome.probability.fraction), by)
  return { ...outcome, probability: { fraction: fractionText(share), decimal: decimal(share) }, dnsWay }
}

function outcomesAfter(
  scene: Scene & { readonly names: NameSource },
  flow: Flow,
  way: LookupWay,
  trace: TraceFlow,
): readonly OutcomeJson[] {
  const [first] = way.lookup.addresses
  if (first === undefined || way.json.sent.some(s => fateOf(way, s) === 'unknown')) return [notFound(scene, flow, way)]
  const near = way.lookup.addresses.filter(a => familyOf(a) === familyOf(first))
  const candidates = way.lookup.by === 'dns' && scene.names.shuffles() ? near : [first]
  const traces = near.map(destination => ({ destination, trace: trace(scene, { ...flow, request: { ...flow.request, destination } }) }))
  const works = traces.filter(t => flow.request.protocol === 'tcp' && t.trace.outcomes.every(o => o.client.result === 'answered'))
  const wanted =
    works.length === 0 ? traces.filter(t => candidates.includes(t.destination)) : candidates.length === 1 ? works.slice(0, 1) : works
  const share = fraction(1, wanted.length)
  return wanted.flatMap(t => t.trace.outcomes.map(o => shared(o, share, 0)))
}

const fateOf = (way: Pick<LookupWay, 'json'>, { path, outcome }: { readonly path: number; readonly outcome: number }) =>
  way.json.paths[path]!.outcomes[outcome]!.fate

/** No address: the request is never sent, and what the last lost question met stands in its place. */
function notFound(scene: Scene, flow: Flow, way: LookupWay): OutcomeJson {
  const { lost, json } = way
  const unknown = json.sent.find(s => fateOf(way, s) === 'unknown')
  return unknown
    ? withoutAddress(scene, flow, way, 'unknown', json.paths[unknown.path]!.outcomes[unknown.outcome]!)
    : withoutAddress(scene, flow, way, 'name-not-found', lost)
}

/** A request that is not sent because its name has no address; `last`: the question that was lost. */
export function withoutAddress(
  scene: Pick<Scene, 'explain'>,
  flow: Flow,
  way: Pick<LookupWay, 'lookup' | 'json'>,
  fate: 'unknown' | 'name-not-found',
  last: OutcomeJson | null,
): OutcomeJson {
  const port = flow.request.destinationPort
  const client: ClientJson = { result: 'error', errno: way.lookup.failure === 'try-again' ? 'EAI_AGAIN' : 'EAI_NONAME' }
  const curl = flow.request.protocol === 'tcp' ? curlSees(client, fate, flow.host, port) : null
  const outcome: OutcomeJson = {
    probability: { fraction: '1', decimal: 1 },
    fate,
    answeredBy: null,
    answer: null,
    destination: last?.destination ?? (port === 0 ? flow.host : `${flow.host}:${port}`),
    source: last?.source ?? '',
    translated: last?.translated ?? { destination: false, source: false },
    decidedBy: last ? `the question to ${last.destination}: ${last.decidedBy ?? last.fate}` : deniedBy(way),
    explanation: null,
    hops: last?.hops ?? [],
    reply: last?.reply ?? null,
    client: { ...client, curl },
    conntrack: last?.conntrack ?? {},
    wire: last?.wire ?? [],
  }
  return { ...outcome, explanation: scene.explain?.(flow, outcome, way.json) ?? null }
}

/** `10.96.0.10: NXDOMAIN for web. and 3 more names`. */
function deniedBy({ json }: Pick<LookupWay, 'json'>): string | null {
  const asked = json.lookup.queries.filter(q => q.askedBy === 'client')
  const last = asked.at(-1)
  if (last === undefined) return null
  const names = new Set(asked.map(q => q.name))
  const more = names.size === 1 ? '' : ` and ${names.size - 1} more ${names.size === 2 ? 'name' : 'names'}`
  return `${last.server}: ${last.rcode} for ${last.name}${more}`
}
