// Validation of Endpoints and EndpointSlices: addresses that nothing may listen on, ports, names.
import { duplicate, type FieldError, invalid, required, tooMany } from './field-error'
import { goFamily } from './go-ip'
import { ipWarnings } from './ip-warnings'
import type { Loose } from './loose'
import { dns1123Label, dns1123Subdomain, ipAddress, labelValue, nonSpecialIp, portNumber, qualifiedName, strictIp } from './names'
import type { Path } from './path'
import { oneOf, ruled, wordOf } from './validate-meta'
import { PROTOCOL_NAMES } from './validate-service'

export function validateEndpoints(object: Loose): FieldError[] {
  return (object.subsets ?? []).flatMap((subset: Loose, i: number) => validateSubset(['subsets', i], subset))
}

function validateSubset(path: Path, subset: Loose): FieldError[] {
  const ready: Loose[] = subset.addresses ?? []
  const unready: Loose[] = subset.notReadyAddresses ?? []
  const ports: Loose[] = subset.ports ?? []
  return [
    ...(ready.length + unready.length === 0 ? [required(path, 'must specify `addresses` or `notReadyAddresses`')] : []),
    ...ready.flatMap((a, i) => validateAddress([...path, 'addresses', i], a)),
    ...unready.flatMap((a, i) => validateAddress([...path, 'notReadyAddresses', i], a)),
    ...ports.flatMap((p, i) => validatePort([...path, 'ports', i], p, ports.length > 1)),
  ]
}

function validateAddress(path: Path, address: Loose): FieldError[] {
  return [
    ...ruled([...path, 'ip'], address.ip ?? '', ipAddress),
    ...(address.hostname ? ruled([...path, 'hostname'], address.hostname, dns1123Label) : []),
    ...(address.nodeName !== undefined ? ruled([...path, 'nodeName'], address.nodeName, dns1123Subdomain) : []),
    ...ruled([...path, 'ip'], address.ip ?? '', nonSpecialIp),
  ]
}

function validatePort(path: Path, port: Loose, needsName: boolean): FieldError[] {
  return [
    ...(port.name ? ruled([...path, 'name'], port.name, dns1123Label) : needsName ? [required([...path, 'name'])] : []),
    ...portNumber(port.port ?? 0).map(d => invalid([...path, 'port'], port.port ?? 0, d)),
    ...oneOf([...path, 'protocol'], port.protocol, PROTOCOL_NAMES),
    ...(port.appProtocol === undefined ? [] : ruled([...path, 'appProtocol'], port.appProtocol, qualifiedName)),
  ]
}

export function validateEndpointSlice(object: Loose): FieldError[] {
  const ports: Loose[] = object.ports ?? []
  const names = new Set<string>()
  return [
    ...(object.addressType ? oneOf(['addressType'], object.addressType, ['FQDN', 'IPv4', 'IPv6']) : [required(['addressType'])]),
    ...(ports.length > 20_000 ? [tooMany(['ports'], ports.length, 20_000)] : []),
    ...ports.flatMap((port, i) => {
      const name: string = port.name ?? ''
      const errors = name === '' ? [] : ruled(['ports', i, 'name'], name, dns1123Label)
      if (names.has(name)) errors.push(duplicate(['ports', i, 'name'], name))
      names.add(name)
      const app = port.appProtocol === undefined ? [] : ruled(['ports', i, 'appProtocol'], port.appProtocol, qualifiedName)
      return [...errors, ...wordOf(['ports', i, 'protocol'], port.protocol, PROTOCOL_NAMES), ...app]
    }),
    ...((object.endpoints ?? []).length > 1000 ? [tooMany(['endpoints'], object.endpoints.length, 1000)] : []),
    ...(object.endpoints ?? []).slice(0, 1000).flatMap((e: Loose, i: number) => validateEndpoint(['endpoints', i], e, object.addressType)),
  ]
}

