import type { Protocol } from '../addr/port'
import type { State } from '../cluster/state'
import { HopspecError, problem } from '../error'
import type { FlowSpec } from '../trace/flow-spec'
import type { OutcomeJson } from '../trace/json'
import { prepare } from '../trace/prepare'
import { type Chain, traceSeries } from '../trace/series'
import { traceAll } from '../trace/trace'
import { explainIn } from '../verify/explain'
import type { Finding } from '../verify/finding'
import { shortName } from '../verify/hop-rows'
import { ANY_STEPS, type CellTable, unknownWords } from '../verify/hop-table'
import { didYouMean } from '../cluster/nearest'
import { countsByEnd, drawOutcomes, interval, sampleAgrees } from '../verify/sample'
import { answerers } from '../verify/shares'
import type { ProbeJson } from '../view/report/probe'

export interface ProbeRequest {
  readonly from: string
  readonly to: string
  readonly protocol: string
  readonly times: number
  readonly seed: number
  readonly title: string
  /** Of the whole IP packet; the protocol's usual length when absent. */
  readonly bytes?: number
  /** Whether the packet may be cut; as programs of the protocol do it when absent. */
  readonly dontFragment?: boolean
}

/** The flow that a request sends. */
export const flowSpecOf = ({ from, to, protocol, bytes, dontFragment }: Omit<ProbeRequest, 'times' | 'seed' | 'title'>): FlowSpec => ({
  from,
  to,
  protocol: protocol as Protocol,
  ...(bytes === undefined ? {} : { lengthBytes: bytes }),
  ...(dontFragment === undefined ? {} : { dontFragment }),
})

/** Refuses to send nothing. */
export function checkTimes(times: number): void {
  if (times < 1) throw problem('STEP_VALUE', `${times} requests are none.`, { fix: 'Write 1 or more.' })
}

/** Sends once or many times. A single request has one chosen outcome; of many, all count. */
export function probe(state: State, request: ProbeRequest): ProbeJson {
  const { from, times, seed } = request
  checkTimes(times)
  const { scene, flows } = prepare({ state }, [flowSpecOf(request)])
  const trace = traceAll({ ...scene, explain: explainIn(state) }, flows[0]!)
  const single = times === 1
  const counts = countsByEnd(trace, drawOutcomes(trace, times, seed))
  return {
    title: single ? `${request.title} from ${shortName(from)}` : `${request.title} from ${shortName(from)}, ${times} times`,
    trace,
    chosen: single ? drawOutcomes(trace, 1, seed).indexOf(1) : null,
    sample: single ? null : { times, seed, counts: [...counts].map(([place, count]) => ({ place, count, ...interval(count, times) })) },
  }
}

/** Of requests one after another, the first is told first: `the path of the first request` means it. */
const FIRST_OF_FIRST = 0

/** Sends one request after another from one program; kernels remember those before. */
export function seriesProbe(state: State, request: ProbeRequest): { readonly probe: ProbeJson; readonly chains: readonly Chain[] } {
  const { from, times } = request
  checkTimes(times)
  const { scene, flows } = prepare({ state }, [flowSpecOf(request)])
  const { trace, chains } = traceSeries({ ...scene, explain: explainIn(state) }, flows[0]!, times)
  const title = `${request.title} from ${shortName(from)}, ${times} times, one after another`
  return { probe: { title, trace, sample: null, chosen: FIRST_OF_FIRST }, chains }
}

/** A probe of which something can be said: where hopspec does not know what becomes of a request, no expectation holds or fails. */
export function judged(p: ProbeJson): ProbeJson {
  const ends = p.trace.outcomes.flatMap(o => [o, ...(o.reply === null ? [] : [o.reply])])
  const unknown = ends.find(end => end.fate === 'unknown')
  if (unknown === undefined) return p
  throw problem('NOT_MODELLED', `what becomes of this request is unknown, by ${unknown.decidedBy ?? 'nothing that hopspec can name'}.`, {
    fix: 'Take that out of its way, or test it on a real cluster.',
  })
}

/** Of many connections on the kernel all eyes look at one alone; the others are but counted. */
const lookedAt = ({ dataplane, chosen, trace }: ProbeJson): OutcomeJson | undefined =>
  dataplane === 'real' && chosen === null ? trace.outcomes.find(o => o.hops.length > 0) : undefined

/** The outcome of the request, or of the first of many. */
export const theOutcome = (p: ProbeJson): OutcomeJson =>
  lookedAt(p) ?? p.trace.outcomes[p.chosen ?? drawOutcomes(p.trace, 1, p.sample?.seed ?? 1).indexOf(1)]!

/** The outcome in which a place answers. */
export function outcomeTo(p: ProbeJson, place: string): OutcomeJson {
  const found = p.trace.outcomes.find(o => o.answeredBy === place)
  if (found === undefined)
    throw problem('UNKNOWN_NAME', `no request reaches ${shortName(place)}.`, {
      fix: didYouMean(shortName(place), answerers(p.trace).map(shortName)),
    })
  return found
}

/** A hop table whose words all mean something, and that names at least one step. */
export function hopTable(table: CellTable): CellTable {
  if (table.rows.every(row => row.every(cell => cell === '' || ANY_STEPS.test(cell))))
    throw problem('STEP_VALUE', 'this hop table names no step: every way would do.', {
      fix: 'Write at least one row with a step or an address.',
    })
  const unknown = unknownWords(table)
  if (unknown.length === 0) return table
  throw new HopspecError(
    unknown.map(({ word, words }) => ({
      code: 'STEP_VALUE',
      message: `'${word}' is no word of a hop table.`,
      fix: didYouMean(word, words),
    })),
  )
}

/** The second opinion of the sample, where there is one. */
export const sampleFindings = (p: ProbeJson): readonly Finding[] =>
  p.sample === null ? [] : sampleAgrees(p.trace, new Map(p.sample.counts.map(c => [c.place, c.count])))
