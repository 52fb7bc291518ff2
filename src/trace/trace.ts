// From a flow to its trace: every way it can go with its exact probability, or one way drawn with a seed.
// Stands for tcpdump, conntrack and nft monitor, read by an expert.
import { type Fraction, decimal, fractionText, ONE } from '../addr/fraction'
import { ipText } from '../addr/ip'
import { placeText } from '../error'
import { destinationText, sourceText } from '../linux/packet'
import { ScriptedChooser, SeededChooser } from '../path/chooser'
import { byProtocol, type Connection, connectionOf } from '../path/connection'
import type { ClientSees } from '../path/client'
import { type Exchange, exchange, lossOf } from '../path/exchange'
import { freshKernels, type KernelState } from '../path/kernels'
import type { Lost } from '../path/walk'
import { eachWay } from '../path/ways'
import { curlSees } from './curl'
import type { Fate } from './fate'
import type { Flow, Scene } from './flow'
import { hopsOf } from './hops'
import type { ClientJson, OutcomeJson, TraceJson } from './json'
import { traceNamed } from './trace-name'

/** Every way the flow can go, in rule order; the probabilities sum to exactly 1. */
export const traceAll = (scene: Scene, flow: Flow, kernels: KernelState = freshKernels): TraceJson =>
  traceWithMemory(scene, flow, kernels).trace

/** The same, and what the kernels remember after the first of the ways: for flows that follow one another. */
export function traceWithMemory(scene: Scene, flow: Flow, kernels: KernelState): Traced {
  const { names } = scene
  if (flow.lookup === undefined || names === undefined) return traceAddress(scene, flow, kernels)
  const trace = traceNamed({ ...scene, names }, flow, flow.lookup, (s, f) => traceAddress(s, f, kernels).trace)
  const found = trace.outcomes.some(o => o.fate !== 'name-not-found')
  return { trace, kernels: found ? exchange(scene.network, flow.request, new ScriptedChooser([]), kernels).kernels : kernels }
}

interface Traced {
  readonly trace: TraceJson
  readonly kernels: KernelState
}

function traceAddress(scene: Scene, flow: Flow, kernels: KernelState): Traced {
  const outcomes: OutcomeJson[] = []
  let after: KernelState | undefined
  for (const way of eachWay(scene.network, flow.request, kernels)) {
    after ??= way.exchange.kernels
    outcomes.push(outcomeOf(scene, flow, way.exchange, way.probability))
  }
  return { trace: { flow: flow.words, outcomes }, kernels: after! }
}

/** One way, drawn with a seed, and what the kernels remember afterwards. */
export function traceOne(
  scene: Scene,
  flow: Flow,
  seed: number,
  kernels: KernelState = freshKernels,
): { readonly outcome: OutcomeJson; readonly kernels: KernelState } {
  const walked = exchange(scene.network, flow.request, new SeededChooser(seed), kernels)
  return { outcome: outcomeOf(scene, flow, walked, ONE), kernels: walked.kernels }
}

function fateOf(e: Exchange): { readonly fate: Fate; readonly loss: Lost | undefined } {
  if (e.delivered) return { fate: 'delivered', loss: undefined }
  const loss = lossOf(e, 'request')
  return { fate: loss?.kind ?? 'dropped', loss }
}

/** The rule with its chain and table, or the reason in words, with the place of the object that made the rule. */
function decidedBy(loss: Lost | undefined): string | null {
  if (loss === undefined) return null
  if (loss.rule === undefined) return loss.why
  const { text, rule, table } = loss.rule
  const origin = [rule.because, rule.place && placeText(rule.place)].filter(Boolean).join(', ')
  const named = loss.why === text ? '' : `${loss.why}: `
  return `${named}${table}: ${text}${origin ? ` (${origin})` : ''}`
}

function outcomeOf(scene: Scene, flow: Flow, e: Exchange, probability: Fraction): OutcomeJson {
  const { fate, loss } = fateOf(e)
  const last = e.delivered?.packet ?? loss?.packet ?? e.steps[0]!.step.packet
  const translated = (kind: 'dnat' | 'snat') =>
    e.steps.some(({ leg, step }) => leg === 'request' && step.kind === kind && !('inner' in step.packet))
  const client = clientJson(e.client, flow, fate)
  const outcome: OutcomeJson = {
    probability: { fraction: fractionText(probability), decimal: decimal(probability) },
    fate,
    answeredBy: e.delivered && !e.delivered.namespace.startsWith('pod/?/') ? e.delivered.namespace : null,
    answer:
      e.delivered?.listener && e.client.result === 'answered'
        ? (e.delivered.listener.answer ?? `${e.delivered.namespace.split('/').at(-1)}\n`)
        : null,
    destination: destinationText(last),
    source: sourceText(last),
    translated: { destination: translated('dnat'), source: translated('snat') },
    decidedBy: decidedBy(loss),
    explanation: null,
    hops: hopsOf(e.steps, 'request', scene.nodeOf),
    reply: replyOf(scene, e),
    client,
    conntrack: conntrackOf(e.kernels),
    wire: e.wire,
  }
  return fate === 'delivered' && client.result === 'answered'
    ? outcome
    : { ...outcome, explanation: scene.explain?.(flow, outcome) ?? null }
}

function replyOf(scene: Scene, e: Exchange): OutcomeJson['reply'] {
  if (!e.replied) return null
  const loss = e.replyDelivered ? undefined : lossOf(e, 'reply')
  return {
    fate: e.replyDelivered ? 'delivered' : (loss?.kind ?? 'dropped'),
    decidedBy: decidedBy(loss),
    hops: hopsOf(e.steps, 'reply', scene.nodeOf),
  }
}

function clientJson(sees: ClientSees, flow: Flow, fate: Fate): ClientJson {
  const seen: ClientJson =
    sees.result === 'error'
      ? { result: sees.result, errno: sees.errno }
      : 'icmp' in sees && sees.icmp
        ? {
            result: sees.result,
            icmp: {
              type: sees.icmp.type,
              code: sees.icmp.code,
              from: ipText(sees.icmp.from),
              ...(sees.icmp.mtuBytes === undefined ? {} : { mtu: sees.icmp.mtuBytes }),
            },
          }
        : { result: sees.result }
  return { ...seen, curl: flow.request.protocol === 'tcp' ? curlSees(seen, fate, flow.host, flow.request.destinationPort) : null }
}

/** Every namespace's connections as JSON. */
export function conntrackOf(kernels: KernelState): Readonly<Record<string, readonly Connection[]>> {
  const found: Record<string, readonly Connection[]> = {}
  const names = [...kernels.conntrack.keys()].sort()
  for (const name of names) {
    const entries = kernels.conntrack.get(name)!.entries.map(connectionOf)
    if (entries.length > 0) found[name.replace(/^namespace\//, '')] = entries.sort(byProtocol)
  }
  return found
}
