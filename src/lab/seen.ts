// A When on the real dataplane alone: what this machine's kernel did, as a probe of which Thens speak. What it does not show is absent:
// a fate that several causes could have is `unknown`, and `possible` lists them.
import { type Ip, ipText } from '../addr/ip'
import type { State } from '../cluster/state'
import type { Network } from '../linux/program'
import type { Request } from '../path/client'
import { check, whyNotBuilt, whyNotCompared } from '../real/check'
import { waysOf } from '../path/ways'
import type { Observatory, RealCounts, RealExchange } from '../real/observe'
import type { KernelSession } from '../real/session'
import { curlSees } from '../trace/curl'
import type { Fate } from '../trace/fate'
import type { ClientJson, HopJson, OutcomeJson } from '../trace/json'
import { prepare } from '../trace/prepare'
import { seenHops } from '../trace/seen'
import { portAfter } from '../trace/series'
import { packetJson } from '../trace/step-json'
import type { Flow, Scene } from '../trace/trace'
import { shortName } from '../verify/hop-rows'
import { interval } from '../verify/sample'
import type { ProbeJson } from '../view/report/probe'
import { Apart } from './apart'
import { flowSpecOf, type ProbeRequest } from './probe'

/** Connections where chance chooses and the scenario sends only one: enough to see every end of 1/20 and more. */
const BY_CHANCE = 300

/** Sends the request, once with all eyes open; as often as asked, or as chance needs, counting who answers. Throws Apart where this kernel cannot. */
export function seenProbe(state: State, sent: ProbeRequest, session: KernelSession): ProbeJson {
  const { scene, flow, eyes } = standing(state, sent, session)
  const checked = check(scene.network, eyes, flow.request)
  const one = checked.compared ? checked.real : onceMore(eyes, flow.request)
  const first = seenOutcome(scene, flow, one)
  const chance = waysOf(scene.network, flow.request).length > 1
  const times = Math.max(sent.times, chance ? BY_CHANCE : 1)
  const title = `${sent.title} from ${shortName(sent.from)}`
  const counts = times > 1 && ['tcp', 'udp'].includes(sent.protocol) ? counted(eyes, flow.request, times) : null
  const outcomes = counts === null ? [first] : manyOutcomes(scene.network, first, counts, times)
  return {
    title: counts === null ? title : `${title}, ${times} times`,
    trace: { flow: flow.words, outcomes },
    chosen: counts === null ? 0 : null,
    sample: counts === null ? null : sampleOf(outcomes, times, sent.seed),
    dataplane: 'real',
    possible: outcomes.map(o => (o.fate === 'unknown' ? possibleFates(one) : [o.fate])),
  }
}

/** Requests one after another, in their order; kernels remember those before. */
export function seenSeries(state: State, sent: ProbeRequest, session: KernelSession): ProbeJson {
  const { scene, flow, eyes } = standing(state, sent, session)
  eyes.forget()
  const all = Array.from({ length: sent.times }, (_, i) => {
    const request = { ...flow.request, sourcePort: portAfter(flow.request.sourcePort, i) }
    const real = eyes.send(request)
    return { real, outcome: { ...seenOutcome(scene, { ...flow, request }, real), probability: part(1, sent.times) } }
  })
  return {
    title: `${sent.title} from ${shortName(sent.from)}, ${sent.times} times, one after another`,
    trace: { flow: flow.words, outcomes: all.map(a => a.outcome) },
    chosen: 0,
    sample: null,
    dataplane: 'real',
    possible: all.map(({ real, outcome }) => (outcome.fate === 'unknown' ? possibleFates(real) : [outcome.fate])),
  }
}

function standing(state: State, sent: ProbeRequest, session: KernelSession) {
  const { scene, flows } = prepare({ state }, [flowSpecOf(sent)])
  const flow = flows[0]!
  const cannot = whyNotBuilt(scene.network) ?? whyNotCompared(flow.request, [])
  if (cannot !== undefined) throw new Apart(cannot)
  return { scene, flow, eyes: session.on(scene.network) }
}

function onceMore(eyes: Observatory, request: Request): RealExchange {
  eyes.forget()
  return eyes.send(request)
}

function counted(eyes: Observatory, request: Request, times: number): RealCounts {
  eyes.forget()
  return eyes.many(request, times)
}

const part = (of: number, over: number): OutcomeJson['probability'] => ({
  fraction: of === over ? '1' : `${of}/${over}`,
  decimal: of / over,
})

/** One exchange as an outcome. */
function seenOutcome(scene: Scene, flow: Flow, real: RealExchange): OutcomeJson {
  const { network } = scene
  const hops = seenHops(network, flow.request, real, scene.nodeOf)
  const got = real.received[0] ?? real.halfOpen[0]
  const last = hops.at(-1)?.steps.findLast(s => s.kind === 'receive' || s.kind === 'transmit' || s.kind === 'send')?.packet
  const fates = got ? (['delivered'] as const) : possibleFates(real)
  const fate: Fate = fates.length === 1 ? fates[0]! : 'unknown'
  const client = clientJson(flow, real, fate)
  const answered = client.result === 'answered' && got !== undefined
  return {
    probability: part(1, 1),
    fate,
    answeredBy: got?.namespace ?? null,
    answer: answered ? answerOf(network, got.namespace, got.destination) : null,
    destination: got?.destination ?? last?.destination ?? '',
    source: got?.source ?? last?.source ?? '',
    translated: { destination: false, source: false },
    decidedBy: fate === 'unknown' ? `a kernel does not show which: ${fates.join(', ')}` : null,
    explanation: null,
    hops,
    reply: replyOf(real, flow.request, scene),
    client,
    conntrack: real.conntrack,
    wire: real.wire,
  }
}

