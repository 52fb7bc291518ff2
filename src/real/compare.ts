// One flow on both dataplanes: every way the simulator says it can go, against the one way that the kernel took. Differences come as data with words.
// Chance picks the way, so the kernel agrees when one of the ways is what it did. What either side cannot tell is not compared, and that is said.
import { ipText } from '../addr/ip'
import { destinationText, hasPorts, type Packet, sourceText, type TcpFlag } from '../linux/packet'
import type { Network } from '../linux/program'
import type { Step } from '../linux/step'
import type { ClientSees, Request } from '../path/client'
import { type Connection, connectionOf } from '../path/connection'
import type { Exchange } from '../path/exchange'
import type { Way } from '../path/ways'
import type { RealExchange } from './observed'

const ASPECTS = ['client', 'receiver', 'rules', 'connections', 'order', 'wire'] as const
type Aspect = (typeof ASPECTS)[number]

/** What one aspect is on either side, as sorted or ordered lines: only lines that the other does not have. */
export interface Difference {
  /** `shares`: who answered how many of many connections. `names`: what a resolver asked and was answered. */
  readonly aspect: Aspect | 'shares' | 'names'
  readonly simulated: readonly string[]
  readonly real: readonly string[]
}

export interface Comparison {
  /** The way that is nearest to what the kernel did. */
  readonly way: number
  readonly differences: readonly Difference[]
  /** What was left out, and why. */
  readonly notCompared: readonly string[]
}

/** What the simulator does not model on some way, by its own words; such a flow is not compared. */
export const unknownIn = (ways: readonly Way[]): string | undefined =>
  ways.flatMap(w => w.exchange.lost).find(l => l.kind === 'unknown')?.why

/** Compares; differences of the nearest way only. */
export function compare(network: Network, request: Request, ways: readonly Way[], real: RealExchange): Comparison {
  const tunnelPorts = tunnelPortsOf(network)
  const compared = ways.map(w => differencesOf(request, w.exchange, withinReach(network, w.exchange, real), tunnelPorts))
  const score = (d: readonly Difference[]) => d.reduce((sum, { aspect }) => sum + WEIGHT[aspect as Aspect], 0)
  const way = compared.reduce((best, d, i) => (score(d) < score(compared[best]!) ? i : best), 0)
  const tcp = request.protocol === 'tcp'
  return {
    way,
    differences: compared[way]!,
    notCompared: [
      ...real.absent,
      ...(tcp ? ['the packets of a TCP connection after its handshake'] : []),
      ...(dataLost(ways[way]!.exchange, real) ? [DATA_LOST] : []),
    ],
  }
}

/**
 * Where the simulator lets a packet go out into the world, the kernel still puts it on the last cable; nobody is there to see it.
 * Where it loses one there that a pod's or node's network should have taken, the router's kernel says so to the sender; a real world's routers mostly do not.
 */
function withinReach(network: Network, e: Exchange, real: RealExchange): RealExchange {
  const ends = network.segment(network.outside.segment ?? '').map(c => `${c.namespace.replace(/^namespace\//, '')}/${c.device}`)
  const lost = e.lost.filter(leavesForTheWorld)
  if (lost.length === 0) return real
  const told = lost.some(l => l.leg === 'reply' && l.outside)
  const unseen = (line: string) => {
    const [card, way] = line.split(' ', 2) as [string, string]
    return ends.includes(card) && (way === 'tx' || (told && / icmp (?:3\/1|1\/3) /.test(line)))
  }
  return { ...real, wire: real.wire.filter(line => e.wire.includes(line) || !unseen(line)) }
}

/** A packet that ends on the last cable, where the world begins. */
export const leavesForTheWorld = ({ kind, outside }: Exchange['lost'][number]): boolean => kind === 'left-the-cluster' || outside === true

