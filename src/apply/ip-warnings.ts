// What a modern API server warns of in addresses and CIDRs that it still takes: leading zeros, IPv4 in IPv6, bits behind the length, odd IPv6 texts.
import { cidrText, readCidr, readCidrLeniently } from '../addr/cidr'
import { ipText, readIp, readIpLeniently } from '../addr/ip'

/** Warnings about one address at a field. */
export function ipWarnings(field: string, text: string): readonly string[] {
  const ip = readIpLeniently(text)
  if (ip === undefined) return []
  const plain = ipText(ip)
  if (readIp(text) === undefined || isMapped(text))
    return [
      `${field}: non-standard IP address ${quoted(text)} will be considered invalid in a future Kubernetes release: use ${quoted(plain)}`,
    ]
  return typeof ip === 'bigint' && plain !== text
    ? [`${field}: IPv6 address ${quoted(text)} should be in RFC 5952 canonical format (${quoted(plain)})`]
    : []
}

/** Warnings about one CIDR at a field. */
export function cidrWarnings(field: string, text: string): readonly string[] {
  const cidr = readCidrLeniently(text)
  const address = text.split('/')[0] ?? ''
  const ip = readIpLeniently(address)
  if (cidr === undefined || ip === undefined) return []
  const plain = cidrText(cidr)
  const network = plain.split('/')[0]
  const warnings: string[] = []
  if (ipText(ip) !== network) {
    const single = `${ipText(ip)}/${typeof ip === 'number' ? 32 : 128}`
    warnings.push(`${field}: CIDR value ${quoted(text)} is ambiguous in this context (should be ${quoted(plain)} or ${quoted(single)}?)`)
  }
  if (readIp(address) === undefined || isMapped(address) || (readCidr(text) === undefined && ipText(ip) === network))
    warnings.push(
      `${field}: non-standard CIDR value ${quoted(text)} will be considered invalid in a future Kubernetes release: use ${quoted(plain)}`,
    )
  else if (typeof ip === 'bigint' && ipText(ip) !== address)
    warnings.push(`${field}: IPv6 CIDR value ${quoted(text)} should be in RFC 5952 canonical format (${quoted(plain)})`)
  return warnings
}

const quoted = (text: string): string => JSON.stringify(text)
const isMapped = (text: string): boolean => /^::ffff:\d+\./i.test(text)
