// The Service `kubernetes`, which the API server keeps: deleted, it comes again with its endpoints.
import { kubernetesService } from '../cluster/builtins'
import { keyOf, objectOf } from '../cluster/state'
import { put } from '../cluster/write'
import type { Kind } from '../apply/object'
import { CONTENT, type Controller } from './controller'

const KEY = 'default/kubernetes'
/** How often the API server looks. */
const LOOK_MS = 10_000

export const ownService: Controller = {
  name: 'kubernetes-service',
  latencyMs: 5,
  watches: ['Service'],
  keys: ({ event }, state) =>
    event.type === 'DELETED' && keyOf(event.object) === KEY && state.config.builtins !== 'none'
      ? [`${KEY} at ${state.nowMs + LOOK_MS}`]
      : [],
  sync: (state, key) => {
    const atMs = Number(key.split(' ')[2])
    if (atMs > state.nowMs) return { again: [{ atMs }] }
    if (objectOf(state, 'Service', KEY) !== undefined) return CONTENT
    return {
      changes: kubernetesService(state.config).flatMap(o => (objectOf(state, o.kind as Kind, keyOf(o)) === undefined ? [put(o)] : [])),
    }
  },
}
