// What rules and hooks say of a packet.
import type { Ip } from '../addr/ip'
import type { Hook, RejectWith } from '../linux/rule'
import type { Where } from './asked'
import type { CompiledChain } from './table'
import type { Loss } from './walk'

/** What a hook says: go on, or the packet ends here. */
export type Verdict = 'ACCEPT' | { readonly loss: Loss; readonly reject?: RejectWith }

/** The next hop a packet is on its way to, for MASQUERADE. */
export interface Way {
  readonly where: Where
  readonly nextHop: Ip | null
}

/** How one rule's target goes on. */
export type Next = 'continue' | 'return' | Verdict | { readonly jump: CompiledChain; readonly back: boolean }

/** What send() is told of a packet that ends here: only on its way out; once it has come in again (by lo) nobody asks any more. */
export const toldAt = (hook: Hook): { readonly errno?: 'EPERM' } => (hook === 'OUTPUT' || hook === 'POSTROUTING' ? { errno: 'EPERM' } : {})
