// Validation of security contexts, of a pod and of a container. Not checked: Windows options, SELinux.
import { type FieldError, invalid, required, unsupported } from './field-error'
import type { Loose } from './loose'
import type { Path } from './path'
import { oneOf } from './validate-meta'

const MOST_ID = 2 ** 31 - 1
const idErrors = (path: Path, id: number | undefined): FieldError[] =>
  id === undefined || (id >= 0 && id <= MOST_ID) ? [] : [invalid(path, id, `must be between 0 and ${MOST_ID}, inclusive`)]

const PROFILE_TYPES = ['Localhost', 'RuntimeDefault', 'Unconfined']

function validateSeccomp(path: Path, profile: Loose | undefined): FieldError[] {
  if (profile === undefined) return []
  if (!profile.type) return [required([...path, 'type'], 'type is required when seccompProfile is set')]
  const errors = PROFILE_TYPES.includes(profile.type) ? [] : [unsupported([...path, 'type'], profile.type, PROFILE_TYPES)]
  if (profile.type === 'Localhost' && profile.localhostProfile === undefined)
    errors.push(required([...path, 'localhostProfile'], 'must be set when seccomp type is Localhost'))
  return errors
}

/** A pod's securityContext. */
export function validatePodSecurity(path: Path, context: Loose | undefined): FieldError[] {
  if (context === undefined) return []
  return [
    ...idErrors([...path, 'fsGroup'], context.fsGroup),
    ...idErrors([...path, 'runAsUser'], context.runAsUser),
    ...idErrors([...path, 'runAsGroup'], context.runAsGroup),
    ...(context.supplementalGroups ?? []).flatMap((id: number, i: number) => idErrors([...path, 'supplementalGroups', i], id)),
    ...validateSysctls([...path, 'sysctls'], context.sysctls ?? []),
    ...oneOf([...path, 'fsGroupChangePolicy'], context.fsGroupChangePolicy, ['Always', 'OnRootMismatch']),
    ...validateSeccomp([...path, 'seccompProfile'], context.seccompProfile),
  ]
}

const SYSCTL = /^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$/
const SYSCTL_TEXT =
  'must have at most 253 characters and match regex ^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$'

function validateSysctls(path: Path, sysctls: readonly Loose[]): FieldError[] {
  const names = new Set<string>()
  return sysctls.flatMap((s, i) => {
    const name = s.name ?? ''
    if (name === '') return [required([...path, i, 'name'])]
    if (name.length > 253 || !SYSCTL.test(name)) return [invalid([...path, i, 'name'], name, SYSCTL_TEXT)]
    if (names.has(name)) return [{ path: [...path, i, 'name'], type: 'Duplicate value' as const, value: name, detail: '' }]
    names.add(name)
    return []
  })
}

/** A container's securityContext. */
export function validateContainerSecurity(path: Path, context: Loose | undefined): FieldError[] {
  if (context === undefined) return []
  const adds: string[] = context.capabilities?.add ?? []
  const errors = [...idErrors([...path, 'runAsUser'], context.runAsUser), ...idErrors([...path, 'runAsGroup'], context.runAsGroup)]
  if (context.procMount !== undefined) errors.push(...oneOf([...path, 'procMount'], context.procMount, ['Default', 'Unmasked']))
  errors.push(...validateSeccomp([...path, 'seccompProfile'], context.seccompProfile))
  if (context.allowPrivilegeEscalation === false && context.privileged === true)
    errors.push(invalid(path, shape(context), 'cannot set `allowPrivilegeEscalation` to false and `privileged` to true'))
  if (context.allowPrivilegeEscalation === false && adds.some(c => c === 'CAP_SYS_ADMIN'))
    errors.push(invalid(path, shape(context), 'cannot set `allowPrivilegeEscalation` to false and `capabilities.Add` CAP_SYS_ADMIN'))
  return errors
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
