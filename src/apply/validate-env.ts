// Validation of a container's environment: variables, where their values come from, and whole ConfigMaps and Secrets.
import { type FieldError, invalid, notFound, required, unsupported } from './field-error'
import type { Loose } from './loose'
import { configKey, dns1123Label, dns1123Subdomain, qualifiedName } from './names'
import type { Path } from './path'
import { quantityText, quantityValue } from './quantity-value'
import { prefixed, ruled } from './validate-meta'
import { noBackSteps } from './validate-path'
import { allContainers } from './validate-windows'

const ENV_TEXT = "a valid environment variable name must consist only of printable ASCII characters other than '='"
const envName = (path: Path, name: string): FieldError[] => (/^[ -<>-~]+$/.test(name) ? [] : [invalid(path, name, ENV_TEXT)])

const SOURCES = ['fieldRef', 'resourceFieldRef', 'configMapKeyRef', 'secretKeyRef', 'fileKeyRef'] as const
/** The fields of a pod that a variable can hold. */
const FIELD_PATHS = [
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
  'spec.nodeName',
  'spec.serviceAccountName',
  'status.hostIP',
  'status.hostIPs',
  'status.podIP',
  'status.podIPs',
]
/** What the API knows beside those, for other uses. */
const OTHER_PATHS = ['metadata.annotations', 'metadata.labels', 'spec.restartPolicy', 'spec.schedulerName', 'status.phase']
const RESOURCES = [
  'limits.cpu',
  'limits.ephemeral-storage',
  'limits.memory',
  'requests.cpu',
  'requests.ephemeral-storage',
  'requests.memory',
]

/** One variable of `env`. */
export function validateEnv(path: Path, e: Loose): FieldError[] {
  const errors = e.name ? envName([...path, 'name'], e.name) : [required([...path, 'name'])]
  const from = e.valueFrom
  if (from === undefined) return errors
  const at = [...path, 'valueFrom']
  if (from.fieldRef) errors.push(...validateFieldRef([...at, 'fieldRef'], from.fieldRef, FIELD_PATHS))
  if (from.resourceFieldRef) errors.push(...validateResourceRef([...at, 'resourceFieldRef'], from.resourceFieldRef, false))
  for (const source of ['configMapKeyRef', 'secretKeyRef'] as const)
    if (from[source]) errors.push(...validateKeyRef([...at, source], from[source]))
  if (from.fileKeyRef) errors.push(...validateFileRef([...at, 'fileKeyRef'], from.fileKeyRef))
  const sources = SOURCES.filter(s => from[s] !== undefined)
  if (sources.length === 0)
    errors.push(invalid(at, '', 'must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`'))
  else if (e.value) errors.push(invalid(at, '', 'may not be specified when `value` is not empty'))
  else if (sources.length > 1) errors.push(invalid(at, '', 'may not have more than one field specified at a time'))
  return errors
}

/** `metadata.labels['app']`, or one of the plain paths that are allowed here. */
export function validateFieldRef(path: Path, ref: Loose, allowed: readonly string[]): FieldError[] {
  const field: string = ref.fieldPath ?? ''
  const at = [...path, 'fieldPath']
  if (!ref.apiVersion) return [required([...path, 'apiVersion'])]
  if (field === '') return [required(at)]
  const wrong = (why: string): FieldError[] => [invalid(at, field, `error converting fieldPath: ${why}`)]
  if (ref.apiVersion !== 'v1') return wrong(`unsupported pod version: ${ref.apiVersion}`)
  const [, list, key] = /^(.+?)\['(.*)'\]$/.exec(field) ?? []
  if (list !== undefined) {
    if (list === 'metadata.annotations') return ruled(path, key!.toLowerCase(), qualifiedName)
    return list === 'metadata.labels' ? ruled(path, key!, qualifiedName) : wrong(`field label does not support subscript: ${field}`)
  }
  const meant = field === 'spec.host' ? 'spec.nodeName' : field
  if (!FIELD_PATHS.includes(meant) && !OTHER_PATHS.includes(meant)) return wrong(`field label not supported: ${field}`)
  return allowed.includes(meant) ? [] : [unsupported(at, meant, allowed)]
}

