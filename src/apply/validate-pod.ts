// Validation of a pod spec, in a Pod or a template, in the API server's order and words, for the fields that manifests of networks have.
import { ipAddress, dns1123Label, dns1123Subdomain, labelValue, portName, portNumber, qualifiedName } from './names'
import { duplicate, type FieldError, forbidden, invalid, notFound, required } from './field-error'
import type { Loose } from './loose'
import type { Path } from './path'
import { duplicateNames, oneOf, ruled, validateLabels } from './validate-meta'
import { PROTOCOL_NAMES, validatePortOrName } from './validate-service'

export const validatePod = (object: Loose): FieldError[] => validatePodSpec(['spec'], object.spec ?? {})

export function validatePodSpec(path: Path, spec: Loose): FieldError[] {
  const at = (...steps: Path): Path => [...path, ...steps]
  const containers: Loose[] = spec.containers ?? []
  const init: Loose[] = spec.initContainers ?? []
  const volumes = new Set<string>((spec.volumes ?? []).map((v: Loose) => v.name))
  return [
    ...(spec.volumes ?? []).flatMap((v: Loose, i: number) =>
      v.name ? ruled(at('volumes', i, 'name'), v.name, dns1123Label) : [required(at('volumes', i, 'name'))],
    ),
    ...duplicateNames(at('volumes'), spec.volumes ?? [], 'name'),
    ...(containers.length === 0 ? [required(at('containers'))] : []),
    ...containers.flatMap((c, i) => validateContainer(at('containers', i), c, volumes, spec.hostNetwork === true)),
    ...duplicateNames(at('containers'), containers, 'name'),
    ...validateHostPorts(at('containers'), containers),
    ...init.flatMap((c, i) => validateContainer(at('initContainers', i), c, volumes, spec.hostNetwork === true)),
    ...duplicateNames(at('initContainers'), init, 'name'),
    ...oneOf(at('restartPolicy'), spec.restartPolicy, ['Always', 'OnFailure', 'Never']),
    ...oneOf(at('dnsPolicy'), spec.dnsPolicy, ['ClusterFirstWithHostNet', 'ClusterFirst', 'Default', 'None'].sort()),
    ...validateLabels(at('nodeSelector'), spec.nodeSelector),
    ...(spec.nodeName ? ruled(at('nodeName'), spec.nodeName, dns1123Subdomain) : []),
    ...validateDnsConfig(at('dnsConfig'), spec),
    ...(spec.hostname ? validateHostname(at('hostname'), spec.hostname) : []),
    ...(spec.subdomain ? ruled(at('subdomain'), spec.subdomain, dns1123Label) : []),
    ...(spec.hostAliases ?? []).flatMap((alias: Loose, i: number) => validateHostAlias(at('hostAliases', i), alias)),
    ...(spec.readinessGates ?? []).flatMap((g: Loose, i: number) =>
      ruled(at('readinessGates', i, 'conditionType'), g.conditionType ?? '', qualifiedName),
    ),
    ...(spec.tolerations ?? []).flatMap((t: Loose, i: number) => validateToleration(at('tolerations', i), t)),
  ]
}

/** A hostname with dots gets one plain word instead of the whole rule. */
const validateHostname = (path: Path, hostname: string): FieldError[] =>
  hostname.includes('.') ? [invalid(path, hostname, 'must not contain dots')] : ruled(path, hostname, dns1123Label)

const validateHostAlias = (path: Path, alias: Loose): FieldError[] => [
  ...ruled([...path, 'ip'], alias.ip ?? '', ipAddress),
  ...(alias.hostnames ?? []).flatMap((name: string, i: number) => ruled([...path, 'hostnames', i], name, dns1123Subdomain)),
]

