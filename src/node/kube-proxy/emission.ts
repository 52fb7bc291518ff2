// What one sync of kube-proxy's iptables mode writes, before it is text: chain lines and rules of both tables, in order.
import type { Line, Origin } from '../words'

export interface Emission {
  readonly filterChains: readonly string[]
  readonly filter: readonly Line[]
  readonly natChains: readonly string[]
  readonly nat: readonly Line[]
  /** After the lines that delete stale chains. */
  readonly natTail: readonly Line[]
  /** Every chain of a service port or endpoint that is in use, also those that a partial sync leaves as they are. */
  readonly active: ReadonlySet<string>
}

/** Writes the rules of a node; `unchanged` names the Services whose own chains a partial sync leaves out. */
export type Writer = (unchanged: (service: string) => boolean, large: boolean) => Emission

/** The chains that belong to service ports and endpoints: when no longer in use, they are deleted. */
export const OWN_CHAIN = /^KUBE-(?:SVC|SVL|SEP|FW|EXT|XLB)-/

export const KUBE_PROXY: Origin = { because: 'kube-proxy' }

export const NODE_PORTS_LAST = 'kubernetes service nodeports; NOTE: this must be the last rule in this chain'
export const FORWARDING = 'kubernetes forwarding rules'
export const SNAT = 'kubernetes service traffic requiring SNAT'
export const LOCALNET = 'block incoming localnet connections'
