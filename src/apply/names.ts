// Kubernetes' rules for names, labels, ports and addresses, each answering with its own words for what is wrong: empty when nothing is.
import { cidrText as printCidr, readCidrLeniently } from '../addr/cidr'
import { ipText, isLinkLocal, isLoopback, isUnspecified, readIp, readIpLeniently } from '../addr/ip'
import { isMapped, readGoIp } from './go-ip'

const DNS1123_LABEL = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/
const DNS1123_SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/
const DNS1035_LABEL = /^[a-z]([-a-z0-9]*[a-z0-9])?$/
const LABEL_VALUE = /^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$/
const KEY_NAME = /^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/

const DNS1123_LABEL_TEXT =
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')"
const DNS1123_SUBDOMAIN_TEXT =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"
const DNS1035_LABEL_TEXT =
  "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')"
const LABEL_VALUE_TEXT =
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')"
const KEY_NAME_TEXT =
  "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')"
const KEY_TEXT =
  "a valid label key must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]') with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')"

export type Rule = (text: string) => readonly string[]

const sized = (text: string, max: number, unit = 'characters'): string[] =>
  text.length > max ? [`must be no more than ${max} ${unit}`] : []

/** What is a subdomain but no label has dots, and hears only that. */
export const dns1123Label: Rule = text => [
  ...sized(text, 63),
  ...(DNS1123_LABEL.test(text) ? [] : DNS1123_SUBDOMAIN.test(text) ? [NO_DOTS] : [DNS1123_LABEL_TEXT]),
]
const NO_DOTS = 'must not contain dots'

/** A DNS name in which labels may have underscores: search domains. */
export const dns1123WithUnderscores: Rule = text => [
  ...sized(text, 253),
  ...(/^_?[a-z0-9]([-_a-z0-9]*[a-z0-9])?(\._?[a-z0-9]([-_a-z0-9]*[a-z0-9])?)*$/.test(text) ? [] : [UNDERSCORES_TEXT]),
]
const UNDERSCORES_TEXT =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '_', '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '_?[a-z0-9]([-_a-z0-9]*[a-z0-9])?(\\._?[a-z0-9]([-_a-z0-9]*[a-z0-9])?)*')"

