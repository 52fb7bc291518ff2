// `hopspec trace --dataplane real|both`: the same flows on this machine's kernel, alone or beside the simulator with every difference.
// What the kernel does not show (the order of rules, the reason of a silent drop) is absent.
import { problem } from '../error'
import { freshKernels, hungUp, type KernelState } from '../path/kernels'
import { build } from '../real/build'
import { type Checked, check } from '../real/check'
import { differenceText } from '../real/compare'
import { Observatory } from '../real/observe'
import type { OutcomeJson } from '../trace/json'
import type { World } from '../trace/prepare'
import { traceAll } from '../trace/trace'
import type { Flow, Scene } from '../trace/flow'
import { EXIT, type Io } from './io'
import { type RealTraceJson, realJson } from './trace-real-json'
import { askedLine, namedBoth, namedReal } from './trace-real-names'

/** Sends the flows on the kernel and prints; exit 1 for a difference, 3 where nothing could be compared. */
export function traceOnKernel(
  world: World,
  scene: Scene,
  flows: readonly Flow[],
  options: { dataplane: 'real' | 'both'; stateful: boolean; output: string },
  io: Io,
): number {
  const named = flows.find(f => f.lookup !== undefined)
  if (named && options.stateful)
    throw problem('NOT_MODELLED', `${named.words.to} is a name, which flows that kernels remember do not look up on the real dataplane.`, {
      fix: 'Write an address, or leave out `stateful`.',
    })
  const built = build(scene.network)
  try {
    const eyes = new Observatory(built)
    let kernels: KernelState = freshKernels
    let [compared, different] = [0, 0]
    for (const flow of flows) {
      if (flow.lookup !== undefined && 'state' in world) {
        const t = (options.dataplane === 'real' ? namedReal : namedBoth)(world.state, scene, { ...flow, lookup: flow.lookup }, eyes)
        print(t, options.output, io)
        const { comparison } = t
        if (comparison === undefined || 'skipped' in comparison) continue
        compared++
        if (comparison.differences.length > 0) different++
        continue
      }
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

function print(t: RealTraceJson, output: string, io: Io): void {
  if (output === 'text') io.stdout(realText(t))
  else io.stdout(`${output === 'json' ? JSON.stringify(t, null, 2) : JSON.stringify(t)}\n`)
}

/** One flow as people read it. */
function realText({ flow, asked, real, comparison }: RealTraceJson): string {
  const lines = [`${flow.protocol} from ${flow.from} to ${flow.to}, on the kernel of this machine`]
  lines.push(...(asked ?? []).map(askedLine))
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