/** Of TCP's later packets the simulator walks the ACK and the banner, and draws nothing for them; rules that count or draw may lose them. */
export const DATA_LOST = 'the TCP connection was made, and what was sent over it was lost: of its later packets few are modelled'
const dataLost = (e: Exchange, real: RealExchange): boolean =>
  real.connected && e.client.result === 'answered' && real.client.result !== 'answered'

/** Which way is nearest is decided by who received it, before rules and packets. */
const WEIGHT: Readonly<Record<Aspect, number>> = { receiver: 100, client: 100, order: 10, rules: 3, connections: 3, wire: 1 }

function differencesOf(request: Request, e: Exchange, real: RealExchange, tunnels: ReadonlySet<number>): readonly Difference[] {
  const open = hasOpenPorts(e) || translatesTunnels(e, tunnels)
  const marks = hasOpenMarks(request, e)
  const markless = (lines: readonly string[]) => (marks ? lines.map(l => l.replace(/ mark \d+/, ' mark *')) : lines)
  const aspects: Readonly<Record<Aspect, readonly [readonly string[], readonly string[]]>> = {
    client: [[clientText(e.client)], [clientText(dataLost(e, real) ? e.client : real.client)]],
    receiver: [simulatedReceiver(e, open), realReceivers(real, open)],
    rules: rulesOf(request, e, real),
    connections: [markless(simulatedConnections(e, open, tunnels)), markless(realConnections(real, open, tunnels))],
    order: [simulatedOrder(request, e), realOrder(request, real)],
    wire: request.protocol === 'tcp' || open ? [[], []] : [byDevice(e.wire, tunnels), byDevice(real.wire, tunnels)],
  }
  return ASPECTS.flatMap((aspect): readonly Difference[] => {
    const [simulated, seen] = aspects[aspect]
    if (JSON.stringify(simulated) === JSON.stringify(seen)) return []
    const only = (a: readonly string[], b: readonly string[]) => (sameLines(a, b) ? a : a.filter(l => !b.includes(l)))
    if (aspect === 'order') return [{ aspect, simulated, real: seen }]
    return [{ aspect, simulated: only(simulated, seen), real: only(seen, simulated) }]
  })
}

const sameLines = (a: readonly string[], b: readonly string[]): boolean => JSON.stringify([...a].sort()) === JSON.stringify([...b].sort())

/** A port that the kernel draws by chance: nothing can be said of it. */
const hasOpenPorts = (e: Exchange): boolean =>
  e.steps.some(({ step }) => step.kind === 'rule' && OPEN_PORTS[step.family === 'nft' ? 'nft' : 'xtables'].test(step.text)) ||
  [...e.kernels.conntrack.values()].some(({ entries }) => entries.some(entry => entry.drawnPort))

const OPEN_PORTS = {
  xtables: /--random|--to-(?:ports|source|destination) \S*\d-\d/,
  nft: /\b(?:masquerade|redirect|[sd]nat)\b.*(?:random|:\d+-\d)/,
} as const

/** A mark that each packet changes anew (what is set and not cleared first is toggled): with TCP's later packets nothing can be said of it. */
const hasOpenMarks = (request: Request, e: Exchange): boolean =>
  request.protocol === 'tcp' && e.steps.some(({ step }) => step.kind === 'rule' && toggles(step.text))

function toggles(rule: string): boolean {
  const [, set, cleared] = /-j CONNMARK (?:--set-xmark|--save-mark --nfmask) (0x[0-9a-f]+)(?:\/| --ctmask )(0x[0-9a-f]+)/.exec(rule) ?? []
  return set !== undefined && (Number(set) & ~Number(cleared)) !== 0
}

/** A tunnel's packet that is translated goes to a port that is no tunnel's, from one that the kernel drew. */
const translatesTunnels = (e: Exchange, tunnels: ReadonlySet<number>): boolean =>
  e.steps.some(
    ({ step }) => (step.kind === 'dnat' || step.kind === 'snat') && step.packet.protocol === 'udp' && tunnels.has(step.before.port),
  )

