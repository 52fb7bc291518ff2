// Defaulting as the API server does it when it decodes a versioned object, in place. Not admission (tolerations, token volumes) and not allocation
// (ClusterIPs, node ports). Sources: SetDefaults_* of core/v1, apps/v1, apps/v1beta*, extensions/v1beta1.
import type { Loose as Obj } from './loose'
import type { ProfileName } from './profile'

/** What the API of a profile fills in that the other does not have. */
const ADDS: Readonly<
  Record<ProfileName, { readonly service: boolean; readonly namespaceLabel: boolean; readonly templateHostPorts: boolean }>
> = {
  'v1.13': { service: false, namespaceLabel: false, templateHostPorts: true },
  'v1.35': { service: true, namespaceLabel: true, templateHostPorts: false },
}

/** Fills in what the author of a manifest left out. `apiVersion` is the one it was written in: defaults differ by version. */
export function setDefaults(kind: string, apiVersion: string, object: object, profile: ProfileName): void {
  DEFAULTERS[kind]?.(object as Obj, apiVersion, profile)
}

const DEFAULTERS: Readonly<Record<string, (object: Obj, apiVersion: string, profile: ProfileName) => void>> = {
  Namespace: namespaceDefaults,
  Pod: object => podDefaults(object.spec ?? {}),
  ReplicationController: controllerDefaults,
  ReplicaSet: replicaSetDefaults,
  Deployment: deploymentDefaults,
  Service: serviceDefaults,
  Endpoints: endpointsDefaults,
  EndpointSlice: endpointSliceDefaults,
  Node: nodeDefaults,
}

function namespaceDefaults(object: Obj, _apiVersion: string, profile: ProfileName): void {
  if (ADDS[profile].namespaceLabel && object.metadata?.name)
    object.metadata.labels = { ...object.metadata.labels, 'kubernetes.io/metadata.name': object.metadata.name }
  object.spec ??= {}
  object.spec.finalizers ??= ['kubernetes']
  object.status ??= {}
  object.status.phase ??= 'Active'
}

/** A Pod's own defaults: those of any pod spec, and what only real pods get. */
export function podDefaults(spec: Obj): void {
  podSpecDefaults(spec, true)
  spec.enableServiceLinks ??= true
  for (const container of [...(spec.initContainers ?? []), ...(spec.containers ?? [])]) {
    const { limits, requests } = container.resources as Obj
    for (const [name, limit] of Object.entries(limits ?? {}))
      container.resources.requests = { [name]: limit, ...(container.resources.requests ?? requests) }
  }
}

/** The defaults of a pod spec, in a Pod or in a template; `hostPorts`: on the host's network every port is a hostPort. */
export function podSpecDefaults(spec: Obj, hostPorts: boolean): void {
  spec.dnsPolicy ||= 'ClusterFirst'
  spec.restartPolicy ||= 'Always'
  spec.securityContext ??= {}
  spec.terminationGracePeriodSeconds ??= 30
  spec.schedulerName ||= 'default-scheduler'
  if (spec.serviceAccountName && !spec.serviceAccount) spec.serviceAccount = spec.serviceAccountName
  else if (spec.serviceAccount && !spec.serviceAccountName) spec.serviceAccountName = spec.serviceAccount
  for (const list of [spec.initContainers, spec.containers, spec.ephemeralContainers])
    for (const c of list ?? []) containerDefaults(c, hostPorts && spec.hostNetwork === true)
  for (const volume of spec.volumes ?? []) volumeDefaults(volume)
}

function containerDefaults(container: Obj, hostNetwork: boolean): void {
  container.imagePullPolicy ||= defaultPullPolicy(container.image ?? '')
  container.resources ??= {}
  container.terminationMessagePath ||= '/dev/termination-log'
  container.terminationMessagePolicy ||= 'File'
  for (const port of container.ports ?? []) {
    port.protocol ||= 'TCP'
    if (hostNetwork && !port.hostPort && port.containerPort) port.hostPort = port.containerPort
  }
  for (const variable of container.env ?? []) if (variable.valueFrom?.fieldRef) variable.valueFrom.fieldRef.apiVersion ||= 'v1'
  for (const probe of [container.livenessProbe, container.readinessProbe, container.startupProbe]) if (probe) probeDefaults(probe)
  for (const hook of [container.lifecycle?.postStart, container.lifecycle?.preStop]) if (hook?.httpGet) httpDefaults(hook.httpGet)
}

