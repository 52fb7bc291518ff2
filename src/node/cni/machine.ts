// A machine while CNI plugins work on it: its namespaces with their devices, addresses, routes and sysctls as the kernel keeps them, its iptables and nftables, its files.
// Changed in place by the functions of this room, and by nothing else. Not simulated: duplicate address detection, router advertisements, devices that rename.
import { contains, networkOf } from '../../addr/cidr'
import { bitsOf, type Family, familyOf, type Ip, isLinkLocal, parseIp } from '../../addr/ip'
import type { Route } from '../../linux/program'
import { emptyTables, type KernelTables } from '../kernel-tables'
import type { Attachment, GivenAddress } from './attachment'
import type { HostportState } from './portmap-nft'
import { CNI_FACTS, type CniFacts, type CniVersion } from './profile'
import { addressRoute, addRoute, dropRoutes } from './route-table'
import type { CniAddress, CniDevice, CniSpace } from './space'

export interface CniHost {
  readonly facts: CniFacts
  readonly spaces: Map<string, CniSpace>
  readonly tables: Readonly<Record<Family, KernelTables>>
  /** Containers with ipMasq by nftables; null: the table was never made. */
  masqueraded: readonly Attachment[] | null
  /** What portmap holds in nftables, for each family; null: its table was never made. */
  readonly hostports: Record<Family, HostportState | null>
  /** By path. */
  readonly files: Map<string, string>
  /** Names and MACs of devices, which a real machine draws at random. */
  readonly draw: { veth(of: string): string; mac(of: string): string }
}

export const NODE = 'node'
const LO_BYTES = 65_536
export const ETHERNET_BYTES = 1500
const ZERO_MAC = '00:00:00:00:00:00'
const CARD_MAC = '02:00:00:00:00:01'
const [LOCALHOST, LOCALHOST6] = [parseIp('127.0.0.1'), parseIp('::1')]

type DeviceSpec = Pick<CniDevice, 'name' | 'kind' | 'mac'> & Partial<CniDevice>
const device = (spec: DeviceSpec): CniDevice => ({
  mtuBytes: ETHERNET_BYTES,
  up: false,
  macKept: false,
  promiscuous: false,
  hadPorts: false,
  port: null,
  addresses: [],
  sysctls: new Map(),
  ...spec,
})

/** A machine as it is before the first call: its card, and nothing of a plugin's. */
export function freshHost(version: CniVersion, card: readonly GivenAddress[], routes: readonly Route[]): CniHost {
  let drawn = 0
  const hex = (text: string) => (++drawn * 0x9e3779b1 + text.length).toString(16).padStart(8, '0').slice(-8)
  const host: CniHost = {
    facts: CNI_FACTS[version],
    spaces: new Map(),
    tables: { ipv4: emptyTables('ipv4'), ipv6: emptyTables('ipv6') },
    masqueraded: null,
    hostports: { ipv4: null, ipv6: null },
    files: new Map(),
    draw: { veth: of => `veth${hex(of)}`, mac: of => `fa:${(hex(of).match(/../g) ?? []).join(':')}` },
  }
  const node = spaceOf(host, NODE)
  setUp(host, node, deviceIn(node, 'lo')!)
  const eth0 = newDevice(node, { name: 'eth0', kind: 'ethernet', mac: CARD_MAC })
  setUp(host, node, eth0)
  for (const a of card) addAddress(node, eth0, { ...a, ...(familyOf(a.ip) === 'ipv6' && { nodad: true as const }) })
  for (const route of routes) addRoute(node, route, 'exclusive')
  return host
}

/** A namespace by its name, made as the runtime makes one: lo is down. */
export function spaceOf(host: CniHost, name: string): CniSpace {
  let space = host.spaces.get(name)
  if (space === undefined) {
    host.spaces.set(name, (space = { name, devices: [], routes: [], sysctls: new Map() }))
    newDevice(space, { name: 'lo', kind: 'loopback', mac: ZERO_MAC, mtuBytes: LO_BYTES })
  }
  return space
}

