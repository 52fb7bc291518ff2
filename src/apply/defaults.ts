// Defaulting as the API server does it when it decodes a versioned object, in place. Not admission (tolerations, token volumes) and not allocation
// (ClusterIPs, node ports). Sources: SetDefaults_* of core/v1, apps/v1, apps/v1beta*, extensions/v1beta1.
import { bindingDefaults } from './validate-access'
import { autoscalerDefaults } from './validate-autoscaling'
import { base64OfText } from './base64'
import { NETWORK_DEFAULTERS } from './defaults-network'
import { podSpecDefaults } from './defaults-pod'
import { STORAGE_DEFAULTERS } from './defaults-storage'
import { WORKLOAD_DEFAULTERS } from './defaults-workload'
import { isModelled, MODELLED } from './kind'
import type { Loose as Obj } from './loose'
import type { ProfileName } from './profile'

/** What the API of a profile fills in that the other does not have. */
const ADDS: Readonly<
  Record<ProfileName, { readonly service: boolean; readonly namespaceLabel: boolean; readonly preemptionPolicy: boolean }>
> = {
  'v1.13': { service: false, namespaceLabel: false, preemptionPolicy: false },
  'v1.35': { service: true, namespaceLabel: true, preemptionPolicy: true },
}

/** Fills in what the author of a manifest left out. `apiVersion` is the one it was written in: defaults differ by version. */
export function setDefaults(kind: string, apiVersion: string, object: object, profile: ProfileName): void {
  const meta = (object as Obj).metadata
  if (meta?.namespace && isModelled(kind) && !MODELLED[kind].namespaced) delete meta.namespace
  DEFAULTERS[kind]?.(object as Obj, apiVersion, profile)
}

const DEFAULTERS: Readonly<Record<string, (object: Obj, apiVersion: string, profile: ProfileName) => void>> = {
  Namespace: namespaceDefaults,
  Pod: object => podDefaults((object.spec ??= {})),
  ...WORKLOAD_DEFAULTERS,
  ...NETWORK_DEFAULTERS,
  Service: serviceDefaults,
  Endpoints: endpointsDefaults,
  EndpointSlice: endpointSliceDefaults,
  Node: nodeDefaults,
  Secret: secretDefaults,
  PodDisruptionBudget: object => {
    object.spec ??= {}
  },
  PriorityClass: (object, _apiVersion, profile) => {
    if (ADDS[profile].preemptionPolicy) object.preemptionPolicy ??= 'PreemptLowerPriority'
  },
  ...STORAGE_DEFAULTERS,
  RoleBinding: bindingDefaults,
  ClusterRoleBinding: bindingDefaults,
  HorizontalPodAutoscaler: autoscalerDefaults,
  LimitRange: object => {
    object.spec ??= {}
    for (const limit of object.spec.limits ?? []) if (limit.type === 'Container') limitDefaults(limit)
  },
  ServiceAccount: object => {
    object.secrets = object.secrets?.map(({ name }: Obj) => ({ name }))
  },
}

/** What is written as text lies over what is written in base64. */
function secretDefaults(object: Obj): void {
  object.type ||= 'Opaque'
  const { data, stringData } = object
  for (const key of Object.keys(data ?? {})) if (/[\r\n]/.test(data[key])) data[key] = data[key].replace(/[\r\n]/g, '')
  for (const key of Object.keys(stringData ?? {})) (object.data ??= {})[key] = base64OfText(stringData[key])
  delete object.stringData
}

/** A limit that is not said is the most; a request is the limit, else the least. */
function limitDefaults(limit: Obj): void {
  limit.default = { ...limit.max, ...limit.default }
  limit.defaultRequest = { ...limit.min, ...limit.default, ...limit.defaultRequest }
}

function namespaceDefaults(object: Obj, _apiVersion: string, profile: ProfileName): void {
  if (ADDS[profile].namespaceLabel && object.metadata?.name)
    object.metadata.labels = { ...object.metadata.labels, 'kubernetes.io/metadata.name': object.metadata.name }
  object.spec ??= {}
  object.spec.finalizers ??= []
  if (!object.spec.finalizers.includes('kubernetes')) object.spec.finalizers.push('kubernetes')
  object.status ??= {}
  object.status.phase ??= 'Active'
}

/** A Pod's own defaults: those of any pod spec, and what only real pods get. */
function podDefaults(spec: Obj): void {
  podSpecDefaults(spec, true)
  spec.enableServiceLinks ??= true
  if (spec.terminationGracePeriodSeconds < 0) spec.terminationGracePeriodSeconds = 1
  for (const container of [...(spec.initContainers ?? []), ...(spec.containers ?? [])]) {
    const { limits, requests } = container.resources as Obj
    for (const [name, limit] of Object.entries(limits ?? {}))
      container.resources.requests = { [name]: limit, ...(container.resources.requests ?? requests) }
  }
}

function serviceDefaults(object: Obj, _apiVersion: string, profile: ProfileName): void {
  const spec = (object.spec ??= {})
  spec.type ||= 'ClusterIP'
  spec.sessionAffinity ||= 'None'
  if (spec.sessionAffinity === 'None') delete spec.sessionAffinityConfig
  if (spec.sessionAffinity === 'ClientIP' && spec.sessionAffinityConfig?.clientIP?.timeoutSeconds === undefined)
    spec.sessionAffinityConfig = { clientIP: { timeoutSeconds: 10800 } }
  for (const port of spec.ports ?? []) {
    port.protocol ||= 'TCP'
    if (port.targetPort === undefined || port.targetPort === 0 || port.targetPort === '') port.targetPort = port.port ?? 0
  }
  if (spec.type === 'NodePort' || spec.type === 'LoadBalancer') spec.externalTrafficPolicy ||= 'Cluster'
  if (ADDS[profile].service) newerServiceDefaults(spec)
}

/** internalTrafficPolicy (1.21), allocateLoadBalancerNodePorts (1.20), externalTrafficPolicy of Services with external addresses. */
function newerServiceDefaults(spec: Obj): void {
  if (spec.type !== 'ExternalName') spec.internalTrafficPolicy ??= 'Cluster'
  if (spec.type === 'LoadBalancer') spec.allocateLoadBalancerNodePorts ??= true
  if (spec.type === 'ClusterIP' && spec.externalIPs?.length > 0) spec.externalTrafficPolicy ||= 'Cluster'
}

function endpointsDefaults(object: Obj): void {
  for (const subset of object.subsets ?? []) for (const port of subset.ports ?? []) port.protocol ||= 'TCP'
}

function endpointSliceDefaults(object: Obj): void {
  for (const endpoint of object.endpoints ?? []) endpoint.conditions ??= {}
  for (const port of object.ports ?? []) {
    port.name ??= ''
    port.protocol ??= 'TCP'
  }
}

/** podCIDR and podCIDRs tell the same. */
function nodeDefaults(object: Obj): void {
  const spec = (object.spec ??= {})
  if (spec.podCIDR && spec.podCIDRs?.[0] !== spec.podCIDR) spec.podCIDRs = [spec.podCIDR]
  else if (spec.podCIDRs?.length > 0 && !spec.podCIDR) spec.podCIDR = spec.podCIDRs[0]
}
