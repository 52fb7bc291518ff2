// Validation of a claim for storage where it stands in a pod: as the template of an ephemeral volume.
import { type FieldError, forbidden, invalid, keyed, required, unsupported } from './field-error'
import type { Loose } from './loose'
import { dns1123Label, dns1123Subdomain } from './names'
import type { Path } from './path'
import { quantityText, quantityValue } from './quantity-value'
import { ruled, validateAnnotations, validateLabelSelector, validateLabels } from './validate-meta'

const MODES = ['ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOnce', 'ReadWriteOncePod']
const META_FIELDS = ['annotations', 'labels']

/** Labels, annotations and the claim itself; of metadata nothing else. */
export function validateClaimTemplate(path: Path, template: Loose): FieldError[] {
  const meta: Loose = template.metadata ?? {}
  const at = [...path, 'metadata']
  return [
    ...validateAnnotations([...at, 'annotations'], meta.annotations),
    ...validateLabels([...at, 'labels'], meta.labels),
    ...Object.keys(meta)
      .filter(field => !META_FIELDS.includes(field) && meta[field])
      .sort()
      .map(field => forbidden([...at, field], 'cannot be set')),
    ...validateClaimSpec([...path, 'spec'], template.spec ?? {}),
  ]
}

/** What is asked of storage. */
export function validateClaimSpec(path: Path, spec: Loose): FieldError[] {
  const modes: string[] = spec.accessModes ?? []
  const known = modes.filter(mode => MODES.includes(mode))
  const at = [...path, 'accessModes']
  const mixed = known.includes('ReadWriteOncePod') && known.some(mode => mode !== 'ReadWriteOncePod')
  return [
    ...(modes.length === 0 ? [required(at, 'at least 1 access mode is required')] : []),
    ...validateLabelSelector([...path, 'selector'], spec.selector),
    ...modes.flatMap(mode => (MODES.includes(mode) ? [] : [unsupported(at, mode, MODES)])),
    ...(mixed ? [forbidden(at, 'may not use ReadWriteOncePod with other access modes')] : []),
    ...storageErrors([...path, 'resources', keyed('storage')], spec.resources?.requests?.storage),
    ...(spec.storageClassName ? ruled([...path, 'storageClassName'], spec.storageClassName, dns1123Subdomain) : []),
    ...(spec.volumeMode === undefined || ['Block', 'Filesystem'].includes(spec.volumeMode)
      ? []
      : [unsupported([...path, 'volumeMode'], spec.volumeMode, ['Block', 'Filesystem'])]),
    ...(spec.dataSource ? validateSource([...path, 'dataSource'], spec.dataSource) : []),
    ...(spec.dataSourceRef ? validateSource([...path, 'dataSourceRef'], spec.dataSourceRef) : []),
    ...validateBothSources(path, spec),
    ...(spec.volumeAttributesClassName
      ? ruled([...path, 'volumeAttributesClassName'], spec.volumeAttributesClassName, dns1123Subdomain)
      : []),
  ]
}

/** The old field and the new one, of which the API server names only where they stand. */
function validateBothSources(path: Path, { dataSource: old, dataSourceRef: ref }: Loose): FieldError[] {
  if (!old || !ref) return []
  if (ref.namespace) return [invalid(path, {}, 'may not be specified when dataSourceRef.namespace is specified')]
  const same = old.apiGroup === ref.apiGroup && (old.kind ?? '') === (ref.kind ?? '') && (old.name ?? '') === (ref.name ?? '')
  return same ? [] : [invalid(path, {}, 'must match dataSourceRef')]
}

function storageErrors(path: Path, amount: string | number | undefined): FieldError[] {
  if (amount === undefined) return [required(path)]
  return quantityValue(amount) > 0 ? [] : [invalid(path, quantityText(amount), 'must be greater than zero')]
}

function validateSource(path: Path, source: Loose): FieldError[] {
  const kind: string = source.kind ?? ''
  return [
    ...(source.name ? [] : [required([...path, 'name'])]),
    ...(kind ? [] : [required([...path, 'kind'])]),
    ...(!source.apiGroup && kind !== 'PersistentVolumeClaim'
      ? [invalid(path, kind, "must be 'PersistentVolumeClaim' when referencing the default apiGroup")]
      : []),
    ...(source.apiGroup ? ruled([...path, 'apiGroup'], source.apiGroup, dns1123Subdomain) : []),
    ...(source.namespace ? ruled([...path, 'namespace'], source.namespace, dns1123Label) : []),
  ]
}