/** A namespace goes with its devices, and with them their other ends. */
export function deleteSpace(host: CniHost, name: string): void {
  for (const d of host.spaces.get(name)?.devices ?? []) deleteDevice(host, name, d.name)
  host.spaces.delete(name)
}

export const deviceIn = (space: CniSpace, name: string): CniDevice | undefined => space.devices.find(d => d.name === name)

/** A device comes, down, with what `default` says of its sysctls. */
export function newDevice(space: CniSpace, spec: DeviceSpec): CniDevice {
  const made = device(spec)
  for (const [name, value] of space.sysctls) {
    const [family, of, word] = name.split('.')
    if (of === 'default') made.sysctls.set(`${family}.${word}`, value)
  }
  space.devices = [...space.devices, made]
  return made
}

/** A device goes, with the other end of its cable and the routes by it. */
export function deleteDevice(host: CniHost, spaceName: string, name: string): void {
  const space = host.spaces.get(spaceName)
  const gone = space && deviceIn(space, name)
  if (!space || !gone) return
  space.devices = space.devices.filter(d => d !== gone)
  for (const d of space.devices) if (d.port?.bridge === name) d.port = null
  dropRoutes(space, r => r.device === name)
  if (gone.peer) deleteDevice(host, gone.peer.space, gone.peer.name)
  if (gone.port) fitBridge(space, gone.port.bridge)
}

/** Whether packets can leave: a cable needs both ends up, a bridge a port that has a carrier. */
export function hasCarrier(host: CniHost, space: CniSpace, d: CniDevice): boolean {
  if (!d.up) return false
  if (d.kind === 'bridge' && d.hadPorts) return space.devices.some(p => p.port?.bridge === d.name && hasCarrier(host, space, p))
  if (d.kind !== 'veth' || !d.peer) return true
  const far = host.spaces.get(d.peer.space)
  return (far && deviceIn(far, d.peer.name)?.up) ?? false
}

/** `ip link set DEVICE up`: lo gets its addresses, the routes of all addresses come, and where there is a carrier a link-local address. */
export function setUp(host: CniHost, space: CniSpace, d: CniDevice): void {
  if (d.up) return
  d.up = true
  if (d.kind === 'loopback') {
    const own = [
      { ip: LOCALHOST, length: 8 },
      { ip: LOCALHOST6, length: 128 },
    ]
    d.addresses = [...d.addresses, ...own.filter(a => !d.addresses.some(o => o.ip === a.ip))]
    return
  }
  for (const a of d.addresses) addressRoute(space, d, a)
  // A bridge has a carrier until somebody looks at its ports.
  if (d.kind === 'bridge') giveLinkLocal(space, d)
  const far = d.peer && host.spaces.get(d.peer.space)
  const other = far && d.peer && deviceIn(far, d.peer.name)
  for (const [at, end] of [
    [space, d],
    [far, other],
  ] as const)
    if (at && end?.up && hasCarrier(host, at, end)) giveLinkLocal(at, end)
}

function giveLinkLocal(space: CniSpace, d: CniDevice): void {
  if (d.addresses.some(a => a.ofMac !== undefined)) return
  addAddress(space, d, { ip: parseIp('fe80::'), length: 64, ofMac: d.mac })
}

/** `ip link set DEVICE down`: its routes go, and its IPv6 addresses, unless it keeps them. */
export function setDown(space: CniSpace, d: CniDevice): void {
  d.up = false
  dropRoutes(space, r => r.device === d.name)
  const keeps = d.sysctls.get('ipv6.keep_addr_on_down') === 1
  d.addresses = d.addresses.filter(a => familyOf(a.ip) === 'ipv4' || (keeps && !isLinkLocal(a.ip) && a.ip !== LOCALHOST6))
}

/** IPv4 addresses as they came, then IPv6: those of the world before those of the link. */
const inOrder = (addresses: readonly CniAddress[]): readonly CniAddress[] => {
  const rank = (a: CniAddress) => (familyOf(a.ip) === 'ipv4' ? 0 : a.ofMac === undefined ? 1 : 2)
  return [...addresses].sort((a, b) => rank(a) - rank(b))
}

