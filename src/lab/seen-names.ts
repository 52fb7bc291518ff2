// A When about names on the real dataplane alone: what the resolver asked and was answered on this machine's kernel, as a probe of which Thens speak.
import { ipText, socketText } from '../addr/ip'
import { lookupJson } from '../dns/json'
import type { State } from '../cluster/state'
import type { Request } from '../path/client'
import { whyNotBuilt } from '../real/check'
import type { Observatory } from '../real/observe'
import type { KernelSession } from '../real/session'
import type { OutcomeJson, TraceJson, DnsWayJson } from '../trace/json'
import type { NameQuery } from '../trace/lookup'
import { prepare, scenery } from '../trace/prepare'
import type { Flow, Scene } from '../trace/flow'
import { portAfter } from '../trace/series'
import { answerText } from '../trace/trace-lookup'
import { withoutAddress } from '../trace/trace-name'
import { shortName } from '../verify/hop-rows'
import type { ProbeJson } from '../view/report/probe'
import { Apart } from './apart'
import { type Asked, type AskedLookup, lookUpOnKernel } from './asked-on-kernel'
import { type LookupRequest, nameQueryOf } from './names'
import { flowSpecOf, type ProbeRequest } from './probe'
import { seenOnce, seenProbe, seenSeries } from './seen'
import { part, type Seen } from './seen-many'

/** Looks a name up on the kernel. */
export function seenLookup(state: State, request: LookupRequest, session: KernelSession): ProbeJson {
  const scene = scenery(state)
  const query = nameQueryOf(scene.network, request)
  const looked = look(state, scene, query, session)
  const last = looked.seen.at(-1)
  const flow = { from: query.place, to: query.name, protocol: 'udp' }
  const outcomes = last ? [{ ...last.outcome, answer: last.outcome.answer === null ? null : answerText(looked.json), dnsWay: 0 }] : []
  return {
    title: `${request.title} from ${shortName(request.from)}`,
    trace: { flow, outcomes, dns: [looked.json] },
    chosen: outcomes.length === 0 ? null : 0,
    sample: null,
    dataplane: 'real',
    possible: last ? [last.possible] : [],
  }
}

/** Requests to a name one after another: each looks it up again, and kernels remember all that was before. */
export function seenNamedSeries(state: State, sent: ProbeRequest, session: KernelSession): ProbeJson {
  const { scene, flows } = prepare({ state }, [flowSpecOf(sent)])
  const flow = flows[0]!
  if (flow.lookup === undefined) return seenSeries(state, sent, session)
  const { lookup } = flow
  session.on(scene.network).forget()
  const looks = Array.from({ length: sent.times }, (_, i) => {
    const looked = look(state, scene, lookup, session, 'remembering')
    const [address, ...others] = looked.asked.lookup.addresses
    if (address === undefined)
      throw new Apart(`request ${i + 1} of ${sent.times} finds no address of ${sent.to}: ${looked.lookup.failure ?? 'nothing'}`)
    if (others.length > 0 && scene.names!.shuffles()) throw new Apart(anotherOrder(sent))
    const { outcome, possible } = sentInSeries(scene, flow, session.on(scene.network), address, i)
    return { json: looked.json, possible, outcome: { ...outcome, probability: part(1, sent.times), dnsWay: i } }
  })
  return {
    title: `${sent.title} from ${shortName(sent.from)}, ${sent.times} times, one after another`,
    trace: {
      flow: flow.words,
      outcomes: looks.map(l => l.outcome),
      dns: looks.map(l => ({ ...l.json, probability: part(1, sent.times) })),
    },
    chosen: 0,
    sample: null,
    dataplane: 'real',
    possible: looks.map(l => l.possible),
  }
}

function sentInSeries(scene: Scene, flow: Flow, eyes: Observatory, destination: Request['destination'], i: number): Seen {
  const request = { ...flow.request, destination, sourcePort: portAfter(flow.request.sourcePort, i) }
  return seenOnce(scene, { ...flow, request }, eyes.send(request))
}

const anotherOrder = ({ times, to }: ProbeRequest): string =>
  `each of the ${times} requests would look ${to} up again, and get its addresses in another order`

