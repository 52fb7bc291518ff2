// A step of the walk as JSON: values become text.
import { ipText, socketText } from '../addr/ip'
import { never, placeText } from '../error'
import { routeText } from '../linux/ip-route'
import { destinationText, hasPorts, type Packet, type Socket, sourceText } from '../linux/packet'
import type { Step } from '../linux/step'
import { ruleSays } from './rule-says'
import type { PacketJson, StepJson } from './json'

const shown = new WeakMap<Packet, PacketJson>()

/** One packet is in many steps, and nearly always with one mark. */
export function packetJson(p: Packet, mark: number): PacketJson {
  const known = shown.get(p)
  if (known?.mark === mark) return known
  const made = showPacket(p, mark)
  shown.set(p, made)
  return made
}

function showPacket(p: Packet, mark: number): PacketJson {
  return {
    protocol: p.protocol,
    source: sourceText(p),
    destination: destinationText(p),
    ttl: p.ttl,
    lengthBytes: p.lengthBytes,
    mark,
    detail: p.protocol === 'tcp' ? p.flags.join(' ') : p.protocol === 'sctp' ? p.chunk : hasPorts(p) ? '' : `type ${p.type} code ${p.code}`,
  }
}

/** The step for reading and scripting. */
export function stepJson(s: Step): StepJson {
  const packet = packetJson(s.packet, s.mark)
  const socket = ({ ip, port }: Socket) => (hasPorts(s.packet) ? socketText(ip, port) : ipText(ip))
  switch (s.kind) {
    case 'send':
      return { kind: s.kind, packet }
    case 'receive':
    case 'transmit':
      return { kind: s.kind, device: s.device, packet }
    case 'rule':
      return {
        kind: s.kind,
        family: s.family,
        table: s.table,
        chain: s.chain,
        hook: s.hook,
        rule: s.text,
        says: s.rule === null ? null : ruleSays(s.rule),
        because: s.because,
        place: s.place ? placeText(s.place) : null,
        packet,
      }
    case 'dnat':
    case 'snat':
      return { kind: s.kind, before: socket(s.before), after: socket(s.after), by: s.by, packet }
    case 'route':
      return {
        kind: s.kind,
        device: s.device,
        gateway: s.gateway === null ? null : ipText(s.gateway),
        source: s.source === null ? null : ipText(s.source),
        local: s.local,
        route: s.route ? routeText(s.route) : null,
        packet,
      }
    case 'bridge':
      return { kind: s.kind, bridge: s.bridge, from: s.from, to: s.to, packet }
    case 'encapsulate':
    case 'decapsulate':
      return {
        kind: s.kind,
        device: s.device,
        protocol: 'udp',
        tunnel: s.protocol,
        outer: `${sourceText(s.outer)} -> ${destinationText(s.outer)}`,
        packet,
      }
    case 'conntrack':
      return { kind: s.kind, state: s.state, packet }
    case 'policy':
      return { kind: s.kind, table: s.table, chain: s.chain, policy: s.policy, packet }
    case 'forward':
      return { kind: s.kind, from: s.from, to: s.to, packet }
    case 'deliver':
      return { kind: s.kind, listener: s.listener === null ? null : `${s.listener.protocol} port ${s.listener.port}`, packet }
    case 'reject':
      return { kind: s.kind, with: s.with, why: s.why, packet }
    case 'drop':
      return { kind: s.kind, why: s.why, packet }
    default:
      return never(s)
  }
}
