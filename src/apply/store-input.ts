// The `-f` files as the content of the store: every object decoded, judged and defaulted, and the ClusterConfig around them.
// Not a request: nothing is admitted or allocated here, and what only admission or allocation would refuse is a warning.
import { type Ip, readIp } from '../addr/ip'
import { HopspecError, type Place, type Problem, placeText } from '../error'
import { assumptionWarnings } from './assumptions'
import type { ClusterConfig } from './cluster-config'
import { readConfig, readVersion, type Written } from './cluster-document'
import type { NamedNode } from './cluster-nodes'
import { decode, NEWEST, OLDEST } from './decode'
import { flannelEnds } from './flannel'
import { setDefaults } from './defaults'
import { lazyPlace, readDocuments } from './documents'
import { findingProblem, knownIn, nearest } from './finding-text'
import { CLUSTER_API, findKind, type KnownKind, MODELLED, PROXY_API } from './kind'
import type { Loose } from './loose'
import type { Accepted, Kind, KubeObject, Node } from './object'
import { type Path, readPath } from './path'
import type { ProfileName } from './profile'
import type { RawCluster, RawProxy } from './raw-cluster'
import { OWN } from './schema'
import { oncePerKind, withoutKinds } from './ignored-kinds'
import { setServiceFamilies } from './service-families'
import type { SourceFile } from './source'
import { allocationWarnings } from './stored-allocation'
import { judgeStored } from './stored-rules'
import { unrendered } from './templates'
import { misspeltNamespaces } from './misspelt-namespaces'
import { undeclaredNodes } from './undeclared-nodes'
import { unfollowedWarnings } from './unfollowed'
import { objectsOfDocument, type WrittenObject } from './written-object'

export interface StoreInput {
  /** In the order of the input. */
  readonly accepted: readonly Accepted[]
  readonly config: ClusterConfig
  /** What is taken although an API server would refuse or change it: one line each on stderr. */
  readonly warnings: readonly Problem[]
}

/** Reads all files, without objects of the kinds to ignore; throws a HopspecError with every problem of every file. */
export function readStore(files: readonly SourceFile[], ignoredKinds: readonly string[] = []): StoreInput {
  const read = readDocuments(files)
  const problems: Problem[] = [...read.problems]
  const written = read.documents.flatMap(d => objectsOfDocument(d, problems))
  const cluster = ownDocument<RawCluster>(written, CLUSTER_API, 'Cluster', problems)
  const proxy = ownDocument<RawProxy>(written, PROXY_API, 'KubeProxyConfiguration', problems)
  const { profile } = readVersion(cluster).chosen
  const warnings: Problem[] = []
  const left = withoutKinds(
    written.filter(w => !isOwn(w)),
    [...ignoredKinds, ...(cluster?.value.ignoreKinds ?? [])],
  )
  const refused: Problem[] = []
  const accepted = left.kept.flatMap(w => acceptObject(w, profile, { problems, warnings, refused }))
  problems.push(...oncePerKind(refused))
  checkDuplicates(accepted, problems)
  const config = readConfig(cluster, proxy, namedNodes(accepted), addressesOf(accepted, cluster?.value))
  for (const { object } of accepted)
    if (object.kind === 'Service')
      setServiceFamilies((object as unknown as { spec: Record<string, unknown> }).spec, config.config.ipFamily, profile)
  problems.push(...config.problems)
  warnings.unshift(...config.warnings, ...left.warnings)
  warnings.push(...assumptionWarnings(accepted, { cluster: cluster?.value, proxy: proxy?.value }, config.config))
  warnings.push(...flannelEnds(config.config))
  warnings.push(...unfollowedWarnings(accepted, config.config))
  warnings.push(...undeclaredNodes(accepted, cluster?.value, nodeNamesOf))
  warnings.push(...misspeltNamespaces(accepted))
  warnings.push(...allocationWarnings(accepted, config.config.serviceSubnets))
  if (problems.length > 0) throw new HopspecError(unrendered(inOrder(problems, files), files))
  return { accepted, config: config.config, warnings }
}

const OWN_KINDS: ReadonlySet<string> = new Set(['Cluster', 'KubeProxyConfiguration'])
const OWN_GROUPS = [CLUSTER_API, PROXY_API].map(api => api.split('/')[0]!)

const isOwn = (written: WrittenObject): boolean => OWN_KINDS.has(written.kind) || OWN_GROUPS.includes(written.apiVersion.split('/')[0]!)

