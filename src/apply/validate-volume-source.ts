// What each kind of volume needs, in the order in which the API server looks for them.
import { type FieldError, forbidden, invalid, keyed, required, tooLong, unsupported } from './field-error'
import type { Loose } from './loose'
import { dns1123Label, dns1123Subdomain } from './names'
import type { Path } from './path'
import { quantityValue } from './quantity-value'
import { validateClaimTemplate } from './validate-claim'
import { oneOf, ruled } from './validate-meta'
import { localPath, noBackSteps } from './validate-path'
import { modeErrors, validateDownwardFile, validateItems, validateProjected } from './validate-projected'

/** The volume that a source belongs to; `podName` is undefined in a template. */
export interface OfVolume {
  readonly name: string
  readonly podName: string | undefined
}
type Check = (path: Path, source: Loose, of: OfVolume) => FieldError[]

const HOST_PATH_TYPES = ['', 'BlockDevice', 'CharDevice', 'Directory', 'DirectoryOrCreate', 'File', 'FileOrCreate', 'Socket']
const PULL_POLICIES = ['Always', 'IfNotPresent', 'Never']

/** Fields that may not be left out or empty. */
const needs =
  (...fields: string[]): Check =>
  (path, source) =>
    fields.flatMap(field => (source[field]?.length > 0 ? [] : [required([...path, field])]))
const between = (path: Path, value: number | undefined, least: number): FieldError[] =>
  value !== undefined && (value < 0 || value > 255) ? [invalid(path, value, `must be between ${least} and 255, inclusive`)] : []
const secretName = (path: Path, source: Loose): FieldError[] =>
  source.secretRef && !source.secretRef.name ? [required([...path, 'secretRef', 'name'])] : []

/** Every source by its name, in order. */
export const VOLUME_SOURCES: readonly (readonly [string, Check])[] = [
  ['emptyDir', validateEmptyDir],
  ['hostPath', validateHostPath],
  ['gitRepo', (path, s) => [...needs('repository')(path, s, NONE), ...localPath([...path, 'directory'], s.directory ?? '')]],
  ['gcePersistentDisk', (path, s) => disk([...path.slice(0, -1), 'persistentDisk'], s, 'pdName')],
  ['awsElasticBlockStore', (path, s) => disk(path, s, 'volumeID')],
  ['secret', (path, s) => [...needs('secretName')(path, s, NONE), ...validateItems(path, s)]],
  ['nfs', validateNfs],
  ['iscsi', validateIscsi],
  ['glusterfs', needs('endpoints', 'path')],
  ['flocker', validateFlocker],
  ['persistentVolumeClaim', needs('claimName')],
  ['rbd', needs('monitors', 'image')],
  ['cinder', (path, s) => [...needs('volumeID')(path, s, NONE), ...secretName(path, s)]],
  ['cephfs', needs('monitors')],
  ['quobyte', validateQuobyte],
  ['downwardAPI', (path, s) => [...modeErrors([...path, 'defaultMode'], s.defaultMode), ...filesOf(path, s)]],
  ['fc', validateFibreChannel],
  ['flexVolume', validateFlex],
  ['configMap', (path, s) => [...needs('name')(path, s, NONE), ...validateItems(path, s)]],
  ['azureFile', needs('secretName', 'shareName')],
  ['vsphereVolume', needs('volumePath')],
  ['photonPersistentDisk', needs('pdID')],
  ['portworxVolume', needs('volumeID')],
  ['azureDisk', validateAzureDisk],
  ['storageos', validateStorageOs],
  ['projected', (path, s) => validateProjected(path, s)],
  ['scaleIO', needs('gateway', 'system', 'volumeName')],
  ['csi', validateCsi],
  ['ephemeral', validateEphemeral],
  ['image', validateImage],
]
const NONE: OfVolume = { name: '', podName: undefined }

const filesOf = (path: Path, s: Loose): FieldError[] => ((s.items ?? []) as Loose[]).flatMap(file => validateDownwardFile(path, file))

function validateEmptyDir(path: Path, s: Loose): FieldError[] {
  const negative = s.sizeLimit !== undefined && quantityValue(s.sizeLimit) < 0
  return negative ? [forbidden([...path, 'sizeLimit'], 'SizeLimit field must be a valid resource quantity')] : []
}

