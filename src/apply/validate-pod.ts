// Validation of a pod spec, in a Pod or a template, in the API server's order and words.
import { duplicate, type FieldError, forbidden, invalid, keyed, required, tooLong } from './field-error'
import type { Loose } from './loose'
import { dns1123Label, dns1123Subdomain, dns1123WithUnderscores, ipAddress, qualifiedName } from './names'
import type { Path } from './path'
import { type PodFacts, validateContainers, validateInitContainers } from './validate-container'
import { validateFileVolumes } from './validate-env'
import { oneOf, ruled, validateAnnotations, validateLabels } from './validate-meta'
import { validateOverhead, validatePodResources } from './validate-resources'
import { validateAffinity, validateSpread, validateTolerations } from './validate-scheduling'
import { validatePodSecurity, validateSecurityAnnotations, validateSecurityMatches } from './validate-security'
import { validateVolumes } from './validate-volume'
import { allContainers, validateForSystem, validateHostProcesses } from './validate-windows'

/** A Pod: its annotations, its spec, and what only real pods are held to. */
export function validatePod(object: Loose): FieldError[] {
  const spec: Loose = object.spec ?? {}
  const annotations: Loose = object.metadata?.annotations ?? {}
  return [
    ...validatePodAnnotations(['metadata', 'annotations'], annotations, spec),
    ...validatePodSpec(['spec'], spec, object.metadata ?? {}),
    ...(spec.serviceAccountName ? [] : tokensWithoutAccount(spec)),
    ...(['containers', 'initContainers'] as const).flatMap(list => spacedImages(['spec', list], spec[list] ?? [])),
    ...(spec.ephemeralContainers?.length > 0 ? [forbidden(['spec', 'ephemeralContainers'], 'cannot be set on create')] : []),
    ...(spec.nodeName && spec.schedulingGates?.length > 0
      ? [forbidden(['spec', 'nodeName'], 'cannot be set until all schedulingGates have been cleared')]
      : []),
    ...validateSecurityMatches(['spec'], annotations, spec),
  ]
}

/** A template: `path` is where it stands. */
export function validatePodTemplate(path: Path, template: Loose): FieldError[] {
  const { labels, annotations } = template.metadata ?? {}
  const spec: Loose = template.spec ?? {}
  return [
    ...validateLabels([...path, 'labels'], labels),
    ...validateAnnotations([...path, 'annotations'], annotations),
    ...validatePodAnnotations([...path, 'annotations'], annotations ?? {}, spec),
    ...validatePodSpec([...path, 'spec'], spec, undefined),
    ...validateSecurityMatches([...path, 'spec'], annotations ?? {}, spec),
    ...(spec.ephemeralContainers?.length > 0
      ? [forbidden([...path, 'spec', 'ephemeralContainers'], 'ephemeral containers not allowed in pod template')]
      : []),
  ]
}

const DELETION_COST = 'controller.kubernetes.io/pod-deletion-cost'
const MIRROR = 'kubernetes.io/config.mirror'
const MOST_COST = 2 ** 31

function validatePodAnnotations(path: Path, annotations: Loose, spec: Loose): FieldError[] {
  const cost: string | undefined = annotations[DELETION_COST]
  const readable = cost === undefined || (/^(0|-?[1-9]\d{0,9})$/.test(cost) && Number(cost) < MOST_COST && Number(cost) >= -MOST_COST)
  return [
    ...(annotations[MIRROR] !== undefined && !spec.nodeName
      ? [invalid([...path, keyed(MIRROR)], annotations[MIRROR], 'must set spec.nodeName if mirror pod annotation is set')]
      : []),
    ...(readable ? [] : [invalid([...path, keyed(DELETION_COST)], cost, 'must be a 32bit integer')]),
    ...validateSecurityAnnotations(path, annotations, spec),
  ]
}

const tokensWithoutAccount = (spec: Loose): FieldError[] =>
  ((spec.volumes ?? []) as Loose[]).flatMap((volume, i) =>
    ((volume.projected?.sources ?? []) as Loose[]).flatMap((source, j) =>
      source.serviceAccountToken === undefined
        ? []
        : [
            forbidden(
              ['spec', 'volumes', i, 'projected', 'sources', j, 'serviceAccountToken'],
              'must not be specified when serviceAccountName is not set',
            ),
          ],
    ),
  )

const spacedImages = (path: Path, containers: readonly Loose[]): FieldError[] =>
  containers.flatMap((c, i) =>
    c.image && c.image !== c.image.trim() ? [invalid([...path, i, 'image'], c.image, 'must not have leading or trailing whitespace')] : [],
  )

