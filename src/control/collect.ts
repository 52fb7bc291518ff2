// Garbage collection and namespace deletion: what a deleted object owned goes too; a terminating namespace is emptied, then removed.
// Stands for the garbage collector (background) and the namespace controller. Not simulated: orphaning, foreground deletion.
import { remember } from '../cluster/clock'
import { ALL_KINDS, KINDS } from '../cluster/kind'
import { objectsOf, type State } from '../cluster/state'
import { deletionOf } from '../cluster/store'
import { write, type Change } from '../cluster/write'
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
  const changes: Change[] = []
  for (const kind of ALL_KINDS) {
    for (const object of state.objects.get(kind)?.values() ?? []) {
      const owners = object.metadata.ownerReferences ?? []
      if (owners.length === 0 || !owners.every(o => gone.has(o.uid))) continue
      const change = deletionOf(state, object)
      if (change !== undefined) changes.push(change)
    }
  }
  return write(state, changes, 'generic-garbage-collector')
}

export const namespaces: Controller = {
  name: 'namespace-controller',
  reads: ALL_KINDS,
  run: state => {
    const changes: Change[] = []
    for (const ns of objectsOf(state, 'Namespace')) {
      if (ns.metadata.deletionTimestamp === undefined) continue
      const inside = ALL_KINDS.filter(kind => KINDS[kind].namespaced).flatMap(kind =>
        [...(state.objects.get(kind)?.values() ?? [])].filter(o => o.metadata.namespace === ns.metadata.name),
      )
      changes.push(...inside.map(o => deletionOf(state, o)).filter(change => change !== undefined))
      if (inside.length === 0) changes.push({ do: 'delete', kind: 'Namespace', key: ns.metadata.name })
    }
    return write(state, changes, 'namespace-controller')
  },
}