function validateHostPath(path: Path, s: Loose): FieldError[] {
  if (!s.path) return [required([...path, 'path'])]
  return [
    ...noBackSteps([...path, 'path'], s.path),
    ...(s.type === undefined || HOST_PATH_TYPES.includes(s.type) ? [] : [unsupported([...path, 'type'], s.type, HOST_PATH_TYPES)]),
  ]
}

const disk = (path: Path, s: Loose, id: string): FieldError[] => [
  ...needs(id)(path, s, NONE),
  ...between([...path, 'partition'], s.partition, 1),
]

const validateNfsPath = (path: Path, text: string): FieldError[] =>
  text.startsWith('/') ? [] : [invalid(path, text, 'must be an absolute path')]
function validateNfs(path: Path, s: Loose): FieldError[] {
  return [...needs('server', 'path')(path, s, NONE), ...validateNfsPath([...path, 'path'], s.path ?? '')]
}

const ISCSI_NAMES: Readonly<Record<string, RegExp>> = {
  iqn: /iqn\.\d{4}-\d{2}\.([A-Za-z0-9\-.]+)(:[^,;*&$|\s]+)$/,
  eui: /^eui.[A-Za-z0-9]{16}$/,
  naa: /^naa.[A-Za-z0-9]{32}$/,
}
function iscsiName(path: Path, name: string): FieldError[] {
  const form = ISCSI_NAMES[name.slice(0, 3)]
  if (form === undefined) return [invalid(path, name, 'must be valid format starting with iqn, eui, or naa')]
  return form.test(name) ? [] : [invalid(path, name, 'must be valid format')]
}

const validateTarget = (path: Path, s: Loose): FieldError[] => [
  ...needs('targetPortal', 'iqn')(path, s, NONE),
  ...(s.iqn ? iscsiName([...path, 'iqn'], s.iqn) : []),
  ...between([...path, 'lun'], s.lun, 0),
  ...((s.chapAuthDiscovery || s.chapAuthSession) && s.secretRef === undefined ? [required([...path, 'secretRef'])] : []),
]

/** As PersistentVolumes have it: the name of the secret too is looked at, and names of no known form are told shorter. */
export function validatePersistentIscsi(path: Path, s: Loose, { name }: OfVolume): FieldError[] {
  const length = s.initiatorName !== undefined && `${name}:${s.targetPortal ?? ''}`.length > 64
  const errors = [
    ...(length ? [invalid([...path, 'targetportal'], s.targetPortal ?? '', INITIATOR_TEXT)] : []),
    ...validateTarget(path, s),
    ...secretName(path, s),
    ...(s.initiatorName === undefined ? [] : iscsiName([...path, 'initiatorname'], s.initiatorName)),
  ]
  return errors.map(error => ({
    ...error,
    detail: error.detail.replace('must be valid format starting with iqn, eui, or naa', 'must be valid format'),
  }))
}
export const INITIATOR_TEXT =
  'Total length of <volume name>:<iscsi.targetPortal> must be under 64 characters if iscsi.initiatorName is specified.'

function validateIscsi(path: Path, s: Loose): FieldError[] {
  return [...validateTarget(path, s), ...(s.initiatorName === undefined ? [] : iscsiName([...path, 'initiatorname'], s.initiatorName))]
}

function validateFlocker(path: Path, s: Loose): FieldError[] {
  const errors = s.datasetName || s.datasetUUID ? [] : [required(path, 'one of datasetName and datasetUUID is required')]
  if (s.datasetName && s.datasetUUID)
    errors.push(invalid(path, 'resource', 'datasetName and datasetUUID can not be specified simultaneously'))
  if (s.datasetName?.includes('/')) errors.push(invalid([...path, 'datasetName'], s.datasetName, "must not contain '/'"))
  return errors
}

const PAIR_TEXT = 'must be a host:port pair or multiple pairs separated by commas'
function validateQuobyte(path: Path, s: Loose): FieldError[] {
  const registry: string = s.registry ?? ''
  const at = [...path, 'registry']
  const errors: FieldError[] = []
  if (registry === '') errors.push(required(at, PAIR_TEXT))
  else if ((s.tenant ?? '').length >= 65)
    errors.push(required([...path, 'tenant'], 'must be a UUID and may not exceed a length of 64 characters'))
  else
    for (const pair of registry.split(','))
      if (!/^([^:[\]]*|\[[^[\]]*\]):[^:[\]]*$/.test(pair)) errors.push(invalid(at, registry, PAIR_TEXT))
  return [...errors, ...needs('volume')(path, s, NONE)]
}