function validateEndpoint(path: Path, endpoint: Loose, type: string): FieldError[] {
  const addresses: string[] = endpoint.addresses ?? []
  return [
    ...(addresses.length === 0 ? [required([...path, 'addresses'], 'must contain at least 1 address')] : []),
    ...(addresses.length > 100 ? [tooMany([...path, 'addresses'], addresses.length, 100)] : []),
    ...addresses.flatMap((address, i) => validateSliceAddress([...path, 'addresses', i], address, type)),
    ...(endpoint.nodeName !== undefined ? ruled([...path, 'nodeName'], endpoint.nodeName, dns1123Subdomain) : []),
    ...(endpoint.hostname === undefined ? [] : ruled([...path, 'hostname'], endpoint.hostname, dns1123Label)),
    ...validateHints([...path, 'hints'], endpoint.hints ?? {}),
  ]
}

function validateHints(path: Path, hints: Loose): FieldError[] {
  return (['forZones', 'forNodes'] as const).flatMap(name => {
    const seen = new Set<string>()
    const list: Loose[] = hints[name] ?? []
    if (list.length > 8) return [tooMany([...path, name], list.length, 8)]
    return list.flatMap((hint, i) => {
      const at = [...path, name, i, 'name']
      const zone: string = hint.name ?? ''
      const twice = seen.has(zone) ? [duplicate(at, zone)] : []
      seen.add(zone)
      return [...twice, ...ruled(at, zone, name === 'forZones' ? labelValue : dns1123Subdomain)]
    })
  })
}

function validateSliceAddress(path: Path, address: string, type: string): FieldError[] {
  if (type === 'FQDN') return validateFqdn(path, address)
  if (type !== 'IPv4' && type !== 'IPv6') return []
  const wrong = ruled(path, address, type === 'IPv4' ? ipAddress : strictIp)
  if (wrong.length > 0) return wrong
  const other = goFamily(address) !== (type === 'IPv6' ? 'ipv6' : 'ipv4')
  return [...(other ? [invalid(path.slice(0, -1), address, `must be an ${type} address`)] : []), ...ruled(path, address, nonSpecialIp)]
}

/** At least two labels; a dot at the end does not count. */
function validateFqdn(path: Path, address: string): FieldError[] {
  if (address === '') return [required(path)]
  const text = address.replace(/\.$/, '')
  const wrong = ruled(path, text, dns1123Subdomain).map(e => ({ ...e, value: text }))
  if (wrong.length > 0) return wrong
  if (text.split('.').length < 2) return [invalid(path, text, 'should be a domain with at least two segments separated by dots')]
  return text.split('.').flatMap(label => ruled(path, label, dns1123Label))
}

const OWN_MANAGERS = ['endpoint-controller', 'endpointslice-controller.k8s.io', 'endpointslicemirroring-controller.k8s.io']
/** What a controller of the cluster makes is not looked at. */
const isOwn = (object: Loose, label: string): boolean => OWN_MANAGERS.includes(object.metadata?.labels?.[label])

/** Odd addresses in Endpoints. */
export const endpointsWarnings = (object: Loose): readonly string[] =>
  isOwn(object, 'endpoints.kubernetes.io/managed-by')
    ? []
    : ((object.subsets ?? []) as Loose[]).flatMap((subset, i) =>
        (['addresses', 'notReadyAddresses'] as const).flatMap(list =>
          ((subset[list] ?? []) as Loose[]).flatMap((a, j) => ipWarnings(`subsets[${i}].${list}[${j}].ip`, a.ip ?? '')),
        ),
      )

/** Odd addresses in a slice, and names. */
export const sliceWarnings = (object: Loose): readonly string[] => [
  ...(object.addressType === 'FQDN' ? ['spec.addressType: FQDN endpoints are deprecated'] : []),
  ...(isOwn(object, 'endpointslice.kubernetes.io/managed-by')
    ? []
    : ((object.endpoints ?? []) as Loose[]).flatMap((e, i) =>
        ((e.addresses ?? []) as string[]).flatMap((address, j) => ipWarnings(`endpoints[${i}].addresses[${j}]`, address)),
      )),
]
