// What the kubernetes plugin finds for a name: Services, endpoints, pods, as hosts with ports. Upstream: plugin/kubernetes/kubernetes.go (CoreDNS 1.14).
import { type Ip, readIp } from '../addr/ip'
import { matchesSelector } from '../control/selector'
import { type ClusterNames, type EndpointGroup, endpointLabel, type NamedPort, type NamedService } from './cluster-names'
import { isReverse } from './reverse'
import { type KubernetesRequest, readRequest } from './kubernetes-request'
import type { KubernetesPlugin } from './plugin'

/** One thing that a name stands for. */
export interface Found {
  /** An address, or the name that an ExternalName stands for. */
  readonly host: Ip | string
  readonly port: number
  /** The labels of its own name before the zone: `web.default.svc`. */
  readonly labels: string
}

/** What was found and the sentence about it; `exists: false` is NXDOMAIN. */
export interface Findings {
  readonly exists: boolean
  readonly found: readonly Found[]
  readonly because: string
}

const nothing = (because: string): Findings => ({ exists: false, found: [], because })
const noData = (because: string): Findings => ({ exists: true, found: [], because })

/** Everything behind a normal name in a zone of the plugin. */
export function recordsFor(plugin: KubernetesPlugin, names: ClusterNames, name: string, zone: string): Findings {
  const request = readRequest(name, zone)
  if (request === undefined) return nothing(`${name} has not the form of a Service's or a pod's name`)
  if (request.of === 'apex') return noData(`${name} is no Service`)
  if (isReverse(name)) return nothing(`${name} is no address`)
  if (request.of === 'pod' && plugin.pods === 'disabled') return nothing('pods have no names here (pods disabled)')
  const { namespace, service } = request
  if (!isExposed(plugin, names, namespace))
    return nothing(names.namespaces.has(namespace) ? `namespace ${namespace} is not served` : `there is no namespace ${namespace}`)
  if (service === '') return noData(`${name} is a namespace`)
  return request.of === 'pod' ? podRecords(plugin, names, request) : serviceRecords(plugin, names, request)
}

/** Whether the plugin serves a namespace: it exists and is not left out. */
export function isExposed(plugin: KubernetesPlugin, names: ClusterNames, namespace: string): boolean {
  const labels = names.namespaces.get(namespace)
  if (labels === undefined) return false
  if (plugin.namespaces !== null && !plugin.namespaces.includes(namespace)) return false
  return plugin.namespaceLabels === null || matchesSelector(plugin.namespaceLabels, labels)
}

/** Whether the plugin watches an object of these labels: Services, endpoints and pods alike. */
export const isWatched = (plugin: KubernetesPlugin, labels: Readonly<Record<string, string>>): boolean =>
  plugin.labels === null || matchesSelector(plugin.labels, labels)

function podRecords(plugin: KubernetesPlugin, names: ClusterNames, { namespace, service: label }: KubernetesRequest): Findings {
  const dashes = label.split('-').length - 1
  const text = label.replaceAll('-', dashes === 3 && !label.includes('--') ? '.' : ':')
  const ip = readIp(text)
  if (ip === undefined) return nothing(`${label} is no address with dashes`)
  const found: readonly Found[] = [{ host: ip, port: 0, labels: `${label}.${namespace}.pod` }]
  if (plugin.pods === 'insecure') return { exists: true, found, because: 'any address has a name in every namespace (pods insecure)' }
  // Only a pod's first address has a name, and only as the pod's status writes it.
  const there = names.podsByIp
    .get(ip)
    ?.some(p => (p.metadata.namespace ?? 'default') === namespace && p.status?.podIP === text && isWatched(plugin, p.metadata.labels ?? {}))
  return there ? { exists: true, found, because: 'a pod of the namespace has the address' } : nothing(`no pod of ${namespace} has it`)
}

const sameText = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase()

/** An empty wish is met by every port. */
const meets = (port: NamedPort, r: KubernetesRequest): boolean =>
  (r.port === '' || sameText(r.port, port.name)) && (r.protocol === '' || sameText(r.protocol, port.protocol))

function serviceRecords(plugin: KubernetesPlugin, names: ClusterNames, request: KubernetesRequest): Findings {
  const key = `${request.namespace}/${request.service}`
  const service = names.services.get(key)
  if (service === undefined || !isWatched(plugin, service.labels)) return nothing(`there is no Service ${key}`)
  const groups = plugin.endpoints ? (names.endpoints.get(key) ?? []).filter(g => isWatched(plugin, g.labels)) : []
  if (service.externalName !== null) return externalRecords(service, request)
  if (service.headless || request.endpoint !== '') return endpointRecords(plugin, service, groups, request)
  if (plugin.ignoreEmptyService && groups.every(g => g.addresses.length === 0))
    return nothing(`Service ${key} has no ready endpoints (ignore empty_service)`)
  const ports = service.ports.filter(port => meets(port, request))
  if (ports.length === 0) return nothing(`Service ${key} has no such port`)
  const found = ports.flatMap(port => service.clusterIPs.map(host => ({ host, port: port.number, labels: labelsOf(service) })))
  return { exists: true, found, because: `Service ${key} has a ClusterIP` }
}

const labelsOf = (service: NamedService): string => `${service.name}.${service.namespace}.svc`

/** Neither ports nor endpoints of it have names, and an address is no name. */
function externalRecords(service: NamedService, request: KubernetesRequest): Findings {
  const { externalName: host } = service
  if (request.endpoint !== '' || request.port !== '' || request.protocol !== '') return nothing(`Service ${service.key} is an ExternalName`)
  if (host === null || host === '' || readIp(host) !== undefined)
    return nothing(`Service ${service.key} is an ExternalName for an address, and only a name can be answered`)
  return {
    exists: true,
    found: [{ host, port: 0, labels: labelsOf(service) }],
    because: `Service ${service.key} is an ExternalName for ${host}`,
  }
}

function endpointRecords(
  plugin: KubernetesPlugin,
  service: NamedService,
  groups: readonly EndpointGroup[],
  request: KubernetesRequest,
): Findings {
  const found = groups.flatMap(({ addresses, ports }) =>
    addresses.flatMap(address => {
      const label = endpointLabel(address, plugin.endpointPodNames)
      if (request.endpoint !== '' && !sameText(request.endpoint, label)) return []
      const own = ports.filter(port => meets(port, request))
      return own.map(port => ({ host: address.host, port: port.number, labels: `${label}.${labelsOf(service)}` }))
    }),
  )
  if (found.length > 0) return { exists: true, found, because: `ready endpoints of Service ${service.key}` }
  const any = groups.some(g => g.addresses.length > 0)
  return nothing(any ? `Service ${service.key} has no such endpoint` : `Service ${service.key} has no ready endpoints`)
}