const BYTE_DIVISORS = ['1', '1k', '1M', '1G', '1T', '1P', '1E', '1Ki', '1Mi', '1Gi', '1Ti', '1Pi', '1Ei']
const DIVISORS: readonly (readonly [RegExp, readonly string[], string])[] = [
  [/^(limits|requests)\.cpu$/, ['1m', '1'], 'the cpu resource'],
  [/^(limits|requests)\.memory$/, BYTE_DIVISORS, 'the memory resource'],
  [/^(limits|requests)\.ephemeral-storage$/, BYTE_DIVISORS, 'the local ephemeral storage resource'],
  [/^(limits|requests)\.hugepages-/, BYTE_DIVISORS, 'the hugepages resource'],
]

/** An amount of a container, which a volume has to name. */
export function validateResourceRef(path: Path, ref: Loose, inVolume: boolean): FieldError[] {
  const resource: string = ref.resource ?? ''
  const errors: FieldError[] = []
  if (inVolume && !ref.containerName) errors.push(required([...path, 'containerName']))
  else if (resource === '') errors.push(required([...path, 'resource']))
  else if (!RESOURCES.includes(resource) && !/^(requests|limits)\.hugepages-/.test(resource))
    errors.push(unsupported([...path, 'resource'], resource, RESOURCES))
  const rule = DIVISORS.find(([of]) => of.test(resource))
  if (rule === undefined || ref.divisor === undefined || quantityValue(ref.divisor) === 0) return errors
  const [, allowed, of] = rule
  if (allowed.includes(quantityText(ref.divisor))) return errors
  const list = allowed.length > 2 ? allowed.join(', ') : allowed.join(' and ')
  return [...errors, invalid([...path, 'divisor'], resource, `only divisor's values ${list} are supported with ${of}`)]
}

const validateKeyRef = (path: Path, ref: Loose): FieldError[] => [
  ...ruled([...path, 'name'], ref.name ?? '', dns1123Subdomain),
  ...(ref.key ? ruled([...path, 'key'], ref.key, configKey) : [required([...path, 'key'])]),
]

const validateFileRef = (path: Path, ref: Loose): FieldError[] => [
  ...(ref.key ? envName([...path, 'key'], ref.key) : [required([...path, 'key'])]),
  ...(ref.volumeName ? ruled([...path, 'volumeName'], ref.volumeName, dns1123Label) : [required([...path, 'volumeName'])]),
  ...(ref.path ? noBackSteps([...path, 'path'], ref.path) : [required([...path, 'path'])]),
]

/** Files of variables lie in an emptyDir of the pod. */
export const validateFileVolumes = (path: Path, spec: Loose): FieldError[] =>
  allContainers(path, spec).flatMap(([c, at]) =>
    ((c.env ?? []) as Loose[]).flatMap((e, i) => {
      const ref = e.valueFrom?.fileKeyRef
      if (ref === undefined) return []
      const name: string = ref.volumeName ?? ''
      const volume = ((spec.volumes ?? []) as Loose[]).findLast(v => (v.name ?? '') === name)
      const nameAt = [...at, 'env', i, 'valueFrom', 'fileKeyRef', 'volumeName']
      if (volume === undefined) return [notFound(nameAt, name)]
      return volume.emptyDir === undefined ? [invalid(nameAt, name, 'referenced volume must be of type emptyDir')] : []
    }),
  )

/** One item of `envFrom`. The list's path stands for the item where the sources are wrong. */
export function validateEnvFrom(path: Path, i: number, e: Loose): FieldError[] {
  const errors = e.prefix ? envName([...path, i, 'prefix'], e.prefix) : []
  const sources = (['configMapRef', 'secretRef'] as const).filter(s => e[s] !== undefined)
  for (const source of sources) {
    const at = [...path, i, source, 'name']
    const name: string = e[source].name ?? ''
    if (name === '') errors.push(required(at))
    else errors.push(...dns1123Subdomain(prefixed(name)).map(detail => invalid(at, name, detail)))
  }
  if (sources.length === 0) errors.push(invalid(path, '', 'must specify one of: `configMapRef` or `secretRef`'))
  else if (sources.length > 1) errors.push(invalid(path, '', 'may not have more than one field specified at a time'))
  return errors
}
