// The same request on this machine's kernel: one beside every way that the simulator says, many beside the exact shares, one after another beside what
// the kernels remember. What steps and the report show of it.
import type { State } from '../cluster/state'
import { type Checked, check, distribution, whyNotBuilt } from '../real/check'
import type { Way } from '../path/ways'
import { clientText, type Difference } from '../real/compare'
import type { RealExchange } from '../real/observed'
import type { KernelSession } from '../real/session'
import { lookupOnKernel } from './kernel-names'
import { hopsOf } from '../trace/hops'
import type { HopJson, OutcomeJson } from '../trace/json'
import { prepare } from '../trace/prepare'
import { seenHops } from '../trace/seen'
import { portAfter } from '../trace/series'
import type { Flow, Scene } from '../trace/flow'
import { type Finding, finding } from '../verify/finding'
import { ALPHA, chiSquareTail } from '../verify/sample'
import type { CountedEnds, KernelJson, ProbeJson } from '../view/report/probe'
import { flowSpecOf, type ProbeRequest } from './probe'

type Sent = Omit<ProbeRequest, 'seed' | 'title'>

/** Sends the probe on the kernel: once with all eyes open, then (of many) all of them, counted. Throws when the kernel refuses the cluster. */
export function probeOnKernel(state: State, sent: Sent, session: KernelSession): KernelJson {
  const { scene, flow } = flowOf(state, sent)
  const { network } = scene
  const why = whyNotBuilt(network)
  if (why !== undefined) return { compared: false, why }
  const checked = check(network, () => session.on(network), flow.request)
  const json = kernelJson(scene, flow, checked)
  if (!json.compared || sent.times < 2 || !['tcp', 'udp'].includes(sent.protocol)) return json
  const d = distribution(checked.ways, session.on(network), flow.request, sent.times, chiSquareTail, ALPHA)
  const counted: CountedEnds = {
    times: d.times,
    p: d.p,
    alpha: ALPHA,
    ends: d.shares.map(({ end, expected, count }) => ({ end, expected, count })),
  }
  return { ...json, counted, differences: d.agrees ? json.differences : [...json.differences, sharesDifference(counted)] }
}

/** A request to a name: the look-up on the kernel, then the request to an address that it found. Of several that come in any order, the simulator's choice is taken. */
export function namedOnKernel(state: State, sent: Sent, simulated: ProbeJson, session: KernelSession): KernelJson | undefined {
  const { outcomes } = simulated.trace
  const { flow } = flowOf(state, sent)
  const lookup = flow.lookup && lookupOnKernel(state, flow.lookup, simulated.trace, session)
  if (lookup !== undefined && !('way' in lookup)) return lookup.json
  const found = outcomes.map(o => (lookup === undefined || o.dnsWay === lookup.way ? addressAsked(o) : null))
  const chosen = found[simulated.chosen ?? -1] ?? found.find(to => to !== null)
  if (chosen === undefined || chosen === null) return lookup?.json
  const json = probeOnKernel(state, { ...sent, to: chosen }, session)
  if (!json.compared || lookup === undefined) return json
  const others = found.some(to => to !== null && to !== chosen)
  const { saw, differences, notCompared } = lookup.json
  return {
    ...json,
    way: found.indexOf(chosen) + json.way,
    saw: [...saw, ...json.saw],
    differences: [...differences, ...json.differences],
    notCompared: [...new Set([...notCompared, ...json.notCompared, ...(others ? [`requests to other addresses than ${chosen}`] : [])])],
  }
}

/** Where a request to a name went once the name was looked up, before any translation; null where it was not sent. */
export function addressAsked({ fate, hops }: OutcomeJson): string | null {
  if (fate === 'name-not-found' || fate === 'unknown') return null
  const first = hops[0]?.steps[0]
  return first?.kind === 'send' ? first.packet.destination : null
}

