// The plugin bridge: a bridge on the machine, a cable from it to the container, and with isGateway the gateway's address on it. Each ADD leaves behind what the real one does, also where it fails halfway.
// Refused by name: VLANs, macspoofchk, DHCP.
import { contains, networkOf } from '../../addr/cidr'
import { addToIp, type Family, FAMILIES, familyOf, type Ip, ipText } from '../../addr/ip'
import { problem } from '../../error'
import type { GivenAddress } from './attachment'
import type { Call } from './call'
import { checkContainer, configure, connect, openSpace } from './container'
import { dnsOf, readCheckedResult } from './conf'
import { readArgs } from './ipam'
import { type IpamRoute, CniError, type CniInterface, type CniResult, type ResultIp } from './result'
import { masquerade } from './masquerade'
import {
  addAddress,
  asPluginsAdd,
  type CniHost,
  deleteAddress,
  deviceIn,
  enableForwarding,
  enslave,
  newDevice,
  NODE,
  setUp,
  spaceOf,
  writeSysctl,
} from './machine'
import type { CniDevice } from './space'

/** The bridge's part of a configuration. */
interface BridgeConf {
  readonly bridge?: string
  readonly isGateway?: boolean
  readonly isDefaultGateway?: boolean
  readonly forceAddress?: boolean
  readonly hairpinMode?: boolean
  readonly promiscMode?: boolean
  readonly mtu?: number
  readonly enabledad?: boolean
  readonly portIsolation?: boolean
  readonly disableContainerInterface?: boolean
  readonly ipam?: { readonly type?: string }
}

const REFUSED = ['vlan', 'vlanTrunk', 'macspoofchk'] as const
const DEFAULT_NAME = 'cni0'
const NAME_LENGTH = 15
const CONTAINER = 2

/** How a plugin asks another one for addresses. */
export type AskIpam = (type: string, command: 'ADD' | 'DEL' | 'CHECK') => CniResult | null

export function addBridge(host: CniHost, call: Call, ask: AskIpam): CniResult {
  const conf = readConf(call)
  const mac = macOf(host, call)
  const isGateway = conf.isGateway === true || conf.isDefaultGateway === true
  const ipam = conf.ipam?.type ?? ''
  const leavesDown = conf.disableContainerInterface === true && host.facts.bridge.leavesDown
  if (ipam !== '' && leavesDown) throw new CniError('cannot use IPAM when DisableContainerInterface flag is set')
  if (conf.hairpinMode && conf.promiscMode) throw new CniError(host.facts.bothModes)
  const bridge = ensureBridge(host, conf)
  const firstMac = bridge.mac
  const space = openSpace(host, call.netns)
  const far = connect(host, space, call, conf.mtu ?? 0, mac)
  enslave(spaceOf(host, NODE), far, {
    bridge: bridge.name,
    hairpin: conf.hairpinMode === true,
    isolated: conf.portIsolation === true && host.facts.bridge.isolatesPorts,
  })
  const own = deviceIn(space, call.interface)!
  const interfaces = (): readonly CniInterface[] => [
    { name: bridge.name, mac: bridge.mac },
    { name: far.name, mac: far.mac },
    { name: call.interface, mac: own.mac, sandbox: call.netns },
  ]
  if (ipam === '') {
    if (!leavesDown) setUp(host, space, own)
    return { interfaces: interfaces(), ips: [], routes: [], dns: dnsOf(call, {}) }
  }
  const given = ask(ipam, 'ADD')!
  try {
    if (given.ips.length === 0) throw new CniError('IPAM plugin returned missing IP config')
    const result = withGateways({ ...given, interfaces: interfaces() }, isGateway, conf.isDefaultGateway === true)
    if (host.facts.writesSysctls) {
      writeSysctl(own, 'ipv6.accept_dad', conf.enabledad ? 1 : 0)
      writeSysctl(own, 'ipv4.arp_notify', 1)
    }
    configure(host, space, call, result)
    if (isGateway) giveGateways(host, bridge, firstMac, result.ips, conf.forceAddress === true)
    masquerade(host, call, result.ips)
    return { ...result, interfaces: interfaces(), dns: dnsOf(call, host.facts.bridge.keepsIpamDns ? given.dns : {}) }
  } catch (error) {
    ask(ipam, 'DEL')
    throw error
  }
}

function readConf(call: Call): BridgeConf {
  const strange = REFUSED.find(word => call.conf[word] !== undefined && call.conf[word] !== false && call.conf[word] !== 0)
  if (strange !== undefined) throw problem('NOT_MODELLED', `hopspec does not model '${strange}' of the CNI plugin bridge.`)
  return call.conf as BridgeConf
}

/** The MAC that a caller asks for: the runtime's word counts more than `args`, and that more than CNI_ARGS. */
function macOf(host: CniHost, call: Call): string | null {
  if (!host.facts.bridge.readsMac) return null
  const fromEnv = readArgs(call.args, ['MAC']).get('MAC')
  const { args, runtimeConfig } = call.conf as { args?: { cni?: { mac?: string } }; runtimeConfig?: { mac?: string } }
  return runtimeConfig?.mac || args?.cni?.mac || fromEnv || null
}

function ensureBridge(host: CniHost, { bridge: name = DEFAULT_NAME, mtu = 0, promiscMode }: BridgeConf): CniDevice {
  const node = spaceOf(host, NODE)
  const failed = (why: string) => new CniError(`failed to create bridge "${name}": ${why}`)
  if (name.length > NAME_LENGTH) throw failed(`could not add "${name}": numerical result out of range`)
  const there = deviceIn(node, name)
  if (there && promiscMode) there.promiscuous = true
  if (there && there.kind !== 'bridge') throw failed(`"${name}" already exists but is not a bridge`)
  const bridge =
    there ?? newDevice(node, { name, kind: 'bridge', mac: host.draw.mac(`${NODE}/${name}`), ...(mtu > 0 && { mtuBytes: mtu }) })
  if (promiscMode) bridge.promiscuous = true
  writeSysctl(bridge, 'ipv6.accept_ra', 0)
  setUp(host, node, bridge)
  return bridge
}

