// What a pod may have on Windows, and what it may not have on Linux.
import { type FieldError, forbidden, invalid } from './field-error'
import type { Loose } from './loose'
import { dns1123Subdomain } from './names'
import type { Path } from './path'
import { ruled } from './validate-meta'

/** A container with the path at which it stands. */
type Placed = readonly [Loose, Path]
/** Every container of a pod spec, init containers first. */
export const allContainers = (path: Path, spec: Loose): readonly Placed[] =>
  ['initContainers', 'containers', 'ephemeralContainers'].flatMap(list =>
    ((spec[list] ?? []) as Loose[]).map((c, i) => [c, [...path, list, i]] as const),
  )

const MOST_SPEC_BYTES = 64 * 1024
// biome-ignore lint/suspicious/noControlCharactersInRegex: the rule is about them
const CONTROL = /[\u0000-\u001f\u007f]/
const NETBIOS = /^[^\\/:*?"<>|.][^\\/:*?"<>|]{0,14}$/
const DNS_DOMAIN = /^[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?)*$/

/** windowsOptions, of a pod or of a container. */
export function validateWindowsOptions(path: Path, options: Loose | undefined): FieldError[] {
  if (options === undefined) return []
  const { gmsaCredentialSpecName: name, gmsaCredentialSpec: spec, runAsUserName: user } = options
  const errors = name === undefined ? [] : ruled([...path, 'gmsaCredentialSpecName'], name, dns1123Subdomain)
  const at = [...path, 'gmsaCredentialSpec']
  if (spec === '') errors.push(invalid(at, spec, 'gmsaCredentialSpec cannot be an empty string'))
  else if (spec?.length > MOST_SPEC_BYTES) errors.push(invalid(at, spec, 'gmsaCredentialSpec size must be under 64 KiB'))
  if (user === undefined) return errors
  return [...errors, ...userErrors(user).map(detail => invalid([...path, 'runAsUserName'], user, `runAsUserName${detail}`))]
}

/** `DOMAIN\user`, or a user alone. */
function userErrors(text: string): string[] {
  if (text === '') return [' cannot be an empty string']
  if (CONTROL.test(text)) return [' cannot contain control characters']
  const parts = text.split('\\')
  if (parts.length > 2) return [' cannot contain more than one backslash']
  const user = parts.at(-1)!
  const domain = parts.length === 2 ? parts[0]! : undefined
  const errors: string[] = []
  if (domain !== undefined && domain.length >= 256) errors.push("'s Domain length must be under 256 characters")
  if (domain !== undefined && !NETBIOS.test(domain) && !DNS_DOMAIN.test(domain))
    errors.push("'s Domain doesn't match the NetBios nor the DNS format")
  if (user === '') errors.push("'s User cannot be empty")
  else if (user.length > 104) errors.push("'s User length must not be longer than 104 characters")
  if (/^[. ]+$/.test(user)) errors.push("'s User cannot contain only periods or spaces")
  if (/["/\\:;|=,+*?<>@[\]]/.test(user)) errors.push(`'s User cannot contain the following characters: "/\\:;|=,+*?<>@[]`)
  return errors
}

/** Containers that are processes of the host are so all together, and on its network. */
export function validateHostProcesses(path: Path, spec: Loose): FieldError[] {
  const ofPod: boolean | undefined = spec.securityContext?.windowsOptions?.hostProcess
  const containers = allContainers(path, spec)
  const own = ([c]: Placed): boolean | undefined => c.securityContext?.windowsOptions?.hostProcess
  const errors = containers.flatMap(placed => {
    const mine = own(placed)
    return ofPod === undefined || mine === undefined || mine === ofPod
      ? []
      : [
          invalid(
            [...placed[1], 'securityContext', 'windowsOptions', 'hostProcess'],
            mine,
            `pod hostProcess value must be identical if both are specified, was ${ofPod}`,
          ),
        ]
  })
  const count = containers.filter(placed => own(placed) ?? ofPod ?? false).length
  if (count === 0) return errors
  if (count !== containers.length)
    errors.push(invalid(path, '', 'If pod contains any hostProcess containers then all containers must be HostProcess containers'))
  if (!spec.hostNetwork)
    errors.push(invalid([...path, 'hostNetwork'], false, 'hostNetwork must be true if pod contains any hostProcess containers'))
  return errors
}

const FLAGS: ReadonlySet<string> = new Set(['hostPID', 'hostIPC'])
/** Fields of a pod that mean nothing on Windows, in the API server's order: where they stand, and whether they are set. */
const NOT_ON_WINDOWS: readonly (readonly [readonly string[], (value: unknown) => boolean])[] = (
  [
    ['securityContext', 'appArmorProfile'],
    ['securityContext', 'seLinuxOptions'],
    ['hostUsers'],
    ['hostPID'],
    ['hostIPC'],
    ['securityContext', 'seccompProfile'],
    ['securityContext', 'fsGroup'],
    ['securityContext', 'fsGroupChangePolicy'],
    ['securityContext', 'sysctls'],
    ['shareProcessNamespace'],
    ['securityContext', 'runAsUser'],
    ['securityContext', 'runAsGroup'],
    ['securityContext', 'supplementalGroups'],
    ['securityContext', 'supplementalGroupsPolicy'],
    ['securityContext', 'seLinuxChangePolicy'],
  ] as const
).map(steps => [steps, FLAGS.has(steps.at(-1)!) ? value => value === true : value => value !== undefined])
const NOT_IN_CONTAINERS = [
  'appArmorProfile',
  'seLinuxOptions',
  'seccompProfile',
  'capabilities',
  'readOnlyRootFilesystem',
  'privileged',
  'allowPrivilegeEscalation',
  'procMount',
  'runAsUser',
  'runAsGroup',
]

/** What a spec that names its system may not have there. */
export function validateForSystem(path: Path, spec: Loose): FieldError[] {
  if (spec.os?.name === 'windows') return notOnWindows(path, spec)
  if (spec.os?.name !== 'linux') return []
  const wrong = (at: Path, context: Loose | undefined): FieldError[] =>
    context?.windowsOptions === undefined
      ? []
      : [forbidden([...at, 'securityContext', 'windowsOptions'], 'windows options cannot be set for a linux pod')]
  return [...wrong(path, spec.securityContext), ...allContainers(path, spec).flatMap(([c, at]) => wrong(at, c.securityContext))]
}

function notOnWindows(path: Path, spec: Loose): FieldError[] {
  const no = (at: Path): FieldError => forbidden(at, 'cannot be set for a windows pod')
  return [
    ...NOT_ON_WINDOWS.flatMap(([steps, isSet]) =>
      isSet(steps.reduce<Loose | undefined>((value, step) => value?.[step], spec)) ? [no([...path, ...steps])] : [],
    ),
    ...allContainers(path, spec).flatMap(([c, at]) =>
      NOT_IN_CONTAINERS.filter(field => c.securityContext?.[field] !== undefined).map(field => no([...at, 'securityContext', field])),
    ),
  ]
}
