// Kubernetes objects as hopspec holds them: decoded, defaulted, in the API's own field names. Only fields that something reads are typed.
import type { Place } from '../error'
import type { ClusterRole, ClusterRoleBinding, Role, RoleBinding } from './object-access'
import type { HorizontalPodAutoscaler } from './object-autoscaling'
import type { Secret } from './object-config'
import type { Ingress, IngressClass, IPAddress, NetworkPolicy, ServiceAccount, ServiceCIDR } from './object-network'
import type { LimitRange, PodDisruptionBudget, PriorityClass } from './object-policy'
import type { PersistentVolume, PersistentVolumeClaim, StorageClass } from './object-storage'
import type { ResourceQuota } from './object-quota'
import type { Endpoints, EndpointSlice, Service } from './object-service'
import type {
  ControllerRevision,
  CronJob,
  DaemonSet,
  Deployment,
  Job,
  PodTemplateObject,
  ReplicaSet,
  ReplicationController,
  StatefulSet,
} from './object-workloads'

export type Labels = Readonly<Record<string, string>>

export interface OwnerReference {
  readonly apiVersion: string
  readonly kind: string
  readonly name: string
  readonly uid: string
  readonly controller?: boolean
  readonly blockOwnerDeletion?: boolean
}

export interface ObjectMeta {
  readonly name: string
  readonly namespace?: string
  readonly generateName?: string
  readonly labels?: Labels
  readonly annotations?: Readonly<Record<string, string>>
  readonly uid?: string
  readonly resourceVersion?: string
  readonly generation?: number
  readonly creationTimestamp?: string
  readonly deletionTimestamp?: string
  readonly deletionGracePeriodSeconds?: number
  readonly ownerReferences?: readonly OwnerReference[]
  readonly finalizers?: readonly string[]
}

/** Any object of the store. `spec` and `status` are typed by the kinds below. */
export interface KubeObject {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: ObjectMeta
}

export interface Condition {
  readonly type: string
  readonly status: 'True' | 'False' | 'Unknown'
  readonly reason?: string
  readonly message?: string
  readonly lastTransitionTime?: string
}

export interface ContainerPort {
  readonly name?: string
  readonly containerPort: number
  readonly protocol: 'TCP' | 'UDP' | 'SCTP'
  readonly hostPort?: number
  readonly hostIP?: string
}

export interface Probe {
  readonly httpGet?: { readonly path?: string; readonly port: number | string; readonly host?: string; readonly scheme?: string }
  readonly tcpSocket?: { readonly port: number | string; readonly host?: string }
  readonly exec?: { readonly command?: readonly string[] }
  readonly grpc?: { readonly port: number }
  readonly initialDelaySeconds?: number
  readonly periodSeconds?: number
  readonly timeoutSeconds?: number
  readonly successThreshold?: number
  readonly failureThreshold?: number
}

/** What a container or a volume takes from a ConfigMap or Secret of its namespace. */
export interface ObjectRef {
  readonly name?: string
  readonly optional?: boolean
}

export interface KeyRef extends ObjectRef {
  readonly key: string
}

export interface ResourceRef {
  readonly containerName?: string
  readonly resource: string
  readonly divisor?: string
}

export interface EnvVar {
  readonly name: string
  readonly value?: string
  readonly valueFrom?: {
    readonly fieldRef?: { readonly fieldPath: string }
    readonly resourceFieldRef?: ResourceRef
    readonly configMapKeyRef?: KeyRef
    readonly secretKeyRef?: KeyRef
    readonly fileKeyRef?: KeyRef
  }
}

export interface Container {
  readonly name: string
  readonly image?: string
  readonly imagePullPolicy?: string
  readonly command?: readonly string[]
  readonly args?: readonly string[]
  readonly env?: readonly EnvVar[]
  readonly envFrom?: readonly { readonly prefix?: string; readonly configMapRef?: ObjectRef; readonly secretRef?: ObjectRef }[]
  readonly ports?: readonly ContainerPort[]
  readonly readinessProbe?: Probe
  readonly livenessProbe?: Probe
  readonly startupProbe?: Probe
  readonly resources?: { readonly requests?: Readonly<Record<string, string>>; readonly limits?: Readonly<Record<string, string>> }
  /** Of an init container: Always makes it a sidecar, which runs as long as the pod. */
  readonly restartPolicy?: string
}

export interface PodSpec {
  readonly nodeName?: string
  readonly nodeSelector?: Labels
  readonly hostNetwork?: boolean
  readonly hostname?: string
  readonly subdomain?: string
  readonly restartPolicy?: string
  readonly terminationGracePeriodSeconds?: number
  readonly containers: readonly Container[]
  readonly initContainers?: readonly Container[]
  readonly tolerations?: readonly {
    readonly key?: string
    readonly operator?: string
    readonly value?: string
    readonly effect?: string
    readonly tolerationSeconds?: number
  }[]
  readonly affinity?: unknown
  readonly dnsPolicy?: string
  readonly dnsConfig?: {
    readonly nameservers?: readonly string[]
    readonly searches?: readonly string[]
    readonly options?: readonly { readonly name?: string; readonly value?: string }[]
  }
  readonly hostAliases?: readonly { readonly ip: string; readonly hostnames?: readonly string[] }[]
  readonly setHostnameAsFQDN?: boolean
  readonly readinessGates?: readonly { readonly conditionType: string }[]
}

