// What keeps a container from starting, or a volume from being mounted: a ConfigMap or Secret, or a key of one, that is not there. Words of kubelet and its volume plugins.
// The ConfigMap that every namespace gets and the token of a service account count as there.
import type { Container, ObjectRef, Pod } from '../apply/object'
import type { State } from '../cluster/state'
import { keySources, type SourceKind, type SourceRef, sourceKeys, wholeSources } from './config-source'

/** The cluster's own ConfigMap, which a controller that is not simulated puts into each namespace. */
const ROOT_CA = 'kube-root-ca.crt'

const notFound = (kind: SourceKind, name: string | undefined): string => `${kind.toLowerCase()} "${name ?? ''}" not found`

/** Why the kubelet cannot make the environment of a container; undefined where it can. */
export function missingConfig(state: State, pod: Pod, container: Container): string | undefined {
  const { namespace } = pod.metadata
  const missing = ({ kind, ref }: SourceRef): string | undefined => {
    if (ref.optional || ref.name === ROOT_CA) return undefined
    const keys = sourceKeys(state, kind, `${namespace}/${ref.name}`)
    if (keys === undefined) return notFound(kind, ref.name)
    return !('key' in ref) || keys.includes(ref.key) ? undefined : `couldn't find key ${ref.key} in ${kind} ${namespace}/${ref.name}`
  }
  for (const source of [...wholeSources(container), ...keySources(container)]) {
    const why = missing(source)
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
  readonly secret?: Omit<FilesRef, 'name'> & { readonly secretName?: string }
  readonly projected?: { readonly sources?: readonly { readonly configMap?: FilesRef; readonly secret?: FilesRef }[] }
}

/** Why the first volume that cannot be mounted cannot, as the kubelet says it; undefined where all can. */
export function unmountable(state: State, pod: Pod): string | undefined {
  for (const { name, configMap, secret, projected } of (pod.spec as { volumes?: readonly Volume[] }).volumes ?? []) {
    const own: readonly (readonly [SourceKind, FilesRef | undefined])[] = [
      ['ConfigMap', configMap],
      ['Secret', secret && (isToken(name, secret.secretName) ? undefined : { ...secret, name: secret.secretName ?? '' })],
      ...(projected?.sources ?? []).flatMap(s => [['ConfigMap', s.configMap] as const, ['Secret', s.secret] as const]),
    ]
    for (const [kind, ref] of own) {
      const why = ref && withoutFiles(state, pod, kind, ref)
      if (why !== undefined) return `MountVolume.SetUp failed for volume "${name}" : ${why}`
    }
  }
  return undefined
}

/** The volume that old API servers add to each pod, with the token of its account. */
const isToken = (volume: string, secretName: string | undefined): boolean => volume === secretName && /-token-[a-z0-9]{5}$/.test(volume)

const ABSENT: Readonly<Record<SourceKind, string>> = {
  ConfigMap: 'configmap references non-existent config key',
  Secret: 'references non-existent secret key',
}

function withoutFiles(state: State, pod: Pod, kind: SourceKind, ref: FilesRef): string | undefined {
  if (ref.optional || ref.name === ROOT_CA) return undefined
  const keys = sourceKeys(state, kind, `${pod.metadata.namespace}/${ref.name}`)
  if (keys === undefined) return notFound(kind, ref.name)
  const absent = (ref.items ?? []).find(({ key }) => !keys.includes(key))
  return absent === undefined ? undefined : `${ABSENT[kind]}: ${absent.key}`
}

type Status = NonNullable<NonNullable<Pod['status']>['containerStatuses']>[number]
const HELD = 'CreateContainerConfigError'
const holds = (s: Status): boolean => s.state?.waiting?.reason === HELD

/** Its state while it waits for what is missing. */
export const heldState = (why: string): Status['state'] => ({ waiting: { reason: HELD, message: why } })

/** Whether a container of the pod waits for a ConfigMap or Secret. */
export const isHeld = (pod: Pod, container: string): boolean =>
  (pod.status?.containerStatuses ?? []).some(s => s.name === container && holds(s))

/** What the first container of the pod that does not start waits for; undefined where none does. */
export function heldBy(pod: Pod): string | undefined {
  const inits = (pod.status as { initContainerStatuses?: readonly Status[] } | undefined)?.initContainerStatuses ?? []
  return [...inits, ...(pod.status?.containerStatuses ?? [])].find(holds)?.state?.waiting?.message
}
