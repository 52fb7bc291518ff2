// A connection that outlives its request, on this machine's kernel: a cluster that becomes the next one while the connection stays open at both ends.
// Everything since the connection was opened is done again: opened, changed, sent again; each request is compared.
import type { State } from '../cluster/state'
import type { KernelState } from '../path/kernels'
import { type Checked, check, whyNotBuilt } from '../real/check'
import type { Deleted } from '../real/observed'
import type { KernelSession } from '../real/session'
import { type Succession, succession } from '../real/succession'
import { prepare } from '../trace/prepare'
import type { Flow, Scene } from '../trace/flow'
import { shortName } from '../verify/hop-rows'
import type { KernelJson, ProbeJson } from '../view/report/probe'
import { Apart } from './apart'
import { cleaned } from './connection'
import { kernelJson } from './kernel'
import { flowSpecOf, type ProbeRequest } from './probe'
import { seenOnce } from './seen'
import type { Seen } from './seen-many'

const SOCKET = 'connection'

type Sent = Pick<ProbeRequest, 'from' | 'to' | 'protocol'>

/** One packet of the connection on both dataplanes, in the cluster of that moment. */
interface Packet {
  readonly scene: Scene
  readonly flow: Flow
  readonly checked: Checked
}

/** Opens the connection in the first of the clusters, and sends over it again in each that follows. */
export function connectionOnKernel(states: readonly State[], sent: Sent, session: KernelSession): KernelJson {
  let json: KernelJson = { compared: false, why: 'no connection was opened' }
  const packets = packetsOf(states, sent, session)
  if (typeof packets === 'string') return { compared: false, why: packets }
  for (const { scene, flow, checked } of packets) {
    json = kernelJson(scene, flow, checked)
    if (!json.compared || json.differences.length > 0) return json
  }
  return json
}

/** The last packet of the same connection, as it was seen on the kernel alone. Throws Apart where the network does not become the next one, or hopspec cannot say what kube-proxy deletes. */
export function seenConnection(states: readonly State[], sent: Sent & Pick<ProbeRequest, 'title'>, session: KernelSession): ProbeJson {
  const packets = packetsOf(states, sent, session)
  if (typeof packets === 'string') throw new Apart(packets)
  let last: (Seen & { readonly flow: Flow }) | undefined
  for (const { scene, flow, checked } of packets) {
    if (!checked.compared) throw new Apart(checked.why)
    last = { ...seenOnce(scene, flow, checked.real), flow }
  }
  if (last === undefined) throw new Apart('no connection was opened')
  return {
    title: `${sent.title} from ${shortName(sent.from)}`,
    trace: { flow: last.flow.words, outcomes: [last.outcome] },
    chosen: 0,
    sample: null,
    dataplane: 'real',
    possible: [last.possible],
  }
}

/** The packets one after another, each when it is asked for; a sentence where that cannot be. */
function packetsOf(states: readonly State[], sent: Sent, session: KernelSession): Iterable<Packet> | string {
  const prepared = states.map(state => prepare({ state }, [flowSpecOf(sent)]))
  const following = succession(prepared.map(p => p.scene.network))
  if (typeof following === 'string') return `a network that stands does not change so: ${following}`
  const why = whyNotBuilt(following.network)
  if (why !== undefined) return why
  return sending(states, prepared, following, session)
}

function* sending(
  states: readonly State[],
  prepared: readonly ReturnType<typeof prepare>[],
  following: Succession,
  session: KernelSession,
): Generator<Packet> {
  const eyes = session.onChanging(following.network)
  let before: KernelState | undefined
  for (const [i, { scene, flows }] of prepared.entries()) {
    if (before !== undefined) {
      const kept = cleaned(states[i]!, before)
      eyes.become(following.changes[i - 1]!, deletedFrom(before, kept))
      before = kept
    }
    const checked = check(scene.network, eyes, flows[0]!.request, before, { socket: SOCKET })
    yield { scene, flow: flows[0]!, checked }
    if (!checked.compared) return
    before = checked.ways[checked.comparison.way]!.exchange.kernels
  }
}

/** What the kernels tracked and track no more. */
function deletedFrom(before: KernelState, after: KernelState): readonly Deleted[] {
  return [...before.conntrack].flatMap(([namespace, known]) => {
    const left = new Set((after.conntrack.get(namespace)?.entries ?? []).map(e => JSON.stringify(e.original, text)))
    return known.entries.flatMap(e => (left.has(JSON.stringify(e.original, text)) ? [] : [{ namespace, connection: e.original }]))
  })
}

const text = (_: string, value: unknown): unknown => (typeof value === 'bigint' ? `${value}` : value)
