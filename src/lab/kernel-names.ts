// A look-up on both dataplanes: every question's packets beside every way that the simulator says, every answer beside what the name server knows,
// and what the resolver made of them beside the simulator's look-ups.
import { ipText } from '../addr/ip'
import { lookupJson } from '../dns/json'
import type { Network } from '../linux/program'
import type { KernelState } from '../path/kernels'
import { type Checked, check, whyNotBuilt } from '../real/check'
import type { Difference } from '../real/compare'
import type { Observatory } from '../real/observe'
import type { State } from '../cluster/state'
import type { TraceJson, DnsWayJson } from '../trace/json'
import type { NameQuery } from '../trace/lookup'
import { scenery } from '../trace/prepare'
import { seenHops } from '../trace/seen'
import { answerCell, clientQuestions } from '../verify/names'
import type { KernelJson } from '../view/report/probe'
import { Apart } from './apart'
import { answerLine, type Asked, type AskedLookup, lookUpOnKernel } from './asked-on-kernel'

type Compared = KernelJson & { readonly compared: true }

/** What a look-up on the kernel came to, beside the simulator's ways of it. */
type KernelLookup =
  | { readonly json: KernelJson & { readonly compared: false } }
  /** `way`: the simulator's way that the kernel went. */
  | { readonly json: Compared; readonly way: number; readonly asked: readonly Asked[] }

/** Whoever has eyes on a network. */
export interface Eyes {
  on(network: Network): Observatory
}

/** Looks the name up on the kernel; undefined where its resolver asks nobody. */
export function lookupOnKernel(state: State, query: NameQuery, simulated: TraceJson, session: Eyes): KernelLookup | undefined {
  const scene = scenery(state)
  const { network } = scene
  const why = whyNotBuilt(network)
  if (why !== undefined) return apart(why)
  const checks: (Checked & { readonly compared: true })[] = []
  let before: KernelState | undefined
  try {
    const done = lookUpOnKernel(state, scene.names!, query, (request, carried) => {
      const checked = check(network, () => session.on(network), request, before, carried)
      if (!checked.compared) throw new Apart(checked.why)
      checks.push(checked)
      const { lost, kernels } = checked.ways[checked.comparison.way]!.exchange
      before = kernels
      return { real: checked.real, left: lost.some(l => l.kind === 'left-the-cluster') }
    })
    if (done.asked.length === 0) return undefined
    const last = done.asked.at(-1)!
    return besideWays(done, query, simulated, checks, seenHops(network, last.request, last.real, scene.nodeOf))
  } catch (error) {
    if (error instanceof Apart) return apart(error.message)
    throw error
  }
}

const apart = (why: string): KernelLookup => ({ json: { compared: false, why } })

function besideWays(
  { lookup, asked }: AskedLookup,
  query: NameQuery,
  simulated: TraceJson,
  checks: readonly (Checked & { readonly compared: true })[],
  hops: Compared['hops'],
): KernelLookup {
  const ways = simulated.dns ?? []
  const lines = linesOf({ lookup: lookupJson(lookup, query.resolver, { search: [], options: [] }) })
  const found = ways.findIndex(way => JSON.stringify(linesOf(way)) === JSON.stringify(lines))
  const differing = checks.findIndex(c => c.comparison.differences.length > 0)
  const differences = [
    ...(differing < 0 ? [] : ofQuestion(asked[differing]!, differing, asked.length, checks[differing]!.comparison.differences)),
    ...asked.flatMap(answerDifference),
    ...(found < 0 ? [{ aspect: 'names' as const, simulated: ways[0] ? linesOf(ways[0]) : [], real: lines }] : []),
  ]
  const way = Math.max(found, 0)
  const json: Compared = {
    compared: true,
    way: Math.max(
      simulated.outcomes.findIndex(o => o.dnsWay === way),
      0,
    ),
    saw: sawText(asked, lines),
    differences,
    parts: null,
    hops,
    notCompared: [...new Set([...checks.flatMap(c => c.comparison.notCompared), ...asked.flatMap(outsideText)])],
    counted: null,
  }
  return { json, way, asked }
}

/** What was asked, over what and what came, then what the program is given. */
function linesOf(way: Pick<DnsWayJson, 'lookup'>): readonly string[] {
  const { result, failure, resolver } = way.lookup
  const questions = clientQuestions(way).map(q => `${q.name} ${q.type} ${q.transport} ${q.server}: ${answerCell(q)}`)
  return [...questions, `${resolver} finds ${failure ?? result.join(', ')}`]
}

function ofQuestion({ query: { question } }: Asked, at: number, of: number, differences: readonly Difference[]): readonly Difference[] {
  const which = `question ${at + 1} of ${of}, ${question.name} ${question.type}: `
  const told = (lines: readonly string[]) => lines.map(line => `${which}${line}`)
  return differences.map(d => ({ ...d, simulated: told(d.simulated), real: told(d.real) }))
}

const answerDifference = ({ differs }: Asked): readonly Difference[] =>
  differs === null ? [] : [{ aspect: 'names', simulated: [answerLine(differs[0])], real: [answerLine(differs[1])] }]

/** The last line of what the resolver made of it, and who was asked. */
function sawText(asked: readonly Asked[], lines: readonly string[]): readonly string[] {
  const received = asked.flatMap(a => [...a.real.received, ...a.real.halfOpen].map(r => `${r.namespace} at ${r.destination}`))
  const who = [...new Set(received)].map(name => `${name} is asked ${received.filter(r => r === name).length} times`)
  return [lines.at(-1)!, ...who]
}

const outsideText = ({ outside, query: { server } }: Asked): readonly string[] =>
  outside ? [`answers of ${ipText(server)}: it is in the world outside, of which nothing is built`] : []
