// How kubectl of each version speaks, as data.
import type { Kind } from '../../apply/object'
import type { ProfileName } from '../../apply/profile'

interface KubectlProfile {
  /** The group under which a kind is found and named when the user names no version. */
  readonly group: (kind: Kind, group: string) => string
  /** What stands after `deleted`. */
  readonly deletedFrom: (namespace: string | undefined) => string
  readonly nothingFound: (namespace: string | undefined) => string
  /** The note on applying what was not applied before; `resource` is `services/x`. */
  readonly neverApplied: (resource: string) => string
  /** Whether apply reads all manifests before it sends the first. */
  readonly readsFirst: boolean
  readonly describeFamilies: boolean
  /** Longest annotation that describe prints, and what follows the cut; undefined: last-applied-configuration is not shown. */
  readonly showsLastApplied: boolean
  readonly eventsObjectColumn: boolean
  /** Whether the sandbox lines, IPs and service account are described. */
  readonly modernPods: boolean
  /** Warns on reading Endpoints. */
  readonly endpointsWarning: string | null
  readonly fromHost: boolean
  /** `describe node` shows the node's Lease. */
  readonly describesLease: boolean
  readonly kustomizeVersion: string | null
  /** What a namespace is described with that has no LimitRange. */
  readonly noLimits: string
  /** What drain says of a pod that its budget keeps. */
  readonly willRetry: (pod: string, namespace: string, why: string) => string
  /** Columns of tables that this version does not have yet. */
  readonly withoutColumns: Readonly<Partial<Record<Kind, readonly string[]>>>
  readonly listMeta: Readonly<Record<string, string>>
  /** What a paused Deployment is to be resumed with, before a rollback. */
  readonly resumeWith: (deployment: string) => string
}

/** Kinds that an old kubectl finds in the group extensions first. */
const IN_EXTENSIONS: ReadonlySet<Kind> = new Set<Kind>(['Deployment', 'ReplicaSet', 'DaemonSet', 'Ingress', 'NetworkPolicy'])

const old: KubectlProfile = {
  group: (kind, group) => (IN_EXTENSIONS.has(kind) ? 'extensions' : group),
  deletedFrom: () => '',
  nothingFound: () => 'No resources found.',
  neverApplied: () => 'Warning: kubectl apply should be used on resource created by either kubectl create --save-config or kubectl apply',
  readsFirst: false,
  describeFamilies: false,
  showsLastApplied: true,
  eventsObjectColumn: false,
  modernPods: false,
  endpointsWarning: null,
  fromHost: true,
  describesLease: false,
  kustomizeVersion: null,
  noLimits: 'No resource limits.\n',
  willRetry: (pod, _namespace, why) => `error when evicting pod "${pod}" (will retry after 5s): ${why}`,
  withoutColumns: {
    PriorityClass: ['PREEMPTIONPOLICY'],
    PersistentVolume: ['VOLUMEATTRIBUTESCLASS'],
    PersistentVolumeClaim: ['VOLUMEATTRIBUTESCLASS'],
    StorageClass: ['RECLAIMPOLICY', 'VOLUMEBINDINGMODE', 'ALLOWVOLUMEEXPANSION'],
    RoleBinding: ['ROLE'],
    ClusterRoleBinding: ['ROLE'],
    ResourceQuota: ['REQUEST', 'LIMIT'],
    Job: ['STATUS'],
    CronJob: ['TIMEZONE'],
    Ingress: ['CLASS'],
  },
  listMeta: { resourceVersion: '', selfLink: '' },
  resumeWith: deployment => `kubectl rollout resume deployment/${deployment}`,
}

export const KUBECTL_PROFILES: Readonly<Record<ProfileName, KubectlProfile>> = {
  'v1.13': old,
  'v1.35': {
    group: (_kind, group) => group,
    deletedFrom: namespace => (namespace === undefined ? '' : ` from ${namespace} namespace`),
    nothingFound: namespace => (namespace === undefined ? 'No resources found' : `No resources found in ${namespace} namespace.`),
    neverApplied: resource =>
      `Warning: resource ${resource} is missing the kubectl.kubernetes.io/last-applied-configuration annotation which is required by kubectl apply. kubectl apply should only be used on resources created declaratively by either kubectl create --save-config or kubectl apply. The missing annotation will be patched automatically.`,
    readsFirst: true,
    describeFamilies: true,
    showsLastApplied: false,
    eventsObjectColumn: true,
    modernPods: true,
    endpointsWarning: 'Warning: v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice',
    fromHost: false,
    describesLease: true,
    kustomizeVersion: 'v5.7.1',
    noLimits: 'No LimitRange resource.\n',
    willRetry: (pod, namespace, why) => `error when evicting pods/"${pod}" -n "${namespace}" (will retry after 5s): ${why}`,
    withoutColumns: { ServiceAccount: ['SECRETS'] },
    listMeta: { resourceVersion: '' },
    resumeWith: () => 'kubectl rollout resume',
  },
}
