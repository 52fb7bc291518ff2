// Resource words of a command line: `pods`, `po/web`, `deploy.apps`, `pod,svc`. Stands for kubectl's RESTMapper over discovery.
import { servedKinds } from '../../apply/kind'
import type { Kind, KubeObject } from '../../apply/object'
import { ALL_KINDS, KINDS } from '../../cluster/kind'
import type { State } from '../../cluster/state'
import { KUBECTL_PROFILES } from './profile'

/** What `kubectl get all` means, as far as it is modelled. */
const ALL: readonly Kind[] = [
  'Pod',
  'ReplicationController',
  'Service',
  'DaemonSet',
  'Deployment',
  'ReplicaSet',
  'StatefulSet',
  'CronJob',
  'Job',
]

/** The kind that a resource word names; undefined when the server has no such resource. */
export function kindOf(state: State, word: string): Kind | undefined {
  const [name = '', ...rest] = word.toLowerCase().split('.')
  const group = rest.join('.').replace(/^v\d\w*\.?/, '')
  const served = servedKinds(state.config.profile)
  return ALL_KINDS.find(kind => {
    if (!served.has(kind)) return false
    const facts = KINDS[kind]
    if (facts.resource !== name && facts.singular !== name && !facts.short.includes(name)) return false
    return group === '' || group === facts.group || group === KUBECTL_PROFILES[state.config.profile].group(kind, facts.group)
  })
}

/** `pod,svc` as kinds; the first word that is none, by itself. */
export function kindsOf(state: State, words: string): readonly Kind[] | { readonly unknown: string } {
  const kinds: Kind[] = []
  for (const word of words.split(',')) {
    const found = word === 'all' ? ALL : [kindOf(state, word)]
    for (const kind of found) {
      if (kind === undefined) return { unknown: word.split('.')[0]! }
      kinds.push(kind)
    }
  }
  return kinds
}

/** `deployment.apps`, `pod`: how kubectl writes a kind before a name. */
export function resourceName(state: State, kind: Kind, apiVersion?: string): string {
  const written = apiVersion === undefined ? undefined : apiVersion.includes('/') ? apiVersion.split('/')[0]! : ''
  const group = written ?? KUBECTL_PROFILES[state.config.profile].group(kind, KINDS[kind].group)
  return group === '' ? KINDS[kind].singular : `${KINDS[kind].singular}.${group}`
}

/** `deployments.apps`: how the API server writes it. */
export function serverResource(state: State, kind: Kind): string {
  const group = KUBECTL_PROFILES[state.config.profile].group(kind, KINDS[kind].group)
  return group === '' ? KINDS[kind].resource : `${KINDS[kind].resource}.${group}`
}

/** `service/web`, by the version in which it was written. */
export const namedResource = (state: State, object: KubeObject): string =>
  `${resourceName(state, object.kind as Kind, object.apiVersion)}/${object.metadata.name}`
