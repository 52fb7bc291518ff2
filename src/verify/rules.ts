// Rules of a node and rules that a packet visited, against the lines of a scenario. Lines are compared as iptables-save prints them.
import type { TraceJson } from '../trace/json'
import { type Finding, finding, met, unmet } from './finding'
import { nearest } from '../cluster/nearest'

/** The chain that `-A CHAIN …` or `:CHAIN …` speaks of; undefined for other lines. */
const chainOf = (line: string): string | undefined => /^(?:-A |:)(\S+)/.exec(line)?.[1]

const linesOf = (text: string): readonly string[] =>
  text
    .split('\n')
    .map(l => l.trimEnd())
    .filter(l => l !== '')

/** Every wanted line is there, and those of one chain stand in that order. */
export function rulesContain(actual: string, wanted: readonly string[]): readonly Finding[] {
  const lines = linesOf(actual)
  const reached = new Map<string, number>()
  return wanted.map(line => {
    const expected = `the rules contain\n${line}`
    const at = lines.indexOf(line)
    if (at < 0) return unmet(expected, nearLine(line, lines))
    const chain = chainOf(line) ?? ''
    const before = reached.get(chain) ?? -1
    reached.set(chain, at)
    return finding(at > before, `${expected}\nafter\n${lines[before] ?? ''}`, 'it stands before that line')
  })
}

/** Each line, or word of a line, was there before the last change and is gone now. */
export function rulesLeft(before: string, after: string, gone: readonly string[]): readonly Finding[] {
  const holds = (lines: readonly string[], line: string) => lines.find(l => l === line || (!line.includes(' ') && l.includes(line)))
  const [old, now] = [linesOf(before), linesOf(after)]
  return gone.flatMap(line => {
    const still = holds(now, line)
    const expected = `the rules no longer contain\n${line}`
    const words = old.flatMap(l => (line.includes(' ') ? [l] : l.split(' ')))
    return [
      finding(still === undefined, expected, `there is still\n${still}`),
      finding(
        holds(old, line) !== undefined,
        expected,
        `it was not there before the last change either; the nearest then was\n${nearest(line, [...new Set(words)])}`,
      ),
    ]
  })
}

/** The chain holds exactly these rules, in this order. */
export function chainIs(actual: string, chain: string, wanted: readonly string[]): readonly Finding[] {
  const all = linesOf(actual)
  const expected = `chain ${chain} is exactly\n${wanted.join('\n')}`
  const chains = all.flatMap(l => (l.startsWith(':') ? [chainOf(l)!] : []))
  if (!chains.includes(chain)) return [unmet(expected, `there is no such chain; the nearest is ${nearest(chain, chains) ?? 'unlike it'}`)]
  const lines = all.filter(l => l.startsWith(`-A ${chain} `))
  const first = [...wanted, undefined].findIndex((line, i) => line !== lines[i])
  return [first < 0 ? met(expected) : unmet(expected, `it is\n${lines.join('\n') || '(empty)'}`, { why: `line ${first + 1} differs` })]
}

function nearLine(line: string, lines: readonly string[]): string {
  const chain = chainOf(line)
  const sameChain = lines.filter(l => chain !== undefined && chainOf(l) === chain)
  const candidates = sameChain.length > 0 ? sameChain : lines.filter(l => l.startsWith(line.slice(0, 3))).slice(0, 2000)
  const near = nearest(line, candidates)
  return near === undefined
    ? `there is no such line${chain ? `, and nothing like it in chain ${chain}` : ''}`
    : `there is no such line; the nearest is\n${near}`
}

interface Visited {
  readonly chain: string
  readonly rule: string
  readonly because: string | null
  readonly place: string | null
}

/** The rules that matched the request in any outcome, each once, in order. */
function visitedRules(trace: TraceJson): readonly Visited[] {
  const seen = new Map<string, Visited>()
  for (const hop of trace.outcomes.flatMap(o => o.hops))
    for (const step of hop.steps) if (step.kind === 'rule') seen.set(`${hop.in} ${step.rule}`, step)
  return [...seen.values()]
}

/** Each line, or chain by its bare name, was matched by the request. */
export function rulesVisited(trace: TraceJson, wanted: readonly string[]): readonly Finding[] {
  const visited = visitedRules(trace)
  return wanted.map(line => {
    const hit = visited.some(v => v.rule === line || v.chain === line)
    const near = line.includes(' ')
      ? nearest(
          line,
          visited.map(v => v.rule),
        )
      : nearest(line, [...new Set(visited.map(v => v.chain))])
    return finding(
      hit,
      `the request visits\n${line}`,
      near === undefined ? 'it does not' : `it does not; the nearest that it visits is\n${near}`,
      {
        outcome: trace.outcomes[0] ?? null,
      },
    )
  })
}

/** None of the lines or chains was matched by the request. */
export function rulesNotVisited(trace: TraceJson, unwanted: readonly string[]): readonly Finding[] {
  const visited = visitedRules(trace)
  return unwanted.map(line => {
    const hit = visited.find(v => v.rule === line || v.chain === line)
    return finding(hit === undefined, `the request does not visit\n${line}`, `it does: ${hit?.rule}`, {
      outcome: trace.outcomes[0] ?? null,
    })
  })
}

/** Some rule that the request visits was made for this object. */
export function visitedBecause(trace: TraceJson, because: string): Finding {
  const reasons = [...new Set(visitedRules(trace).flatMap(v => (v.because === null ? [] : [v.because])))]
  return finding(
    reasons.includes(because),
    `a rule made for ${because} decides`,
    `the rules were made for ${reasons.join(', ') || 'nothing that hopspec knows'}`,
    {
      outcome: trace.outcomes[0] ?? null,
    },
  )
}
