// A machine's namespaces as the tools that read them back tell it: `ip addr`, `ip link` and `bridge link` as JSON, `ip route`, and which sysctls are not as they were.
import { networkOf, rangeOf } from '../../addr/cidr'
import { familyOf, ipText } from '../../addr/ip'
import { listedRoute, inListedOrder } from '../../linux/ip-route'
import type { NftRuleSet } from '../../linux/nft-rules'
import type { Family } from '../../addr/ip'
import type { Route } from '../../linux/program'
import { ipMasqTable } from './ip-masq'
import { type CniHost, deviceIn, hasCarrier, isSecondary } from './machine'
import type { CniAddress, CniDevice, CniSpace } from './space'
import { hostportTable } from './portmap-nft'

const MAIN = 254
export type Json = string | number | boolean | null | readonly Json[] | { readonly [word: string]: Json }

/** What `ip route` or `ip -6 route` prints there. */
export function routesText(host: CniHost, space: CniSpace, family: Family, table = MAIN): string {
  const linkdown = (r: Route) => {
    const d = r.device === undefined ? undefined : deviceIn(space, r.device)
    return d !== undefined && !hasCarrier(host, space, d)
  }
  const told = (r: Route) => (linkdown(r) ? listedRoute(r).replace(/(?= pref medium$)|$/, ' linkdown') : listedRoute(r))
  return space.routes
    .filter(r => familyOf(r.destination.ip) === family && (r.table ?? MAIN) === table)
    .map(({ table: _, ...r }) => r)
    .sort(inListedOrder)
    .map(r => `${told(r)}\n`)
    .join('')
}

/** The link-local address that the kernel makes of a MAC, as the recordings name it where the MAC is a word. */
const linkLocalText = (mac: string): string => {
  const [a, b, c, d, e, f] = mac.split(':').map(x => Number.parseInt(x, 16))
  if ([a, b, c, d, e, f].some(x => x === undefined || Number.isNaN(x))) return `fe80::${mac}`
  const words = [((a! ^ 2) << 8) | b!, (c! << 8) | 0xff, 0xfe00 | d!, (e! << 8) | f!]
  const text = words.map(w => w.toString(16)).join(':')
  return `fe80::${text.replace(/^0:/, '')}`
}

function addressJson(d: CniDevice, a: CniAddress): Json {
  const four = familyOf(a.ip) === 'ipv4'
  const loopback = d.kind === 'loopback'
  const last = rangeOf(networkOf(a.ip, a.length)).last
  return {
    family: four ? 'inet' : 'inet6',
    local: a.ofMac === undefined ? ipText(a.ip) : linkLocalText(a.ofMac),
    prefixlen: a.length,
    ...(four && a.broadcast && { broadcast: ipText(last) }),
    scope: loopback ? 'host' : a.ofMac === undefined ? 'global' : 'link',
    ...(four && isSecondary(d, a) && { secondary: true }),
    ...(four && { label: d.name }),
    ...(a.nodad && { nodad: true }),
  }
}

function stateOf(host: CniHost, space: CniSpace, d: CniDevice): string {
  if (d.kind === 'loopback') return d.up ? 'UNKNOWN' : 'DOWN'
  if (!hasCarrier(host, space, d)) return 'DOWN'
  return d.kind === 'bridge' && !d.hadPorts ? 'UNKNOWN' : 'UP'
}

function flagsOf(host: CniHost, space: CniSpace, d: CniDevice): readonly string[] {
  const carrier = hasCarrier(host, space, d)
  return [
    ...(d.up && !carrier ? ['NO-CARRIER'] : []),
    ...(d.kind === 'loopback' ? ['LOOPBACK'] : ['BROADCAST', 'MULTICAST']),
    ...(d.promiscuous ? ['PROMISC'] : []),
    ...(d.up ? ['UP'] : []),
    ...(d.up && carrier ? ['LOWER_UP'] : []),
  ]
}

/** `ip -j addr`, without what is counted or drawn by the kernel. */
export const addressesJson = (host: CniHost, space: CniSpace): readonly Json[] =>
  space.devices.map(d => ({
    ifname: d.name,
    flags: flagsOf(host, space, d),
    mtu: d.mtuBytes,
    ...(d.port && { master: d.port.bridge }),
    operstate: stateOf(host, space, d),
    link_type: d.kind === 'loopback' ? 'loopback' : 'ether',
    address: d.mac,
    broadcast: d.kind === 'loopback' ? '00:00:00:00:00:00' : 'ff:ff:ff:ff:ff:ff',
    addr_info: d.addresses.map(a => addressJson(d, a)),
  }))

