// What a real kernel did with recorded networks, against what we say: the number of flows that agree may only rise. kernel-figures.json holds it.
// Compared: what the sender sees, who received it and how it looked there, the rules that matched. Not: the order on the wire, conntrack.
import { strict as assert } from 'node:assert'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'vitest'
import { readDocuments } from '../../src/apply/documents'
import { readNetwork } from '../../src/apply/network-document'
import { HopspecError } from '../../src/error'
import { freshKernels } from '../../src/path/kernels'
import { type FlowSpec, readFlowSpec } from '../../src/trace/flow-spec'
import type { OutcomeJson, TraceJson } from '../../src/trace/json'
import { prepare } from '../../src/trace/prepare'
import { traceAll, traceWithMemory } from '../../src/trace/trace'

const FOLDER = join(process.cwd(), '../shared/oracles/kernel')
const FIGURES = 'test/path/kernel-figures.json'

interface Receiver {
  readonly answeredBy?: string | null
  readonly by?: string | null
  readonly destination?: string | null
  readonly source?: string | null
}
interface Result extends Receiver {
  readonly client: {
    readonly result: string
    readonly icmp: { type: number; code: number; from: string } | null
    readonly errno: string | null
  }
  readonly received?: Receiver | readonly Receiver[]
  readonly random?: true
  readonly rules?: Readonly<Record<string, Readonly<Record<string, readonly (readonly [string, string, ...(string | number)[]])[]>>>>
}
interface Case {
  readonly id: string
  readonly network: object
  readonly stateful: boolean
  readonly flows: readonly (object & { readonly result: Result })[]
}

type Verdict = 'agrees' | 'unknown' | 'wrong'

function tracesOf(c: Case): readonly TraceJson[] {
  const { documents } = readDocuments([{ name: 'network.yaml', text: JSON.stringify(c.network) }])
  const specs = c.flows.map(({ result: _, ...flow }) => readFlowSpec(flow, { file: c.id }, []) as FlowSpec)
  const { scene, flows } = prepare({ network: readNetwork(documents[0]!) }, specs)
  let kernels = freshKernels
  return flows.map(flow => {
    if (!c.stateful) return traceAll(scene, flow)
    const walked = traceWithMemory(scene, flow, kernels)
    kernels = walked.kernels
    return walked.trace
  })
}

const clientWords = (c: Result['client'] | OutcomeJson['client']): string =>
  [
    c.result,
    c.result === 'error' ? c.errno : '',
    c.icmp && c.result !== 'error' ? `${c.icmp.type}/${c.icmp.code} from ${c.icmp.from}` : '',
  ].join(' ')

/** `anyPort`: the source port fell by chance (--random-fully). */
function receiverAgrees(want: Result, o: OutcomeJson, anyPort: boolean): boolean {
  const got = o.fate === 'delivered' ? o : null
  const told = [want.received ?? want].flat() as readonly Receiver[]
  const bare = <T extends string | null | undefined>(source: T) => (anyPort ? (source?.replace(/:\d+$/, '') as T) : source)
  const port = (w: string | null | undefined, g: string) => (w?.endsWith(':0') ? g.replace(/\d+$/, '0') : g)
  return told.some(w => {
    const who = w.answeredBy ?? w.by ?? null
    if (who === null && w.destination == null) return got === null
    return (
      got !== null &&
      got.answeredBy === who &&
      port(w.destination, got.destination) === w.destination &&
      port(bare(w.source), bare(got.source)) === bare(w.source)
    )
  })
}

/** `vmapsToo`: the recordings of kube-proxy's rule sets leave out rules with a verdict map. */
function rulesAgree(want: NonNullable<Result['rules']>, o: OutcomeJson, vmapsToo: boolean): boolean {
  const recorded = Object.entries(want).flatMap(([ns, families]) =>
    Object.entries(families).flatMap(([family, lines]) =>
      lines.filter(l => !l[1].startsWith('policy ')).map(l => [ns, family, ...l.slice(0, -1)].join(' | ')),
    ),
  )
  const traced = [...o.hops, ...(o.reply?.hops ?? [])].flatMap(h =>
    h.steps.flatMap(s =>
      s.kind === 'rule' && !(!vmapsToo && s.family === 'nft' && / vmap /.test(s.rule))
        ? [
            [
              h.in.replace(/^namespace\//, ''),
              s.family,
              ...(s.family === 'nft' ? [`table ${s.table}`, `chain ${s.chain}`] : [s.table]),
              s.rule,
            ].join(' | '),
          ]
        : [],
    ),
  )
  return JSON.stringify([...new Set(recorded)].sort()) === JSON.stringify([...new Set(traced)].sort())
}

function judge(want: Result, { outcomes }: TraceJson, anyPort: boolean, vmapsToo: boolean): Verdict {
  if (outcomes.some(o => o.fate === 'unknown' || o.reply?.fate === 'unknown')) return 'unknown'
  if (want.random) {
    const got = [...new Set(outcomes.flatMap(o => (o.fate === 'delivered' && o.answeredBy ? [o.answeredBy] : [])))].sort()
    return JSON.stringify([...(want.answeredBy as unknown as readonly string[])].sort()) === JSON.stringify(got) ? 'agrees' : 'wrong'
  }
  const [o] = outcomes
  if (o === undefined || outcomes.length > 1) return 'wrong'
  const wanted = clientWords(want.client)
  const client =
    want.client.result === 'refused' && !want.client.icmp
      ? clientWords({ result: o.client.result, icmp: null, errno: null })
      : clientWords(o.client)
  return client === wanted && receiverAgrees(want, o, anyPort) && (!want.rules || rulesAgree(want.rules, o, vmapsToo)) ? 'agrees' : 'wrong'
}

describe.skipIf(!existsSync(FOLDER))(`flows as a kernel handled them (skipped when ${FOLDER} is absent)`, () => {
  if (!existsSync(FOLDER)) test.skip(`the recorded flows (skipped: ${FOLDER} is absent)`)
  const figures = JSON.parse(readFileSync(FIGURES, 'utf8')) as Record<string, number>
  const found: Record<string, number> = {}
  for (const file of existsSync(FOLDER)
    ? readdirSync(FOLDER)
        .filter(f => f.endsWith('.jsonl'))
        .sort()
    : []) {
    const topic = file.replace('.jsonl', '')
    test(topic, () => {
      const wrong: string[] = []
      let agree = 0
      for (const line of readFileSync(join(FOLDER, file), 'utf8').split('\n').filter(Boolean)) {
        const c = JSON.parse(line) as Case
        let traces: readonly TraceJson[]
        try {
          traces = tracesOf(c)
        } catch (error) {
          if (!(error instanceof HopspecError)) throw error
          continue // refused by name
        }
        for (const [i, flow] of c.flows.entries()) {
          const verdict = judge(flow.result, traces[i]!, /random-fully|fully-random/.test(line), topic !== 'node')
          if (verdict === 'agrees') agree++
          else if (verdict === 'wrong') wrong.push(`${c.id} / ${(flow as { name?: string }).name}`)
        }
      }
      found[topic] = agree
      if (process.env.UPDATE) writeFileSync(FIGURES, `${JSON.stringify({ ...figures, ...found }, null, 2)}\n`)
      else {
        assert.ok(
          agree >= (figures[topic] ?? 0),
          `${topic}: ${agree} flows agree, ${figures[topic]} did before. Wrong now:\n${wrong.join('\n')}`,
        )
        assert.equal(agree, figures[topic] ?? 0, `${topic} has become better: write its figure into ${FIGURES} (UPDATE=1)`)
      }
    })
  }
})
