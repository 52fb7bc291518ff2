// The environment of a container as the kubelet makes it when it starts one. Stands for kubelet's makeEnvironmentVariables.
// Not known, and told by name: values from Secrets that are not given, and from files of volumes.
import type { Container, EnvVar, KeyRef, Pod, ResourceRef } from '../apply/object'
import { timeOf } from '../cluster/clock'
import { keyOf, objectOf, type State } from '../cluster/state'
import { keySources, type SourceRef, sourceData, wholeSources } from './config-source'
import type { Facts } from './controller'
import { CONTROL_PROFILES } from './profile'
import { amountOf, milliValue } from './quantity'
import { linkedVariables } from './service-env'

export interface Environment {
  /** By name, in the order of the names. */
  readonly values: ReadonlyMap<string, string>
  /** Variables whose value nobody can tell, and why. */
  readonly unknown: ReadonlyMap<string, string>
  /** Secrets that are not given and may bring any variable. */
  readonly secrets: readonly string[]
}

/** The variables of one of a pod's containers, as far as they are known. */
export const containerEnv = (state: State, pod: Pod, container: string): ReadonlyMap<string, string> =>
  environmentOf(state, pod, container).values

/** The whole environment of one of a pod's containers: Services below `envFrom`, that below `env`. */
export function environmentOf(state: State, pod: Pod, container: string): Environment {
  const spec = pod.spec.containers.find(c => c.name === container)
  const status = pod.status?.containerStatuses?.find(s => s.name === container)
  const startedMs = timeOf(state, status?.state?.running?.startedAt) ?? state.nowMs
  const values = new Map(linkedVariables(state, pod, startedMs))
  const unknown = new Map<string, string>()
  for (const [name, value] of fromSources(state, pod, spec)) values.set(name, value)
  const secrets = darkSecrets(state, pod, spec)
  for (const e of spec?.env ?? []) {
    const value = variableOf(state, pod, spec!, e, { values, unknown, secrets })
    if (value === undefined) continue
    values.delete(e.name)
    unknown.delete(e.name)
    if (typeof value === 'string') values.set(e.name, value)
    else unknown.set(e.name, value.why)
  }
  return { values: new Map([...values].sort(([a], [b]) => (a < b ? -1 : 1))), unknown, secrets }
}

type Data = Readonly<Record<string, string>>
type ReadSources = Readonly<Record<string, Readonly<Record<string, Data | null>>>>

const readSources = (state: State, pod: Pod): ReadSources => {
  const text = state.memory[`config ${keyOf(pod)}`]
  return text === undefined ? {} : (JSON.parse(String(text)) as ReadSources)
}

const keyIn = (pod: Pod, { ref }: SourceRef): string => `${pod.metadata.namespace}/${ref.name ?? ''}`

/** What containers that start now read of ConfigMaps and Secrets: a later change does not reach them until they are started again. */
export function configFact(state: State, pod: Pod, starting: readonly Container[]): Facts {
  const read = starting.flatMap(c => {
    const sources = [...wholeSources(c), ...keySources(c)]
    const found = sources.map(source => [`${source.kind} ${source.ref.name}`, sourceData(state, source.kind, keyIn(pod, source)) ?? null])
    return sources.length === 0 ? [] : [[c.name, Object.fromEntries(found)]]
  })
  return read.length === 0 ? {} : { [`config ${keyOf(pod)}`]: JSON.stringify({ ...readSources(state, pod), ...Object.fromEntries(read) }) }
}

/** What a ConfigMap or Secret said when the container started; of one that has not started, what it says now. */
function dataOf(state: State, pod: Pod, container: string, source: SourceRef): Data | undefined {
  const read = readSources(state, pod)[container]
  return read === undefined ? sourceData(state, source.kind, keyIn(pod, source)) : (read[`${source.kind} ${source.ref.name}`] ?? undefined)
}

/** What whole ConfigMaps and Secrets bring, later ones over earlier ones. */
function fromSources(state: State, pod: Pod, spec: Container | undefined): readonly (readonly [string, string])[] {
  const { isEnvName } = CONTROL_PROFILES[state.config.profile]
  return wholeSources(spec).flatMap(source =>
    Object.entries(dataOf(state, pod, spec!.name, source) ?? {})
      .map(([key, value]) => [`${source.prefix}${key}`, value] as const)
      .filter(([name]) => isEnvName(name)),
  )
}

