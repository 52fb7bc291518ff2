// Validation of PersistentVolumes, PersistentVolumeClaims and StorageClasses, and what the API server warns of in them.
import { duplicate, type FieldError, forbidden, invalid, keyed, required, tooLong, unsupported } from './field-error'
import type { Loose } from './loose'
import { dns1123Label, dns1123Subdomain, qualifiedName } from './names'
import type { Path } from './path'
import { claimWarnings } from './pod-warnings'
import { quantityText, quantityValue } from './quantity-value'
import { validateClaimSpec } from './validate-claim'
import { ruled } from './validate-meta'
import { noBackSteps } from './validate-path'
import { validateNodeTerm } from './validate-scheduling'
import { validatePersistentIscsi, VOLUME_SOURCES } from './validate-volume-source'

const MODES = ['ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOnce', 'ReadWriteOncePod']
const POLICIES = ['Delete', 'Recycle', 'Retain']
const VOLUME_MODES = ['Block', 'Filesystem']

/** Sources in the order in which the API server looks at them. */
const SOURCES =
  'hostPath gcePersistentDisk awsElasticBlockStore glusterfs flocker nfs rbd quobyte cephfs iscsi cinder fc flexVolume azureFile vsphereVolume photonPersistentDisk portworxVolume azureDisk scaleIO local storageos csi'.split(
    ' ',
  )
const CHECKS = new Map(VOLUME_SOURCES)
const OTHER_NAMES: Readonly<Record<string, string>> = { cephfs: 'cephFS' }

export const validateClaim = (object: Loose): FieldError[] => validateClaimSpec(['spec'], object.spec ?? {})

export function validateVolume(object: Loose): FieldError[] {
  const spec: Loose = object.spec ?? {}
  const at = (field: string): Path => ['spec', field]
  const modes: string[] = spec.accessModes ?? []
  const known = modes.filter(mode => MODES.includes(mode))
  const { persistentVolumeReclaimPolicy: policy, volumeMode } = spec
  return [
    ...(modes.length === 0 ? [required(at('accessModes'))] : []),
    ...modes.flatMap(mode => (MODES.includes(mode) ? [] : [unsupported(at('accessModes'), mode, MODES)])),
    ...(known.includes('ReadWriteOncePod') && known.some(mode => mode !== 'ReadWriteOncePod')
      ? [forbidden(at('accessModes'), 'may not use ReadWriteOncePod with other access modes')]
      : []),
    ...validateCapacity(at('capacity'), spec.capacity),
    ...(policy && !POLICIES.includes(policy) ? [unsupported(at('persistentVolumeReclaimPolicy'), policy, POLICIES)] : []),
    ...validateNodes(at('nodeAffinity'), spec.nodeAffinity),
    ...validateSources(spec, object.metadata?.name ?? ''),
    ...(spec.hostPath?.path && /^\/+$/.test(spec.hostPath.path) && policy === 'Recycle'
      ? [forbidden(at('persistentVolumeReclaimPolicy'), "may not be 'recycle' for a hostPath mount of '/'")]
      : []),
    ...(spec.storageClassName ? ruled(at('storageClassName'), spec.storageClassName, dns1123Subdomain) : []),
    ...(volumeMode === undefined || VOLUME_MODES.includes(volumeMode) ? [] : [unsupported(at('volumeMode'), volumeMode, VOLUME_MODES)]),
    ...validateAttributesClass(spec),
  ]
}

function validateCapacity(path: Path, given: Loose | undefined): FieldError[] {
  const capacity: Loose = given ?? {}
  const names = Object.keys(capacity).sort()
  const shown = Object.fromEntries(names.map(name => [name, quantityText(capacity[name])]))
  return [
    ...(names.length === 0 ? [required(path)] : []),
    ...(names.length === 1 && names[0] === 'storage' ? [] : [unsupported(path, given === undefined ? null : shown, ['storage'])]),
    ...names.flatMap(name => {
      const value = quantityValue(capacity[name])
      const text = quantityText(capacity[name])
      const negative = value < 0 ? [invalid([...path, keyed(name)], Math.round(value), 'must be a valid resource quantity')] : []
      const none = value <= 0 ? [invalid([...path, keyed(name)], text, 'must be greater than zero')] : []
      return [...negative, ...none]
    }),
  ]
}

function validateAttributesClass({ volumeAttributesClassName: name, csi }: Loose): FieldError[] {
  if (name === undefined) return []
  const path = ['spec', 'volumeAttributesClassName']
  return [
    ...(name === '' ? [required(path, 'an empty string is disallowed')] : ruled(path, name, dns1123Subdomain)),
    ...(csi === undefined ? [required(['spec', 'csi'], 'has to be specified when using volumeAttributesClassName')] : []),
  ]
}