export interface Pod extends KubeObject {
  readonly kind: 'Pod'
  readonly spec: PodSpec
  readonly status?: {
    readonly phase?: 'Pending' | 'Running' | 'Succeeded' | 'Failed' | 'Unknown'
    readonly reason?: string
    readonly podIP?: string
    readonly podIPs?: readonly { readonly ip: string }[]
    readonly hostIP?: string
    readonly startTime?: string
    readonly conditions?: readonly Condition[]
    readonly containerStatuses?: readonly {
      readonly name: string
      readonly ready: boolean
      readonly restartCount: number
      readonly image?: string
      readonly state?: Readonly<
        Record<string, { readonly reason?: string; readonly startedAt?: string; readonly exitCode?: number; readonly message?: string }>
      >
    }[]
  }
}

export interface PodTemplate {
  readonly metadata?: { readonly labels?: Labels; readonly annotations?: Readonly<Record<string, string>> }
  readonly spec: PodSpec
}

export interface LabelSelector {
  readonly matchLabels?: Labels
  readonly matchExpressions?: readonly {
    readonly key: string
    readonly operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist'
    readonly values?: readonly string[]
  }[]
}

export interface Node extends KubeObject {
  readonly kind: 'Node'
  readonly spec?: {
    readonly podCIDR?: string
    readonly podCIDRs?: readonly string[]
    readonly unschedulable?: boolean
    readonly taints?: readonly { readonly key: string; readonly value?: string; readonly effect: string; readonly timeAdded?: string }[]
  }
  readonly status?: {
    readonly addresses?: readonly { readonly type: string; readonly address: string }[]
    readonly conditions?: readonly Condition[]
    readonly nodeInfo?: Readonly<Record<string, string>>
    readonly capacity?: Readonly<Record<string, string>>
    readonly allocatable?: Readonly<Record<string, string>>
  }
}

export interface Namespace extends KubeObject {
  readonly kind: 'Namespace'
  readonly status?: { readonly phase?: string }
}

export interface ConfigMap extends KubeObject {
  readonly kind: 'ConfigMap'
  readonly data?: Readonly<Record<string, string>>
  readonly binaryData?: Readonly<Record<string, string>>
}

export interface Event extends KubeObject {
  readonly kind: 'Event'
  readonly involvedObject: {
    readonly kind: string
    readonly namespace?: string
    readonly name: string
    readonly uid?: string
    readonly fieldPath?: string
  }
  readonly type: 'Normal' | 'Warning'
  readonly reason: string
  readonly message: string
  readonly source?: { readonly component?: string; readonly host?: string }
  readonly reportingComponent?: string
  readonly reportingInstance?: string
  readonly count?: number
  readonly firstTimestamp?: string | null
  readonly lastTimestamp?: string | null
  readonly eventTime?: string | null
}

/** The kinds of the store, by name. */
export interface Kinds {
  Namespace: Namespace
  Node: Node
  Pod: Pod
  ReplicationController: ReplicationController
  ReplicaSet: ReplicaSet
  Deployment: Deployment
  StatefulSet: StatefulSet
  DaemonSet: DaemonSet
  ControllerRevision: ControllerRevision
  Job: Job
  CronJob: CronJob
  PodTemplate: PodTemplateObject
  Service: Service
  Endpoints: Endpoints
  EndpointSlice: EndpointSlice
  Ingress: Ingress
  IngressClass: IngressClass
  NetworkPolicy: NetworkPolicy
  IPAddress: IPAddress
  ServiceCIDR: ServiceCIDR
  ServiceAccount: ServiceAccount
  ResourceQuota: ResourceQuota
  LimitRange: LimitRange
  PodDisruptionBudget: PodDisruptionBudget
  PriorityClass: PriorityClass
  PersistentVolume: PersistentVolume
  PersistentVolumeClaim: PersistentVolumeClaim
  StorageClass: StorageClass
  Role: Role
  RoleBinding: RoleBinding
  ClusterRole: ClusterRole
  ClusterRoleBinding: ClusterRoleBinding
  HorizontalPodAutoscaler: HorizontalPodAutoscaler
  ConfigMap: ConfigMap
  Secret: Secret
  Event: Event
}
export type Kind = keyof Kinds

/** What a reader gives on: the object, defaulted, and where its parts stand in the input. */
export interface Accepted<O extends KubeObject = KubeObject> {
  readonly object: O
  readonly place: Place
  /** The place of a field by its path (`spec.ports.0.nodePort`); the nearest enclosing field's place when it is not written. */
  placeOf(path: string): Place
}
