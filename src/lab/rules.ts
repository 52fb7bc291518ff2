// The iptables rules of nodes, as steps speak of them.
import type { State } from '../cluster/state'
import { didYouMean } from '../cluster/nearest'
import { problem } from '../error'
import { printIptablesSave } from '../linux/iptables-save'
import { programOf } from '../node/network'

/** What iptables-save prints on a node. */
export function rulesText(state: State, node: string): string {
  const { iptables } = programOf(state, node)
  return iptables === null ? '' : printIptablesSave(iptables)
}

/** A chain that some node has: what no node has cannot be avoided either. */
export function chainNamed(state: State, chain: string): string {
  const chains = new Set(
    state.config.nodes.flatMap(n => (programOf(state, n.name).iptables?.tables ?? []).flatMap(t => t.chains.map(c => c.name))),
  )
  if (!chains.has(chain)) throw problem('UNKNOWN_NAME', `no node has a chain '${chain}'.`, { fix: didYouMean(chain, [...chains].sort()) })
  return chain
}
