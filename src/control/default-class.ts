// The StorageClass of claims that name none. Stands for DefaultStorageClass admission.
import type { PersistentVolumeClaim, StorageClass } from '../apply/object-storage'
import { compareText, objectsOf, type State } from '../cluster/state'

const NOTES = ['storageclass.kubernetes.io/is-default-class', 'storageclass.beta.kubernetes.io/is-default-class']
const isDefault = ({ metadata }: StorageClass): boolean => NOTES.some(note => metadata.annotations?.[note] === 'true')

/** The newest of the default classes. */
export function withDefaultClass(state: State, claim: PersistentVolumeClaim): PersistentVolumeClaim {
  if (claim.spec.storageClassName !== undefined || claim.metadata.annotations?.['volume.beta.kubernetes.io/storage-class'] !== undefined)
    return claim
  const [found] = objectsOf(state, 'StorageClass')
    .filter(isDefault)
    .sort(
      (a, b) =>
        compareText(b.metadata.creationTimestamp ?? '', a.metadata.creationTimestamp ?? '') ||
        compareText(a.metadata.name, b.metadata.name),
    )
  return found === undefined ? claim : { ...claim, spec: { ...claim.spec, storageClassName: found.metadata.name } }
}
