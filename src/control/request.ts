// One write request as the API server takes it: families and addresses allocated, admission, validation, then the store. Every refusal is data.
// Stands for the create and update handlers of the generic API server. Not simulated: webhooks, service accounts.
import { cidrFamily, cidrText } from '../addr/cidr'
import type { Kind, KubeObject, Node, Pod } from '../apply/object'
import type { EndpointSlice, Service } from '../apply/object-service'
import type { Ingress } from '../apply/object-network'
import type { PersistentVolumeClaim } from '../apply/object-storage'
import type { DaemonSet } from '../apply/object-workloads'
import type { FieldError } from '../apply/field-error'
import { fieldErrorText } from '../apply/field-error'
import { adoptFamilies, familyErrors, keepsPreference, setServiceFamilies, syncAddresses } from '../apply/service-families'
import { SYSTEM_CLASSES } from '../apply/validate-disruption'
import { validateCreate, validateUpdate } from '../apply/validate'
import { sameValue } from '../cluster/equal'
import { KINDS } from '../cluster/kind'
import { keyOf, objectOf, type State } from '../cluster/state'
import { type Answer, type ApiError, createObject, isError, notFound, updateObject } from '../cluster/store'
import { withGeneratedName } from '../cluster/store'
import { write } from '../cluster/write'
import { allocateService } from './allocate'
import { admittedIngress } from './ingress-class'
import { withDefaultClass } from './default-class'
import { withLimitDefaults } from './limits'
import { noteRequest } from './managers'
import { classRefusal, priorityRefusal } from './priority'
import { REQUEST_PROFILES } from './profile'
import { quotaDesk } from './quota'
import { carriedOver } from './service-update'
import { admittedPod } from './template'

/** POST of a decoded and defaulted object with its namespace set. */
export function requestCreate(state: State, object: KubeObject, by: string, dryRun = false): Answer {
  const { namespace } = object.metadata
  if (namespace && KINDS[object.kind as Kind].namespaced && objectOf(state, 'Namespace', namespace) === undefined)
    return { error: notFound('Namespace', namespace) }
  const named = object.metadata.name
    ? { state, object }
    : object.metadata.generateName
      ? withGeneratedName(state, object)
      : { state, object }
  const prepared = prepare(named.state, named.object, undefined, dryRun)
  if ('error' in prepared) return prepared
  const desk = quotaDesk(named.state, prepared.object.metadata.namespace)
  const refused = desk.charge(prepared.object)
  if (refused !== undefined) return { error: forbidden(refused) }
  return noted(createObject(write(named.state, desk.changes(), SERVER), prepared.object, by), undefined, object, by)
}

/** Who writes what nobody asked for. */
const SERVER = 'kube-apiserver'
const forbidden = (message: string): ApiError => ({ code: 403, reason: 'Forbidden', message })

/** An answer whose State knows who wrote what. */
const noted = (answer: Answer, before: KubeObject | undefined, sent: KubeObject, by: string): Answer =>
  isError(answer) ? answer : { ...answer, state: noteRequest(answer.state, before, sent, answer.object, by) }

/** PUT or PATCH: the whole object as it is to be. */
export function requestUpdate(state: State, object: KubeObject, by: string): Answer {
  const old = objectOf(state, object.kind as 'Pod', keyOf(object)) as KubeObject | undefined
  if (old === undefined) return updateObject(state, object, by)
  const prepared = prepare(state, object, old)
  if ('error' in prepared) return prepared
  if (object.kind !== 'Service') return noted(updateObject(state, prepared.object, by), old, object, by)
  const desk = quotaDesk(state, object.metadata.namespace)
  const refused = desk.charge(prepared.object, old)
  if (refused !== undefined) return { error: forbidden(refused) }
  return noted(updateObject(write(state, desk.changes(), SERVER), prepared.object, by), old, object, by)
}

type Prepared = { readonly object: KubeObject } | { readonly error: ApiError }

