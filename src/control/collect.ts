// Garbage collection and namespace deletion: what a deleted object owned goes too; a terminating namespace is emptied, then removed.
// Stands for the garbage collector (background) and the namespace controller. Not simulated: orphaning, foreground deletion.
import type { Kind } from '../apply/object'
import { remember } from '../cluster/clock'
import { ALL_KINDS, KINDS } from '../cluster/kind'
import { keyOf, objectsOf, type State } from '../cluster/state'
import { deleteObject, isError } from '../cluster/store'
import { write } from '../cluster/write'
import type { Controller } from './controller'

const SEEN = 'garbage collected up to'

export const garbageCollector: Controller = {
  name: 'generic-garbage-collector',
  reads: ALL_KINDS,
  run: state => {
    const from = Number(state.memory[SEEN] ?? 0)
    const gone = new Set<string>()
    for (let i = from; i < state.log.length; i++) {
      const event = state.log[i]!
      if (event.type === 'DELETED' && event.object.metadata.uid) gone.add(event.object.metadata.uid)
    }
    return gone.size === 0 ? state : remember(collect(state, gone), { [SEEN]: state.log.length })
  },
}

function collect(state: State, gone: ReadonlySet<string>): State {
  let now = state
  for (const kind of ALL_KINDS) {
    for (const object of state.objects.get(kind)?.values() ?? []) {
      const owners = object.metadata.ownerReferences ?? []
      if (owners.length === 0 || !owners.every(o => gone.has(o.uid))) continue
      now = removed(now, kind, keyOf(object), 'generic-garbage-collector')
    }
  }
  return now
}

function removed(state: State, kind: Kind, key: string, by: string): State {
  const answer = deleteObject(state, kind, key, by)
  return isError(answer) ? state : answer.state
}

export const namespaces: Controller = {
  name: 'namespace-controller',
  reads: ALL_KINDS,
  run: state => {
    let now = state
    for (const ns of objectsOf(state, 'Namespace')) {
      if (ns.metadata.deletionTimestamp === undefined) continue
      const inside = ALL_KINDS.filter(kind => KINDS[kind].namespaced).flatMap(kind =>
        [...(now.objects.get(kind)?.values() ?? [])]
          .filter(o => o.metadata.namespace === ns.metadata.name)
          .map(o => ({ kind, key: keyOf(o) })),
      )
      for (const { kind, key } of inside) now = removed(now, kind, key, 'namespace-controller')
      if (inside.length === 0) now = write(now, [{ do: 'delete', kind: 'Namespace', key: ns.metadata.name }], 'namespace-controller')
    }
    return now
  },
}
