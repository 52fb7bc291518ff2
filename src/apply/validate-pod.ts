// Validation of a pod spec, in a Pod or a template, in the API server's order and words.
import { duplicate, type FieldError, forbidden, invalid, keyed, required } from './field-error'
import type { Loose } from './loose'
import { dns1123Label, dns1123Subdomain, dns1123WithUnderscores, ipAddress, qualifiedName } from './names'
import type { Path } from './path'
import { type PodFacts, validateContainers, validateInitContainers, validateResources } from './validate-container'
import { oneOf, ruled, validateAnnotations, validateLabels } from './validate-meta'
import { validateAffinity, validateSpread, validateTolerations } from './validate-scheduling'
import { validatePodSecurity } from './validate-security'
import { validateVolumes } from './validate-volume'

/** A Pod: its annotations, its spec, and what only real pods are held to. */
export function validatePod(object: Loose): FieldError[] {
  const spec: Loose = object.spec ?? {}
  return [
    ...validatePodAnnotations(['metadata', 'annotations'], object.metadata?.annotations ?? {}),
    ...validatePodSpec(['spec'], spec, true),
    ...(spec.serviceAccountName ? [] : tokensWithoutAccount(spec)),
    ...(['containers', 'initContainers'] as const).flatMap(list => spacedImages(['spec', list], spec[list] ?? [])),
  ]
}

/** A template: `path` is where it stands. */
export function validatePodTemplate(path: Path, template: Loose): FieldError[] {
  const { labels, annotations } = template.metadata ?? {}
  return [
    ...validateLabels([...path, 'labels'], labels),
    ...validateAnnotations([...path, 'annotations'], annotations),
    ...validatePodAnnotations([...path, 'annotations'], annotations ?? {}),
    ...validatePodSpec([...path, 'spec'], template.spec ?? {}, false),
    ...(template.spec?.ephemeralContainers?.length > 0
      ? [forbidden([...path, 'spec', 'ephemeralContainers'], 'ephemeral containers not allowed in pod template')]
      : []),
  ]
}

const DELETION_COST = 'controller.kubernetes.io/pod-deletion-cost'

function validatePodAnnotations(path: Path, annotations: Loose): FieldError[] {
  const cost: string | undefined = annotations[DELETION_COST]
  if (cost === undefined || /^(0|-?[1-9]\d{0,9})$/.test(cost)) return []
  return [invalid([...path, keyed(DELETION_COST)], cost, 'must be a 32bit integer')]
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

/** `isPod`: not a template, so ports on the host's network must be hostPorts already. */
function validatePodSpec(path: Path, spec: Loose, isPod: boolean): FieldError[] {
  const at = (...steps: Path): Path => [...path, ...steps]
  const containers: Loose[] = spec.containers ?? []
  const init: Loose[] = spec.initContainers ?? []
  const { errors: volumeErrors, sound } = validateVolumes(at('volumes'), spec.volumes ?? [])
  const facts: PodFacts = {
    volumes: sound,
    graceSeconds: spec.terminationGracePeriodSeconds,
    claims: ((spec.resourceClaims ?? []) as Loose[]).flatMap(c => c.name ?? []),
    restartPolicy: spec.restartPolicy,
  }
  return [
    ...volumeErrors,
    ...validateClaims(at('resourceClaims'), spec.resourceClaims ?? []),
    ...validateContainers(at('containers'), containers, facts),
    ...validateInitContainers(at('initContainers'), init, containers, facts),
    ...(spec.resources ? validateResources(at('resources'), spec.resources, facts.claims) : []),
    ...(spec.hostNetwork ? validateHostNetworkPorts(at('containers'), containers, isPod) : []),
    ...oneOf(at('restartPolicy'), spec.restartPolicy, ['Always', 'OnFailure', 'Never']),
    ...oneOf(at('dnsPolicy'), spec.dnsPolicy, ['ClusterFirstWithHostNet', 'ClusterFirst', 'Default', 'None']),
    ...validateLabels(at('nodeSelector'), spec.nodeSelector),
    ...(spec.hostPID && spec.shareProcessNamespace
      ? [invalid(at('shareProcessNamespace'), true, 'ShareProcessNamespace and HostPID cannot both be enabled')]
      : []),
    ...validatePodSecurity(at('securityContext'), spec.securityContext),
    ...validateAffinity(at('affinity'), spec.affinity),
    ...validateDnsConfig(at('dnsConfig'), spec),
    ...(spec.readinessGates ?? []).flatMap((g: Loose, i: number) =>
      ruled(at('readinessGates', i, 'conditionType'), g.conditionType ?? '', qualifiedName),
    ),
    ...validateGates(at('schedulingGates'), spec.schedulingGates ?? []),
    ...validateSpread(at('topologySpreadConstraints'), spec.topologySpreadConstraints ?? []),
    ...validateNames(path, spec),
    ...validateTolerations(at('tolerations'), spec.tolerations ?? []),
    ...(spec.hostAliases ?? []).flatMap((alias: Loose, i: number) => validateHostAlias(at('hostAliases', i), alias)),
    ...validateClasses(path, spec),
  ]
}

function validateClaims(path: Path, claims: readonly Loose[]): FieldError[] {
  const names = new Set<string>()
  return claims.flatMap((claim, i) => {
    const at = [...path, i, 'name']
    if (!claim.name) return [required(at)]
    if (names.has(claim.name)) return [duplicate(at, claim.name)]
    names.add(claim.name)
    return ruled(at, claim.name, dns1123Label)
  })
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
    ...oneOf([...path, 'preemptionPolicy'], spec.preemptionPolicy, ['PreemptLowerPriority', 'Never']),
    ...(spec.os === undefined
      ? []
      : spec.os.name
        ? oneOf([...path, 'os'], spec.os.name, ['linux', 'windows'])
        : [required([...path, 'os', 'name'])]),
  ]
}