/** Requests that follow one another: kernels remember those before, and each is compared with what the simulator says after the same ones. */
export function seriesOnKernel(state: State, sent: Sent, session: KernelSession): KernelJson {
  const { scene, flow } = flowOf(state, sent)
  const { network } = scene
  const why = whyNotBuilt(network)
  if (why !== undefined) return { compared: false, why }
  let first: KernelJson | undefined
  let before: Parameters<typeof check>[3]
  for (let i = 0; i < sent.times; i++) {
    const request = { ...flow.request, sourcePort: portAfter(flow.request.sourcePort, i) }
    const checked = check(network, () => session.on(network), request, before)
    const json = kernelJson(scene, { ...flow, request }, checked)
    if (!checked.compared || !json.compared) return json
    if (json.differences.length > 0) return { ...json, saw: [`request ${i + 1} of ${sent.times}`, ...json.saw] }
    first ??= json
    before = checked.ways[checked.comparison.way]!.exchange.kernels
  }
  return first ?? { compared: false, why: 'no request was sent' }
}

function flowOf(state: State, sent: Sent): { readonly scene: Scene; readonly flow: Flow } {
  const { scene, flows } = prepare({ state }, [flowSpecOf(sent)])
  return { scene, flow: flows[0]! }
}

/** What a comparison found, as the report keeps it. */
export function kernelJson(scene: Scene, flow: Flow, checked: Checked): KernelJson {
  if (!checked.compared) return { compared: false, why: checked.why }
  const { real, ways, comparison } = checked
  const { way, differences, notCompared } = comparison
  const hops = seenHops(scene.network, flow.request, real, scene.nodeOf)
  const parts = differences.length === 0 ? null : whereTheyPart(simulatedHops(scene, ways[way]!), hops, differences)
  return { compared: true, way, saw: sawText(real), differences, parts, hops, notCompared, counted: null }
}

/** `answered`, then each receiver and the source that it saw. */
const sawText = (real: RealExchange): readonly string[] => [
  clientText(real.client),
  ...new Set([...real.received, ...real.halfOpen].map(r => `${r.namespace} at ${r.destination} sees ${r.source}`)),
]

const simulatedHops = (scene: Scene, { exchange }: Way): readonly HopJson[] => hopsOf(exchange.steps, 'request', scene.nodeOf)

/** The first namespace in which the packet's way or addresses differ; else the one that a differing line begins with. */
function whereTheyPart(simulated: readonly HopJson[], seen: readonly HopJson[], differences: readonly Difference[]): string | null {
  const [a, b] = [passes(simulated), passes(seen)]
  const first = b.findIndex((pass, i) => pass.text !== a[i]?.text)
  const at = first < 0 && a.length > b.length ? b.length : first
  const moved = differences.some(d => d.aspect === 'client' || d.aspect === 'receiver' || d.aspect === 'order')
  if (moved && at >= 0) return (b[at - 1] ?? a[at] ?? b[at])!.in
  const line = differences.flatMap(d => [...d.real, ...d.simulated])[0] ?? ''
  const names = [...new Set([...seen, ...simulated].map(h => h.in))]
  return names.find(name => line.startsWith(name)) ?? null
}

/** Each namespace with the addresses that the packet had there, without repetition. */
function passes(hops: readonly HopJson[]): readonly { readonly in: string; readonly text: string }[] {
  const all = hops.flatMap(h =>
    h.steps
      .filter(s => s.kind === 'receive' || s.kind === 'transmit' || s.kind === 'deliver')
      .map(s => ({ in: h.in, text: `${h.in} ${s.packet.source} ${s.packet.destination}` })),
  )
  return all.filter((pass, i) => pass.text !== all[i - 1]?.text)
}

/** Counts that the exact shares do not explain, as a difference. */
const sharesDifference = ({ times, ends, p }: CountedEnds): Difference => ({
  aspect: 'shares',
  simulated: ends.map(e => `${e.expected.toFixed(1)} of ${times}: ${e.end}`),
  real: ends.map(e => `${e.count} of ${times}: ${e.end}${p === null ? '' : ` (p = ${p.toExponential(1)})`}`),
})

/** Both dataplanes agree, in all that a kernel shows. */
export function kernelFindings(k: KernelJson): readonly Finding[] {
  if (!k.compared) return []
  const side = (which: 'simulated' | 'real') => k.differences.map(d => `${d.aspect}: ${d[which].join('\n  ') || 'nothing more'}`).join('\n')
  const why = `Simulator and kernel differ in ${k.differences.map(x => x.aspect).join(', ')}${k.parts === null ? '' : `; they part in ${k.parts}`}.`
  return [finding(k.differences.length === 0, `simulated ${side('simulated')}`, `the kernel ${side('real')}`, { why })]
}