/** `meta`: the metadata of a Pod; undefined in a template, whose ports on the host's network need not be hostPorts yet. */
function validatePodSpec(path: Path, spec: Loose, meta: Loose | undefined): FieldError[] {
  const at = (...steps: Path): Path => [...path, ...steps]
  const containers: Loose[] = spec.containers ?? []
  const init: Loose[] = spec.initContainers ?? []
  const { errors: volumeErrors, sound } = validateVolumes(at('volumes'), spec.volumes ?? [], meta && (meta.name ?? ''))
  const facts: PodFacts = {
    volumes: sound,
    graceSeconds: spec.terminationGracePeriodSeconds,
    claims: ((spec.resourceClaims ?? []) as Loose[]).map(c => c.name ?? ''),
    restartPolicy: spec.restartPolicy,
    system: spec.os?.name,
    hostUsers: spec.hostUsers !== false,
  }
  return [
    ...volumeErrors,
    ...validateClaims(at('resourceClaims'), spec.resourceClaims ?? [], meta),
    ...validateContainers(at('containers'), containers, facts),
    ...validateInitContainers(at('initContainers'), init, containers, facts),
    ...validatePodResources(path, spec),
    ...(spec.hostNetwork ? validateHostNetworkPorts(at('containers'), containers, meta !== undefined) : []),
    ...oneOf(at('restartPolicy'), spec.restartPolicy, ['Always', 'OnFailure', 'Never']),
    ...oneOf(at('dnsPolicy'), spec.dnsPolicy, ['ClusterFirstWithHostNet', 'ClusterFirst', 'Default', 'None']),
    ...validateLabels(at('nodeSelector'), spec.nodeSelector),
    ...validatePodSecurity(at('securityContext'), spec.securityContext, spec),
    ...validateAffinity(at('affinity'), spec.affinity),
    ...validateDnsConfig(at('dnsConfig'), spec),
    ...(spec.readinessGates ?? []).flatMap((g: Loose, i: number) =>
      ruled(at('readinessGates', i, 'conditionType'), g.conditionType ?? '', qualifiedName),
    ),
    ...validateGates(at('schedulingGates'), spec.schedulingGates ?? []),
    ...validateSpread(at('topologySpreadConstraints'), spec.topologySpreadConstraints ?? []),
    ...validateHostProcesses(path, spec),
    ...validateHostUsers(path, spec),
    ...validateHostnameOverride(at('hostnameOverride'), spec),
    ...validateNames(path, spec),
    ...validateTolerations(at('tolerations'), spec.tolerations ?? []),
    ...(spec.hostAliases ?? []).flatMap((alias: Loose, i: number) => validateHostAlias(at('hostAliases', i), alias)),
    ...validateClasses(path, spec),
    ...(spec.overhead ? validateOverhead(at('overhead'), spec.overhead) : []),
    ...validateSystem(path, spec),
    ...validateFileVolumes(path, spec),
  ]
}

function validateClaims(path: Path, claims: readonly Loose[], meta: Loose | undefined): FieldError[] {
  const names = new Set<string>()
  return claims.flatMap((claim, i) => {
    if (meta?.annotations?.[MIRROR] !== undefined) return [forbidden([''], 'static pods do not support resource claims')]
    return [...validateClaimName([...path, i, 'name'], claim.name ?? '', names), ...validateClaimSource([...path, i], claim)]
  })
}

function validateClaimName(at: Path, name: string, names: Set<string>): FieldError[] {
  if (name === '') return [required(at)]
  if (names.has(name)) return [duplicate(at, name)]
  names.add(name)
  return ruled(at, name, dns1123Label)
}

function validateClaimSource(at: Path, claim: Loose): FieldError[] {
  const { resourceClaimName: name, resourceClaimTemplateName: template } = claim
  const shape = { Name: claim.name ?? '', ResourceClaimName: name ?? null, ResourceClaimTemplateName: template ?? null }
  return [
    ...(name !== undefined && template !== undefined
      ? [invalid(at, shape, 'at most one of `resourceClaimName` or `resourceClaimTemplateName` may be specified')]
      : []),
    ...(name === undefined && template === undefined
      ? [invalid(at, shape, 'must specify one of: `resourceClaimName`, `resourceClaimTemplateName`')]
      : []),
    ...(name === undefined ? [] : ruled([...at, 'resourceClaimName'], name, dns1123Subdomain)),
    ...(template === undefined ? [] : ruled([...at, 'resourceClaimTemplateName'], template, dns1123Subdomain)),
  ]
}

/** A user namespace of its own goes with no other namespace of the host. */
function validateHostUsers(path: Path, spec: Loose): FieldError[] {
  if (spec.hostUsers !== false) return []
  const text = 'when `hostUsers` is false'
  return [
    ...(spec.hostNetwork ? [forbidden([...path, 'hostNetwork'], text)] : []),
    ...(spec.hostPID ? [forbidden([...path, 'HostPID'], text)] : []),
    ...(spec.hostIPC ? [forbidden([...path, 'HostIPC'], text)] : []),
    ...allContainers(path, spec).flatMap(([c, at]) => (c.volumeDevices?.length > 0 ? [forbidden([...at, 'volumeDevices'], text)] : [])),
  ]
}

