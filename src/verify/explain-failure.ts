// Why a request was lost in a cluster that a scenario has broken: a lost node, a cut link, a component that stopped and left old rules or old endpoints behind.
import { familyOf, type Ip, ipText, readIp } from '../addr/ip'
import { objectsOf, type State } from '../cluster/state'
import { hasCuts, isCut, isLost, lostSinceMs, isStopped } from '../control/component'
import { podIPs } from '../control/pod-state'
import { ANNOTATIONS } from '../cluster/flannel-node'
import type { HopJson, OutcomeJson } from '../trace/json'

/** One sentence about the failure that the outcome shows; null where nothing that is broken explains it. */
export function explainFailure(state: State, outcome: OutcomeJson): string | null {
  if (outcome.fate === 'delivered' && outcome.client.result === 'answered') return null
  return (
    lostNode(state, outcome) ??
    cutLink(state, outcome) ??
    deadRelay(state, outcome) ??
    misledTunnel(state, outcome) ??
    staleEndpoint(state, outcome)
  )
}

const lastHops = (outcome: OutcomeJson): readonly HopJson[] => [...outcome.hops, ...(outcome.reply?.hops ?? [])]

/** The address before the port. */
const addressOf = (socket: string): Ip | undefined => readIp(socket.replace(/^\[(.*)\]:\d+$/, '$1').replace(/^([\d.]+):\d+$/, '$1'))

/** The machine that has an address: the node itself, or the one on which its pod is. */
function nodeOf(state: State, address: string): string | undefined {
  const ip = addressOf(address)
  if (ip === undefined) return undefined
  const node = state.config.nodes.find(n => n.addresses.some(a => a.ip === ip))
  if (node !== undefined) return node.name
  return objectsOf(state, 'Pod').find(pod => podIPs(pod).some(text => readIp(text) === ip))?.spec.nodeName
}

const ago = (state: State, sinceMs: number): string => `${Math.round((state.nowMs - sinceMs) / 1000)} s ago`

function lostNode(state: State, outcome: OutcomeJson): string | null {
  const there = nodeOf(state, outcome.destination) ?? nodeOf(state, outcome.source)
  const node = [there, ...lastHops(outcome).map(h => h.node)].find(n => n && isLost(state, n))
  if (!node) return null
  const failed = `node ${node} failed ${ago(state, lostSinceMs(state, node))}`
  if (outcome.hops[0]?.node === node) return `${failed}: what sends from there reaches nobody. Send from another node.`
  return `${failed}, and nothing answers there; what sends to it does not know yet, or has nowhere else to go.`
}

function cutLink(state: State, outcome: OutcomeJson): string | null {
  if (!hasCuts(state)) return null
  const nodes = [...new Set([...lastHops(outcome).flatMap(h => h.node ?? []), ...[nodeOf(state, outcome.destination) ?? []].flat()])]
  for (const [i, a] of nodes.entries()) {
    const b = nodes.slice(i + 1).find(other => isCut(state, a, other))
    if (b !== undefined) return `the link between ${a} and ${b} is cut: frames from one never reach the other.`
  }
  return null
}

/** flanneld's backend udp carries every packet itself. */
function deadRelay(state: State, outcome: OutcomeJson): string | null {
  const nodes = [...lastHops(outcome).map(h => h.node), nodeOf(state, outcome.destination)]
  const stopped = nodes.find(n => n && isStopped(state, 'flanneld', n))
  if (!stopped || state.config.cni.name !== 'flannel' || (state.config.cni.settings as { backend?: string }).backend !== 'udp') return null
  return `flanneld does not run on ${stopped}, and with its backend udp nobody else carries packets between the nodes.`
}

/** A Node that tells flannel another address than its own. */
function misledTunnel(state: State, outcome: OutcomeJson): string | null {
  const ip = addressOf(outcome.destination)
  if (ip === undefined || state.config.cni.name !== 'flannel' || nodeOf(state, outcome.destination) !== undefined) return null
  const { address, overwrite } = ANNOTATIONS[familyOf(ip)]
  for (const { metadata } of objectsOf(state, 'Node')) {
    if (readIp(metadata.annotations?.[address] ?? '') !== ip) continue
    const why = metadata.annotations?.[overwrite] === undefined ? address : overwrite
    return `Node ${metadata.name} has the annotation ${why}: ${ipText(ip)}, so flannel on the other nodes sends there what is for its pods. Take the annotation away, or write an address of ${metadata.name}, and start its flanneld again.`
  }
  return null
}

/** Rules or endpoints that are older than the pods. */
function staleEndpoint(state: State, outcome: OutcomeJson): string | null {
  const hop = outcome.hops.find(h => h.steps.some(s => s.kind === 'dnat'))
  if (hop === undefined || outcome.answeredBy !== null || nodeOf(state, outcome.destination) !== undefined) return null
  const gone = `${outcome.destination}, which no pod has any more`
  const dnat = hop.steps.find(s => s.kind === 'dnat')
  if (dnat?.kind === 'dnat' && dnat.by === 'conntrack')
    return `the connection is older than the pods: conntrack on ${hop.in} still translates it to ${gone}.`
  if (hop.node !== null && state.frozen.has(`kube-proxy/${hop.node}`)) {
    const since = state.frozen.get(`kube-proxy/${hop.node}`)!.nowMs
    return `kube-proxy on ${hop.node} has heard of nothing for ${Math.round((state.nowMs - since) / 1000)} s, and its rules still send to ${gone}.`
  }
  const slow = ['endpointslice-controller', 'endpoint-controller'].find(c => isStopped(state, c))
  return slow === undefined ? null : `the ${slow} is stopped, and the Service still names ${gone}.`
}
