// What a plugin tells the runtime: its result in the form of each version of the specification, read and written, and its error.
import { familyOf, type Ip, ipText, readIp } from '../../addr/ip'
import { readInterfaceAddress } from '../../addr/cidr'
import type { CniFacts } from './profile'
import type { GivenAddress } from './attachment'

export interface CniInterface {
  readonly name: string
  readonly mac: string
  /** The path of the namespace it is in; absent: the machine's own. */
  readonly sandbox?: string
}
export interface ResultIp extends GivenAddress {
  readonly gateway: Ip | null
  /** Which of the interfaces has it. */
  readonly interface: number | null
}
/** A route that the result of an IPAM plugin names. */
export interface IpamRoute {
  readonly dst: string
  readonly gw?: string
  readonly mtu?: number
  readonly advmss?: number
  readonly priority?: number
  readonly table?: number
  readonly scope?: number
}
export interface Dns {
  readonly nameservers?: readonly string[]
  readonly domain?: string
  readonly search?: readonly string[]
  readonly options?: readonly string[]
}
export interface CniResult {
  readonly interfaces: readonly CniInterface[]
  readonly ips: readonly ResultIp[]
  readonly routes: readonly IpamRoute[]
  readonly dns: Dns
  /** Default routes that the bridge added, which Go prints otherwise. */
  readonly ownDefaults?: readonly IpamRoute[]
}

/** JSON as it stands on a plugin's standard input or output. */
export type Written = Readonly<Record<string, unknown>>

/** What a plugin says when it fails. */
export class CniError extends Error {
  /** One of the specification's codes; null: the plugins' own for everything else. */
  readonly code: number | null
  readonly details: string | null
  constructor(message: string, code: number | null = null, details: string | null = null) {
    super(message)
    this.code = code
    this.details = details
  }
}

export const errorJson = (error: CniError, facts: CniFacts): Written => ({
  code: error.code ?? facts.errorCode,
  msg: error.message,
  ...(error.details === null ? {} : { details: error.details }),
})

const compact = (entries: Readonly<Record<string, unknown>>): Written =>
  Object.fromEntries(Object.entries(entries).filter(([, v]) => v !== undefined && !(Array.isArray(v) && v.length === 0)))
const isOld = (version: string): boolean => ['', '0.1.0', '0.2.0'].includes(version)
const namesVersion = (version: string): boolean => version.startsWith('0.3.') || version === '0.4.0'

const interfaceJson = ({ name, mac, sandbox }: CniInterface): Written => compact({ name, mac: mac === '' ? undefined : mac, sandbox })
const addressText = ({ ip, length }: GivenAddress): string => `${ipText(ip)}/${length}`
const dnsJson = (dns: Dns): Written =>
  compact({ nameservers: dns.nameservers, domain: dns.domain || undefined, search: dns.search, options: dns.options })

/** A result in the form of a version; `form`: that of another one. Throws the words for one that this plugin does not know. */
export function resultJson(result: CniResult, facts: CniFacts, named: string, form = named): Written {
  if (isOld(form)) return oldJson(result, facts.oldResult.version(named))
  const cniVersion = isOld(named) ? facts.oldResult.version(named) : named
  const ips = result.ips.map(i =>
    compact({
      version: namesVersion(form) ? (familyOf(i.ip) === 'ipv4' ? '4' : '6') : undefined,
      interface: i.interface ?? undefined,
      address: addressText(i),
      gateway: i.gateway === null ? undefined : ipText(i.gateway),
    }),
  )
  const dns = dnsJson(result.dns)
  return compact({
    cniVersion,
    interfaces: result.interfaces.map(interfaceJson),
    ips,
    routes: result.routes,
    dns: namesVersion(form) || Object.keys(dns).length > 0 ? dns : undefined,
  })
}

/** Before 0.3.0: one address of each family, with the routes of its family. */
function oldJson(result: CniResult, cniVersion: string): Written {
  const side = (family: 'ipv4' | 'ipv6') => {
    const first = result.ips.find(i => familyOf(i.ip) === family)
    if (first === undefined) return undefined
    const routes = result.routes.filter(r => r.dst.includes(':') === (family === 'ipv6'))
    return compact({ ip: addressText(first), gateway: first.gateway === null ? undefined : ipText(first.gateway), routes })
  }
  const [ip4, ip6] = [side('ipv4'), side('ipv6')]
  if (ip4 === undefined && ip6 === undefined) throw new CniError('cannot convert: no valid IP addresses')
  return compact({ cniVersion, ip4, ip6, dns: dnsJson(result.dns) })
}

interface OldSide {
  readonly ip: string
  readonly gateway?: string
  readonly routes?: readonly IpamRoute[]
}

/** Reads a result of any version. */
export function readResult(written: Written): CniResult {
  const dns = (written.dns ?? {}) as Dns
  const sides = [written.ip4, written.ip6].filter((s): s is OldSide => s !== undefined)
  if (sides.length > 0)
    return {
      interfaces: [],
      ips: sides.map(s => ({ ...readInterfaceAddress(s.ip)!, gateway: readIp(s.gateway ?? '') ?? null, interface: null })),
      routes: sides.flatMap(s => s.routes ?? []),
      dns,
    }
  const ips = (written.ips ?? []) as readonly { address: string; gateway?: string; interface?: number }[]
  return {
    interfaces: (written.interfaces ?? []) as readonly CniInterface[],
    ips: ips.map(i => ({
      ...readInterfaceAddress(i.address)!,
      gateway: readIp(i.gateway ?? '') ?? null,
      interface: i.interface ?? null,
    })),
    routes: (written.routes ?? []) as readonly IpamRoute[],
    dns,
  }
}
