// What steps name: pods, services, nodes and clients of the running cluster. A name that nothing has is refused with one that is near.
import type { Pod } from '../apply/object'
import type { Service } from '../apply/object-service'
import { didYouMean } from '../cluster/nearest'
import { keyOf, objectOf, objectsOf, type State } from '../cluster/state'
import { problem } from '../error'
import { keyed } from './object-name'

const unknown = (what: string, name: string, names: readonly string[]) =>
  problem('UNKNOWN_NAME', `there is no ${what} '${name}'.`, { fix: didYouMean(name, names) })

const bare = (key: string): string => key.replace(/^default\//, '')

/** The pod of that name, bare in namespace default. */
export function podNamed(state: State, name: string): Pod {
  const pod = objectOf(state, 'Pod', keyed(name))
  if (pod === undefined)
    throw unknown(
      'pod',
      name,
      objectsOf(state, 'Pod').map(p => bare(keyOf(p))),
    )
  return pod
}

/** The Service of that name, bare in namespace default. */
export function serviceNamed(state: State, name: string): Service {
  const service = objectOf(state, 'Service', keyed(name))
  if (service === undefined)
    throw unknown(
      'service',
      name,
      objectsOf(state, 'Service').map(s => bare(keyOf(s))),
    )
  return service
}

/** The name, if a node has it. */
export function nodeNamed(state: State, name: string): string {
  const names = state.config.nodes.map(n => n.name)
  if (!names.includes(name)) throw unknown('node', name, names)
  return name
}

/** The client of that name; the first one for null. */
export function clientNamed(state: State, name: string | null): string {
  const names = state.config.externalClients.map(c => c.name)
  if (name !== null && !names.includes(name)) throw unknown('external client', name, names)
  return name ?? names[0]!
}

/** `pod/default/web-1`. */
export const podPlace = (pod: Pod): string => `pod/${keyOf(pod)}`
