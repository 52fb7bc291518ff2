// The real dataplane proves itself: recorded networks are built again on this machine's kernel, and everything observed must be what was recorded.
import { strict as assert } from 'node:assert'
import { existsSync } from 'node:fs'
import { describe, test } from 'vitest'
import { ipText } from '../../src/addr/ip'
import { build } from '../../src/real/build'
import { Observatory } from '../../src/real/observe'
import type { RealExchange } from '../../src/real/observed'
import { unavailable } from '../../src/real/rights'
import { FOLDER, prepared, type Recorded, type RecordedCase, recordedCases } from './recorded'

const why = existsSync(FOLDER) ? unavailable() : `${FOLDER} is absent`
const TOPICS = ['nat', 'filter', 'hooks', 'routing', 'bridge', 'tunnel', 'ipset', 'nft', 'node', 'random']
/** A share of all cases: some fifteen networks, some two hundred flows. */
const EVERY = 16

/** Flows that this builder does not repeat, with the reason. */
const DIFFERENT: Readonly<Record<string, string>> = {
  'routing-martian-al0-rl0': 'depends on which neighbours were known before the flow',
  'nft-match-fib': 'the order of answers to a broadcast',
}

function clientWords(c: Recorded['client']): string
function clientWords(c: RealExchange['client']): string
function clientWords(c: Recorded['client'] | RealExchange['client']): string {
  if (c.result === 'error') return `error ${'errno' in c ? c.errno : ''}`
  if (!('icmp' in c) || c.icmp === null) return c.result
  const { type, code, from } = c.icmp
  return `${c.result} ${type}/${code} from ${typeof from === 'string' ? from : ipText(from)}`
}

interface Parts {
  readonly client: string
  readonly received: readonly string[]
  readonly connections: readonly string[]
  readonly rules: readonly string[]
  readonly wire: readonly string[]
}

const sorted = (lines: readonly string[]): readonly string[] => [...new Set(lines)].sort()
const bare = (name: string): string => name.replace(/^namespace\//, '')

function recordedParts(want: Recorded): Partial<Parts> {
  const told = [want.received ?? want].flat() as readonly { answeredBy?: string; by?: string; destination: string; source: string }[]
  return {
    client: clientWords(want.client),
    received: sorted(told.flatMap(r => ((r.answeredBy ?? r.by) ? [`${r.answeredBy ?? r.by} ${r.destination} ${r.source}`] : []))),
    ...(want.conntrack && { connections: connectionLines(want.conntrack) }),
    ...(want.rules && {
      rules: sorted(
        Object.entries(want.rules).flatMap(([name, families]) =>
          Object.entries(families).flatMap(([family, lines]) => (family === 'nft' ? [] : lines.map(l => [name, family, ...l].join(' | ')))),
        ),
      ),
    }),
    ...(want.wire && { wire: byDevice(want.wire) }),
  }
}

function realParts(got: RealExchange): Parts {
  return {
    client: clientWords(got.client),
    received: sorted([...got.received, ...got.halfOpen].map(r => `${r.namespace} ${r.destination} ${r.source}`)),
    connections: connectionLines(got.conntrack),
    rules: sorted(
      Object.entries(got.rules).flatMap(([name, hits]) =>
        hits.filter(h => h.family !== 'nft').map(h => [bare(name), h.family, h.table, h.text, h.packets].join(' | ')),
      ),
    ),
    wire: byDevice(got.wire),
  }
}

const connectionLines = (all: NonNullable<Recorded['conntrack']> | RealExchange['conntrack']): readonly string[] =>
  sorted(
    Object.entries(all).flatMap(([name, list]) =>
      list.map(e => `${bare(name)} ${e.protocol} ${e.original} | ${e.reply}${e.unreplied ? ' unreplied' : ''}`),
    ),
  )

/** Without lengths (an answer's is its server's) and without the source port of a tunnel (a hash). */
const byDevice = (wire: readonly string[]): readonly string[] =>
  wire
    .map(l => l.replace(/ len \d+/, '').replace(/:\d+( > \S+:(?:8472|4789) )/, ':0$1'))
    .map((l, i) => ({ l, i, device: l.split(' ')[0]! }))
    .sort((a, b) => (a.device < b.device ? -1 : a.device > b.device ? 1 : a.i - b.i))
    .map(({ l }) => l)

/** Chance decides, or picks a port: nothing is equal twice. */
const byChance = (want: Recorded): boolean => want.random === true || /:0["\s]|id 0"/.test(JSON.stringify({ ...want, wire: [] }))
/** A kernel sends six errors about missing routes at once and then one a second; the recorder waited in between. */
const errorAboutRoutes = (want: Recorded): boolean => want.client.result === 'icmp' && want.client.icmp?.type === 3

function replay(c: RecordedCase): readonly string[] {
  const { network, flows, texts } = prepared(c, 'legacy')
  const built = build(network, { texts })
  const wrong: string[] = []
  try {
    const eyes = new Observatory(built)
    for (const [i, { request }] of flows.entries()) {
      const { name, result } = c.flows[i]!
      if (!c.stateful) eyes.forget()
      const got = eyes.send(request)
      if (byChance(result) || (errorAboutRoutes(result) && got.client.result === 'timeout')) continue
      const [want, seen] = [recordedParts(result), realParts(got)]
      for (const part of Object.keys(want) as (keyof Parts)[])
        if (!(part === 'rules' && typeof request.destination === 'bigint') && JSON.stringify(want[part]) !== JSON.stringify(seen[part]))
          wrong.push(`${name}, ${part}: recorded ${JSON.stringify(want[part])}, now ${JSON.stringify(seen[part])}`)
    }
  } finally {
    built.close()
  }
  return wrong
}

describe.skipIf(why !== undefined)(`recorded networks, built again${why ? ` (skipped: ${why})` : ''}`, () => {
  for (const c of why === undefined ? recordedCases(TOPICS, EVERY) : [])
    test(c.id, { skip: DIFFERENT[c.id] !== undefined, timeout: 60_000 }, () => assert.deepEqual(replay(c), []))
})
