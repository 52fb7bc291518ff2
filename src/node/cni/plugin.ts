// The plugins that connect a container: loopback, bridge, ptp. Each ADD leaves behind what the real one does, also where it fails halfway.
import { type Cidr, cidrFamily, networkOf, readCidr } from '../../addr/cidr'
import { bitsOf, familyOf, type Ip, ipText, readIp } from '../../addr/ip'
import { problem } from '../../error'
import type { Route } from '../../linux/program'
import { vethName } from '../names'
import type { Attachment, GivenAddress } from './attachment'
import {
  CniError,
  type CniDevice,
  type CniHost,
  type CniVersion,
  deleteDevice,
  deviceIn,
  ensureAddress,
  fitPorts,
  NODE,
  spaceOf,
} from './host'
import { type IpamConfig, type IpamRoute, release, type Reserved, reserve, staticAddresses } from './host-local'
import { addIpMasq, removeIpMasq } from './ip-masq'

/** A plugin's part of a configuration, as written. */
export interface PluginConf {
  readonly type: string
  readonly bridge?: string
  readonly isGateway?: boolean
  readonly isDefaultGateway?: boolean
  readonly forceAddress?: boolean
  readonly ipMasq?: boolean
  readonly ipMasqBackend?: string
  readonly hairpinMode?: boolean
  readonly promiscMode?: boolean
  readonly mtu?: number
  readonly ipam?: IpamConfig
  readonly [word: string]: unknown
}

/** One call: which container, by which interface, of which network. */
export interface Call {
  readonly network: string
  readonly id: string
  readonly interface: string
  readonly space: string
}

const attachment = (call: Call, ips: readonly GivenAddress[]): Attachment => ({ ...call, ips, of: `container ${call.space}` })

/** lo comes up with its addresses. */
export function addLoopback(host: CniHost, call: Call): void {
  const device = deviceIn(spaceOf(host, call.space), call.interface)
  if (device) device.up = true
}

/** lo goes down again. */
export function removeLoopback(host: CniHost, call: Call): void {
  const device = deviceIn(spaceOf(host, call.space), call.interface)
  if (device) device.up = false
}

/** The longest name that a device may have. */
const NAME_LENGTH = 15

/** In each version's own spelling. */
const BOTH_MODES: Readonly<Record<CniVersion, string>> = {
  'v0.8.6': 'cannot set hairpin mode and promiscous mode at the same time.',
  'v1.9.1': 'cannot set hairpin mode and promiscuous mode at the same time',
}

export function addBridge(host: CniHost, call: Call, conf: PluginConf): readonly GivenAddress[] {
  if (conf.hairpinMode && conf.promiscMode) throw new CniError(BOTH_MODES[host.version])
  const bridge = ensureBridge(host, conf.bridge ?? 'cni0', conf.mtu ?? 0)
  connect(host, call, conf.mtu ?? 0, { master: bridge.name, hairpin: conf.hairpinMode === true })
  fitPorts(spaceOf(host, NODE), bridge.name)
  if (conf.ipam?.type === undefined) return []
  const given = addressesFor(host, call, conf.ipam)
  try {
    const routes = conf.isDefaultGateway ? [...(conf.ipam.routes ?? []), ...defaultsOf(given)] : (conf.ipam.routes ?? [])
    const isGateway = conf.isGateway === true || conf.isDefaultGateway === true
    configure(host, call, routes, isGateway ? given : given.filter(g => !g.assumed), given)
    if (isGateway) for (const { gateway, length } of given) giveGateway(bridge, { ip: gateway, length }, conf.forceAddress === true)
    if (conf.ipMasq) masquerade(host, attachment(call, given), conf)
  } catch (error) {
    release(host, call.network, call.id, call.interface)
    throw error
  }
  return given
}

/** What the IPAM plugin of a configuration gives. */
function addressesFor(host: CniHost, call: Call, ipam: IpamConfig): readonly Reserved[] {
  if (ipam.type === 'static') return staticAddresses(ipam)
  if (ipam.type === 'host-local' || ipam.type === undefined) return reserve(host, call.network, call.id, call.interface, ipam)
  throw problem('NOT_MODELLED', `hopspec does not model the IPAM plugin '${ipam.type}'.`)
}

function ensureBridge(host: CniHost, name: string, mtuBytes: number): CniDevice {
  const node = spaceOf(host, NODE)
  const there = deviceIn(node, name)
  const failed = (why: string) => new CniError(`failed to create bridge "${name}": ${why}`)
  if (there && there.kind !== 'bridge') throw failed(`"${name}" already exists but is not a bridge`)
  if (name.length > NAME_LENGTH) throw failed(`could not add "${name}": numerical result out of range`)
  if (there) {
    there.up = true
    return there
  }
  const made: CniDevice = { name, kind: 'bridge', mtuBytes: mtuBytes || 1500, up: true, addresses: [] }
  node.devices = [...node.devices, made]
  return made
}