/** What the listener there was told to answer with; the namespace's name where it was told nothing. */
function answerOf(network: Network, namespace: string, destination: string): string {
  const port = Number(/:(\d+)$/.exec(destination)?.[1])
  const listener = network.program(namespace)?.listeners.find(l => l.port === port)
  return listener?.answer ?? `${shortName(namespace)}\n`
}

/** The causes that what was seen leaves open; in the order of docs/fates.md. */
export function possibleFates(real: RealExchange): readonly Fate[] {
  const rules = Object.values(real.rules).flat()
  const hit = (target: RegExp) => rules.some(r => target.test(r.text))
  const { client } = real
  if (client.result === 'answered') return ['delivered']
  if (client.result === 'timeout')
    return hit(/-j DROP|\bdrop\b/) ? ['dropped'] : ['dropped', 'no-route', 'host-unreachable', 'left-the-cluster']
  if (hit(/-j REJECT|\breject\b/)) return ['rejected']
  if (client.result === 'refused') return ['refused']
  if (client.result === 'error') return ERRNOS[client.errno] ?? ['dropped', 'no-route', 'host-unreachable']
  const six = client.icmp !== null && typeof client.icmp.from === 'bigint'
  return ICMP[`${six ? 6 : 4} ${client.icmp?.type}/${client.icmp?.code}`] ?? ['no-route', 'host-unreachable']
}

const ERRNOS: Readonly<Record<string, readonly Fate[]>> = {
  ECONNREFUSED: ['refused'],
  ENETUNREACH: ['no-route'],
  EMSGSIZE: ['mtu-exceeded'],
  EPERM: ['dropped'],
}
const ICMP: Readonly<Record<string, readonly Fate[]>> = {
  '4 3/0': ['no-route'],
  '4 3/1': ['host-unreachable'],
  '4 3/4': ['mtu-exceeded'],
  '4 11/0': ['ttl-exceeded'],
  '6 1/0': ['no-route'],
  '6 1/3': ['host-unreachable'],
  '6 2/0': ['mtu-exceeded'],
  '6 3/0': ['ttl-exceeded'],
}

function clientJson(flow: Flow, { client }: RealExchange, fate: Fate): ClientJson {
  const icmp = 'icmp' in client && client.icmp ? client.icmp : null
  const seen: ClientJson = {
    result: client.result,
    ...(icmp && {
      icmp: {
        type: icmp.type,
        code: icmp.code,
        from: ipText(icmp.from as Ip),
        ...(icmp.mtuBytes !== undefined && { mtu: icmp.mtuBytes }),
      },
    }),
    ...(client.result === 'error' && { errno: client.errno }),
  }
  return { ...seen, curl: flow.request.protocol === 'tcp' ? curlSees(seen, fate, flow.host, flow.request.destinationPort) : null }
}

/** The last packet that came to the sender: the rest of an answer's way is in the wire. */
function replyOf(real: RealExchange, request: Request, scene: Scene): OutcomeJson['reply'] {
  const came = real.packets.find(
    p => p.namespace === request.namespace && p.way === 'rx' && p.device !== 'lo' && p.packet.protocol === request.protocol,
  )
  if (real.client.result !== 'answered' || came === undefined) return null
  const hop: HopJson = {
    in: request.namespace,
    node: scene.nodeOf(request.namespace),
    steps: [{ kind: 'receive', device: came.device, packet: packetJson(came.packet, 0) }],
  }
  return { fate: 'delivered', decidedBy: null, hops: [hop] }
}

/** Who answered, by the source that it saw; the outcome that was looked at with all eyes keeps what they saw. */
function manyOutcomes(network: Network, first: OutcomeJson, counts: RealCounts, times: number): readonly OutcomeJson[] {
  const bare = { ...first, hops: [], conntrack: {}, wire: [] }
  const answered = counts.answered.map((a): OutcomeJson => {
    const same = a.namespace === first.answeredBy && first.source.startsWith(a.source)
    const known = {
      fate: 'delivered' as const,
      answeredBy: a.namespace,
      destination: a.destination,
      answer: answerOf(network, a.namespace, a.destination),
    }
    const client = { ...first.client, ...(first.client.result === 'answered' ? {} : { result: 'answered' as const }) }
    return { ...(same ? first : { ...bare, source: a.source }), ...known, client, decidedBy: null, probability: part(a.count, times) }
  })
  const lost = Object.entries(counts.failed).map(([errno, count]): OutcomeJson => {
    if (first.answeredBy === null) return { ...first, probability: part(count, times) }
    const result = errno === 'timeout' ? 'timeout' : errno === 'ECONNREFUSED' ? 'refused' : 'error'
    const fate = result === 'refused' ? ('refused' as const) : ('unknown' as const)
    return { ...bare, fate, answeredBy: null, answer: null, client: { result, errno, curl: null }, probability: part(count, times) }
  })
  return [...answered, ...lost]
}

function sampleOf(outcomes: readonly OutcomeJson[], times: number, seed: number): ProbeJson['sample'] {
  const places = [...new Set(outcomes.map(o => o.answeredBy ?? o.fate))]
  const count = (place: string) =>
    Math.round(outcomes.filter(o => (o.answeredBy ?? o.fate) === place).reduce((sum, o) => sum + o.probability.decimal, 0) * times)
  return { times, seed, counts: places.map(place => ({ place, count: count(place), ...interval(count(place), times) })) }
}
