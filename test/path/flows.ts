// Small networks written by hand, flows as rows write them, and what a row says of their end.
import { strict as assert } from 'node:assert'
import { readDocuments } from '../../src/apply/documents'
import { readNetwork } from '../../src/apply/network-document'
import { problemText } from '../../src/error'
import { BUILT_IN, type TableName } from '../../src/linux/rule'
import { freshKernels, type KernelState } from '../../src/path/kernels'
import { readFlowSpec } from '../../src/trace/flow-spec'
import type { OutcomeJson, TraceJson } from '../../src/trace/json'
import { prepare, type World } from '../../src/trace/prepare'
import { traceAll, traceWithMemory } from '../../src/trace/trace'
import type { Flow } from '../../src/trace/flow'

/** One namespace of a Network document. */
export interface Space {
  readonly devices?: Readonly<Record<string, object>>
  readonly routes?: readonly string[]
  readonly policyRules?: readonly string[]
  readonly neighbours?: readonly string[]
  readonly fdb?: readonly string[]
  readonly sysctls?: Readonly<Record<string, number>>
  readonly iptables?: string
  readonly ip6tables?: string
  readonly nftables?: string
  readonly listeners?: readonly object[]
}

/** The world of a `kind: Network` document with these namespaces. */
export function network(namespaces: Readonly<Record<string, Space>>): World {
  const text = JSON.stringify({ apiVersion: 'hopspec/v1', kind: 'Network', namespaces })
  const { documents, problems } = readDocuments([{ name: 'network.yaml', text }])
  if (problems.length > 0) throw new Error(problems.map(problemText).join('\n'))
  return { network: readNetwork(documents[0]!) }
}

/** An iptables-save text from lines `TABLE -A CHAIN …`, in their order; `policies` as `filter FORWARD`: DROP. */
export function iptables(lines: readonly string[], policies: Readonly<Record<string, 'DROP'>> = {}): string {
  const tables = [...new Set([...lines, ...Object.keys(policies)].map(l => l.split(' ')[0] as TableName))]
  return tables
    .map(table => {
      const own = lines.filter(l => l.startsWith(`${table} `)).map(l => l.slice(table.length + 1))
      const users = [...new Set(own.map(l => l.split(' ')[1]!))].filter(c => !(BUILT_IN[table] as readonly string[]).includes(c))
      const heads = [
        ...BUILT_IN[table].map(c => `:${c} ${policies[`${table} ${c}`] ?? 'ACCEPT'} [0:0]`),
        ...users.map(c => `:${c} - [0:0]`),
      ]
      return [`*${table}`, ...heads, ...own, 'COMMIT', ''].join('\n')
    })
    .join('')
}

export const SERVERS: readonly object[] = [
  { protocol: 'tcp', port: 80 },
  { protocol: 'tcp', port: 8080 },
  { protocol: 'udp', port: 53 },
]

/** The machine at the far end of the router's wire N: 10.0.N.2, with a default route and servers. */
export const machine = (n: number, rest: Space = {}): Space => ({
  devices: { eth0: { kind: 'veth', peer: `r/eth${n}`, mac: `02:00:00:00:0${n}:02`, addresses: [`10.0.${n}.2/24`] } },
  routes: [`default via 10.0.${n}.1`],
  listeners: SERVERS,
  ...rest,
})

/** A router r that forwards, with the machines a (10.0.1.2), b (10.0.2.2) and c (10.0.3.2) around it. */
export function star(spaces: { readonly r?: Space; readonly a?: Space; readonly b?: Space; readonly c?: Space } = {}): World {
  const wire = (n: number, far: string) => ({
    kind: 'veth',
    peer: `${far}/eth0`,
    mac: `02:00:00:00:0${n}:01`,
    addresses: [`10.0.${n}.1/24`],
  })
  const { sysctls, devices, ...r } = spaces.r ?? {}
  return network({
    a: machine(1, spaces.a),
    b: machine(2, spaces.b),
    c: machine(3, spaces.c),
    r: {
      ...r,
      devices: { eth1: wire(1, 'a'), eth2: wire(2, 'b'), eth3: wire(3, 'c'), ...devices },
      sysctls: { 'net.ipv4.ip_forward': 1, ...sysctls },
    },
  })
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
  readonly device?: string
  readonly broadcast?: boolean
  readonly tos?: number
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

/** The flow as the walk takes it. */
export const prepared = (world: World, row: Row): Flow => prepare(world, [specOf(row, 'network' in world)]).flows[0]!

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

/** Says what a row got when it is not what the row says, with the rules that matched. */
export function expect(world: World, row: Row, ends: string): void {
  const o = walk(world, row)
  assert.equal(said(o), ends, `${row.send}\n${matched(o)}`)
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
