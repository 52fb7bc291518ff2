// What a modern API server warns of in addresses and CIDRs that it still takes: leading zeros, IPv4 in IPv6, bits behind the length, odd IPv6 texts.
import { cidrText, readCidr, readCidrLeniently } from '../addr/cidr'
import { ipText, readIp, readIpLeniently } from '../addr/ip'
import { goIpText, isMapped } from './go-ip'

/** Warnings about one address at a field. */
export function ipWarnings(field: string, text: string): readonly string[] {
  const ip = readIpLeniently(text)
  if (ip === undefined) return []
  if (readIp(text) === undefined || isMapped(ip))
    return [
      `${field}: non-standard IP address ${quoted(text)} will be considered invalid in a future Kubernetes release: use ${quoted(goIpText(ip))}`,
    ]
  return typeof ip === 'bigint' && ipText(ip) !== text
    ? [`${field}: IPv6 address ${quoted(text)} should be in RFC 5952 canonical format (${quoted(ipText(ip))})`]
    : []
}

/** Warnings about one CIDR at a field. */
export function cidrWarnings(field: string, text: string): readonly string[] {
  const cidr = readCidrLeniently(text)
  const ip = readIpLeniently(text.split('/')[0] ?? '')
  if (cidr === undefined || ip === undefined) return []
  const plain = cidrText(cidr)
  const warnings: string[] = []
  if (ip !== cidr.ip) {
    const single = `${goIpText(ip)}/${typeof ip === 'number' ? 32 : 128}`
    warnings.push(`${field}: CIDR value ${quoted(text)} is ambiguous in this context (should be ${quoted(plain)} or ${quoted(single)}?)`)
  }
  if (readCidr(text) === undefined || isMapped(ip))
    warnings.push(
      `${field}: non-standard CIDR value ${quoted(text)} will be considered invalid in a future Kubernetes release: use ${quoted(plain)}`,
    )
  else if (warnings.length === 0 && typeof ip === 'bigint' && plain !== text)
    warnings.push(`${field}: IPv6 CIDR value ${quoted(text)} should be in RFC 5952 canonical format (${quoted(plain)})`)
  return warnings
}

const quoted = (text: string): string => JSON.stringify(text)
