// Validation of a Service as the API server does it after defaulting, in its order and words; ranges and taken addresses are allocation, not here.
import { duplicate, type FieldError, forbidden, invalid, keyed, required } from './field-error'
import { goFamily } from './go-ip'
import { cidrWarnings, ipWarnings } from './ip-warnings'
import type { Loose } from './loose'
import { cidrText, dns1123Label, dns1123Subdomain, ipAddress, nonSpecialIp, portName, portNumber, qualifiedName } from './names'
import type { Path } from './path'
import { oneOf, ruled, validateLabels, wordOf } from './validate-meta'

export const PROTOCOL_NAMES = ['SCTP', 'TCP', 'UDP'] as const

export function validateService(object: Loose): FieldError[] {
  const spec: Loose = object.spec ?? {}
  const ports: Loose[] = spec.ports ?? []
  return [
    ...(ports.length === 0 && !isHeadless(spec) && spec.type !== 'ExternalName' ? [required(['spec', 'ports'])] : []),
    ...validateType(spec),
    ...ports.flatMap((port, i) => validatePort(['spec', 'ports', i], port, ports, i)),
    ...validateLabels(['spec', 'selector'], spec.selector),
    ...validateAffinity(spec),
    ...validateAddresses(spec),
    ...(spec.externalIPs ?? []).flatMap((ip: string, i: number) => validateExternalIp(['spec', 'externalIPs', i], ip)),
    ...oneOf(['spec', 'type'], spec.type, ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort']),
    ...validateNodePorts(spec, ports),
    ...ports.flatMap((port, i) =>
      ports.slice(0, i).some(p => p.port === port.port && p.protocol === port.protocol)
        ? [duplicate(['spec', 'ports', i], portShape(port))]
        : [],
    ),
    ...validateLoadBalancer(object, spec),
    ...validateTrafficPolicies(spec),
  ]
}

const isHeadless = (spec: Loose): boolean =>
  spec.clusterIPs === undefined ? spec.clusterIP === 'None' : spec.clusterIPs.length === 1 && spec.clusterIPs[0] === 'None'

const NOT_EXTERNAL = 'may not be set for ExternalName services'

function validateType(spec: Loose): FieldError[] {
  if ((spec.type === 'NodePort' || spec.type === 'LoadBalancer') && isHeadless(spec))
    return [invalid(['spec', 'clusterIPs', 0], 'None', `may not be set to 'None' for ${spec.type} services`)]
  if (spec.type !== 'ExternalName') return []
  const name: string = (spec.externalName ?? '').replace(/\.$/, '')
  return [
    ...(spec.clusterIP || spec.clusterIPs?.length > 0 ? [forbidden(['spec', 'clusterIPs'], NOT_EXTERNAL)] : []),
    ...(spec.ipFamilies?.length > 0 ? [forbidden(['spec', 'ipFamilies'], NOT_EXTERNAL)] : []),
    ...(spec.ipFamilyPolicy === undefined ? [] : [forbidden(['spec', 'ipFamilyPolicy'], NOT_EXTERNAL)]),
    ...(name === '' ? [required(['spec', 'externalName'])] : ruled(['spec', 'externalName'], name, dns1123Subdomain)),
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
  if (port.appProtocol !== undefined) errors.push(...ruled([...path, 'appProtocol'], port.appProtocol, qualifiedName))
  return errors
}

/** The port as the API server prints it among duplicates: without what defaulting or the author gave beyond protocol and port. */
const portShape = (port: Loose): object => ({
  Name: '',
  Protocol: port.protocol,
  AppProtocol: null,
  Port: port.port ?? 0,
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
  const at = (i: number): Path => ['spec', 'ports', i, 'nodePort']
  const forbiddenPorts = ports.flatMap((port, i) =>
    port.nodePort && spec.type === 'ClusterIP' ? [forbidden(at(i), "may not be used when `type` is 'ClusterIP'")] : [],
  )
  const twice = ports.flatMap((port, i) =>
    port.nodePort && ports.slice(0, i).some(p => p.nodePort === port.nodePort && p.protocol === port.protocol)
      ? [duplicate(at(i), port.nodePort)]
      : [],
  )
  return [...forbiddenPorts, ...twice]
}

const RANGES_ANNOTATION = 'service.beta.kubernetes.io/load-balancer-source-ranges'
const ONLY_BALANCERS = "may only be used when `type` is 'LoadBalancer'"

function validateLoadBalancer(object: Loose, spec: Loose): FieldError[] {
  const isBalancer = spec.type === 'LoadBalancer'
  const name = spec.loadBalancerClass
  return [
    ...validateRanges(object, spec, isBalancer),
    ...(spec.allocateLoadBalancerNodePorts !== undefined && !isBalancer
      ? [forbidden(['spec', 'allocateLoadBalancerNodePorts'], ONLY_BALANCERS)]
      : []),
    ...(name !== undefined && !isBalancer ? [forbidden(['spec', 'loadBalancerClass'], ONLY_BALANCERS)] : []),
    ...(name !== undefined && isBalancer ? ruled(['spec', 'loadBalancerClass'], name, qualifiedName) : []),
  ]
}

/** The field, or else the annotation that came before it. */
function validateRanges(object: Loose, spec: Loose, isBalancer: boolean): FieldError[] {
  const ranges: string[] = spec.loadBalancerSourceRanges ?? []
  const annotated: string | undefined = object.metadata?.annotations?.[RANGES_ANNOTATION]
  const field = ['spec', 'loadBalancerSourceRanges']
  if (ranges.length > 0)
    return [
      ...(isBalancer ? [] : [{ ...forbidden(field, ONLY_BALANCERS), at: 'spec.LoadBalancerSourceRanges' }]),
      ...ranges.flatMap((range, i) =>
        ruled([...field, i], range.trim(), cidrText).map(e => ({ ...e, at: `spec.LoadBalancerSourceRanges[${i}]` })),
      ),
    ]
  if (annotated === undefined) return []
  const path = ['metadata', 'annotations', keyed(RANGES_ANNOTATION)]
  return [
    ...(isBalancer ? [] : [forbidden(path, ONLY_BALANCERS)]),
    ...(annotated.trim() === '' ? [] : annotated.split(',').flatMap(range => ruled(path, range.trim(), cidrText))),
  ]
}

function validateTrafficPolicies(spec: Loose): FieldError[] {
  const external = spec.type === 'NodePort' || spec.type === 'LoadBalancer' || (spec.type === 'ClusterIP' && spec.externalIPs?.length > 0)
  const errors: FieldError[] = []
  if (spec.externalTrafficPolicy && !external)
    errors.push(
      invalid(['spec', 'externalTrafficPolicy'], spec.externalTrafficPolicy, 'may only be set for externally-accessible services'),
    )
  else errors.push(...oneOf(['spec', 'externalTrafficPolicy'], spec.externalTrafficPolicy, ['Cluster', 'Local']))
  if (spec.healthCheckNodePort) {
    const needed = spec.type === 'LoadBalancer' && spec.externalTrafficPolicy === 'Local'
    const wrong = needed
      ? portNumber(spec.healthCheckNodePort)
      : ["may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'"]
    errors.push(...wrong.map(d => invalid(['spec', 'healthCheckNodePort'], spec.healthCheckNodePort, d)))
  }
  errors.push(...wordOf(['spec', 'internalTrafficPolicy'], spec.internalTrafficPolicy, ['Cluster', 'Local']))
  errors.push(...wordOf(['spec', 'trafficDistribution'], spec.trafficDistribution, ['PreferClose', 'PreferSameZone', 'PreferSameNode']))
  return errors
}

/** clusterIP and clusterIPs, families and policy, and whether they fit each other. */
export function validateAddresses(spec: Loose): FieldError[] {
  if (spec.type === 'ExternalName') return []
  const path = ['spec', 'clusterIPs']
  const ips: string[] = spec.clusterIPs ?? (spec.clusterIP ? [spec.clusterIP] : [])
  const errors: FieldError[] = []
  if (spec.clusterIP && ips[0] !== spec.clusterIP) errors.push(invalid(path, ips, 'first value must match `clusterIP`'))
  if (!spec.clusterIP && spec.clusterIPs?.length > 0) errors.push(invalid(path, ips, 'must be empty when `clusterIP` is not specified'))
  errors.push(...validateFamilies(spec))
  const wrong = validateClusterIps(path, ips)
  errors.push(...wrong)
  if (ips.length > 2) errors.push(invalid(path, ips, 'may only hold up to 2 values'))
  if (wrong.length > 0) return errors
  const families = ips.flatMap(ip => goFamily(ip) ?? [])
  if (ips.length > 1 && !(new Set(families).size === 2 && ips.length === 2))
    errors.push(invalid(path, ips, 'may specify no more than one IP for each IP family'))
  return isHeadless(spec) ? errors : [...errors, ...fitErrors(path, ips, spec.ipFamilies ?? [])]
}

function validateClusterIps(path: Path, ips: readonly string[]): FieldError[] {
  return ips.flatMap((ip, i) => {
    if (i === 0 && ip === 'None') return ips.length > 1 ? [invalid(path, ips, "'None' must be the first and only value")] : []
    return ruled([...path, i], ip, ipAddress)
  })
}

function fitErrors(path: Path, ips: readonly string[], families: readonly string[]): FieldError[] {
  return ips.flatMap((text, i) => {
    const family = goFamily(text)
    const wanted = families[i]
    if (family === undefined || (wanted !== 'IPv4' && wanted !== 'IPv6')) return []
    return (family === 'ipv6') === (wanted === 'IPv6')
      ? []
      : [invalid([...path, i], text, `expected an ${wanted} value as indicated by \`ipFamilies[${i}]\``)]
  })
}

function validateFamilies(spec: Loose): FieldError[] {
  const families: string[] = spec.ipFamilies ?? []
  return [
    ...families.flatMap((family, i) => [
      ...wordOf(['spec', 'ipFamilies', i], family, ['IPv4', 'IPv6']),
      ...(families.indexOf(family) < i ? [duplicate(['spec', 'ipFamilies', i], family)] : []),
    ]),
    ...wordOf(['spec', 'ipFamilyPolicy'], spec.ipFamilyPolicy, ['PreferDualStack', 'RequireDualStack', 'SingleStack']),
  ]
}

/** Warnings that the modern API server gives with a Service it takes. */
export function serviceWarnings(object: Loose): readonly string[] {
  const spec: Loose = object.spec ?? {}
  const ips: string[] = isHeadless(spec) ? [] : (spec.clusterIPs ?? (spec.clusterIP ? [spec.clusterIP] : []))
  const hints = 'service.kubernetes.io/topology-aware-hints'
  return [
    ...(object.metadata?.annotations?.[hints] === undefined
      ? []
      : [`annotation ${hints} is deprecated, please use service.kubernetes.io/topology-mode instead`]),
    ...ips.flatMap((ip, i) => ipWarnings(`spec.clusterIPs[${i}]`, ip)),
    ...(isHeadless(spec) ? headlessWarnings(spec) : []),
    ...((spec.externalIPs ?? []) as string[]).flatMap((ip, i) => ipWarnings(`spec.externalIPs[${i}]`, ip)),
    ...(spec.loadBalancerIP ? ipWarnings('spec.loadBalancerIP', spec.loadBalancerIP) : []),
    ...((spec.loadBalancerSourceRanges ?? []) as string[]).flatMap((range, i) =>
      cidrWarnings(`spec.loadBalancerSourceRanges[${i}]`, range.trim()),
    ),
    ...(spec.type === 'ExternalName' && spec.externalIPs?.length > 0
      ? ['spec.externalIPs is ignored when spec.type is "ExternalName"']
      : []),
    ...(spec.type !== 'ExternalName' && spec.externalName ? ['spec.externalName is ignored when spec.type is not "ExternalName"'] : []),
    ...(spec.trafficDistribution === 'PreferClose' ? ['spec.trafficDistribution: "PreferClose" is deprecated; use "PreferSameZone"'] : []),
  ]
}

const headlessWarnings = (spec: Loose): string[] => [
  ...(spec.loadBalancerIP ? ['spec.loadBalancerIP is ignored for headless services'] : []),
  ...(spec.externalIPs?.length > 0 ? ['spec.externalIPs is ignored for headless services'] : []),
  ...(spec.sessionAffinity !== 'None' && spec.sessionAffinity ? ['spec.SessionAffinity is ignored for headless services'] : []),
]
