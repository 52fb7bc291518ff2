// Regression cases: a small network, its flows, and what the kernel did with them, as a YAML document under test/real/cases/.
import { parse, stringify } from 'yaml'
import { ipText, parseIp } from '../../../src/addr/ip'
import type { Packet } from '../../../src/linux/packet'
import type { ClientSees } from '../../../src/path/client'
import type { Connection } from '../../../src/path/connection'
import type { RealExchange, Receiver } from '../../../src/real/observed'
import type { FlowDoc, Sample } from './sample'

/** What the kernel did with one flow; what stands in a file. */
interface Recorded {
  readonly client: { readonly result: string; readonly errno?: string; readonly icmp?: string }
  readonly received?: readonly Receiver[]
  readonly halfOpen?: readonly Receiver[]
  readonly conntrack?: Readonly<Record<string, readonly Connection[]>>
  /** `family | table | rule | packets`, by namespace. */
  readonly rules?: Readonly<Record<string, readonly string[]>>
  readonly wire?: readonly string[]
  /** TCP: the namespaces of the first packet, in their order. */
  readonly order?: readonly string[]
  readonly connected?: true
}

export interface Case {
  /** What it is about, one sentence. */
  readonly says: string
  readonly sample: Sample
  readonly kernel: readonly RealExchange[]
}

const filled = <T extends object>(all: T): T => Object.fromEntries(Object.entries(all).filter(([, v]) => v !== undefined)) as T
const orNone = <T extends object>(list: T): T | undefined => (Object.keys(list).length > 0 ? list : undefined)

export function printCase(c: Case): string {
  const flows = c.sample.flows.map((flow, i) => ({ ...flow, kernel: recordedOf(c.kernel[i]!) }))
  return stringify({ says: c.says, stateful: c.sample.stateful, namespaces: c.sample.spaces, flows }, { lineWidth: 0 })
}

export function readCase(text: string): Case {
  const read = parse(text) as { says: string; stateful: boolean; namespaces: Sample['spaces']; flows: (FlowDoc & { kernel: Recorded })[] }
  const flows = read.flows.map(({ kernel: _, ...flow }) => flow)
  return {
    says: read.says,
    sample: { spaces: read.namespaces, stateful: read.stateful, flows },
    kernel: read.flows.map(f => exchangeOf(f.kernel)),
  }
}

function recordedOf(real: RealExchange): Recorded {
  const rules = Object.entries(real.rules).map(([name, hits]) => [
    name,
    hits.filter(h => !h.text.startsWith('policy ')).map(h => [h.family, h.table, h.text, h.packets].join(' | ')),
  ])
  const first = real.packets.filter(
    ({ device, packet: p }) => device !== 'lo' && p.protocol === 'tcp' && p.flags.includes('syn') && !p.flags.includes('ack'),
  )
  return filled({
    client: clientOf(real.client),
    received: orNone(real.received),
    halfOpen: orNone(real.halfOpen),
    conntrack: orNone(real.conntrack),
    rules: orNone(Object.fromEntries(rules)),
    wire: orNone(real.wire.filter(l => !/ tcp /.test(l))),
    order: orNone(first.map(p => p.namespace)),
    connected: real.connected || undefined,
  }) as Recorded
}

function clientOf(c: ClientSees): Recorded['client'] {
  if (c.result === 'error') return { result: c.result, errno: c.errno }
  if (!('icmp' in c) || c.icmp === null) return { result: c.result }
  return { result: c.result, icmp: `${c.icmp.type}/${c.icmp.code} from ${ipText(c.icmp.from)}` }
}

function clientFrom({ result, errno, icmp }: Recorded['client']): ClientSees {
  if (result === 'error') return { result, errno: errno! }
  if (result === 'answered' || result === 'timeout' || result === 'closed' || result === 'reset') return { result }
  const told = /^(\d+)\/(\d+) from (.*)$/.exec(icmp ?? '')
  return {
    result: result as 'refused' | 'icmp',
    icmp: told && { type: Number(told[1]), code: Number(told[2]), from: parseIp(told[3]!) },
  }
}

const SYN = { protocol: 'tcp', sourcePort: 0, flags: ['syn'] } as unknown as Packet

function exchangeOf(r: Recorded): RealExchange {
  return {
    client: clientFrom(r.client),
    connected: r.connected ?? false,
    sourcePort: 0,
    received: r.received ?? [],
    halfOpen: r.halfOpen ?? [],
    conntrack: r.conntrack ?? {},
    rules: Object.fromEntries(
      Object.entries(r.rules ?? {}).map(([name, hits]) => [
        name,
        hits.map(h => {
          const [family, table, ...rest] = h.split(' | ') as ['ip', string, ...string[]]
          return { family, table, text: rest.slice(0, -1).join(' | '), packets: Number(rest.at(-1)) }
        }),
      ]),
    ),
    packets: (r.order ?? []).map(namespace => ({ namespace, device: 'eth0', way: 'tx' as const, packet: SYN })),
    wire: r.wire ?? [],
    absent: [],
  }
}
