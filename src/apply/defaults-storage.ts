// Defaults of PersistentVolumes, PersistentVolumeClaims and StorageClasses.
import { volumeDefaults } from './defaults-pod'
import type { Loose as Obj } from './loose'

export const STORAGE_DEFAULTERS: Readonly<Record<string, (object: Obj) => void>> = {
  PersistentVolume: object => {
    const spec = (object.spec ??= {})
    spec.persistentVolumeReclaimPolicy ||= 'Retain'
    spec.volumeMode ??= 'Filesystem'
    volumeDefaults(spec)
  },
  PersistentVolumeClaim: object => {
    const spec = (object.spec ??= {})
    spec.volumeMode ??= 'Filesystem'
    spec.resources ??= {}
    sourceDefaults(spec)
  },
  StorageClass: object => {
    object.reclaimPolicy ??= 'Delete'
    object.volumeBindingMode ??= 'Immediate'
  },
}

/** The old field takes claims and snapshots alone, and says the same as the new one. */
function sourceDefaults(spec: Obj): void {
  // References into other namespaces stand behind a gate that is off.
  if (spec.dataSourceRef?.namespace) delete spec.dataSourceRef
  const { dataSource: old, dataSourceRef: ref } = spec
  const isKnown = (s: Obj): boolean =>
    (s.kind === 'PersistentVolumeClaim' && !s.apiGroup) || (s.kind === 'VolumeSnapshot' && s.apiGroup === 'snapshot.storage.k8s.io')
  if (old && !ref && !isKnown(old)) delete spec.dataSource
  else if (old && !ref) spec.dataSourceRef = { ...old }
  else if (ref && !old) spec.dataSource = { ...ref, namespace: undefined }
  if (spec.dataSource) delete spec.dataSource.namespace
}