/** A veth pair between the container and the machine. */
function connect(host: CniHost, call: Call, mtuBytes: number, port: Pick<CniDevice, 'master' | 'hairpin'> | null): string {
  const [node, space] = [spaceOf(host, NODE), spaceOf(host, call.space)]
  const name = vethName(`${call.space} ${call.interface}`)
  if (deviceIn(space, call.interface))
    throw new CniError(
      host.version === 'v0.8.6'
        ? `container veth name provided (${call.interface}) already exists`
        : `container veth name ("${call.interface}") peer provided ("${name}") already exists`,
    )
  const common = { kind: 'veth' as const, mtuBytes: mtuBytes || 1500, up: true, addresses: [] }
  node.devices = [...node.devices, { ...common, name, peer: { space: call.space, name: call.interface }, ...port }]
  space.devices = [...space.devices, { ...common, name: call.interface, peer: { space: NODE, name } }]
  return name
}

const everything = (ip: Ip): IpamRoute => ({ dst: typeof ip === 'number' ? '0.0.0.0/0' : '::/0' })
const defaultsOf = (given: readonly Reserved[]): readonly IpamRoute[] => given.map(g => ({ ...everything(g.ip), gw: ipText(g.gateway) }))

/** The container's addresses and routes. A route without a gateway goes by that of the first address of its family. */
function configure(
  host: CniHost,
  call: Call,
  routes: readonly IpamRoute[],
  given: readonly Reserved[],
  ips: readonly GivenAddress[],
): void {
  const space = spaceOf(host, call.space)
  const device = deviceIn(space, call.interface)!
  device.addresses = ips.map(({ ip, length }) => ({ ip, length }))
  const made = routes.flatMap((route): Route[] => {
    const destination = readCidr(route.dst)
    if (destination === undefined) return []
    const gateway = readIp(route.gw ?? '') ?? given.find(g => familyOf(g.ip) === cidrFamily(destination))?.gateway
    return [
      {
        type: 'unicast',
        destination: networkOf(destination.ip, destination.length),
        device: call.interface,
        ...(gateway !== undefined && { gateway }),
        ...(route.priority === undefined ? {} : { metric: route.priority }),
        ...(route.table === undefined ? {} : { table: route.table }),
        ...(route.priority === undefined && cidrFamily(destination) === 'ipv6' && { metric: 1024 }),
      },
    ]
  })
  const seen = new Set<string>()
  space.routes = [...space.routes, ...made].filter(r => {
    const key = `${r.destination.ip} ${r.destination.length} ${r.metric ?? 0} ${r.table ?? 254}`
    return seen.has(key) ? false : seen.add(key)
  })
}

function giveGateway(bridge: CniDevice, wanted: GivenAddress, force: boolean): void {
  try {
    ensureAddress(bridge, wanted, force)
  } catch {
    const text = `${ipText(wanted.ip)}/${wanted.length}`
    throw new CniError(`failed to set bridge addr: "${bridge.name}" already has an IP address different from ${text}`)
  }
}

function masquerade(host: CniHost, a: Attachment, conf: PluginConf): void {
  if (conf.ipMasqBackend === 'nftables') host.masqueraded = [...(host.masqueraded ?? []), a]
  else for (const k of Object.values(host.tables)) addIpMasq(k, a)
}

/** A cable without a bridge: the machine's end has the gateway's address for itself, and a route to the container. */
export function addPtp(host: CniHost, call: Call, conf: PluginConf): readonly GivenAddress[] {
  const given = addressesFor(host, call, conf.ipam ?? {})
  const name = connect(host, call, conf.mtu ?? 0, null)
  const [node, space] = [spaceOf(host, NODE), spaceOf(host, call.space)]
  configure(host, call, conf.ipam?.routes ?? [], given, given)
  const whole = (ip: Ip): Cidr => ({ ip, length: bitsOf(familyOf(ip)) })
  const route = { type: 'unicast' as const, device: call.interface }
  for (const { ip, length, gateway } of given) {
    const source = typeof ip === 'number' ? { source: ip } : {}
    space.routes = [
      ...space.routes,
      { ...route, destination: whole(gateway), scope: 'link', ...source },
      { ...route, destination: networkOf(ip, length), gateway, ...source },
    ]
    node.routes = [...node.routes, { type: 'unicast', destination: whole(ip), device: name, scope: 'host' }]
  }
  const device = deviceIn(node, name)!
  device.addresses = given.map(({ gateway }) => ({ ip: gateway, length: bitsOf(familyOf(gateway)) }))
  if (conf.ipMasq) masquerade(host, attachment(call, given), conf)
  return given
}

/** DEL of bridge and ptp: the address, the cable, and what masquerades; without a namespace that is left, only the address. */
export function removeCable(host: CniHost, call: Call, hasSpace: boolean): void {
  release(host, call.network, call.id, call.interface)
  const device = hasSpace ? deviceIn(spaceOf(host, call.space), call.interface) : undefined
  if (!device) return
  const a = attachment(call, device.addresses)
  deleteDevice(host, call.space, call.interface)
  for (const k of Object.values(host.tables)) removeIpMasq(k, a)
  if (host.masqueraded)
    host.masqueraded = host.masqueraded.filter(m => m.id !== a.id || m.network !== a.network || m.interface !== a.interface)
}
