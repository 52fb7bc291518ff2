// What one sync of kube-proxy's iptables mode writes, before it is text: chain lines and rules of both tables, in order.
import type { Rule } from '../../linux/rule'
import type { Line, Origin } from '../words'

/** The rules of one table while they are written: by chain, and (only where text is wanted) as lines in their order. */
export interface Sheet {
  push(...lines: readonly Line[]): void
  readonly byChain: ReadonlyMap<string, Rule[]>
  readonly lines: readonly Line[] | null
}

/** An empty sheet; without `keepLines` a line is forgotten once its rule is taken, which saves most of the memory. */
export function sheet(keepLines: boolean): Sheet {
  const byChain = new Map<string, Rule[]>()
  const lines: Line[] | null = keepLines ? [] : null
  const push = (...more: readonly Line[]) => {
    for (const l of more) {
      const rules = byChain.get(l.chain)
      if (rules) rules.push(l.rule)
      else byChain.set(l.chain, [l.rule])
      lines?.push(l)
    }
  }
  return { push, byChain, lines }
}

export interface Emission {
  readonly filterChains: readonly string[]
  readonly filter: Sheet
  readonly natChains: readonly string[]
  readonly nat: Sheet
  /** After the lines that delete stale chains. */
  readonly natTail: readonly Line[]
  /** Every chain of a service port or endpoint that is in use, also those that a partial sync leaves as they are. */
  readonly active: ReadonlySet<string>
}

/** What one sync asks of its writer. */
interface Wish {
  /** The Services whose own chains a partial sync leaves out. */
  readonly unchanged: (service: string) => boolean
  /** More endpoints than a v1.35 kube-proxy writes comments for. */
  readonly large: boolean
  readonly keepLines: boolean
}

/** Writes the rules of a node. */
export type Writer = (wish: Wish) => Emission

/** The chains that belong to service ports and endpoints: when no longer in use, they are deleted. */
export const OWN_CHAIN = /^KUBE-(?:SVC|SVL|SEP|FW|EXT|XLB)-/

export const KUBE_PROXY: Origin = { because: 'kube-proxy' }

export const NODE_PORTS_LAST = 'kubernetes service nodeports; NOTE: this must be the last rule in this chain'
export const FORWARDING = 'kubernetes forwarding rules'
export const SNAT = 'kubernetes service traffic requiring SNAT'
export const LOCALNET = 'block incoming localnet connections'
