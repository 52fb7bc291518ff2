// IP addresses as values: an IPv4 address is a number, an IPv6 address a bigint, so that equal means ===.
// Text is parsed once, at the border, as strictly as Kubernetes does; `010.0.0.1`, `10.1` and zones are refused.
import ipaddr from 'ipaddr.js'

/** An IPv4 address: 0 … 2³²−1, most significant octet first. */
export type Ip4 = number & { readonly _ip4: never }
/** An IPv6 address: 0n … 2¹²⁸−1n. */
export type Ip6 = bigint & { readonly _ip6: never }
export type Ip = Ip4 | Ip6
export type Family = 'ipv4' | 'ipv6'
/** IPv4 first, as everywhere. */
export const FAMILIES: readonly Family[] = ['ipv4', 'ipv6']

/** 'ipv4' or 'ipv6'. */
export const familyOf = (ip: Ip): Family => (typeof ip === 'number' ? 'ipv4' : 'ipv6')
/** 32 or 128. */
export const bitsOf = (family: Family): number => (family === 'ipv4' ? 32 : 128)

const STRICT_IP4 = /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!$)|$)){4}$/
const LENIENT_IP4 = /^\d{1,20}(?:\.\d{1,20}){3}$/

/** The address that a text stands for, or undefined. IPv4 needs four decimal parts without leading zeros; IPv6 no zone. */
export function readIp(text: string): Ip | undefined {
  if (STRICT_IP4.test(text)) {
    let value = 0
    for (const part of text.split('.')) value = value * 256 + Number(part)
    return value as Ip4
  }
  if (!text.includes(':') || text.includes('%') || /^\s|\s$/.test(text)) return undefined
  const groups = withoutDots(text)
  if (groups === undefined || !ipaddr.IPv6.isValid(groups)) return undefined
  let value = 0n
  for (const byte of ipaddr.IPv6.parse(groups).toByteArray()) value = value * 256n + BigInt(byte)
  return value as Ip6
}

/** The dotted end of an IPv6 address as two hex groups: ipaddr.js takes `::1.2.3.4` for an IPv4-mapped address. Undefined where it is no IPv4 address. */
function withoutDots(text: string): string | undefined {
  const at = text.includes('.') ? text.lastIndexOf(':') + 1 : text.length
  if (at === text.length) return text
  const tail = STRICT_IP4.test(text.slice(at)) ? readIp(text.slice(at)) : undefined
  return typeof tail === 'number' ? `${text.slice(0, at)}${(tail >>> 16).toString(16)}:${(tail & 0xffff).toString(16)}` : undefined
}

/** As readIp, but decimal parts with leading zeros count too (`172.30.0.041`), as kube-proxy reads stored objects. */
export function readIpLeniently(text: string): Ip | undefined {
  return readIp(
    LENIENT_IP4.test(text)
      ? text
          .split('.')
          .map(part => part.replace(/^0+(?=\d)/, ''))
          .join('.')
      : text,
  )
}

/** The address that a text stands for; throws on anything else. For text of our own making. */
export function parseIp(text: string): Ip {
  const ip = readIp(text)
  if (ip === undefined) throw new Error(`not an IP address: ${JSON.stringify(text)}`)
  return ip
}

/** Canonical text: RFC 5952 for IPv6. */
export function ipText(ip: Ip): string {
  if (typeof ip === 'number') return `${ip >>> 24}.${(ip >>> 16) & 255}.${(ip >>> 8) & 255}.${ip & 255}`
  const bytes: number[] = []
  for (let shift = 120n; shift >= 0n; shift -= 8n) bytes.push(Number((ip >> shift) & 255n))
  const address = new ipaddr.IPv6(bytes)
  if (ip >> 32n === 0xffffn) return `::ffff:${ipText(Number(ip & 0xffffffffn) as Ip4)}`
  return address.toRFC5952String()
}

/** `10.0.0.1:80`, `[fd00::1]:80`. */
export const socketText = (ip: Ip, port: number): string => (typeof ip === 'number' ? `${ipText(ip)}:${port}` : `[${ipText(ip)}]:${port}`)

/** The host of what socketText wrote, or of an address without a port. */
export const hostOf = (socket: string): string => socket.replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1')

/** The address `by` places further (or back); undefined past either end of the family. */
export function addToIp(ip: Ip, by: number): Ip | undefined {
  if (typeof ip === 'number') {
    const sum = ip + by
    return sum < 0 || sum > 0xffffffff ? undefined : (sum as Ip4)
  }
  const sum = ip + BigInt(by)
  return sum < 0n || sum >> 128n !== 0n ? undefined : (sum as Ip6)
}

/** Orders by family (IPv4 first), then number. */
export function compareIps(a: Ip, b: Ip): number {
  if (typeof a !== typeof b) return typeof a === 'number' ? -1 : 1
  return a < b ? -1 : a > b ? 1 : 0
}

const LOOPBACK6 = 1n as Ip6

/** 127.0.0.0/8 or ::1. */
export const isLoopback = (ip: Ip): boolean => (typeof ip === 'number' ? ip >>> 24 === 127 : ip === LOOPBACK6)
/** 224.0.0.0/4 or ff00::/8. */
export const isMulticast = (ip: Ip): boolean => (typeof ip === 'number' ? ip >>> 28 === 14 : ip >> 120n === 0xffn)
/** 169.254.0.0/16 or fe80::/10. */
export const isLinkLocal = (ip: Ip): boolean => (typeof ip === 'number' ? ip >>> 16 === 0xa9fe : ip >> 118n === 0x3fan)
/** 0.0.0.0 or ::. */
export const isUnspecified = (ip: Ip): boolean => ip === 0 || ip === 0n
