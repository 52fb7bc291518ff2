// A machine while CNI plugins work on it: its namespaces with their devices and routes, its iptables and nftables, its files. Changed in place by the plugins, and by nothing else.
import { contains, networkOf } from '../../addr/cidr'
import { bitsOf, type Family, familyOf } from '../../addr/ip'
import { routeText } from '../../linux/ip-route'
import type { NftRuleSet } from '../../linux/nft-rules'
import type { Route } from '../../linux/program'
import { emptyTables, type KernelTables } from '../kernel-tables'
import { connectedRoute } from '../routes'
import type { Attachment, GivenAddress } from './attachment'
import { ipMasqTable } from './ip-masq'
import { hostportTable, type Mapped, type PortmapNftSettings } from './portmap-nft'

export const CNI_VERSIONS = ['v0.8.6', 'v1.9.1'] as const
export type CniVersion = (typeof CNI_VERSIONS)[number]

export interface CniDevice {
  readonly name: string
  readonly kind: 'loopback' | 'ethernet' | 'veth' | 'bridge'
  mtuBytes: number
  up: boolean
  addresses: readonly GivenAddress[]
  readonly master?: string
  readonly hairpin?: boolean
  /** The other end, in another namespace. */
  readonly peer?: { readonly space: string; readonly name: string }
}

/** A network namespace: the machine's own, or a container's. */
interface CniSpace {
  devices: readonly CniDevice[]
  /** Those that programs added; the connected ones follow from the addresses. */
  routes: readonly Route[]
}

export interface CniHost {
  readonly version: CniVersion
  readonly spaces: Map<string, CniSpace>
  readonly tables: Readonly<Record<Family, KernelTables>>
  /** Containers with ipMasq by nftables; null: the table was never made. */
  masqueraded: readonly Attachment[] | null
  /** Containers with hostPorts by nftables, for each family, and the last settings; null: the table was never made. */
  readonly mapped: Record<Family, { readonly containers: readonly Mapped[]; readonly settings: PortmapNftSettings } | null>
  /** By path. */
  readonly files: Map<string, string>
}

export const NODE = 'node'
/** What a plugin says when it fails. */
export class CniError extends Error {}

const lo = (): CniDevice => ({ name: 'lo', kind: 'loopback', mtuBytes: 65_536, up: false, addresses: [] })

/** A machine as it is before the first call: its card, and nothing of a plugin's. */
export function freshHost(version: CniVersion, card: readonly GivenAddress[], routes: readonly Route[]): CniHost {
  const eth0: CniDevice = { name: 'eth0', kind: 'ethernet', mtuBytes: 1500, up: true, addresses: card }
  return {
    version,
    spaces: new Map([[NODE, { devices: [{ ...lo(), up: true }, eth0], routes }]]),
    tables: { ipv4: emptyTables('ipv4'), ipv6: emptyTables('ipv6') },
    masqueraded: null,
    mapped: { ipv4: null, ipv6: null },
    files: new Map(),
  }
}

/** A namespace by its name, made as the runtime makes one: lo is down. */
export function spaceOf(host: CniHost, name: string): CniSpace {
  let space = host.spaces.get(name)
  if (space === undefined) host.spaces.set(name, (space = { devices: [lo()], routes: [] }))
  return space
}

export const deviceIn = (space: CniSpace, name: string): CniDevice | undefined => space.devices.find(d => d.name === name)

/** A device goes, with the other end of its cable and the routes by it. */
export function deleteDevice(host: CniHost, spaceName: string, name: string): void {
  const space = host.spaces.get(spaceName)
  const device = space && deviceIn(space, name)
  if (!space || !device) return
  space.devices = space.devices.filter(d => d !== device)
  space.routes = space.routes.filter(r => r.device !== name)
  if (device.peer) deleteDevice(host, device.peer.space, device.peer.name)
  if (device.master) fitPorts(space, device.master)
}

const ETHERNET_BYTES = 1500
/** A bridge takes no more than the smallest of its ports; without any, what Ethernet does. */
export function fitPorts(space: CniSpace, bridge: string): void {
  const device = deviceIn(space, bridge)
  if (device) device.mtuBytes = Math.min(...space.devices.filter(d => d.master === bridge).map(d => d.mtuBytes), MOST_BYTES)
  if (device?.mtuBytes === MOST_BYTES) device.mtuBytes = ETHERNET_BYTES
}
const MOST_BYTES = 65_535

/** A route comes with a device's address, and goes with it, or when a program puts its own in its place. */
function connected(space: CniSpace): readonly Route[] {
  const replaced = (r: Route) =>
    space.routes.some(o => o.device === r.device && o.destination.ip === r.destination.ip && o.destination.length === r.destination.length)
  return space.devices
    .flatMap(d => (d.up && d.kind !== 'loopback' ? d.addresses.flatMap(a => connectedRoute(d.name, a) ?? []) : []))
    .filter(r => !replaced(r))
}

/** Whether a bridge has nobody on it that is up: its routes say so. */
const hasNoLink = (space: CniSpace, name: string | undefined): boolean =>
  space.devices.some(d => d.name === name && d.kind === 'bridge') && !space.devices.some(d => d.master === name && d.up)

/** What `ip route` prints there. */
export function routesOf(space: CniSpace): string {
  const all = [...connected(space), ...space.routes].filter(r => familyOf(r.destination.ip) === 'ipv4' && (r.table ?? 254) === 254)
  const order = (a: Route, b: Route) =>
    Number(a.destination.ip) - Number(b.destination.ip) || a.destination.length - b.destination.length || (a.metric ?? 0) - (b.metric ?? 0)
  return all
    .sort(order)
    .map(r => `${routeText(r)}${hasNoLink(space, r.device) ? ' linkdown' : ''}\n`)
    .join('')
}

/** What `nft list ruleset` would hold. */
export function nftOf(host: CniHost): NftRuleSet {
  const families: readonly Family[] = ['ipv4', 'ipv6']
  return {
    tables: [
      ...(host.masqueraded ? [ipMasqTable(host.masqueraded)] : []),
      ...families.flatMap(f => {
        const made = host.mapped[f]
        return made ? [hostportTable(f, made.containers, made.settings)] : []
      }),
    ],
  }
}

/** Gives a bridge an address, as the plugin ensures it: an IPv4 address of its own makes another one impossible, unless it is forced. */
export function ensureAddress(device: CniDevice, wanted: GivenAddress, force: boolean): void {
  const family = familyOf(wanted.ip)
  const same = (a: GivenAddress) => a.ip === wanted.ip && a.length === wanted.length
  if (device.addresses.some(same)) return
  const inTheWay = device.addresses.filter(
    a => familyOf(a.ip) === family && (family === 'ipv4' || contains(networkOf(a.ip, a.length), wanted.ip) || bitsOf(family) === a.length),
  )
  if (inTheWay.length > 0 && !force) throw new CniError('in the way')
  device.addresses = [...device.addresses.filter(a => !inTheWay.includes(a)), wanted]
}
