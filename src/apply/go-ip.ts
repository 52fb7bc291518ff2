// Addresses as Go reads and prints them: leading zeros pass, and an IPv4 address in IPv6 clothes is an IPv4 address. Stands for ParseIPSloppy.
import { type Family, familyOf, type Ip, type Ip4, ipText, readIpLeniently } from '../addr/ip'

const MAPPED = 0xffffn

/** Whether a text is an IPv4 address written as an IPv6 one: `::ffff:1.2.3.4`. */
export const isMapped = (ip: Ip): boolean => typeof ip === 'bigint' && ip >> 32n === MAPPED

/** The address that it stands for. */
export const unmapped = (ip: Ip): Ip => (typeof ip === 'bigint' && isMapped(ip) ? (Number(ip & 0xffffffffn) as Ip4) : ip)

export function readGoIp(text: string): Ip | undefined {
  const ip = readIpLeniently(text)
  return ip === undefined ? undefined : unmapped(ip)
}

export const goIpText = (ip: Ip): string => ipText(unmapped(ip))

/** Undefined for what is no address. */
export function goFamily(text: string): Family | undefined {
  const ip = readGoIp(text)
  return ip === undefined ? undefined : familyOf(ip)
}
