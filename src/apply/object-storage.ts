// Volumes, claims and classes of storage as hopspec holds them: decoded, defaulted, in the API's own field names.
import type { KubeObject, LabelSelector } from './object'
import type { Amounts } from './object-quota'

export interface PersistentVolume extends KubeObject {
  readonly kind: 'PersistentVolume'
  readonly spec: {
    readonly capacity?: Amounts
    readonly accessModes?: readonly string[]
    readonly persistentVolumeReclaimPolicy?: string
    readonly storageClassName?: string
    readonly volumeAttributesClassName?: string
    readonly volumeMode?: string
    readonly mountOptions?: readonly string[]
    readonly claimRef?: { readonly namespace?: string; readonly name?: string; readonly uid?: string }
    readonly nodeAffinity?: { readonly required?: { readonly nodeSelectorTerms?: readonly NodeTerm[] } }
    readonly hostPath?: { readonly path: string; readonly type?: string }
    readonly nfs?: { readonly server: string; readonly path: string; readonly readOnly?: boolean }
    readonly local?: { readonly path: string }
    readonly csi?: {
      readonly driver: string
      readonly volumeHandle: string
      readonly fsType?: string
      readonly readOnly?: boolean
      readonly volumeAttributes?: Readonly<Record<string, string>>
    }
  }
  readonly status?: {
    readonly phase?: string
    readonly reason?: string
    readonly message?: string
    readonly lastPhaseTransitionTime?: string
  }
}

export interface NodeTerm {
  readonly matchExpressions?: readonly { readonly key: string; readonly operator: string; readonly values?: readonly string[] }[]
}

export interface PersistentVolumeClaim extends KubeObject {
  readonly kind: 'PersistentVolumeClaim'
  readonly spec: {
    readonly accessModes?: readonly string[]
    readonly resources?: { readonly requests?: Amounts }
    readonly storageClassName?: string
    readonly volumeAttributesClassName?: string
    readonly volumeMode?: string
    readonly volumeName?: string
    readonly selector?: LabelSelector
    readonly dataSource?: { readonly apiGroup?: string; readonly kind: string; readonly name: string }
  }
  readonly status?: { readonly phase?: string; readonly capacity?: Amounts; readonly accessModes?: readonly string[] }
}

export interface StorageClass extends KubeObject {
  readonly kind: 'StorageClass'
  readonly provisioner: string
  readonly parameters?: Readonly<Record<string, string>>
  readonly reclaimPolicy?: string
  readonly volumeBindingMode?: string
  readonly allowVolumeExpansion?: boolean
  readonly mountOptions?: readonly string[]
  readonly allowedTopologies?: readonly {
    readonly matchLabelExpressions?: readonly { readonly key: string; readonly values?: readonly string[] }[]
  }[]
}
