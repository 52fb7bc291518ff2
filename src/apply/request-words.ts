// What kubectl and the API server say about a manifest they cannot decode, word for word: Go's JSON errors (v1.35), OpenAPI validation in kubectl (v1.13).
import { never } from '../error'
import type { Finding } from './decode'
import { type Path, pathText } from './path'
import { goTypeText, type Scalar, type Type } from './schema'

/** String fields that Go gives a type of their own, by definition and field. */
const NAMED_STRINGS: Readonly<Record<string, string>> = {
  'core.v1.ServicePort.protocol': 'v1.Protocol',
  'core.v1.ContainerPort.protocol': 'v1.Protocol',
  'core.v1.EndpointPort.protocol': 'v1.Protocol',
  'discovery.v1.EndpointPort.protocol': 'v1.Protocol',
  'core.v1.ServiceSpec.type': 'v1.ServiceType',
  'core.v1.ServiceSpec.sessionAffinity': 'v1.ServiceAffinity',
  'core.v1.ServiceSpec.externalTrafficPolicy': 'v1.ServiceExternalTrafficPolicy',
  'core.v1.ServiceSpec.internalTrafficPolicy': 'v1.ServiceInternalTrafficPolicy',
  'core.v1.ServiceSpec.ipFamilies': 'v1.IPFamily',
  'core.v1.ServiceSpec.ipFamilyPolicy': 'v1.IPFamilyPolicy',
  'core.v1.PodSpec.dnsPolicy': 'v1.DNSPolicy',
  'core.v1.PodSpec.restartPolicy': 'v1.RestartPolicy',
  'core.v1.Container.imagePullPolicy': 'v1.PullPolicy',
  'core.v1.Toleration.operator': 'v1.TolerationOperator',
  'core.v1.Toleration.effect': 'v1.TaintEffect',
  'core.v1.Taint.effect': 'v1.TaintEffect',
  'discovery.v1.EndpointSlice.addressType': 'v1.AddressType',
  'apps.v1.DeploymentStrategy.type': 'v1.DeploymentStrategyType',
  'meta.v1.ObjectMeta.uid': 'types.UID',
  'meta.v1.OwnerReference.uid': 'types.UID',
  'core.v1.ObjectReference.uid': 'types.UID',
  'meta.v1.LabelSelectorRequirement.operator': 'v1.LabelSelectorOperator',
  'core.v1.NodeSelectorRequirement.operator': 'v1.NodeSelectorOperator',
  'core.v1.Container.terminationMessagePolicy': 'v1.TerminationMessagePolicy',
  'core.v1.Container.restartPolicy': 'v1.ContainerRestartPolicy',
  'core.v1.HTTPGetAction.scheme': 'v1.URIScheme',
  'core.v1.TopologySpreadConstraint.whenUnsatisfiable': 'v1.UnsatisfiableConstraintAction',
  'core.v1.TopologySpreadConstraint.nodeAffinityPolicy': 'v1.NodeInclusionPolicy',
  'core.v1.TopologySpreadConstraint.nodeTaintsPolicy': 'v1.NodeInclusionPolicy',
  'core.v1.PodReadinessGate.conditionType': 'v1.PodConditionType',
  'core.v1.PodSpec.preemptionPolicy': 'v1.PreemptionPolicy',
  'core.v1.PodOS.name': 'v1.OSName',
  'core.v1.Capabilities.add': 'v1.Capability',
  'core.v1.Capabilities.drop': 'v1.Capability',
  'core.v1.VolumeMount.mountPropagation': 'v1.MountPropagationMode',
  'core.v1.HostPathVolumeSource.type': 'v1.HostPathType',
  'core.v1.EmptyDirVolumeSource.medium': 'v1.StorageMedium',
  'core.v1.SecurityContext.procMount': 'v1.ProcMountType',
  'core.v1.SeccompProfile.type': 'v1.SeccompProfileType',
  'core.v1.NamespaceSpec.finalizers': 'v1.FinalizerName',
  'core.v1.NamespaceStatus.phase': 'v1.NamespacePhase',
  'core.v1.PodStatus.phase': 'v1.PodPhase',
  'core.v1.PodCondition.status': 'v1.ConditionStatus',
  'core.v1.PodCondition.type': 'v1.PodConditionType',
  'core.v1.NodeCondition.status': 'v1.ConditionStatus',
  'core.v1.NodeCondition.type': 'v1.NodeConditionType',
  'core.v1.NodeAddress.type': 'v1.NodeAddressType',
  'apps.v1.DaemonSetUpdateStrategy.type': 'v1.DaemonSetUpdateStrategyType',
  'apps.v1.StatefulSetUpdateStrategy.type': 'v1.StatefulSetUpdateStrategyType',
  'apps.v1.StatefulSetSpec.podManagementPolicy': 'v1.PodManagementPolicyType',
  'batch.v1.JobSpec.completionMode': 'v1.CompletionMode',
  'batch.v1.JobSpec.podReplacementPolicy': 'v1.PodReplacementPolicy',
  'batch.v1.CronJobSpec.concurrencyPolicy': 'v1.ConcurrencyPolicy',
  'networking.v1.NetworkPolicyPort.protocol': 'v1.Protocol',
  'networking.v1.NetworkPolicySpec.policyTypes': 'v1.PolicyType',
  'networking.v1.HTTPIngressPath.pathType': 'v1.PathType',
}

