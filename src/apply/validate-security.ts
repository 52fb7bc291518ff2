// Validation of security contexts, of a pod and of a container, and of the annotations that came before some of their fields.
import { duplicate, type FieldError, forbidden, invalid, keyed, required, tooLong, unsupported } from './field-error'
import type { Loose } from './loose'
import type { Path } from './path'
import { wordOf } from './validate-meta'
import { localPath } from './validate-path'
import { allContainers, validateWindowsOptions } from './validate-windows'

const MOST_ID = 2 ** 31 - 1
const idErrors = (path: Path, id: number | undefined): FieldError[] =>
  id === undefined || (id >= 0 && id <= MOST_ID) ? [] : [invalid(path, id, `must be between 0 and ${MOST_ID}, inclusive`)]

const PROFILE_TYPES = ['Localhost', 'RuntimeDefault', 'Unconfined']

function validateSeccomp(path: Path, profile: Loose | undefined): FieldError[] {
  if (profile === undefined) return []
  const { type, localhostProfile: file } = profile
  const at = [...path, 'localhostProfile']
  const errors = type
    ? wordOf([...path, 'type'], type, PROFILE_TYPES)
    : [required([...path, 'type'], 'type is required when seccompProfile is set')]
  if (type !== 'Localhost')
    return file === undefined
      ? errors
      : [...errors, invalid(at, { Type: type ?? '', LocalhostProfile: file }, 'can only be set when seccomp type is Localhost')]
  if (file === undefined) return [...errors, required(at, 'must be set when seccomp type is Localhost')]
  return [...errors, ...localPath(at, file)]
}

const LONGEST_PATH = 4095

function validateAppArmor(path: Path, profile: Loose | undefined): FieldError[] {
  if (profile === undefined) return []
  const { type, localhostProfile: file } = profile
  const at = [...path, 'localhostProfile']
  if (!type) return [required([...path, 'type'], 'type is required when appArmorProfile is set')]
  if (!PROFILE_TYPES.includes(type)) return [unsupported([...path, 'type'], type, PROFILE_TYPES)]
  if (type !== 'Localhost') return file === undefined ? [] : [invalid(at, file, 'can only be set when AppArmor type is Localhost')]
  if (file === undefined) return [required(at, 'must be set when AppArmor type is Localhost')]
  const padded = file.trim() !== file
  return [
    ...(padded ? [invalid(at, file, 'must not be padded with whitespace')] : []),
    ...(file === '' ? [required(at, 'must be set when AppArmor type is Localhost')] : []),
    ...(file.length > LONGEST_PATH ? [tooLong(at, LONGEST_PATH)] : []),
  ]
}

/** A pod's securityContext, which knows some of the spec's own fields too. */
export function validatePodSecurity(path: Path, context: Loose | undefined, spec: Loose): FieldError[] {
  const shared =
    spec.hostPID && spec.shareProcessNamespace
      ? [invalid([...path, 'shareProcessNamespace'], true, 'ShareProcessNamespace and HostPID cannot both be enabled')]
      : []
  if (context === undefined) return shared
  return [
    ...idErrors([...path, 'fsGroup'], context.fsGroup),
    ...idErrors([...path, 'runAsUser'], context.runAsUser),
    ...idErrors([...path, 'runAsGroup'], context.runAsGroup),
    ...(context.supplementalGroups ?? []).flatMap((id: number, i: number) => idErrors([...path, 'supplementalGroups', i], id)),
    ...shared,
    ...validateSysctls([...path, 'sysctls'], context.sysctls ?? [], spec),
    ...wordOf([...path, 'fsGroupChangePolicy'], context.fsGroupChangePolicy, ['Always', 'OnRootMismatch']),
    ...validateSeccomp([...path, 'seccompProfile'], context.seccompProfile),
    ...validateWindowsOptions([...path, 'windowsOptions'], context.windowsOptions),
    ...validateAppArmor([...path, 'appArmorProfile'], context.appArmorProfile),
    ...wordOf([...path, 'supplementalGroupsPolicy'], context.supplementalGroupsPolicy, ['Merge', 'Strict']),
    ...wordOf([...path, 'seLinuxChangePolicy'], context.seLinuxChangePolicy, ['Recursive']),
  ]
}

const SYSCTL = /^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$/
const SYSCTL_TEXT =
  'must have at most 253 characters and match regex ^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$'

const OF_IPC = /^(kernel\.(sem$|shm|msg)|fs\.mqueue\.)/

function validateSysctls(path: Path, sysctls: readonly Loose[], spec: Loose): FieldError[] {
  const names = new Set<string>()
  return sysctls.flatMap((s, i) => {
    const name: string = s.name ?? ''
    const at = [...path, i, 'name']
    const errors: FieldError[] = []
    if (name === '') errors.push(required(at))
    else if (name.length > 253 || !SYSCTL.test(name)) errors.push(invalid(at, name, SYSCTL_TEXT))
    else if (names.has(name)) errors.push(duplicate(at, name))
    names.add(name)
    const dotted = name.replaceAll('/', '.')
    if (spec.hostNetwork && dotted.startsWith('net.')) errors.push(invalid(at, name, "may not be specified when 'hostNetwork' is true"))
    else if (spec.hostIPC && OF_IPC.test(dotted)) errors.push(invalid(at, name, "may not be specified when 'hostIPC' is true"))
    return errors
  })
}