/** The one document of that kind, decoded; complaints about a second, about its version, about kinds of our own that do not exist. */
function ownDocument<T>(written: readonly WrittenObject[], apiVersion: string, kind: string, problems: Problem[]): Written<T> | undefined {
  const group = apiVersion.split('/')[0]!
  const found: WrittenObject[] = []
  for (const w of written) {
    const ofGroup = w.apiVersion.split('/')[0] === group
    if (w.kind === kind && w.apiVersion === apiVersion) found.push(w)
    else if (w.kind === kind)
      problems.push({
        code: 'UNKNOWN_KIND',
        message: `${kind} has no version ${w.apiVersion}.`,
        place: w.placeOf(['apiVersion']),
        fix: `Write 'apiVersion: ${apiVersion}'.`,
      })
    else if (ofGroup) problems.push(unknownOwnKind(w, kind))
  }
  for (const w of found.slice(1))
    problems.push({
      code: 'DUPLICATE_OBJECT',
      message: `A second ${kind} document; the first is at ${placeText(found[0]!.placeOf([]))}.`,
      place: w.placeOf([]),
      fix: 'Keep one.',
    })
  const first = found[0]
  if (!first) return undefined
  const findings = decode(OWN, kind, first.value)
  problems.push(...findings.map(f => findingProblem(kind, f, knownIn(OWN, kind), first.placeOf)))
  return {
    value: (findings.length > 0
      ? withoutWrong(
          first.value,
          findings.map(f => f.path),
        )
      : first.value) as T,
    placeOf: first.placeOf,
  }
}

function unknownOwnKind(w: WrittenObject, kind: string): Problem {
  const near = nearest(w.kind, [kind])
  return {
    code: 'UNKNOWN_KIND',
    message: `${w.apiVersion} has no kind ${w.kind}.`,
    place: w.placeOf(['kind']),
    fix: near ? `Did you mean '${near}'?` : `Write 'kind: ${kind}'.`,
  }
}

/** The document without its topmost fields that hold something wrong, so that reading can go on to further problems. */
function withoutWrong(value: Record<string, unknown>, paths: readonly Path[]): Record<string, unknown> {
  const wrong = new Set(paths.map(p => p[0]))
  return Object.fromEntries(Object.entries(value).filter(([key]) => !wrong.has(key)))
}

/** What reading complains of; `refused`: kinds that are not read at all. */
interface Told {
  readonly problems: Problem[]
  readonly warnings: Problem[]
  readonly refused: Problem[]
}

function acceptObject(written: WrittenObject, profile: ProfileName, { problems, warnings, refused }: Told): Accepted[] {
  const known = findKind(written.apiVersion, written.kind, () => written.placeOf(['kind']))
  if ('code' in known) {
    refused.push(known)
    return []
  }
  const { value } = written
  const findings = decode(
    known.schema,
    known.definition,
    value,
    known.schema === NEWEST ? { also: OLDEST, lenientStatus: true } : { lenientStatus: true },
  )
  const wrong = findings.filter(f => !(f.is === 'unknown' && f.path.length === 1 && f.path[0] === 'status'))
  if (wrong.length > 0) {
    problems.push(...wrong.map(f => findingProblem(written.kind, f, knownIn(known.schema, known.definition), written.placeOf)))
    return []
  }
  setDefaults(known.kind, written.apiVersion, value, profile)
  const accepted = hold(written, known)
  if (known.schema === OLDEST && profile !== OLDEST.profile) warnings.push(noLongerServed(written, known, profile))
  const judged = judgeStored(accepted, profile)
  problems.push(...judged.problems)
  warnings.push(...judged.warnings)
  return judged.problems.length > 0 ? [] : [accepted]
}

/** An object of a version that the API server of the profile has no more: the store takes it, a request would not. */
const noLongerServed = ({ apiVersion, kind, placeOf }: WrittenObject, known: KnownKind, profile: ProfileName): Problem => ({
  code: 'INVALID_VALUE',
  message: `The API server of ${profile} has no ${kind} in ${apiVersion}; it is taken as older ones had it, and kubectl apply would refuse it.`,
  place: placeOf(['apiVersion']),
  fix: `Write 'apiVersion: ${MODELLED[known.kind].held}'.`,
})

/** The object in the version that we hold, with its namespace said. */
function hold(written: WrittenObject, known: KnownKind): Accepted {
  const { held, namespaced } = MODELLED[known.kind]
  const { metadata, ...rest } = (written.apiVersion.startsWith('events.k8s.io/') ? coreEvent(written.value) : written.value) as Loose
  const { namespace, ...meta } = metadata ?? {}
  const object = {
    ...rest,
    apiVersion: held,
    kind: known.kind,
    metadata: { ...meta, ...(namespaced ? { namespace: namespace || 'default' } : {}) },
  } as unknown as KubeObject
  return {
    object,
    place: lazyPlace(written.file, () => written.placeOf([])),
    placeOf: path => written.placeOf(readPath(path)),
  }
}

/** An Event of events.k8s.io as core/v1 has it. */
function coreEvent(value: Loose): Record<string, unknown> {
  const {
    regarding,
    note,
    reportingController,
    deprecatedSource,
    deprecatedCount,
    deprecatedFirstTimestamp,
    deprecatedLastTimestamp,
    ...rest
  } = value
  return {
    ...rest,
    involvedObject: regarding ?? {},
    message: note ?? '',
    reportingComponent: reportingController ?? '',
    source: deprecatedSource ?? {},
    ...(deprecatedCount === undefined ? {} : { count: deprecatedCount }),
    firstTimestamp: deprecatedFirstTimestamp ?? null,
    lastTimestamp: deprecatedLastTimestamp ?? null,
  }
}

