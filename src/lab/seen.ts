// A When on the real dataplane alone: what this machine's kernel did, as a probe of which Thens speak. What it does not show is absent:
// a fate that several causes could have is `unknown`, and `possible` lists them.
import { type Ip, ipText } from '../addr/ip'
import type { State } from '../cluster/state'
import type { Request } from '../path/client'
import { check, whyNotBuilt, whyNotCompared } from '../real/check'
import { waysOf } from '../path/ways'
import { clientText } from '../real/compare'
import type { Observatory } from '../real/observe'
import type { RealCounts, RealExchange } from '../real/observed'
import type { KernelSession } from '../real/session'
import { curlSees } from '../trace/curl'
import type { Fate } from '../trace/fate'
import type { ClientJson, HopJson, OutcomeJson } from '../trace/json'
import { prepare } from '../trace/prepare'
import { seenHops } from '../trace/seen'
import { portAfter } from '../trace/series'
import { packetJson } from '../trace/step-json'
import type { Flow, Scene } from '../trace/flow'
import { shortName } from '../verify/hop-rows'
import type { ProbeJson } from '../view/report/probe'
import { Apart } from './apart'
import { flowSpecOf, type ProbeRequest } from './probe'
import { answerOf } from './seen-answer'
import { openText, possibleFates } from './seen-fate'
import { manyOutcomes, part, sampleOf, type Seen } from './seen-many'

/** Connections where chance chooses and the scenario sends only one: enough to see every end of 1/20 and more. */
const BY_CHANCE = 300

/** Sends the request, once with all eyes open; as often as asked, or as chance needs, counting who answers. Throws Apart where this kernel cannot. */
export function seenProbe(state: State, sent: ProbeRequest, session: KernelSession): ProbeJson {
  const { scene, flow, eyes } = standing(state, sent, session)
  const checked = check(scene.network, eyes, flow.request)
  const one = checked.compared ? checked.real : onceMore(eyes, flow.request)
  const first = seenOnce(scene, flow, one)
  const chance = checked.ways.length > 1
  const times = Math.max(sent.times, chance ? BY_CHANCE : 1)
  const title = `${sent.title} from ${shortName(sent.from)}`
  const counts = times > 1 && ['tcp', 'udp'].includes(sent.protocol) ? counted(eyes, flow.request, times) : null
  const seen = counts === null ? [first] : manyOutcomes(scene.network, first, one.client, counts, times)
  const outcomes = seen.map(s => s.outcome)
  return {
    title: counts === null ? title : `${title}, ${times} times`,
    trace: { flow: flow.words, outcomes },
    chosen: counts === null ? 0 : null,
    sample: counts === null ? null : sampleOf(outcomes, times, sent.seed),
    dataplane: 'real',
    possible: seen.map(s => s.possible),
  }
}

/** Requests one after another, in their order; kernels remember those before. */
export function seenSeries(state: State, sent: ProbeRequest, session: KernelSession): ProbeJson {
  const { scene, flow, eyes } = standing(state, sent, session)
  eyes.forget()
  const all = Array.from({ length: sent.times }, (_, i) => {
    const request = { ...flow.request, sourcePort: portAfter(flow.request.sourcePort, i) }
    const { outcome, possible } = seenOnce(scene, { ...flow, request }, eyes.send(request))
    return { possible, outcome: { ...outcome, probability: part(1, sent.times) } }
  })
  return {
    title: `${sent.title} from ${shortName(sent.from)}, ${sent.times} times, one after another`,
    trace: { flow: flow.words, outcomes: all.map(a => a.outcome) },
    chosen: 0,
    sample: null,
    dataplane: 'real',
    possible: all.map(a => a.possible),
  }
}

/** The network that stands, and the flow to send there; throws Apart where this kernel cannot. */
export function standing(state: State, sent: ProbeRequest, session: KernelSession) {
  const { scene, flows } = prepare({ state }, [flowSpecOf(sent)])
  const flow = flows[0]!
  const ways = flow.request.protocol === 'sctp' ? waysOf(scene.network, flow.request) : []
  const cannot = whyNotBuilt(scene.network) ?? whyNotCompared(flow.request, ways)
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

/** One exchange as an outcome. */
export function seenOnce(scene: Scene, flow: Flow, real: RealExchange): Seen {
  const { network } = scene
  const hops = seenHops(network, flow.request, real, scene.nodeOf)
  const got = real.received[0] ?? real.halfOpen[0]
  const last = hops.at(-1)?.steps.findLast(s => s.kind === 'receive' || s.kind === 'transmit' || s.kind === 'send')?.packet
  const possible: readonly Fate[] = got ? ['delivered'] : possibleFates(network, real)
  const fate: Fate = possible.length === 1 ? possible[0]! : 'unknown'
  const client = clientJson(flow, real, fate)
  const answered = client.result === 'answered' && got !== undefined
  const outcome: OutcomeJson = {
    probability: part(1, 1),
    fate,
    answeredBy: got?.namespace ?? null,
    answer: answered ? answerOf(network, got.namespace, got.destination) : null,
    destination: got?.destination ?? last?.destination ?? '',
    source: got?.source ?? last?.source ?? '',
    translated: translatedIn(real, flow.request),
    decidedBy: fate === 'unknown' ? openText(clientText(real.client), possible) : null,
    explanation: null,
    hops,
    reply: replyOf(real, flow.request, scene),
    client,
    conntrack: real.conntrack,
    wire: real.wire,
  }
  return { outcome, possible }
}

/** What conntrack says: an answer that is awaited from, or for, another address than the request had was translated. */
function translatedIn({ conntrack }: RealExchange, { protocol }: Request): OutcomeJson['translated'] {
  const ends = (tuple: string) => tuple.replace(/ id \d+$/, '').split(' -> ')
  const entries = Object.values(conntrack).flatMap(list => list.filter(c => c.protocol === protocol))
  const differ = (there: 0 | 1, back: 0 | 1) => entries.some(c => ends(c.original)[there] !== ends(c.reply)[back])
  return { destination: differ(1, 0), source: differ(0, 1) }
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
