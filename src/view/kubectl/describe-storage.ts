// `kubectl describe` of PersistentVolumes, PersistentVolumeClaims and StorageClasses.
import type { Pod } from '../../apply/object'
import type { PersistentVolume, PersistentVolumeClaim, StorageClass } from '../../apply/object-storage'
import { objectsOf, type State } from '../../cluster/state'
import { canonicalQuantity } from '../../control/quantity'
import { labelsText } from '../../control/selector'
import { classText, isDefaultClass, modesText } from './columns-other'
import { annotationLines, eventLines, labelLines } from './describe-parts'

const listed = (items: readonly string[] = []): string => `[${items.join(' ')}]`

export function describeVolume(state: State, v: PersistentVolume): string {
  const { metadata, spec, status } = v
  return [
    `Name:\t${metadata.name}\n`,
    labelLines('Labels', metadata.labels),
    annotationLines(state, metadata.annotations),
    `Finalizers:\t${listed(metadata.finalizers)}\nStorageClass:\t${classText(v)}\nStatus:\t${status?.phase ?? 'Pending'}\n`,
    `Claim:\t${spec.claimRef === undefined ? '' : `${spec.claimRef.namespace ?? ''}/${spec.claimRef.name ?? ''}`}\n`,
    `Reclaim Policy:\t${spec.persistentVolumeReclaimPolicy ?? ''}\nAccess Modes:\t${modesText(spec.accessModes)}\n`,
    spec.volumeMode === undefined ? '' : `VolumeMode:\t${spec.volumeMode}\n`,
    `Capacity:\t${canonicalQuantity(spec.capacity?.storage ?? '0')}\n`,
    nodeLines(spec),
    `Message:\t${status?.message ?? ''}\nSource:\n${sourceLines(spec)}`,
    eventLines(state, v),
  ].join('')
}

function nodeLines({ nodeAffinity }: PersistentVolume['spec']): string {
  const terms = nodeAffinity?.required?.nodeSelectorTerms
  if (nodeAffinity?.required === undefined) return 'Node Affinity:\t<none>\n'
  if (terms === undefined || terms.length === 0) return 'Node Affinity:\t\n  Required Terms:\t<none>\n'
  const lines = terms.map((term, i) => {
    const each = (term.matchExpressions ?? []).map(e => {
      const values = (e.values ?? []).length > 0 ? ` [${e.values!.join(', ')}]` : ''
      return `${e.key} ${OPERATORS[e.operator] ?? e.operator.toLowerCase()}${values}`
    })
    return `    Term ${i}:\t${each.length === 0 ? '<none>' : each.join('\n    \t')}\n`
  })
  return `Node Affinity:\t\n  Required Terms:\t\n${lines.join('')}`
}
const OPERATORS: Readonly<Record<string, string>> = { In: 'in', NotIn: 'notin', Exists: 'exists', DoesNotExist: '!', Gt: 'gt', Lt: 'lt' }

/** Of the sources that are not described here the name. */
function sourceLines(spec: PersistentVolume['spec']): string {
  const { hostPath, nfs, local, csi } = spec
  const line = (name: string, value: unknown): string => `    ${name}:\t${String(value)}\n`
  if (hostPath)
    return (
      line('Type', 'HostPath (bare host directory volume)') + line('Path', hostPath.path) + line('HostPathType', hostPath.type ?? '<none>')
    )
  if (nfs)
    return (
      line('Type', 'NFS (an NFS mount that lasts the lifetime of a pod)') +
      line('Server', nfs.server) +
      line('Path', nfs.path) +
      line('ReadOnly', nfs.readOnly ?? false)
    )
  if (local) return line('Type', 'LocalVolume (a persistent volume backed by local storage on a node)') + line('Path', local.path)
  if (csi) {
    const attributes = Object.entries(csi.volumeAttributes ?? {}).sort()
    const shown = attributes.length === 0 ? '<none>\n' : `${attributes.map(([k, v]) => `    ${k}=${v}\n`).join('\t')}`
    return (
      line('Type', 'CSI (a Container Storage Interface (CSI) volume source)') +
      line('Driver', csi.driver) +
      line('FSType', csi.fsType ?? '') +
      line('VolumeHandle', csi.volumeHandle) +
      line('ReadOnly', csi.readOnly ?? false) +
      `    VolumeAttributes:\t${shown}`
    )
  }
  return '  <unknown>\n'
}

