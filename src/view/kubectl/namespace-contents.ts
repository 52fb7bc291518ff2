// What controllers keep in each namespace: the ServiceAccount `default` and, in newer versions, the ConfigMap with the cluster's certificate. Pods name both, and
// nobody here reads them, so they are not stored; they are made where kubectl shows them. Given ones are shown as they are.
import type { Kind, KubeObject } from '../../apply/object'
import { uuid } from '../../cluster/random'
import { objectsOf, type State } from '../../cluster/state'
import { type Arguments, isSet } from './arguments'
import { kindOf } from './resource'

const DESCRIPTION =
  'Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the internal service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes clusters.'

/** The State with those objects, where a command names their kind. */
export function withNamespaceContents(state: State, args: Arguments): State {
  if (state.config.builtins === 'none' || isSet(args, 'watch') || isSet(args, 'watch-only')) return state
  const named = new Set(args.words.flatMap(word => word.split(',').map(w => kindOf(state, w.replace(/\/.*$/, '')))))
  const makers = MAKERS.filter(([kind]) => named.has(kind))
  if (makers.length === 0) return state
  const objects = new Map(state.objects)
  for (const [kind, make] of makers) {
    const made = objectsOf(state, 'Namespace').flatMap(n => (isActive(n) ? make(state, n.metadata.name, n) : []))
    const all = new Map(made.map(o => [`${o.metadata.namespace}/${o.metadata.name}`, o]))
    for (const [key, given] of state.objects.get(kind) ?? []) all.set(key, given)
    objects.set(kind, all)
  }
  return { ...state, objects }
}

const isActive = ({ metadata }: KubeObject): boolean => metadata.deletionTimestamp === undefined

type Maker = (state: State, namespace: string, from: KubeObject) => readonly KubeObject[]

function metadataOf(state: State, kind: Kind, name: string, namespace: string, { metadata }: KubeObject): KubeObject['metadata'] {
  const { creationTimestamp, resourceVersion } = metadata
  return {
    name,
    namespace,
    ...(creationTimestamp === undefined ? {} : { creationTimestamp }),
    ...(resourceVersion === undefined ? {} : { resourceVersion }),
    uid: uuid(state.seed, `${kind} ${namespace}/${name}`),
  }
}

/** Before tokens were asked for, each account had a Secret with one. */
const account: Maker = (state, namespace, from) => {
  const metadata = metadataOf(state, 'ServiceAccount', 'default', namespace, from)
  const secrets = state.config.profile === 'v1.13' ? { secrets: [{ name: `default-token-${metadata.uid!.slice(0, 5)}` }] } : {}
  return [{ apiVersion: 'v1', kind: 'ServiceAccount', metadata, ...secrets } as KubeObject]
}

const certificate: Maker = (state, namespace, from) => {
  if (state.config.profile === 'v1.13') return []
  const metadata = {
    ...metadataOf(state, 'ConfigMap', 'kube-root-ca.crt', namespace, from),
    annotations: { 'kubernetes.io/description': DESCRIPTION },
  }
  const data = { 'ca.crt': '-----BEGIN CERTIFICATE-----\n(not modelled)\n-----END CERTIFICATE-----\n' }
  return [{ apiVersion: 'v1', kind: 'ConfigMap', metadata, data } as KubeObject]
}

const MAKERS: readonly (readonly [Kind, Maker])[] = [
  ['ServiceAccount', account],
  ['ConfigMap', certificate],
]
