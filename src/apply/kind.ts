// Which kind a document is: one we model (with its definition and the version that stands for it), one that Kubernetes has, or a made-up one.
import type { Place, Problem } from '../error'
import { NEWEST, OLDEST } from './decode'
import { nearest } from './finding-text'
import { KNOWN_KINDS } from './known-kinds'
import type { Kind } from './object'
import type { ProfileName } from './profile'
import { type Schema, schemaOf } from './schema'

/** The modelled kinds: in which version they are held, and whether they live in a namespace. */
export const MODELLED: Readonly<Record<Kind, { readonly held: string; readonly namespaced: boolean }>> = {
  Namespace: { held: 'v1', namespaced: false },
  Node: { held: 'v1', namespaced: false },
  Pod: { held: 'v1', namespaced: true },
  ReplicationController: { held: 'v1', namespaced: true },
  ReplicaSet: { held: 'apps/v1', namespaced: true },
  Deployment: { held: 'apps/v1', namespaced: true },
  StatefulSet: { held: 'apps/v1', namespaced: true },
  DaemonSet: { held: 'apps/v1', namespaced: true },
  ControllerRevision: { held: 'apps/v1', namespaced: true },
  Job: { held: 'batch/v1', namespaced: true },
  CronJob: { held: 'batch/v1', namespaced: true },
  PodTemplate: { held: 'v1', namespaced: true },
  Service: { held: 'v1', namespaced: true },
  Endpoints: { held: 'v1', namespaced: true },
  EndpointSlice: { held: 'discovery.k8s.io/v1', namespaced: true },
  Ingress: { held: 'networking.k8s.io/v1', namespaced: true },
  IngressClass: { held: 'networking.k8s.io/v1', namespaced: false },
  NetworkPolicy: { held: 'networking.k8s.io/v1', namespaced: true },
  IPAddress: { held: 'networking.k8s.io/v1', namespaced: false },
  ServiceCIDR: { held: 'networking.k8s.io/v1', namespaced: false },
  ServiceAccount: { held: 'v1', namespaced: true },
  ResourceQuota: { held: 'v1', namespaced: true },
  LimitRange: { held: 'v1', namespaced: true },
  PodDisruptionBudget: { held: 'policy/v1', namespaced: true },
  PriorityClass: { held: 'scheduling.k8s.io/v1', namespaced: false },
  PersistentVolume: { held: 'v1', namespaced: false },
  PersistentVolumeClaim: { held: 'v1', namespaced: true },
  StorageClass: { held: 'storage.k8s.io/v1', namespaced: false },
  Role: { held: 'rbac.authorization.k8s.io/v1', namespaced: true },
  RoleBinding: { held: 'rbac.authorization.k8s.io/v1', namespaced: true },
  ClusterRole: { held: 'rbac.authorization.k8s.io/v1', namespaced: false },
  ClusterRoleBinding: { held: 'rbac.authorization.k8s.io/v1', namespaced: false },
  HorizontalPodAutoscaler: { held: 'autoscaling/v2', namespaced: true },
  ConfigMap: { held: 'v1', namespaced: true },
  Secret: { held: 'v1', namespaced: true },
  Event: { held: 'v1', namespaced: true },
}

export const CLUSTER_API = 'hopspec/v1'
export const PROXY_API = 'kubeproxy.config.k8s.io/v1alpha1'

export interface KnownKind {
  readonly kind: Kind
  readonly schema: Schema
  readonly definition: string
}

/** The kind as `-f` reads it: by the newest tables, else by the oldest; or the Problem that refuses it by name. */
export function findKind(apiVersion: string, kind: string, place: () => Place): KnownKind | Problem {
  const key = `${apiVersion} ${kind}`
  for (const schema of [NEWEST, OLDEST]) {
    const definition = schema.kinds.get(key)
    if (definition !== undefined && isModelled(kind)) return { kind, schema, definition }
  }
  return isModelled(kind) ? wrongVersion(apiVersion, kind, place()) : refusal(apiVersion, kind, place())
}

/** The modelled kinds that the API server of a profile serves, in any version. */
export function servedKinds(profile: ProfileName): ReadonlySet<Kind> {
  const known = served.get(profile)
  if (known) return known
  const found = new Set<Kind>()
  for (const key of schemaOf(profile).kinds.keys()) {
    const kind = key.slice(key.indexOf(' ') + 1)
    if (isModelled(kind)) found.add(kind)
  }
  served.set(profile, found)
  return found
}
const served = new Map<ProfileName, ReadonlySet<Kind>>()

export const isModelled = (kind: string): kind is Kind => Object.hasOwn(MODELLED, kind)

function wrongVersion(apiVersion: string, kind: Kind, place: Place): Problem {
  const known = KNOWN_KINDS.get(kind)!
  const held = MODELLED[kind].held
  if (known.includes(apiVersion))
    return { code: 'KIND_NOT_MODELLED', message: `${kind} of ${apiVersion} is not modelled.`, place, fix: `Write 'apiVersion: ${held}'.` }
  return { code: 'UNKNOWN_KIND', message: `Kubernetes has no ${kind} in ${apiVersion}.`, place, fix: `Write 'apiVersion: ${held}'.` }
}

const leaveOut = (kind: string): string =>
  `Leave it out of this input, by --ignore-kind ${kind} or 'ignoreKinds: [${kind}]' in the Cluster document.`

function refusal(apiVersion: string, kind: string, place: Place): Problem {
  const versions = KNOWN_KINDS.get(kind)
  if (versions)
    return {
      code: 'KIND_NOT_MODELLED',
      message: `${kind} (${apiVersion}) is a kind of Kubernetes that hopspec does not model.`,
      place,
      fix: leaveOut(kind),
    }
  const near = nearest(kind, [...KNOWN_KINDS.keys(), 'Cluster', 'KubeProxyConfiguration', 'List'])
  return {
    code: 'UNKNOWN_KIND',
    message: `Kubernetes has no kind ${kind} (${apiVersion}).`,
    place,
    fix: near ? `Did you mean '${near}'? ${leaveOut(kind)}` : leaveOut(kind),
  }
}
