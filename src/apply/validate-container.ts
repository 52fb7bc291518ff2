// Validation of containers: names, images, ports, mounts; in the API server's order and words. Environment, resources, probes, security and
// restarts have files of their own.
import { duplicate, type FieldError, forbidden, invalid, notFound, required, unsupported } from './field-error'
import type { Loose } from './loose'
import { dns1123Label, portName, portNumber } from './names'
import type { Path } from './path'
import { validateEnv, validateEnvFrom } from './validate-env'
import { oneOf, ruled } from './validate-meta'
import { localPath, noBackSteps } from './validate-path'
import { validateLifecycle, validateProbe } from './validate-probe'
import { validateResources } from './validate-resources'
import { validateInitRestart, validateResize, validateRestart } from './validate-restart'
import { validateContainerSecurity } from './validate-security'
import { PROTOCOL_NAMES } from './validate-service'

/** What the checks of one pod spec's containers need to know of the spec. */
export interface PodFacts {
  /** The volumes that are sound, by name. */
  readonly volumes: ReadonlyMap<string, Loose>
  readonly graceSeconds: number | undefined
  readonly claims: readonly string[]
  readonly restartPolicy: string | undefined
  /** `linux`, `windows`; undefined where the spec does not say. */
  readonly system: string | undefined
  /** Whether its processes have the users of the host. */
  readonly hostUsers: boolean
}

/** The containers of a pod spec. */
export function validateContainers(path: Path, containers: readonly Loose[], facts: PodFacts): FieldError[] {
  if (containers.length === 0) return [required(path)]
  const names = new Set<string>()
  const errors = containers.flatMap((c, i) => {
    const at = [...path, i]
    const twice = names.has(c.name ?? '') ? [duplicate([...at, 'name'], c.name ?? '')] : []
    names.add(c.name ?? '')
    return [...validateContainer(at, c, facts), ...twice, ...validateHooks(at, c, facts), ...validateRestart(at, c)]
  })
  return [...errors, ...hostPortConflicts(path, containers)]
}

function validateHooks(path: Path, c: Loose, { graceSeconds }: PodFacts): FieldError[] {
  return [
    ...validateLifecycle([...path, 'lifecycle'], c.lifecycle, graceSeconds),
    ...(['livenessProbe', 'readinessProbe', 'startupProbe'] as const).flatMap(name =>
      validateProbe([...path, name], c[name], name, graceSeconds),
    ),
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
    errors.push(...validateInitRestart(at, c))
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
    ...validateResize(at('resizePolicy'), c.resizePolicy ?? [], facts.restartPolicy),
    ...validateContainerSecurity(at('securityContext'), c.securityContext, facts.hostUsers),
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
    if (mount.subPath) errors.push(...localPath([...path, 'subPath'], mount.subPath))
    if (mount.subPath && mount.subPathExpr)
      errors.push(invalid(at('subPathExpr'), mount.subPathExpr, 'subPathExpr and subPath are mutually exclusive'))
    if (mount.subPathExpr) errors.push(...localPath([...path, 'subPathExpr'], mount.subPathExpr))
    return [...errors, ...propagationErrors(path, mount, c), ...recursionErrors([...path, 'recursiveReadOnly'], mount)]
  })
}

const PROPAGATIONS = ['Bidirectional', 'HostToContainer', 'None']
function propagationErrors(path: Path, mount: Loose, c: Loose): FieldError[] {
  const at = [...path, 'mountPropagation']
  const mode: string | undefined = mount.mountPropagation
  if (mode === undefined) return []
  if (!PROPAGATIONS.includes(mode)) return [unsupported(at, mode, PROPAGATIONS)]
  return mode === 'Bidirectional' && c.securityContext?.privileged !== true
    ? [forbidden(at, 'Bidirectional mount propagation is available only to privileged containers')]
    : []
}

const RECURSIONS = ['Disabled', 'Enabled', 'IfPossible']
function recursionErrors(at: Path, mount: Loose): FieldError[] {
  const mode: string | undefined = mount.recursiveReadOnly
  if (mode === undefined || mode === 'Disabled') return []
  if (!RECURSIONS.includes(mode)) return [unsupported(at, mode, RECURSIONS)]
  return [
    ...(mount.readOnly ? [] : [forbidden(at, 'may only be specified when readOnly is true')]),
    ...((mount.mountPropagation ?? 'None') === 'None'
      ? []
      : [forbidden(at, 'may only be specified when mountPropagation is None or not specified')]),
  ]
}

function validateDevices(path: Path, c: Loose, volumes: ReadonlyMap<string, Loose>): FieldError[] {
  const mounts: Loose[] = c.volumeMounts ?? []
  const [names, paths] = [new Set<string>(), new Set<string>()]
  return ((c.volumeDevices ?? []) as Loose[]).flatMap((device, i) => {
    const at = (step: string): Path => [...path, i, step]
    const [name, file]: readonly string[] = [device.name ?? '', device.devicePath ?? '']
    const volume = volumes.get(name!)
    const errors: FieldError[] = name ? [] : [required(at('name'))]
    if (names.has(name!)) errors.push(invalid(at('name'), name, 'must be unique'))
    if (volume && !volume.persistentVolumeClaim && !volume.ephemeral)
      errors.push(invalid(at('name'), name, 'can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode'))
    if (volume === undefined) errors.push(notFound(at('name'), name))
    if (!file) errors.push(required(at('devicePath')))
    if (paths.has(file!)) errors.push(invalid(at('devicePath'), file, 'must be unique'))
    if (noBackSteps([], file!).length > 0) errors.push(invalid(at('devicePath'), file, "can not contain backsteps ('..')"))
    else paths.add(file!)
    if (mounts.some(m => (m.name ?? '') === name)) errors.push(invalid(at('name'), name, 'must not already exist in volumeMounts'))
    if (mounts.some(m => (m.mountPath ?? '') === file))
      errors.push(invalid(at('devicePath'), file, 'must not already exist as a path in volumeMounts'))
    if (name) names.add(name)
    return errors
  })
}