/** Always for an image without a tag or with `latest`, unless it is named by digest. */
function defaultPullPolicy(image: string): string {
  if (image.includes('@')) return 'IfNotPresent'
  const tag = /:([^:/]+)$/.exec(image)?.[1] ?? 'latest'
  return tag === 'latest' ? 'Always' : 'IfNotPresent'
}

function probeDefaults(probe: Obj): void {
  probe.timeoutSeconds ||= 1
  probe.periodSeconds ||= 10
  probe.successThreshold ||= 1
  probe.failureThreshold ||= 3
  if (probe.httpGet) httpDefaults(probe.httpGet)
  if (probe.grpc) probe.grpc.service ??= ''
}

function httpDefaults(get: Obj): void {
  get.path ||= '/'
  get.scheme ||= 'HTTP'
}

function volumeDefaults(volume: Obj): void {
  for (const source of ['configMap', 'secret', 'projected', 'downwardAPI']) if (volume[source]) volume[source].defaultMode ??= 420
  if (volume.hostPath) volume.hostPath.type ??= ''
  for (const source of volume.projected?.sources ?? [])
    if (source.serviceAccountToken) source.serviceAccountToken.expirationSeconds ??= 3600
  if (Object.keys(volume).every(key => key === 'name')) volume.emptyDir = {}
}

function templateDefaults(object: Obj, profile: ProfileName): Obj {
  object.spec ??= {}
  if (object.spec.template) podSpecDefaults((object.spec.template.spec ??= {}), ADDS[profile].templateHostPorts)
  return object.spec.template?.metadata?.labels ?? {}
}

const isEmpty = (labels: Obj | undefined): boolean => labels === undefined || Object.keys(labels).length === 0

/** Old versions take labels and selector from the template. */
function fromTemplate(object: Obj, labels: Obj, selector: Obj): void {
  if (isEmpty(labels)) return
  object.spec.selector ??= selector
  if (isEmpty(object.metadata?.labels)) object.metadata = { ...object.metadata, labels: { ...labels } }
}

function controllerDefaults(object: Obj, _apiVersion: string, profile: ProfileName): void {
  const labels = templateDefaults(object, profile)
  if (isEmpty(object.spec.selector)) delete object.spec.selector
  fromTemplate(object, labels, { ...labels })
  object.spec.replicas ??= 1
}

function replicaSetDefaults(object: Obj, apiVersion: string, profile: ProfileName): void {
  const labels = templateDefaults(object, profile)
  if (apiVersion === 'extensions/v1beta1') fromTemplate(object, labels, { matchLabels: { ...labels } })
  object.spec.replicas ??= 1
}

const NEVER = 2 ** 31 - 1
interface DeploymentDefaults {
  readonly surge: number | string
  readonly history: number
  readonly deadline: number
  readonly fromTemplate: boolean
}
const APPS_V1: DeploymentDefaults = { surge: '25%', history: 10, deadline: 600, fromTemplate: false }
const DEPLOYMENT_DEFAULTS: Readonly<Record<string, DeploymentDefaults>> = {
  'extensions/v1beta1': { surge: 1, history: NEVER, deadline: NEVER, fromTemplate: true },
  'apps/v1beta1': { surge: '25%', history: 2, deadline: 600, fromTemplate: true },
}

function deploymentDefaults(object: Obj, apiVersion: string, profile: ProfileName): void {
  const labels = templateDefaults(object, profile)
  const defaults = DEPLOYMENT_DEFAULTS[apiVersion] ?? APPS_V1
  if (defaults.fromTemplate) fromTemplate(object, labels, { matchLabels: { ...labels } })
  const spec = object.spec
  spec.replicas ??= 1
  spec.strategy ??= {}
  spec.strategy.type ||= 'RollingUpdate'
  if (spec.strategy.type === 'RollingUpdate') {
    spec.strategy.rollingUpdate ??= {}
    spec.strategy.rollingUpdate.maxUnavailable ??= defaults.surge
    spec.strategy.rollingUpdate.maxSurge ??= defaults.surge
  }
  spec.revisionHistoryLimit ??= defaults.history
  spec.progressDeadlineSeconds ??= defaults.deadline
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
  for (const port of object.ports ?? []) {
    port.name ??= ''
    port.protocol ??= 'TCP'
  }
}

/** podCIDR and podCIDRs tell the same. */
function nodeDefaults(object: Obj): void {
  const spec = (object.spec ??= {})
  if (spec.podCIDR && !spec.podCIDRs) spec.podCIDRs = [spec.podCIDR]
  else if (spec.podCIDRs?.length > 0 && !spec.podCIDR) spec.podCIDR = spec.podCIDRs[0]
}