/** Secrets that are not given although the container runs: what they bring is unknown. */
const darkSecrets = (state: State, pod: Pod, spec: Container | undefined): readonly string[] =>
  wholeSources(spec)
    .filter(s => s.kind === 'Secret' && !s.ref.optional && dataOf(state, pod, spec!.name, s) === undefined)
    .map(s => s.ref.name ?? '')

/** Undefined where the variable is left out: an optional key that is not there. */
function variableOf(state: State, pod: Pod, spec: Container, e: EnvVar, known: Environment): string | { readonly why: string } | undefined {
  const { fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef, fileKeyRef } = e.valueFrom ?? {}
  const secret = (ref: KeyRef) => ({
    why: `its value is the key ${ref.key} of Secret ${pod.metadata.namespace}/${ref.name}, which is not given`,
  })
  if (fieldRef) return fieldOf(pod, fieldRef.fieldPath) ?? ''
  if (resourceFieldRef) return resourceOf(state, pod, spec, resourceFieldRef)
  if (configMapKeyRef) return dataOf(state, pod, spec.name, { kind: 'ConfigMap', ref: configMapKeyRef })?.[configMapKeyRef.key]
  if (secretKeyRef) {
    const data = dataOf(state, pod, spec.name, { kind: 'Secret', ref: secretKeyRef })
    return data === undefined && !secretKeyRef.optional ? secret(secretKeyRef) : data?.[secretKeyRef.key]
  }
  if (fileKeyRef) return { why: `its value is the key ${fileKeyRef.key} of a file in a volume` }
  return expanded(e.value ?? '', known)
}

/** `$(NAME)` is the value of a variable that is known by then; `$$` is one `$`. What is made of an unknown value is unknown too. */
function expanded(text: string, { values, unknown, secrets }: Environment): string | { readonly why: string } {
  let why: string | undefined
  const value = text.replace(/\$\$|\$\(([^()]*)\)/g, (all, name: string | undefined) => {
    if (name === undefined) return '$'
    if (unknown.has(name)) why ??= `it is made of ${name}, and of that ${unknown.get(name)}`
    else if (!values.has(name) && secrets.length > 0) why ??= `it is made of ${name}, which Secret ${secrets.join(' or ')} may bring`
    return values.get(name) ?? all
  })
  return why === undefined ? value : { why }
}

/** The downward API. */
function fieldOf(pod: Pod, path: string): string | undefined {
  const { metadata, spec, status } = pod
  const [, kind, key] = /^metadata\.(labels|annotations)\['(.*)'\]$/.exec(path) ?? []
  if (kind !== undefined) return metadata[kind as 'labels' | 'annotations']?.[key!]
  const fields: Readonly<Record<string, string | undefined>> = {
    'metadata.name': metadata.name,
    'metadata.namespace': metadata.namespace,
    'metadata.uid': metadata.uid,
    'spec.nodeName': spec.nodeName,
    'spec.serviceAccountName': (spec as { serviceAccountName?: string }).serviceAccountName,
    'status.podIP': status?.podIP,
    'status.podIPs': status?.podIPs?.map(p => p.ip).join(','),
    'status.hostIP': status?.hostIP,
    'status.hostIPs': (status as { hostIPs?: readonly { ip: string }[] } | undefined)?.hostIPs?.map(p => p.ip).join(','),
  }
  return fields[path]
}

/** A limit or request in whole divisors, rounded up; a limit that is not set is what the node has. */
function resourceOf(state: State, pod: Pod, own: Container, ref: ResourceRef): string | { readonly why: string } {
  const [, part, name] = /^(limits|requests)\.(.+)$/.exec(ref.resource) ?? []
  const container = ref.containerName ? pod.spec.containers.find(c => c.name === ref.containerName) : own
  const node = objectOf(state, 'Node', pod.spec.nodeName ?? '') as { status?: { allocatable?: Record<string, string> } } | undefined
  const of = (from: 'limits' | 'requests') => container?.resources?.[from]?.[name ?? '']
  const amount = part === 'limits' ? (of('limits') ?? node?.status?.allocatable?.[name ?? '']) : (of('requests') ?? '0')
  if (amount === undefined) return { why: `its value is ${ref.resource}, which neither the container nor its node says` }
  const divisor = ref.divisor === undefined || amountOf(ref.divisor).nano === 0n ? '1' : ref.divisor
  if (name === 'cpu') return String(Math.ceil(milliValue(amount) / milliValue(divisor)))
  const [whole, each] = [amountOf(amount).nano, amountOf(divisor).nano]
  return String((whole + each - 1n) / each)
}
