// Validation of containers: names, images, ports, environment, mounts, resources; in the API server's order and words.
import { duplicate, type FieldError, forbidden, invalid, keyed, notFound, required, unsupported } from './field-error'
import type { Loose } from './loose'
import { configKey, dns1123Label, dns1123Subdomain, nonNegative, portName, portNumber, qualifiedName } from './names'
import type { Path } from './path'
import { fewerUnits, quantityText, quantityValue } from './quantity-value'
import { validateLifecycle, validateProbe } from './validate-probe'
import { validateContainerSecurity } from './validate-security'
import { oneOf, ruled } from './validate-meta'
import { PROTOCOL_NAMES } from './validate-service'

/** What the checks of one pod spec's containers need to know of the spec. */
export interface PodFacts {
  /** The volumes that are sound, by name. */
  readonly volumes: ReadonlyMap<string, Loose>
  readonly graceSeconds: number | undefined
  readonly claims: readonly string[]
  readonly restartPolicy: string | undefined
}

/** The containers of a pod spec. */
export function validateContainers(path: Path, containers: readonly Loose[], facts: PodFacts): FieldError[] {
  if (containers.length === 0) return [required(path)]
  const names = new Set<string>()
  const errors = containers.flatMap((c, i) => {
    const at = [...path, i]
    const twice = names.has(c.name ?? '') ? [duplicate([...at, 'name'], c.name ?? '')] : []
    names.add(c.name ?? '')
    const restarts = oneOf([...at, 'restartPolicy'], c.restartPolicy, ['Always', 'Never', 'OnFailure'])
    return [...validateContainer(at, c, facts), ...twice, ...validateHooks(at, c, facts), ...restarts]
  })
  return [...errors, ...hostPortConflicts(path, containers)]
}

function validateHooks(path: Path, c: Loose, { graceSeconds }: PodFacts): FieldError[] {
  return [
    ...validateLifecycle([...path, 'lifecycle'], c.lifecycle, graceSeconds),
    ...(['livenessProbe', 'readinessProbe', 'startupProbe'] as const).flatMap(name => validateProbe([...path, name], c[name], name)),
  ]
}

const ONLY_SIDECARS = 'may not be set for init containers without restartPolicy=Always'

/** Init containers: names among all containers, and no probes but those of sidecars. */
export function validateInitContainers(path: Path, containers: readonly Loose[], regular: readonly Loose[], facts: PodFacts): FieldError[] {
  const names = new Set<string>(regular.map(c => c.name ?? ''))
  return containers.flatMap((c, i) => {
    const at = [...path, i]
    const errors = validateContainer(at, c, facts)
    const sidecar = c.restartPolicy === 'Always'
    errors.push(...oneOf([...at, 'restartPolicy'], c.restartPolicy, ['Always', 'Never', 'OnFailure']))
    if (names.has(c.name ?? '')) errors.push(duplicate([...at, 'name'], c.name ?? ''))
    else if (c.name) names.add(c.name)
    errors.push(...hostPortConflicts(path, [c]))
    if (sidecar) return [...errors, ...validateHooks(at, c, facts)]
    for (const name of ['lifecycle', 'livenessProbe', 'readinessProbe', 'startupProbe'])
      if (c[name] !== undefined) errors.push(forbidden([...at, name], ONLY_SIDECARS))
    return errors
  })
}