function validateNodes(path: Path, affinity: Loose | undefined): FieldError[] {
  if (affinity === undefined) return []
  if (affinity.required === undefined) return [required([...path, 'required'], 'must specify required node constraints')]
  const at = [...path, 'required', 'nodeSelectorTerms']
  const terms: Loose[] = affinity.required.nodeSelectorTerms ?? []
  if (terms.length === 0) return [required(at, 'must have at least one node selector term')]
  return terms.flatMap((term, i) => validateNodeTerm([...at, i], term, true))
}

function validateSources(spec: Loose, name: string): FieldError[] {
  const given = SOURCES.filter(source => spec[source] !== undefined)
  if (given.length === 0) return [required(['spec'], 'must specify a volume type')]
  return given.flatMap((source, i) => {
    const path = ['spec', source]
    if (i > 0 && source !== 'flexVolume')
      return [forbidden(['spec', OTHER_NAMES[source] ?? source], 'may not specify more than 1 volume type')]
    const own = OWN_CHECKS[source] ?? CHECKS.get(source)
    const errors = own?.(path, spec[source], { name, podName: undefined }) ?? []
    if (source !== 'local' || spec.nodeAffinity !== undefined) return errors
    return [...errors, required(['spec', 'nodeAffinity'], 'Local volume requires node affinity')]
  })
}

const SECRETS = ['controllerPublishSecretRef', 'controllerExpandSecretRef', 'nodePublishSecretRef', 'nodeExpandSecretRef']

type SourceCheck = (path: Path, source: Loose, of: { readonly name: string; readonly podName: undefined }) => FieldError[]
const alsoNamespace =
  (source: string): SourceCheck =>
  (path, s, of) => [
    ...(CHECKS.get(source)?.(path, s, of) ?? []),
    ...(s.secretRef && !s.secretRef.namespace ? [required([...path, 'secretRef', 'namespace'])] : []),
  ]

/** Sources of which a PersistentVolume says more than a pod's volume, or other things. */
const OWN_CHECKS: Readonly<Record<string, SourceCheck>> = {
  iscsi: validatePersistentIscsi,
  cinder: alsoNamespace('cinder'),
  storageos: alsoNamespace('storageos'),
  glusterfs: (path, s, of) => [...(CHECKS.get('glusterfs')?.(path, s, of) ?? []), ...endpointsNamespace(path, s.endpointsNamespace)],
  azureFile: (path, s, of) => [
    ...(CHECKS.get('azureFile')?.(path, s, of) ?? []),
    ...(s.secretNamespace === '' ? [required([...path, 'secretNamespace'])] : []),
  ],
  local: (path, { path: place = '' }) => (place === '' ? [required([...path, 'path'])] : noBackSteps([...path, 'path'], place)),
  csi: (path, source) => [
    ...driverErrors([...path, 'driver'], source.driver ?? ''),
    ...(source.volumeHandle ? [] : [required([...path, 'volumeHandle'])]),
    ...SECRETS.flatMap(name => (source[name] === undefined ? [] : secretErrors([...path, name], source[name]))),
  ],
}

function endpointsNamespace(path: Path, name: string | undefined): FieldError[] {
  const at = [...path, 'endpointsNamespace']
  if (name === '') return [invalid(at, name, 'if the endpointnamespace is set, it must be a valid namespace name')]
  return name === undefined ? [] : ruled(at, name, dns1123Label)
}

function driverErrors(path: Path, driver: string): FieldError[] {
  if (driver === '') return [required(path)]
  const long = driver.length > 63 ? [tooLong(path, 63)] : []
  return [...long, ...dns1123Subdomain(driver.toLowerCase()).map(detail => invalid(path, driver, detail))]
}

const secretErrors = (path: Path, { name = '', namespace = '' }: Loose): FieldError[] => [
  ...(name === '' ? [required([...path, 'name'])] : ruled([...path, 'name'], name, dns1123Subdomain)),
  ...(namespace === '' ? [required([...path, 'namespace'])] : ruled([...path, 'namespace'], namespace, dns1123Label)),
]

const CLASS_POLICIES = ['Delete', 'Retain']
const BINDING_MODES = ['Immediate', 'WaitForFirstConsumer']

export function validateStorageClass(object: Loose): FieldError[] {
  const { provisioner = '', parameters = {}, reclaimPolicy, volumeBindingMode, allowedTopologies = [] } = object
  return [
    ...(provisioner === ''
      ? [required(['provisioner'])]
      : qualifiedName(provisioner.toLowerCase()).map(detail => invalid(['provisioner'], provisioner.toLowerCase(), detail))),
    ...(Object.hasOwn(parameters, '') ? [invalid(['parameters'], '', 'field can not be empty.')] : []),
    ...(reclaimPolicy && !CLASS_POLICIES.includes(reclaimPolicy) ? [unsupported(['reclaimPolicy'], reclaimPolicy, CLASS_POLICIES)] : []),
    ...(volumeBindingMode === undefined || BINDING_MODES.includes(volumeBindingMode)
      ? []
      : [unsupported(['volumeBindingMode'], volumeBindingMode, BINDING_MODES)]),
    ...validateTopologies(allowedTopologies),
  ]
}

