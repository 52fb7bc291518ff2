// Names for addresses: `10.1.96.10.in-addr.arpa.` and back.
import { type Cidr, readCidr } from '../addr/cidr'
import { type Ip, type Ip4, type Ip6, ipText, readIp } from '../addr/ip'

const V4 = '.in-addr.arpa.'
const V6 = '.ip6.arpa.'

/** Whether a normal name lies in one of the two reverse zones. */
export const isReverse = (name: string): boolean => /(?:^|\.)(?:in-addr|ip6)\.arpa\.$/.test(name)

/** Bits that one label of a reverse name stands for. */
const bitsOfLabel = (ip: Ip): number => (typeof ip === 'number' ? 8 : 4)

/** `10.0.0.0/24` as the zones of its reverse names; several where its length ends inside a label; undefined for other text. */
export function reverseZones(text: string): readonly string[] | undefined {
  const net = readCidr(text)
  if (net === undefined) return undefined
  const bits = bitsOfLabel(net.ip)
  const length = Math.ceil(net.length / bits) * bits
  return Array.from({ length: 2 ** (length - net.length) }, (_, i) => zoneOfWhole(nth(net, length, i), length / bits))
}

/** The i-th of the networks of `length` bits inside a larger one. */
const nth = ({ ip }: Cidr, length: number, i: number): Ip =>
  typeof ip === 'number' ? ((ip + i * 2 ** (32 - length)) as Ip4) : ((ip + (BigInt(i) << BigInt(128 - length))) as Ip6)

function zoneOfWhole(ip: Ip, labels: number): string {
  const all = reverseName(ip).split('.')
  return all.slice((typeof ip === 'number' ? 4 : 32) - labels).join('.')
}

/** The name to ask PTR for. */
export function reverseName(ip: Ip): string {
  if (typeof ip === 'number') return `${ipText(ip).split('.').reverse().join('.')}${V4}`
  return `${[...ip.toString(16).padStart(32, '0')].reverse().join('.')}${V6}`
}

/** The address that a normal name asks about; none when it is not the whole of one. */
export function addressOfReverse(name: string): Ip | undefined {
  if (name.endsWith(V4)) return readIp(name.slice(0, -V4.length).split('.').reverse().join('.'))
  if (!name.endsWith(V6)) return undefined
  const digits = name.slice(0, -V6.length).split('.').reverse()
  if (digits.length !== 32 || !digits.every(d => /^[0-9a-f]$/.test(d))) return undefined
  return readIp((digits.join('').match(/.{4}/g) ?? []).join(':'))
}
