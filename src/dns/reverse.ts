// Names for addresses: `10.1.96.10.in-addr.arpa.` and back.
import { type Ip, ipText, readIp } from '../addr/ip'

const V4 = '.in-addr.arpa.'
const V6 = '.ip6.arpa.'

/** Whether a normal name lies in one of the two reverse zones. */
export const isReverse = (name: string): boolean => /(?:^|\.)(?:in-addr|ip6)\.arpa\.$/.test(name)

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