function prepare(state: State, object: KubeObject, old?: KubeObject, dryRun = false): Prepared {
  const { allocatesFirst } = REQUEST_PROFILES[state.config.profile]
  const validate = (o: KubeObject): ApiError | undefined =>
    invalidError(state, o, old === undefined ? validateCreate(o.kind, o) : validateUpdate(o.kind, old, o))
  if (object.kind !== 'Service') {
    if (object.kind === 'Ingress' && old === undefined && REQUEST_PROFILES[state.config.profile].ingressClasses)
      object = admittedIngress(state, object as Ingress)
    const refused = object.kind === 'Pod' && old === undefined ? priorityRefusal(state, object as Pod) : undefined
    if (refused !== undefined)
      return { error: forbidden(`pods "${object.metadata.name || (object.metadata.generateName ?? '')}" is forbidden: ${refused}`) }
    if (object.kind === 'Pod' && old === undefined) object = withLimitDefaults(state, object)
    if (object.kind === 'PersistentVolumeClaim' && old === undefined) object = withDefaultClass(state, object as PersistentVolumeClaim)
    const wrong = validate(object) ?? (object.kind === 'PriorityClass' ? classError(state, object, old) : undefined)
    if (wrong !== undefined) return { error: wrong }
    return {
      object: object.kind === 'Pod' && old === undefined ? admittedPod(state, withoutStatus(object) as Pod) : withStatus(object, old),
    }
  }
  const synced = withSyncedAddresses(state, object as Service, old as Service | undefined)
  const unfit = allocatesFirst
    ? familyErrors(synced.spec, state.config.ipFamily, state.config.profile, (old as Service | undefined)?.spec)
    : []
  const refused = invalidError(state, synced, unfit) ?? (allocatesFirst && old === undefined ? namelessError(state, synced) : undefined)
  if (refused !== undefined) return { error: refused }
  const service = withFamilies(state, synced, old as Service | undefined)
  const early = allocatesFirst ? undefined : validate(service)
  if (early !== undefined) return { error: early }
  const asked = allocateService(state, service, old as Service | undefined)
  const allocated = 'error' in asked && dryRun ? unallocated(state, asked.error, service) : asked
  if ('error' in allocated) return allocated
  const wrong = validate(allocated.service)
  return wrong === undefined ? { object: withStatus(allocated.service, old) } : { error: wrong }
}

/** The system's own classes are there already; only one class is the default. */
function classError(state: State, object: KubeObject, old: KubeObject | undefined): ApiError | undefined {
  const { name } = object.metadata
  const about = `priorityclasses.scheduling.k8s.io "${name}"`
  const why = classRefusal(state, object)
  if (why !== undefined) return forbidden(`${about} is forbidden: ${why}`)
  const exists = old === undefined && state.config.builtins !== 'none' && Object.hasOwn(SYSTEM_CLASSES, name)
  return exists ? { code: 409, reason: 'AlreadyExists', message: `${about} already exists` } : undefined
}

/** A dry run takes no address and no port: only an address outside of every range is refused. */
function unallocated(state: State, error: ApiError, service: Service): { readonly service: Service } | { readonly error: ApiError } {
  const [outside, ip] = /failed to allocate IP (\S+): the provided network does not match the current range/.exec(error.message) ?? []
  if (outside === undefined) return /nodePort: .*already allocated/.test(error.message) ? { error } : { service }
  const { serviceSubnets } = state.config
  const range = cidrText(serviceSubnets.find(s => (cidrFamily(s) === 'ipv6') === ip!.includes(':')) ?? serviceSubnets[0]!)
  const words = (text: string): string =>
    text.replace(
      outside,
      `failed to allocate IP ${ip}: the provided IP (${ip}) is not in the valid range. The range of valid IPs is ${range}`,
    )
  return { error: { ...error, message: words(error.message), ...(error.causes ? { causes: error.causes.map(words) } : {}) } }
}

/** Addresses and families as the request means them: what it leaves out is as stored. */
function withSyncedAddresses(state: State, service: Service, old: Service | undefined): Service {
  const modern = REQUEST_PROFILES[state.config.profile].allocatesFirst && old !== undefined
  const spec = structuredClone((modern ? carriedOver(state, service, old) : service).spec)
  syncAddresses(spec as never, old?.spec)
  if (modern) adoptFamilies(spec as never, old.spec)
  return { ...service, spec }
}

/** A Service without a name fails where its address is to be written down: an IPAddress names the Service that it belongs to. */
function namelessError(state: State, service: Service): ApiError | undefined {
  if (service.metadata.name || service.metadata.generateName || service.spec.type === 'ExternalName' || service.spec.clusterIP === 'None')
    return undefined
  const given = service.spec.clusterIPs ?? ['']
  const allocated = allocateService(state, withFamilies(state, service, undefined))
  if ('error' in allocated) return allocated.error
  const ip = allocated.service.spec.clusterIP
  const cause = `spec.clusterIPs: Invalid value: ${JSON.stringify(given)}: failed to allocate IP: IPAddress.networking.k8s.io ${JSON.stringify(ip)} is invalid: spec.parentRef.name: Required value`
  return { code: 422, reason: 'Invalid', message: `Service "" is invalid: ${cause}`, causes: [cause] }
}

function withFamilies(state: State, service: Service, old: Service | undefined): Service {
  if (old !== undefined && (service.spec.clusterIP === undefined || keepsPreference(service.spec, old.spec))) return service
  const spec = structuredClone(service.spec)
  setServiceFamilies(spec as never, state.config.ipFamily, state.config.profile)
  const written = service.spec.ipFamilies
  if (written !== undefined && written.length > (spec.ipFamilies?.length ?? 0))
    return { ...service, spec: { ...spec, ipFamilies: written } }
  return { ...service, spec }
}

