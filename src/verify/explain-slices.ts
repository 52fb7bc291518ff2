// Why the endpoints that somebody wrote serve no request: an address type that kube-proxy takes nothing from, a port of another name, a port on which nobody listens.
import { familyOf, type Ip, readIp } from '../addr/ip'
import type { EndpointSlice, Service, ServicePort } from '../apply/object-service'
import { keyOf, type State } from '../cluster/state'
import { hasSelector } from '../control/endpoint-ports'
import { slicesOf } from '../control/endpoint-slices'
import { placeText } from '../error'
import type { OutcomeJson } from '../trace/json'

type SlicePort = NonNullable<EndpointSlice['ports']>[number]

/** One sentence about the slices of a Service without a selector, for a request to `port` of its address `ip`; null where they are not the cause. */
export function explainSlices(state: State, service: Service, port: ServicePort, ip: Ip, outcome: OutcomeJson): string | null {
  if (hasSelector(service)) return null
  const slices = slicesOf(state, keyOf(service)).filter(s => (s.endpoints ?? []).length > 0)
  const family = familyOf(ip) === 'ipv4' ? 'IPv4' : 'IPv6'
  const usable = slices.filter(s => s.addressType === family)
  if (slices.length === 0) return null
  if (usable.length === 0)
    return `${named(state, slices[0]!)} has the addressType ${slices[0]!.addressType}, and kube-proxy sends what comes to an ${family} address to ${family} endpoints alone. Write an EndpointSlice with addressType: ${family} and addresses.`
  const serves = (p: SlicePort) => (p.name ?? '') === (port.name ?? '') && (p.protocol ?? 'TCP') === port.protocol
  const serving = usable.find(s => s.ports?.some(serves))
  if (serving === undefined) return otherPort(state, usable[0]!, port)
  return nobodyListens(state, serving, port, outcome)
}

function otherPort(state: State, slice: EndpointSlice, port: ServicePort): string {
  const ports = (slice.ports ?? []).map(p => `${portName(p.name)} (${p.protocol ?? 'TCP'} ${p.port})`)
  const asked = `port ${port.port} of the Service is ${portName(port.name)} (${port.protocol})`
  return `${named(state, slice)} has ${ports.join(', ') || 'no port'}, and ${asked}: ports belong together by name and protocol. Write name: ${port.name || '""'} and protocol: ${port.protocol}.`
}

const portName = (name: string | undefined): string => (name ? `the port ${name}` : 'a port without a name')

/** The slice leads to an address that is there, but to a port on which nothing listens. */
function nobodyListens(state: State, slice: EndpointSlice, { port }: ServicePort, outcome: OutcomeJson): string | null {
  if (outcome.fate !== 'refused') return null
  const ip = readIp(/^\[?(.*?)\]?:\d+$/.exec(outcome.destination)?.[1] ?? '')
  const client = state.config.externalClients.find(c => c.address === ip)
  if (ip === undefined || !(slice.endpoints ?? []).some(e => e.addresses.some(a => readIp(a) === ip))) return null
  const listens = (client?.listens ?? []).map(l => `${l.protocol.toLowerCase()} ${l.port}`)
  const who = client === undefined ? 'nothing there listens on it' : `${client.name} listens on ${listens.join(', ') || 'no port at all'}`
  const listen = client === undefined ? '' : ', or list this port under `listens` of it in the Cluster document'
  return `${named(state, slice)} sends port ${port} of the Service to ${outcome.destination}, and ${who}. Write the port on which it listens${listen}.`
}

/** `EndpointSlice shop/db-1 (db.yaml:9:1)`. */
function named(state: State, slice: EndpointSlice): string {
  const place = state.places.get(`EndpointSlice ${keyOf(slice)}`)
  return `EndpointSlice ${keyOf(slice)}${place ? ` (${placeText(place)})` : ''}`
}