export function describeClaim(state: State, c: PersistentVolumeClaim): string {
  const { metadata, spec, status } = c
  const bound = spec.volumeName !== undefined
  const users = objectsOf(state, 'Pod').filter(pod => pod.metadata.namespace === metadata.namespace && uses(pod, metadata.name))
  const source = spec.dataSource
  return [
    `Name:\t${metadata.name}\nNamespace:\t${metadata.namespace}\nStorageClass:\t${classText(c)}\nStatus:\t${status?.phase ?? 'Pending'}\n`,
    `Volume:\t${spec.volumeName ?? ''}\n`,
    labelLines('Labels', metadata.labels),
    annotationLines(state, metadata.annotations),
    `Finalizers:\t${listed(metadata.finalizers)}\nCapacity:\t${bound ? canonicalQuantity(status?.capacity?.storage ?? '0') : ''}\n`,
    `Access Modes:\t${bound ? modesText(status?.accessModes) : ''}\n`,
    spec.volumeMode === undefined ? '' : `VolumeMode:\t${spec.volumeMode}\n`,
    source === undefined
      ? ''
      : `DataSource:\n${source.apiGroup === undefined ? '' : `  APIGroup:\t${source.apiGroup}\n`}  Kind:\t${source.kind}\n  Name:\t${source.name}\n`,
    `Used By:\t${users.length === 0 ? '<none>' : users.map(pod => pod.metadata.name).join('\n\t')}\n`,
    eventLines(state, c),
  ].join('')
}

const uses = (pod: Pod, claim: string): boolean =>
  ((pod.spec as { volumes?: readonly { persistentVolumeClaim?: { claimName?: string } }[] }).volumes ?? []).some(
    v => v.persistentVolumeClaim?.claimName === claim,
  )

export const describeStorageClass = (state: State, c: StorageClass): string =>
  [
    `Name:\t${c.metadata.name}\nIsDefaultClass:\t${isDefaultClass(c) ? 'Yes' : 'No'}\nAnnotations:\t${labelsText(c.metadata.annotations)}\n`,
    `Provisioner:\t${c.provisioner}\nParameters:\t${labelsText(c.parameters)}\n`,
    `AllowVolumeExpansion:\t${c.allowVolumeExpansion === undefined ? '<unset>' : c.allowVolumeExpansion ? 'True' : 'False'}\n`,
    (c.mountOptions ?? []).length === 0 ? 'MountOptions:\t<none>\n' : `MountOptions:\n${c.mountOptions!.map(o => `  ${o}\n`).join('')}`,
    c.reclaimPolicy === undefined ? '' : `ReclaimPolicy:\t${c.reclaimPolicy}\n`,
    c.volumeBindingMode === undefined ? '' : `VolumeBindingMode:\t${c.volumeBindingMode}\n`,
    topologyLines(c),
    eventLines(state, c),
  ].join('')

function topologyLines({ allowedTopologies }: StorageClass): string {
  if (allowedTopologies === undefined) return ''
  const terms = allowedTopologies.map((term, i) => {
    const each = (term.matchLabelExpressions ?? []).map(e => `${e.key} in [${(e.values ?? []).join(', ')}]`)
    return `  Term ${i}:\t${each.length === 0 ? '<none>' : each.join('\n  \t')}\n`
  })
  return `AllowedTopologies:\t\n${terms.join('')}`
}
