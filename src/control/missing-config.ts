// What keeps a container from starting, or a volume from being mounted: a ConfigMap, or a key of one, that is not there. Words of kubelet and its volume plugins.
// Secrets are not modelled: they and the ConfigMap that every namespace gets count as there.
import type { Container, KeyRef, ObjectRef, Pod } from '../apply/object'
import { objectOf, type State } from '../cluster/state'

/** The cluster's own ConfigMap, which a controller that is not simulated puts into each namespace. */
const ROOT_CA = 'kube-root-ca.crt'

const notFound = (name: string | undefined): string => `configmap "${name ?? ''}" not found`

/** Why the kubelet cannot make the environment of a container; undefined where it can. */
export function missingConfig(state: State, pod: Pod, container: Container): string | undefined {
  const missing = (ref: ObjectRef, key?: string): string | undefined => {
    if (ref.optional || ref.name === ROOT_CA) return undefined
    const { namespace } = pod.metadata
    const map = objectOf(state, 'ConfigMap', `${namespace}/${ref.name}`)
    if (map === undefined) return notFound(ref.name)
    return key === undefined || Object.hasOwn(map.data ?? {}, key)
      ? undefined
      : `couldn't find key ${key} in ConfigMap ${namespace}/${ref.name}`
  }
  for (const { configMapRef } of container.envFrom ?? []) {
    const why = configMapRef && missing(configMapRef)
    if (why !== undefined) return why
  }
  for (const { valueFrom } of container.env ?? []) {
    const ref: KeyRef | undefined = valueFrom?.configMapKeyRef
    const why = ref && missing(ref, ref.key)
    if (why !== undefined) return why
  }
  return undefined
}

interface FilesRef extends ObjectRef {
  readonly items?: readonly { readonly key: string }[]
}

interface Volume {
  readonly name: string
  readonly configMap?: FilesRef
  readonly projected?: { readonly sources?: readonly { readonly configMap?: FilesRef }[] }
}

/** Why the first volume that cannot be mounted cannot, as the kubelet says it; undefined where all can. */
export function unmountable(state: State, pod: Pod): string | undefined {
  for (const { name, configMap, projected } of (pod.spec as { volumes?: readonly Volume[] }).volumes ?? []) {
    const refs = [configMap, ...(projected?.sources ?? []).map(s => s.configMap)]
    for (const ref of refs) {
      const why = ref && withoutFiles(state, pod, ref)
      if (why !== undefined) return `MountVolume.SetUp failed for volume "${name}" : ${why}`
    }
  }
  return undefined
}

function withoutFiles(state: State, pod: Pod, ref: FilesRef): string | undefined {
  if (ref.optional || ref.name === ROOT_CA) return undefined
  const map = objectOf(state, 'ConfigMap', `${pod.metadata.namespace}/${ref.name}`)
  if (map === undefined) return notFound(ref.name)
  const absent = (ref.items ?? []).find(({ key }) => !Object.hasOwn(map.data ?? {}, key) && !Object.hasOwn(map.binaryData ?? {}, key))
  return absent === undefined ? undefined : `configmap references non-existent config key: ${absent.key}`
}

type Status = NonNullable<NonNullable<Pod['status']>['containerStatuses']>[number]
const HELD = 'CreateContainerConfigError'
const holds = (s: Status): boolean => s.state?.waiting?.reason === HELD

/** Its state while it waits for what is missing. */
export const heldState = (why: string): Status['state'] => ({ waiting: { reason: HELD, message: why } })

/** Whether a container of the pod waits for a ConfigMap. */
export const isHeld = (pod: Pod, container: string): boolean =>
  (pod.status?.containerStatuses ?? []).some(s => s.name === container && holds(s))

/** What the first container of the pod that does not start waits for; undefined where none does. */
export function heldBy(pod: Pod): string | undefined {
  const inits = (pod.status as { initContainerStatuses?: readonly Status[] } | undefined)?.initContainerStatuses ?? []
  return [...inits, ...(pod.status?.containerStatuses ?? [])].find(holds)?.state?.waiting?.message
}