/** A container's securityContext; `hostUsers`: the pod has no user namespace of its own. */
export function validateContainerSecurity(path: Path, context: Loose | undefined, hostUsers: boolean): FieldError[] {
  if (context === undefined) return []
  const adds: string[] = context.capabilities?.add ?? []
  const errors = [...idErrors([...path, 'runAsUser'], context.runAsUser), ...idErrors([...path, 'runAsGroup'], context.runAsGroup)]
  errors.push(...wordOf([...path, 'procMount'], context.procMount, ['Default', 'Unmasked']))
  if (hostUsers && context.procMount === 'Unmasked')
    errors.push(invalid([...path, 'procMount'], 'Unmasked', '`hostUsers` must be false to use `Unmasked`'))
  errors.push(...validateSeccomp([...path, 'seccompProfile'], context.seccompProfile))
  if (context.allowPrivilegeEscalation === false && context.privileged === true)
    errors.push(invalid(path, shape(context), 'cannot set `allowPrivilegeEscalation` to false and `privileged` to true'))
  if (context.allowPrivilegeEscalation === false)
    for (const _ of adds.filter(c => c === 'CAP_SYS_ADMIN'))
      errors.push(invalid(path, shape(context), 'cannot set `allowPrivilegeEscalation` to false and `capabilities.Add` CAP_SYS_ADMIN'))
  return [
    ...errors,
    ...validateWindowsOptions([...path, 'windowsOptions'], context.windowsOptions),
    ...validateAppArmor([...path, 'appArmorProfile'], context.appArmorProfile),
  ]
}

/** The context as Go's internal type prints it. */
const shape = (c: Loose): object => ({
  Capabilities: c.capabilities === undefined ? null : { Add: c.capabilities.add ?? null, Drop: c.capabilities.drop ?? null },
  Privileged: c.privileged ?? null,
  SELinuxOptions: c.seLinuxOptions ?? null,
  WindowsOptions: c.windowsOptions ?? null,
  RunAsUser: c.runAsUser ?? null,
  RunAsGroup: c.runAsGroup ?? null,
  RunAsNonRoot: c.runAsNonRoot ?? null,
  ReadOnlyRootFilesystem: c.readOnlyRootFilesystem ?? null,
  AllowPrivilegeEscalation: c.allowPrivilegeEscalation ?? null,
  ProcMount: c.procMount ?? null,
  SeccompProfile: c.seccompProfile ?? null,
  AppArmorProfile: c.appArmorProfile ?? null,
})

const SECCOMP_POD = 'seccomp.security.alpha.kubernetes.io/pod'
const SECCOMP_CONTAINER = 'container.seccomp.security.alpha.kubernetes.io/'
const APPARMOR = 'container.apparmor.security.beta.kubernetes.io/'
const keysOf = (annotations: Loose, prefix: string): string[] =>
  Object.keys(annotations)
    .filter(key => key.startsWith(prefix))
    .sort()

/** The annotations that were there before the fields. */
export function validateSecurityAnnotations(path: Path, annotations: Loose, spec: Loose): FieldError[] {
  const names = allContainers([], spec).map(([c]) => c.name ?? '')
  const seccomp = [...(annotations[SECCOMP_POD] === undefined ? [] : [SECCOMP_POD]), ...keysOf(annotations, SECCOMP_CONTAINER)]
  return [
    ...seccomp.flatMap(key => seccompText([...path, key], annotations[key])),
    ...keysOf(annotations, APPARMOR).flatMap(key => {
      const name = key.slice(APPARMOR.length)
      const value: string = annotations[key]
      const known = value === '' || value === 'runtime/default' || value === 'unconfined' || value.startsWith('localhost/')
      return [
        ...(names.includes(name) ? [] : [invalid([...path, keyed(key)], name, 'container not found')]),
        ...(known ? [] : [invalid([...path, keyed(key)], value, `invalid AppArmor profile name: ${JSON.stringify(value)}`)]),
      ]
    }),
  ]
}

function seccompText(path: Path, text: string): FieldError[] {
  if (text === 'runtime/default' || text === 'docker/default' || text === 'unconfined') return []
  if (text.startsWith('localhost/')) return localPath(path, text.slice('localhost/'.length))
  return [invalid(path, text, 'must be a valid seccomp profile')]
}

/** Where both an annotation and a field are there, they say the same. */
export function validateSecurityMatches(path: Path, annotations: Loose, spec: Loose): FieldError[] {
  const context: Loose | undefined = spec.securityContext
  const placed = allContainers(path, spec)
  const seccomp = [
    ...matchErrors('seccomp', [...path, 'securityContext', 'seccompProfile'], annotations[SECCOMP_POD], context?.seccompProfile),
    ...placed.flatMap(([c, at]) =>
      matchErrors(
        'seccomp',
        [...at, 'securityContext', 'seccompProfile'],
        annotations[SECCOMP_CONTAINER + c.name],
        c.securityContext?.seccompProfile,
      ),
    ),
  ]
  if (spec.os?.name === 'windows') return seccomp
  const apparmor = placed.flatMap(([c, at]) =>
    matchErrors(
      'apparmor',
      [...at, 'securityContext', 'appArmorProfile'],
      annotations[APPARMOR + c.name],
      c.securityContext?.appArmorProfile ?? context?.appArmorProfile,
    ),
  )
  return [...seccomp, ...apparmor]
}

function matchErrors(of: 'seccomp' | 'apparmor', path: Path, text: string | undefined, profile: Loose | undefined): FieldError[] {
  if (text === undefined || profile === undefined || !PROFILE_TYPES.includes(profile.type)) return []
  const type = forbidden([...path, 'type'], `${of} type in annotation and field must match`)
  switch (profile.type) {
    case 'Unconfined':
      return text === 'unconfined' ? [] : [type]
    case 'RuntimeDefault':
      return text === 'runtime/default' || (of === 'seccomp' && text === 'docker/default') ? [] : [type]
    default:
      if (!text.startsWith('localhost/')) return [type]
      return text.slice('localhost/'.length) === profile.localhostProfile
        ? []
        : [forbidden([...path, 'localhostProfile'], `${of} profile in annotation and field must match`)]
  }
}
