// The address plan of the tests: who is who wherever an address is written in a test row. Article 001's machines first.
//
//   192.168.1.0/24   the LAN           .200 master   .201 node01   .202 node02   .50 laptop
//   10.244.K.0/24    pods of node K    .1 cni0       .0 flannel.1 (a /32)        .2 … pods
//   10.96.0.0/12     ClusterIPs        10.96.0.20 web   10.100.77.149 mytest-svc
//   10.0.N.0/24      a wire between a router and machine N: .1 the router, .2 the machine
//   203.0.113.0/24   the world         .7 phone
import type { SourceFile } from '../src/apply/source'
import { readDocuments } from '../src/apply/documents'
import { readNetwork } from '../src/apply/network-document'
import { problemText } from '../src/error'
import { freshKernels, type KernelState } from '../src/path/exchange'
import { readFlowSpec } from '../src/trace/flow-spec'
import type { OutcomeJson, TraceJson } from '../src/trace/json'
import { prepare, type World } from '../src/trace/prepare'
import { traceAll, traceWithMemory } from '../src/trace/trace'

/** The seed of every property test, so that a failure today is the failure of tomorrow. */
export const SEED = 1_001

/** A `kind: Network` document from the YAML under `namespaces:`. */
export function network(namespaces: string): World {
  const text = `apiVersion: hopspec/v1\nkind: Network\nnamespaces:\n${namespaces.replace(/^/gm, '  ')}\n`
  const { documents, problems } = readDocuments([{ name: 'network.yaml', text }] satisfies SourceFile[])
  if (problems.length > 0) throw new Error(problems.map(problemText).join('\n'))
  return { network: readNetwork(documents[0]!) }
}

/** A flow as a row writes it: `a → 10.0.2.2:80 tcp`, with anything else of a flow beside it. */
export interface Row {
  readonly send: string
  readonly ttl?: number
  readonly size?: number
  readonly dontFragment?: boolean
  readonly source?: string
  readonly sourcePort?: number
  readonly via?: string
  readonly mark?: number
}

function specOf(row: Row, bare: boolean) {
  const words = /^(\S+) → (\S+)(?: (tcp|udp|icmp|sctp))?$/.exec(row.send)
  if (!words) throw new Error(`no flow: ${row.send}`)
  const { send: _, ...rest } = row
  const from = bare && !words[1]!.includes('/') ? `namespace/${words[1]}` : words[1]
  const problems: Parameters<typeof readFlowSpec>[2] = []
  const spec = readFlowSpec({ from, to: words[2], protocol: words[3] ?? 'tcp', ...rest }, { file: 'row' }, problems)
  if (spec === undefined || problems.length > 0) throw new Error(problems.map(problemText).join('\n'))
  return spec
}

/** Every way the flow can go. */
export function trace(world: World, row: Row, kernels: KernelState = freshKernels): TraceJson {
  const { scene, flows } = prepare(world, [specOf(row, 'network' in world)])
  return traceAll(scene, flows[0]!, kernels)
}

/** Flows that follow one another: kernels remember. */
export function traceInOrder(world: World, rows: readonly Row[]): readonly TraceJson[] {
  const bare = 'network' in world
  const { scene, flows } = prepare(
    world,
    rows.map(row => specOf(row, bare)),
  )
  let kernels = freshKernels
  return flows.map(flow => {
    const walked = traceWithMemory(scene, flow, kernels)
    kernels = walked.kernels
    return walked.trace
  })
}

/** The only way the flow can go. */
export function walk(world: World, row: Row): OutcomeJson {
  const { outcomes } = trace(world, row)
  if (outcomes.length !== 1) throw new Error(`${row.send}: ${outcomes.length} ways, not one`)
  return outcomes[0]!
}

const RESULTS = (o: OutcomeJson): string =>
  o.client.icmp ? `icmp ${o.client.icmp.type}/${o.client.icmp.code} from ${o.client.icmp.from}` : (o.client.errno ?? o.client.result)

/** One outcome as a row says it: `b sees 10.0.1.2:51412 at 10.0.2.2:80; answered`, or `dropped; timeout`. */
export function said(o: OutcomeJson): string {
  const who = (o.answeredBy ?? '').replace(/^namespace\//, '')
  return `${o.fate === 'delivered' ? `${who} sees ${o.source} at ${o.destination}` : o.fate}; ${RESULTS(o)}`
}

/** The rules that matched, on the way there and back: the message of every failed row. */
export function matched(o: OutcomeJson): string {
  const legs = [['there', o.hops] as const, ['back', o.reply?.hops ?? []] as const]
  const lines = legs.flatMap(([leg, hops]) =>
    hops.flatMap(h =>
      h.steps.flatMap(s =>
        s.kind === 'rule' ? [`  ${leg}  ${h.in}  ${s.table}  ${s.rule}`] : s.kind === 'drop' ? [`  ${leg}  ${h.in}  ${s.why}`] : [],
      ),
    ),
  )
  return `decided by: ${o.decidedBy}\nrules that matched:\n${lines.join('\n')}`
}