/** What all containers have in common. */
function validateContainer(path: Path, c: Loose, facts: PodFacts): FieldError[] {
  const at = (...steps: Path): Path => [...path, ...steps]
  const policies = ['File', 'FallbackToLogsOnError']
  return [
    ...(c.name ? ruled(at('name'), c.name, dns1123Label) : [required(at('name'))]),
    ...(c.image ? [] : [required(at('image'))]),
    ...oneOf(at('terminationMessagePolicy'), c.terminationMessagePolicy, policies),
    ...validatePorts(at('ports'), c.ports ?? []),
    ...(c.env ?? []).flatMap((e: Loose, i: number) => validateEnv(at('env', i), e)),
    ...(c.envFrom ?? []).flatMap((e: Loose, i: number) => validateEnvFrom(at('envFrom'), i, e)),
    ...validateMounts(at('volumeMounts'), c, facts.volumes),
    ...validateDevices(at('volumeDevices'), c, facts.volumes),
    ...oneOf(at('imagePullPolicy'), c.imagePullPolicy, ['Always', 'IfNotPresent', 'Never']),
    ...validateResources(at('resources'), c.resources ?? {}, facts.claims),
    ...validateContainerSecurity(at('securityContext'), c.securityContext),
  ]
}

function validatePorts(path: Path, ports: readonly Loose[]): FieldError[] {
  const names = new Set<string>()
  return ports.flatMap((port, i) => {
    const at = (step: string): Path => [...path, i, step]
    const errors: FieldError[] = port.name ? ruled(at('name'), port.name, portName) : []
    if (port.name && errors.length === 0) {
      if (names.has(port.name)) errors.push(duplicate(at('name'), port.name))
      names.add(port.name)
    }
    if (!port.containerPort) errors.push(required(at('containerPort')))
    else errors.push(...portNumber(port.containerPort).map(d => invalid(at('containerPort'), port.containerPort, d)))
    if (port.hostPort) errors.push(...portNumber(port.hostPort).map(d => invalid(at('hostPort'), port.hostPort, d)))
    return [...errors, ...oneOf(at('protocol'), port.protocol, PROTOCOL_NAMES)]
  })
}

function hostPortConflicts(path: Path, containers: readonly Loose[]): FieldError[] {
  const seen = new Set<string>()
  return containers.flatMap((c, i) =>
    ((c.ports ?? []) as Loose[]).flatMap((port, j) => {
      if (!port.hostPort) return []
      const key = `${port.protocol}/${port.hostIP ?? ''}/${port.hostPort}`
      if (seen.has(key)) return [duplicate([...path, i, 'ports', j, 'hostPort'], key)]
      seen.add(key)
      return []
    }),
  )
}

const ENV_TEXT = "a valid environment variable name must consist only of printable ASCII characters other than '='"
const envName = (path: Path, name: string): FieldError[] => (/^[ -<>-~]+$/.test(name) ? [] : [invalid(path, name, ENV_TEXT)])

const SOURCES = ['fieldRef', 'resourceFieldRef', 'configMapKeyRef', 'secretKeyRef', 'fileKeyRef'] as const
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
const RESOURCES = [
  'limits.cpu',
  'limits.ephemeral-storage',
  'limits.memory',
  'requests.cpu',
  'requests.ephemeral-storage',
  'requests.memory',
]

function validateEnv(path: Path, e: Loose): FieldError[] {
  const errors = e.name ? envName([...path, 'name'], e.name) : [required([...path, 'name'])]
  const from = e.valueFrom
  if (from === undefined) return errors
  const at = [...path, 'valueFrom']
  if (from.fieldRef) errors.push(...validateFieldRef([...at, 'fieldRef'], from.fieldRef))
  if (from.resourceFieldRef) errors.push(...validateResourceRef([...at, 'resourceFieldRef'], from.resourceFieldRef))
  for (const source of ['configMapKeyRef', 'secretKeyRef'] as const)
    if (from[source]) errors.push(...validateKeyRef([...at, source], from[source]))
  const sources = SOURCES.filter(s => from[s] !== undefined)
  if (sources.length === 0)
    errors.push(invalid(at, '', 'must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`'))
  else if (e.value) errors.push(invalid(at, '', 'may not be specified when `value` is not empty'))
  else if (sources.length > 1) errors.push(invalid(at, '', 'may not have more than one field specified at a time'))
  return errors
}

