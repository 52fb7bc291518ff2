// A connection that outlives its request, on this machine's kernel: a cluster that becomes the next one while the connection stays open at both ends.
// Everything since the connection was opened is done again: opened, changed, sent again; each request is compared.
import type { State } from '../cluster/state'
import type { KernelState } from '../path/kernels'
import { check, whyNotBuilt } from '../real/check'
import type { Deleted } from '../real/observed'
import type { KernelSession } from '../real/session'
import { succession } from '../real/succession'
import { prepare } from '../trace/prepare'
import type { KernelJson } from '../view/report/probe'
import { cleaned } from './connection'
import { kernelJson } from './kernel'
import { flowSpecOf, type ProbeRequest } from './probe'

const SOCKET = 'connection'

/** Opens the connection in the first of the clusters, and sends over it again in each that follows. */
export function connectionOnKernel(
  states: readonly State[],
  sent: Pick<ProbeRequest, 'from' | 'to' | 'protocol'>,
  session: KernelSession,
): KernelJson {
  const prepared = states.map(state => prepare({ state }, [flowSpecOf(sent)]))
  const following = succession(prepared.map(p => p.scene.network))
  if (typeof following === 'string') return { compared: false, why: `a network that stands does not change so: ${following}` }
  const why = whyNotBuilt(following.network)
  if (why !== undefined) return { compared: false, why }
  const eyes = session.onChanging(following.network)
  let before: KernelState | undefined
  let json: KernelJson = { compared: false, why: 'no connection was opened' }
  for (const [i, { scene, flows }] of prepared.entries()) {
    if (before !== undefined) {
      const kept = cleaned(states[i]!, before)
      eyes.become(following.changes[i - 1]!, deletedFrom(before, kept))
      before = kept
    }
    const { request } = flows[0]!
    const checked = check(scene.network, eyes, request, before, { socket: SOCKET })
    json = kernelJson(scene, flows[0]!, checked)
    if (!checked.compared || !json.compared || json.differences.length > 0) return json
    before = checked.ways[checked.comparison.way]!.exchange.kernels
  }
  return json
}

/** What the kernels tracked and track no more. */
function deletedFrom(before: KernelState, after: KernelState): readonly Deleted[] {
  return [...before.conntrack].flatMap(([namespace, known]) => {
    const left = new Set((after.conntrack.get(namespace)?.entries ?? []).map(e => JSON.stringify(e.original, text)))
    return known.entries.flatMap(e => (left.has(JSON.stringify(e.original, text)) ? [] : [{ namespace, connection: e.original }]))
  })
}

const text = (_: string, value: unknown): unknown => (typeof value === 'bigint' ? `${value}` : value)