/** The empty statuses that the API server gives new objects. */
const STATUS: Readonly<Record<string, object>> = {
  Service: { loadBalancer: {} },
  Deployment: {},
  ReplicaSet: { replicas: 0 },
  ReplicationController: { replicas: 0 },
  StatefulSet: { replicas: 0, availableReplicas: 0 },
  DaemonSet: { currentNumberScheduled: 0, desiredNumberScheduled: 0, numberMisscheduled: 0, numberReady: 0 },
  Job: {},
  CronJob: {},
  Ingress: { loadBalancer: {} },
  ServiceCIDR: {},
  ResourceQuota: {},
  PersistentVolume: { phase: 'Pending' },
  PersistentVolumeClaim: { phase: 'Pending' },
  HorizontalPodAutoscaler: { currentMetrics: null, desiredReplicas: 0 },
  PodDisruptionBudget: { currentHealthy: 0, desiredHealthy: 0, disruptionsAllowed: 0, expectedPods: 0 },
  Namespace: { phase: 'Active' },
  Node: {
    daemonEndpoints: { kubeletEndpoint: { Port: 0 } },
    nodeInfo: Object.fromEntries(
      [
        'architecture',
        'bootID',
        'containerRuntimeVersion',
        'kernelVersion',
        'kubeProxyVersion',
        'kubeletVersion',
        'machineID',
        'operatingSystem',
        'osImage',
        'systemUUID',
      ].map(n => [n, '']),
    ),
  },
}

/** Kept until nobody uses it. Stands for StorageObjectInUseProtection admission. */
const protectedBy = (object: KubeObject, finalizer: string): KubeObject => ({
  ...object,
  metadata: { ...object.metadata, finalizers: [...(object.metadata.finalizers ?? []), finalizer] },
})

/** What the server adds to a new object of a kind: finalizers, nulls for empty lists, the taint of a node that is not ready yet. */
const PREPARED: Readonly<Record<string, (object: KubeObject) => KubeObject>> = {
  PersistentVolume: o => protectedBy(o, 'kubernetes.io/pv-protection'),
  PersistentVolumeClaim: o => protectedBy(o, 'kubernetes.io/pvc-protection'),
  Namespace: o => ({ ...o, spec: { finalizers: ['kubernetes'] } }) as KubeObject,
  EndpointSlice: o => {
    const { endpoints, ports } = o as EndpointSlice
    return { ...o, endpoints: endpoints?.length ? endpoints : null, ports: ports?.length ? ports : null } as KubeObject
  },
  Node: o => {
    const { spec } = o as Node
    const notReady = { key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' }
    return { ...o, spec: { ...spec, taints: [...(spec?.taints ?? []), notReady] } } as KubeObject
  },
}

const TEMPLATE_GENERATION = 'deprecated.daemonset.template.generation'

/** A DaemonSet counts the versions of its template in an annotation. */
function withTemplateGeneration(object: KubeObject, old: KubeObject | undefined): KubeObject {
  if (object.kind !== 'DaemonSet') return object
  const before = Number(old?.metadata.annotations?.[TEMPLATE_GENERATION] ?? 0)
  const same = old !== undefined && sameValue((old as DaemonSet).spec.template, (object as DaemonSet).spec.template)
  const annotations = { ...object.metadata.annotations, [TEMPLATE_GENERATION]: String(same ? before : before + 1) }
  return { ...object, metadata: { ...object.metadata, annotations } }
}

/** Status is not the user's: a new object has the empty one, an old one keeps its own. */
function withStatus(object: KubeObject, old: KubeObject | undefined): KubeObject {
  const status = old === undefined || leavesBalancer(object, old) ? STATUS[object.kind] : (old as { status?: object }).status
  const prepared = withTemplateGeneration(old === undefined ? (PREPARED[object.kind]?.(object) ?? object) : object, old)
  return status === undefined ? prepared : ({ ...prepared, status } as unknown as KubeObject)
}

/** A Service that is a load balancer no more loses the addresses of one. */
const leavesBalancer = (object: KubeObject, old: KubeObject): boolean =>
  object.kind === 'Service' && (old as Service).spec.type === 'LoadBalancer' && (object as Service).spec.type !== 'LoadBalancer'

const withoutStatus = (object: KubeObject): KubeObject => {
  const { status: _, ...rest } = object as KubeObject & { status?: unknown }
  return rest
}

function invalidError(state: State, object: KubeObject, errors: readonly FieldError[]): ApiError | undefined {
  if (errors.length === 0) return undefined
  const causes = [...new Set(errors.map(e => fieldErrorText(e, state.config.profile)))]
  const list = causes.length === 1 ? causes[0]! : `[${causes.join(', ')}]`
  const { name } = object.metadata
  const { group } = KINDS[object.kind as Kind]
  const kind = group === '' ? object.kind : `${object.kind}.${group}`
  return { code: 422, reason: 'Invalid', message: `${kind} "${name}" is invalid: ${list}`, causes, name }
}
