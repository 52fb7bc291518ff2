// The words of a step for a place or a Service, as the places of the running cluster.
import { keyOf, type State } from '../src/cluster/state'
import { never, problem } from '../src/error'
import { clientNamed, nodeNamed, podNamed, podPlace, serviceNamed } from '../src/lab/named'
import type { PlaceWord } from './read'

/** `pod/default/web-1` for the words of a step. */
export function placeOf(state: State, word: PlaceWord): string {
  switch (word.kind) {
    case 'outside':
      return `client/${clientNamed(state, null)}`
    case 'client':
      return `client/${clientNamed(state, word.name)}`
    case 'node':
      return `node/${nodeNamed(state, word.name)}`
    case 'pod':
      return podPlace(podNamed(state, word.name))
    case 'address':
      return word.address
    default:
      return never(word)
  }
}

/** `service/shop/web:80`: a Service at the port that is said, or at the only one that it has. */
export function serviceTarget(state: State, name: string, port?: number): string {
  const service = serviceNamed(state, name)
  const ports = service.spec.ports ?? []
  if (port === undefined && ports.length > 1)
    throw problem('STEP_VALUE', `service "${name}" has the ports ${ports.map(p => p.port).join(', ')}.`, {
      fix: `Say which one: \`curls service "${name}" on port ${ports[0]!.port}\`.`,
    })
  return `service/${keyOf(service)}:${port ?? ports[0]?.port ?? 80}`
}
