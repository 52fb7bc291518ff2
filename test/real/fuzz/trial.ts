// One sample on both dataplanes: a network is built once, every flow goes through the simulator and the kernel, and each gets a verdict.
import { ipText } from '../../../src/addr/ip'
import { macText } from '../../../src/addr/mac'
import { readDocuments } from '../../../src/apply/documents'
import { readNetwork } from '../../../src/apply/network-document'
import { HopspecError } from '../../../src/error'
import type { Neighbour, Network } from '../../../src/linux/program'
import { freshKernels, hungUp, type KernelState } from '../../../src/path/kernels'
import { linksOf } from '../../../src/path/link'
import type { Job } from '../../../src/real/agent'
import { type Built, build } from '../../../src/real/build'
import { check } from '../../../src/real/check'
import { DATA_LOST, type Difference } from '../../../src/real/compare'
import { Observatory } from '../../../src/real/observe'
import type { RealExchange } from '../../../src/real/observed'
import { type FlowSpec, readFlowSpec } from '../../../src/trace/flow-spec'
import { prepare } from '../../../src/trace/prepare'
import type { Flow } from '../../../src/trace/flow'
import { documentOf, type FlowDoc, type Sample } from './sample'

/** What came of one flow. */
export type Outcome =
  | { readonly is: 'agreed'; readonly real: RealExchange }
  /** The simulator cannot tell, and says why. */
  | { readonly is: 'unknown'; readonly why: string }
  | { readonly is: 'different'; readonly differences: readonly Difference[]; readonly real: RealExchange }
  /** The simulator throws: a difference too. */
  | { readonly is: 'thrown'; readonly why: string }
  /** A flow after one that was not agreed on, in a sample where kernels remember. */
  | { readonly is: 'skipped' }

/** What came of a sample; `refused`: not built, by whom and why. */
export type Trial =
  | { readonly refused: 'kernel' | 'simulator'; readonly why: string }
  | { readonly refused: null; readonly outcomes: readonly Outcome[] }

/** Changes a network behind the simulator's back, as a mistake in the simulator would: the kernel keeps the original. */
export type Mistake = (network: Network) => Network

const honest: Mistake = network => network

/** The simulator's view of a sample. */
export function readSample(sample: Sample): { readonly network: Network; readonly flows: readonly Flow[] } {
  const { documents } = readDocuments([{ name: 'network.yaml', text: JSON.stringify(documentOf(sample)) }])
  const network = introduced(readNetwork(documents[0]!))
  const specs = sample.flows.map(flow => readFlowSpec(flow, { file: 'flows' }, []) as FlowSpec)
  return { network, flows: prepare({ network }, specs).flows }
}

/** Runs a sample on both; the first flow that is not agreed on ends it when `untilFirst`. */
export function tryOut(sample: Sample, options: { readonly mistake?: Mistake; readonly untilFirst?: boolean } = {}): Trial {
  let read: ReturnType<typeof readSample>
  try {
    read = readSample(sample)
  } catch (error) {
    if (error instanceof HopspecError) return { refused: 'simulator', why: firstProblem(error) }
    throw error
  }
  try {
    return { refused: null, outcomes: onKernel(sample, read, options.mistake ?? honest, options.untilFirst ?? false) }
  } catch (error) {
    if (error instanceof HopspecError) return { refused: 'kernel', why: firstProblem(error) }
    throw error
  }
}

const firstProblem = (error: HopspecError): string => error.problems[0]?.message ?? error.message

function onKernel(
  { stateful }: Sample,
  { network, flows }: ReturnType<typeof readSample>,
  mistake: Mistake,
  untilFirst: boolean,
): readonly Outcome[] {
  const built = build(network, { backend: 'legacy' })
  const simulated = mistake(network)
  try {
    introduceStations(built)
    const anew = strangersAgain(built)
    const eyes = new Observatory(built)
    const outcomes: Outcome[] = []
    let kernels: KernelState | null = stateful ? freshKernels : null
    let over = false
    for (const [at, { request }] of flows.entries()) {
      if (!stateful && at > 0 && !over) built.agent.jobs(anew)
      if (over) {
        outcomes.push({ is: 'skipped' })
        continue
      }
      let outcome: Outcome
      const before = outcomes.find(o => o.is === 'agreed' && o.real.halfOpen.length > 0)
      if (stateful && before !== undefined && request.protocol === 'tcp') {
        outcomes.push({ is: 'unknown', why: 'a connection that an earlier flow left half-open' })
        over = true
        continue
      }
      try {
        const checked = check(simulated, eyes, request, kernels ?? undefined)
        if (!checked.compared) outcome = { is: 'unknown', why: checked.why }
        else {
          const { differences, way, notCompared } = checked.comparison
          if (differences.length > 0) outcome = { is: 'different', differences, real: checked.real }
          else outcome = notCompared.includes(DATA_LOST) ? { is: 'unknown', why: DATA_LOST } : { is: 'agreed', real: checked.real }
          if (stateful) kernels = hungUp(checked.ways[way]!.exchange.kernels)
        }
      } catch (error) {
        if (!(error instanceof Error) || /helper of the real dataplane/.test(error.message)) throw error
        outcome = { is: 'thrown', why: error.message }
      }
      outcomes.push(outcome)
      over = outcome.is !== 'agreed' && (stateful || untilFirst)
      if (outcome.is === 'unknown' && !stateful) over = false
    }
    return outcomes
  } finally {
    built.close()
  }
}

