// `hopspec trace`: where packets go, one flow or many, through a cluster or a network written by hand.
import { readDocuments } from '../apply/documents'
import { HopspecError, type Problem, problem, never } from '../error'
import { forgetful, freshKernels, hungUp, type KernelState } from '../path/kernels'
import { type FlowSpec, readFlowSpec } from '../trace/flow-spec'
import { prepare } from '../trace/prepare'
import { traceWithMemory } from '../trace/trace'
import type { TraceJson } from '../trace/json'
import { explainIn } from '../verify/explain'
import { traceText } from '../view/trace-text'
import { oneOf, readArguments, refuseWords } from './arguments'
import { DATAPLANES } from './dataplane'
import { INPUT_ARGS, inputOptions, loadWorld } from './input'
import { type Command, EXIT, type Io } from './io'
import { USAGE } from './usage'

const ARGS = {
  ...INPUT_ARGS,
  from: { type: 'string' },
  to: { type: 'string' },
  via: { type: 'string' },
  protocol: { type: 'string' },
  flows: { type: 'string' },
  output: { type: 'string', short: 'o' },
  dump: { type: 'string', multiple: true },
  'node-addresses': { type: 'string' },
  dataplane: { type: 'string' },
} as const
/** What one flow is said with, and a list of flows says itself. */
const OF_ONE_FLOW = ['from', 'to', 'via', 'protocol'] as const
const OUTPUTS = ['text', 'json', 'jsonl'] as const

/** The subcommand. */
export const trace: Command = (args, io) => {
  const { values, positionals } = readArguments('trace', USAGE.trace, args, ARGS)
  refuseWords('trace', USAGE.trace, positionals)
  if (values.dump || values['node-addresses'])
    throw problem('NOT_MODELLED', 'hopspec trace does not read dumps yet.', { fix: 'Describe the cluster with -f instead.' })
  const output = oneOf('-o', values.output ?? 'text', OUTPUTS)
  const dataplane = oneOf('--dataplane', values.dataplane ?? 'simulated', DATAPLANES)
  const double = values.flows === undefined ? undefined : OF_ONE_FLOW.find(word => values[word] !== undefined)
  if (double)
    throw problem('USAGE', `hopspec trace takes --flows or --${double}, not both.`, { fix: `Write ${double} in the list of flows.` })
  const input = inputOptions(values)
  const list = values.flows === undefined ? oneFlow(values) : readFlows(values.flows, io)
  const world = loadWorld(input, io)
  const { scene, flows } = prepare(world, list.flows)
  const explained = 'state' in world ? { ...scene, explain: explainIn(world.state) } : scene
  if (dataplane !== 'simulated') return onKernel()(world, explained, flows, { dataplane, stateful: list.stateful, output }, io)
  let kernels: KernelState = freshKernels
  const traces = flows.map(flow => {
    const walked = traceWithMemory(explained, flow, kernels)
    kernels = list.stateful ? hungUp(walked.kernels) : forgetful(walked.kernels)
    return walked.trace
  })
  for (const t of traces) io.stdout(print(t, output, traces.length > 1 || values.flows !== undefined))
  return EXIT.good
}

/** Loaded only when asked for: most traces need nothing of the machine. */
const onKernel = () => (require('./trace-real') as typeof import('./trace-real')).traceOnKernel

interface FlowList {
  readonly stateful: boolean
  readonly flows: readonly FlowSpec[]
}

function oneFlow(values: { from?: string; to?: string; via?: string; protocol?: string }): FlowList {
  if (values.from === undefined || values.to === undefined)
    throw problem('USAGE', 'hopspec trace needs --from and --to, or --flows.', { fix: USAGE.trace })
  const { from, to, via, protocol } = values
  return readList([{ from, to, ...(via === undefined ? {} : { via }), ...(protocol === undefined ? {} : { protocol }) }], () => ({
    file: 'the command line',
  }))
}

function readFlows(path: string, io: Io): FlowList {
  const text = path === '-' ? io.stdin() : io.files.read(path)
  if (text === undefined)
    throw problem('FILE_NOT_FOUND', `${path}: there is no such file.`, { fix: 'Write the path of a list of flows after --flows.' })
  const { documents, problems } = readDocuments([{ name: path, text }])
  if (problems.length > 0) throw new HopspecError(problems)
  const [doc] = documents
  const bare = Array.isArray(doc?.value)
  const { stateful = false, flows, ...others } = (bare ? { flows: doc!.value } : (doc?.value ?? {})) as Readonly<Record<string, unknown>>
  if (!Array.isArray(flows) || Object.keys(others).length > 0 || typeof stateful !== 'boolean')
    throw problem('WRONG_TYPE', `${path} is not a list of flows.`, {
      fix: 'Write - {from: WHERE, to: WHERE:PORT}, or {stateful: true, flows: [{from: …, to: …}]}.',
    })
  return { ...readList(flows, i => doc!.placeOf(bare ? [i] : ['flows', i])), stateful }
}

function readList(values: readonly unknown[], placeOf: (index: number) => Problem['place'] & object): FlowList {
  const problems: Problem[] = []
  const flows = values.map((value, i) => readFlowSpec(value, placeOf(i), problems))
  if (problems.length > 0) throw new HopspecError(problems)
  return { stateful: false, flows: flows as FlowSpec[] }
}

function print(t: TraceJson, output: (typeof OUTPUTS)[number], many: boolean): string {
  switch (output) {
    case 'json':
      return `${many ? JSON.stringify(t) : JSON.stringify(t, null, 2)}\n`
    case 'jsonl':
      return `${JSON.stringify(t)}\n`
    case 'text':
      return `${traceText(t)}${many ? '\n' : ''}`
    default:
      return never(output)
  }
}