/** An address as the plugins' netlink library adds it: with its broadcast address, where it has a network. */
export const asPluginsAdd = ({ facts }: CniHost, { ip, length }: GivenAddress): CniAddress => {
  const isHost = length >= bitsOf('ipv4') - 1
  return { ip, length, ...(familyOf(ip) === 'ipv4' && (!isHost || facts.broadcastOfHosts) && { broadcast: true as const }) }
}

/** `ip addr add`; whether it was not there before. */
export function addAddress(space: CniSpace, d: CniDevice, a: CniAddress): boolean {
  if (a.ofMac === undefined && d.addresses.some(o => o.ip === a.ip && o.length === a.length)) return false
  d.addresses = inOrder([...d.addresses, a])
  if (d.up && !isSecondary(d, a)) addressRoute(space, d, a)
  return true
}

/** `ip addr del`; routes that name it as their source go with it. */
export function deleteAddress(space: CniSpace, d: CniDevice, { ip, length }: GivenAddress): boolean {
  const gone = d.addresses.find(a => a.ip === ip && a.length === length)
  if (!gone) return false
  d.addresses = d.addresses.filter(a => a !== gone)
  const network = networkOf(ip, length)
  const same = (r: Route) => r.destination.ip === network.ip && r.destination.length === length
  const without = (gateway: Ip) => !d.addresses.some(a => contains(networkOf(a.ip, a.length), gateway))
  dropRoutes(
    space,
    r =>
      r.device === d.name &&
      ((r.protocol === 'kernel' && same(r)) ||
        r.source === ip ||
        (r.gateway !== undefined && familyOf(r.gateway) === familyOf(ip) && without(r.gateway))),
  )
  return true
}

/** Of the same network as an earlier one. */
export function isSecondary(d: CniDevice, a: CniAddress): boolean {
  if (familyOf(a.ip) === 'ipv6' || a.length === bitsOf('ipv4')) return false
  const before = d.addresses.slice(0, d.addresses.indexOf(a))
  return before.some(o => o.length === a.length && familyOf(o.ip) === 'ipv4' && contains(networkOf(o.ip, o.length), a.ip))
}

/** Makes a device a port of a bridge, which then fits it. */
export function enslave(space: CniSpace, d: CniDevice, port: NonNullable<CniDevice['port']>): void {
  d.port = port
  const bridge = deviceIn(space, port.bridge)
  if (bridge) bridge.hadPorts = true
  fitBridge(space, port.bridge)
}

/** A bridge takes no more than the smallest of its ports, and without a MAC of its own the lowest of theirs. */
function fitBridge(space: CniSpace, bridge: string): void {
  const d = deviceIn(space, bridge)
  if (!d) return
  const ports = space.devices.filter(p => p.port?.bridge === bridge)
  d.mtuBytes = ports.length === 0 ? ETHERNET_BYTES : Math.min(...ports.map(p => p.mtuBytes))
  if (!d.macKept) d.mac = ports.map(p => p.mac).sort()[0] ?? ZERO_MAC
}

/** Writes a device's sysctl. */
export const writeSysctl = (d: CniDevice, name: string, value: number): void => void d.sysctls.set(name, value)

/** `ip_forward`, or IPv6's `all.forwarding`: all devices that are there and all that will be; IPv4 then takes no redirects any more. */
export function enableForwarding(space: CniSpace, family: Family): void {
  if (space.sysctls.get(`${family}.all.forwarding`) === 1) return
  if (family === 'ipv4') {
    space.sysctls.set('ipv4.ip_forward', 1)
    space.sysctls.set('ipv4.all.accept_redirects', 0)
  }
  space.sysctls.set(`${family}.all.forwarding`, 1)
  space.sysctls.set(`${family}.default.forwarding`, 1)
  for (const d of space.devices) writeSysctl(d, `${family}.forwarding`, 1)
}