const portless = (text: string, open: boolean): string => (open ? text.replace(/:\d+$/, ':*') : text)

/** `answered`, `icmp 3/1 from 10.0.0.1`, `error EPERM`. */
export function clientText(c: ClientSees): string {
  switch (c.result) {
    case 'error':
      // Whether it had connected before is the machine's luck.
      return c.errno === 'ECONNRESET' ? 'reset' : `error ${c.errno}`
    case 'refused':
    case 'icmp':
      return c.icmp ? `${c.result} ${c.icmp.type}/${c.icmp.code} from ${ipText(c.icmp.from)}` : c.result
    default:
      return c.result
  }
}

const receiverLine = (namespace: string, destination: string, source: string): string => `${namespace} at ${destination} sees ${source}`

function simulatedReceiver(e: Exchange, open: boolean): readonly string[] {
  if (e.delivered === null) return []
  const { namespace, packet } = e.delivered
  const line = (name: string, p: Packet) => receiverLine(name, destinationText(p), portless(sourceText(p), open))
  const others = e.steps.flatMap(({ leg, step }) =>
    leg === 'request' && step.kind === 'deliver' && step.listener ? [line(step.in, step.packet)] : [],
  )
  return packet.protocol === 'udp' ? [...new Set([...others, line(namespace, packet)])].sort() : [line(namespace, packet)]
}

/** Half a connection counts as received; not where the client's side was whole, and only its ACK was lost. */
const realReceivers = (real: RealExchange, open: boolean): readonly string[] =>
  [
    ...new Set(
      [...real.received, ...(real.connected || clientText(real.client) === 'reset' ? [] : real.halfOpen)].map(r =>
        receiverLine(r.namespace, r.destination, portless(r.source, open)),
      ),
    ),
  ].sort()

/**
 * Rules that matched. The kernel's counters also count TCP's later packets and IPv6's neighbour discovery, so there what it has more counts
 * only in nat, which sees the first packet alone, where no later one begins a connection.
 */
function rulesOf(request: Request, e: Exchange, real: RealExchange): readonly [readonly string[], readonly string[]] {
  const counted = new Set(Object.keys(real.rules))
  const lines = (list: readonly string[]) => [...new Set(list)].sort()
  const walked = lines(
    e.steps.flatMap(({ step }) =>
      step.kind === 'rule' && counted.has(step.in) ? [`${step.in} ${step.family} ${step.table} ${step.text}`] : [],
    ),
  )
  const seen = lines(
    Object.entries(real.rules).flatMap(([name, hits]) =>
      hits.filter(h => !h.text.startsWith('policy ')).map(h => `${name} ${h.family} ${h.table} ${h.text}`),
    ),
  )
  const more = request.protocol === 'tcp' || typeof request.destination === 'bigint'
  const first = (line: string) => / nat -A /.test(line) && !e.begunLate.has(line.slice(0, line.indexOf(' ')))
  return [walked, more ? seen.filter(l => walked.includes(l) || first(l)) : seen]
}

function tunnelPortsOf(network: Network): ReadonlySet<number> {
  const devices = network.names.flatMap(name => network.program(name)?.devices ?? [])
  return new Set(devices.flatMap(d => (d.kind === 'vxlan' ? [d.udpPort] : [])))
}

/** A tunnel's source port is a hash with a seed of the kernel's. */
function connectionLine(namespace: string, c: Connection, open: boolean, tunnels: ReadonlySet<number>): string {
  const tunnel = c.protocol === 'udp' && tunnels.has(Number(/:(\d+)$/.exec(c.original)?.[1]))
  const [there, back] = tunnel || open ? [sourceless(c.original), withoutPort(c.reply)] : [c.original, c.reply]
  return `${namespace} ${c.protocol} ${there} | ${back} mark ${c.mark}${c.zone === 0 ? '' : ` zone ${c.zone}`}${c.unreplied ? ' unreplied' : ''}`
}

