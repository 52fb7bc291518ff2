// Workloads and what belongs to them, as hopspec holds them: decoded, defaulted, in the API's own field names.
import type { Condition, KubeObject, LabelSelector, Labels, ObjectMeta, PodTemplate } from './object'

export interface ReplicaSet extends KubeObject {
  readonly kind: 'ReplicaSet'
  readonly spec: {
    readonly replicas: number
    readonly selector: LabelSelector
    readonly template: PodTemplate
    readonly minReadySeconds?: number
  }
  readonly status?: {
    readonly replicas: number
    readonly readyReplicas?: number
    readonly availableReplicas?: number
    readonly observedGeneration?: number
  }
}

export interface ReplicationController extends KubeObject {
  readonly kind: 'ReplicationController'
  readonly spec: { readonly replicas: number; readonly selector: Labels; readonly template: PodTemplate; readonly minReadySeconds?: number }
  readonly status?: {
    readonly replicas: number
    readonly readyReplicas?: number
    readonly availableReplicas?: number
    readonly observedGeneration?: number
  }
}

export interface Deployment extends KubeObject {
  readonly kind: 'Deployment'
  readonly spec: {
    readonly replicas: number
    readonly selector: LabelSelector
    readonly template: PodTemplate
    readonly strategy: {
      readonly type: 'RollingUpdate' | 'Recreate'
      readonly rollingUpdate?: { readonly maxSurge: number | string; readonly maxUnavailable: number | string }
    }
    readonly minReadySeconds?: number
    readonly revisionHistoryLimit?: number
    readonly progressDeadlineSeconds?: number
    readonly paused?: boolean
  }
  readonly status?: {
    readonly replicas?: number
    readonly updatedReplicas?: number
    readonly readyReplicas?: number
    readonly availableReplicas?: number
    readonly unavailableReplicas?: number
    readonly observedGeneration?: number
    readonly collisionCount?: number
    readonly conditions?: readonly Condition[]
  }
}

export interface StatefulSet extends KubeObject {
  readonly kind: 'StatefulSet'
  readonly spec: {
    readonly replicas: number
    readonly selector: LabelSelector
    readonly template: PodTemplate
    readonly serviceName?: string
    readonly podManagementPolicy?: 'OrderedReady' | 'Parallel'
    readonly updateStrategy: {
      readonly type: 'RollingUpdate' | 'OnDelete'
      readonly rollingUpdate?: { readonly partition?: number; readonly maxUnavailable?: number | string }
    }
    readonly ordinals?: { readonly start?: number }
    readonly minReadySeconds?: number
    readonly revisionHistoryLimit?: number
    readonly volumeClaimTemplates?: readonly { readonly metadata: ObjectMeta }[]
    readonly persistentVolumeClaimRetentionPolicy?: { readonly whenDeleted?: string; readonly whenScaled?: string }
  }
  readonly status?: {
    readonly observedGeneration?: number
    readonly replicas: number
    readonly readyReplicas?: number
    readonly currentReplicas?: number
    readonly updatedReplicas?: number
    readonly availableReplicas?: number
    readonly currentRevision?: string
    readonly updateRevision?: string
    readonly collisionCount?: number
    readonly conditions?: readonly Condition[]
  }
}

export interface DaemonSet extends KubeObject {
  readonly kind: 'DaemonSet'
  readonly spec: {
    readonly selector: LabelSelector
    readonly template: PodTemplate
    readonly updateStrategy: {
      readonly type: 'RollingUpdate' | 'OnDelete'
      readonly rollingUpdate?: { readonly maxSurge?: number | string; readonly maxUnavailable?: number | string }
    }
    readonly minReadySeconds?: number
    readonly revisionHistoryLimit?: number
  }
  readonly status?: {
    readonly currentNumberScheduled: number
    readonly numberMisscheduled: number
    readonly desiredNumberScheduled: number
    readonly numberReady: number
    readonly observedGeneration?: number
    readonly updatedNumberScheduled?: number
    readonly numberAvailable?: number
    readonly numberUnavailable?: number
    readonly collisionCount?: number
    readonly conditions?: readonly Condition[]
  }
}

/** One revision of a StatefulSet's or DaemonSet's template. */
export interface ControllerRevision extends KubeObject {
  readonly kind: 'ControllerRevision'
  readonly revision: number
  readonly data?: unknown
}

export interface JobSpec {
  readonly parallelism?: number
  readonly completions?: number
  readonly completionMode?: 'NonIndexed' | 'Indexed'
  readonly backoffLimit?: number
  readonly activeDeadlineSeconds?: number
  readonly ttlSecondsAfterFinished?: number
  readonly selector?: LabelSelector
  readonly manualSelector?: boolean
  readonly suspend?: boolean
  readonly template: PodTemplate
}

export interface Job extends KubeObject {
  readonly kind: 'Job'
  readonly spec: JobSpec
  readonly status?: {
    readonly active?: number
    readonly ready?: number
    readonly succeeded?: number
    /** Of an Indexed Job: `0-2,4`. */
    readonly completedIndexes?: string
    readonly failed?: number
    readonly terminating?: number
    readonly startTime?: string
    readonly completionTime?: string
    readonly uncountedTerminatedPods?: object
    readonly conditions?: readonly Condition[]
  }
}

export interface CronJob extends KubeObject {
  readonly kind: 'CronJob'
  readonly spec: {
    readonly schedule: string
    readonly timeZone?: string
    readonly suspend?: boolean
    readonly concurrencyPolicy?: 'Allow' | 'Forbid' | 'Replace'
    readonly startingDeadlineSeconds?: number
    readonly successfulJobsHistoryLimit?: number
    readonly failedJobsHistoryLimit?: number
    readonly jobTemplate: { readonly metadata?: ObjectMeta; readonly spec: JobSpec }
  }
  readonly status?: {
    readonly active?: readonly { readonly name: string }[]
    readonly lastScheduleTime?: string
    readonly lastSuccessfulTime?: string
  }
}

/** A template that stands alone; nothing acts on it. */
export interface PodTemplateObject extends KubeObject {
  readonly kind: 'PodTemplate'
  readonly template: PodTemplate
}