const LONGEST_HOSTNAME = 64
function validateHostnameOverride(at: Path, spec: Loose): FieldError[] {
  const name: string | undefined = spec.hostnameOverride
  if (name === undefined) return []
  return [
    ...(spec.setHostnameAsFQDN ? [forbidden(at, 'may not be specified when setHostnameAsFQDN is true')] : []),
    ...(spec.hostNetwork ? [forbidden(at, 'may not be specified when hostNetwork is true')] : []),
    ...(name.length > LONGEST_HOSTNAME ? [tooLong(at, LONGEST_HOSTNAME)] : []),
    ...ruled(at, name, dns1123Subdomain),
  ]
}

/** In a template a port may leave its hostPort open; a pod's is filled in. */
const validateHostNetworkPorts = (path: Path, containers: readonly Loose[], isPod: boolean): FieldError[] =>
  containers.flatMap((c, i) =>
    ((c.ports ?? []) as Loose[]).flatMap((port, j) => {
      const [host, own] = [port.hostPort ?? 0, port.containerPort ?? 0]
      return (isPod || host !== 0) && host !== own
        ? [invalid([...path, i, 'ports', j, 'hostPort'], host, 'must match `containerPort` when `hostNetwork` is true')]
        : []
    }),
  )

function validateGates(path: Path, gates: readonly Loose[]): FieldError[] {
  const seen = new Set<string>()
  return gates.flatMap((gate, i) => {
    const name: string = gate.name ?? ''
    const twice = seen.has(name) ? [duplicate([...path, i], name)] : []
    seen.add(name)
    return [...ruled([...path, i], name, qualifiedName), ...twice]
  })
}

const validateHostAlias = (path: Path, alias: Loose): FieldError[] => [
  ...ruled([...path, 'ip'], alias.ip ?? '', ipAddress),
  ...(alias.hostnames ?? []).flatMap((name: string, i: number) => ruled([...path, 'hostnames', i], name, dns1123Subdomain)),
]

function validateDnsConfig(path: Path, spec: Loose): FieldError[] {
  const config: Loose | undefined = spec.dnsConfig
  const servers: string[] = config?.nameservers ?? []
  if (spec.dnsPolicy === 'None') {
    if (config === undefined) return [required(path, 'must provide `dnsConfig` when `dnsPolicy` is None')]
    if (servers.length === 0)
      return [required([...path, 'nameservers'], 'must provide at least one DNS nameserver when `dnsPolicy` is None')]
  }
  const searches: string[] = config?.searches ?? []
  return [
    ...(servers.length > 3 ? [invalid([...path, 'nameservers'], servers, 'must not have more than 3 nameservers')] : []),
    ...servers.flatMap((server, i) => ruled([...path, 'nameservers', i], server, ipAddress)),
    ...(searches.length > 32 ? [invalid([...path, 'searches'], searches, 'must not have more than 32 search paths')] : []),
    ...(searches.join(' ').length > 2048
      ? [invalid([...path, 'searches'], searches, 'must not have more than 2048 characters (including spaces) in the search list')]
      : []),
    ...searches.flatMap((search, i) =>
      search === '.' ? [] : ruled([...path, 'searches', i], search.replace(/\.$/, ''), dns1123WithUnderscores),
    ),
    ...((config?.options ?? []) as Loose[]).flatMap((option, i) =>
      option.name ? [] : [required([...path, 'options', i], 'must not be empty')],
    ),
  ]
}

const MOST_SECONDS = 2 ** 31 - 1

function validateNames(path: Path, spec: Loose): FieldError[] {
  const deadline = spec.activeDeadlineSeconds
  const named = (field: string, rule: typeof dns1123Label): FieldError[] => (spec[field] ? ruled([...path, field], spec[field], rule) : [])
  return [
    ...named('serviceAccountName', dns1123Subdomain),
    ...named('nodeName', dns1123Subdomain),
    ...(deadline !== undefined && !(deadline >= 1 && deadline <= MOST_SECONDS)
      ? [invalid([...path, 'activeDeadlineSeconds'], deadline, `must be between 1 and ${MOST_SECONDS}, inclusive`)]
      : []),
    ...named('hostname', dns1123Label),
    ...named('subdomain', dns1123Label),
  ]
}

function validateClasses(path: Path, spec: Loose): FieldError[] {
  return [
    ...(spec.priorityClassName ? ruled([...path, 'priorityClassName'], spec.priorityClassName, dns1123Subdomain) : []),
    ...(spec.runtimeClassName === undefined ? [] : ruled([...path, 'runtimeClassName'], spec.runtimeClassName, dns1123Subdomain)),
    ...(spec.preemptionPolicy === '' ? [required([...path, 'preemptionPolicy'])] : []),
    ...oneOf([...path, 'preemptionPolicy'], spec.preemptionPolicy, ['PreemptLowerPriority', 'Never']),
  ]
}

function validateSystem(path: Path, spec: Loose): FieldError[] {
  if (spec.os === undefined) return []
  if (!spec.os.name) return [required([...path, 'os', 'name'])]
  const errors = oneOf([...path, 'os'], spec.os.name, ['linux', 'windows'])
  return errors.length > 0 ? errors : validateForSystem(path, spec)
}
