// HorizontalPodAutoscalers as hopspec holds them (autoscaling/v2): decoded, defaulted, in the API's own field names. Nothing is scaled by them here.
import type { KubeObject } from './object'

export interface MetricTarget {
  readonly type: string
  readonly value?: string
  readonly averageValue?: string
  readonly averageUtilization?: number
}

export interface MetricSpec {
  readonly type: string
  readonly resource?: { readonly name: string; readonly target: MetricTarget }
  readonly containerResource?: { readonly name: string; readonly container: string; readonly target: MetricTarget }
  readonly pods?: { readonly metric: { readonly name: string }; readonly target: MetricTarget }
  readonly object?: {
    readonly describedObject: { readonly kind: string; readonly name: string }
    readonly metric: { readonly name: string }
    readonly target: MetricTarget
  }
  readonly external?: { readonly metric: { readonly name: string }; readonly target: MetricTarget }
}

export interface ScalingRules {
  readonly stabilizationWindowSeconds?: number
  readonly selectPolicy?: string
  readonly policies?: readonly { readonly type: string; readonly value: number; readonly periodSeconds: number }[]
}

export interface HorizontalPodAutoscaler extends KubeObject {
  readonly kind: 'HorizontalPodAutoscaler'
  readonly spec: {
    readonly scaleTargetRef: { readonly apiVersion?: string; readonly kind: string; readonly name: string }
    readonly minReplicas?: number
    readonly maxReplicas: number
    readonly metrics?: readonly MetricSpec[]
    readonly behavior?: { readonly scaleUp?: ScalingRules; readonly scaleDown?: ScalingRules }
  }
  readonly status?: { readonly currentReplicas?: number; readonly desiredReplicas?: number }
}