/** `*.example.com` */
export const wildcardSubdomain: Rule = text =>
  /^\*\.[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/.test(text) ? [] : [WILDCARD_TEXT]
const WILDCARD_TEXT =
  "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must consist of lower case alphanumeric characters, '-' or '.' and end with an alphanumeric character (e.g. '*.example.com', regex used for validation is '\\*\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"

/** A key of a ConfigMap or Secret. */
export const configKey: Rule = text => [
  ...sized(text, 253),
  ...(/^[-._a-zA-Z0-9]+$/.test(text) ? [] : [CONFIG_KEY_TEXT]),
  ...(text === '.'
    ? ["must not be '.'"]
    : text === '..'
      ? ["must not be '..'"]
      : text.startsWith('..')
        ? ["must not start with '..'"]
        : []),
]
const CONFIG_KEY_TEXT =
  "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')"

export const httpHeaderName: Rule = text => (/^[-A-Za-z0-9]+$/.test(text) ? [] : [HEADER_TEXT])
const HEADER_TEXT =
  "a valid HTTP header must consist of alphanumeric characters or '-' (e.g. 'X-Header-Name', regex used for validation is '[-A-Za-z0-9]+')"

export const nonNegative = 'must be greater than or equal to 0'
export const dns1123Subdomain: Rule = text => [...sized(text, 253), ...(DNS1123_SUBDOMAIN.test(text) ? [] : [DNS1123_SUBDOMAIN_TEXT])]
export const dns1035Label: Rule = text => [...sized(text, 63), ...(DNS1035_LABEL.test(text) ? [] : [DNS1035_LABEL_TEXT])]
export const labelValue: Rule = text => [...sized(text, 63, 'bytes'), ...(LABEL_VALUE.test(text) ? [] : [LABEL_VALUE_TEXT])]

/** A label's or annotation's key: `name` or `example.com/name`. */
export const qualifiedName: Rule = text => {
  const parts = text.split('/')
  if (parts.length > 2) return [KEY_TEXT]
  const name = parts.at(-1)!
  const wrong: string[] = []
  if (parts.length === 2) {
    if (parts[0] === '') wrong.push('prefix part must be non-empty')
    else wrong.push(...dns1123Subdomain(parts[0]!).map(w => `prefix part ${w}`))
  }
  if (name === '') wrong.push('name part must be non-empty')
  else if (name.length > 63) wrong.push('name part must be no more than 63 bytes')
  if (!KEY_NAME.test(name)) wrong.push(KEY_NAME_TEXT)
  return wrong
}

/** Names of container ports and of named target ports: at most 15 characters, with a letter. */
export const portName: Rule = text => [
  ...sized(text, 15),
  ...(/^[-a-zA-Z0-9]+$/.test(text) && /^[-a-z0-9]+$/.test(text)
    ? []
    : ['must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)']),
  ...(/[a-z]/.test(text) ? [] : ['must contain at least one letter (a-z)']),
  ...(text.includes('--') ? ['must not contain consecutive hyphens'] : []),
  ...(/^-|-$/.test(text) ? ['must not begin or end with a hyphen'] : []),
]

export const portNumber = (port: number): readonly string[] =>
  port >= 1 && port <= 65535 ? [] : ['must be between 1 and 65535, inclusive']

/** An address as the API takes it in old fields: leading zeros pass. */
export const ipAddress: Rule = text =>
  readIpLeniently(text) === undefined ? ['must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)'] : []
/** An address in the one form that names it: in newer fields, and as the name of an IPAddress. */
export const strictIp: Rule = text => {
  const ip = readIpLeniently(text)
  if (ip === undefined) return ipAddress(text)
  if (isMapped(ip)) return ['must not be an IPv4-mapped IPv6 address']
  if (readIp(text) === undefined) return ['must not have leading 0s']
  return ipText(ip) === text ? [] : [`must be in canonical form (${JSON.stringify(ipText(ip))})`]
}

/** A CIDR in the one form that names it. */
export const strictCidr: Rule = text => {
  const cidr = readCidrLeniently(text)
  if (cidr === undefined) return cidrText(text)
  const [address = '', length = ''] = text.split('/')
  const ip = readIpLeniently(address)!
  if (readIp(address) === undefined) return ['must not have leading 0s in IP or prefix length']
  if (length.length > 1 && length.startsWith('0')) return ['must not have leading 0s in IP or prefix length']
  if (isMapped(ip)) return ['must not have an IPv4-mapped IPv6 address']
  const plain = printCidr(cidr)
  if (ip !== cidr.ip) return ['must not have bits set beyond the prefix length']
  return plain === text ? [] : [`must be in canonical form (${JSON.stringify(plain)})`]
}

/** A name that can be a part of a URL. */
export const pathSegment: Rule = text => {
  if (text === '.' || text === '..') return [`may not be '${text}'`]
  return ['/', '%'].filter(c => text.includes(c)).map(c => `may not contain '${c}'`)
}
export const cidrText: Rule = text =>
  readCidrLeniently(text) === undefined ? ['must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)'] : []

/** Addresses that no endpoint and no external address may have. */
export const nonSpecialIp: Rule = text => {
  const ip = readGoIp(text)
  if (ip === undefined) return ['must be a valid IP address']
  if (isUnspecified(ip)) return [`may not be unspecified (${text})`]
  const multicast = typeof ip === 'number' ? ip >>> 8 === 0xe00000 : ip >> 112n === 0xff02n
  return [
    ...(isLoopback(ip) ? ['may not be in the loopback range (127.0.0.0/8, ::1/128)'] : []),
    ...(isLinkLocal(ip) ? ['may not be in the link-local range (169.254.0.0/16, fe80::/10)'] : []),
    ...(multicast ? ['may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)'] : []),
  ]
}
