// The columns of `kubectl get` for storage, roles and autoscalers. Stands for the API server's printers/internalversion.
import type { Kinds } from '../../apply/object'
import type { MetricSpec } from '../../apply/object-autoscaling'
import type { State } from '../../cluster/state'
import { canonicalQuantity } from '../../control/quantity'
import { age } from './age'

type Other =
  | 'PersistentVolume'
  | 'PersistentVolumeClaim'
  | 'StorageClass'
  | 'Role'
  | 'RoleBinding'
  | 'ClusterRole'
  | 'ClusterRoleBinding'
  | 'HorizontalPodAutoscaler'

const MODES: readonly (readonly [string, string])[] = [
  ['ReadWriteOnce', 'RWO'],
  ['ReadOnlyMany', 'ROX'],
  ['ReadWriteMany', 'RWX'],
  ['ReadWriteOncePod', 'RWOP'],
]
/** `RWO,RWX` */
export const modesText = (modes: readonly string[] = []): string =>
  MODES.flatMap(([mode, short]) => (modes.includes(mode) ? [short] : [])).join(',')

const CLASS_NOTE = 'volume.beta.kubernetes.io/storage-class'
/** The class of a volume or claim: an old annotation first. */
export const classText = (object: Kinds['PersistentVolume'] | Kinds['PersistentVolumeClaim']): string =>
  object.metadata.annotations?.[CLASS_NOTE] ?? object.spec.storageClassName ?? ''

const DEFAULT_NOTES = ['storageclass.kubernetes.io/is-default-class', 'storageclass.beta.kubernetes.io/is-default-class']
export const isDefaultClass = (object: Kinds['StorageClass']): boolean =>
  DEFAULT_NOTES.some(note => object.metadata.annotations?.[note] === 'true')

const phaseOf = (object: Kinds['PersistentVolume'] | Kinds['PersistentVolumeClaim']): string =>
  object.metadata.deletionTimestamp === undefined ? (object.status?.phase ?? 'Pending') : 'Terminating'

function bindingCells(state: State, b: Kinds['RoleBinding'] | Kinds['ClusterRoleBinding'], name: string): readonly string[] {
  const of = (kind: string): string =>
    (b.subjects ?? [])
      .filter(s => s.kind === kind)
      .map(s => (kind === 'ServiceAccount' && s.namespace ? `${s.namespace}/${s.name}` : s.name))
      .join(', ')
  return [name, `${b.roleRef.kind}/${b.roleRef.name}`, age(state, b), of('User'), of('Group'), of('ServiceAccount')]
}

/** What is measured and wanted; what is measured nobody knows here. */
function metricText(metric: MetricSpec): string {
  const { resource, containerResource, pods, object, external } = metric
  const amount = (value: string | undefined): string => canonicalQuantity(value ?? '0')
  const share = resource ?? containerResource
  if (share !== undefined) {
    const { averageValue, averageUtilization: part } = share.target
    const target = averageValue !== undefined ? amount(averageValue) : part === undefined ? '<auto>' : `${part}%`
    return `${share.name}: <unknown>/${target}`
  }
  if (pods !== undefined) return `<unknown>/${amount(pods.target.averageValue)}`
  const target = (object ?? external)?.target
  if (target === undefined) return '<unknown type>'
  return target.averageValue === undefined ? `<unknown>/${amount(target.value)}` : `<unknown>/${amount(target.averageValue)} (avg)`
}

function metricsText(metrics: readonly MetricSpec[] = []): string {
  if (metrics.length === 0) return '<none>'
  const shown = metrics.slice(0, 2).map(metricText).join(', ')
  return metrics.length > 2 ? `${shown} + ${metrics.length - 2} more...` : shown
}

export const OTHER_CELLS: { readonly [K in Other]: (state: State, object: Kinds[K], name: string) => readonly string[] } = {
  PersistentVolume: (state, v, name) => [
    name,
    canonicalQuantity(v.spec.capacity?.storage ?? '0'),
    modesText(v.spec.accessModes),
    v.spec.persistentVolumeReclaimPolicy ?? '',
    phaseOf(v),
    v.spec.claimRef === undefined ? '' : `${v.spec.claimRef.namespace ?? ''}/${v.spec.claimRef.name ?? ''}`,
    classText(v),
    v.spec.volumeAttributesClassName ?? '<unset>',
    v.status?.reason ?? '',
    age(state, v),
    v.spec.volumeMode ?? '<unset>',
  ],
  PersistentVolumeClaim: (state, c, name) => {
    const bound = c.spec.volumeName !== undefined
    return [
      name,
      phaseOf(c),
      c.spec.volumeName ?? '',
      bound ? canonicalQuantity(c.status?.capacity?.storage ?? '0') : '',
      bound ? modesText(c.status?.accessModes) : '',
      classText(c),
      c.spec.volumeAttributesClassName ?? '<unset>',
      age(state, c),
      c.spec.volumeMode ?? '<unset>',
    ]
  },
  StorageClass: (state, c, name) => [
    isDefaultClass(c) ? `${name} (default)` : name,
    c.provisioner,
    c.reclaimPolicy ?? 'Delete',
    c.volumeBindingMode ?? 'Immediate',
    String(c.allowVolumeExpansion ?? false),
    age(state, c),
  ],
  Role: (_state, r, name) => [name, r.metadata.creationTimestamp ?? '<unknown>'],
  ClusterRole: (_state, r, name) => [name, r.metadata.creationTimestamp ?? '<unknown>'],
  RoleBinding: bindingCells,
  ClusterRoleBinding: bindingCells,
  HorizontalPodAutoscaler: (state, h, name) => [
    name,
    `${h.spec.scaleTargetRef.kind}/${h.spec.scaleTargetRef.name}`,
    metricsText(h.spec.metrics),
    String(h.spec.minReplicas ?? '<unset>'),
    String(h.spec.maxReplicas),
    String(h.status?.currentReplicas ?? 0),
    age(state, h),
  ],
}
