// What became of the requests of one probe: fates, answers, the addresses that both sides see. Each function takes all outcomes, since each of them can happen.
import { type Fraction, plus, ZERO, exactFraction } from '../addr/fraction'
import { hostOf } from '../addr/ip'
import type { Fate } from '../trace/fate'
import type { OutcomeJson, TraceJson } from '../trace/json'
import { type Finding, met, unmet } from './finding'
import { shortName } from './hop-rows'
import { aboutText, endOf, isAnswered, sharesText } from './shares'

/** The first outcome that is not as it should be decides what the failure shows. */
function all(
  trace: TraceJson,
  expected: string,
  holds: (o: OutcomeJson) => boolean,
  happened: (o: OutcomeJson) => string,
  change: string | null = null,
): readonly Finding[] {
  return trace.outcomes.map(o => (holds(o) ? met(expected) : unmet(expected, happened(o), { outcome: o, change })))
}

/** Nothing is lost, refused or answered by nobody. */
export function everyRequestAnswered(trace: TraceJson): readonly Finding[] {
  const lost = lostText(trace)
  return all(trace, 'every request is answered', isAnswered, () => lost)
}

/** More ways of failing than these are only counted. */
const MOST_WAYS = 8

/** How much fails in all, and each way in which it does with its share. */
function lostText(trace: TraceJson): string {
  const shares = new Map<string, Fraction>()
  for (const o of trace.outcomes) {
    if (isAnswered(o)) continue
    const way = fateText(o)
    shares.set(way, plus(shares.get(way) ?? ZERO, exactFraction(o.probability.fraction)))
  }
  const sum = [...shares.values()].reduce(plus, ZERO)
  const all = sum.of === sum.over ? 'all' : aboutText(sum)
  const ways = [...shares].map(([way, share]) => `${aboutText(share)} ${way}`)
  if (ways.length < 2) return `${all} of the requests: ${[...shares.keys()].join('')}`
  const more = ways.length > MOST_WAYS ? [`and ${ways.length - MOST_WAYS} more ways`] : []
  return [`${all} of the requests fail, in ${ways.length} ways:`, ...ways.slice(0, MOST_WAYS), ...more].join('\n')
}

/** Every request ends like this. */
export const fateIs = (trace: TraceJson, fate: Fate): readonly Finding[] =>
  all(
    trace,
    `the request is ${fate}`,
    o => o.fate === fate,
    o => `it is ${fateText(o)}`,
    `Write '${trace.outcomes.find(o => o.fate !== fate)?.fate}', if that is what you want.`,
  )

/** `refused at 10.244.1.2:3306 (the pod listens on 8080)`. */
function fateText(o: OutcomeJson): string {
  const at = o.fate === 'delivered' ? ` to ${o.answeredBy === null ? o.destination : shortName(o.answeredBy)}` : ` at ${o.destination}`
  const reply = o.fate === 'delivered' && !isAnswered(o) ? `, but its answer is ${o.reply?.fate ?? 'not sent'}` : ''
  return `${o.fate}${at}${reply}${o.decidedBy === null ? '' : `, by ${o.decidedBy}`}`
}

/** Nobody but this place answers. */
export const answeredBy = (trace: TraceJson, place: string): readonly Finding[] =>
  all(
    trace,
    `${shortName(place)} answers`,
    o => endOf(o) === place,
    () => `the ends of all requests:\n${sharesText(trace)}`,
  )

/** It gets there: the destination after all translation, with or without its port. A request that is refused there has arrived. */
export const destinationIs = (trace: TraceJson, address: string): readonly Finding[] =>
  all(
    trace,
    `it arrives at ${address}`,
    o => (o.fate === 'delivered' || o.fate === 'refused') && sameAddress(o.destination, address),
    o => `it is ${fateText(o)}`,
  )

