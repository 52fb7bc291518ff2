// Many connections on the real kernel, counted: who answered by the source that it saw, and how the others failed, each failure apart.
import { type Ip, readIp } from '../addr/ip'
import type { Network } from '../linux/program'
import type { ClientSees } from '../path/client'
import type { RealCounts } from '../real/observed'
import type { Fate } from '../trace/fate'
import type { ClientJson, OutcomeJson } from '../trace/json'
import { interval } from '../verify/sample'
import type { ProbeJson } from '../view/report/probe'
import { answerOf } from './seen-answer'
import { failureOf, fatesOfFailure, openText } from './seen-fate'

/** One end of a request, with the fates that what was seen leaves open. */
export interface Seen {
  readonly outcome: OutcomeJson
  readonly possible: readonly Fate[]
}

/** A probability that was counted. */
export const part = (of: number, over: number): OutcomeJson['probability'] => ({
  fraction: of === over ? '1' : `${of}/${over}`,
  decimal: of / over,
})

/** The address of `10.244.1.1:51412` or `[fd00::1]:80`; of an echo request it stands alone. */
function addressOf(socket: string): Ip | undefined {
  const [, six, four] = /^\[(.*)\]:\d+$|^([^:]*):\d+$/.exec(socket) ?? []
  return readIp(six ?? four ?? socket)
}

/** The counts as outcomes; the one that was looked at with all eyes, where the sender saw `told`, keeps what they saw. */
export function manyOutcomes(network: Network, first: Seen, told: ClientSees, counts: RealCounts, times: number): readonly Seen[] {
  const bare = { ...first.outcome, hops: [], reply: null, conntrack: {}, wire: [] }
  const answered = counts.answered.map((a): Seen => {
    const { outcome } = first
    const same =
      outcome.client.result === 'answered' && a.namespace === outcome.answeredBy && readIp(a.source) === addressOf(outcome.source)
    const client: ClientJson = outcome.client.result === 'answered' ? outcome.client : { result: 'answered', curl: null }
    const known = { fate: 'delivered' as const, answeredBy: a.namespace, destination: a.destination, decidedBy: null }
    // A connected socket takes answers from no other address than the one it called, so each came from where the first came from.
    const { reply } = outcome
    const answer = answerOf(network, a.namespace, a.destination)
    return {
      outcome: { ...(same ? outcome : { ...bare, source: a.source, reply }), ...known, answer, client, probability: part(a.count, times) },
      possible: ['delivered'],
    }
  })
  const failed = Object.entries(counts.failed).map(([errno, count]): Seen => {
    const probability = part(count, times)
    if (errno === failureOf(told)) return { ...first, outcome: { ...first.outcome, probability } }
    const possible = fatesOfFailure(errno)
    const fate = possible.length === 1 ? possible[0]! : 'unknown'
    const decidedBy = fate === 'unknown' ? openText(errno, possible) : null
    return { outcome: { ...bare, fate, answeredBy: null, answer: null, decidedBy, client: failedClient(errno), probability }, possible }
  })
  return [...answered, ...failed]
}

function failedClient(errno: string): ClientJson {
  switch (errno) {
    case 'timeout':
    case 'closed':
      return { result: errno, curl: null }
    case 'ECONNRESET':
      return { result: 'reset', curl: null }
    case 'ECONNREFUSED':
      return { result: 'refused', curl: null }
    default:
      return { result: 'error', errno, curl: null }
  }
}

/** How often each place answered, or each fate was met. */
export function sampleOf(outcomes: readonly OutcomeJson[], times: number, seed: number): ProbeJson['sample'] {
  const places = [...new Set(outcomes.map(o => o.answeredBy ?? o.fate))]
  const count = (place: string) =>
    Math.round(outcomes.filter(o => (o.answeredBy ?? o.fate) === place).reduce((sum, o) => sum + o.probability.decimal, 0) * times)
  return { times, seed, counts: places.map(place => ({ place, count: count(place), ...interval(count(place), times) })) }
}
