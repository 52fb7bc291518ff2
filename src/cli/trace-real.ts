// `hopspec trace --dataplane real|both`: the same flows on this machine's kernel, alone or beside the simulator with every difference.
// What the kernel does not show (the order of rules, the reason of a silent drop) is absent.
import { ipText } from '../addr/ip'
import { problem } from '../error'
import { captureText } from '../linux/packet'
import { freshKernels, hungUp, type KernelState } from '../path/kernels'
import { build } from '../real/build'
import { type Checked, check } from '../real/check'
import { type Difference, differenceText } from '../real/compare'
import { Observatory } from '../real/observe'
import type { RealExchange, Receiver } from '../real/observed'
import type { ClientJson, FlowJson, OutcomeJson } from '../trace/json'
import { traceAll } from '../trace/trace'
import type { Flow, Scene } from '../trace/flow'
import { EXIT, type Io } from './io'

/** What the kernel did, in the words of a trace. */
interface RealJson {
  readonly client: Pick<ClientJson, 'result' | 'icmp' | 'errno'>
  readonly answeredBy: string | null
  readonly destination: string | null
  readonly source: string | null
  /** Every socket and kernel that took the request, answered or not. */
  readonly received: readonly Receiver[]
  readonly conntrack: RealExchange['conntrack']
  /** Rules that matched, in the order of the rule set, with the packets counted. */
  readonly rules: Readonly<
    Record<string, readonly { readonly family: string; readonly table: string; readonly rule: string; readonly packets: number }[]>
  >
  readonly hops: readonly {
    readonly in: string
    readonly steps: readonly { readonly kind: 'receive' | 'transmit'; readonly device: string; readonly packet: string }[]
  }[]
  readonly wire: readonly string[]
  readonly absent: readonly string[]
}

/** One flow's line of JSON. */
interface RealTraceJson {
  readonly flow: FlowJson
  readonly outcomes?: readonly OutcomeJson[]
  readonly real: RealJson | null
  /** `both` only. `skipped`: why the two cannot be compared. */
  readonly comparison?:
    | { readonly outcome: number; readonly differences: readonly Difference[]; readonly notCompared: readonly string[] }
    | { readonly skipped: string }
}

/** Sends the flows on the kernel and prints; exit 1 for a difference, 3 where nothing could be compared. */
export function traceOnKernel(
  scene: Scene,
  flows: readonly Flow[],
  options: { dataplane: 'real' | 'both'; stateful: boolean; output: string },
  io: Io,
): number {
  const named = flows.find(f => f.lookup !== undefined)
  if (named)
    throw problem('NOT_MODELLED', `${named.words.to} is a name, and \`trace\` sends no questions on the real dataplane.`, {
      fix: 'Write an address, or use `hopspec run --dataplane both`.',
    })
  const built = build(scene.network)
  try {
    const eyes = new Observatory(built)
    let kernels: KernelState = freshKernels
    let [compared, different] = [0, 0]
    for (const flow of flows) {
      if (options.dataplane === 'real') {
        if (!options.stateful) eyes.forget()
        print({ flow: flow.words, real: realJson(eyes.send(flow.request)) }, options.output, io)
        continue
      }
      const { outcomes } = traceAll(scene, flow, kernels)
      const checked = check(scene.network, eyes, flow.request, options.stateful ? kernels : undefined)
      print(bothJson(flow, outcomes, checked), options.output, io)
      if (checked.compared) {
        compared++
        if (checked.comparison.differences.length > 0) different++
        if (options.stateful) kernels = hungUp(checked.ways[checked.comparison.way]!.exchange.kernels)
      }
    }
    if (options.dataplane === 'real') return EXIT.good
    return different > 0 ? EXIT.checkFailed : compared > 0 ? EXIT.good : EXIT.nothingTested
  } finally {
    built.close()
  }
}

