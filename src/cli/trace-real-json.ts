// What `hopspec trace --dataplane real|both` tells of one flow, as JSON. What the kernel does not show is absent.
import { ipText } from '../addr/ip'
import { captureText } from '../linux/packet'
import type { Difference } from '../real/compare'
import type { RealExchange, Receiver } from '../real/observed'
import type { ClientJson, FlowJson, OutcomeJson } from '../trace/json'

/** One question of a resolver. */
export interface AskedJson {
  readonly server: string
  readonly transport: string
  readonly question: string
  /** What it was answered, or why not. */
  readonly answer: string
  readonly received: readonly string[]
}

/** What the kernel did, in the words of a trace. */
interface RealJson {
  readonly client: Pick<ClientJson, 'result' | 'icmp' | 'errno'>
  readonly answeredBy: string | null
  readonly destination: string | null
  readonly source: string | null
  /** Every socket and kernel that took the request, answered or not. */
  readonly received: readonly Receiver[]
  readonly conntrack: RealExchange['conntrack']
  /** Rules that matched, in the order of the rule set, with the packets counted. */
  readonly rules: Readonly<
    Record<string, readonly { readonly family: string; readonly table: string; readonly rule: string; readonly packets: number }[]>
  >
  readonly hops: readonly {
    readonly in: string
    readonly steps: readonly { readonly kind: 'receive' | 'transmit'; readonly device: string; readonly packet: string }[]
  }[]
  readonly wire: readonly string[]
  readonly absent: readonly string[]
}

/** One flow's line of JSON. */
export interface RealTraceJson {
  readonly flow: FlowJson
  readonly outcomes?: readonly OutcomeJson[]
  /** Of a name: what its resolver asked on the kernel. */
  readonly asked?: readonly AskedJson[]
  readonly real: RealJson | null
  /** `both` only. `skipped`: why the two cannot be compared. */
  readonly comparison?:
    | { readonly outcome: number; readonly differences: readonly Difference[]; readonly notCompared: readonly string[] }
    | { readonly skipped: string }
}

/** The kernel's side as JSON; source and destination are the answerer's. */
export function realJson(r: RealExchange): RealJson {
  const answerer = r.client.result === 'answered' ? (r.received[0] ?? null) : null
  const taken = answerer ?? r.received[0] ?? r.halfOpen[0] ?? null
  return {
    client: clientJson(r),
    answeredBy: answerer?.namespace ?? null,
    destination: taken?.destination ?? null,
    source: taken?.source ?? null,
    received: [...r.received, ...r.halfOpen],
    conntrack: r.conntrack,
    rules: Object.fromEntries(
      Object.entries(r.rules).map(([name, hits]) => [
        name,
        hits.filter(h => !h.text.startsWith('policy ')).map(({ family, table, text, packets }) => ({ family, table, rule: text, packets })),
      ]),
    ),
    hops: hopsOf(r),
    wire: r.wire,
    absent: r.absent,
  }
}

function clientJson({ client }: RealExchange): RealJson['client'] {
  if (client.result === 'error') return { result: client.result, errno: client.errno }
  if (!('icmp' in client) || client.icmp === null) return { result: client.result }
  const { type, code, from, mtuBytes } = client.icmp
  return { result: client.result, icmp: { type, code, from: ipText(from), ...(mtuBytes !== undefined && { mtu: mtuBytes }) } }
}

function hopsOf(r: RealExchange): RealJson['hops'] {
  const hops: { in: string; steps: RealJson['hops'][number]['steps'][number][] }[] = []
  for (const { namespace, device, way, packet } of r.packets) {
    if (hops.at(-1)?.in !== namespace) hops.push({ in: namespace, steps: [] })
    hops.at(-1)!.steps.push({ kind: way === 'rx' ? 'receive' : 'transmit', device, packet: captureText(packet) })
  }
  return hops
}