const fieldNames = (path: Path): string[] => path.filter(step => typeof step === 'string')

function jsonKind(value: unknown): string {
  if (Array.isArray(value)) return 'array'
  if (value === null) return 'null'
  return typeof value === 'object' ? 'object' : typeof value === 'boolean' ? 'bool' : (typeof value as string)
}

type TypeFinding = Finding & { is: 'type' }

/** `json: cannot unmarshal string into Go struct field ServicePort.spec.ports.port of type int32`. */
export function goTypeError(finding: TypeFinding): string {
  const { type, value } = finding
  const odd = type.is === 'scalar' ? oddScalarError(type.scalar, value) : undefined
  if (odd !== undefined) return odd
  const struct = finding.in.name.split('.').at(-1)!
  const names = mapless(finding)
  const named = NAMED_STRINGS[`${finding.in.name}.${names.at(-1)}`]
  const wanted =
    named !== undefined && type.is === 'scalar'
      ? named
      : type.is === 'scalar' && type.scalar === 'int-or-string'
        ? 'int32'
        : goTypeText(type)
  const number = typeof value === 'number' && /^int/.test(wanted) ? ` ${value}` : ''
  return `json: cannot unmarshal ${jsonKind(value)}${number} into Go struct field ${struct}.${names.join('.')} of type ${wanted}`
}

/** The names on the way, without the key of a map below the field. */
function mapless(finding: TypeFinding): string[] {
  const names = fieldNames(finding.path)
  while (names.length > 1 && !finding.in.fields.has(names.at(-1)!)) names.pop()
  return names
}

function oddScalarError(scalar: Scalar, value: unknown): string | undefined {
  if (scalar === 'quantity' && typeof value === 'string')
    return "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"
  if (scalar === 'byte' && typeof value === 'string') return `illegal base64 data at input byte ${/^[A-Za-z0-9+/]*/.exec(value)![0].length}`
  if (scalar === 'date-time' && typeof value === 'string')
    return `parsing time ${JSON.stringify(value)} as "2006-01-02T15:04:05Z07:00": cannot parse ${JSON.stringify(value)} as "2006"`
  return undefined
}

/** `strict decoding error: unknown field "spec.ports[0].-port", unknown field "spec.x"`. */
export const strictErrors = (unknown: readonly Finding[]): readonly string[] =>
  unknown.map(f => `unknown field ${JSON.stringify(pathText(f.path))}`)

const OPENAPI_WORDS: Readonly<Record<Scalar, string>> = {
  string: 'string',
  boolean: 'boolean',
  integer: 'integer',
  number: 'number',
  int32: 'integer',
  int64: 'integer',
  byte: 'string',
  'date-time': 'string',
  'int-or-string': 'string',
  quantity: 'string',
  object: 'map',
  any: 'map',
}

const LONG_PREFIXES: readonly (readonly [RegExp, string])[] = [
  [/^meta\.v1\./, 'io.k8s.apimachinery.pkg.apis.'],
  [/^(api\.resource|util\.intstr)\./, 'io.k8s.apimachinery.pkg.'],
]

/** `io.k8s.api.core.v1.ServicePort` */
const longName = (definition: string): string =>
  `${LONG_PREFIXES.find(([pattern]) => pattern.test(definition))?.[1] ?? 'io.k8s.api.'}${definition}`

/** What an old kubectl's own validation says about a finding; undefined for what only the server notices (a number where text belongs). */
export function openApiError(kind: string, finding: Finding): string | undefined {
  const at = (path: Path): string => `ValidationError(${[kind, pathText(path)].filter(Boolean).join('.')})`
  switch (finding.is) {
    case 'unknown':
      return `${at(finding.path.slice(0, -1))}: unknown field ${JSON.stringify(String(finding.path.at(-1)))} in ${longName(finding.in.name)}`
    case 'missing':
      return `${at(finding.path)}: missing required field ${JSON.stringify(finding.field.name)} in ${longName(finding.in.name)}`
    case 'type': {
      const wanted = openApiWord(finding.type)
      const got = openApiGot(finding.value)
      if (isScalarWord(wanted) && wanted !== 'boolean' && isScalarWord(got) && !(wanted === 'integer' && got === 'string')) return undefined
      if (wanted === got) return undefined
      const name = finding.type.is === 'struct' ? longName(finding.type.name) : `${longName(finding.in.name)}.${mapless(finding).at(-1)}`
      return `${at(finding.path)}: invalid type for ${name}: got ${JSON.stringify(got)}, expected ${JSON.stringify(wanted)}`
    }
    default:
      return never(finding)
  }
}

const isScalarWord = (word: string): boolean => word !== 'map' && word !== 'array'
const openApiWord = (type: Type): string => (type.is === 'list' ? 'array' : type.is === 'scalar' ? OPENAPI_WORDS[type.scalar] : 'map')

function openApiGot(value: unknown): string {
  if (Array.isArray(value)) return 'array'
  if (typeof value === 'object') return 'map'
  return typeof value === 'number' ? (Number.isInteger(value) ? 'integer' : 'number') : typeof value
}
