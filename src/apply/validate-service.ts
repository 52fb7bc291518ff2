// Validation of a Service as the API server does it after defaulting, in its order and words; ranges and taken addresses are allocation, not here.
import { readCidrLeniently } from '../addr/cidr'
import { familyOf, readIpLeniently } from '../addr/ip'
import { duplicate, type FieldError, forbidden, invalid, required } from './field-error'
import type { Loose } from './loose'
import { cidrText, dns1123Label, dns1123Subdomain, ipAddress, nonSpecialIp, portName, portNumber } from './names'
import type { Path } from './path'
import { oneOf, ruled, validateLabels } from './validate-meta'

export const PROTOCOL_NAMES = ['SCTP', 'TCP', 'UDP'] as const

export function validateService(object: Loose): FieldError[] {
  const spec: Loose = object.spec ?? {}
  const ports: Loose[] = spec.ports ?? []
  const headless = spec.clusterIP === 'None' || spec.clusterIPs?.[0] === 'None'
  return [
    ...(ports.length === 0 && !headless && spec.type !== 'ExternalName' ? [required(['spec', 'ports'])] : []),
    ...validateType(spec),
    ...ports.flatMap((port, i) => validatePort(['spec', 'ports', i], port, ports, i)),
    ...validateLabels(['spec', 'selector'], spec.selector),
    ...validateAffinity(spec),
    ...(spec.externalIPs ?? []).flatMap((ip: string, i: number) => validateExternalIp(['spec', 'externalIPs', i], ip)),
    ...oneOf(['spec', 'type'], spec.type, ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort']),
    ...validateNodePorts(spec, ports),
    ...validateLoadBalancer(spec),
    ...validateTrafficPolicies(spec),
    ...validateClusterIps(spec),
    ...validateFamilies(spec),
  ]
}

function validateType(spec: Loose): FieldError[] {
  const none = spec.clusterIP === 'None' || spec.clusterIPs?.[0] === 'None'
  if ((spec.type === 'NodePort' || spec.type === 'LoadBalancer') && none)
    return [invalid(['spec', 'clusterIPs', 0], 'None', `may not be set to 'None' for ${spec.type} services`)]
  if (spec.type !== 'ExternalName') return []
  const errors: FieldError[] = []
  if (spec.clusterIP || spec.clusterIPs?.length > 0)
    errors.push(forbidden(['spec', 'clusterIPs'], 'may not be set for ExternalName services'))
  if (!spec.externalName) return [...errors, required(['spec', 'externalName'])]
  return [
    ...errors,
    ...ruled(['spec', 'externalName'], spec.externalName.replace(/\.$/, ''), dns1123Subdomain).map(e => ({
      ...e,
      value: spec.externalName,
    })),
  ]
}

function validatePort(path: Path, port: Loose, ports: readonly Loose[], i: number): FieldError[] {
  const errors: FieldError[] = []
  if (ports.length > 1 && !port.name) errors.push(required([...path, 'name']))
  else if (port.name) {
    errors.push(...ruled([...path, 'name'], port.name, dns1123Label))
    if (ports.slice(0, i).some(p => p.name === port.name)) errors.push(duplicate([...path, 'name'], port.name))
  }
  errors.push(...portNumber(port.port ?? 0).map(d => invalid([...path, 'port'], port.port ?? 0, d)))
  errors.push(...oneOf([...path, 'protocol'], port.protocol, PROTOCOL_NAMES))
  errors.push(...validatePortOrName([...path, 'targetPort'], port.targetPort))
  if (port.appProtocol !== undefined && port.appProtocol !== '' && !/^[A-Za-z0-9./_-]+$/.test(port.appProtocol))
    errors.push(invalid([...path, 'appProtocol'], port.appProtocol, 'must be a qualified name'))
  if (ports.slice(0, i).some(p => p.port === port.port && p.protocol === port.protocol)) errors.push(duplicate(path, portShape(port)))
  return errors
}

/** The port as the API server prints it among duplicates: without what defaulting or the author gave beyond protocol and port. */
const portShape = (port: Loose): object => ({
  Name: '',
  Protocol: port.protocol,
  AppProtocol: null,
  Port: port.port,
  TargetPort: 0,
  NodePort: 0,
})

export function validatePortOrName(path: Path, value: unknown): FieldError[] {
  if (typeof value === 'string') return ruled(path, value, portName)
  return portNumber(Number(value ?? 0)).map(d => invalid(path, value ?? 0, d))
}

function validateAffinity(spec: Loose): FieldError[] {
  const errors = oneOf(['spec', 'sessionAffinity'], spec.sessionAffinity, ['ClientIP', 'None'])
  const seconds = spec.sessionAffinityConfig?.clientIP?.timeoutSeconds
  if (spec.sessionAffinity === 'ClientIP' && seconds !== undefined && (seconds <= 0 || seconds > 86400))
    errors.push(
      invalid(['spec', 'sessionAffinityConfig', 'clientIP', 'timeoutSeconds'], seconds, 'must be greater than 0 and less than 86400'),
    )
  return errors
}

function validateExternalIp(path: Path, ip: string): FieldError[] {
  const wrong = ruled(path, ip, ipAddress)
  return wrong.length > 0 ? wrong : ruled(path, ip, nonSpecialIp)
}

function validateNodePorts(spec: Loose, ports: readonly Loose[]): FieldError[] {
  const errors: FieldError[] = []
  for (const [i, port] of ports.entries()) {
    if (!port.nodePort) continue
    const path = ['spec', 'ports', i, 'nodePort']
    if (spec.type === 'ClusterIP') errors.push(forbidden(path, "may not be used when `type` is 'ClusterIP'"))
    else if (ports.slice(0, i).some(p => p.nodePort === port.nodePort && p.protocol === port.protocol))
      errors.push(duplicate(path, port.nodePort))
  }
  return errors
}

function validateLoadBalancer(spec: Loose): FieldError[] {
  const isBalancer = spec.type === 'LoadBalancer'
  const only = "may only be used when `type` is 'LoadBalancer'"
  const ranges: string[] = spec.loadBalancerSourceRanges ?? []
  return [
    ...(ranges.length > 0 && !isBalancer
      ? [{ ...forbidden(['spec', 'loadBalancerSourceRanges'], only), at: 'spec.LoadBalancerSourceRanges' }]
      : []),
    ...(isBalancer
      ? ranges.flatMap((range, i) =>
          ruled(['spec', 'loadBalancerSourceRanges', i], range.trim(), cidrText).map(e => ({
            ...e,
            at: `spec.LoadBalancerSourceRanges[${i}]`,
          })),
        )
      : []),
    ...(spec.allocateLoadBalancerNodePorts !== undefined && !isBalancer
      ? [forbidden(['spec', 'allocateLoadBalancerNodePorts'], only)]
      : []),
    ...(spec.loadBalancerClass !== undefined && !isBalancer ? [forbidden(['spec', 'loadBalancerClass'], only)] : []),
  ]
}

function validateTrafficPolicies(spec: Loose): FieldError[] {
  const external = spec.type === 'NodePort' || spec.type === 'LoadBalancer' || (spec.type === 'ClusterIP' && spec.externalIPs?.length > 0)
  const errors = oneOf(['spec', 'internalTrafficPolicy'], spec.internalTrafficPolicy, ['Cluster', 'Local'])
  if (spec.externalTrafficPolicy !== undefined && !external)
    errors.push(
      invalid(['spec', 'externalTrafficPolicy'], spec.externalTrafficPolicy, 'may only be set for externally-accessible services'),
    )
  else errors.push(...oneOf(['spec', 'externalTrafficPolicy'], spec.externalTrafficPolicy, ['Cluster', 'Local']))
  if (spec.healthCheckNodePort && !(spec.type === 'LoadBalancer' && spec.externalTrafficPolicy === 'Local'))
    errors.push(
      invalid(
        ['spec', 'healthCheckNodePort'],
        spec.healthCheckNodePort,
        "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'",
      ),
    )
  errors.push(...oneOf(['spec', 'trafficDistribution'], spec.trafficDistribution, ['PreferClose', 'PreferSameZone', 'PreferSameNode']))
  return errors
}

function validateClusterIps(spec: Loose): FieldError[] {
  if (spec.type === 'ExternalName') return []
  const path = ['spec', 'clusterIPs']
  const ips: string[] = spec.clusterIPs ?? (spec.clusterIP ? [spec.clusterIP] : [])
  const errors: FieldError[] = []
  if (ips.length > 2) errors.push(invalid(path, ips, 'may only hold up to 2 values'))
  if (spec.clusterIPs?.length > 0 && !spec.clusterIP) errors.push(invalid(path, ips, 'must be empty when `clusterIP` is not specified'))
  else if (spec.clusterIP && ips[0] !== spec.clusterIP) errors.push(invalid(path, ips, 'first value must match `clusterIP`'))
  for (const [i, ip] of ips.entries()) {
    if (ip === 'None') {
      if (i > 0 || ips.length > 1) errors.push(invalid([...path, i], ip, "'None' must be the first and only value"))
    } else if (ip !== '') errors.push(...ruled([...path, i], ip, ipAddress))
  }
  const families = ips
    .map(ip => readIpLeniently(ip))
    .filter(ip => ip !== undefined)
    .map(familyOf)
  if (new Set(families).size < families.length) errors.push(invalid(path, ips, 'may specify no more than one IP for each IP family'))
  return errors
}

function validateFamilies(spec: Loose): FieldError[] {
  const families: string[] = spec.ipFamilies ?? []
  const errors = families.flatMap((family, i) => [
    ...oneOf(['spec', 'ipFamilies', i], family, ['IPv4', 'IPv6']),
    ...(families.indexOf(family) < i ? [duplicate(['spec', 'ipFamilies', i], family)] : []),
  ])
  errors.push(...oneOf(['spec', 'ipFamilyPolicy'], spec.ipFamilyPolicy, ['PreferDualStack', 'RequireDualStack', 'SingleStack']))
  if (spec.ipFamilyPolicy === 'SingleStack' && families.length > 1 && new Set(families).size > 1)
    errors.push(
      invalid(
        ['spec', 'ipFamilyPolicy'],
        'SingleStack',
        "must be 'RequireDualStack' or 'PreferDualStack' when multiple IP families are specified",
      ),
    )
  return errors
}

/** Warnings that the modern API server gives with a Service it takes. */
export function serviceWarnings(object: Loose): readonly string[] {
  const spec: Loose = object.spec ?? {}
  const lines: string[] = []
  const odd = (path: string, text: string): void => {
    const zeros = /(^|\.)0\d/.test(text)
    if (zeros && readIpLeniently(text) !== undefined)
      lines.push(
        `${path}: non-standard IP address ${JSON.stringify(text)} will be considered invalid in a future Kubernetes release: use ${JSON.stringify(text.replace(/(^|\.)0+(?=\d)/g, '$1'))}`,
      )
  }
  for (const [i, ip] of (spec.clusterIPs ?? (spec.clusterIP ? [spec.clusterIP] : [])).entries()) odd(`spec.clusterIPs[${i}]`, ip)
  for (const [i, ip] of (spec.externalIPs ?? []).entries()) odd(`spec.externalIPs[${i}]`, ip)
  if (spec.externalName && spec.type !== 'ExternalName') lines.push('spec.externalName is ignored when spec.type is not "ExternalName"')
  for (const [i, range] of (spec.loadBalancerSourceRanges ?? []).entries())
    if (readCidrLeniently(range) && /(^|\.)0\d/.test(range))
      lines.push(`spec.loadBalancerSourceRanges[${i}]: non-standard CIDR value ${JSON.stringify(range)}`)
  return lines
}
