// kube-proxy over time: one node's syncs after one another, over the States that a cluster goes through.
import type { Family } from '../addr/ip'
import type { State } from '../cluster/state'
import type { KernelTables } from './kernel-tables'
import { syncIptables, type ProxyMemory } from './kube-proxy/sync'
import { layoutOf, unknownNode } from './layout'
import type { NodePlace } from './places'
import { addressedDevices } from './node-program'
import { proxyViewOf, tablesForProxy } from './node-rules'

/** One moment at which kube-proxy syncs. */
export interface Moment {
  readonly state: State
  /** A full sync, whatever changed. */
  readonly full: boolean
  /** Virtual milliseconds since the first one. */
  readonly atMs: number
  /** The node's labels from now on, in place of those that it has; absent: as before. */
  readonly labels?: Readonly<Record<string, string>>
}

interface SyncedTexts {
  readonly restore: string
  readonly calls: string
}

export interface Sequence {
  readonly syncs: readonly SyncedTexts[]
  /** The tables after the last sync. */
  readonly kernel: KernelTables
}

/** Runs a node's kube-proxy of one family through the moments; throws when a State has no such node. */
export function runSequence(moments: readonly Moment[], nodeName: string, family: Family): Sequence {
  const syncs: SyncedTexts[] = []
  let kernel: KernelTables | null = null
  let memory: ProxyMemory | null = null
  let labels: Moment['labels']
  for (const moment of moments) {
    const layout = layoutOf(moment.state)
    const found = layout.nodes.get(nodeName)
    if (!found) throw unknownNode(moment.state, nodeName)
    labels = moment.labels ?? labels
    const place: NodePlace = labels ? { ...found, labels } : found
    kernel ??= tablesForProxy(layout, family)
    const addresses = addressedDevices(layout, place).flatMap(d => d.addresses.map(a => a.ip))
    const view = proxyViewOf(layout, place, family, addresses)
    const sync = syncIptables(view, {
      kernel,
      memory,
      full: moment.full || moment.labels !== undefined,
      nowMs: moment.atMs,
      keepText: true,
    })
    syncs.push({ restore: sync.restore(), calls: sync.calls })
    ;({ kernel, memory } = sync)
  }
  if (kernel === null) throw new Error('a sequence without a moment')
  return { syncs, kernel }
}