function bothJson(flow: Flow, outcomes: readonly OutcomeJson[], checked: Checked): RealTraceJson {
  if (!checked.compared) return { flow: flow.words, outcomes, real: null, comparison: { skipped: checked.why } }
  const { way, differences, notCompared } = checked.comparison
  return { flow: flow.words, outcomes, real: realJson(checked.real), comparison: { outcome: way, differences, notCompared } }
}

/** The kernel's side as JSON; source and destination are the answerer's. */
function realJson(r: RealExchange): RealJson {
  const answerer = r.client.result === 'answered' ? (r.received[0] ?? null) : null
  const taken = answerer ?? r.received[0] ?? r.halfOpen[0] ?? null
  return {
    client: clientJson(r),
    answeredBy: answerer?.namespace ?? null,
    destination: taken?.destination ?? null,
    source: taken?.source ?? null,
    received: [...r.received, ...r.halfOpen],
    conntrack: r.conntrack,
    rules: Object.fromEntries(
      Object.entries(r.rules).map(([name, hits]) => [
        name,
        hits.filter(h => !h.text.startsWith('policy ')).map(({ family, table, text, packets }) => ({ family, table, rule: text, packets })),
      ]),
    ),
    hops: hopsOf(r),
    wire: r.wire,
    absent: r.absent,
  }
}

function clientJson({ client }: RealExchange): RealJson['client'] {
  if (client.result === 'error') return { result: client.result, errno: client.errno }
  if (!('icmp' in client) || client.icmp === null) return { result: client.result }
  const { type, code, from, mtuBytes } = client.icmp
  return { result: client.result, icmp: { type, code, from: ipText(from), ...(mtuBytes !== undefined && { mtu: mtuBytes }) } }
}

function hopsOf(r: RealExchange): RealJson['hops'] {
  const hops: { in: string; steps: RealJson['hops'][number]['steps'][number][] }[] = []
  for (const { namespace, device, way, packet } of r.packets) {
    if (hops.at(-1)?.in !== namespace) hops.push({ in: namespace, steps: [] })
    hops.at(-1)!.steps.push({ kind: way === 'rx' ? 'receive' : 'transmit', device, packet: captureText(packet) })
  }
  return hops
}

function print(t: RealTraceJson, output: string, io: Io): void {
  if (output === 'text') io.stdout(realText(t))
  else io.stdout(`${output === 'json' ? JSON.stringify(t, null, 2) : JSON.stringify(t)}\n`)
}

/** One flow as people read it. */
function realText({ flow, real, comparison }: RealTraceJson): string {
  const lines = [`${flow.protocol} from ${flow.from} to ${flow.to}, on the kernel of this machine`]
  if (real) {
    const { icmp, errno } = real.client
    lines.push(
      `  the sender sees: ${icmp ? `${real.client.result} ${icmp.type}/${icmp.code} from ${icmp.from}` : [real.client.result, errno].filter(Boolean).join(' ')}`,
    )
    for (const got of real.received) lines.push(`  received by ${got.namespace} at ${got.destination}, from ${got.source}`)
    for (const hop of real.hops) for (const s of hop.steps) lines.push(`  ${hop.in}  ${s.kind} ${s.device}  ${s.packet}`)
    for (const [name, rules] of Object.entries(real.rules))
      for (const r of rules) lines.push(`  ${name}  ${r.table}: ${r.rule}  (${r.packets})`)
    for (const what of real.absent) lines.push(`  not seen: ${what}`)
  }
  if (comparison) lines.push(...comparisonLines(comparison))
  return `${lines.join('\n')}\n`
}

function comparisonLines(c: NonNullable<RealTraceJson['comparison']>): readonly string[] {
  if ('skipped' in c) return [`= not compared: ${c.skipped}`]
  if (c.differences.length === 0) return [`= both dataplanes agree (outcome ${c.outcome + 1})`]
  return ['= the dataplanes differ:', ...c.differences.map(d => `  ${differenceText(d)}`)]
}