/** How a bridge begins. */
const BRIDGE = { vlan_filtering: 0, stp_state: 0, forward_delay: 1500, nf_call_iptables: 0 }

/** `ip -d -j link`, reduced; a network card of the recordings is a cable whose other end nobody sees. */
export const linksJson = (space: CniSpace): readonly Json[] =>
  space.devices.map(d => {
    const promiscuity = (d.port ? 1 : 0) + (d.promiscuous ? 1 : 0)
    return {
      name: d.name,
      kind: d.kind === 'ethernet' ? 'veth' : d.kind,
      up: d.up,
      mtu: d.mtuBytes,
      mac: d.mac,
      ...(promiscuity > 0 && { promiscuity }),
      ...(d.kind === 'bridge' && BRIDGE),
      ...(d.port && { master: d.port.bridge, hairpin: d.port.hairpin, isolated: d.port.isolated, learning: true, flood: true }),
      ...(d.peer && { peer: `${d.peer.space}/${d.peer.name}` }),
    }
  })

/** `bridge -d -j link`. */
export const bridgeLinksJson = (host: CniHost, space: CniSpace): readonly Json[] =>
  space.devices.flatMap(d => {
    if (!d.port) return []
    const { bridge, hairpin, isolated } = d.port
    const state = hasCarrier(host, space, d) ? 'forwarding' : 'disabled'
    return [
      { ifname: d.name, mtu: d.mtuBytes, master: bridge, state, priority: 32, cost: 2, hairpin, learning: true, flood: true, isolated },
    ]
  })

/** The kernel's own values of what anybody here writes. */
const DEFAULTS: Readonly<Record<string, number>> = { accept_redirects: 1, accept_ra: 1, accept_dad: 1, enhanced_dad: 1 }
const defaultOf = (name: string): number => DEFAULTS[name.split('.').at(-1)!] ?? 0

/** The sysctls of a space at one moment, to tell later what changed. */
export interface Before {
  readonly values: ReadonlyMap<string, number>
  readonly devices: ReadonlySet<string>
}

function valuesOf(space: CniSpace): Map<string, number> {
  const values = new Map<string, number>()
  const full = (family: string, of: string, word: string) => `net.${family}.conf.${of}.${word}`
  for (const [name, value] of space.sysctls) {
    const [family = '', of = '', word] = name.split('.')
    values.set(word === undefined ? `net.${family}.${of}` : full(family, of, word), value)
  }
  for (const d of space.devices)
    for (const [name, value] of d.sysctls) {
      const [family = '', word = ''] = name.split('.')
      values.set(full(family, d.name, word), value)
    }
  return values
}

export const rememberSysctls = (space: CniSpace): Before => ({ values: valuesOf(space), devices: new Set(space.devices.map(d => d.name)) })

/** `name: before -> after`, or for a device that is new `name: conf.default's value (conf.default) -> value`. */
export function sysctlsText(before: Before, space: CniSpace): string {
  const lines: string[] = []
  for (const [name, value] of valuesOf(space)) {
    const [, family, of, word] = /^net\.(ipv[46])\.conf\.(.+)\.(\w+)$/.exec(name) ?? []
    const isNew = of !== undefined && of !== 'all' && of !== 'default' && !before.devices.has(of)
    const was = before.values.get(isNew ? `net.${family}.conf.default.${word}` : name) ?? defaultOf(name)
    if (was !== value) lines.push(`${name}: ${was}${isNew ? ' (conf.default)' : ''} -> ${value}\n`)
  }
  return lines.sort().join('')
}

/** What `nft list ruleset` would hold. */
export function nftOf(host: CniHost): NftRuleSet {
  const families: readonly Family[] = ['ipv4', 'ipv6']
  return {
    tables: [
      ...(host.masqueraded ? [ipMasqTable(host.masqueraded)] : []),
      ...families.flatMap(f => {
        const made = host.hostports[f]
        return made ? [hostportTable(f, made)] : []
      }),
    ],
  }
}
