// What this machine's kernel showed of a request, in the words of a trace: hops over the devices that saw its first packet, the rules that counted it.
// A kernel does not show when inside a namespace a rule matched: rules stand at the end of the first hop there, in the order of the rule set.
import type { Network } from '../linux/program'
import { hasPorts, type Packet } from '../linux/packet'
import type { Request } from '../path/client'
import type { Captured, RealExchange } from '../real/observed'
import type { HopJson, StepJson } from './json'
import { packetJson } from './step-json'

/** Where the request went, as far as devices saw it; `nodeOf` as in a trace. */
export function seenHops(
  network: Network,
  request: Request,
  real: RealExchange,
  nodeOf: (name: string) => string | null,
): readonly HopJson[] {
  const hops: { in: string; node: string | null; steps: StepJson[] }[] = []
  const hopIn = (name: string) => {
    if (hops.at(-1)?.in !== name) hops.push({ in: name, node: nodeOf(name), steps: [] })
    return hops.at(-1)!
  }
  const tunnels = tunnelsOf(network)
  let inside: Packet | null = null
  let wrapped: 'vxlan' | 'udp' | undefined
  for (const { namespace, device, way, packet } of requestWay(request, real, tunnels)) {
    const { steps } = hopIn(namespace)
    const json = packetJson(packet, 0)
    const tunnel = tunnelOf(packet, tunnels)
    const outer = tunnel !== undefined
    if (hops.length === 1 && steps.length === 0) steps.push({ kind: 'send', packet: json })
    if (outer && wrapped === undefined && inside !== null)
      steps.push({
        kind: 'encapsulate',
        protocol: 'udp',
        tunnel,
        device: lastDevice(steps) ?? device,
        outer: `${json.source} -> ${json.destination}`,
        packet: json,
      })
    steps.push({ kind: way === 'rx' ? 'receive' : 'transmit', device, packet: json })
    if (!outer && wrapped) steps.push({ kind: 'decapsulate', protocol: 'udp', tunnel: wrapped, device, outer: '', packet: json })
    if (!outer) inside = packet
    wrapped = tunnel
  }
  for (const hop of new Map(hops.map(h => [h.in, h])).values()) addRules(hop, real)
  deliver(hops, real)
  return hops
}

function lastDevice(steps: readonly StepJson[]): string | undefined {
  const last = steps.at(-1)
  return last !== undefined && 'device' in last ? last.device : undefined
}

/** Who carries packets in UDP, by the port that he listens on. */
type Tunnels = ReadonlyMap<number, 'vxlan' | 'udp'>

function tunnelsOf(network: Network): Tunnels {
  const devices = network.names.flatMap(name => network.program(name)?.devices ?? [])
  return new Map(
    devices.flatMap((d): readonly (readonly [number, 'vxlan' | 'udp'])[] =>
      d.kind === 'vxlan' ? [[d.udpPort, 'vxlan']] : d.kind === 'tun' ? [[d.relay.udpPort, 'udp']] : [],
    ),
  )
}

const tunnelOf = (p: Packet, tunnels: Tunnels) => (p.protocol === 'udp' ? tunnels.get(p.destinationPort) : undefined)

/** The captures of the request's first packet, by the kernel's clock; a tunnel's packet belongs to what went into it just before. */
function requestWay(request: Request, real: RealExchange, tunnels: Tunnels): readonly Captured[] {
  const servers = new Set([
    request.destinationPort,
    ...[...real.received, ...real.halfOpen].map(r => Number(/:(\d+)$/.exec(r.destination)?.[1])),
  ])
  let ours = false
  return real.packets.filter(({ packet }) => {
    if (tunnelOf(packet, tunnels) === undefined || (hasPorts(packet) && request.destinationPort === packet.destinationPort))
      ours = isRequest(packet, request, servers)
    return ours
  })
}

function isRequest(p: Packet, request: Request, servers: ReadonlySet<number>): boolean {
  if (p.protocol !== request.protocol && !(request.protocol === 'icmp' && p.protocol === 'icmpv6')) return false
  if (p.protocol === 'tcp') return p.flags.includes('syn') && !p.flags.includes('ack')
  if (p.protocol === 'sctp') return p.chunk === 'init'
  if (hasPorts(p)) return servers.has(p.destinationPort) || !servers.has(p.sourcePort)
  return p.type === (p.protocol === 'icmp' ? 8 : 128)
}

/** The rules that counted something, behind what the devices saw. */
function addRules(hop: { readonly in: string; readonly steps: StepJson[] }, real: RealExchange): void {
  const packet = hop.steps.at(-1)!.packet
  for (const { family, table, text } of real.rules[hop.in] ?? []) {
    if (text.startsWith('policy ')) continue
    const chain = /^-A (\S+)/.exec(text)?.[1] ?? table
    hop.steps.push({ kind: 'rule', family, table, chain, hook: chain, rule: text, says: null, because: null, place: null, packet })
  }
}

function deliver(hops: { readonly in: string; readonly steps: StepJson[] }[], real: RealExchange): void {
  const receiver = real.received[0]
  const last = hops.findLast(h => h.in === receiver?.namespace)
  if (receiver === undefined || last === undefined) return
  const { packet } = last.steps.at(-1)!
  const port = /:(\d+)$/.exec(receiver.destination)?.[1]
  last.steps.push({
    kind: 'deliver',
    listener: port === undefined ? null : `${packet.protocol} port ${port}`,
    packet: { ...packet, source: receiver.source, destination: receiver.destination },
  })
}
