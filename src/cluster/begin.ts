// The first State of a cluster: what it begins with, and the given objects, in one write. A given object of a built-in's name replaces it.
import type { ClusterConfig } from '../apply/cluster-config'
import type { Accepted, Kind, KubeObject, Node, Pod } from '../apply/object'
import type { Place } from '../error'
import { BUILTIN_NAMESPACES, completedNode, kubernetesService, namespaceObject, nodeObject } from './builtins'
import { BEGINNING_MS } from './clock'
import { clusterNode } from './cluster-node'
import { corednsObjects } from './coredns'
import { tolerantPod } from './default-tolerations'
import { givenEndpoints } from './given-endpoints'
import { KINDS } from './kind'
import { SERVICE_NAME_LABEL } from './labels'
import { EMPTY_LOG } from './log'
import { keyOf, type PinnedPod, type State } from './state'
import { put, write } from './write'

/** `seed` decides every random choice; `pins` are names, nodes and addresses of pods to come. */
export interface BeginOptions {
  readonly seed: number
  readonly pins?: readonly PinnedPod[]
}

/** The store as it is before any controller has run. */
export function begin(
  input: { readonly config: ClusterConfig; readonly accepted: readonly Accepted[] },
  options: BeginOptions = { seed: 1 },
): State {
  const { config } = input
  const given = withOwnersUids(input.accepted.map(a => inNamespace(a.object)))
  const objects = new Map<string, KubeObject>()
  const add = (object: KubeObject) => objects.set(`${object.kind} ${keyOf(object)}`, object)
  for (const object of builtins(config)) add(object)
  for (const name of namespacesOf(given)) add(namespaceObject(name))
  const replaced = given.some(o => o.kind === 'Service' && keyOf(o) === 'default/kubernetes')
  for (const object of given) add(completed(config, object))
  if (replaced) dropUnlessGiven(objects, given)
  const empty: State = {
    config,
    objects: new Map(),
    places: placesOf(input.accepted),
    resourceVersion: 0,
    nowMs: 0,
    seed: options.seed,
    log: EMPTY_LOG,
    pins: options.pins ?? [],
    memory: { epochMs: epochOf(given) },
    agenda: [],
    seen: 0,
    frozen: new Map(),
  }
  return write(marked(empty, given), [...objects.values()].map(put), 'kubectl')
}

/** A given object with what a cluster adds to it before anybody sees it. A pod on a node that is not there waits: no kubelet runs it. */
function completed(config: ClusterConfig, object: KubeObject): KubeObject {
  if (object.kind === 'Node') return completedNode(config, object as Node)
  if (object.kind !== 'Pod') return object
  const pod = tolerantPod(object as Pod)
  const { nodeName } = pod.spec
  const isNowhere = nodeName !== undefined && clusterNode(config, nodeName) === undefined
  return isNowhere ? ({ ...pod, status: { phase: 'Pending', ...pod.status } } as Pod) : pod
}

/** An object without a uid gets the one by which others in the input say that it owns them. */
function withOwnersUids(objects: readonly KubeObject[]): readonly KubeObject[] {
  const uids = new Map<string, string>()
  for (const { metadata } of objects) {
    for (const owner of metadata.ownerReferences ?? []) uids.set(`${owner.kind} ${metadata.namespace ?? ''}/${owner.name}`, owner.uid)
  }
  if (uids.size === 0) return objects
  return objects.map(object => {
    const uid = uids.get(`${object.kind} ${object.metadata.namespace ?? ''}/${object.metadata.name}`)
    return uid === undefined || object.metadata.uid ? object : { ...object, metadata: { ...object.metadata, uid } }
  })
}

const builtins = (config: ClusterConfig): readonly KubeObject[] => [
  ...(config.builtins === 'none' ? [] : BUILTIN_NAMESPACES.map(namespaceObject)),
  ...config.nodes.map(node => nodeObject(config, node)),
  ...(config.builtins === 'none' ? [] : kubernetesService(config)),
  ...(config.addons.includes('coredns') ? [namespaceObject('kube-system'), ...corednsObjects(config)] : []),
]

/** A namespaced object without a namespace lives in `default`. */
export function inNamespace<O extends KubeObject>(object: O, namespace = 'default'): O {
  const facts = KINDS[object.kind as Kind]
  if (!facts?.namespaced || object.metadata.namespace) return object
  return { ...object, metadata: { ...object.metadata, namespace } }
}

/** The namespaces that objects name, in order of first use; nobody has to declare them. */
function namespacesOf(objects: readonly KubeObject[]): readonly string[] {
  return [...new Set(objects.map(o => o.metadata.namespace).filter(n => n !== undefined))]
}

/** A user's own Service kubernetes brings its own endpoints, or has none of ours. */
function dropUnlessGiven(objects: Map<string, KubeObject>, given: readonly KubeObject[]): void {
  for (const kind of ['Endpoints', 'EndpointSlice']) {
    const key = `${kind} default/kubernetes`
    if (!given.some(o => `${o.kind} ${keyOf(o)}` === key)) objects.delete(key)
  }
}

const placesOf = (accepted: readonly Accepted[]): ReadonlyMap<string, Place> =>
  new Map(accepted.map(a => [`${a.object.kind} ${keyOf(inNamespace(a.object))}`, a.place]))

/** Virtual time begins no earlier than the youngest object of a snapshot. */
function epochOf(objects: readonly KubeObject[]): number {
  let latest = BEGINNING_MS
  for (const { metadata } of objects) {
    const ms = metadata.creationTimestamp ? Date.parse(metadata.creationTimestamp) : Number.NaN
    if (ms > latest) latest = ms
  }
  return latest
}

/** Remembers which Services came with their endpoints: these are kept as they are. */
function marked(state: State, given: readonly KubeObject[]): State {
  const memory: Record<string, number | string> = { ...state.memory }
  for (const object of given) {
    if (object.kind === 'Endpoints') memory[givenEndpoints(keyOf(object))] = 1
    const service = object.kind === 'EndpointSlice' ? object.metadata.labels?.[SERVICE_NAME_LABEL] : undefined
    if (service !== undefined) memory[givenEndpoints(`${object.metadata.namespace}/${service}`)] = 1
  }
  return { ...state, memory }
}