/**
 * Neighbours know each other, as on a network that has run for a while: whether ARP is answered depends on rp_filter and on what was sent before (arp_process),
 * and rules of IPv6 see neighbour discovery; the simulator follows neither.
 */
function introduced(network: Network): Network {
  const links = linksOf(network)
  const programs = new Map(
    network.names.map(name => {
      const program = network.program(name)!
      const met = program.devices.flatMap(({ name: device }) =>
        links.hears({ namespace: name, device }).flatMap(station => {
          const far = network.program(station.namespace)?.devices.find(d => d.name === station.device)
          return (far?.addresses ?? []).map((a): Neighbour => ({ ip: a.ip, mac: station.mac, device }))
        }),
      )
      const strangers = met.filter(m => !program.neighbours.some(n => n.ip === m.ip))
      return [name, { ...program, neighbours: [...program.neighbours, ...strangers] }]
    }),
  )
  return { ...network, program: name => programs.get(name) }
}

/** Bridges know behind which port each station is. */
function introduceStations({ network, agent, plan }: Built): void {
  const links = linksOf(network)
  const jobs = plan.spaces.flatMap(({ number, program }): Job[] => {
    const lines = program.devices.flatMap(({ name, port }) =>
      port === undefined
        ? []
        : links.hears({ namespace: program.name, device: name }).map(s => `fdb replace ${macText(s.mac)} dev ${name} master static\n`),
    )
    return lines.length > 0 ? [{ space: number, argv: ['bridge', '-force', '-batch', '-'], stdin: lines.join('') }] : []
  })
  agent.jobs(jobs)
}

/**
 * What makes neighbours strangers again, for the simulator's kernels are fresh for each flow: whom ARP asks from an address that it would not answer for is known by it
 * from then on. And of bridges the permanent ones: once a machine has sent one of them something, its next translated frame goes out past the bridge's device (neigh_hh_init).
 */
const strangersAgain = ({ plan }: Built): readonly Job[] => {
  const flushes = plan.spaces.map(({ number }): Job => ({ space: number, argv: ['ip', 'neighbour', 'flush', 'all'], stdin: '' }))
  return [...flushes, ...bridgesAnew(plan)]
}

const bridgesAnew = (plan: Built['plan']): readonly Job[] =>
  plan.spaces.flatMap(({ number, program }) => {
    const bridges = program.devices.filter(d => d.kind === 'bridge').map(d => d.name)
    const lines = program.neighbours
      .filter(n => bridges.includes(n.device))
      .map(n => `${ipText(n.ip)} lladdr ${macText(n.mac)} dev ${n.device}`)
      .flatMap(words => [`neighbour del ${words}\n`, `neighbour replace ${words} nud permanent\n`])
    return lines.length > 0 ? [{ space: number, argv: ['ip', '-force', '-batch', '-'], stdin: lines.join('') }] : []
  })

/** Whether an outcome is one to look into. */
export const isWrong = (o: Outcome): o is Outcome & { readonly is: 'different' | 'thrown' } => o.is === 'different' || o.is === 'thrown'

/** What is wrong, in a few words: the same for differences of the same sort. */
export function signatureOf(o: Outcome & { readonly is: 'different' | 'thrown' }): string {
  if (o.is === 'thrown') return `throws ${o.why.slice(0, 60)}`
  const told = ({ aspect, simulated, real }: Difference) =>
    aspect === 'client' ? `client ${[simulated[0], real[0]].map(w => w?.replace(/ from .*/, '')).join(' for ')}` : aspect
  return o.differences.map(told).join(', ')
}

/** Whether a flow says only what its namespace has: a device, an address. */
export function isSound(sample: Sample): boolean {
  return sample.flows.every(({ from, device, source }) => {
    const devices = sample.spaces[from.replace('namespace/', '')]?.devices
    if (devices === undefined || (device !== undefined && devices[device] === undefined)) return false
    return source === undefined || Object.values(devices).some(d => d.addresses?.some(a => a.replace(/\/.*/, '') === source))
  })
}

/** A sample cut down to one of its flows and, where kernels remember, those before it. */
export const upTo = (sample: Sample, at: number): Sample => ({
  ...sample,
  flows: sample.stateful ? sample.flows.slice(0, at + 1) : [sample.flows[at] as FlowDoc],
})
