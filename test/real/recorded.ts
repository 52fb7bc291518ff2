// Recorded kernel cases, ready for the kernel at hand: the network to build, the texts to load, the flows with what was recorded.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { readDocuments } from '../../src/apply/documents'
import { readNetwork } from '../../src/apply/network-document'
import type { Network, Program } from '../../src/linux/program'
import type { RuleTexts } from '../../src/real/plan'
import { type FlowSpec, readFlowSpec } from '../../src/trace/flow-spec'
import { prepare } from '../../src/trace/prepare'
import type { Flow } from '../../src/trace/flow'

export const FOLDER = join(process.cwd(), '../shared/oracles/kernel')

export interface Recorded {
  readonly client: {
    readonly result: string
    readonly icmp: { readonly type: number; readonly code: number; readonly from: string } | null
    readonly errno: string | null
  }
  readonly answeredBy: string | null
  readonly destination: string | null
  readonly source: string | null
  readonly received?: object | readonly object[]
  readonly random?: true
  readonly conntrack?: Readonly<Record<string, readonly { original: string; reply: string; unreplied: boolean; protocol: string }[]>>
  readonly rules?: Readonly<Record<string, Readonly<Record<string, readonly (readonly (string | number)[])[]>>>>
  readonly wire?: readonly string[]
}

interface Space {
  readonly ipset?: string
  readonly iptables?: string
  readonly ip6tables?: string
  readonly nftables?: string
}

export interface RecordedCase {
  readonly id: string
  readonly topic: string
  readonly network: { readonly namespaces: Readonly<Record<string, Space>> }
  readonly stateful: boolean
  readonly flows: readonly (object & { readonly name: string; readonly result: Recorded })[]
}

/** Every n-th case of the topics, in order. */
export function recordedCases(topics: readonly string[], every: number): readonly RecordedCase[] {
  if (!existsSync(FOLDER)) return []
  return readdirSync(FOLDER)
    .filter(f => topics.includes(f.replace('.jsonl', '')))
    .sort()
    .flatMap(f => readFileSync(join(FOLDER, f), 'utf8').split('\n').filter(Boolean))
    .map(line => JSON.parse(line) as RecordedCase)
    .filter((_, i) => i % every === 0)
}

/** The network without texts that the simulator may not read, and those texts by Program. */
export function prepared(
  c: RecordedCase,
  backend: 'nft' | 'legacy',
): { network: Network; flows: readonly Flow[]; texts: (p: Program) => RuleTexts } {
  const namespaces = Object.fromEntries(
    Object.entries(c.network.namespaces).map(([name, { ipset: _, iptables: _i, ip6tables: _6, nftables: _n, ...rest }]) => [name, rest]),
  )
  const { documents } = readDocuments([{ name: 'network.yaml', text: JSON.stringify({ ...c.network, namespaces }) }])
  const network = readNetwork(documents[0]!)
  const specs = c.flows.map(({ result: _, ...flow }) => readFlowSpec(flow, { file: c.id }, []) as FlowSpec)
  const texts = (p: Program): RuleTexts => {
    const space = c.network.namespaces[p.name.replace('namespace/', '')]!
    const text = (field: keyof Space) => space[field] || null
    return { ipset: text('ipset'), iptables: text('iptables'), ip6tables: text('ip6tables'), nftables: text('nftables'), backend }
  }
  return { network, flows: prepare({ network }, specs).flows, texts }
}