/** The gateway of each address, the first of its network where none is written, and a default route by the first of each family. */
function withGateways(result: CniResult, isGateway: boolean, isDefault: boolean): CniResult {
  const first = (i: GivenAddress): Ip => addToIp(networkOf(i.ip, i.length).ip, 1)!
  const ips = result.ips.map((i): ResultIp => ({ ...i, interface: CONTAINER, gateway: i.gateway ?? (isGateway ? first(i) : null) }))
  const everything = (family: Family) => (family === 'ipv4' ? '0.0.0.0/0' : '::/0')
  const { routes } = result
  const ownDefaults: IpamRoute[] = []
  for (const family of isDefault ? FAMILIES : []) {
    const gateway = ips.find(i => familyOf(i.ip) === family)?.gateway
    if (gateway && !routes.some(r => r.gw && r.dst === everything(family)))
      ownDefaults.push({ dst: everything(family), gw: ipText(gateway) })
  }
  return { ...result, ips, routes: [...routes, ...ownDefaults], ownDefaults }
}

function giveGateways(host: CniHost, bridge: CniDevice, mac: string, ips: readonly ResultIp[], force: boolean): void {
  const node = spaceOf(host, NODE)
  for (const family of FAMILIES) {
    const own = ips.filter(i => familyOf(i.ip) === family)
    for (const { gateway, length } of own) {
      ensureAddress(host, bridge, { ip: gateway!, length }, force)
      // A bridge with an address keeps the MAC that it began with.
      if (!bridge.macKept) {
        bridge.mac = mac
        bridge.macKept = true
      }
    }
    if (own.length > 0) enableForwarding(node, family)
  }
}

/** Another IPv4 address, or an IPv6 one of an overlapping network, is in the way, unless the new one is forced. */
function ensureAddress(host: CniHost, bridge: CniDevice, wanted: GivenAddress, force: boolean): void {
  const node = spaceOf(host, NODE)
  const family = familyOf(wanted.ip)
  for (const a of bridge.addresses.filter(a => familyOf(a.ip) === family)) {
    if (a.ip === wanted.ip && a.length === wanted.length) return
    const overlaps = contains(networkOf(a.ip, a.length), wanted.ip) || contains(networkOf(wanted.ip, wanted.length), a.ip)
    if (a.ofMac !== undefined || (family === 'ipv6' && !overlaps)) continue
    if (!force)
      throw new CniError(
        `failed to set bridge addr: "${bridge.name}" already has an IP address different from ${ipText(wanted.ip)}/${wanted.length}`,
      )
    deleteAddress(node, bridge, a)
  }
  addAddress(node, bridge, asPluginsAdd(host, wanted))
}

export function checkBridge(host: CniHost, call: Call, ask: AskIpam): void {
  const conf = readConf(call)
  const space = openSpace(host, call.netns)
  ask(conf.ipam?.type ?? '', 'CHECK')
  const result = readCheckedResult(call, 'Required prevResult missing')
  const name = conf.bridge ?? DEFAULT_NAME
  const node = spaceOf(host, NODE)
  const said = result.interfaces.find(i => i.name === name)
  const inside = result.interfaces.find(i => i.name === call.interface && i.sandbox === call.netns)
  const bridge = checkDevice(said, deviceIn(node, said?.name ?? ''), false)
  if (bridge.kind !== 'bridge') throw new CniError(`Interface ${name} does not have link type of bridge`)
  if (said!.mac && said!.mac !== bridge.mac) throw new CniError(`Bridge interface ${name} Mac doesn't match: ${said!.mac}`)
  const promiscuous = conf.promiscMode === true
  if (bridge.promiscuous !== promiscuous)
    throw new CniError(
      `Bridge interface ${name} configured Promisc Mode ${promiscuous} doesn't match current state: ${bridge.promiscuous} `,
    )
  if (inside === undefined) throw new CniError(`Sandbox in prevResult  doesn't match configured netns: ${call.netns}`)
  const own = checkDevice(inside, deviceIn(space, inside.name), true)
  if (own.kind !== 'veth') throw new CniError(`Error: Container interface ${own.name} not of type veth`)
  if (inside.mac && inside.mac !== own.mac)
    throw new CniError(`Interface ${own.name} Mac ${inside.mac} doesn't match container Mac: ${own.mac}`)
  const cable = result.interfaces.some(i => {
    if (i.name === name || i.name === inside.name) return false
    const far = checkDevice(i, deviceIn(node, i.name), false)
    if (far.peer?.space !== space.name || far.peer.name !== own.name || far.port?.bridge !== name) return false
    if (i.mac && i.mac !== far.mac) throw new CniError(`Interface ${i.name} Mac doesn't match: ${i.mac} not found`)
    return true
  })
  if (!cable) throw new CniError(`CNI veth created for bridge ${name} was not found`)
  checkContainer(host, space, call, result)
}

function checkDevice(said: CniInterface | undefined, device: CniDevice | undefined, inSandbox: boolean): CniDevice {
  if (said === undefined || said.name === '') throw new CniError('Interface name missing ')
  if (device === undefined) throw new CniError(`Interface name ${said.name} not found`)
  if (inSandbox !== (said.sandbox !== undefined && said.sandbox !== ''))
    throw new CniError(
      inSandbox ? `Interface ${said.name} is expected to be in a sandbox` : `Interface ${said.name} should not be in sandbox`,
    )
  return device
}
