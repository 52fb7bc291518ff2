// The names that the API gives to each kind of the store: resource, group, short names, and whether it lives in a namespace.
import type { Kind } from '../apply/object'

interface KindFacts {
  readonly kind: Kind
  /** Empty for the core group. */
  readonly group: string
  readonly version: string
  readonly resource: string
  readonly singular: string
  readonly short: readonly string[]
  readonly namespaced: boolean
  /** Whether the API server counts metadata.generation. Pods do so from 1.34 on (profile). */
  readonly generation: boolean
}

const facts = (kind: Kind, apiVersion: string, resource: string, short: readonly string[], rest: Partial<KindFacts> = {}): KindFacts => ({
  kind,
  group: apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '',
  version: apiVersion.slice(apiVersion.indexOf('/') + 1),
  resource,
  singular: kind.toLowerCase(),
  short,
  namespaced: true,
  generation: false,
  ...rest,
})

export const KINDS: Readonly<Record<Kind, KindFacts>> = {
  Namespace: facts('Namespace', 'v1', 'namespaces', ['ns'], { namespaced: false }),
  Node: facts('Node', 'v1', 'nodes', ['no'], { namespaced: false }),
  Pod: facts('Pod', 'v1', 'pods', ['po']),
  ReplicationController: facts('ReplicationController', 'v1', 'replicationcontrollers', ['rc'], { generation: true }),
  ReplicaSet: facts('ReplicaSet', 'apps/v1', 'replicasets', ['rs'], { generation: true }),
  Deployment: facts('Deployment', 'apps/v1', 'deployments', ['deploy'], { generation: true }),
  StatefulSet: facts('StatefulSet', 'apps/v1', 'statefulsets', ['sts'], { generation: true }),
  DaemonSet: facts('DaemonSet', 'apps/v1', 'daemonsets', ['ds'], { generation: true }),
  ControllerRevision: facts('ControllerRevision', 'apps/v1', 'controllerrevisions', []),
  Job: facts('Job', 'batch/v1', 'jobs', [], { generation: true }),
  CronJob: facts('CronJob', 'batch/v1', 'cronjobs', ['cj'], { generation: true }),
  PodTemplate: facts('PodTemplate', 'v1', 'podtemplates', [], { generation: true }),
  Service: facts('Service', 'v1', 'services', ['svc']),
  Endpoints: facts('Endpoints', 'v1', 'endpoints', ['ep']),
  EndpointSlice: facts('EndpointSlice', 'discovery.k8s.io/v1', 'endpointslices', [], { generation: true }),
  Ingress: facts('Ingress', 'networking.k8s.io/v1', 'ingresses', ['ing'], { generation: true }),
  IngressClass: facts('IngressClass', 'networking.k8s.io/v1', 'ingressclasses', [], { namespaced: false, generation: true }),
  NetworkPolicy: facts('NetworkPolicy', 'networking.k8s.io/v1', 'networkpolicies', ['netpol'], { generation: true }),
  IPAddress: facts('IPAddress', 'networking.k8s.io/v1', 'ipaddresses', ['ip'], { namespaced: false }),
  ServiceCIDR: facts('ServiceCIDR', 'networking.k8s.io/v1', 'servicecidrs', [], { namespaced: false }),
  ServiceAccount: facts('ServiceAccount', 'v1', 'serviceaccounts', ['sa']),
  ResourceQuota: facts('ResourceQuota', 'v1', 'resourcequotas', ['quota']),
  LimitRange: facts('LimitRange', 'v1', 'limitranges', ['limits']),
  PodDisruptionBudget: facts('PodDisruptionBudget', 'policy/v1', 'poddisruptionbudgets', ['pdb'], { generation: true }),
  PriorityClass: facts('PriorityClass', 'scheduling.k8s.io/v1', 'priorityclasses', ['pc'], { namespaced: false, generation: true }),
  PersistentVolume: facts('PersistentVolume', 'v1', 'persistentvolumes', ['pv'], { namespaced: false }),
  PersistentVolumeClaim: facts('PersistentVolumeClaim', 'v1', 'persistentvolumeclaims', ['pvc']),
  StorageClass: facts('StorageClass', 'storage.k8s.io/v1', 'storageclasses', ['sc'], { namespaced: false }),
  Role: facts('Role', 'rbac.authorization.k8s.io/v1', 'roles', []),
  RoleBinding: facts('RoleBinding', 'rbac.authorization.k8s.io/v1', 'rolebindings', []),
  ClusterRole: facts('ClusterRole', 'rbac.authorization.k8s.io/v1', 'clusterroles', [], { namespaced: false }),
  ClusterRoleBinding: facts('ClusterRoleBinding', 'rbac.authorization.k8s.io/v1', 'clusterrolebindings', [], { namespaced: false }),
  HorizontalPodAutoscaler: facts('HorizontalPodAutoscaler', 'autoscaling/v2', 'horizontalpodautoscalers', ['hpa']),
  ConfigMap: facts('ConfigMap', 'v1', 'configmaps', ['cm']),
  Secret: facts('Secret', 'v1', 'secrets', []),
  Event: facts('Event', 'v1', 'events', ['ev']),
}

/** Every kind, in the order of KINDS. */
export const ALL_KINDS = Object.keys(KINDS) as readonly Kind[]

/** `deployments.apps`, `services`: how the API server names a resource in its messages. */
export const qualifiedResource = (kind: Kind): string => {
  const { resource, group } = KINDS[kind]
  return group === '' ? resource : `${resource}.${group}`
}