function validateFibreChannel(path: Path, s: Loose): FieldError[] {
  const [targets, wwids] = [s.targetWWNs?.length > 0, s.wwids?.length > 0]
  const at = [...path, 'targetWWNs']
  const errors = targets || wwids ? [] : [required(at, 'must specify either targetWWNs or wwids, but not both')]
  if (targets && wwids) errors.push(invalid(at, s.targetWWNs, 'targetWWNs and wwids can not be specified simultaneously'))
  if (!targets) return errors
  return s.lun === undefined
    ? [...errors, required([...path, 'lun'], 'lun is required if targetWWNs is specified')]
    : [...errors, ...between([...path, 'lun'], s.lun, 0)]
}

function validateFlex(path: Path, s: Loose): FieldError[] {
  const reserved = (key: string): boolean => /\.(kubernetes|k8s)\.io$/.test(`.${key.split('/')[0]!.toLowerCase()}`)
  return [
    ...needs('driver')(path, s, NONE),
    ...Object.keys(s.options ?? {})
      .filter(reserved)
      .sort()
      .map(key => invalid([...path, 'options', keyed(key)], key, 'kubernetes.io and k8s.io namespaces are reserved')),
  ]
}

const MANAGED_URI = '/subscriptions/{sub-id}/resourcegroups/{group-name}/providers/microsoft.compute/disks/{disk-id}'
const BLOB_URI = 'https://{account-name}.blob.core.windows.net/{container-name}/{disk-name}.vhd'
function validateAzureDisk(path: Path, s: Loose): FieldError[] {
  const uri: string = s.diskURI ?? ''
  const word = (field: string, words: readonly string[]): FieldError[] =>
    s[field] === undefined || words.includes(s[field]) ? [] : [unsupported([...path, field], s[field], words)]
  const managed = s.kind === 'Managed'
  return [
    ...needs('diskName', 'diskURI')(path, s, NONE),
    ...word('cachingMode', ['None', 'ReadOnly', 'ReadWrite']),
    ...word('kind', ['Dedicated', 'Managed', 'Shared']),
    ...(managed && !uri.startsWith('/subscriptions/') ? [unsupported([...path, 'diskURI'], uri, [MANAGED_URI])] : []),
    ...(s.kind !== undefined && !managed && !uri.startsWith('https://') ? [unsupported([...path, 'diskURI'], uri, [BLOB_URI])] : []),
  ]
}

function validateStorageOs(path: Path, s: Loose): FieldError[] {
  return [
    ...(s.volumeName ? ruled([...path, 'volumeName'], s.volumeName, dns1123Label) : [required([...path, 'volumeName'])]),
    ...(s.volumeNamespace ? ruled([...path, 'volumeNamespace'], s.volumeNamespace, dns1123Label) : []),
    ...secretName(path, s),
  ]
}

function validateCsi(path: Path, s: Loose): FieldError[] {
  const driver: string = s.driver ?? ''
  const at = [...path, 'driver']
  const errors =
    driver === ''
      ? [required(at)]
      : [
          ...(driver.length > 63 ? [tooLong(at, 63)] : []),
          ...dns1123Subdomain(driver.toLowerCase()).map(detail => invalid(at, driver, detail)),
        ]
  const secret: Loose | undefined = s.nodePublishSecretRef
  if (secret === undefined) return errors
  return [
    ...errors,
    ...(secret.name ? ruled([...path, 'name'], secret.name, dns1123Subdomain) : [required([...path, 'nodePublishSecretRef', 'name'])]),
  ]
}

/** The claim is named after pod and volume, and that must be a name. */
function validateEphemeral(path: Path, s: Loose, of: OfVolume): FieldError[] {
  const errors =
    s.volumeClaimTemplate === undefined
      ? [required([...path, 'volumeClaimTemplate'])]
      : validateClaimTemplate([...path, 'volumeClaimTemplate'], s.volumeClaimTemplate)
  if (!of.podName || !of.name) return errors
  const claim = `${of.podName}-${of.name}`
  const at = [...path.slice(0, -1), 'name']
  return [...errors, ...dns1123Subdomain(claim).map(detail => invalid(at, of.name, `PVC name ${JSON.stringify(claim)}: ${detail}`))]
}

function validateImage(path: Path, s: Loose, of: OfVolume): FieldError[] {
  return [
    ...(of.podName !== undefined && !s.reference ? [required([...path, 'reference'])] : []),
    ...oneOf([...path, 'pullPolicy'], s.pullPolicy, PULL_POLICIES),
  ]
}
