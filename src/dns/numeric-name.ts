// Names that are addresses for a C library, without any question. In: a name as a program gives it; out: the address. Upstream: inet_aton, inet_pton, and glibc's nss/digits_dots.c (2.36).
import { type Ip, type Ip4, readIp } from '../addr/ip'
import type { RecordType } from './record'

const PARTS = /^(?:0x[0-9a-f]+|0[0-7]*|[1-9]\d*)$/i

/** `10.1` is 10.0.0.1, `0x7f.1` is 127.0.0.1: one to four numbers, the last filling what is left. Addresses of IPv6 as they are. */
export function numericAddress(name: string): Ip | undefined {
  if (name.includes(':')) return readIp(name)
  const texts = name.split('.')
  if (texts.length > 4 || !texts.every(t => PARTS.test(t))) return undefined
  const numbers = texts.map(t => (/^0[0-7]+$/.test(t) ? Number.parseInt(t, 8) : Number(t)))
  const last = numbers.pop()!
  if (numbers.some(n => n > 255) || last >= 256 ** (4 - numbers.length)) return undefined
  return (numbers.reduce((sum, n, i) => sum + n * 256 ** (3 - i), 0) + last) as Ip4
}

/** What glibc takes for a wrong address, and what is no hostname for it: neither is asked for. */
export function isAskedByGlibc(name: string, types: readonly RecordType[]): boolean {
  // With a dot at the end it comes from dig and its like, which ask for anything.
  if (name.endsWith('.')) return true
  if (!/^[A-Za-z0-9_.][A-Za-z0-9_.-]*$/.test(name)) return false
  // Only programs that want IPv4 alone come through its check of digits and dots.
  return types.some(t => t !== 'A') || !/^\d[\d.]*$/.test(name)
}

/** The IPv4 address in `::ffff:10.0.0.1`, which glibc gives to who wants IPv4. */
export const unmapped = (ip: Ip): Ip => (typeof ip === 'bigint' && ip >> 32n === 0xffffn ? (Number(ip & 0xffff_ffffn) as Ip4) : ip)