function validateDnsConfig(path: Path, spec: Loose): FieldError[] {
  const servers: string[] = spec.dnsConfig?.nameservers ?? []
  if (spec.dnsPolicy === 'None' && !spec.dnsConfig) return [required(path, 'must provide `dnsConfig` when `dnsPolicy` is None')]
  const errors: FieldError[] = []
  if (spec.dnsPolicy === 'None' && servers.length === 0)
    errors.push(required([...path, 'nameservers'], 'must provide at least one DNS nameserver when `dnsPolicy` is None'))
  if (servers.length > 3) errors.push(invalid([...path, 'nameservers'], servers, 'must not have more than 3 nameservers'))
  return [...errors, ...servers.flatMap((server, i) => ruled([...path, 'nameservers', i], server, ipAddress))]
}

function validateToleration(path: Path, t: Loose): FieldError[] {
  const errors: FieldError[] = t.key ? ruled([...path, 'key'], t.key, qualifiedName) : []
  if (!t.key && t.operator !== 'Exists')
    errors.push(
      invalid(
        [...path, 'operator'],
        t.operator ?? '',
        'operator must be Exists when `key` is empty, which means "match all values and all keys"',
      ),
    )
  if (t.operator === 'Exists' && t.value) errors.push(invalid(path, t.operator, "value must be empty when `operator` is 'Exists'"))
  if ((t.operator ?? 'Equal') === 'Equal' && t.value) errors.push(...ruled([...path, 'value'], t.value, labelValue))
  return [...errors, ...oneOf([...path, 'effect'], t.effect || undefined, ['NoSchedule', 'PreferNoSchedule', 'NoExecute'])]
}

function validateContainer(path: Path, c: Loose, volumes: ReadonlySet<string>, hostNetwork: boolean): FieldError[] {
  const at = (...steps: Path): Path => [...path, ...steps]
  return [
    ...(c.name ? ruled(at('name'), c.name, dns1123Label) : [required(at('name'))]),
    ...(c.image ? [] : [required(at('image'))]),
    ...(c.ports ?? []).flatMap((p: Loose, i: number) => validateContainerPort(at('ports', i), p, hostNetwork)),
    ...duplicateNames(at('ports'), c.ports ?? [], 'name'),
    ...(c.env ?? []).flatMap((e: Loose, i: number) => validateEnv(at('env', i), e)),
    ...(c.volumeMounts ?? []).flatMap((m: Loose, i: number) => validateMount(at('volumeMounts', i), m, volumes)),
    ...validateResources(at('resources'), c.resources ?? {}),
    ...(c.livenessProbe ? validateProbe(at('livenessProbe'), c.livenessProbe, true) : []),
    ...(c.readinessProbe ? validateProbe(at('readinessProbe'), c.readinessProbe, false) : []),
    ...(c.startupProbe ? validateProbe(at('startupProbe'), c.startupProbe, true) : []),
    ...oneOf(at('imagePullPolicy'), c.imagePullPolicy, ['Always', 'IfNotPresent', 'Never']),
  ]
}

function validateContainerPort(path: Path, port: Loose, hostNetwork: boolean): FieldError[] {
  const errors: FieldError[] = port.name ? ruled([...path, 'name'], port.name, portName) : []
  if (!port.containerPort) errors.push(required([...path, 'containerPort']))
  else errors.push(...portNumber(port.containerPort).map(d => invalid([...path, 'containerPort'], port.containerPort, d)))
  if (port.hostPort) {
    errors.push(...portNumber(port.hostPort).map(d => invalid([...path, 'hostPort'], port.hostPort, d)))
    if (hostNetwork && port.hostPort !== port.containerPort)
      errors.push(invalid([...path, 'hostPort'], port.hostPort, 'must match `containerPort` when `hostNetwork` is true'))
  }
  return [...errors, ...oneOf([...path, 'protocol'], port.protocol, PROTOCOL_NAMES)]
}

function validateHostPorts(path: Path, containers: readonly Loose[]): FieldError[] {
  const seen = new Set<string>()
  const errors: FieldError[] = []
  for (const [i, c] of containers.entries())
    for (const [j, port] of (c.ports ?? []).entries()) {
      if (!port.hostPort) continue
      const key = `${port.protocol}/${port.hostIP ?? ''}/${port.hostPort}`
      if (seen.has(key)) errors.push(duplicate([...path, i, 'ports', j, 'hostPort'], key))
      seen.add(key)
    }
  return errors
}