/** `metadata.labels['app']`, or one of the plain paths. */
function validateFieldRef(path: Path, ref: Loose): FieldError[] {
  if (!ref.fieldPath) return [required([...path, 'fieldPath'])]
  const keyedPath = /^(metadata\.(?:labels|annotations))\['(.*)'\]$/.exec(ref.fieldPath)
  if (keyedPath) {
    const key = keyedPath[1] === 'metadata.annotations' ? keyedPath[2]!.toLowerCase() : keyedPath[2]!
    return ruled(path, key, qualifiedName)
  }
  if (FIELD_PATHS.includes(ref.fieldPath)) return []
  if (['metadata.labels', 'metadata.annotations', 'spec.restartPolicy', 'status.phase', 'spec.schedulerName'].includes(ref.fieldPath))
    return [unsupported([...path, 'fieldPath'], ref.fieldPath, FIELD_PATHS)]
  return [invalid([...path, 'fieldPath'], ref.fieldPath, `error converting fieldPath: field label not supported: ${ref.fieldPath}`)]
}

function validateResourceRef(path: Path, ref: Loose): FieldError[] {
  if (!ref.resource) return [required([...path, 'resource'])]
  return RESOURCES.includes(ref.resource) || /^(requests|limits)\.hugepages-/.test(ref.resource)
    ? []
    : [unsupported([...path, 'resource'], ref.resource, RESOURCES)]
}

const validateKeyRef = (path: Path, ref: Loose): FieldError[] => [
  ...ruled([...path, 'name'], ref.name ?? '', dns1123Subdomain),
  ...(ref.key ? ruled([...path, 'key'], ref.key, configKey) : [required([...path, 'key'])]),
]

/** The list's path stands for the item where the sources are wrong. */
function validateEnvFrom(path: Path, i: number, e: Loose): FieldError[] {
  const errors = e.prefix ? envName([...path, i, 'prefix'], e.prefix) : []
  const sources = (['configMapRef', 'secretRef'] as const).filter(s => e[s] !== undefined)
  for (const source of sources) {
    const at = [...path, i, source, 'name']
    errors.push(...(e[source].name ? ruled(at, e[source].name, dns1123Subdomain) : [required(at)]))
  }
  if (sources.length === 0) errors.push(invalid(path, '', 'must specify one of: `configMapRef` or `secretRef`'))
  else if (sources.length > 1) errors.push(invalid(path, '', 'may not have more than one field specified at a time'))
  return errors
}

function validateMounts(path: Path, c: Loose, volumes: ReadonlyMap<string, Loose>): FieldError[] {
  const seen = new Set<string>()
  const devices: Loose[] = c.volumeDevices ?? []
  return ((c.volumeMounts ?? []) as Loose[]).flatMap((mount, i) => {
    const at = (step: string): Path => [...path, i, step]
    const [name, mountPath] = [mount.name ?? '', mount.mountPath ?? '']
    const errors: FieldError[] = name === '' ? [required(at('name'))] : []
    if (!volumes.has(name)) errors.push(notFound(at('name'), name))
    if (mountPath === '') errors.push(required(at('mountPath')))
    if (seen.has(mountPath)) errors.push(invalid(at('mountPath'), mountPath, 'must be unique'))
    seen.add(mountPath)
    if (devices.some(d => d.name === name)) errors.push(invalid(at('name'), name, 'must not already exist in volumeDevices'))
    if (devices.some(d => d.devicePath === mountPath))
      errors.push(invalid(at('mountPath'), mountPath, 'must not already exist as a path in volumeDevices'))
    for (const sub of ['subPath', 'subPathExpr'] as const) if (mount[sub]) errors.push(...localPath([...path, sub], mount[sub]))
    if (mount.subPath && mount.subPathExpr)
      errors.push(invalid(at('subPathExpr'), mount.subPathExpr, 'subPathExpr and subPath are mutually exclusive'))
    errors.push(...oneOf([...path, 'mountPropagation'], mount.mountPropagation, ['Bidirectional', 'HostToContainer', 'None']))
    errors.push(...oneOf([...path, 'recursiveReadOnly'], mount.recursiveReadOnly, ['Disabled', 'Enabled', 'IfPossible']))
    return errors
  })
}

