// Chain names and probabilities as kube-proxy writes them.
import { hash } from 'node:crypto'

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/** The first 16 characters of base32(sha256(text)): what follows KUBE-SVC-, KUBE-SEP-, …. */
export function chainHash(text: string): string {
  const bytes = hash('sha256', text, 'buffer')
  let out = ''
  for (let at = 0; at < 10; at += 5) {
    const high = bytes[at]! * 4096 + bytes[at + 1]! * 16 + (bytes[at + 2]! >> 4)
    const low = (bytes[at + 2]! & 15) * 65536 + bytes[at + 3]! * 256 + bytes[at + 4]!
    for (const bits of [high, low]) for (let shift = 15; shift >= 0; shift -= 5) out += BASE32[(bits >> shift) & 31]!
  }
  return out
}

/** 1/n with so many digits, as Go's %f writes it: of two nearest the even one, which only powers of two ever meet. */
export function probabilityText(n: number, digits: 5 | 10): string {
  const scale = 10 ** digits
  const whole = Math.floor(scale / n)
  const tie = (n & (n - 1)) === 0 && (scale - whole * n) * 2 === n
  return tie ? ((whole + (whole % 2)) / scale).toFixed(digits) : (1 / n).toFixed(digits)
}