function validateTopologies(terms: readonly Loose[]): FieldError[] {
  const seen = new Set<string>()
  return terms.flatMap((term, i) => {
    const expressions: readonly Loose[] = term.matchLabelExpressions ?? []
    const keys = new Set<string>()
    const errors = expressions.flatMap((e, j) => {
      const at = ['allowedTopologies', i, 'matchLabelExpressions', j]
      const values: readonly string[] = e.values ?? []
      const twice = keys.has(e.key) ? [duplicate([...at, 'key'], e.key)] : []
      keys.add(e.key)
      return [
        ...(values.length === 0 ? [required([...at, 'values'])] : []),
        ...values.flatMap((v, k) => (values.indexOf(v) < k ? [duplicate([...at, 'values', k], v)] : [])),
        ...ruled([...at, 'key'], e.key ?? '', qualifiedName),
        ...twice,
      ]
    })
    const shape = JSON.stringify(expressions.map(e => [e.key, [...new Set(e.values ?? [])].sort()]).sort())
    const again = expressions.length === 0 || seen.has(shape) ? [duplicate(['allowedTopologies', i, 'matchLabelExpressions'], '')] : []
    seen.add(shape)
    return [...errors, ...again]
  })
}

const CLASS_NOTE = 'volume.beta.kubernetes.io/storage-class'

export const storageClaimWarnings = (object: Loose): readonly string[] => [
  ...(object.metadata?.annotations?.[CLASS_NOTE] === undefined
    ? []
    : [`metadata.annotations[${CLASS_NOTE}]: deprecated since v1.8; use "storageClassName" attribute instead`]),
  ...claimWarnings('spec', object.spec ?? {}),
]

const GONE: readonly (readonly [string, string, string])[] = [
  ['cephfs', 'cephfs', 'deprecated in v1.28, non-functional in v1.31+'],
  ['photonPersistentDisk', 'photonPersistentDisk', 'deprecated in v1.11, non-functional in v1.16+'],
  ['scaleIO', 'scaleIO', 'deprecated in v1.16, non-functional in v1.22+'],
  ['storageos', 'storageOS', 'deprecated in v1.22, non-functional in v1.25+'],
  ['glusterfs', 'glusterfs', 'deprecated in v1.25, non-functional in v1.26+'],
  ['rbd', 'rbd', 'deprecated in v1.28, non-functional in v1.31+'],
]

export function volumeWarnings(object: Loose): readonly string[] {
  const notes: Loose = object.metadata?.annotations ?? {}
  const spec: Loose = object.spec ?? {}
  return [
    ...(notes[CLASS_NOTE] === undefined
      ? []
      : [`metadata.annotations[${CLASS_NOTE}]: deprecated since v1.8; use "storageClassName" attribute instead`]),
    ...(notes['volume.beta.kubernetes.io/mount-options'] === undefined
      ? []
      : ['metadata.annotations[volume.beta.kubernetes.io/mount-options]: deprecated since v1.31; use "mountOptions" attribute instead']),
    ...(spec.persistentVolumeReclaimPolicy === 'Recycle'
      ? [
          'spec.persistentVolumeReclaimPolicy: The Recycle reclaim policy is deprecated. Instead, the recommended approach is to use dynamic provisioning.',
        ]
      : []),
    ...GONE.flatMap(([source, shown, text]) => (spec[source] === undefined ? [] : [`spec.${shown}: ${text}`])),
  ]
}

const OLD_ZONES: Readonly<Record<string, string>> = {
  'failure-domain.beta.kubernetes.io/zone': 'topology.kubernetes.io/zone',
  'failure-domain.beta.kubernetes.io/region': 'topology.kubernetes.io/region',
}

/** Labels of nodes that have newer names. */
export const storageClassWarnings = (object: Loose): readonly string[] =>
  ((object.allowedTopologies ?? []) as Loose[]).flatMap((term, i) =>
    ((term.matchLabelExpressions ?? []) as Loose[]).flatMap((e, j) =>
      OLD_ZONES[e.key] === undefined
        ? []
        : [`allowedTopologies[${i}].matchLabelExpressions[${j}].key: deprecated since v1.17; use "${OLD_ZONES[e.key]}" instead`],
    ),
  )

/** What of a class may not change. */
export const storageClassChanges = (before: Loose, after: Loose): FieldError[] => [
  ...['parameters', 'provisioner', 'reclaimPolicy'].flatMap(field =>
    JSON.stringify(before[field] ?? null) === JSON.stringify(after[field] ?? null)
      ? []
      : [forbidden([field], `updates to ${field} are forbidden.`)],
  ),
  ...(before.volumeBindingMode === after.volumeBindingMode
    ? []
    : [invalid(['volumeBindingMode'], after.volumeBindingMode, 'field is immutable')]),
]