/** A tuple without the port that its sender chose, or the id that an echo has: NAT on the way draws both anew. */
const sourceless = (tuple: string): string => (tuple.includes(' id ') ? withoutPort(tuple) : tuple.replace(/:\d+ ->/, ':* ->'))
const withoutPort = (tuple: string): string => tuple.replace(/(:| id )\d+$/, '$1*')

function simulatedConnections(e: Exchange, open: boolean, tunnels: ReadonlySet<number>): readonly string[] {
  const lines = [...e.kernels.conntrack].flatMap(([name, { entries }]) =>
    entries.map(entry => connectionLine(name, connectionOf(entry), open, tunnels)),
  )
  return [...new Set(lines)].sort()
}

const realConnections = (real: RealExchange, open: boolean, tunnels: ReadonlySet<number>): readonly string[] =>
  [...new Set(Object.entries(real.conntrack).flatMap(([name, list]) => list.map(c => connectionLine(name, c, open, tunnels))))].sort()

/** The namespaces that a TCP connection's first packet passed, in their order; for others the wire tells more. */
function simulatedOrder(request: Request, e: Exchange): readonly string[] {
  if (request.protocol !== 'tcp') return []
  const passed = e.steps.filter(({ leg, step }) => leg === 'request' && showsInner(step))
  return turns(passed.map(({ step }) => step.in))
}

/** Whether a capture on the step's device would show the connection itself, and not a tunnel's outer packet. */
function showsInner(step: Step): boolean {
  const passes = ['transmit', 'receive', 'encapsulate', 'decapsulate'].includes(step.kind)
  return passes && step.packet.protocol === 'tcp'
}

function realOrder(request: Request, real: RealExchange): readonly string[] {
  if (request.protocol !== 'tcp') return []
  const opening = real.packets.filter(({ device, packet: p }) => device !== 'lo' && isTcp(p, 'syn') && !isTcp(p, 'ack'))
  return turns((opening.length > 0 ? opening : firstData(real)).map(p => p.namespace))
}

const isTcp = (p: Packet, flag: TcpFlag): boolean => p.protocol === 'tcp' && hasPorts(p) && p.flags.includes(flag)

/** Of a connection that was open before: the first packet with data, on its way to whoever answers it. */
function firstData({ packets, received }: RealExchange): RealExchange['packets'] {
  const data = packets.filter(({ device, packet }) => device !== 'lo' && isTcp(packet, 'psh'))
  const end = data.findIndex(p => p.way === 'rx' && p.namespace === received[0]?.namespace)
  return end < 0 ? data : data.slice(0, end + 1)
}

const turns = (names: readonly string[]): readonly string[] => names.filter((name, i) => name !== names[i - 1])

/**
 * Lines by device, each device's in its order, without lengths (an answer's is its server's) and without tunnels' source ports. Of pieces after the first
 * without TTL: the kernel writes the new one where the capture still reads (ip_do_fragment uses the pieces again).
 */
function byDevice(wire: readonly string[], tunnels: ReadonlySet<number>): readonly string[] {
  const devices = new Map<string, string[]>()
  for (const l of wire) {
    const plain = l.replace(/ len \d+( mf)?$/, '$1').replace(/( fragment \S+ > \S+) ttl \d+/, '$1')
    const tunnel = tunnels.has(Number(/ udp \S+ > \S+:(\d+) /.exec(plain)?.[1]))
    const line = tunnel ? plain.replace(/:\d+ > /, ':* > ') : plain
    const device = line.slice(0, line.indexOf(' '))
    const list = devices.get(device)
    if (list) list.push(line)
    else devices.set(device, [line])
  }
  return [...devices].sort(([a], [b]) => (a < b ? -1 : 1)).flatMap(([, lines]) => lines)
}

/** A difference as people read it. */
export const differenceText = (d: Difference): string =>
  `${d.aspect}: simulated ${d.simulated.join(', ') || 'nothing more'}; kernel ${d.real.join(', ') || 'nothing more'}`