const ENV_TEXT = "a valid environment variable name must consist only of printable ASCII characters other than '='"

const validateEnv = (path: Path, e: Loose): FieldError[] => {
  if (!e.name) return [required([...path, 'name'])]
  return /^[ -<>-~]+$/.test(e.name) ? [] : [invalid([...path, 'name'], e.name, ENV_TEXT)]
}

const validateMount = (path: Path, mount: Loose, volumes: ReadonlySet<string>): FieldError[] => [
  ...(mount.name ? (volumes.has(mount.name) ? [] : [notFound([...path, 'name'], mount.name)]) : [required([...path, 'name'])]),
  ...(mount.mountPath ? [] : [required([...path, 'mountPath'])]),
]

const UNITS: Readonly<Record<string, number>> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  '': 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
}

/** A quantity as a number, close enough to compare. */
export function quantityValue(text: string | number): number {
  const parts = /^([+-]?[0-9.]+(?:[eE][-+]?\d+)?)([a-zA-Z]*)$/.exec(String(text))
  return parts ? Number(parts[1]) * (UNITS[parts[2]!] ?? Number.NaN) : Number.NaN
}

function validateResources(path: Path, resources: Loose): FieldError[] {
  return Object.keys(resources.requests ?? {})
    .sort()
    .flatMap(name => {
      const [request, limit] = [resources.requests[name], resources.limits?.[name]]
      if (limit === undefined || quantityValue(request) <= quantityValue(limit)) return []
      return [invalid([...path, 'requests'], String(request), `must be less than or equal to ${name} limit of ${limit}`)]
    })
}

const HANDLERS = ['exec', 'httpGet', 'tcpSocket', 'grpc'] as const

function validateProbe(path: Path, probe: Loose, onlyOneSuccess: boolean): FieldError[] {
  const errors: FieldError[] = []
  const handlers = HANDLERS.filter(h => probe[h] !== undefined)
  if (handlers.length === 0) errors.push(required(path, 'must specify a handler type'))
  for (const [i, handler] of handlers.entries()) {
    if (i > 0) errors.push(forbidden([...path, handler], 'may not specify more than 1 handler type'))
    else errors.push(...validateHandler([...path, handler], handler, probe[handler]))
  }
  for (const field of ['initialDelaySeconds', 'timeoutSeconds', 'periodSeconds', 'successThreshold', 'failureThreshold'])
    if (probe[field] < 0) errors.push(invalid([...path, field], probe[field], 'must be greater than or equal to 0'))
  if (onlyOneSuccess && probe.successThreshold !== undefined && probe.successThreshold !== 1)
    errors.push(invalid([...path, 'successThreshold'], probe.successThreshold, 'must be 1'))
  return errors
}

function validateHandler(path: Path, kind: (typeof HANDLERS)[number], handler: Loose): FieldError[] {
  if (kind === 'exec') return handler.command?.length > 0 ? [] : [required([...path, 'command'])]
  if (kind === 'grpc') return portNumber(handler.port ?? 0).map(d => invalid([...path, 'port'], handler.port ?? 0, d))
  const port = validatePortOrName([...path, 'port'], handler.port)
  return kind === 'httpGet' ? [...port, ...oneOf([...path, 'scheme'], handler.scheme, ['HTTP', 'HTTPS'])] : port
}

/** Warnings that the modern API server gives with a pod spec it takes. */
export function podWarnings(path: string, spec: Loose): readonly string[] {
  return (spec.containers ?? []).flatMap((c: Loose, i: number) => {
    const seen = new Map<string, number>()
    return (c.ports ?? []).flatMap((port: Loose, j: number) => {
      const key = `${port.protocol} ${port.containerPort} ${port.hostPort ?? 0} ${port.hostIP ?? ''}`
      const first = seen.get(key)
      if (first === undefined) {
        seen.set(key, j)
        return []
      }
      const at = `${path}.containers[${i}].ports`
      return [`${at}[${j}]: duplicate port definition with ${at}[${first}]`]
    })
  })
}
