// How Go prints the values that the plugins put into their errors and onto their standard error: `%v` and `%+v` of networks and routes, `%#v` of a configuration.
import { familyOf, type Ip, ipText } from '../../addr/ip'
import { bitsOf } from '../../addr/ip'
import type { GivenAddress } from './attachment'
import { readNetwork } from './ipam'
import type { IpamRoute } from './result'
import type { CniFacts } from './profile'

/** A nil address is `<nil>`. */
export const goIp = (ip: Ip | null): string => (ip === null ? '<nil>' : ipText(ip))

/** The bits of a mask in hex: `ffff0000`. */
function maskText(ip: Ip, length: number): string {
  const bits = bitsOf(familyOf(ip))
  const all = ((1n << BigInt(length)) - 1n) << BigInt(bits - length)
  return all.toString(16).padStart(bits / 4, '0')
}

/** `{10.77.0.0 ffff0000}`, a net.IPNet by `%v`. */
export const goNetwork = ({ ip, length }: GivenAddress): string => `{IP:${ipText(ip)} Mask:${maskText(ip, length)}}`
export const goShortNetwork = ({ ip, length }: GivenAddress): string => `{${ipText(ip)} ${maskText(ip, length)}}`

const nil = (value: number | undefined): string => (value === undefined ? '<nil>' : `${value}`)

/** A route by `%v`. */
export function goRoute(r: IpamRoute, { routeDetails }: CniFacts): string {
  const base = `Dst:${goNetwork(readNetwork(r.dst))} GW:${r.gw ?? '<nil>'}`
  if (!routeDetails) return `{${base}}`
  return `{${base} MTU:${r.mtu ?? 0} AdvMSS:${r.advmss ?? 0} Priority:${r.priority ?? 0} Table:${nil(r.table)} Scope:${nil(r.scope)}}`
}

const SCOPES: Readonly<Record<number, string>> = { 0: 'universe', 200: 'site', 253: 'link', 254: 'host', 255: 'nowhere' }
export const goScope = (scope = 0): string => SCOPES[scope] ?? 'unknown'

const bytes = (ip: Ip): readonly number[] => {
  const bits = bitsOf(familyOf(ip))
  return Array.from({ length: bits / 8 }, (_, i) => Number((BigInt(ip) >> BigInt(bits - 8 * (i + 1))) & 0xffn))
}
const slice = (type: string, values: readonly number[]): string => `${type}{${values.map(v => `0x${v.toString(16)}`).join(', ')}}`

function routeSyntax(r: IpamRoute): string {
  const { ip, length } = readNetwork(r.dst)
  const mask = [...Array(bitsOf(familyOf(ip)) / 8).keys()].map(i => (0xff00 >> Math.min(8, Math.max(0, length - 8 * i))) & 0xff)
  const gw = r.gw === undefined ? 'net.IP(nil)' : slice('net.IP', bytes16(readNetwork(`${r.gw}/${r.gw.includes(':') ? 128 : 32}`).ip))
  const pointer = (value: number | undefined) => (value === undefined ? '(*int)(nil)' : '(*int)(0xADDRESS)')
  const numbers = `MTU:${r.mtu ?? 0}, AdvMSS:${r.advmss ?? 0}, Priority:${r.priority ?? 0}, Table:${pointer(r.table)}, Scope:${pointer(r.scope)}`
  return `types.Route{Dst:net.IPNet{IP:${slice('net.IP', bytes(ip))}, Mask:${slice('net.IPMask', mask)}}, GW:${gw}, ${numbers}}`
}

/** An address alone is held in 16 bytes. */
const bytes16 = (ip: Ip): readonly number[] =>
  familyOf(ip) === 'ipv6' ? bytes(ip) : [...Array<number>(10).fill(0), 0xff, 0xff, ...bytes(ip)]

const MAP = 'map[string]interface {}'

/** A value of a configuration by `%#v`; addresses in memory are a word. */
export function goSyntax(value: unknown): string {
  if (value === null) return 'interface {}(nil)'
  if (typeof value === 'string') return JSON.stringify(value)
  if (typeof value === 'number') return Number.isInteger(value) && Math.abs(value) < 1e21 ? floatText(value) : `${value}`
  if (typeof value !== 'object') return String(value)
  if (Array.isArray(value)) return `[]interface {}{${value.map(goSyntax).join(', ')}}`
  if ('pointer' in value) return '(*uint)(0xADDRESS)'
  if ('goRoutes' in value) return `[]types.Route{${(value.goRoutes as readonly IpamRoute[]).map(routeSyntax).join(', ')}}`
  if ('goRanges' in value) {
    const ranges = (value.goRanges as readonly string[]).map(s => `[]${MAP}{${MAP}{"subnet":${JSON.stringify(s)}}}`)
    return `[][]${MAP}{${ranges.join(', ')}}`
  }
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return `${MAP}{${entries.map(([k, v]) => `${JSON.stringify(k)}:${goSyntax(v)}`).join(', ')}}`
}

/** A float64 that is whole: as digits below 1e21. */
const floatText = (value: number): string =>
  Math.abs(value) >= 1e6 ? value.toExponential().replace(/e\+?(-?)(\d)$/, 'e+$10$2') : `${value}`