function checkDuplicates(accepted: readonly Accepted[], problems: Problem[]): void {
  const seen = new Map<string, Accepted>()
  for (const a of accepted) {
    const { kind, metadata } = a.object
    const name = metadata.namespace === undefined ? metadata.name : `${metadata.namespace}/${metadata.name}`
    const other = seen.get(`${kind} ${name}`)
    if (other)
      problems.push({
        code: 'DUPLICATE_OBJECT',
        message: `A second ${kind} ${name}; the first is at ${placeText(other.place)}.`,
        place: a.placeOf('metadata.name'),
        fix: 'Keep one of the two, or give it another name.',
      })
    else seen.set(`${kind} ${name}`, a)
  }
}

/** The nodes that objects name: Node objects first, then every `nodeName`, in the order of the input. */
function namedNodes(accepted: readonly Accepted[]): readonly NamedNode[] {
  const nodes = new Map<string, NamedNode>()
  for (const a of accepted) if (a.object.kind === 'Node') nodes.set(a.object.metadata.name, nodeOfObject(a as Accepted<Node>))
  for (const a of accepted)
    for (const name of nodeNamesOf(a.object))
      if (!nodes.has(name))
        nodes.set(name, { name, isObject: false, controlPlane: false, labels: {}, addresses: [], podCIDRs: [], place: a.place })
  return [...nodes.values()]
}

function nodeOfObject({ object, place }: Accepted<Node>): NamedNode {
  const labels = object.metadata.labels ?? {}
  const controlPlane = ['node-role.kubernetes.io/control-plane', 'node-role.kubernetes.io/master'].some(label => label in labels)
  const internal = (object.status?.addresses ?? []).filter(a => a.type === 'InternalIP' || a.type === 'ExternalIP')
  return {
    name: object.metadata.name,
    isObject: true,
    controlPlane,
    labels,
    addresses: [...internal].sort((a, b) => Number(b.type === 'InternalIP') - Number(a.type === 'InternalIP')).map(a => a.address),
    podCIDRs: object.spec?.podCIDRs ?? [],
    place,
  }
}

const NODE_NAMES: Readonly<Partial<Record<Kind, (object: Loose) => readonly (string | undefined)[]>>> = {
  Pod: pod => [pod.spec?.nodeName],
  Endpoints: endpoints =>
    (endpoints.subsets ?? []).flatMap((s: Loose) => [...(s.addresses ?? []), ...(s.notReadyAddresses ?? [])].map(a => a.nodeName)),
  EndpointSlice: slice => (slice.endpoints ?? []).map((e: Loose) => e.nodeName),
}

const nodeNamesOf = (object: KubeObject): readonly string[] =>
  (NODE_NAMES[object.kind as Kind]?.(object) ?? []).filter((n): n is string => !!n)

/** Every address that the input speaks of, so that none of them is given to a node. */
function addressesOf(accepted: readonly Accepted[], cluster: RawCluster | undefined): ReadonlySet<Ip> {
  const found = new Set<Ip>()
  const add = (text: unknown): void => {
    const ip = typeof text === 'string' ? readIp(text) : undefined
    if (ip !== undefined) found.add(ip)
  }
  for (const { object } of accepted) for (const text of ADDRESSES[object.kind as Kind]?.(object) ?? []) add(text)
  for (const client of cluster?.externalClients ?? []) add(client.address)
  for (const node of cluster?.nodes ?? []) for (const address of node.addresses ?? []) add(address.split('/')[0])
  return found
}

const ADDRESSES: Readonly<Partial<Record<Kind, (object: Loose) => readonly unknown[]>>> = {
  Pod: pod => [pod.status?.podIP, pod.status?.hostIP, ...(pod.status?.podIPs ?? []).map((p: Loose) => p.ip)],
  Node: node => (node.status?.addresses ?? []).map((a: Loose) => a.address),
  Service: service => [
    service.spec.clusterIP,
    ...(service.spec.externalIPs ?? []),
    service.spec.loadBalancerIP,
    ...(service.status?.loadBalancer?.ingress ?? []).map((i: Loose) => i.ip),
  ],
  Endpoints: endpoints =>
    (endpoints.subsets ?? []).flatMap((s: Loose) => [...(s.addresses ?? []), ...(s.notReadyAddresses ?? [])].map(a => a.ip)),
  EndpointSlice: slice => (slice.endpoints ?? []).flatMap((e: Loose) => e.addresses ?? []),
}

/** By file in the order given, then by line and column. */
function inOrder(problems: readonly Problem[], files: readonly SourceFile[]): readonly Problem[] {
  const rank = new Map(files.map((f, i) => [f.name, i]))
  const of = (place: Place | undefined): number[] => [
    place ? (rank.get(place.file) ?? files.length) : files.length,
    place?.line ?? 0,
    place?.column ?? 0,
  ]
  const keyed = problems.map(p => ({ p, key: of(p.place) }))
  keyed.sort((a, b) => a.key[0]! - b.key[0]! || a.key[1]! - b.key[1]! || a.key[2]! - b.key[2]!)
  return keyed.map(k => k.p)
}