/** The source address that the server sees; only outcomes in which `place` answers, when one is given. */
export function sourceSeen(trace: TraceJson, address: string, place: string | null = null): readonly Finding[] {
  const seen = trace.outcomes.filter(o => o.fate === 'delivered' && (place === null || o.answeredBy === place))
  const who = place === null ? 'the server' : shortName(place)
  if (seen.length === 0)
    return [
      unmet(`${who} sees the source ${address}`, `no request reaches ${who}; in all:\n${sharesText(trace)}`, {
        outcome: trace.outcomes[0] ?? null,
      }),
    ]
  return seen.map(o => {
    const expected = `${who} sees the source ${address}`
    return sameAddress(o.source, address)
      ? met(expected)
      : unmet(expected, `${o.answeredBy === null ? 'it' : shortName(o.answeredBy)} sees ${o.source}`, { outcome: o })
  })
}

/** Whether two texts name one address; an expectation may leave out the port. */
const sameAddress = (actual: string, expected: string): boolean => actual === expected || hostOf(actual) === expected

/** What the client's program prints, for answers and for errors. */
const printedBy = (o: OutcomeJson): string => (isAnswered(o) ? (o.answer ?? '') : (o.client.curl?.text ?? o.client.result))

/** The program prints that text, blanks at its end aside. */
export const clientPrints = (trace: TraceJson, text: string): readonly Finding[] =>
  all(
    trace,
    `curl prints\n${text.trimEnd()}`,
    o => printedBy(o).trimEnd() === text.trimEnd(),
    o => `it prints\n${printedBy(o).trimEnd()}`,
  )

/** The program ends with that exit code. */
export const clientExits = (trace: TraceJson, exit: number): readonly Finding[] =>
  all(
    trace,
    `curl exits with ${exit}`,
    o => exitOf(o) === exit,
    o => `it exits with ${exitOf(o)}: ${printedBy(o)}`,
  )

const exitOf = (o: OutcomeJson): number => (isAnswered(o) ? 0 : (o.client.curl?.exit ?? 1))

/** The client's kernel got this ICMP error. */
export const icmpIs = (trace: TraceJson, type: number, code: number): readonly Finding[] =>
  all(
    trace,
    `the client gets ICMP type ${type} code ${code}`,
    o => o.client.icmp?.type === type && o.client.icmp.code === code,
    o =>
      o.client.icmp === undefined
        ? `it gets none: ${o.client.errno === 'EMSGSIZE' ? "EMSGSIZE of the sender's own device, whose MTU is smaller than the packet" : printedBy(o)}`
        : `it gets type ${o.client.icmp.type} code ${o.client.icmp.code} from ${o.client.icmp.from}`,
  )

/** The sentence of a failed request explains it with these words; where several ways fail, one of them says so. */
export function explanationSays(trace: TraceJson, words: string): readonly Finding[] {
  const expected = `the explanation says '${words}'`
  const lost = trace.outcomes.filter(o => !isAnswered(o))
  const failed = lost.length > 0 ? lost : trace.outcomes
  if (failed.some(o => [o.explanation, o.decidedBy].some(text => text?.includes(words) === true))) return [met(expected)]
  const said = [...new Set(failed.map(o => `${o.explanation ?? 'nothing'}${o.decidedBy === null ? '' : ` (decided by ${o.decidedBy})`}`))]
  const more = said.length > MOST_WAYS ? [`and ${said.length - MOST_WAYS} more`] : []
  return [unmet(expected, `it says: ${[...said.slice(0, MOST_WAYS), ...more].join('\n')}`, { outcome: failed[0] ?? null })]
}

/** The address from which the answer seems to come: what the client sent to. */
export function replySource(trace: TraceJson, address: string): readonly Finding[] {
  return all(
    trace,
    `the answer comes from ${address}`,
    o => {
      const last = o.reply?.hops.at(-1)?.steps.at(-1)
      return o.reply?.fate === 'delivered' && last !== undefined && sameAddress(last.packet.source, address)
    },
    o =>
      o.reply !== null && o.reply.fate !== 'delivered'
        ? `it is ${o.reply.fate}`
        : `it comes from ${o.reply?.hops.at(-1)?.steps.at(-1)?.packet.source ?? 'nobody: there is no answer'}`,
  )
}
