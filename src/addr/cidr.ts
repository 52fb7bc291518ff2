// Networks in CIDR form and address ranges: containment, overlap, subtraction, as values.
import { type Family, type Ip, type Ip4, type Ip6, bitsOf, familyOf, ipText, readIp, readIpLeniently } from './ip'

/** A network: `ip` is its first address (host bits zero), `length` its prefix length. */
export interface Cidr {
  readonly ip: Ip
  readonly length: number
}

/** All addresses from `first` to `last`, both included; both of one family. */
export interface IpRange {
  readonly first: Ip
  readonly last: Ip
}

/** The network of `length` bits that holds `ip`. */
export function networkOf(ip: Ip, length: number): Cidr {
  if (typeof ip === 'number') return { ip: (length === 0 ? 0 : (ip & (0xffffffff << (32 - length))) >>> 0) as Ip4, length }
  const host = 128n - BigInt(length)
  return { ip: ((ip >> host) << host) as Ip6, length }
}

function read(text: string, readAddress: (text: string) => Ip | undefined): { ip: Ip; length: number } | undefined {
  const parts = /^([^/]+)\/(0|[1-9]\d{0,2})$/.exec(text)
  const ip = parts ? readAddress(parts[1]!) : undefined
  const length = Number(parts?.[2])
  return ip === undefined || length > bitsOf(familyOf(ip)) ? undefined : { ip, length }
}

/** The network that a text stands for, or undefined. Host bits are cut off, as Kubernetes reads them. */
export function readCidr(text: string): Cidr | undefined {
  const parts = read(text, readIp)
  return parts && networkOf(parts.ip, parts.length)
}

/** As readCidr, with leading zeros in address and length (`203.0.113.000/025`), as kube-proxy reads stored objects. */
export function readCidrLeniently(text: string): Cidr | undefined {
  const parts = read(text.replace(/\/0+(?=\d)/, '/'), readIpLeniently)
  return parts && networkOf(parts.ip, parts.length)
}

/** An address with the length of its network, as devices carry it: `10.244.1.1/24` keeps the .1. */
export function readInterfaceAddress(text: string): { readonly ip: Ip; readonly length: number } | undefined {
  return read(text, readIp)
}

/** The network that a text stands for; throws on anything else. For text of our own making. */
export function parseCidr(text: string): Cidr {
  const cidr = readCidr(text)
  if (cidr === undefined) throw new Error(`not a CIDR: ${JSON.stringify(text)}`)
  return cidr
}

/** `10.244.0.0/16`. */
export const cidrText = (cidr: Cidr): string => `${ipText(cidr.ip)}/${cidr.length}`
/** The family of its addresses. */
export const cidrFamily = (cidr: Cidr): Family => familyOf(cidr.ip)

/** Whether the address lies in the network; never across families. */
export function contains(cidr: Cidr, ip: Ip): boolean {
  if (typeof ip === 'number') {
    if (typeof cidr.ip !== 'number') return false
    return cidr.length === 0 || (ip ^ cidr.ip) >>> (32 - cidr.length) === 0
  }
  if (typeof cidr.ip === 'number') return false
  const host = 128n - BigInt(cidr.length)
  return ip >> host === cidr.ip >> host
}

/** Whether every address of `inner` lies in `outer`. */
export const containsCidr = (outer: Cidr, inner: Cidr): boolean => inner.length >= outer.length && contains(outer, inner.ip)
/** Whether the two share an address. */
export const overlaps = (a: Cidr, b: Cidr): boolean => containsCidr(a, b) || containsCidr(b, a)

/** First and last address. */
export function rangeOf(cidr: Cidr): IpRange {
  if (typeof cidr.ip === 'number') return { first: cidr.ip, last: (cidr.ip + 2 ** (32 - cidr.length) - 1) as Ip4 }
  return { first: cidr.ip, last: (cidr.ip + (1n << (128n - BigInt(cidr.length))) - 1n) as Ip6 }
}
