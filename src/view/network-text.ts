// A Network as the document that `kind: Network` reads: `hopspec program`. LANs become namespaces with a bridge, as they would be built.
import { cidrText } from '../addr/cidr'
import { ipText } from '../addr/ip'
import { macText } from '../addr/mac'
import { never } from '../error'
import { routeText } from '../linux/ip-route'
import { policyRuleText } from '../linux/ip-rule'
import { printIpsets } from '../linux/ipset'
import { printIptablesSave } from '../linux/iptables-save'
import { printNft } from '../linux/nft-ruleset'
import type { Device, InterfaceAddress, Network, Program, Route } from '../linux/program'

/** The name of a namespace without the slashes that the document uses for other things: `node/master` → `node-master`. */
export const plainName = (namespace: string): string => namespace.replace(/^namespace\//, '').replaceAll('/', '-')

const addressText = (a: InterfaceAddress): string => `${ipText(a.ip)}/${a.length}`
const LOOPBACK = new Set(['127.0.0.1/8', '::1/128'])

/** The document as a value, ready to be printed as YAML or JSON: `namespaces`, in the network's order, then one per LAN. */
export function networkDocument(network: Network): object {
  const lans = new Map<string, { readonly namespace: string; readonly device: string }[]>()
  const namespaces: Record<string, object> = {}
  for (const name of network.names) {
    const program = network.program(name)
    if (program) namespaces[plainName(name)] = namespaceOf(program, lans)
  }
  for (const [segment, ends] of lans) namespaces[segment] = lan(segment, ends)
  return { apiVersion: 'hopspec/v1', kind: 'Network', namespaces }
}

type Lans = Map<string, { readonly namespace: string; readonly device: string }[]>

function namespaceOf(p: Program, lans: Lans): object {
  const lists = {
    routes: p.routes.filter(r => !isConnected(r, p)).map(r => (typeof r.destination.ip === 'bigint' ? `-6 ${routeText(r)}` : routeText(r))),
    policyRules: p.policyRules.map(r => policyRuleText(r).replace(/^(\d+): (.*)$/, '$2 pref $1')),
    neighbours: p.neighbours.map(n => `${ipText(n.ip)} lladdr ${macText(n.mac)} dev ${n.device}`),
    fdb: p.fdb.map(e => `${macText(e.mac)} dev ${e.device} dst ${ipText(e.destination)} self permanent`),
    listeners: p.listeners.map(l => ({
      protocol: l.protocol,
      port: l.port,
      ...(l.address === null ? {} : { address: ipText(l.address) }),
    })),
  }
  return {
    devices: Object.fromEntries(p.devices.flatMap(d => deviceOf(p, d, lans))),
    ...Object.fromEntries(Object.entries(lists).filter(([, list]) => list.length > 0)),
    ...(Object.keys(p.sysctls).length > 0 ? { sysctls: p.sysctls } : {}),
    ...(p.ipsets && p.ipsets.length > 0 ? { ipset: printIpsets(p.ipsets) } : {}),
    ...(p.nftables ? { nftables: printNft(p.nftables) } : {}),
    ...(p.iptables ? { iptables: printIptablesSave(p.iptables) } : {}),
    ...(p.ip6tables ? { ip6tables: printIptablesSave(p.ip6tables) } : {}),
  }
}

/** What the reader makes itself of a device's address. */
function isConnected(r: Route, p: Program): boolean {
  return (
    r.protocol === 'kernel' &&
    r.gateway === undefined &&
    p.devices.some(d => d.name === r.device && d.addresses.some(a => a.ip === r.source || typeof a.ip === 'bigint'))
  )
}

function deviceOf(p: Program, d: Device, lans: Lans): [string, object][] {
  const addresses = d.addresses.map(addressText).filter(text => d.kind !== 'loopback' || !LOOPBACK.has(text))
  if (d.kind === 'loopback' && addresses.length === 0) return []
  const common = {
    ...(d.kind === 'loopback' ? {} : { mac: macText(d.mac), mtu: d.mtuBytes }),
    ...(addresses.length > 0 ? { addresses } : {}),
    ...(d.port
      ? {
          master: d.port.bridge,
          ...(d.port.hairpin ? { hairpin: true } : {}),
          ...(d.port.isolated ? { isolated: true } : {}),
          ...(d.port.flood ? {} : { flood: false }),
        }
      : {}),
  }
  switch (d.kind) {
    case 'veth':
      return [[d.name, { kind: d.kind, peer: `${plainName(d.peer.namespace)}/${d.peer.device}`, ...common }]]
    case 'vxlan':
      return [
        [
          d.name,
          { kind: d.kind, id: d.id, local: ipText(d.local), device: d.device, port: d.udpPort, ...(d.gbp ? { gbp: true } : {}), ...common },
        ],
      ]
    case 'tun': {
      const { program, local, udpPort, leases } = d.relay
      const via = leases.map(l => `${cidrText(l.network)} via ${ipText(l.machine)}`)
      const { mac: _, ...rest } = common
      return [[d.name, { kind: d.kind, program, local: ipText(local), port: udpPort, leases: via, ...rest }]]
    }
    case 'ethernet': {
      const ends = lans.get(d.segment) ?? []
      lans.set(d.segment, ends)
      ends.push({ namespace: plainName(p.name), device: d.name })
      return [[d.name, { kind: 'veth', peer: `${d.segment}/u${ends.length}`, ...common }]]
    }
    case 'loopback':
    case 'bridge':
      return [[d.name, { kind: d.kind, ...common }]]
    default:
      return never(d)
  }
}

/** A LAN: a bridge without an address, with a port for each card; the hooks of its machine see nothing. */
function lan(segment: string, ends: readonly { readonly namespace: string; readonly device: string }[]): object {
  const mac = (n: number) => `02:ff:00:00:${(segment.length & 255).toString(16).padStart(2, '0')}:${n.toString(16).padStart(2, '0')}`
  return {
    devices: {
      br0: { kind: 'bridge', mac: mac(0) },
      ...Object.fromEntries(
        ends.map((end, i) => [`u${i + 1}`, { kind: 'veth', peer: `${end.namespace}/${end.device}`, master: 'br0', mac: mac(i + 1) }]),
      ),
    },
    sysctls: { 'net.bridge.bridge-nf-call-iptables': 0, 'net.bridge.bridge-nf-call-ip6tables': 0 },
  }
}