/** A path that stays below where it begins. */
export function localPath(path: Path, text: string): FieldError[] {
  const errors = text.startsWith('/') ? [invalid(path, text, 'must be a relative path')] : []
  return text.split('/').includes('..') ? [...errors, invalid(path, text, "must not contain '..'")] : errors
}

function validateDevices(path: Path, c: Loose, volumes: ReadonlyMap<string, Loose>): FieldError[] {
  return ((c.volumeDevices ?? []) as Loose[]).flatMap((device, i) => {
    const at = (step: string): Path => [...path, i, step]
    const volume = volumes.get(device.name ?? '')
    const errors: FieldError[] = device.name ? [] : [required(at('name'))]
    if (volume === undefined) errors.push(notFound(at('name'), device.name ?? ''))
    else if (!volume.persistentVolumeClaim && !volume.ephemeral)
      errors.push(invalid(at('name'), device.name, 'can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode'))
    if (!device.devicePath) errors.push(required(at('devicePath')))
    return errors
  })
}

const STANDARD = /^(cpu|memory|ephemeral-storage|hugepages-.+)$/

/** Limits and requests of a container; also what a pod as a whole may have. */
export function validateResources(path: Path, resources: Loose, claims: readonly string[]): FieldError[] {
  const limits: Loose = resources.limits ?? {}
  const errors: FieldError[] = []
  for (const part of ['limits', 'requests'] as const)
    for (const name of Object.keys(resources[part] ?? {}).sort()) {
      const value = resources[part][name]
      errors.push(...validateAmount([...path, part, keyed(name)], name, value))
      if (part === 'requests') errors.push(...validateRequest(path, name, value, limits[name]))
    }
  for (const [i, claim] of ((resources.claims ?? []) as Loose[]).entries())
    if (!claim.name) errors.push(required([...path, 'claims', i]))
    else if (!claims.includes(claim.name)) {
      const known = claims.length === 0 ? ' which is empty' : `: ${claims.join(', ')}`
      errors.push({
        ...notFound([...path, 'claims', i], claim.name),
        detail: `must be one of the names in pod.spec.resourceClaims${known}`,
      })
    }
  return errors
}

function validateAmount(path: Path, name: string, value: string | number): FieldError[] {
  const errors = ruled(path, name, qualifiedName)
  if (errors.length === 0 && !name.includes('/') && !STANDARD.test(name))
    errors.push(
      invalid(path, name, 'must be a standard resource type or fully qualified'),
      invalid(path, name, 'must be a standard resource for containers'),
    )
  if (quantityValue(value) < 0) errors.push(invalid(path, quantityText(value), nonNegative))
  if (name.includes('/') && !Number.isInteger(quantityValue(value))) errors.push(invalid(path, quantityText(value), 'must be an integer'))
  return errors
}

/** Extended resources cannot be overcommitted. */
function validateRequest(path: Path, name: string, request: string | number, limit: string | number | undefined): FieldError[] {
  const exact = (name.includes('/') && !name.includes('kubernetes.io/')) || name.startsWith('hugepages-')
  if (limit === undefined) return exact ? [required([...path, 'limits'], 'Limit must be set for non overcommitable resources')] : []
  const [have, most] = [fewerUnits(request), fewerUnits(limit)]
  if (exact && have !== most)
    return [invalid([...path, 'requests'], quantityText(request), `must be equal to ${name} limit of ${quantityText(limit)}`)]
  return have > most
    ? [invalid([...path, 'requests'], quantityText(request), `must be less than or equal to ${name} limit of ${quantityText(limit)}`)]
    : []
}