/** A request to a name: the look-up, then the request to the first of its addresses that answers. */
export function seenNamed(state: State, sent: ProbeRequest, session: KernelSession): ProbeJson {
  const { scene, flows } = prepare({ state }, [flowSpecOf(sent)])
  const flow = flows[0]!
  if (flow.lookup === undefined) return seenProbe(state, sent, session)
  const looked = look(state, scene, flow.lookup, session)
  const { addresses } = looked.asked.lookup
  if (sent.times > 1 && addresses.length > 1 && scene.names!.shuffles()) throw new Apart(anotherOrder(sent))
  const near = addresses.filter(a => typeof a === typeof addresses[0])
  for (const [i, address] of near.entries()) {
    const probe = seenProbe(state, { ...sent, to: addressed(flow, address) }, session)
    const answered = probe.trace.outcomes.some(o => o.client.result === 'answered')
    if (answered || sent.protocol !== 'tcp' || i === near.length - 1) return named(probe, sent, flow, looked)
  }
  const outcome = { ...withoutAddress({}, flow, looked, 'name-not-found', lostIn(looked)), dnsWay: 0 }
  return {
    title: `${sent.title} from ${shortName(sent.from)}`,
    trace: { flow: flow.words, outcomes: [outcome], dns: [looked.json] },
    chosen: 0,
    sample: null,
    dataplane: 'real',
    possible: [[outcome.fate]],
  }
}

const addressed = ({ request }: Flow, address: Request['destination']): string =>
  request.destinationPort === 0 ? ipText(address) : socketText(address, request.destinationPort)

const named = (probe: ProbeJson, sent: ProbeRequest, flow: Flow, { json }: Looked): ProbeJson => ({
  ...probe,
  title: probe.title.replace(/^.* from /, `${sent.title} from `),
  trace: { flow: flow.words, outcomes: probe.trace.outcomes.map(o => ({ ...o, dnsWay: 0 })), dns: [json] },
})

interface Looked {
  readonly asked: AskedLookup
  readonly lookup: AskedLookup['lookup']
  /** What each question came to. */
  readonly seen: readonly Seen[]
  readonly json: DnsWayJson
}

/** The question that got no answer, where the look-up found nothing. */
function lostIn({ asked, seen, lookup }: Looked): OutcomeJson | null {
  const at = asked.asked.findLastIndex(a => a.query.reply.kind !== 'answered')
  return lookup.failure !== null && at >= 0 ? seen[at]!.outcome : null
}

function look(state: State, scene: Scene, query: NameQuery, session: KernelSession, kernels: 'fresh' | 'remembering' = 'fresh'): Looked {
  const { network } = scene
  const why = whyNotBuilt(network)
  if (why !== undefined) throw new Apart(why)
  const eyes = session.on(network)
  if (kernels === 'fresh') eyes.forget()
  const asked = lookUpOnKernel(state, scene.names!, query, (request, carried) => {
    const real = eyes.send(request, carried)
    return {
      real,
      left: real.client.result === 'timeout' && real.received.length === 0 && network.owner(request.destination) === undefined,
    }
  })
  const outside = asked.asked.find(a => a.outside)
  if (outside) throw new Apart(`the name server ${ipText(outside.query.server)} is in the world outside, of which nothing is built`)
  const seen = asked.asked.map(one => seenOnce(scene, flowOf(one, query), one.real))
  const conf = scene.names!.resolvingAt(query.place).conf
  return { asked, lookup: asked.lookup, seen, json: wayJson(asked, query, conf, seen) }
}

const flowOf = ({ query: { server, transport }, request }: Asked, { place }: NameQuery): Flow => ({
  words: { from: place, to: socketText(server, 53), protocol: transport },
  host: ipText(server),
  request,
})

function wayJson(
  { lookup, asked }: AskedLookup,
  { name, resolver }: NameQuery,
  conf: Parameters<typeof lookupJson>[2] & { readonly nameservers: readonly Request['destination'][] },
  seen: readonly Seen[],
): NonNullable<TraceJson['dns']>[number] {
  return {
    probability: part(1, 1),
    name,
    lookup: lookupJson(lookup, resolver, conf),
    nameservers: conf.nameservers.map(ipText),
    sent: asked.map((_, path) => ({ path, outcome: 0 })),
    paths: asked.map(({ query }, i) => ({
      server: socketText(query.server, 53),
      transport: query.transport,
      outcomes: [seen[i]!.outcome],
    })),
    tookMs: lookup.tookMs,
  }
}
